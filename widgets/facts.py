"""Labelled values under headings, some of which lead elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.text import Tone


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: `label` and `value`; with a `link` the row can be followed."""

    label: str
    value: str = ""
    link: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class FactSection:
    """A heading and the facts under it."""

    heading: str
    facts: tuple[Fact, ...]


class Facts(LineCursor):
    """A scrollable list of facts; Enter on one with a link posts `Followed`."""

    @dataclass
    class Followed(Message):
        """The user followed the link `key`."""

        facts: Facts
        key: str

        @property
        def control(self) -> Facts:
            """The list."""
            return self.facts

    def set_sections(self, sections: Sequence[FactSection]) -> None:
        """Show these sections; the cursor stays on its heading and label if they are still there."""
