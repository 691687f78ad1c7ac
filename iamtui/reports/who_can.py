"""Who can do something, as text, JSON, Markdown and CSV (WC6).

The form of the JSON is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    request           what was asked: actions, resources, context, unstated, via
    principals        [{"arn", "kind", "account", "decision", "decided_by", "conditions", "ways", "via"}]; the decision
                      is allowed, conditional or denied (WC1), decided_by null where it is conditional
    ways              [{"policy", "statement", "origin", "owner", "principals", "only_way_of"}] (WC14)
    any, every        how many users and roles can do at least one of several, and all (WC16)
    others            who can beside those that alone should (WC20)
    grants            {"accounts", "organizations", "organizational_units", "principals", "services"}: whom policies let
                      in and no exported account holds (WC13)
    denied            how many users and roles are denied, by layer (WC15)
    leans_on          what was not exported and was taken as not there (WC4), and how callers are taken to have
                      signed in, where a statement in play reads that and nobody states it (K35, E81)
    complete          false where a limit was met, so that there may be more (WC17)
    hidden            how many rows were left out for their mark, where some were (WC11)

    principals        where there is something to say also {"actions", "extent", "examples", "statement", "mark",
                      "unknown_data"}: each action with its label; every or some of the resources, with an example of
                      each; the statement of an explicit deny; service-linked, identity-center or service-role;
                      what was not exported and could turn the decision (T22)
    conditions        [{"key", "when", "then"}]: each way that a key can be that turns the decision (T31)
    ways              of a principal: places in the list of ways; via: the roles it becomes one after another (WC19)

With events among the exports there is more: `iamtui.reports.who_did`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from iamtui.analysis.queries.everybody.results import Condition, Row, Way, WhoCan
from iamtui.evaluation.decision import Verdict
from iamtui.reports.csv_rows import csv_text
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.requests import fact_lines
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.words import CONDITIONAL, DENIED, VERDICTS, Words, what_denies
from iamtui.visible import shown

if TYPE_CHECKING:
    from rich.text import Text

LABEL_WORDS: dict[str, Words] = {
    "allowed": VERDICTS[Verdict.ALLOWED],
    "conditional": CONDITIONAL,
    "denied": DENIED,
}
"""How each label is shown (WC1)."""

_MOST_WAYS = 3


def who_can_as_json(answer: WhoCan) -> bytes:
    """The JSON of `iamtui who-can`."""
    return json_bytes(answer.to_dict())


def who_can_as_text(answer: WhoCan) -> str:
    """What was asked, a line for each that can, the ways, and who cannot."""
    return "\n".join(plain_text(lines) for lines in blocks_of(answer))


def who_can_as_styled_text(answer: WhoCan, width: int) -> Text:
    """The same in colours, no wider than `width` cells; nothing is cut off."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    return Text("\n").join(styled_text(lines, width) for lines in blocks_of(answer))


def blocks_of(answer: WhoCan) -> Iterator[list[Line]]:
    """The text, block for block; an empty line stands between two."""
    yield fact_lines(list(_facts(answer)))
    rows = [row for row in answer.principals if row.kind != "root"]
    roots = [row for row in answer.principals if row.kind == "root"]
    if rows:
        yield _row_lines(rows, answer)
    if roots:
        head = Line("roots", "root users can, unless an organization policy denies it", "", "muted", "–")
        yield [head, *_row_lines(roots, answer)]
    if answer.ways:
        yield [_way_line(place, way) for place, way in enumerate(answer.ways)]
    yield list(_closing_lines(answer))


def _facts(answer: WhoCan) -> Iterator[tuple[str, str]]:
    request = answer.request
    yield "who can", ", ".join(request.actions)
    yield "on", ", ".join(request.resources) or "some resource"
    for key, value in request.context.items():
        yield "context", f"{key} {', '.join(value['values']) or value['state']}"
    if request.via:
        yield (
            "via",
            f"roles, in at most {request.via} steps" if request.via != "any" else "roles, in any number of steps",
        )


def _row_lines(rows: Sequence[Row], answer: WhoCan) -> list[Line]:
    names = [shown(name_of(row)) for row in rows]
    several = len({row.account for row in answer.principals}) > 1 or any(row.outside and row.account for row in rows)
    word = max(len(LABEL_WORDS[row.decision].word) for row in rows)
    widest = min(max(map(len, names)), _WIDEST_NAME)
    lines = []
    for row, name in zip(rows, names, strict=True):
        words = LABEL_WORDS[row.decision]
        cells = [f"{name:<{widest}}", *([f"{row.account or '':<12}"] if several else []), reason_of(row, answer)]
        grow = partial(_detail_lines, row) if any(_detail_lines(row)) else None
        said = "  ".join(cells).rstrip()
        lines.append(Line(row.arn, f"{words.word:<{word}}", said, words.tone, words.glyph, open=True, grow=grow))
    return lines


_WIDEST_NAME = 44


def name_of(row: Row) -> str:
    """What a row is called: for users and roles kind, path and name."""
    if row.arn.startswith("arn:") and row.kind in ("user", "role", "root", "provider"):
        return row.arn.split(":", 5)[5]
    return {"everyone": "everyone", "account": f"account {row.account}"}.get(row.kind, row.arn)


def reason_of(row: Row, answer: WhoCan) -> str:
    """By which ways, through which roles, or at which layer it is denied."""
    parts = []
    if row.via:
        parts.append("via " + " → ".join(arn.split(":", 5)[-1] for arn in row.via))
    if row.decision == "denied":
        parts.append(f"{what_denies(row.decided_by or 'open')}{f' ({row.statement})' if row.statement else ''}")
    ways = [answer.ways[place] for place in row.ways]
    named = list(dict.fromkeys(way_name(way) for way in ways))
    if len(named) > _MOST_WAYS:
        named[_MOST_WAYS:] = [f"{len(named) - _MOST_WAYS} more"]
    parts += named
    if row.mark:
        parts.append(f"[{row.mark}]")
    if row.outside:
        parts.append("[not exported]")
    return ", ".join(parts)


