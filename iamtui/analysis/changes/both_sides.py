"""The labels of one principal on both sides of a comparison, asked once for all that nothing tells apart (WP1)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.changes.action_classes import keys_tested
from iamtui.analysis.changes.labels import ABSENT, Asker, Labelled
from iamtui.analysis.changes.seen_entities import KnownEntities, SeenEntities
from iamtui.analysis.changes.shares import Asked
from iamtui.analysis.queries.actions.alike import (
    listed_on,
    nature_of,
    place_of,
    reads_nothing_listed,
    tells_all_apart,
)
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot


class BothSides:
    """One principal on two sides; None stands for a side where it is not."""

    def __init__(self, asker: Asker, sides: Sequence[Snapshot | None], arn: str, known: KnownEntities) -> None:
        """`known` are the entities of both snapshots."""
        self._asker = asker
        self._sides = sides
        self._there = tuple(side for side in sides if side is not None)
        self._arn = arn
        self._known = known
        self._found: dict[Hashable, tuple[Labelled, ...]] = {}
        self._shares = not any(map(tells_all_apart, self.prepared("sts:GetCallerIdentity", ANY_RESOURCE)))

    def prepared(self, action: str, resource: str) -> tuple[PreparedRequest, ...]:
        """A request of the principal on each side where it is, ready to be decided."""
        return tuple(self._asker.prepared(side, self._arn, action, resource) for side in self._there)

    def labelled(
        self,
        questions: Sequence[PreparedRequest],
        resources: Iterable[str],
        taking: Sequence[Statement],
        near: Callable[[str], bool] | None = None,
    ) -> Iterator[Asked]:
        """Resources with their labels on both sides; `taking` are all statements that take the action on either.

        `questions` are a prepared request for the action; what of the principal tells resources apart is read from it.
        What is not `near` is decided alike on both sides.
        """
        action = questions[0].subject.action
        nature = self._nature_of(action, taking)
        entities = self._entities(questions, taking) if self._shares and action.startswith(_OF_ENTITIES) else None
        shared = action if nature is None else nature.of
        for resource in resources:
            key = self._key(nature, action, resource, taking)
            seen = None if entities is None or resource == self._arn else entities.of(resource)
            place = key if seen is None else (shared, seen)
            if place not in self._found:
                is_near = near is None or near(resource)
                self._found[place] = self._labels(action, resource, self._sides if is_near else self._sides[1:])
            yield Asked(resource, self._found[place][0], self._found[place][-1], key)

    def _labels(self, action: str, resource: str, sides: Sequence[Snapshot | None]) -> tuple[Labelled, ...]:
        there = (side is not None and self._asker.label(side, self._arn, action, resource) for side in sides)
        return tuple(label or ABSENT for label in there)

    def _entities(self, questions: Sequence[PreparedRequest], taking: Sequence[Statement]) -> SeenEntities:
        known = zip(self._sides, self._known.of(questions[0].subject.action), strict=True)
        return SeenEntities([found for side, found in known if side is not None], questions, taking)

    def _nature_of(self, action: str, taking: Sequence[Statement]) -> _Nature | None:
        """What actions share that are decided alike where the same statements match; None for one that shares nothing.

        The statements must say of each resource whether they match it, and read nothing else of it but what AWS lists.
        """
        patterns = (
            one for statement in taking if statement.resource is not None for one in statement.resource.patterns
        )
        nature = nature_of(action) if self._shares and all(one.is_plain for one in patterns) else None
        if nature is None:
            return None
        return _Nature(nature) if reads_nothing_listed(action, taking) else _Nature(action, keys_tested(taking))

    def _key(self, nature: _Nature | None, action: str, resource: str, taking: Sequence[Statement]) -> Hashable:
        if nature is None or resource == ANY_RESOURCE:
            return action, resource
        places = tuple(place_of(resource, side) for side in self._there)
        if resource in places:
            return action, resource
        return nature.of, places, tuple(id(one) for one in taking if _matches(one, resource)), nature.listed(resource)


class _Nature(NamedTuple):
    """All that counts of an action; `keys` are tested, and AWS lists them for some of what a resource can be (E71)."""

    of: Hashable
    keys: tuple[str, ...] = ()

    def listed(self, resource: str) -> Hashable:
        """Which of the keys AWS lists for what a resource can be."""
        found = catalog.action(str(self.of)) if self.keys else None
        if found is None:
            return None
        return frozenset([listed_on(str(self.of), part.name, self.keys) for part in catalog.fitting(found, resource)])


_OF_ENTITIES = ("iam:", "sts:")
"""How the actions begin that are about users, roles, groups or policies."""


def _matches(statement: Statement, resource: str) -> bool:
    """Whether the Resource element of a statement takes a resource, where it has none but plain patterns."""
    element = statement.resource
    if element is None or not element.patterns:  # a list of nothing has no effect (L9)
        return element is None
    texts = (one.text == ANY_RESOURCE or (one.static is not None and one.static(resource)) for one in element.patterns)
    return any(texts) is not element.negated
