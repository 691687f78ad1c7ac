"""What is known about the request under test."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.browsing.requests.fields import request_of
from iamtui.browsing.requests.hints import hints
from iamtui.content.requests import RequestFields
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import RequestError
from iamtui.reports.words import words_of
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision for what the form holds, or why there is none.

    `was` is the word of the decision before a reload turned it, empty if it did not. `hints` are slips of the hand
    that the request may have.
    """

    fields: RequestFields
    decision: Decision | None
    problem: str = ""
    was: str = ""
    hints: tuple[str, ...] = ()


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
        request = request_of(snapshot, fields)
        slips = tuple(hints(request, names_resource=bool(fields.resource.strip())))
        return Answer(fields, decide(snapshot, request), hints=slips)
    except RequestError as error:
        return Answer(fields, None, str(error))


def flipped_from(before: Answer | None, after: Answer) -> str:
    """The word of the decision before, if the same request is now decided otherwise."""
    if before is None or before.decision is None or after.decision is None or before.fields != after.fields:
        return ""
    if before.decision.outcome == after.decision.outcome:
        return before.was
    return words_of(before.decision).word
