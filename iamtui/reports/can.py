"""What a principal can do, as text, JSON, Markdown and CSV (WP2, WC6).

The form of the JSON is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    principal         the ARN
    services          [{"service", "actions"}], each action {"action", "level", "extent", "resources", "examples",
                      "conditions", "ways"}: everywhere, somewhere or conditional, on which patterns, with an example on
                      which it is so and one on which it is not (WP1)
    taken_away        [{"action", "by", "statement"}]: what identity policies allow and nothing is left of (WP3)
    ways              [{"policy", "statement", "origin", "owner", "actions"}], to which `ways` of an action are places
    leans_on          what was not exported and was taken as not there (WC4), and how callers are taken to have
                      signed in, where a statement in play reads that and nobody states it (K35, E81)
    complete          false where a limit was met, so that there may be more
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from iamtui.analysis.queries.one_principal.can_results import ActionReach, Can
from iamtui.content.numbers import number_of
from iamtui.evaluation.decision import Layer
from iamtui.reports.csv_rows import csv_text
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.who_can import condition_text
from iamtui.reports.words import what_denies
from iamtui.visible import Tone

if TYPE_CHECKING:
    from rich.text import Text

_TONES: dict[str, tuple[Tone, str]] = {
    "everywhere": ("good", "✔"),
    "somewhere": ("good", "◐"),
    "conditional": ("warn", "?"),
}
_MOST_LEANED_ON = 8


def can_as_json(answer: Can) -> bytes:
    """The JSON of `iamtui can`."""
    return json_bytes(answer.to_dict())


def can_as_text(answer: Can, *, full: bool = False) -> str:
    """A line for each service with counts by level, unfolded to actions with `full`; then what was taken away."""
    return "\n".join(plain_text(lines, full=full) for lines in _blocks(answer))


def can_as_styled_text(answer: Can, width: int, *, full: bool = False) -> Text:
    """The same in colours, no wider than `width` cells."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    return Text("\n").join(styled_text(lines, width, full=full) for lines in _blocks(answer))


def _blocks(answer: Can) -> Iterator[list[Line]]:
    yield [Line("principal", "what can", answer.principal)]
    width = max(map(len, answer.services), default=0)
    yield [
        Line(service, f"{service:<{width}}", counts(actions), grow=partial(_action_lines, actions))
        for service, actions in answer.services.items()
    ]
    if answer.taken_away:
        yield list(_taken_lines(answer))
    yield list(_closing_lines(answer))


def counts(actions: tuple[ActionReach, ...]) -> str:
    """How many actions of each level: `List 3, Read 12, Write 30 (2 under conditions)`."""
    levels = Counter(one.level for one in actions)
    open_ones = sum(one.extent == "conditional" for one in actions)
    said = ", ".join(f"{level} {count}" for level, count in sorted(levels.items()))
    return f"{said} ({open_ones} under conditions)" if open_ones else said


def _action_lines(actions: tuple[ActionReach, ...]) -> Iterator[Line]:
    for one in actions:
        tone, glyph = _TONES[one.extent]
        yield Line(one.action, one.action, detail_of(one), tone, glyph)


def detail_of(one: ActionReach) -> str:
    """On what, and under which conditions."""
    where = "everywhere" if one.extent == "everywhere" else ", ".join(one.resources[:3])
    if len(one.resources) > 3:
        where = f"{where} and {len(one.resources) - 3} more patterns"
    conditions = [condition_text(each) for each in one.conditions if each.then in ("allowed", "conditional")]
    return "; ".join((where, *conditions))


def _taken_lines(answer: Can) -> Iterator[Line]:
    """What was taken away, by what."""
    by = Counter((one.by, one.statement) for one in answer.taken_away)
    for (layer, statement), count in by.most_common():
        named = f" ({statement})" if statement else ""
        actions = [one.action for one in answer.taken_away if (one.by, one.statement) == (layer, statement)]
        services = len({action.partition(":")[0] for action in actions})
        text = f"{number_of(count, 'action')} in {number_of(services, 'service')}"
        grow = partial(_taken_actions, tuple(actions))
        said = what_denies(layer) if layer == Layer.NONE.value else f"{layer}{named} takes away"
        yield Line(f"taken{layer}{statement}", said, text, "bad", "✖", grow=grow)


def _taken_actions(actions: tuple[str, ...]) -> Iterator[Line]:
    for action in actions:
        yield Line(f"taken{action}", action)


def _closing_lines(answer: Can) -> Iterator[Line]:
    total = sum(map(len, answer.services.values()))
    yield Line("total", f"{number_of(total, 'action')} in {number_of(len(answer.services), 'service')}")
    for text in answer.leans_on[:_MOST_LEANED_ON]:
        yield Line(f"assumed{text}", "could change this", text, "warn", "⚠")
    if len(answer.leans_on) > _MOST_LEANED_ON:
        yield Line(
            "more", "could change this", f"{len(answer.leans_on) - _MOST_LEANED_ON} more such things", "warn", "⚠"
        )
    if not answer.complete:
        yield Line("incomplete", "there may be more: a limit was met", "", "warn", "⚠")


def can_as_markdown(answer: Can) -> str:
    """A heading, a table of services, and what was taken away."""
    lines = [f"## What {code(answer.principal)} can do", "", "| service | actions |", "| --- | --- |"]
    lines += [f"| {cell(service)} | {counts(actions)} |" for service, actions in answer.services.items()]
    lines += [""] if answer.taken_away else []
    lines += [f"- {code(line.text)}: {line.detail}" for line in _taken_lines(answer)]
    lines += ["", *(f"- could change this: {code(text)}" for text in answer.leans_on)] if answer.leans_on else []
    return "\n".join([*lines, ""])


def can_as_csv(answer: Can) -> str:
    """A line for each action under a header; several values of a cell are joined by `; `."""
    rows: list[tuple[str, ...]] = [("service", "action", "level", "extent", "resources", "conditions")]
    for service, actions in answer.services.items():
        for one in actions:
            conditions = "; ".join(map(condition_text, one.conditions))
            rows.append((service, one.action, one.level, one.extent, "; ".join(one.resources), conditions))
    return csv_text(rows)
