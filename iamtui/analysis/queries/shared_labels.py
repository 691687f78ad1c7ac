"""Labels that principals share for whom nothing in play can differ, so that a matrix asks once for all of them (WC2).

Two principals of one kind, account and boundary whose policies take an action by statements that say the same are
decided alike on every resource, if none of these, nor a policy of a resource, reads one's own keys or names one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.alike import Alike
from iamtui.analysis.queries.askers import Asker
from iamtui.analysis.queries.ground import Ground
from iamtui.analysis.queries.known_resources import Known
from iamtui.analysis.queries.situations import Marks
from iamtui.analysis.queries.taking import content_of, own_keys
from iamtui.analysis.queries.trusts import nameless
from iamtui.analysis.queries.written import names_in
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.policy.document import statements_written
from iamtui.policy.statement import Statement


class _Told(NamedTuple):
    """What policies of resources say of principals: whom they name, and by which keys they tell others apart."""

    names: frozenset[str]
    marks: Marks
    keys: tuple[str, ...]


class SharedLabels:
    """The labels that were found for one question, by what tells decisions apart."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._own: dict[int, tuple[str, ...]] = {}
        self._contents: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._told: dict[Hashable, _Told] = {}
        self.labels: dict[Hashable, str | None] = {}

    def place_of(self, asker: Asker, alike: Alike, said: Hashable) -> Hashable | None:
        """What the label of some actions is kept under; None where it is the principal's own.

        `said` is all that the statements of its own side say that take them.
        """
        action = alike.actions[0]
        protecting = self.ground.protecting(action)
        own: Hashable = None
        if keys := {key for one in protecting for key in self.own_keys(one)}:
            own = asker.marks(sorted(keys), protecting)
        told = self._told_of(action, asker)
        if told is not None:
            if not told.names.isdisjoint(asker.names):
                return None
            own = own, tuple(told.marks.of(key, asker.asked.context) for key in told.keys)
        nature = action if alike.kind is None else alike.nature
        return said, nature, tuple(map(self.content, protecting)), own

    def content(self, statement: Statement) -> int:
        """A number for what a statement says where it takes the action, whoever wrote it."""
        found = self._contents.get(id(statement))
        if found is None:
            found = self._contents[id(statement)] = self._numbers.setdefault(content_of(statement), len(self._numbers))
        return found

    def own_keys(self, statement: Statement) -> tuple[str, ...]:
        """The keys of a principal's own that a statement reads."""
        found = self._own.get(id(statement))
        if found is None:
            found = self._own[id(statement)] = own_keys(statement)
        return found

    def _told_of(self, action: str, asker: Asker) -> _Told | None:
        """What the policies of the known resources that an action takes say of principals; None where there are none.

        What can be said to nobody of a kind and account whom it does not name tells none of these apart.
        """
        found = catalog.action(action)
        if found is None or not self.ground.known.have_policies(found):
            return None
        known = self.ground.known.of(found)
        key = (id(known), asker.kind)  # kept by the ground
        if key not in self._told:
            caller = nameless(asker.asked.caller)
            reading = [one for each in known for one in _said_to(each, caller) if own_keys(one)]
            keys = tuple(sorted({key for one in reading for key in own_keys(one)}))
            self._told[key] = _Told(frozenset(names_in(known)), Marks(reading), keys)
        return self._told[key]


def _said_to(known: Known, caller: Caller) -> Iterator[Statement]:
    """The statements of a resource's policy that may match a caller whom they do not name."""
    for statement in statements_written(known.policy):
        principal = statement.principal
        if principal is None or principal.negated or match_principal(principal, statement.effect, caller).truth:
            yield statement


def statements_in(layer: AppliedLayer) -> Iterator[Statement]:
    """All statements of a layer that can be read."""
    for level in layer.levels:
        yield from statements_in_level(level)


def statements_in_level(level: AppliedLevel) -> Iterator[Statement]:
    """All statements of one level that can be read."""
    for policy in level.policies:
        yield from statements_written(policy.document)
