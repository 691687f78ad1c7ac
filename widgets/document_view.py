"""A read-only document: JSON, plain text or a diff, coloured a line at a time as it comes on screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from iamtui.content.documents import LineMark
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.pieces import Pieces
from iamtui.widgets.syntax import SYNTAX_CLASSES, SYNTAX_CSS, Language, coloured
from iamtui.widgets.text import Tone, shown

_SIGNS: Final[dict[Tone, str]] = {"plain": "│", "good": "✔", "bad": "✖", "warn": "!", "muted": "·", "accent": "┃"}


def lines_of(text: str) -> list[str]:
    """Split a document at its line feeds; a last empty line is none, a carriage return before the feed is dropped."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def shown_line(line: str) -> str:
    """Make a line of a document fit to be drawn; unlike elsewhere a tab is white space here."""
    return shown(line.replace("\t", "    ") if "\t" in line[:4096] else line)


class DocumentView(LineCursor):
    """Text with line numbers, a cursor line, marked lines, search and sideways scrolling. Lines count from 1."""

    UNFOLDS = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {*SYNTAX_CLASSES, "document-view--marked"}
    DEFAULT_CSS = f"""
    DocumentView {{
        .document-view--marked {{ background: $surface-lighten-1; }}
        {SYNTAX_CSS}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False, id="document.open"),
        Binding("left,h", "scroll_sideways(-8)", "Left", show=False, id="document.left"),
        Binding("right,l", "scroll_sideways(8)", "Right", show=False, id="document.right"),
        Binding("0", "scroll_sideways(-8000)", "Line start", show=False, id="document.line-start"),
    ]

    text: reactive[str] = reactive("", init=False)
    """The document."""
    language: reactive[Language] = reactive[Language]("json")
    """How lines are coloured."""
    marks: reactive[tuple[LineMark, ...]] = reactive[tuple[LineMark, ...]](())
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
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Show a text; `empty` is what is shown, muted, in place of an empty one."""
        super().__init__(empty=empty, id=id, classes=classes)
        self._lines = lines_of(text)
        self.set_reactive(DocumentView.text, text)
        self.set_reactive(DocumentView.language, language)

    def show(self, text: str, *, language: Language = "json", marks: Sequence[LineMark] = ()) -> None:
        """Show another document from its first line on (a plain assignment to `text` keeps the cursor's line)."""
        self.language, self.marks, self.shift = language, tuple(marks), 0
        self.text = text
        self.cursor = 0

    def go_to(self, line: int) -> None:
        """Put the cursor on a line (from 1, clamped) and show it in the upper third of the view."""
        self.cursor = line - 1
        self.scroll_to(y=max(0, self.cursor - self.content_height // 3), animate=False, force=True)

    @property
    def line(self) -> int:
        """The line under the cursor, from 1."""
        return self.cursor + 1

    def on_mount(self) -> None:
        """Measure the text that came with the constructor."""
        self.rows_changed()

    def watch_text(self, text: str) -> None:
        """Split the new text; nothing else is done to lines that are not on screen."""
        self._lines = lines_of(text)
        self.rows_changed()

    @property
    def row_count(self) -> int:
        """How many lines the document has."""
        return len(self._lines)

    def row_text(self, index: int) -> str:
        """Give a line as it is drawn."""
        return shown_line(self._lines[index])

    def row_texts(self) -> Iterator[str]:
        """Give all lines; each is made when it is asked for."""
        return map(shown_line, self._lines)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw a line: sign and number stay, the coloured text scrolls."""
        mark = self._mark_on(index)
        muted = self.part_style("tone--muted")
        digits = len(str(len(self._lines)))
        number = Segment(f"{index + 1:>{digits}} ", muted)
        styles = {name: self.part_style(name) for name in SYNTAX_CLASSES}
        text = [Segment(part, styles.get(name)) for part, name in coloured(self.row_text(index), self.language)]
        if mark is None:
            return [Segment(" "), number], text
        tone = self.tone_style(mark.tone)
        if mark.message and mark.first == index + 1:
            text += [Segment("  "), Segment(f"← {shown(mark.message)}", tone)]
        return [Segment(_SIGNS[mark.tone], tone), number], text

    def row_hang(self, index: int) -> int:
        """Stand under the line's own indentation."""
        line = self.row_text(index)
        return len(line) - len(line.lstrip(" ")) + 2

    def row_style(self, index: int) -> Style | None:
        """Lay a band under marked lines."""
        return self.part_style("document-view--marked") if self._mark_on(index) else None

    def _mark_on(self, index: int) -> LineMark | None:
        return next((mark for mark in self.marks if mark.first <= index + 1 <= mark.last), None)

    def open_row(self, index: int) -> None:
        """Tell the owner that a line was opened."""
        self.post_message(self.LineSelected(self, index + 1))
