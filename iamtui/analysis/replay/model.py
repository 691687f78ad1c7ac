"""What a replay finds: distinct requests with AWS's word, ours, and how the two stand (J1-J4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.causes import Cause
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.request import Request
from iamtui.trail.refusals import Refusal
from iamtui.trail.requests.parts import Part
from iamtui.trail.trail import Event


class AwsWord(NamedTuple):
    """What AWS said to a call: it refused, it allowed, or neither can be told from the record (J1).

    `refusal` is given where it refused; `open_because` says why it cannot be told.
    """

    refusal: Refusal | None = None
    open_because: str | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the call was authorized, also where the service then failed."""
        return self.refusal is None and self.open_because is None

    @property
    def key(self) -> Hashable:
        """What two words have in common that say the same; ids and encoded messages differ from call to call."""
        refusal = self.refusal
        if refusal is None:
            return self.open_because
        return refusal.action, refusal.resource, refusal.result, refusal.layer, refusal.policy, refusal.about


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPart:
    """One authorization of a call as the snapshot decides it.

    Attributes:
        part: action and resource.
        request: None where no action is known.
        word: allowed, explicitDeny, implicitDeny, denied, conditional; None where it cannot be decided.
        decided_by: the layer at which evaluation ended; None unless the decision is certain.
        leans_on: unknown keys and data that could turn it, and what was taken as not there.
    """

    part: Part
    request: Request | None
    word: str | None
    decided_by: Layer | None
    leans_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedCall:
    """A distinct request with AWS's word, ours, and why they differ.

    Attributes:
        event: the first event that made it.
        events: how many did; last: when the last did; rows: which.
        aws: AWS's word.
        agreement: the class of J2.
        parts: what was decided.
        causes: why the two differ or why it cannot be told, with evidence (J3).
    """

    event: Event
    events: int
    last: datetime
    aws: AwsWord
    agreement: Agreement
    parts: tuple[DecidedPart, ...]
    causes: tuple[Cause, ...] = ()
    rows: Sequence[int] = ()

    @property
    def is_comparable(self) -> bool:
        """Whether both AWS and the snapshot say something of it."""
        return self.agreement is not Agreement.NOT_COMPARABLE


class Score(NamedTuple):
    """How many of the comparable distinct requests agree or fit (J4)."""

    agreeing: int
    comparable: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing can be compared."""
        return self.agreeing / self.comparable if self.comparable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The result of a replay.

    Attributes:
        calls: each distinct request with AWS's word to it, by the time of its first event.
        snapshot_time: the moment of the snapshot; None where the export has no date (J5).
        older: how many of the events are older, and so judged by policies of another day.
        history: how many events are no authorizations and were not replayed (R3).
    """

    calls: tuple[ReplayedCall, ...]
    snapshot_time: datetime | None
    older: int
    history: int

    @property
    def classes(self) -> Mapping[Agreement, int]:
        """How many distinct requests are of each class; none is dropped (J2)."""
        counted = Counter(call.agreement for call in self.calls)
        return {agreement: counted[agreement] for agreement in Agreement}

    @property
    def score(self) -> Score:
        """Over all distinct requests."""
        return _score(self.calls)

    def scores(self, key: Callable[[ReplayedCall], str]) -> dict[str, Score]:
        """The score of each group of requests, such as by AWS's word, layer or caller (J4)."""
        groups: dict[str, list[ReplayedCall]] = {}
        for call in self.calls:
            groups.setdefault(key(call), []).append(call)
        return {name: _score(groups[name]) for name in sorted(groups)}


def _score(calls: Iterable[ReplayedCall]) -> Score:
    comparable = [call for call in calls if call.is_comparable]
    agreeing = sum(call.agreement in (Agreement.AGREES, Agreement.FITS) for call in comparable)
    return Score(agreeing, len(comparable))
