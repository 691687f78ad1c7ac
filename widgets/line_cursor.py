"""The line-API base of every list and document here: a cursor over rows of which only those on screen are drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from iamtui.widgets.pieces import Pieces, cut, restyled, width_of
from iamtui.widgets.text import TONE_CLASSES, TONE_CSS, Tone, part_style, shown


class LineCursor(ScrollView, can_focus=True):
    """A cursor and a search over any number of one-line rows, which scroll sideways too.

    A subclass says how many rows there are (`row_count`), what one says (`row_text`, for the search) and of what one
    is drawn (`row_pieces`). It calls `rows_changed` when any of these answers changed.
    """

    ALLOW_SELECT = False
    SECOND_CLICK_OPENS: ClassVar[bool] = False
    """Whether a click on the cursor's row opens it however long after the first."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *TONE_CLASSES,
        "line-cursor--cursor",
        "line-cursor--blurred",
        "line-cursor--match",
    }
    DEFAULT_CSS = f"""
    LineCursor {{
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .line-cursor--cursor {{
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }}
        .line-cursor--blurred {{ background: $block-cursor-blurred-background; }}
        .line-cursor--match {{ text-style: reverse; }}
        {TONE_CSS}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,ctrl+u", "move_page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown,ctrl+d", "move_page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home,g", "move_to_start", "First", show=False, id="list.first"),
        Binding("end,G", "move_to_end", "Last", show=False, id="list.last"),
        Binding("shift+left", "scroll_sideways(-8)", "Scroll left", show=False, id="list.scroll-left"),
        Binding("shift+right", "scroll_sideways(8)", "Scroll right", show=False, id="list.scroll-right"),
        Binding("n", "next_match(1)", "Next match", show=False, id="search.next"),
        Binding("N", "next_match(-1)", "Previous match", show=False, id="search.previous"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row under the cursor, from 0."""
    shift: reactive[int] = reactive(0)
    """Cells by which rows are scrolled sideways."""
    empty: reactive[str] = reactive("")
    """The line that is shown, muted, while there are no rows."""

    @dataclass
    class Searched(Message):
        """A search moved the cursor (perhaps around the end), or found nothing."""

        view: LineCursor
        text: str
        found: bool
        wrapped: bool

        @property
        def control(self) -> LineCursor:
            """The widget that was searched."""
            return self.view

    def __init__(
        self,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make a view; `empty` is the line that is shown, muted, while there are no rows."""
        super().__init__(id=id, classes=classes)
        self.set_reactive(LineCursor.empty, empty)
        self._search: re.Pattern[str] | None = None
        self._search_text = ""
        self._opened_by_click = False

    # What a subclass answers

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_text(self, index: int) -> str:
        """Give the text of a row as the search sees it."""
        raise NotImplementedError

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Give what a row is drawn of: pieces that stay in place, and pieces that scroll sideways."""
        raise NotImplementedError

    def open_row(self, index: int) -> None:
        """Do what Enter or a double click on a row does; nothing unless a subclass says so."""

    # Rows

    def rows_changed(self) -> None:
        """Take note that rows came, went or changed; the cursor stays within them."""
        self.virtual_size = Size(0, self.row_count)
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return clamp(cursor, 0, max(0, self.row_count - 1))

    def watch_cursor(self) -> None:
        """Bring the cursor's row on screen."""
        self.scroll_to_cursor()
        self.refresh()

    def scroll_to_cursor(self) -> None:
        """Scroll as little as shows the cursor's row."""
        top, height = self.scroll_offset.y, self.content_height
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    @property
    def content_height(self) -> int:
        """How many rows are on screen at once, at least one."""
        return max(1, self.scrollable_content_region.height)

    @property
    def row_width(self) -> int:
        """How many cells of a row are on screen at once: the width without the scrollbar."""
        return self.scrollable_content_region.width

    def tone_style(self, tone: Tone) -> Style:
        """Give the style of a tone."""
        return Style.null() if tone == "plain" else self.part_style(f"tone--{tone}")

    def part_style(self, component: str) -> Style:
        """Give what a component class sets, and nothing that it inherits."""
        return part_style(self, component)

    def row_style(self, index: int) -> Style | None:
        """Give a style that lies under the whole row, if any."""
        return None

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        index, width, base = y + self.scroll_offset.y, self.row_width, self.rich_style
        if index < self.row_count:
            return self.draw_row(index, width).apply_style(base)
        if index == 0 and self.empty:
            text = Segment(f" {shown(self.empty)}", self.tone_style("muted"))
            return cut([text], 0, width).apply_style(base)
        return Strip.blank(width, base)

    def draw_row(self, index: int, width: int) -> Strip:
        """Draw one row, exactly `width` cells wide."""
        fixed, scrolled = self.row_pieces(index)
        cursor = self.cursor_style(index)
        bar = Segment("▌" if cursor else " ")  # seen without colour too
        head = cut([bar, *fixed], 0, min(width, 1 + width_of(fixed)))
        if self._search is not None:
            scrolled = self._with_matches(scrolled, self._search)
        strip = Strip.join([head, cut(scrolled, self.shift, width - head.cell_length)])
        if cursor:
            return Strip(Segment.apply_style(strip, None, cursor), width)
        under = self.row_style(index)
        return strip.apply_style(under) if under else strip

    def cursor_style(self, index: int) -> Style | None:
        """Give the style of the cursor for its row, and `None` for any other."""
        if index != self.cursor:
            return None
        return self.part_style("line-cursor--cursor" if self.has_focus else "line-cursor--blurred")

    def _with_matches(self, pieces: Pieces, search: re.Pattern[str]) -> Pieces:
        text = "".join(piece.text for piece in pieces)
        style = self.part_style("line-cursor--match")
        return restyled(pieces, [match.span() for match in search.finditer(text)], style)

    # Searching

    def search(self, text: str) -> None:
        """Highlight `text` in every row, letter case aside, and go to the first match from the cursor on.

        An empty text ends the search. Posts `Searched`.
        """
        self._search_text = text
        self._search = re.compile(re.escape(text), re.IGNORECASE) if text else None
        self.refresh()
        if self._search is not None:
            self._go_to_match(self.cursor, 1, self._search)

    def next_match(self, step: int) -> None:
        """Go to the next (`step` 1) or the previous (-1) match, around the end if need be. Posts `Searched`."""
        if self._search is not None:
            self._go_to_match(self.cursor + step, step, self._search)

    def _go_to_match(self, start: int, step: int, search: re.Pattern[str]) -> None:
        count = self.row_count
        for index in range(start, start + step * count, step):
            if search.search(self.row_text(index % count)):
                self.cursor = index % count
                self._tell_search(found=True, wrapped=not 0 <= index < count)
                return
        self._tell_search(found=False, wrapped=False)

    def _tell_search(self, *, found: bool, wrapped: bool) -> None:
        self.post_message(self.Searched(self, self._search_text, found, wrapped))

    # Keys

    def action_move(self, step: int) -> None:
        """Move the cursor by `step` rows."""
        self.cursor += step
        self.scroll_to_cursor()

    def action_move_page(self, step: int) -> None:
        """Move the cursor by `step` screens."""
        self.action_move(step * max(1, self.content_height - 1))

    def action_move_to_start(self) -> None:
        """Go to the first row."""
        self.action_move(-self.row_count)

    def action_move_to_end(self) -> None:
        """Go to the last row."""
        self.action_move(self.row_count)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.row_count:
            self.open_row(self.cursor)

    def action_next_match(self, step: int) -> None:
        """Go to another match of the search."""
        self.next_match(step)

    def action_scroll_sideways(self, cells: int) -> None:
        """Scroll rows by `cells`, no further than the longest one on screen goes."""
        top = self.scroll_offset.y
        on_screen = range(top, min(self.row_count, top + self.content_height))
        longest = max((sum(map(width_of, self.row_pieces(index))) for index in on_screen), default=0)
        self.shift = clamp(self.shift + cells, 0, max(0, longest + 2 - self.row_width))

    # Mouse and size

    def on_resize(self) -> None:
        """Keep the cursor's row on screen."""
        self.scroll_to_cursor()

    def on_focus(self) -> None:
        """Draw the cursor of a focused widget."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor of a widget without focus."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row, or open it on a double click."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = offset.y + self.scroll_offset.y
        if index < self.row_count:
            event.stop()
            self.row_clicked(index, offset.x, event.chain)

    def row_clicked(self, index: int, column: int, chain: int) -> None:
        """Answer the `chain`th click at one place: the first moves the cursor, the second opens, once."""
        again = self.SECOND_CLICK_OPENS and index == self.cursor
        opens = (again or chain > 1) and not (chain > 1 and self._opened_by_click)
        self.cursor = index
        self._opened_by_click = opens
        if opens:
            self.open_row(index)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll sideways where Shift is held."""
        if event.shift:
            event.prevent_default().stop()
            self.action_scroll_sideways(4)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll sideways where Shift is held."""
        if event.shift:
            event.prevent_default().stop()
            self.action_scroll_sideways(-4)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Scroll sideways."""
        event.stop()
        self.action_scroll_sideways(4)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Scroll sideways."""
        event.stop()
        self.action_scroll_sideways(-4)
