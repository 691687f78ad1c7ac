"""Which statements of a principal's own policies match a request, as was found when it was settled."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import OwnMatch, Situation
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.statements import statements_of
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.matching.statements import match
from iamtui.policy.document import statements_written
from iamtui.policy.statement import Statement
from iamtui.policy.truth import Truth


class _Place(NamedTuple):
    """Where a statement stands: in which of the policies of a layer, counted from 0."""

    number: int
    policy: AppliedPolicy
    statement: Statement


class Carried:
    """In which policies of a layer statements stand; found once for all requests that meet the same documents."""

    def __init__(self) -> None:
        self._places: dict[Hashable, dict[int, list[_Place]]] = {}

    def of(self, layer: AppliedLayer, truths: Mapping[int, Truth]) -> list[OwnMatch]:
        """Some statements, by their identity, with the policies that have them, in the order of these."""
        policies = [policy for level in layer.levels for policy in level.policies]
        key = (layer.layer, tuple([id(policy.document) for policy in policies]))
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = {}
            for number, policy in enumerate(policies):
                for one in statements_written(policy.document):
                    places.setdefault(id(one), []).append(_Place(number, policy, one))
        found = [(place, truth) for one, truth in truths.items() for place in places[one]]
        found.sort(key=lambda one: (one[0].number, one[0].statement.index))
        return [OwnMatch(place.policy, place.statement, truth) for place, truth in found]


class Matching:
    """The statements of the principal's own policies that are not false for one request."""

    def __init__(self, situation: Situation, carried: Carried) -> None:
        self._situation = situation
        self._carried = carried

    def __call__(self, holder: Holder, layer: Layer) -> Iterable[OwnMatch]:
        """Those of identity policies, or of the boundary."""
        del holder
        question, settled = self._situation.question, self._situation.settled
        applicable = question.applicable
        own = applicable.permissions_boundary if layer is Layer.PERMISSIONS_BOUNDARY else applicable.identity
        if not settled.partials:  # something else than policies decided
            asked = ((one, match(one[1], own.kind, question.asked).truth) for one in statements_of(own, question))
            return [OwnMatch(policy, statement, truth) for (policy, statement), truth in asked if truth]
        truths: dict[int, Truth] = {}
        for partial in settled.partials:
            if partial.layer is own:
                truths.update((id(statement), Truth.TRUE) for _, statement in partial.matching)
                truths.update((id(statement), Truth.UNKNOWN) for _, statement in partial.undecided)
        return self._carried.of(own, truths)
