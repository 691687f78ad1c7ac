"""Labels that principals share for whom nothing in play can differ, so that a matrix asks once for all of them (WC2).

Two principals of one kind, account and boundary whose policies take an action by statements that say the same are
decided alike on every resource, if none of these, nor a policy of a resource, reads one's own keys or names one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.access_matrix.askers import Asker
from iamtui.analysis.queries.access_matrix.said_of_known import SaidOfKnown
from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import content_of, own_keys
from iamtui.analysis.queries.index.trusts import nameless
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.resources.written import names_in
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.policy.document import statements_written
from iamtui.policy.statement import PolicyDocument, Statement


class _Told(NamedTuple):
    """What policies of resources say of principals: whom they name, and by which keys they tell others apart."""

    names: frozenset[str]
    marks: Marks
    keys: tuple[str, ...]


class SharedLabels:
    """The labels that were found for one question, by what tells decisions apart."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.said_of_known = SaidOfKnown(ground)
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
        """What policies of the known resources that an action takes say of it to whom; None where there are none.

        What can be said to nobody of a kind and account whom it does not name tells none of these apart.
        """
        found = catalog.action(action)
        taking = None if found is None else self.said_of_known.taking(found)
        if taking is None:
            return None
        key = (action, asker.kind)
        if key not in self._told:
            caller = nameless(asker.asked.caller)
            reading = [one for one in taking if _may_be_said_to(one, caller) and own_keys(one)]
            keys = tuple(sorted({key for one in reading for key in own_keys(one)}))
            self._told[key] = _Told(frozenset(names_in(taking)), Marks(reading), keys)
        return self._told[key]


def _may_be_said_to(statement: Statement, caller: Caller) -> bool:
    """Whether a statement may match a caller whom it does not name."""
    principal = statement.principal
    return principal is None or principal.negated or bool(match_principal(principal, statement.effect, caller).truth)


def statements_in(layer: AppliedLayer) -> Iterator[Statement]:
    """All statements of a layer that can be read."""
    for level in layer.levels:
        yield from statements_in_level(level)


def is_readable(level: AppliedLevel) -> bool:
    """Whether all of one level is known."""
    documents = [policy.document for policy in level.policies]
    return level.missing is None and all(
        one is not None and isinstance(one.policy, PolicyDocument) for one in documents
    )


def statements_in_level(level: AppliedLevel) -> Iterator[Statement]:
    """All statements of one level that can be read."""
    for policy in level.policies:
        yield from statements_written(policy.document)
