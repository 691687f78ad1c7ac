"""The statements of one principal's own side, and what they may allow at all (WP1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, reduce
from itertools import chain
from operator import or_

from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.index.action_sets import all_actions, of_names, taken_by_statement
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.resources.cutting import Parts
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.cells import PatternSet
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyDocument, Statement


class OwnSide:
    """The identity policies of a principal, its boundary and the SCPs; `base` is some request of it."""

    def __init__(self, base: PreparedRequest, ground: Ground) -> None:
        applicable = base.applicable
        self._layers = (applicable.identity, applicable.permissions_boundary, applicable.scp)
        self._allowing = _allowing(applicable.identity)
        self._ground = ground

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements."""
        found = chain.from_iterable(map(statements_of_layer, self._layers))
        return tuple({id(one): one for one in found}.values())

    def statements_taking(self, actions: int) -> Iterator[Statement]:
        """Those that take one of some actions that may be allowed."""
        asked = self.may_be_allowed & actions
        yield from (one for one in self.statements if taken_by_statement(one) & asked)

    @cached_property
    def may_be_allowed(self) -> int:
        """The actions that its identity policies may allow, and those that something else may."""
        if self._allowing is None:
            return all_actions()
        allowing = (one for one in self.statements if id(one) in self._allowing)
        return reduce(or_, map(taken_by_statement, allowing), self._ground.asked_anyway)

    def reached_by(self, alike: Alike) -> PatternSet | None:
        """The patterns of the Allows without which nothing is allowed; None where it may be whatever they match."""
        if self._allowing is None or of_names(alike.actions[:1]) & self._ground.asked_anyway:
            return None
        patterns: list[Parts] = []
        for statement in alike.statements:
            if id(statement) in self._allowing and statement.resource is not None:
                if statement.resource.negated or ANY_RESOURCE in statement.resource.texts:
                    return None
                patterns += [pattern.widest for pattern in statement.resource.patterns]
        return tuple(patterns)


def statements_of_layer(layer: AppliedLayer) -> Iterator[Statement]:
    """The statements of the documents of a layer that can be read."""
    for level in layer.levels:
        for policy in level.policies:
            yield from statements_written(policy.document)


def is_read(layer: AppliedLayer) -> bool:
    """Whether a layer is known, and all of its documents can be read."""
    documents = (policy.document for level in layer.levels for policy in level.policies)
    return not layer.unknown and all(one is not None and isinstance(one.policy, PolicyDocument) for one in documents)


def _allowing(identity: AppliedLayer) -> frozenset[int] | None:
    """The Allows of a layer; None where something in it is not known."""
    if not is_read(identity):
        return None
    return frozenset(id(one) for one in statements_of_layer(identity) if one.effect is Effect.ALLOW)
