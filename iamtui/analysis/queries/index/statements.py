"""The statements in play for a request, layer by layer, and what each says to one holder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iamtui.analysis.queries.index.taking import Taken, Taking
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.keys import derive, differs_by_entity
from iamtui.evaluation.matching.statements import MatchContext, match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import Caller
from iamtui.evaluation.request.context import RequestContext, listed
from iamtui.evaluation.request.request import Request
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.principals import PrincipalEntry
from iamtui.policy.statement import Effect, PolicyDocument, PolicyKind, Statement
from iamtui.policy.truth import Truth


class Spoken(NamedTuple):
    """A statement that can match, by its number among those that take the action.

    How it does, `truth`, is None where that depends on who carries it.
    """

    number: int
    taken: Taken
    truth: Truth | None


class Relevance(NamedTuple):
    """What a document's statements say to a request whoever of a kind and account carries it.

    `denying` and `allowing` say whether one matches for all of them, `unknown` ones are open for all; `varying` depend
    on who it is, and `by_name` can match only for users whose name is part of the resource's. `spoken` are all of
    these, in their order.
    """

    denying: bool
    allowing: bool
    unknown: tuple[Statement, ...]
    varying: tuple[Taken, ...]
    by_name: tuple[Taken, ...]
    spoken: tuple[Spoken, ...]


USER_NAME = "aws:username"

NOTHING = Relevance(denying=False, allowing=False, unknown=(), varying=(), by_name=(), spoken=())


def relevance_of(taking: Taking, kind: PolicyKind, question: PreparedRequest) -> Relevance:
    """What a document says to all who are of the kind and account of the request's caller."""
    spoken: list[Spoken] = []
    varying: list[Taken] = []
    by_name: list[Taken] = []
    caller = question.subject.caller.kind
    for number, taken in enumerate(taking.statements):
        own = tuple(key for key in taken.own_keys if differs_by_entity(key, caller)) if taken.own_keys else ()
        if not own:
            truth = match(taken.statement, kind, question.asked).truth
            if truth:
                spoken.append(Spoken(number, taken, truth))
        elif can_match(taken.statement, question):
            one = Taken(taken.statement, own)
            (by_name if _needs_name(taken.statement, question) else varying).append(one)
            spoken.append(Spoken(number, one, None))
    if not spoken:
        return NOTHING
    certain = [one.taken.statement.effect for one in spoken if one.truth is Truth.TRUE]
    unknown = tuple(one.taken.statement for one in spoken if one.truth is Truth.UNKNOWN)
    return Relevance(
        denying=Effect.DENY in certain,
        allowing=Effect.ALLOW in certain,
        unknown=unknown,
        varying=tuple(varying),
        by_name=tuple(by_name),
        spoken=tuple(spoken),
    )


def _needs_name(statement: Statement, question: PreparedRequest) -> bool:
    """Whether every pattern that can match has the name of the user in it, which is literal text there (V5)."""
    element = statement.resource
    if element is None or element.negated or question.asked.left_open is not None:
        return False
    if is_name_stated(question.request):
        return False
    reaching = [
        pattern
        for pattern in element.patterns
        if pattern.text == ANY_RESOURCE
        or any(matcher_of(pattern.widest)(resource) for resource in question.asked.resources)
    ]
    return all(
        any(variable.folded == USER_NAME and variable.default is None for variable in pattern.variables)
        for pattern in reaching
    )


def is_name_stated(request: Request) -> bool:
    """Whether a request says what the name of the user is: then it need not be that of the holder."""
    return any(key.lower() == USER_NAME for key in request.context)


def can_match(statement: Statement, question: PreparedRequest) -> bool:
    """Whether the Resource element may match, whatever the values of its variables are."""
    element = statement.resource
    if element is None or element.negated or question.asked.left_open is not None:
        return True
    named = [resource for resource in question.asked.resources if resource != ANY_RESOURCE]
    return any(
        pattern.text == ANY_RESOURCE or any(matcher_of(pattern.widest)(resource) for resource in named)
        for pattern in element.patterns
    )


def statements_of(layer: AppliedLayer | None, question: PreparedRequest) -> Iterator[tuple[AppliedPolicy, Statement]]:
    """The statements of a layer that take the action, each with its policy."""
    for level in () if layer is None else layer.levels:
        for policy in level.policies:
            content = None if policy.document is None else policy.document.policy
            if isinstance(content, PolicyDocument):
                for statement in content.taking(question.asked.folded_action, question.asked.service):
                    yield policy, statement


def layers_beside(question: PreparedRequest) -> Iterator[AppliedLayer]:
    """All layers but those of the caller's identity policies and boundary."""
    applicable = question.applicable
    for layer in applicable.layers:
        if layer is not applicable.identity and layer is not applicable.permissions_boundary:
            yield layer


def statements_beside(question: PreparedRequest) -> Iterator[Statement]:
    """The statements that take the action in all layers but those of identity policies and boundary."""
    for layer in layers_beside(question):
        yield from (statement for _, statement in statements_of(layer, question))


def statements_beside_identity(question: PreparedRequest) -> Iterator[Statement]:
    """The statements that take the action in all layers but that of identity policies."""
    yield from statements_beside(question)
    yield from (statement for _, statement in statements_of(question.applicable.permissions_boundary, question))


def entries_in_play(question: PreparedRequest) -> Iterator[tuple[Statement, PrincipalEntry]]:
    """The principal entries of all policies on the resource's side and the way to it."""
    for statement in statements_of_resource(question):
        for entry in () if statement.principal is None else statement.principal.entries:
            yield statement, entry


def statements_of_resource(question: PreparedRequest) -> Iterator[Statement]:
    """The statements that take the action in all policies on the resource's side and the way to it."""
    applicable = question.applicable
    for layer in (applicable.resource, applicable.bucket, applicable.vpc_endpoint):
        yield from (statement for _, statement in statements_of(layer, question))


def asked_by(caller: Caller, like: PreparedRequest) -> MatchContext:
    """What statements are matched against if one asks who is of the kind and account of `like`'s caller."""
    context = RequestContext(like.subject._replace(caller=caller), listed(like.request.context), derive)
    return like.asked._replace(caller=caller, context=context)
