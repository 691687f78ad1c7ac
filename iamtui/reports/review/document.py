"""What a document is made of, before it is Markdown or HTML: sections with sentences and bounded tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from iamtui.visible import Tone


class Row(NamedTuple):
    """A row of a table; the tone is that of its first cell, whose words say the same."""

    cells: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below the names of their columns; `left_out` more there were, and `elsewhere` says what prints them all."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
    elsewhere: str = ""

    @property
    def closing(self) -> str:
        """What is said of the rows that are left out; empty if none are."""
        if not self.left_out:
            return ""
        rows = "1 more row is" if self.left_out == 1 else f"{self.left_out:,} more rows are"
        return f"{rows} left out; all: {self.elsewhere}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it; `key` is its anchor, of our own making."""

    key: str
    title: str
    said: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A title in our own words and of whom it is in the exports', what is said first, and sections."""

    title: str
    said: tuple[str, ...]
    sections: tuple[Section, ...]
    of: str = ""

    @property
    def heading(self) -> str:
        """The title with whom it is of: strangers' text, where that is named."""
        return f"{self.title} of {self.of}" if self.of else self.title


def bounded(columns: Sequence[str], rows: Iterable[Row], most: int | None, elsewhere: str) -> Table:
    """A table of the first `most` rows, which counts the others; of all rows if `most` is None."""
    remaining = iter(rows)
    kept = tuple(islice(remaining, most))
    return Table(tuple(columns), kept, sum(1 for _ in remaining), elsewhere)
