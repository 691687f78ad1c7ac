"""Who did and who tried, beside who can (B10): what the events add to the forms of `iamtui who-can`.

principals        [{…, "did": [event ids, oldest first], "tried": [event ids]}]: what succeeded, and what ended in
                  an error, refused or not
did_not_could     [{"caller", "did", "tried", "standing"}]: who did or tried and is not among those who can;
                  standing: denied, not exported, or unknown where a policy lets in whom nobody can list
resource_unknown  events of these actions whose record does not say on what
events            {"from", "to", "data_events"}: what was read; silence outside of it proves nothing (R13)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.analysis.queries.everybody.who_did import Calls, OtherCaller, Standing, WhoDid
from iamtui.reports.csv_rows import csv_text
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.event_data import caller_data
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.who_can import COLUMNS, blocks_of, cells_of, who_can_as_markdown
from iamtui.trail.times import written
from iamtui.visible import shown

if TYPE_CHECKING:
    from rich.text import Text

_STANDINGS = {
    Standing.DENIED: "is denied by the exports",
    Standing.NOT_EXPORTED: "the exports do not hold it",
    Standing.UNKNOWN: "a policy lets in an organization or a provider; whether it is of it is not known",
}
_NO_DATA_EVENTS = "no data event was read: many calls on objects and items are recorded only as such"


def who_did_as_json(answer: WhoCan, found: WhoDid) -> bytes:
    """The JSON of an answer with events."""
    span, data = found.trail.span, answer.to_dict()
    more = {
        "principals": [
            held | _calls_data(found.calls_of(row))
            for row, held in zip(answer.principals, data["principals"], strict=True)
        ],
        "did_not_could": [
            {"caller": caller_data(one.caller), **_calls_data(one.calls), "standing": one.standing.value}
            for one in found.others
        ],
        "resource_unknown": list(found.unplaced),
        "events": {
            "from": None if span is None else written(span[0]),
            "to": None if span is None else written(span[1]),
            "data_events": found.has_data_events,
        },
    }
    return json_bytes(data | more)


def who_did_as_text(answer: WhoCan, found: WhoDid) -> str:
    """The text of `who_can`, and who did and tried."""
    return "\n".join(plain_text(lines) for lines in (*blocks_of(answer), [*_lines(answer, found)]))


def who_did_as_styled_text(answer: WhoCan, width: int, found: WhoDid) -> Text:
    """The same in colours, no wider than `width` cells; nothing is cut off."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    return Text("\n").join(styled_text(lines, width) for lines in (*blocks_of(answer), [*_lines(answer, found)]))


def _calls_data(calls: Calls) -> dict[str, Data]:
    return {"did": list(calls.did), "tried": list(calls.tried)}


def _calls_text(calls: Calls) -> str:
    """How often, and the newest event of each."""
    said = [
        f"{word} {len(ids):,} (last {ids[-1]})" for word, ids in (("did", calls.did), ("tried", calls.tried)) if ids
    ]
    return ", ".join(said)


def _other_text(one: OtherCaller) -> str:
    """What a caller did that is not among those who can, and why it is not."""
    return f"{_calls_text(one.calls)}; {standing_text(one.standing)}"


def _lines(answer: WhoCan, found: WhoDid) -> Iterator[Line]:
    """Who did of those who can, who could not, and what the events cover."""
    for arn, calls in _shown(answer, found):
        yield Line(f"did{arn}", shown(arn), _calls_text(calls), "warn" if calls.did else "muted", "•")
    for place, one in enumerate(found.others):
        yield Line(f"other{place}", shown(one.caller.entity or one.caller.label), _other_text(one), "bad", "✖")
    yield from coverage_lines(found)


def _shown(answer: WhoCan, found: WhoDid) -> list[tuple[str, Calls]]:
    """The rows of the answer that have calls, those through roles with the role."""
    named = [(" as ".join((row.arn, *row.via[-1:])), found.calls_of(row)) for row in answer.principals]
    return [(name, calls) for name, calls in dict(named).items() if calls.did or calls.tried]


def standing_text(standing: Standing) -> str:
    """Why a caller is not among those who can."""
    return _STANDINGS[standing]


def coverage_lines(found: WhoDid) -> Iterator[Line]:
    """What the events leave open."""
    if found.unplaced:
        text = f"the record does not say on what, such as {found.unplaced[0]}"
        yield Line("unplaced", f"{len(found.unplaced):,} more events", text, "warn", "⚠")
    span = found.trail.span
    if span is not None:
        said = f"{len(found.trail):,}, from {written(span[0])} to {written(span[1])}"
        yield Line("events", "events read", said, "muted")
    if not found.has_data_events:
        yield Line("data", _NO_DATA_EVENTS, "", "warn", "⚠")


def who_did_as_markdown(answer: WhoCan, found: WhoDid) -> str:
    """The Markdown of `who_can`, and a table of who did and tried."""
    lines = [who_can_as_markdown(answer), "| who | did | tried | |", "| --- | --- | --- | --- |"]
    for arn, calls in _shown(answer, found):
        lines.append(f"| {cell(arn)} | {len(calls.did):,} | {len(calls.tried):,} | |")
    for one in found.others:
        name = cell(one.caller.entity or one.caller.label)
        lines.append(f"| {name} | {len(one.calls.did):,} | {len(one.calls.tried):,} | {standing_text(one.standing)} |")
    lines += ["", *(f"- {line.text}{f': {line.detail}' if line.detail else ''}" for line in coverage_lines(found)), ""]
    return "\n".join(lines)


def who_did_as_csv(answer: WhoCan, found: WhoDid) -> str:
    """The CSV of `who_can` with the event ids in two columns more, and a line for each caller that could not.

    Such a line has the standing of the caller in place of the decision.
    """
    lines: list[tuple[str, ...]] = [(*COLUMNS, "did", "tried")]
    for row, cells in zip(answer.principals, cells_of(answer), strict=True):
        lines.append((*cells, *_call_cells(found.calls_of(row))))
    for one in found.others:
        caller = one.caller
        begins = (caller.account or "", caller.kind.value, caller.entity or caller.label, one.standing.value)
        lines.append((*begins, *("",) * (len(COLUMNS) - len(begins)), *_call_cells(one.calls)))
    return csv_text(lines)


def _call_cells(calls: Calls) -> tuple[str, str]:
    return "; ".join(calls.did), "; ".join(calls.tried)
