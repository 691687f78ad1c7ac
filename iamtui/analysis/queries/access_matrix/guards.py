"""What of a principal's own side stands beside its Allows: Denies, its boundary and SCPs, by the actions they take."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.askers import Asker, Askers
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels, is_readable, statements_in_level
from iamtui.analysis.queries.actions.denied import depends_on_the_caller, takes_all_resources
from iamtui.analysis.queries.index.action_sets import taken_by
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.matching.statements import match
from iamtui.policy.statement import Effect, PolicyKind, Statement
from iamtui.policy.truth import Truth

Guard = tuple[int, Statement]
"""A statement, and where it stands: 0 for a Deny of an identity policy, else in which layer beside these."""


class Region:
    """Actions that the same guards take; `said` is what these say, whoever wrote them.

    One that `is_open` is as if there were none: they certainly let everything through. `naming` are Denies of identity
    policies that name resources, `beneath` the region that it would be without these: where they take no whole.
    """

    def __init__(
        self,
        actions: int,
        guards: Sequence[Guard],
        levels: int,
        shared: SharedLabels,
        *,
        is_open: bool = False,
        naming: Sequence[Statement] = (),
        beneath: Region | None = None,
    ) -> None:
        self.actions = actions
        self.is_open = is_open
        self.naming = tuple(naming)
        self.beneath = beneath
        self.guards = tuple(guards)
        self.statements = tuple(statement for _, statement in guards)
        self.said: Hashable = tuple(
            frozenset(shared.content(one) for place, one in guards if place == level) for level in range(levels)
        )
        self.own = tuple(sorted({key for one in self.statements for key in shared.own_keys(one)}))

    @cached_property
    def takes_whole(self) -> bool:
        """Whether the guards tell no resources apart."""
        return all(map(takes_all_resources, self.statements))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that the guards name."""
        return frozenset(key for one in self.statements for key in keys_named(one))

    @cached_property
    def _of_the_caller(self) -> tuple[Statement, ...]:
        """The Denies of identity policies that depend on nothing but who calls."""
        denies = (one for place, one in self.guards if place == 0)
        return tuple(one for one in denies if takes_all_resources(one) and depends_on_the_caller(one))

    def denies_all(self, asker: Asker) -> bool:
        """Whether something certainly denies whatever is asked of these actions, on every resource."""
        return any(match(one, PolicyKind.IDENTITY, asker.asked).truth is Truth.TRUE for one in self._of_the_caller)


class Guards:
    """Divides the actions that are asked about by the guards of each asker: once for all who have the same."""

    def __init__(self, askers: Askers, shared: SharedLabels, wanted: int) -> None:
        self._askers = askers
        self._shared = shared
        self._wanted = wanted
        self._regions: dict[Hashable, tuple[Region, ...]] = {}

    def of(self, asker: Asker) -> tuple[Region, ...]:
        """The actions by which guards take them."""
        denies = [(0, one.statement) for _, said in asker.policies for one in said.denies]
        boundary = self._askers.boundary_of(asker) if asker.kind.is_bounded else None
        key = (asker.kind, tuple(id(one) for _, one in denies), id(boundary))
        found = self._regions.get(key)
        if found is None:
            scps = self._askers.scps_of(asker)
            levels = [() if boundary is None else boundary]
            levels += [tuple(statements_in_level(level)) for level in scps.levels]
            beside = [(place + 1, one) for place, level in enumerate(levels) for one in level]
            parts = _divided(self._wanted, (*denies, *beside))
            binding = frozenset(range(2 if boundary is None else 1, len(levels) + 1))
            may_be_open = not scps.unknown and all(map(is_readable, scps.levels))
            layers = _Layers(len(levels) + 1, binding if may_be_open else None)
            found = self._regions[key] = tuple(self._region(actions, guards, layers) for actions, guards in parts)
        return found

    def _region(self, actions: int, guards: Sequence[Guard], layers: _Layers) -> Region:
        if layers.binding is not None and _let_all_through(guards, layers.binding):
            return Region(actions, (), 1, self._shared, is_open=True)
        others = [(place, one) for place, one in guards if place != 0 or takes_all_resources(one)]
        if len(others) == len(guards) or not all(takes_all_resources(one) for _, one in others):
            return Region(actions, guards, layers.number, self._shared)
        naming = [one for place, one in guards if place == 0 and not takes_all_resources(one)]
        beneath = self._region(actions, others, layers)
        return Region(actions, guards, layers.number, self._shared, naming=naming, beneath=beneath)


class _Layers(NamedTuple):
    """How many layers may guard; `binding` are those that must allow, None where not all of them are known."""

    number: int
    binding: frozenset[int] | None


def _let_all_through(guards: Iterable[Guard], binding: frozenset[int]) -> bool:
    """Whether each of the layers that bind one certainly allows everything, and nothing denies."""
    allowing = set()
    for place, one in guards:
        if one.effect is Effect.DENY or one.invalid is not None:
            return False
        if takes_all_resources(one) and not one.conditions:
            allowing.add(place)
    return binding <= allowing


def _divided(actions: int, guards: Iterable[Guard]) -> list[tuple[int, tuple[Guard, ...]]]:
    parts: list[tuple[int, tuple[Guard, ...]]] = [(actions, ())] if actions else []
    for guard in guards:
        taken = taken_by(guard[1].action)
        after = []
        for part, before in parts:
            inside = part & taken
            if inside:
                after.append((inside, (*before, guard)))
            if inside != part:
                after.append((part ^ inside, before))
        parts = after
    return parts
