"""The statements in play for a request, layer by layer, and what each says to one holder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple

from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.index.own_tests import OneKey, own_tests
from iamtui.analysis.queries.index.taking import Taken, Taking
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.keys import derive, differs_by_entity
from iamtui.evaluation.matching.layers import asked_of
from iamtui.evaluation.matching.statements import MatchContext, match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import Caller
from iamtui.evaluation.request.context import RequestContext, listed
from iamtui.patterns import matcher_of
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import KeyState, KeyValue
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
    if any(key.lower() == USER_NAME for key in question.request.context):
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


LikeOf = Callable[[int], PreparedRequest]
"""The request as one who is of a place's kind and account makes it."""


class Truths:
    """What statements say to each holder of one request; asked once for all whose keys that it names are equal."""

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._asked: dict[int, MatchContext] = {}
        self._known: dict[tuple[object, ...], Truth] = {}
        self._named: dict[tuple[str, ...], set[int]] = {}

    def named_in(self, resources: tuple[str, ...]) -> set[int]:
        """Those whose name is part of a resource's."""
        if resources not in self._named:
            self._named[resources] = self._holders.named_in(resources)
        return self._named[resources]

    def context(self, place: int, like: PreparedRequest) -> RequestContext:
        """The condition keys of the request if this holder makes it, who is of the kind and account of `like`'s."""
        return self.asked(place, like).context

    def asked(self, place: int, like: PreparedRequest) -> MatchContext:
        """The request as this holder's."""
        found = self._asked.get(place)
        if found is None:
            found = self._asked[place] = asked_by(self._holders.caller(place), like)
        return found

    def of_identity(self, taken: Taken, place: int, like: PreparedRequest, heard: tuple[PolicyKind, Hashable]) -> Truth:
        """What a statement of the holder's own policies says: of which kind, and to whom it says the same."""
        if taken.own_keys and not self._may_name(taken, place, like):
            return Truth.FALSE
        kind = heard[0]
        key: tuple[object, ...] = (id(taken.statement), heard)
        key += tuple([self.value(name, place, like) for name in taken.own_keys])
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = match(taken.statement, kind, self.asked(place, like)).truth
        return found

    def of_layer(self, layer: AppliedLayer, taken: Taken, place: int, like: PreparedRequest) -> Truth:
        """What a statement of another layer says to the holder."""
        caller = self._holders.caller(place)
        key: tuple[object, ...] = (
            id(taken.statement),
            layer.layer,
            caller.kind,
            caller.account,
            caller.has_boundary,
        )
        key += tuple([self.value(name, place, like) for name in taken.own_keys])
        found = self._known.get(key)
        if found is None:
            asked = asked_of(layer, self.asked(place, like))
            found = self._known[key] = match(taken.statement, layer.kind, asked).truth
        return found

    def by_layer(
        self, layer: AppliedLayer, taken: Taken, places: Iterable[int], like: LikeOf
    ) -> dict[Truth, list[int]]:
        """Some places of one kin by what a statement of another layer says to them.

        All but the lines of its Condition block that read keys of their own is matched once for those with a boundary
        and once for the others.
        """
        found: defaultdict[Truth, list[int]] = defaultdict(list)
        own, common = own_tests(taken)
        first: dict[bool, Truth] = {}
        for place in places:
            question = like(place)
            if own is None:
                found[self.of_layer(layer, taken, place, question)].append(place)
                continue
            is_bounded = self._holders.all[place].frame.boundary is not None
            truth = first.get(is_bounded)
            if truth is None:
                asked = asked_of(layer, self.asked(place, question))
                truth = first[is_bounded] = match(taken.statement, layer.kind, asked, common).truth
            for test in own if truth else ():
                truth = min(truth, self._of_test(test, place, question))
            found[truth].append(place)
        return found

    def _of_test(self, test: ConditionTest, place: int, question: PreparedRequest) -> Truth:
        """How a line of a Condition block comes out that compares one key with fixed values: that key alone is read."""
        return test.truth(OneKey(self.value(test.folded_key, place, question)))

    def value(self, name: str, place: int, like: PreparedRequest) -> KeyValue:
        """A key of the entity itself: the same in every request that does not state it; where from does not matter."""
        if any(name == key.lower() for key in like.request.context):
            return self.context(place, like).lookup(name)
        kept = self._holders.values.setdefault((name, like.request.unstated), {})
        found = kept.get(place)
        if found is None:
            found = kept[place] = self.context(place, like).lookup(name)._replace(source="")
        return found

    def _may_name(self, taken: Taken, place: int, like: PreparedRequest) -> bool:
        """Whether some pattern can match: what a variable stands for is literal text, and so is in the resource."""
        element = taken.statement.resource
        if element is None or element.negated or like.asked.left_open is not None:
            return True
        for pattern in element.patterns:
            variables = [variable.folded for variable in pattern.variables if variable.folded in taken.own_keys]
            if not variables or all(self._may_stand_in(name, place, like) for name in variables):
                return True
        return False

    def _may_stand_in(self, name: str, place: int, like: PreparedRequest) -> bool:
        value = self.value(name, place, like)
        if value.state is not KeyState.PRESENT or value.is_list:
            return True
        return any(value.values[0] in resource for resource in like.asked.resources)
