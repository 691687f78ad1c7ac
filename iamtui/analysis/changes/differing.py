"""By which statements, and for which actions, two sides of a principal can be told apart (CH5).

A statement is its Action and the rest of it. Where both sides have a statement with one rest that takes an action, that
says the same of it on both. So only those actions can be decided otherwise that a rest takes on one side alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from enum import Enum, auto
from functools import cached_property, reduce
from itertools import zip_longest
from operator import or_
from typing import NamedTuple

from iamtui.analysis.changes.action_classes import taken_by
from iamtui.analysis.changes.inputs import FIRST_RCPS, Inputs, Level, Levels, statements_in
from iamtui.analysis.queries.actions.reached import spoken_of
from iamtui.analysis.queries.index import action_sets
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.keys import differs_by_entity
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.normal_form import NormalStatement, rest_of
from iamtui.policy.statement import Effect, InvalidDocument, Statement


class Differing(NamedTuple):
    """The actions, as bits, and the statements that tell on which resources.

    `beside` says that the policies of resources can tell too. `whole` where not the same is unknown on both sides.
    """

    actions: int = 0
    statements: tuple[Statement, ...] = ()
    beside: bool = False
    whole: bool = False

    def joined(self, other: Differing) -> Differing:
        """Both together."""
        statements = (*self.statements, *other.statements)
        return Differing(
            self.actions | other.actions, statements, self.beside or other.beside, self.whole or other.whole
        )


def whatever_takes(statements: Iterable[Statement], *, beside: bool = False) -> Differing:
    """All that some statements take."""
    several = tuple(statements)
    return Differing(taken_by(several), several, beside)


class Comparer:
    """Compares the two sides of principals; what is the same for many is found once."""

    def __init__(self, of_resources: Sequence[Statement]) -> None:
        """`of_resources` are the statements of the policies of resources and roles, on both sides."""
        self._of_resources = of_resources
        self._levels: dict[Hashable, Differing] = {}
        self._keys: dict[int, Mapping[str, Sequence[Statement]]] = {}
        self._keys_of_resources = _by_key(of_resources)

    def differing(self, old: Inputs | None, new: Inputs | None) -> Differing:
        """What tells the sides of a principal apart; None where it is on one of them only."""
        there = [side for side in (old, new) if side is not None]
        own = (one for side in there for level in side.identity for one in statements_in(level))
        if old is None or new is None:
            return whatever_takes(own).joined(self._by_resources)
        found = reduce(Differing.joined, self._of_layers(old, new), Differing())
        found = found.joined(whatever_takes(self._read_otherwise(old, new)))
        if found.whole or old.lets_guests_in != new.lets_guests_in:
            return found.joined(whatever_takes(own)).joined(self._by_resources)
        if any(map(_comes_or_goes, old.limits, new.limits)):  # it is the principal's own that it limits
            return found._replace(statements=(*found.statements, *own), beside=True)
        return found._replace(beside=old.limits != new.limits or found.beside)

    @cached_property
    def _by_resources(self) -> Differing:
        """All that the policies of resources and roles take."""
        return whatever_takes(self._of_resources, beside=True)

    def _of_layers(self, old: Inputs, new: Inputs) -> Iterator[Differing]:
        yield from self._of_levels(old.identity, new.identity, _Kind.IDENTITY)
        for place, (before, after) in enumerate(zip(old.limits, new.limits, strict=True)):
            kind = _Kind.RCP if place >= FIRST_RCPS else _Kind.LIMIT
            yield from self._of_levels(before or (), after or (), kind)
        if (old.entity.boundary is None) != (new.entity.boundary is None):
            spared = (one for one in self._of_resources if one.principal is not None and one.principal.negated)
            yield whatever_takes(spared, beside=True)  # E50
        ids = {old.entity.unique_id, new.entity.unique_id}
        if len(ids) > 1:
            yield whatever_takes((one for one in self._of_resources if _names(one, ids)), beside=True)

    def _of_levels(self, old: Levels, new: Levels, kind: _Kind) -> Iterator[Differing]:
        if old == new:
            return
        for before, after in zip_longest(old, new):
            key = (kind, *(None if level is None else tuple(map(id, level)) for level in (before, after)))
            if key not in self._levels:
                self._levels[key] = _apart(before, after, kind)
            yield self._levels[key]

    def _read_otherwise(self, old: Inputs, new: Inputs) -> Iterator[Statement]:
        """The statements that read a key of the principal which is not the same on both sides."""
        if old.own == new.own and not any(_is_changed(key, old, new) for key in _OF_THE_PLACE):
            return
        reading = [self._keys_of(one) for side in (old, new) for one in side.documents]
        reading.append(self._keys_of_resources)
        changed: dict[str, bool] = {}
        for by_key in reading:
            for key, statements in by_key.items():
                if key not in changed:
                    changed[key] = _is_changed(key, old, new)
                if changed[key]:
                    yield from statements

    def _keys_of(self, document: Document) -> Mapping[str, Sequence[Statement]]:
        found = self._keys.get(id(document))
        if found is None:
            found = self._keys[id(document)] = _by_key(statements_written(document))
        return found


class _Kind(Enum):
    """What kind of layer a level is of: by it, what one says that is not there."""

    IDENTITY = auto()  # nothing
    LIMIT = auto()  # that all is allowed
    RCP = auto()  # nothing: the Allows of RCPs do not count (E32)


_Rest = NormalStatement
"""A statement without its Action."""

_ALL_ALLOWED: _Rest = frozenset(
    (("effect", frozenset[Hashable]((Effect.ALLOW,))), ("resource", frozenset[Hashable]((ANY_RESOURCE,))))
)
_OF_THE_PLACE = frozenset(("aws:principalorgid", "aws:principalorgpaths", "aws:resourceorgid", "aws:resourceorgpaths"))
"""Keys that follow from where in its organization an account is."""


def _apart(before: Level | None, after: Level | None, kind: _Kind) -> Differing:
    """What tells two levels apart."""
    whole = (before or ()).count(None) != (after or ()).count(None)
    taken: list[dict[_Rest, int]] = []
    statements: list[tuple[_Rest, int, Statement]] = []
    for own, other in ((before, after), (after, before)):
        side: dict[_Rest, int] = defaultdict(int)
        if own is None and kind is _Kind.LIMIT:
            side[_ALL_ALLOWED] = action_sets.all_actions()
        for document in own or ():
            if document is None or document in (other or ()):
                continue
            whole |= isinstance(document.policy, InvalidDocument)
            for said in _said_by(document, kind):
                rest, actions, _ = said
                side[rest] |= actions
                statements.append(said)
        taken.append(side)
    old, new = taken
    differ = {rest: old.get(rest, 0) ^ new.get(rest, 0) for rest in (*old, *new)}
    telling = tuple(statement for rest, actions, statement in statements if actions & differ[rest])
    return Differing(reduce(or_, differ.values(), 0), telling, beside=False, whole=whole)


def _said_by(document: Document, kind: _Kind) -> Iterator[tuple[_Rest, int, Statement]]:
    """The statements that count, each without its Action and with the actions that it takes."""
    policy = document.policy
    if isinstance(policy, InvalidDocument):
        return
    for statement in policy.statements:
        if statement.invalid is None and not (kind is _Kind.RCP and statement.effect is Effect.ALLOW):
            yield rest_of(statement, policy), spoken_of(statement), statement


def _comes_or_goes(before: Levels | None, after: Levels | None) -> bool:
    """Whether a limit, or a level of it, is on one side only."""
    return (before is None) != (after is None) or len(before or ()) != len(after or ())


def _is_changed(key: str, old: Inputs, new: Inputs) -> bool:
    return old.value(key) != new.value(key)


def _names(statement: Statement, ids: Set[str]) -> bool:
    return statement.principal is not None and any(one.text in ids for one in statement.principal.entries)


def _by_key(statements: Iterable[Statement]) -> Mapping[str, Sequence[Statement]]:
    """The statements that read a key which can differ between the sides of one principal, by key."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        for key in dict.fromkeys(keys_named(statement)):
            if key in _OF_THE_PLACE or differs_by_entity(key):
                found[key].append(statement)
    return found
