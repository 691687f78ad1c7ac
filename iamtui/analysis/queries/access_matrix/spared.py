"""What Denies that name resources leave of Allows: all that they do not match (AM1).

A Deny that matches none of the resources that an Allow matches is as if it were not there, and a pattern of the Allow
that a Deny covers is as if it were not written. Nor is anything taken away of what is given on all resources of a type,
where one of another name stands as well for these: no rule reads such names.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.askers import Asker
from iamtui.analysis.queries.access_matrix.untyped_actions import UntypedActions
from iamtui.analysis.queries.actions.shapes import actions_on, types_met, types_met_by_name
from iamtui.analysis.queries.index.action_sets import of_service, services_in, without_types
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.policy.covering import covers
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement, ResourcePattern
from iamtui.policy.meeting import may_meet
from iamtui.policy.statement import PolicyKind, Statement, forbidden_element
from iamtui.policy.truth import Truth


class _Left(NamedTuple):
    """An Allow without the patterns that Denies cover; `met` are the others with those of Denies that they may meet."""

    statement: Statement
    met: tuple[tuple[ResourcePattern, ResourcePattern], ...]


class Spared:
    """Finds what Allows give whatever some Denies that name resources say, which take all of the actions."""

    def __init__(self, ground: Ground, untyped: UntypedActions) -> None:
        self._untyped = untyped
        self._asked_anyway = ground.asked_anyway | ground.actions_of_policies | ground.actions_protected
        self._left: dict[Hashable, _Left | None] = {}
        self._touched: dict[Hashable, int] = {}

    def of(
        self, asker: Asker, allow: Statement, actions: int, denies: Sequence[Statement]
    ) -> Iterator[tuple[Statement, int]]:
        """Statements that give without the Denies what an Allow gives beside them, each of some of the actions."""
        left = self._left_of(allow, denies)
        if left is None:
            return
        actions &= ~self._asked_anyway
        if untyped := actions & without_types():
            yield allow, untyped & ~self._taken_of_untyped(asker, untyped, denies)
        if typed := actions & ~without_types():
            yield left.statement, typed & ~self._touched_in(typed, left)

    def _left_of(self, allow: Statement, denies: Sequence[Statement]) -> _Left | None:
        """What is left of an Allow; None where that is not told."""
        key = (id(allow), *map(id, denies))
        if key not in self._left:
            self._left[key] = _left_of(allow, denies)
        return self._left[key]

    def _taken_of_untyped(self, asker: Asker, actions: int, denies: Iterable[Statement]) -> int:
        """Those of some actions without resource types that Denies may take (L36)."""
        left = actions
        for deny in denies:
            left &= self._untyped.by_truth(asker, deny.resource, actions)[0].get(Truth.FALSE, 0)
        return actions & ~left

    def _touched_in(self, actions: int, left: _Left) -> int:
        """Those of some actions of whose resources the Denies may match some that the Allow matches."""
        touched = 0
        for allow, deny in left.met:
            for service in services_in(actions):
                key = (allow.text, deny.text, service)
                if key not in self._touched:
                    self._touched[key] = actions_on(service, _types_touched(allow.text, deny.text, service))
                touched |= actions & of_service(service) & self._touched[key]
        return touched


def _left_of(allow: Statement, denies: Sequence[Statement]) -> _Left | None:
    ours = allow.resource
    if ours is None or ours.negated or any(one.resource is None or one.resource.negated for one in denies):
        return None
    kept = [one for one in ours.patterns if not any(_takes_away(deny, one) for deny in denies)]
    taking = [pattern for deny in denies if deny.resource is not None for pattern in deny.resource.patterns]
    met = [(one, other) for one in kept for other in taking if may_meet(one.widest, other.widest)]
    if len(kept) == len(ours.patterns):
        return _Left(allow, tuple(met))
    element = ResourceElement(tuple(one.text for one in kept), negated=False, variables=ours.variables)
    return _Left(replace(allow, resource=element), tuple(met))


def _takes_away(deny: Statement, pattern: ResourcePattern) -> bool:
    """Whether a Deny of an identity policy certainly matches all that a pattern matches."""
    if deny.resource is None or deny.conditions or forbidden_element(deny, PolicyKind.IDENTITY) is not None:
        return False
    return any(not one.variables and covers(one.widest, pattern.widest) for one in deny.resource.patterns)


def _types_touched(allow: str, deny: str, service: str) -> frozenset[str]:
    """The types of a service's resources of which a Deny may take away what a pattern matches."""
    if allow == ANY_RESOURCE:
        return types_met_by_name(deny, service)
    return types_met(allow, service) & types_met(deny, service)
