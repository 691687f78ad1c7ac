"""What of a request counts beside who asks: one decision stands for all of which it is the same (WP5, WC17).

No rule reads the name of a resource that the snapshot does not know. So it counts where it is, which statements match
it, and which of the keys that these read AWS lists for what it can be. Where they read nothing that differs between
actions of a class either, it counts of the action which class that is.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import Alike, listed_of, listed_on, reads_nothing_listed
from iamtui.analysis.queries.actions.traits import read_only_of_classes, seen_of
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.patterns import Matcher
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement
from iamtui.policy.statement import Statement


class _Taking(NamedTuple):
    """A statement that takes some actions, and what its patterns match; None where it matches whatever is asked."""

    statement: Statement
    matchers: tuple[Matcher, ...] | None
    negated: bool = False

    def matches(self, resource: str) -> bool:
        """Whether it is about a resource."""
        return self.matchers is None or any(matches(resource) for matches in self.matchers) is not self.negated


class Place(NamedTuple):
    """What counts of a request, and the statements that may have a say on it; None where nobody knows which."""

    key: Hashable
    statements: Sequence[Statement] | None


class Places:
    """Finds what counts, for one principal; `across_services` where one action may stand for those of others."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.across_services = True
        self._taking: dict[Hashable, tuple[_Taking, ...] | None] = {}
        self._seen: dict[Hashable, Hashable] = {}

    def of(self, alike: Alike, resource: str) -> Place:
        """What is the same for all actions and resources that are decided alike."""
        statements = self._statements_of(alike, resource)
        if alike.kind is None or resource == ANY_RESOURCE:
            shared = alike.trait if self.across_services and alike.trait is not None else alike.key
            return Place((shared, resource), statements)
        place = self._ground.place_of(resource)
        inside = place[1:] if isinstance(place, tuple) else place
        if alike.takes_whole:
            is_seen = self.across_services and alike.seen is not None
            return Place((alike.seen, inside) if is_seen else (alike.key, place), statements)
        taking = self._taking_of(alike)
        if taking is None:
            return Place((alike.key, resource), statements)
        matching = [one.statement for one in taking if one.matches(resource)]
        seen = self._seen_of(alike.actions[0], matching)
        if seen is not None:
            return Place((seen, inside), matching)
        if place == resource:
            return Place((alike.key, resource), statements)
        listed = self._listed(alike.actions[0], resource, [one.statement for one in taking])
        return Place((alike.key, place, _ids(matching), listed), statements)

    def _statements_of(self, alike: Alike, resource: str) -> Sequence[Statement] | None:
        """The statements that may have a say; None where a policy of what is known may have one too.

        Of STS that is a role's trust policy.
        """
        action = alike.actions[0]
        if alike.kind is None and (not action.startswith("sts:") or self._ground.knows_entity(resource)):
            return None
        return (*alike.statements, *self._ground.protecting(action))

    def _taking_of(self, alike: Alike) -> tuple[_Taking, ...] | None:
        """The statements that take some actions; None where what one matches depends on more than the resource."""
        key = _ids(alike.statements), alike.key
        if key not in self._taking:
            statements = (*alike.statements, *self._ground.protecting(alike.actions[0]))
            found = [_taking(one) for one in statements]
            self._taking[key] = None if None in found else tuple(one for one in found if one is not None)
        return self._taking[key]

    def _seen_of(self, action: str, matching: Sequence[Statement]) -> Hashable:
        """All of the action and of the statements that match, where these tell only classes of actions apart."""
        if not self.across_services:
            return None
        key = action, _ids(matching)
        if key not in self._seen:
            is_told = read_only_of_classes(matching) and reads_nothing_listed(action, matching)
            seen = seen_of(action) if is_told else None
            self._seen[key] = None if seen is None else (seen, key[1])
        return self._seen[key]

    def _listed(self, action: str, resource: str, statements: Sequence[Statement]) -> Hashable:
        """Which of the keys that are read AWS lists for what a resource can be, also for the type itself (E71)."""
        keys, found = self._ground.grouping.tested(tuple(statements)), catalog.action(action)
        if found is None or listed_of(action, keys) == ():
            return None
        return frozenset([listed_on(action, part.name, keys) for part in catalog.fitting(found, resource)])


def _taking(statement: Statement) -> _Taking | None:
    element: ResourceElement | None = statement.resource
    if element is None:
        return _Taking(statement, None)
    if any(one.text == ANY_RESOURCE for one in element.patterns):
        return _Taking(statement, () if element.negated else None)
    if any(one.static is None or one.short for one in element.patterns):
        return None
    return _Taking(statement, tuple([one.static for one in element.patterns if one.static]), element.negated)


def _ids(statements: Sequence[Statement]) -> tuple[int, ...]:
    return tuple(map(id, statements))
