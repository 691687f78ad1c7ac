"""A filter line with the number of rows that match."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class FilterBox(Widget):
    """An input and, at its right, how many of how many rows match."""

    counts: reactive[tuple[int, int] | None] = reactive(None)
    """Matching and all rows, or `None` while there is no filter."""

    @dataclass
    class Changed(Message):
        """The filter text changed."""

        box: FilterBox
        text: str

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.box

    @dataclass
    class Left(Message):
        """The user is done typing: Enter or Down (`kept`), or Escape, which empties the filter."""

        box: FilterBox
        kept: bool

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.box

    def __init__(
        self,
        placeholder: str = "filter",
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)

    @property
    def text(self) -> str:
        """The filter as typed."""
        return ""

    def set_text(self, text: str) -> None:
        """Put a text into the filter; posts `Changed`."""
