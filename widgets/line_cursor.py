"""A cursor over rows, and a search through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from iamtui.widgets.pieces import Pieces, cut, restyled, unfolded, width_of
from iamtui.widgets.row_search import RowSearch
from iamtui.widgets.row_view import RowView

_BAR = Segment("▌")
"""Stands before the cursor's row: it is seen without colour too."""
_NARROWEST = 20
"""Cells of a view from which on a row is unfolded; below, its lines would be too many."""
_MOST_LINES = 12
"""Lines that the cursor's row may take."""


class LineCursor(RowView, can_focus=True):
    """A `RowView` with a cursor that keys and mouse move, and a search that moves it too."""

    BINDING_GROUP_TITLE = "the list"
    UNFOLDS: ClassVar[bool] = False
    """Whether a row that is too long for the view takes more lines while the cursor of a focused view is on it."""
    SECOND_CLICK_OPENS: ClassVar[bool] = False
    """Whether a click on the cursor's row opens it however long after the first."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-cursor--cursor", "line-cursor--blurred", "line-cursor--match"}
    DEFAULT_CSS = """
    LineCursor {
        .line-cursor--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        .line-cursor--blurred { background: $block-cursor-blurred-background; }
        .line-cursor--match { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,ctrl+u", "move_page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown,ctrl+d", "move_page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home,g", "move_to_start", "First", show=False, id="list.first"),
        Binding("end,G", "move_to_end", "Last", show=False, id="list.last"),
        Binding("n", "next_match(1)", "Next match", show=False, id="search.next"),
        Binding("N", "next_match(-1)", "Previous match", show=False, id="search.previous"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row under the cursor, from 0."""

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
        super().__init__(empty=empty, id=id, classes=classes)
        self._search: RowSearch | None = None
        self._opened_by_click = False
        self._more_lines = 0  # that the cursor's row takes
        self._lines_aimed_at: int | None = None  # what that was before the focus came
        self._pressed = self._clicked = (0, 0)

    def row_hang(self, index: int) -> int:
        """Give the cells by which the further lines of a row stand to the right of its first."""
        return 2

    def open_row(self, index: int) -> None:
        """Do what Enter or a double click on a row does; nothing unless a subclass says so."""

    # Rows

    def rows_changed(self) -> None:
        """Take note that rows came, went or changed; the cursor stays within them."""
        self.cursor = self.validate_cursor(self.cursor)
        self._unfold_cursor()
        super().rows_changed()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return clamp(cursor, 0, max(0, self.row_count - 1))

    @property
    def line_count(self) -> int:
        """How many lines all rows take."""
        return self.row_count + self._more_lines

    def watch_cursor(self) -> None:
        """Bring the cursor's row on screen."""
        self._unfold_cursor()
        self.scroll_to_cursor()
        self.refresh()

    def watch_shift(self) -> None:
        """Fold what is scrolled sideways."""
        self._unfold_cursor()

    def _unfold_cursor(self) -> None:
        """Make room for the lines of the cursor's row."""
        self._more_lines = len(self._cursor_lines(self.row_width)) - 1 if self._is_cut() else 0
        self.virtual_size = Size(0, self.line_count)

    def _is_cut(self) -> bool:
        """Whether the cursor's row does not fit into the view, and may take more of its lines."""
        if not (self.UNFOLDS and self.has_focus and self.shift == 0 and self.row_count) or self.row_width < _NARROWEST:
            return False
        return 1 + sum(map(width_of, self.row_pieces(self.cursor))) > self.row_width

    def row_at(self, line: int, more_lines: int | None = None) -> tuple[int, int]:
        """Give the row that a line belongs to, and which line of that row it is, both from 0.

        `more_lines` of the cursor's row are those on show, if no others are given.
        """
        more = self._more_lines if more_lines is None else more_lines
        if line <= self.cursor:
            return line, 0
        if line <= self.cursor + more:
            return self.cursor, line - self.cursor
        return line - more, 0

    def scroll_to_cursor(self) -> None:
        """Scroll as little as shows the cursor's row, its first line above all; nothing while there is no room."""
        top, height, last = self.scroll_offset.y, self.content_height, self.cursor + self._more_lines
        if not self.size:
            return  # a scroll from here would come after the one that the first size asks for
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif last >= top + height:
            self.scroll_to(y=min(self.cursor, last - height + 1), animate=False, force=True)

    # Drawing

    def draw_line(self, line: int, width: int) -> Strip:
        """Draw a row, or one of the lines of the cursor's row."""
        index, part = self.row_at(line)
        if index == self.cursor and self._more_lines:
            lines = self._cursor_lines(width)
            return lines[part] if part < len(lines) else Strip.blank(width)
        return self.draw_row(index, width)

    def _cursor_lines(self, width: int) -> list[Strip]:
        """Draw the cursor's row in as many lines as it needs, up to a bound."""
        fixed, scrolled = self.row_pieces(self.cursor)
        most = max(1, min(_MOST_LINES, self.content_height - 1))
        lines = unfolded([_BAR, *fixed], self.with_matches(scrolled), width, self.row_hang(self.cursor), most)
        style = self.cursor_style(self.cursor)
        return [Strip(Segment.apply_style(line, None, style), width) for line in lines]

    def draw_row(self, index: int, width: int) -> Strip:
        """Draw one row, exactly `width` cells wide."""
        fixed, scrolled = self.row_pieces(index)
        cursor = self.cursor_style(index)
        bar = _BAR if cursor else Segment(" ")
        head = cut([bar, *fixed], 0, min(width, 1 + width_of(fixed)))
        strip = Strip.join([head, cut(self.with_matches(scrolled), self.shift, width - head.cell_length)])
        if cursor:
            return Strip(Segment.apply_style(strip, None, cursor), width)
        under = self.row_style(index)
        return strip.apply_style(under) if under else strip

    def cursor_style(self, index: int) -> Style | None:
        """Give the style of the cursor for its row, and `None` for any other."""
        if index != self.cursor:
            return None
        return self.part_style("line-cursor--cursor" if self.has_focus else "line-cursor--blurred")

    def with_matches(self, pieces: Pieces) -> Pieces:
        """Highlight what the search finds in the text of some pieces."""
        if self._search is None:
            return pieces
        spans = self._search.spans("".join(piece.text for piece in pieces))
        return restyled(pieces, spans, self.part_style("line-cursor--match"))

    # Searching

    def search(self, text: str) -> None:
        """Highlight `text` in every row, letter case aside, and go to the first match from the cursor on.

        An empty text ends the search. Posts `Searched`.
        """
        self._search = RowSearch(text) if text else None
        self.refresh()
        if self._search is not None:
            self._go_to_match(self.cursor, 1, self._search)

    def _go_to_match(self, start: int, step: int, search: RowSearch) -> None:
        found = search.next_row(start, step, self.row_count, self.row_text)
        if found is not None:
            self.cursor = found[0]
        self.post_message(self.Searched(self, search.text, found is not None, found is not None and found[1]))

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way to other matches while there is a search: without one these keys do nothing here."""
        return action != "next_match" or self._search is not None

    def action_next_match(self, step: int) -> None:
        """Go to the next (`step` 1) or the previous (-1) match, around the end if need be. Posts `Searched`."""
        if self._search is not None:
            self._go_to_match(self.cursor + step, step, self._search)

    # Mouse, size and focus

    def on_resize(self) -> None:
        """Keep the cursor's row on screen, with all rows above it if they have room."""
        self._unfold_cursor()
        if self.cursor + self._more_lines < self.content_height:
            self.scroll_to(y=0, animate=False, force=True)
        else:
            self.scroll_to_cursor()

    def watch_show_vertical_scrollbar(self) -> None:
        """Do the same when a scrollbar comes or goes: it takes a column."""
        self.call_later(self.on_resize)

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Draw the cursor of a focused widget with all of its row, that of another with one line."""
        super().watch_has_focus(has_focus)
        self._lines_aimed_at = self._more_lines
        self._unfold_cursor()
        self.refresh()
        self.call_later(setattr, self, "_lines_aimed_at", None)  # after the press that brought the focus

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note which row the user aims at, before the view moves."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self._pressed = self.row_at(offset.y + self.scroll_offset.y, self._lines_aimed_at)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row, or open it on a double click."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if event.chain == 1:  # the rows below may have moved since
            self._clicked = self._pressed
        index, part = self._clicked
        if index < self.row_count:
            event.stop()
            self.row_clicked(index, -1 if part else offset.x, event.chain)  # what is at a column is in the first line

    def row_clicked(self, index: int, column: int, chain: int) -> None:
        """Answer the `chain`th click at one place: the first moves the cursor, the second opens, once."""
        again = self.SECOND_CLICK_OPENS and index == self.cursor
        opens = (again or chain > 1) and not (chain > 1 and self._opened_by_click)
        self.cursor = index
        self._opened_by_click = opens
        if opens:
            self.open_row(index)
