"""Decisions that are kept an eye on: what a new load does to each (PN2, PN3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from iamtui.analysis.changes.affected import Reaching
from iamtui.analysis.changes.causes import Undoing, causes_of
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Change
from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.running import with_principal
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class PinState:
    """The answer to a pin: its word and its reason; both None where principal or resource are gone."""

    answer: str | None
    reason: tuple[str, ...] | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether it is allowed whatever is unknown."""
        return self.answer == "allowed"


GONE = PinState(None)


@dataclass(frozen=True, slots=True)
class PinEvent:
    """What became of a pin: flip, reason, gone or back; `because` are the changes that it needs (CH6)."""

    event: str
    index: int
    name: str
    old: str | None
    new: str | None
    because: tuple[Change, ...] = ()


def state_of(case: Case, snapshot: Snapshot, at: datetime, before: Snapshot | None = None) -> PinState:
    """The answer to one pin; `before` is the load before, in which its resource may have been."""
    request = replace(case.request, at=at)
    try:
        if case.policies is not None:
            decision = decide_policies(case.policies, request)
        else:
            request = with_principal(request, snapshot)
            if not _is_there(request.principal, snapshot) or _is_gone(request.resource, snapshot, before):
                return GONE
            decision = decide(snapshot, request)
    except RequestError:
        return GONE
    return PinState(decision.word, (decision.best.decided_by.value, *decision.matched))


def _is_there(principal: str, snapshot: Snapshot) -> bool:
    """Whether a user or role of an exported account exists; of others nobody can say."""
    parts = principal.split(":", 5)
    if len(parts) < 6 or parts[2] != "iam" or parts[4] not in snapshot.accounts:
        return True
    if not parts[5].startswith(("user/", "role/")):
        return True
    return snapshot.user(principal) is not None or snapshot.role(principal) is not None


def _is_gone(resource: str, snapshot: Snapshot, before: Snapshot | None) -> bool:
    """Whether the resource was exported before and is not any more."""
    if before is None:
        return False
    holder = next((arn for arn in before.resources if resource == arn or resource.startswith(f"{arn}/")), None)
    if holder is not None:
        return holder not in snapshot.resources
    return _is_there(resource, before) and not _is_there(resource, snapshot)


class Pins:
    """All pins with their state; each load brings the events that it makes."""

    def __init__(self, cases: Sequence[Case], snapshot: Snapshot, at: datetime) -> None:
        self._cases = tuple(cases)
        self._snapshot = snapshot
        self.states = tuple(state_of(case, snapshot, at) for case in cases)
        self._known = list(self.states)  # the last answer of each: what is back with another one has flipped too
        self._last_there = snapshot

    def add(self, case: Case, at: datetime) -> None:
        """Decide one pin more against what was taken last."""
        state = state_of(case, self._snapshot, at)
        self._cases = (*self._cases, case)
        self.states = (*self.states, state)
        self._known.append(state)

    def take(self, snapshot: Snapshot, at: datetime) -> tuple[PinEvent, ...]:
        """Decide all pins again; each flip is told once."""
        states = tuple(state_of(case, snapshot, at, self._last_there) for case in self._cases)
        events = tuple(self._events(states, snapshot, at))
        self.states = states
        self._known = [old if new == GONE else new for old, new in zip(self._known, states, strict=True)]
        self._snapshot = snapshot
        if GONE not in states:
            self._last_there = snapshot
        return events

    def _events(self, states: Sequence[PinState], snapshot: Snapshot, at: datetime) -> Iterator[PinEvent]:
        changes: tuple[Change, ...] | None = None
        for index, (case, old, new) in enumerate(zip(self._cases, self.states, states, strict=True)):
            known = self._known[index]
            if old == new:
                continue
            if new == GONE:
                yield PinEvent("gone", index, case.name, old.answer, None)
                continue
            if old == GONE:
                yield PinEvent("back", index, case.name, known.answer, new.answer)
            if known.answer is not None and known.is_allowed != new.is_allowed:
                if changes is None:
                    changes = compare_snapshots(self._snapshot, snapshot).objects
                because = self._causes(case, new, snapshot, changes, at)
                yield PinEvent("flip", index, case.name, known.answer, new.answer, because)
            elif old != GONE:
                yield PinEvent("reason", index, case.name, old.answer, new.answer)

    def _causes(
        self, case: Case, new: PinState, snapshot: Snapshot, changes: Sequence[Change], at: datetime
    ) -> tuple[Change, ...]:
        undoing = Undoing(self._snapshot, snapshot, changes)
        request = with_principal(case.request, snapshot)
        reaching = Reaching(self._snapshot, snapshot)
        reaches = [reaching.of((change,)) for change in changes]
        candidates = [
            place
            for place, reach in enumerate(reaches)
            if request.principal in reach.principals or any(request.resource.startswith(one) for one in reach.resources)
        ]

        def is_there(places: tuple[int, ...]) -> bool:
            return state_of(case, undoing.without(places), at).is_allowed == new.is_allowed

        return tuple(changes[place] for place in causes_of(candidates, is_there) or ())
