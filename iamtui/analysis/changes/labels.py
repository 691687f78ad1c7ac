"""The label of one request on each side of a comparison, and what was read to find it (WC1, WC2)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from iamtui.analysis.queries.everybody.results import LABELS, Condition
from iamtui.analysis.queries.everybody.row_details import branches_of
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide, principal_side
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import UNKNOWN
from iamtui.snapshot.model import Snapshot

DENIED, CONDITIONAL, ALLOWED = range(3)
"""Places in `LABELS`."""


class Labelled(NamedTuple):
    """A label as its place in `LABELS`; `conditions` where it is conditional.

    `own_keys` are those that were read and can differ between principals of one kind and account.
    """

    label: int
    conditions: tuple[Condition, ...] = ()
    own_keys: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The label."""
        return LABELS[self.label]


WITH_OR_WITHOUT_MFA = {"aws:multifactorauthpresent": UNKNOWN}
"""What is stated of requests of users: they have long-term keys, and may sign in with MFA (K35)."""

ABSENT = Labelled(DENIED)
"""Of a principal that is not there."""


class Asker:
    """Labels requests against snapshots, all at one time."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._sides: dict[tuple[int, str], tuple[Snapshot, PrincipalSide]] = {}
        self._tests = TestsOnce()

    def prepared(self, snapshot: Snapshot, principal: str, action: str, resource: str) -> PreparedRequest:
        """The request, ready to be decided."""
        context = WITH_OR_WITHOUT_MFA if ":user/" in principal else {}
        request = Request(principal, action, resource, context=context, at=self.at)
        return prepare_for(snapshot, request, self._side(snapshot, principal))

    def _side(self, snapshot: Snapshot, principal: str) -> PrincipalSide:
        key = (id(snapshot), principal)  # the snapshot is kept beside it
        if key not in self._sides:
            self._sides[key] = snapshot, principal_side(snapshot, identify(principal, snapshot))
        return self._sides[key][1]

    def label(self, snapshot: Snapshot, principal: str, action: str, resource: str) -> Labelled:
        """What `decide` says of it."""
        question = self.prepared(snapshot, principal, action, resource)
        settled = settle_question(question, tests=self._tests)
        own_keys = own_keys_read(question)
        if settled.is_allowed:
            return Labelled(ALLOWED, own_keys=own_keys)
        if settled.is_denied:
            return Labelled(DENIED, own_keys=own_keys)
        branches = (branch for key in settled.unknown_keys for branch in branches_of(key))
        conditions = tuple(branch for branch in branches if branch.then in ("allowed", "conditional"))
        return Labelled(CONDITIONAL, conditions, own_keys)


def own_keys_read(question: PreparedRequest) -> tuple[str, ...]:
    """The keys that were read of a request and can differ between principals of one kind and account."""
    read = filter(differs_by_entity, question.asked.context.consulted)
    return tuple(key for key in read if key not in question.request.context)
