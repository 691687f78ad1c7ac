"""What of a resource counts for some actions: one decision stands for all of which it is the same (WP5, WC17).

No rule reads the name of a resource that the snapshot does not know. So it counts where it is, which patterns match
it, and which of the keys that are read AWS lists for what it can be.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import Alike, listed_of, listed_on
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.patterns import Matcher
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement


class _Apart(NamedTuple):
    """What tells resources of one place apart: the patterns of statements, each by what stands for it; and keys."""

    matchers: tuple[tuple[int, tuple[Matcher, ...]], ...]
    keys: tuple[str, ...]


class Places:
    """Finds what counts of resources, for one principal."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._found: dict[Hashable, _Apart | None] = {}

    def of(self, alike: Alike, resource: str) -> Hashable:
        """What is the same for all resources on which some actions are decided alike; or the resource itself."""
        if alike.kind is None or resource == ANY_RESOURCE:
            return resource
        place = self._ground.place_of(resource)
        if alike.takes_whole or place == resource:
            return place
        apart = self._apart(alike)
        if apart is None:
            return resource
        matched = tuple([one for one, matchers in apart.matchers if any(matches(resource) for matches in matchers)])
        return place, matched, _listed(alike.actions[0], resource, apart.keys)

    def _apart(self, alike: Alike) -> _Apart | None:
        """What tells the resources of some actions apart; None where a pattern hangs on more than the resource."""
        action = alike.actions[0]
        key = tuple(map(id, alike.statements)), alike.key
        if key not in self._found:
            statements = (*alike.statements, *self._ground.protecting(action))
            tested = self._ground.grouping.tested(statements)
            keys = tested if listed_of(action, tested) != () else ()
            self._found[key] = _of_statements(statements, keys)
        return self._found[key]


def _of_statements(statements: Sequence[Statement], keys: tuple[str, ...]) -> _Apart | None:
    found: dict[int, tuple[Matcher, ...]] = {}
    for statement in statements:
        patterns = () if statement.resource is None else statement.resource.patterns
        if any(one.text == ANY_RESOURCE for one in patterns):
            continue
        if any(one.static is None or one.short for one in patterns):
            return None
        found[id(statement)] = tuple([one.static for one in patterns if one.static is not None])
    return _Apart(tuple(found.items()), keys)


def _listed(action: str, resource: str, keys: tuple[str, ...]) -> Hashable:
    """Which of some keys AWS lists for what a resource can be, with the action and for the type itself (E71)."""
    found = catalog.action(action) if keys else None
    if found is None:
        return None
    return frozenset([listed_on(action, part.name, keys) for part in catalog.fitting(found, resource)])
