"""Labelled values under headings, some of which lead elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from iamtui.content.facts import Fact, FactSection
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.pieces import Pieces
from iamtui.widgets.text import shown

_WIDEST_LABEL: Final = 24
"""Cells of the column of labels; a longer label pushes its value aside."""


class Facts(LineCursor):
    """A scrollable list of facts; a row that can be followed says so with an arrow."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"facts--heading", "facts--link"}
    DEFAULT_CSS = """
    Facts {
        .facts--heading { color: $text-primary; text-style: bold; }
        .facts--link { color: $text-accent; text-style: underline; }
    }
    """
    UNFOLDS = True
    SECOND_CLICK_OPENS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,l", "open", "Follow", id="facts.follow"),
    ]

    @dataclass
    class Followed(Message):
        """The user followed the link `key`: Enter, a double click, or a click on the row under the cursor."""

        facts: Facts
        key: str

        @property
        def control(self) -> Facts:
            """The list."""
            return self.facts

    def __init__(
        self,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty list; `empty` is the line that is shown, muted, while there are no facts."""
        super().__init__(empty=empty, id=id, classes=classes)
        self._rows: list[tuple[str, Fact | None]] = []
        self._label_width = 0

    def set_sections(self, sections: Sequence[FactSection]) -> None:
        """Show these sections; the cursor stays on its heading and label if they are still there."""
        here = self._identity(self.cursor) if self._rows else None
        self._rows = []
        for section in sections:
            if section.heading:
                self._rows.append((section.heading, None))
            self._rows.extend((section.heading, fact) for fact in section.facts)
        labels = (cell_len(shown(fact.label)) for _, fact in self._rows if fact is not None)
        self._label_width = min(_WIDEST_LABEL, max(labels, default=0))
        places = range(len(self._rows))
        self.rows_changed()
        self.cursor = next((place for place in places if self._identity(place) == here), min(self.cursor, 0))

    def _identity(self, index: int) -> tuple[str, str, str]:
        heading, fact = self._rows[index]
        return (heading, fact.label, fact.link) if fact else (heading, "", "")

    @property
    def row_count(self) -> int:
        """How many headings and facts there are."""
        return len(self._rows)

    def row_text(self, index: int) -> str:
        """Give heading, or label and value, as they are drawn."""
        heading, fact = self._rows[index]
        return f"{shown(fact.label)}  {shown(fact.value)}" if fact else shown(heading)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw a heading, or a label in its column and the value."""
        heading, fact = self._rows[index]
        if fact is None:
            return [], [Segment(shown(heading), self.part_style("facts--heading"))]
        padding = " " * (2 + max(0, self._label_width - cell_len(shown(fact.label))))
        label = Segment(f"{shown(fact.label)}{padding}", self.part_style("tone--muted"))
        value = shown(fact.value)
        if fact.link:
            return [], [Segment(" "), label, Segment("→ "), Segment(value, self.part_style("facts--link"))]
        return [], [Segment(" "), label, Segment(value, self.tone_style(fact.tone))]

    def row_hang(self, index: int) -> int:
        """Stand under the value."""
        fact = self._rows[index][1]
        return 2 if fact is None else self._label_width + (5 if fact.link else 3)

    def open_row(self, index: int) -> None:
        """Follow the link of a row that has one."""
        fact = self._rows[index][1]
        if fact is not None and fact.link:
            self.post_message(self.Followed(self, fact.link))