def way_name(way: Way) -> str:
    """The way in a few words: how it is attached, policy and statement."""
    origin = way.origin
    if origin == "group" and way.owner is not None:
        origin = f"group {way.owner.rpartition('/')[2]},"
    if origin in ("resource", "trust"):
        owner = "" if way.owner is None else f" of {way.owner}"
        return f"{'trust ' if origin == 'trust' else ''}policy{owner}#{way.statement}"
    return f"{origin} {way.policy}#{way.statement}"


def condition_text(condition: Condition) -> str:
    """One way that an unknown key can be, and what follows."""
    return f"{condition.key}: {condition.when} → {condition.then}"


def _detail_lines(row: Row) -> Iterator[Line]:
    for action in row.actions or ():
        words = LABEL_WORDS[action.decision]
        yield Line(f"{row.arn}{action.action}", action.action, action.decision, words.tone, words.glyph)
    if row.extent is not None and row.examples is not None:
        lesser = f", but not {row.examples.denied}" if row.examples.denied else ""
        extent = "on all of it" if row.extent == "every" else "on part of it"
        yield Line(f"{row.arn}extent", extent, f"such as {row.examples.allowed}{lesser}")
    for condition in row.conditions:
        if condition.then in ("allowed", "conditional"):
            yield Line(f"{row.arn}{condition.key}{condition.when}", "if", condition_text(condition), "warn")
    for text in row.unknown_data:
        yield Line(f"{row.arn}{text}", "depends on what was not exported", text, "warn")


def _way_line(place: int, way: Way) -> Line:
    alone = f"; {way.only_way_of:,} would be denied without it" if way.only_way_of else ""
    return Line(f"way{place}", f"{way.principals:,} through", f"{way_name(way)}{alone}")


def counts_of(answer: WhoCan) -> str:
    """How many there are of each label among users, roles and what is outside; roots are not counted."""
    rows = [row for row in answer.principals if row.kind != "root"]
    found = [f"{sum(row.decision == label for row in rows):,} {label}" for label in ("allowed", "conditional")]
    layers = ", ".join(f"{what_denies(layer)} {count:,}" for layer, count in answer.denied.items())
    found += [f"{answer.hidden:,} hidden"] if answer.hidden else []
    return f"{', '.join(found)}, {sum(answer.denied.values()):,} denied{f' ({layers})' if layers else ''}"


def _closing_lines(answer: WhoCan) -> Iterator[Line]:
    yield Line("counts", counts_of(answer))
    if answer.any is not None:
        yield Line("any", f"{answer.any:,} can do at least one, {answer.every:,} all of it")
    for arn in answer.others or ():
        yield Line(f"other{arn}", "not expected", arn, "bad", "✖")
    for text in answer.leans_on:
        yield Line(f"assumed{text}", "could change this", text, "warn", "⚠")
    if not answer.complete:
        yield Line("incomplete", "there may be more: a limit was met", "", "warn", "⚠")


def who_can_as_markdown(answer: WhoCan) -> str:
    """A heading, the counts, and a table each of principals and ways."""
    request = answer.request
    resources = ", ".join(map(code, request.resources)) or "some resource"
    lines = [f"## Who can {', '.join(map(code, request.actions))} on {resources}", "", counts_of(answer), ""]
    lines += ["| | principal | account | why | conditions |", "| --- | --- | --- | --- | --- |"]
    for row in answer.principals:
        words = LABEL_WORDS[row.decision]
        conditions = "; ".join(condition_text(one) for one in row.conditions)
        lines.append(
            f"| {words.glyph} {words.word} | {cell(row.arn)} | {cell(row.account or '–')} "
            f"| {cell(reason_of(row, answer) or '–')} | {cell(conditions) if conditions else ''} |"
        )
    if answer.ways:
        lines += ["", "| way | principals | the only way of |", "| --- | --- | --- |"]
        lines += [f"| {cell(way_name(way))} | {way.principals:,} | {way.only_way_of:,} |" for way in answer.ways]
    lines += ["", *(f"- not expected: {code(arn)}" for arn in answer.others)] if answer.others else []
    lines += (
        ["", "What could change this:", "", *(f"- {code(text)}" for text in answer.leans_on)]
        if (answer.leans_on)
        else []
    )
    lines += [] if answer.complete else ["", "There may be more: a limit was met."]
    return "\n".join([*lines, ""])


COLUMNS = (
    "account",
    "kind",
    "arn",
    "decision",
    "decided_by",
    "actions",
    "extent",
    "conditions",
    "ways",
    "via",
    "mark",
)
"""The columns of CSV."""


def who_can_as_csv(answer: WhoCan) -> str:
    """A line for each row under a header; several values of a cell are joined by `; `."""
    return csv_text([COLUMNS, *cells_of(answer)])


def cells_of(answer: WhoCan) -> Iterator[tuple[str, ...]]:
    """The cells of each row, as its columns are."""
    for row in answer.principals:
        yield (
            row.account or "",
            row.kind,
            row.arn,
            row.decision,
            row.decided_by or "",
            "; ".join(f"{one.action} {one.decision}" for one in row.actions or ()),
            row.extent or "",
            "; ".join(map(condition_text, row.conditions)),
            "; ".join(way_name(answer.ways[place]) for place in row.ways),
            "; ".join(row.via),
            row.mark or "",
        )
