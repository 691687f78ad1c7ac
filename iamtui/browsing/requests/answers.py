"""What is known about the request under test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from iamtui.browsing.requests.fields import actions_meant, is_pattern, request_of
from iamtui.browsing.requests.hints import hints, hints_of_several
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import RequestError
from iamtui.reports.words import words_of
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class ActionTable:
    """A decision without trace for each action that a pattern means.

    `rows` has a node for each, whose key is the action; `counts` says how many there are of each outcome.
    """

    decisions: tuple[Decision, ...]
    rows: tuple[Node, ...]
    counts: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision for what the form holds, or why there is none.

    Of an action with wildcards there is no decision, but a `table`.

    `was` is the word of the decision before a reload turned it, empty if it did not. `hints` are slips of the hand
    that the request may have.
    """

    fields: RequestFields
    decision: Decision | None
    problem: str = ""
    was: str = ""
    hints: tuple[str, ...] = ()
    table: ActionTable | None = None


@dataclass(frozen=True, slots=True)
class PreparedFields:
    """What is to be decided; whether the user said that it is whole, and whether only the snapshot is new."""

    snapshot: Snapshot
    fields: RequestFields
    is_final: bool = False
    is_anew: bool = False


def answer_to(snapshot: Snapshot, fields: RequestFields) -> Answer:
    """Decide what the form holds."""
    # The first frame does not wait for the evaluator.
    from iamtui.evaluation.decide import decide  # noqa: PLC0415

    try:
        if is_pattern(fields.action):
            return _table(snapshot, fields)
        request = request_of(snapshot, fields)
        slips = tuple(hints(request, names_resource=bool(fields.resource.strip())))
        return Answer(fields, decide(snapshot, request), hints=slips)
    except RequestError as error:
        return Answer(fields, None, str(error))


def _table(snapshot: Snapshot, fields: RequestFields) -> Answer:
    """A decision for each action that a pattern means."""
    from iamtui.analysis.calls import decide_row  # noqa: PLC0415 - as above
    from iamtui.evaluation.decide import decide, judge  # noqa: PLC0415
    from iamtui.reports.tables import counts, table_rows  # noqa: PLC0415

    actions = actions_meant(fields.action)
    request = request_of(snapshot, replace(fields, action=actions[0]))
    rows = [replace(request, action=action) for action in actions]
    decided = tuple(decide_row(row, partial(decide, snapshot), partial(judge, snapshot)) for row in rows)
    nodes = tuple(
        Node(row.action, row.action, f"{row.words.word}  {row.reason}", row.words.tone, row.words.glyph)
        for row in table_rows(decided)
    )
    slips = tuple(hints_of_several(rows, names_resource=bool(fields.resource.strip())))
    return Answer(fields, None, hints=slips, table=ActionTable(decided, nodes, counts(decided)))


def flipped_from(before: Answer | None, after: Answer) -> str:
    """The word of the decision before, if the same request is now decided otherwise."""
    if before is None or before.decision is None or after.decision is None or before.fields != after.fields:
        return ""
    if before.decision.outcome == after.decision.outcome:
        return before.was
    return words_of(before.decision).word
