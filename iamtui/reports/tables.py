"""Many decisions of one principal as a table: an action a row, what is allowed apart from what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from iamtui import catalog
from iamtui.evaluation.decision import Decision
from iamtui.reports.decision_data import summary_data
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.requests import fact_lines, shared_facts, warning_lines
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.words import CONDITIONAL, DENIED, VERDICTS, Words, sentence
from iamtui.visible import shown

if TYPE_CHECKING:
    from rich.text import Text

_GROUPS: tuple[tuple[str, Words], ...] = (
    *((verdict.value, words) for verdict, words in VERDICTS.items()),
    ("denied", DENIED),
    ("conditional", CONDITIONAL),
)


_MOST_NOTES = 3
_MOST_ASSUMED = 8
_OF_ANY = "statements on particular ones are not asked, and may decide otherwise for them (L37)"


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
    """What all requests have in common, a decision a line in columns, what they lean on, then the counts."""
    return "\n".join(plain_text(lines) for lines in _blocks(decisions)) + f"{counts(decisions)}\n"


def table_as_styled_text(decisions: Sequence[Decision], width: int) -> Text:
    """The same in colours, no wider than `width` cells; nothing is cut off."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    written = Text("\n").join(styled_text(lines, width) for lines in _blocks(decisions))
    return written.append(f"{counts(decisions)}\n")


def _blocks(decisions: Sequence[Decision]) -> tuple[list[Line], list[Line]]:
    """What the requests share, and a line for each decision; the resource is named where they do not share it."""
    shared = shared_facts(decision.request for decision in decisions)
    rows = list(table_rows(decisions))
    columns = [[shown(row.action) for row in rows]]
    if not any(name == "resource" for name, _ in shared):
        columns.append([shown(row.resource) for row in rows])
    padded = [_padded(column) for column in columns]
    words = _padded([row.words.word for row in rows])
    lines = [
        Line(f"row{index}", words[index], "  ".join((*cells, row.reason)), row.words.tone, row.words.glyph)
        for index, (row, *cells) in enumerate(zip(rows, *padded, strict=True))
    ]
    lines += [Line(f"assumed{text}", "could change this", text, "warn", "⚠") for text in _assumed(decisions)]
    lines += [Line(f"note{text}", "note", text, "muted", "·") for text in _notes(decisions)]
    lines += [Line("particular", "no resource is named", _OF_ANY, "warn", "⚠")] if _names_no_resource(decisions) else []
    return [*warning_lines(decision.request for decision in decisions), *fact_lines(shared)], lines


def _names_no_resource(decisions: Sequence[Decision]) -> bool:
    """Whether some action takes a resource and the request names none (L37)."""
    asked = (catalog.action(one.request.action) for one in decisions if one.request.resource == "*")
    return any(action is not None and action.resource_types for action in asked)


def _assumed(decisions: Sequence[Decision]) -> list[str]:
    """What was not exported and was taken as not there, each once and not without end (T22)."""
    found = list(dict.fromkeys(text for decision in decisions for text in decision.assumed))
    if len(found) > _MOST_ASSUMED:
        found[_MOST_ASSUMED:] = [f"{len(found) - _MOST_ASSUMED:,} more things that were not exported"]
    return found


def _notes(decisions: Sequence[Decision]) -> list[str]:
    """What the rows say beside that, each once: what most of them say first, and not without end."""
    found = [text for text, _ in Counter(note for decision in decisions for note in decision.notes).most_common()]
    if len(found) > _MOST_NOTES:
        found[_MOST_NOTES:] = [f"{len(found) - _MOST_NOTES:,} more about single actions: ask for one of them"]
    return found


def _padded(column: Sequence[str]) -> list[str]:
    width = max((len(text) for text in column), default=0)
    return [f"{text:<{width}}" for text in column]


def table_as_json(decisions: Sequence[Decision]) -> bytes:
    """`{"version": 1, "decisions": [...]}`: each as in the JSON of one decision, without its trace."""
    return json_bytes({"version": 1, "decisions": [summary_data(decision) for decision in decisions]})


def table_as_markdown(decisions: Sequence[Decision]) -> str:
    """A table of Markdown, under the principal and the counts."""
    lines = [f"> ⚠ {code(line.text)}\n" for line in warning_lines(decision.request for decision in decisions)]
    lines += [f"## {code(decisions[0].request.principal)}", ""] if decisions else []
    lines += [counts(decisions), "", "| | action | resource | why |", "| --- | --- | --- | --- |"]
    for row in table_rows(decisions):
        verdict = f"{row.words.glyph} {row.words.word}"
        lines.append(f"| {verdict} | {cell(row.action)} | {cell(row.resource)} | {cell(row.reason)} |")
    assumed = [f"- {code(text)}" for text in _assumed(decisions)]
    lines += ["", "What was not exported and could change this:", "", *assumed] if assumed else []
    noted = [f"- {code(text)}" for text in _notes(decisions)]
    lines += ["", "Notes:", "", *noted] if noted else []
    lines += ["", f"No resource is named: {_OF_ANY}."] if _names_no_resource(decisions) else []
    return "\n".join([*lines, ""])
