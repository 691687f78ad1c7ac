"""The answer of one holder to one request, and the situation that it shares with others (WC2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.statements import entries_in_play
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import Settled, prepare_for, settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.matching.layers import PartialResult
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Statement
from iamtui.policy.truth import Truth


@dataclass(frozen=True, slots=True)
class Situation:
    """A question that stands for those of all who share it, its answer, and all that this leans on for any of them.

    `like` is the answer that this one is but for the words of the keys that turn it, where it is that of another.
    """

    question: PreparedRequest
    settled: Settled
    leans_on: tuple[str, ...] = ()
    like: Settled | None = None

    @property
    def basis(self) -> Settled:
        """One and the same for all that differ in the words of the keys alone that turn them."""
        return self.like or self.settled

    @property
    def label(self) -> str:
        """`allowed`, `conditional` or `denied` (WC1)."""
        if self.settled.is_allowed:
            return "allowed"
        return "denied" if self.settled.is_denied else "conditional"


def situation_of(
    question: PreparedRequest, heard: tuple[PartialResult, ...] | None = None, tests: TestsOnce | None = None
) -> Situation:
    """A question decided for the one who asks it; `heard` is what the layers say to it where that is known.

    Who decides for many keeps `tests`.
    """
    settled = settle_question(question, heard, tests)
    return Situation(question, settled, settled.assumed)


class OwnMatch(NamedTuple):
    """A statement of a holder's own policies that is not false, and its truth."""

    policy: AppliedPolicy
    statement: Statement
    truth: Truth


Matches = Callable[[Holder, Layer], Iterable[OwnMatch]]
"""Says which statements of a holder's identity policies, or of its boundary, are not false."""


class Answer(NamedTuple):
    """The answer for one holder.

    Attributes:
        situation: None where no request can be: the resource is in another partition (E5).
        matches: says which of its own statements match.
        sessions: by name, the sessions of a role that a policy in play names (WC11).
    """

    holder: Holder
    situation: Situation | None
    matches: Matches
    sessions: tuple[tuple[str, Situation], ...] = ()

    @property
    def label(self) -> str:
        """`allowed`, `conditional` or `denied`; conditional too where sessions of a role differ (WC1, WC11)."""
        own = "denied" if self.situation is None else self.situation.label
        if not self.sessions:
            return own
        differs = any(session.label != own for _, session in self.sessions)
        return "conditional" if differs else own


def no_matches(_: Holder, layer: Layer) -> Iterator[OwnMatch]:
    """Of those whose own policies nobody knows, no statement is known to match."""
    del layer
    return iter(())


class Cell(NamedTuple):
    """An answer, and the resource that stands for all that have it."""

    resource: str
    answer: Answer


def sessions_of(holder: Holder, question: PreparedRequest, request: Request) -> Iterator[tuple[str, Situation]]:
    """By name, the sessions of a role that policies on the resource's side name, each decided itself (WC11)."""
    snapshot = question.subject.snapshot
    if holder.frame.kind is not CallerKind.ROLE or holder.entity is None or snapshot is None:
        return
    seen: set[str] = set()
    for _, entry in entries_in_play(question):
        if entry.kind is EntryKind.ROLE_SESSION and entry.account == holder.frame.account and entry.text not in seen:
            _, role, session = entry.text.split("/")
            if role.lower() == holder.entity.name.lower():
                seen.add(entry.text)
                named = prepare_for(snapshot, replace(request, principal=entry.text))
                yield session, situation_of(named)


def partition_of(resource: str) -> str | None:
    """The partition of an ARN; None for `*`.

    Raises:
        RequestError: it is neither.
    """
    if resource == ANY_RESOURCE:
        return None
    try:
        return Arn.parse(resource).partition
    except MalformedArnError as error:
        raise RequestError(str(error)) from error
