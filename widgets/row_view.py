"""The line-API base of every list and document here: rows of which only those on screen are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size, clamp
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from iamtui.widgets.pieces import Pieces, cut, width_of
from iamtui.widgets.text import TONE_CLASSES, TONE_CSS, Tone, part_style, shown


class RowView(ScrollView, inherit_bindings=False):
    """Any number of one-line rows, which scroll sideways too.

    A subclass says how many rows there are (`row_count`), what one says (`row_text`, for the search) and of what one
    is drawn (`row_pieces`). It calls `rows_changed` when any of these answers changed.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES}
    DEFAULT_CSS = f"""
    RowView {{
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        {TONE_CSS}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+left", "scroll_sideways(-8)", "Scroll left", show=False, id="list.scroll-left"),
        Binding("shift+right", "scroll_sideways(8)", "Scroll right", show=False, id="list.scroll-right"),
    ]

    shift: reactive[int] = reactive(0)
    """Cells by which rows are scrolled sideways."""
    empty: reactive[str] = reactive("")
    """The line that is shown, muted, while there are no rows."""

    def __init__(
        self,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make a view; `empty` is the line that is shown, muted, while there are no rows."""
        super().__init__(id=id, classes=classes)
        self.set_reactive(RowView.empty, empty)

    # What a subclass answers

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_text(self, index: int) -> str:
        """Give the text of a row as the search sees it."""
        raise NotImplementedError

    def row_texts(self) -> Iterator[str]:
        """Give the texts of all rows as they are now; a thread may go through them, whatever becomes of the view."""
        return iter([self.row_text(index) for index in range(self.row_count)])

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Give what a row is drawn of: pieces that stay in place, and pieces that scroll sideways."""
        raise NotImplementedError

    def row_style(self, index: int) -> Style | None:
        """Give a style that lies under the whole row, if any."""
        return None

    # Rows

    def rows_changed(self) -> None:
        """Take note that rows came, went or changed."""
        self.virtual_size = Size(0, self.line_count)
        self.refresh()

    @property
    def line_count(self) -> int:
        """How many lines all rows take."""
        return self.row_count

    @property
    def content_height(self) -> int:
        """How many rows are on screen at once, at least one."""
        return max(1, self.scrollable_content_region.height)

    @property
    def row_width(self) -> int:
        """How many cells of a row are on screen at once: the width without the scrollbar."""
        return self.scrollable_content_region.width

    # Drawing

    def tone_style(self, tone: Tone) -> Style:
        """Give the style of a tone."""
        return Style.null() if tone == "plain" else self.part_style(f"tone--{tone}")

    def part_style(self, component: str) -> Style:
        """Give what a component class sets, and nothing that it inherits."""
        return part_style(self, component)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        line, width, base = y + self.scroll_offset.y, self.row_width, self.rich_style
        if line < self.virtual_size.height:
            return self.draw_line(line, width).apply_style(base)
        if line == 0 and self.empty:
            text = Segment(f" {shown(self.empty)}", self.tone_style("muted"))
            return cut([text], 0, width).apply_style(base)
        return Strip.blank(width, base)

    def draw_line(self, line: int, width: int) -> Strip:
        """Draw one line of all that the view holds, exactly `width` cells wide."""
        raise NotImplementedError

    # Sideways

    def action_scroll_sideways(self, cells: int) -> None:
        """Scroll rows by `cells`, no further than the longest one on screen goes."""
        top = self.scroll_offset.y
        on_screen = range(top, min(self.row_count, top + self.content_height))
        longest = max((sum(map(width_of, self.row_pieces(index))) for index in on_screen), default=0)
        self.shift = clamp(self.shift + cells, 0, max(0, longest + 2 - self.row_width))

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
