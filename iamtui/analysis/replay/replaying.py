"""Replays a trail against a snapshot (J1-J5)."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.causes import Cause, CauseKind
from iamtui.analysis.denials.issuing import IssuingRecords
from iamtui.analysis.replay.history import PolicyHistory
from iamtui.analysis.replay.model import AwsWord, Replay, ReplayedCall
from iamtui.analysis.replay.rebuilding import Rebuilding
from iamtui.analysis.replay.settling import Settling
from iamtui.analysis.replay.standing import SettledParts, Standing
from iamtui.analysis.replay.words import word_of
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.records import AUTHORIZED_TYPES, Record
from iamtui.trail.requests.recorded import RecordedCall, recorded_call
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail

_OTHER_ANSWER = 60_000  # milliseconds within which the same call got the other answer: not propagated yet (J3)


@dataclass(slots=True)
class _Distinct:
    """One request with one word of AWS's, as far as its events are counted; the first event stands for all."""

    row: int
    aws: AwsWord
    call: RecordedCall
    parts: SettledParts
    times: array[int] = field(default_factory=lambda: array("q"))
    rows: array[int] = field(default_factory=lambda: array("I"))


def replay(
    trail: Trail,
    snapshot: Snapshot,
    rows: Iterable[int] | None = None,
    *,
    moment: datetime | None = None,
    stop: Callable[[], bool] | None = None,
) -> Replay:
    """Decide every recorded call by a snapshot and compare with what AWS said.

    Args:
        trail: the events.
        snapshot: the exported policies.
        rows: which events; all if left out.
        moment: the time of the snapshot where somebody states it (J5).
        stop: asked between events; True ends the replay with what was compared.

    Raises:
        GoneError: a file of the trail changed since it was read.
    """
    return _Replaying(trail, snapshot, moment or snapshot_moment(snapshot)).run(rows, stop or (lambda: False))


class _Replaying:
    """One run over the events."""

    def __init__(self, trail: Trail, snapshot: Snapshot, moment: datetime | None) -> None:
        self._trail = trail
        self._snapshot = snapshot
        self._moment = moment
        self._settling = Settling(snapshot)
        self._found: dict[Hashable, _Distinct] = {}
        self._issuing = IssuingRecords(trail)
        self._accounts = snapshot.accounts.keys()
        self._rebuilding = Rebuilding(trail, snapshot, moment)

    def run(self, rows: Iterable[int] | None, stop: Callable[[], bool]) -> Replay:
        """Gather the distinct requests, decide them, and say how each stands."""
        columns = self._trail.columns
        wanted = [*(self._trail.order if rows is None else rows)]
        authorized = [row for row in wanted if columns.call(row).type in AUTHORIZED_TYPES]
        older = 0
        for row, record in self._trail.records(authorized):
            if stop():
                break
            self._gather(row, record)
            older += self._moment is not None and from_milliseconds(columns.times[row]) < self._moment
        return Replay(
            calls=tuple(sorted(self._compared(), key=lambda call: (call.event.time, call.event.event_id))),
            snapshot_time=self._moment,
            older=older,
            history=len(wanted) - len(authorized),
        )

    def _gather(self, row: int, record: Record) -> None:
        aws = word_of(record)
        call = recorded_call(record, self._snapshot, aws.refusal, self._issuing)
        parts = tuple((part, request, self._settling.settle(request)) for part, request in call.requests())
        found = self._found.setdefault((_same(call, parts), aws.key), _Distinct(row, aws, call, parts))
        found.times.append(self._trail.columns.times[row])
        found.rows.append(row)
        if self._is_before(row, found.row):
            found.row, found.aws, found.call, found.parts = row, aws, call, parts

    def _is_before(self, row: int, other: int) -> bool:
        columns = self._trail.columns
        return (columns.times[row], columns.event_id(row)) < (columns.times[other], columns.event_id(other))

    def _compared(self) -> Iterator[ReplayedCall]:
        others = self._other_answers()
        history: PolicyHistory | None = None
        for distinct in self._found.values():
            event = self._trail.event(distinct.row)
            standing = Standing(distinct.call, distinct.aws, distinct.parts, self._settling, self._accounts)
            agreement = standing.agreement()
            causes: tuple[Cause, ...] = ()
            if agreement is not Agreement.AGREES:
                history = history or PolicyHistory(self._trail, self._snapshot, self._moment)
                resources = tuple(part.resource for part in distinct.call.parts)
                seen = [
                    *history.causes(event, resources),
                    *self._of_then(distinct, agreement, history.between(event, resources)),
                    *sorted(others.get(id(distinct), ()), key=lambda cause: cause.evidence),
                ]
                causes = standing.causes(agreement, seen)
            yield ReplayedCall(
                event=event,
                events=len(distinct.times),
                rows=distinct.rows,
                last=from_milliseconds(max(distinct.times)),
                aws=distinct.aws,
                agreement=agreement,
                parts=standing.parts(),
                causes=causes,
            )

    def _of_then(self, distinct: _Distinct, agreement: Agreement, rows: tuple[int, ...]) -> Iterator[Cause]:
        """What the policies of the call's own moment say, as far as events tell what they were (J5)."""
        found = self._rebuilding.before(rows, self._trail.event(distinct.row).time)
        if found is None or agreement is Agreement.NOT_COMPARABLE:
            return
        settling, missing = found
        parts = tuple((part, request, settling.settle(request)) for part, request in distinct.call.requests())
        then = Standing(distinct.call, distinct.aws, parts, settling, self._accounts).agreement()
        yield from (Cause(CauseKind.CHANGED, text) for text in missing)
        if not missing and then in (Agreement.AGREES, Agreement.FITS):
            word = "agrees" if then is Agreement.AGREES else "fits"
            text = f"by the policies of that moment, rebuilt from {len(rows)} of the events, it {word}"
            yield Cause(CauseKind.CHANGED, text)

    def _other_answers(self) -> dict[int, list[Cause]]:
        """The requests that got the other answer within a minute: what changed was not in force everywhere (J3)."""
        by_call: dict[Hashable, list[_Distinct]] = {}
        for distinct in self._found.values():
            asked = tuple(
                (request.principal, request.action, request.resource) for _, request in distinct.call.requests()
            )
            by_call.setdefault(asked, []).append(distinct)
        found: dict[int, list[Cause]] = {}
        by_call.pop((), None)
        for same in by_call.values():
            for one, other in permutations(same, 2):
                differ = one.aws.is_allowed is not other.aws.is_allowed
                if differ and _nearest(one.times, other.times) <= _OTHER_ANSWER:
                    event = self._trail.event(other.row).event_id
                    text = f"the same call got the other answer within a minute, event {event}"
                    found.setdefault(id(one), []).append(Cause(CauseKind.NOT_PROPAGATED, text))
        return {one: sorted(causes, key=lambda cause: cause.evidence) for one, causes in found.items()}


def _same(call: RecordedCall, parts: SettledParts) -> Hashable:
    """What two events have in common that ask the same."""
    unasked = tuple(part for part in call.parts if part.action is None)
    nobody = (call.caller.label, call.reason) if call.principal is None else None
    return tuple(settlement.key for _, _, settlement in parts), unasked, nobody


def _nearest(times: array[int], others: array[int]) -> int:
    """The least milliseconds between one of `times` and one of `others`."""
    ordered = sorted(others)
    found = [_OTHER_ANSWER + 1]
    for time in times:
        place = bisect_left(ordered, time)
        found += [abs(time - ordered[near]) for near in (place - 1, place) if 0 <= near < len(ordered)]
    return min(found)
