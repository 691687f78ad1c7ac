"""The way to an allow: which statements grant it, and by which attachment (WC14)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import dropwhile
from typing import Final, NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, OwnMatch, Situation
from iamtui.analysis.queries.deciding.saying import content_of_open
from iamtui.analysis.queries.index.statements import statements_of
from iamtui.evaluation.answer.assembly import granting_layers
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.matching.layers import asked_of
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class WayKey(NamedTuple):
    """What rows group by: a statement of a policy, and why it applies."""

    policy: str
    statement: str
    origin: str
    owner: str | None


class Grant(NamedTuple):
    """A statement that an answer rests on, and the way that it is; `is_certain` unless something keeps it open.

    `says` is equal for grants of which it does not matter which of them one has beside others.
    """

    layer: Layer
    policy: AppliedPolicy
    statement: Statement
    is_certain: bool
    key: WayKey
    says: Hashable


def way_of(policy: AppliedPolicy, statement: str, layer: Layer = Layer.IDENTITY) -> WayKey:
    """How a statement of a policy, by its label, lets somebody in: of a managed one the policy itself grants."""
    owner = policy.owner
    if layer is not Layer.IDENTITY:
        return WayKey(policy.name, statement, "trust" if layer is Layer.TRUST else "resource", owner)
    if owner is not None and "group/" in owner and owner.split(":", 5)[5].startswith("group/"):
        return WayKey(policy.name, statement, "group", owner)
    if policy.arn is None:
        return WayKey(policy.name, statement, "inline", owner)
    return WayKey(policy.name, statement, "attached", policy.arn)


CERTAIN: Final = None
"""What counts of an Allow of identity policies that is certain."""


def says_of(statement: Statement, truth: Truth | None, question: PreparedRequest) -> Hashable:
    """What of an Allow of identity policies counts beside others: equal for all that are certain."""
    return CERTAIN if truth is Truth.TRUE else content_of_open(statement, question)


def _grant(layer: Layer, match: OwnMatch, question: PreparedRequest) -> Grant:
    policy, statement, truth = match
    is_certain = truth is Truth.TRUE
    own = layer is Layer.IDENTITY
    says = says_of(statement, truth, question) if own else (id(statement), is_certain)
    return Grant(layer, policy, statement, is_certain, way_of(policy, statement.label, layer), says)


def grants_of(answer: Answer) -> Sequence[Grant]:
    """The Allows that an answer rests on: those that are certain where it is allowed, else the open ones too."""
    return resting_on(answer, Granting().allows_of(answer))


def resting_on(answer: Answer, allows: Sequence[Grant]) -> Sequence[Grant]:
    """Of the Allows of an answer those that it rests on: the certain ones where it is allowed, else all."""
    is_allowed = rests_on_certain(answer.situation)
    return [grant for grant in allows if grant.is_certain] if is_allowed else allows


def rests_on_certain(situation: Situation | None) -> bool:
    """Whether an answer rests on the Allows alone that are certain."""
    return situation is not None and situation.settled.is_allowed


class Granting:
    """Finds the Allows of answers; those that are not the holder's own once for all in a situation."""

    def __init__(self) -> None:
        self._layers: dict[int, tuple[Situation, list[Layer | tuple[Grant, ...]]]] = {}
        self._own: dict[int, tuple[OwnMatch, Grant]] = {}

    def allows_of(self, answer: Answer) -> Sequence[Grant]:
        """The Allows of an answer that are not false."""
        situation = answer.situation
        if answer.sessions and (situation is None or situation.label == "denied"):
            situation = next((session for _, session in answer.sessions if session.label != "denied"), None)
        if situation is None or situation.settled.is_denied or not situation.settled.partials:
            return ()  # without them no policy decides
        found: list[Grant] = []
        for one in self._layers_of(answer, situation):
            found += self._of_holder(answer, one, situation) if isinstance(one, Layer) else one
        return found

    def is_only_own(self, answer: Answer) -> bool:
        """Whether nothing but identity policies grants in the situation of an answer."""
        situation = answer.situation
        if answer.sessions or situation is None or situation.settled.is_denied or not situation.settled.partials:
            return False
        return list(self._layers_of(answer, situation)) == [Layer.IDENTITY]

    def _layers_of(self, answer: Answer, situation: Situation) -> Iterable[Layer | tuple[Grant, ...]]:
        """The layers that grant: those of the holder's own by name, of the others what they grant."""
        known = self._layers.get(id(situation))
        if known is None:
            granting = granting_layers(situation.settled.best, situation.question.setting)
            layers = [one for one in situation.question.applicable.layers if one.layer in granting]
            found: list[Layer | tuple[Grant, ...]] = [
                one.layer
                if one.layer in _OWN and one.levels
                else tuple(_matching(answer, situation, one, Effect.ALLOW))
                for one in layers
            ]
            known = self._layers[id(situation)] = (situation, found)  # kept, so that its identity stays its own
        return known[1]

    def _of_holder(self, answer: Answer, layer: Layer, situation: Situation) -> Iterator[Grant]:
        own = self._own
        for one in answer.matches(answer.holder, layer):
            if one.statement.effect is Effect.ALLOW:
                known = own.get(id(one))
                if known is None:  # the match is kept, so that its identity stays its own
                    known = own[id(one)] = (one, _grant(layer, one, situation.question))
                yield known[1]


_OWN = (Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY)
"""The layers that are the holder's own."""


def denying_statement(answer: Answer) -> str | None:
    """For an explicit deny the first statement that denies, as `POLICY#STATEMENT`."""
    return next((reference for _, reference in denying_statements(answer)), None)


def denying_statements(answer: Answer) -> Iterator[tuple[Layer, str]]:
    """For an explicit deny the statements that certainly deny, as `POLICY#STATEMENT`, from the deciding layer on."""
    situation = answer.situation
    if situation is None or situation.settled.best.verdict is not Verdict.EXPLICIT_DENY:
        return
    layers = situation.question.applicable.layers
    for layer in dropwhile(lambda one: one.layer is not situation.settled.best.decided_by, layers):
        for grant in _matching(answer, situation, layer, Effect.DENY):
            if grant.is_certain:
                yield layer.layer, f"{grant.policy.name}#{grant.statement.label}"


def _matching(answer: Answer, situation: Situation, layer: AppliedLayer, effect: Effect) -> Iterator[Grant]:
    """The statements of one layer that match, of identity policies those that the holder carries itself."""
    if layer.layer in _OWN:
        if not layer.levels:
            return  # nothing is known of it
        for policy, statement, truth in answer.matches(answer.holder, layer.layer):
            if statement.effect is effect and truth:
                yield _grant(layer.layer, OwnMatch(policy, statement, truth), situation.question)
        return
    asked = asked_of(layer, situation.question.asked)
    for policy, statement in statements_of(layer, situation.question):
        if statement.effect is effect and (truth := match(statement, layer.kind, asked).truth):
            yield _grant(layer.layer, OwnMatch(policy, statement, truth), situation.question)
