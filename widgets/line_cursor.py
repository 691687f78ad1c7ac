"""The line-API base of every list and document here: a cursor over rows of which only those on screen are drawn."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LineCursor(ScrollView, can_focus=True):
    """A cursor and a search over any number of one-line rows.

    A subclass says how many rows there are (`row_count`), what one says (`row_text`, for the search) and how one
    is drawn (`draw_row`). It calls `rows_changed` when any of these answers changed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-cursor--cursor",
        "line-cursor--blurred",
        "line-cursor--match",
    }
    DEFAULT_CSS = """
    LineCursor {
        width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        .line-cursor--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style; }
        .line-cursor--blurred { background: $block-cursor-blurred-background; }
        .line-cursor--match { background: $warning-muted; text-style: underline; }
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
        """A search moved the cursor, wrapped around the end, or found nothing."""

        sender: LineCursor
        text: str
        found: bool
        wrapped: bool

        @property
        def control(self) -> LineCursor:
            """The widget that was searched."""
            return self.sender

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._search: re.Pattern[str] | None = None
        self._search_text = ""

    # What a subclass answers

    @property
    @abstractmethod
    def row_count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def row_text(self, index: int) -> str:
        """Give the text of a row as the search sees it."""

    @abstractmethod
    def draw_row(self, index: int, width: int) -> Strip:
        """Draw one row, exactly `width` cells wide."""

    def open_row(self, index: int) -> None:
        """Do what Enter or a double click on a row does; nothing unless a subclass says so."""

    # Searching

    def search(self, text: str) -> None:
        """Highlight `text` in every row, letter case aside, and go to the first match from the cursor on.

        An empty text ends the search. Posts `Searched`.
        """
        self._search_text = text
        self._search = re.compile(re.escape(text), re.IGNORECASE) if text else None
        self.refresh()
        if self._search is not None:
            self._go_to_match(self.cursor, 1)

    def next_match(self, step: int) -> None:
        """Go to the next (`step` 1) or the previous (-1) match, around the end if need be. Posts `Searched`."""
        if self._search is not None:
            self._go_to_match(self.cursor + step, step)
