"""Many decisions of one principal as a table: an action a row, what is allowed apart from what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from iamtui.evaluation.decision import Decision
from iamtui.reports.decision_data import summary_data
from iamtui.reports.markdown import cell, code
from iamtui.reports.serial import json_bytes
from iamtui.reports.words import CONDITIONAL, DENIED, VERDICTS, Words, sentence
from iamtui.visible import shown

if TYPE_CHECKING:
    from rich.table import Table

_GROUPS: tuple[tuple[str, Words], ...] = (
    *((verdict.value, words) for verdict, words in VERDICTS.items()),
    ("denied", DENIED),
    ("conditional", CONDITIONAL),
)


class Row(NamedTuple):
    """What the table says of one decision."""

    words: Words
    action: str
    resource: str
    reason: str


def table_rows(decisions: Sequence[Decision]) -> Iterator[Row]:
    """The rows, grouped by outcome; inside a group in the order given."""
    for word, words in _GROUPS:
        for decision in decisions:
            if decision.word == word:
                said = ", ".join(dict.fromkeys(decision.matched)) or sentence(decision)
                yield Row(words, decision.request.action, decision.request.resource, said)


def counts(decisions: Sequence[Decision]) -> str:
    """How many there are of each outcome: `3 allowed, 12 implicitDeny`."""
    found = [decision.word for decision in decisions]
    return ", ".join(f"{found.count(word):,} {word}" for word, _ in _GROUPS if word in found)


def table_as_plain_text(decisions: Sequence[Decision]) -> str:
    """Columns in spaces, a decision a line, then the counts."""
    rows = list(table_rows(decisions))
    widths = [max((len(shown(part)) for part in column), default=0) for column in zip(*_cells(rows), strict=True)]
    lines = ["  ".join(f"{part:<{width}}" for part, width in zip(line, widths, strict=True)) for line in _cells(rows)]
    return "\n".join([*(line.rstrip() for line in lines), counts(decisions), ""])


def _cells(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    return [
        (f"{row.words.glyph} {row.words.word}", shown(row.action), shown(row.resource), shown(row.reason))
        for row in rows
    ]


def table_as_rich(decisions: Sequence[Decision]) -> Table:
    """The table in colours."""
    from rich.table import Table  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415

    styles = {"good": "green", "bad": "red", "warn": "yellow"}
    table = Table("", "Action", "Resource", "Why", box=None, caption=counts(decisions), caption_justify="left")
    rows = list(table_rows(decisions))
    for row, cells in zip(rows, _cells(rows), strict=True):
        table.add_row(Text(cells[0], styles.get(row.words.tone, ""), no_wrap=True), *(Text(part) for part in cells[1:]))
    return table


def table_as_json(decisions: Sequence[Decision]) -> bytes:
    """`{"version": 1, "decisions": [...]}`: each as in the JSON of one decision, without its trace."""
    return json_bytes({"version": 1, "decisions": [summary_data(decision) for decision in decisions]})


def table_as_markdown(decisions: Sequence[Decision]) -> str:
    """A table of Markdown, under the principal and the counts."""
    lines = [f"## {code(decisions[0].request.principal)}", ""] if decisions else []
    lines += [counts(decisions), "", "| | action | resource | why |", "| --- | --- | --- | --- |"]
    for row in table_rows(decisions):
        verdict = f"{row.words.glyph} {row.words.word}"
        lines.append(f"| {verdict} | {cell(row.action)} | {cell(row.resource)} | {cell(row.reason)} |")
    return "\n".join([*lines, ""])
