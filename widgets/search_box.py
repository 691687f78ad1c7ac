"""The line that opens under a pane for `/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from iamtui.widgets.line_input import LineInput


class SearchBox(LineInput):
    """A search line, hidden until `open`; Enter keeps the search and closes, Escape ends it."""

    DEFAULT_CSS = """
    SearchBox {
        dock: bottom;
        display: none;
        border-left: outer $accent;
        &.-open { display: block; }
    }
    """
    BINDING_GROUP_TITLE = "the search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "End search", id="search.dismiss"),
    ]

    @dataclass
    class Search(Message):
        """The text to look for, as it is typed; `final` when Enter was pressed and the box closed."""

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
        super().__init__(placeholder="search, Enter to keep, Escape to end", id=id, classes=classes)

    def open(self) -> None:
        """Show the box, empty, and focus it at once: what is typed on must not go to where the focus was."""
        self.put("")
        self.add_class("-open")
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the box; the owner puts the focus back."""
        self.remove_class("-open")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Search(self, event.value))

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.close()
        self.post_message(self.Search(self, event.value, final=True))

    def action_dismiss(self) -> None:
        """Close the box and end the search."""
        self.close()
        self.post_message(self.Dismissed(self))
