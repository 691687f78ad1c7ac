"""The labels of one principal on both sides of a comparison, asked once for all that nothing tells apart (WP1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from iamtui.analysis.changes.labels import ABSENT, Asker, Labelled
from iamtui.analysis.changes.shares import Asked
from iamtui.analysis.queries.actions.alike import nature_of, place_of, takes_whole, tells_all_apart
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot


class BothSides:
    """One principal on two sides; None stands for a side where it is not."""

    def __init__(self, asker: Asker, sides: Sequence[Snapshot | None], arn: str) -> None:
        self._asker = asker
        self._sides = sides
        self._there = tuple(side for side in sides if side is not None)
        self._arn = arn
        self._found: dict[Hashable, tuple[Labelled, ...]] = {}
        self._shares = not any(map(tells_all_apart, self.prepared("sts:GetCallerIdentity", ANY_RESOURCE)))

    def prepared(self, action: str, resource: str) -> tuple[PreparedRequest, ...]:
        """A request of the principal on each side where it is, ready to be decided."""
        return tuple(self._asker.prepared(side, self._arn, action, resource) for side in self._there)

    def labelled(self, action: str, resources: Iterable[str], taking: Sequence[Statement]) -> Iterator[Asked]:
        """Resources with their labels on both sides; `taking` are all statements that take the action on either."""
        kind = self._kind_of(action, taking)
        for resource in resources:
            key = self._key(kind, action, resource)
            if key not in self._found:
                self._found[key] = tuple(
                    ABSENT if side is None else self._asker.label(side, self._arn, action, resource)
                    for side in self._sides
                )
            old, new = self._found[key]
            yield Asked(resource, old, new, key)

    def _kind_of(self, action: str, taking: Sequence[Statement]) -> Hashable | None:
        """What actions share that are decided alike on any resource of one place; None for one that shares nothing."""
        nature = nature_of(action)
        if nature is None or not self._shares or not takes_whole(action, taking):
            return None
        return nature, tuple(map(id, taking))

    def _key(self, kind: Hashable | None, action: str, resource: str) -> Hashable:
        if kind is None or resource == ANY_RESOURCE:
            return action, resource
        places = tuple(place_of(resource, side) for side in self._there)
        return (action, resource) if resource in places else (kind, places)
