"""A filter line with the number of rows that match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from iamtui.widgets.line_input import LineInput
from iamtui.widgets.plain_text import PlainText


class FilterBox(Horizontal):
    """An input and, at its right, how many of how many rows match."""

    DEFAULT_CSS = """
    FilterBox {
        height: 1;
        PlainText { width: auto; padding: 0 1; color: $text-muted; }
    }
    """
    BINDING_GROUP_TITLE = "the filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "Clear filter", id="filter.clear"),
        Binding("down", "leave(True)", "To the list", id="filter.leave"),
    ]

    counts: reactive[tuple[int, int] | None] = reactive[tuple[int, int] | None](None)
    """Matching and all rows, or `None` while there is no filter."""

    _input = getters.query_one(LineInput)
    _count = getters.query_one(PlainText)

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
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield LineInput(placeholder=self._placeholder)
        yield PlainText()

    @property
    def text(self) -> str:
        """The filter as typed."""
        return self._input.value

    def set_text(self, text: str) -> None:
        """Put a text into the filter; posts `Changed`."""
        self._input.value = text

    def focus(self, scroll_visible: bool = True) -> FilterBox:  # noqa: FBT001, FBT002 - Textual's signature
        """Focus the input at once, its text selected: what is typed takes the place of the filter before."""
        self.screen.set_focus(self._input, scroll_visible)
        self._input.select_all()
        return self

    def watch_counts(self, counts: tuple[int, int] | None) -> None:
        """Show the counts."""
        if self.is_mounted:
            self._count.update(Text(f"{counts[0]:,} of {counts[1]:,}" if counts else ""))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave(kept=True)

    def action_leave(self, kept: bool) -> None:  # noqa: FBT001 - named by the binding
        """Leave the box, with or without the filter."""
        if not kept:
            self._input.value = ""
        self.post_message(self.Left(self, kept))
