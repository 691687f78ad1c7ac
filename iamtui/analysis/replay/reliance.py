"""Which statements recorded calls relied on, by the policies as they are exported (B16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.denials.issuing import IssuingRecords
from iamtui.analysis.replay.settling import request_key
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Layer, PolicyTrace, StatementTrace
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.snapshot.model import Snapshot
from iamtui.trail.records import AUTHORIZED_TYPES
from iamtui.trail.requests import recorded_call
from iamtui.trail.trail import Trail
from iamtui.trail.views.denials import refusal_of

_Decisive: TypeAlias = tuple[Layer, PolicyTrace, StatementTrace]


@dataclass(slots=True)
class Reliance:
    """A statement that decides recorded calls: how many, and the row of the newest."""

    layer: Layer
    policy: PolicyTrace
    statement: StatementTrace
    events: int
    newest: int


def statements_relied_on(
    trail: Trail, snapshot: Snapshot, rows: Iterable[int], stop: Callable[[], bool] = lambda: False
) -> list[Reliance]:
    """The statements that decide the calls of rows, those of most calls first; each distinct request is decided once.

    Raises:
        GoneError: a file changed since it was read.
    """
    columns, issuing = trail.columns, IssuingRecords(trail)
    decided: dict[str, tuple[_Decisive, ...]] = {}
    found: dict[tuple[str, str | None, int], Reliance] = {}
    for row, record in trail.records(row for row in rows if columns.call(row).type in AUTHORIZED_TYPES):
        if stop():
            break
        of_event = set()
        for _, request in recorded_call(record, snapshot, refusal_of(record), issuing).requests():
            key = request_key(request)
            if key not in decided:
                decided[key] = tuple(_decisive(snapshot, request))
            for layer, policy, statement in decided[key]:
                place = (policy.arn or f"{policy.owner} {policy.name}", policy.version, statement.index)
                known = found.setdefault(place, Reliance(layer, policy, statement, 0, row))
                known.events += place not in of_event
                known.newest = max(known.newest, row, key=columns.times.__getitem__)
                of_event.add(place)
    return sorted(found.values(), key=lambda one: (-one.events, one.statement.reference))


def _decisive(snapshot: Snapshot, request: Request) -> Iterable[_Decisive]:
    try:
        decision = decide(snapshot, request)
    except RequestError:
        return
    for layer in decision.layers:
        for policy in layer.policies:
            for statement in policy.statements:
                if statement.decisive:
                    yield layer.layer, policy, statement
