"""The line that opens under a pane for `/`."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input


class SearchBox(Input):
    """A search line, hidden until `open`; Enter keeps the search and closes, Escape ends it."""

    @dataclass
    class Search(Message):
        """The text to look for, as it is typed; `final` when Enter was pressed."""

        box: SearchBox
        text: str
        final: bool = False

        @property
        def control(self) -> SearchBox:
            """The box."""
            return self.box

    @dataclass
    class Dismissed(Message):
        """The box was closed with Escape; the search is over."""

        box: SearchBox

        @property
        def control(self) -> SearchBox:
            """The box."""
            return self.box

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)

    def open(self) -> None:
        """Show the box, empty, and focus it."""
