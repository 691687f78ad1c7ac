"""The actions that some statements take, divided by what tells them apart (WP1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import (
    Alike,
    Nature,
    is_listed_in,
    listed_of,
    nature_of,
    reads_nothing_listed,
    types_of,
)
from iamtui.analysis.queries.actions.shapes import spans
from iamtui.analysis.queries.actions.traits import read_only_of_classes, seen_of, trait_of
from iamtui.analysis.queries.index.action_sets import Taken, names_in, of_names, of_service
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.resources.known_resources import KnownResources
from iamtui.policy.statement import Statement

_MOST_KEPT = 4_096
"""For how many sets of actions it is kept which are alike."""


_MUCH = 4
"""From what share of a service on all of it is told apart, to be kept for others."""


class _Told(NamedTuple):
    """Actions that nothing but statements tells apart; `nature` is None where one is asked for itself."""

    actions: tuple[str, ...]
    protecting: tuple[Statement, ...]
    nature: Nature | None
    types: tuple[str, ...]
    listed: Hashable


class Grouping:
    """Finds the actions that are alike, the same for everybody in most cases: what is found is kept."""

    def __init__(self, known: KnownResources, protecting: Callable[[str], tuple[Statement, ...]]) -> None:
        self._known = known
        self._protecting = protecting
        self._tested: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._found: dict[Hashable, tuple[Alike, ...]] = {}
        self._told: dict[Hashable, tuple[_Told, ...]] = {}
        self._services: dict[tuple[str, tuple[str, ...]], tuple[tuple[_Told, int], ...]] = {}

    def alike(self, taken: Taken) -> tuple[Alike, ...]:
        """The actions that some statements take, by what tells them apart."""
        key = (taken.actions, _ids(taken.statements))
        if key not in self._found:
            _make_room(self._found)
            told = self._told_apart(taken.actions, self.tested(taken.statements))
            self._found[key] = tuple(_alike(one, taken.statements) for one in told)
        return self._found[key]

    def tested(self, statements: Sequence[Statement]) -> tuple[str, ...]:
        """The keys that statements name."""
        key = _ids(statements)
        if key not in self._tested:
            self._tested[key] = tuple(sorted({named for one in statements for named in keys_named(one)}))
        return self._tested[key]

    def _told_apart(self, actions: int, tested: tuple[str, ...]) -> tuple[_Told, ...]:
        """The same for all statements that take the actions and test the same keys."""
        if (actions, tested) not in self._told:
            _make_room(self._told)
            self._told[actions, tested] = self._of_much(actions, tested) or self._told_anew(actions, tested)
        return self._told[actions, tested]

    def _of_much(self, actions: int, tested: tuple[str, ...]) -> tuple[_Told, ...]:
        """Much of one service by what tells all of its actions apart; nothing where it is few, or of several."""
        service = next(names_in(actions)).partition(":")[0]
        whole = of_service(service)
        if actions & ~whole or actions.bit_count() * _MUCH < whole.bit_count():
            return ()
        parts = ((one, actions & members) for one, members in self._in_service(service, tested))
        return tuple(one._replace(actions=tuple(names_in(inside))) for one, inside in parts if inside)

    def _in_service(self, service: str, tested: tuple[str, ...]) -> tuple[tuple[_Told, int], ...]:
        """All actions of a service by what tells them apart, each with the set of them."""
        key = (service, tuple(key for key in tested if is_listed_in(service, key)))
        if key not in self._services:
            every = self._told_anew(of_service(service), key[1])
            self._services[key] = tuple((one, of_names(one.actions)) for one in every)
        return self._services[key]

    def _told_anew(self, actions: int, tested: tuple[str, ...]) -> tuple[_Told, ...]:
        groups: dict[Hashable, list[str]] = defaultdict(list)
        told: dict[Hashable, _Told] = {}
        for action in names_in(actions):
            one = self._told_of(action, tested)
            key = action if one.nature is None else (_ids(one.protecting), one[2:])
            groups[key].append(action)
            told[key] = one
        return tuple(one._replace(actions=tuple(groups[key])) for key, one in told.items())

    def _told_of(self, action: str, tested: tuple[str, ...]) -> _Told:
        """All by which decisions tell an action from others on the same resource.

        Policies of known resources name actions; those of roles are asked by none of IAM.
        """
        protecting, nature = self._protecting(action), nature_of(action)
        found = catalog.action(action)
        if nature is None or found is None or self._known.have_policies(found):
            return _Told((action,), protecting, None, types_of(action), None)
        if protecting:
            tested = tuple(sorted({*tested, *self.tested(protecting)}))
        return _Told((action,), protecting, nature, types_of(action), listed_of(action, tested))


def _alike(told: _Told, statements: tuple[Statement, ...]) -> Alike:
    nature = (told.nature, told.types, told.listed)
    if told.nature is None:
        return Alike(told.actions, statements, nature=nature)
    action = told.actions[0]
    every = [one for one in (*statements, *told.protecting) if spans(one.resource, action) is not False]
    kind = (told.nature, _ids(every), told.listed)
    is_whole = all(spans(one.resource, action) for one in every) and reads_nothing_listed(action, every)
    trait = trait_of(action) if is_whole and read_only_of_classes(every) else None
    if trait is None:
        return Alike(told.actions, statements, kind, is_whole, nature)
    ids = _ids(every)
    return Alike(told.actions, statements, kind, is_whole, nature, (trait, ids), (seen_of(action), ids))


def _ids(statements: Sequence[Statement]) -> tuple[int, ...]:
    return tuple(map(id, statements))


def _make_room(kept: dict[Hashable, tuple[Alike, ...]] | dict[Hashable, tuple[_Told, ...]]) -> None:
    while len(kept) >= _MOST_KEPT:
        del kept[next(iter(kept))]
