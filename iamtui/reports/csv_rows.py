"""Rows as CSV: no cell is a formula for a spreadsheet, and what nobody sees is spelt out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from iamtui.visible import shown

_FORMULAS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet computes, the signs of full width too: some read them as the others."""


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows, a line each."""
    written = io.StringIO()
    write_csv(rows, written)
    return written.getvalue()


def write_csv(rows: Iterable[Sequence[str]], stream: TextIO) -> None:
    """Write the rows as they come, so that memory does not grow with them."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_cell(one) for one in row] for row in rows)


def _cell(text: str) -> str:
    """The text as it is seen; an apostrophe before it keeps a spreadsheet from computing it."""
    seen = shown(text)
    return f"'{seen}" if seen.lstrip().startswith(_FORMULAS) else seen
