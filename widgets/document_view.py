"""A read-only document: JSON, plain text or a diff, coloured a line at a time as it comes on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.text import Tone

Language = Literal["json", "text", "diff"]


@dataclass(frozen=True, slots=True)
class LineMark:
    """Lines `first` to `last` (from 1, both included) that are marked, and why."""

    first: int
    last: int
    tone: Tone = "accent"
    message: str = ""


class DocumentView(LineCursor):
    """Text with line numbers, a cursor line, marked lines, search and sideways scrolling. Lines count from 1."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False, id="document.open"),
        Binding("left,h", "shift(-8)", "Left", show=False, id="document.left"),
        Binding("right,l", "shift(8)", "Right", show=False, id="document.right"),
        Binding("0", "shift_home", "Line start", show=False, id="document.line-start"),
    ]

    text: reactive[str] = reactive("")
    """The document."""
    language: reactive[Language] = reactive("text")
    """How lines are coloured."""
    marks: reactive[tuple[LineMark, ...]] = reactive(())
    """Marked lines; the message of a mark is shown after its first line."""

    @dataclass
    class LineSelected(Message):
        """Enter or a double click on a line (from 1)."""

        document: DocumentView
        line: int

        @property
        def control(self) -> DocumentView:
            """The document."""
            return self.document

    def __init__(
        self,
        text: str = "",
        *,
        language: Language = "json",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)

    def show(self, text: str, *, language: Language = "json", marks: Sequence[LineMark] = ()) -> None:
        """Show another document from its first line on (a plain assignment to `text` keeps the cursor's line)."""

    def go_to(self, line: int) -> None:
        """Put the cursor on a line (from 1, clamped) and show it in the upper third of the view."""

    @property
    def line(self) -> int:
        """The line under the cursor, from 1."""
