"""The way to an allow: which statements grant it, by which attachment, and who has no other (WC14)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, OwnMatch, Situation
from iamtui.analysis.queries.deciding.saying import content_of_open
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.statements import asked_by, statements_of
from iamtui.analysis.queries.index.taking import own_keys
from iamtui.evaluation.answer.assembly import granting_layers
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.matching.layers import LayerResult, asked_of
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import caller_of
from iamtui.evaluation.weighing import may_be_allowed
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class WayKey(NamedTuple):
    """What rows group by: a statement of a policy, and why it applies."""

    policy: str
    statement: str
    origin: str
    owner: str | None


class Grant(NamedTuple):
    """A statement that an answer rests on, and the way that it is; `is_certain` unless something keeps it open."""

    layer: Layer
    policy: AppliedPolicy
    statement: Statement
    is_certain: bool
    key: WayKey


def _grant(layer: Layer, policy: AppliedPolicy, statement: Statement, truth: Truth) -> Grant:
    key = WayKey(policy.name, statement.label, *_origin(layer, policy))
    return Grant(layer, policy, statement, truth is Truth.TRUE, key)


def _origin(layer: Layer, policy: AppliedPolicy) -> tuple[str, str | None]:
    """How a policy is attached, and who carries it: for a managed one that is the policy itself."""
    if layer is Layer.TRUST:
        return "trust", policy.owner
    if layer is not Layer.IDENTITY:
        return "resource", policy.owner
    if policy.owner is not None and policy.owner.split(":", 5)[5].startswith("group/"):
        return "group", policy.owner
    return ("inline", policy.owner) if policy.arn is None else ("attached", policy.arn)


def grants_of(answer: Answer) -> Sequence[Grant]:
    """The Allows that an answer rests on: those that are certain where it is allowed, else the open ones too."""
    return resting_on(answer, Granting().allows_of(answer))


def resting_on(answer: Answer, allows: Sequence[Grant]) -> Sequence[Grant]:
    """Of the Allows of an answer those that it rests on: the certain ones where it is allowed, else all."""
    situation = answer.situation
    if situation is not None and situation.settled.is_allowed:
        return [grant for grant in allows if grant.is_certain]
    return allows


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
            if isinstance(one, Layer):
                found += self._of_holder(answer, one)
            else:
                found += one
        return found

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

    def _of_holder(self, answer: Answer, layer: Layer) -> Iterator[Grant]:
        for one in answer.matches(answer.holder, layer):
            if one.statement.effect is Effect.ALLOW:
                known = self._own.get(id(one))
                if known is None or known[0] is not one:
                    known = self._own[id(one)] = (one, _grant(layer, *one))
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
                yield _grant(layer.layer, policy, statement, truth)
        return
    asked = asked_of(layer, situation.question.asked)
    for policy, statement in statements_of(layer, situation.question):
        if statement.effect is effect and (truth := match(statement, layer.kind, asked).truth):
            yield _grant(layer.layer, policy, statement, truth)


class OnlyWays:
    """Tells whether an answer would be a denial without one of its grants; asked once for all who are alike."""

    def __init__(self) -> None:
        self._denied: dict[Hashable, bool] = {}
        self._others: dict[int, tuple[Situation, bool]] = {}  # a situation is kept: its identity stays its own

    def denied_without(self, answer: Answer, allows: Sequence[Grant], grant: Grant) -> bool:
        """Whether nothing would be left of an answer, of which these are all Allows, if that of `grant` were not."""
        situation = answer.situation
        if situation is None:
            return True
        same_layer: list[Grant] = []
        if grant.layer is Layer.IDENTITY:
            for other in allows:
                if other is not grant and other.layer is Layer.IDENTITY:
                    if other.is_certain:
                        return False
                    same_layer.append(other)
        others_may_grant = self._others_may_grant(situation)
        if grant.layer is Layer.IDENTITY:
            if not same_layer and not others_may_grant:
                return True
            left: Hashable = frozenset([content_of_open(one.statement, situation.question) for one in same_layer])
        else:
            left = id(grant.statement)
        key: Hashable = (id(situation), left)
        if same_layer and not situation.settled.was_open:
            # nothing else was open: what is left of identity policies decides, and what that reads was not compared
            whose = _what_is_read(answer.holder, situation, same_layer)
            key = (id(situation) if others_may_grant else None, left, whose)
        if key not in self._denied:
            found = _denied_as_heard(answer, situation, grant)
            self._denied[key] = _denied_without(answer, situation, grant) if found is None else found
        return self._denied[key]

    def _others_may_grant(self, situation: Situation) -> bool:
        found = self._others.get(id(situation))
        if found is None:
            found = self._others[id(situation)] = (situation, _others_may_grant(situation))
        return found[1]


def _what_is_read(holder: Holder, situation: Situation, left: Sequence[Grant]) -> Hashable:
    """Equal for those for whom all is equal that some statements read."""
    kind = holder.frame.kind
    keys = {key for one in left for key in own_keys(one.statement, kind)}
    context = _asked_by(holder, situation).asked.context if keys else situation.question.asked.context
    values = [(key, context.lookup(key)._replace(source="")) for key in keys]
    return kind, holder.frame.account, frozenset(values)


def _asked_by(holder: Holder, situation: Situation) -> PreparedRequest:
    """The question of a situation as one of those in it asks it, but for the policies."""
    question = situation.question
    if holder.entity is None:
        return question
    asked = asked_by(caller_of(holder.entity, holder.frame.account), question)
    return question._replace(subject=asked.context.subject, asked=asked)


def _denied_as_heard(answer: Answer, situation: Situation, grant: Grant) -> bool | None:
    """Whether nothing is left without the last certain allow, or an open one, of identity policies.

    All else was heard when the situation was decided. None where more than that depends on it.
    """
    settled, kind = situation.settled, answer.holder.frame.kind
    own = (one for one in settled.partials if one.layer.layer is Layer.IDENTITY)
    if grant.layer is not Layer.IDENTITY or any(result.denies for one in own for result in one.certain):
        return None
    if not settled.was_open and _others_may_grant(situation):
        return None
    is_open = (one for one in answer.matches(answer.holder, Layer.IDENTITY) if one.truth is Truth.UNKNOWN)
    left = [one.statement for one in is_open if one.statement is not grant.statement or one.policy != grant.policy]
    reads_own = any(own_keys(statement, kind) for statement in left)
    question = _asked_by(answer.holder, situation) if reads_own else situation.question
    silent = (LayerResult(),)
    undecided = tuple((0, statement) for statement in left)
    heard = [
        one._replace(certain=silent, undecided=undecided) if one.layer.layer is Layer.IDENTITY else one
        for one in settled.partials
    ]
    return not may_be_allowed(question, heard)


def _others_may_grant(situation: Situation) -> bool:
    """Whether anything beside the identity policies that were read can let a request in.

    Filters and boundaries never do (E40-E78); what cannot be read may deny, too, as nothing else leaves open there.
    """
    applicable = situation.question.applicable
    if applicable.resource.applies or applicable.bucket is not None:
        return True
    own = (one for one in situation.settled.partials if one.layer.layer is Layer.IDENTITY)
    return any(result.denies is Truth.UNKNOWN for one in own for result in one.certain)


def _denied_without(answer: Answer, situation: Situation, grant: Grant) -> bool:
    holder, question = answer.holder, situation.question
    if holder.entity is not None and question.subject.snapshot is not None:
        question = prepare_for(question.subject.snapshot, replace(question.request, principal=holder.arn))
    applicable = question.applicable
    if grant.layer is Layer.IDENTITY:
        applicable = applicable._replace(identity=_without(applicable.identity, grant))
    elif grant.layer is Layer.BUCKET and applicable.bucket is not None:
        applicable = applicable._replace(bucket=_without(applicable.bucket, grant))
    else:
        applicable = applicable._replace(resource=_without(applicable.resource, grant))
    return settle_question(question._replace(applicable=applicable)).is_denied


def _without(layer: AppliedLayer, grant: Grant) -> AppliedLayer:
    """The layer with one policy of which a statement is left out."""
    levels = tuple(
        level._replace(policies=tuple(_left(policy, grant) for policy in level.policies)) for level in layer.levels
    )
    return layer._replace(levels=levels)


def _left(policy: AppliedPolicy, grant: Grant) -> AppliedPolicy:
    same = grant.policy  # of one holder or of another who carries it alike
    if policy.document is None or policy._replace(owner=same.owner) != same:
        return policy
    return policy._replace(document=policy.document.without(grant.statement.index))
