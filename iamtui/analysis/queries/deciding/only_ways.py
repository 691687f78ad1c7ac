"""Whether a way is the only one: what would be left of an answer without an Allow that it rests on (WC14)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, Situation
from iamtui.analysis.queries.deciding.other_values import Trying
from iamtui.analysis.queries.deciding.saying import content_of_open
from iamtui.analysis.queries.deciding.ways import Grant, rests_on_certain
from iamtui.analysis.queries.index.carrying import carried_like
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.statements import asked_by
from iamtui.analysis.queries.index.taking import keys_named, own_keys
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.fixed_outcomes import pre_check
from iamtui.evaluation.matching.layers import LayerResult, PartialResult
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import caller_of
from iamtui.evaluation.weighing import may_be_allowed
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class Resting(NamedTuple):
    """Which of its Allows an answer rests on, by their numbers, and whether each is all that is left of it.

    `is_shared` where the same holds for all in its situation whose Allows say the same.
    """

    each: Sequence[tuple[int, bool]]
    is_shared: bool = True


class _Others(NamedTuple):
    """What there is in a situation beside the Allows of identity policies; it is kept: its identity stays its own.

    `said` is equal where all else is certain, never denies what these allow, and says the same; None where something
    else is open.
    """

    situation: Situation
    may_grant: bool
    said: Hashable


class OnlyWays:
    """Tells whether an answer would be a denial without one of its grants; asked once for all who are alike."""

    def __init__(self, tests: TestsOnce) -> None:
        self._denied: dict[Hashable, bool] = {}
        self._others: dict[int, _Others] = {}
        self._lets_in: dict[Hashable, bool] = {}
        self._keys: dict[Hashable, tuple[str, ...]] = {}
        self._tests = tests
        self._alike: dict[Hashable, tuple[Situation | None, Resting]] = {}

    def of_each(self, answer: Answer, says: Iterable[Hashable], allows: Callable[[], Sequence[Grant]]) -> Resting:
        """Which of its Allows an answer rests on, and whether each is all that is left of it.

        They are asked for only where nobody before had Allows in this situation that say the same.
        """
        situation = answer.situation
        key = (id(situation), *says)
        known = self._alike.get(key)
        if known is not None:
            return known[1]
        grants = allows()
        resting = [
            (place, one) for place, one in enumerate(grants) if one.is_certain or not rests_on_certain(situation)
        ]
        is_shared = situation is None or situation.settled.was_open or not _read_own(grants, answer.holder)
        found = Resting([(place, self.denied_without(answer, grants, one)) for place, one in resting], is_shared)
        if is_shared:
            self._alike[key] = situation, found
        return found

    def denied_without(self, answer: Answer, allows: Sequence[Grant], grant: Grant) -> bool:
        """Whether nothing would be left of an answer, of which these are all Allows, if that of `grant` were not."""
        situation = answer.situation
        if situation is None:
            return True
        if answer.sessions:  # the role is denied where these are as well: what is kept tells of itself alone
            return _denied_without(answer, situation, grant)
        same_layer: list[Grant] = []
        if grant.layer is Layer.IDENTITY:
            for other in allows:
                if other is not grant and other.layer is Layer.IDENTITY:
                    if other.is_certain:
                        return False
                    same_layer.append(other)
        others = self._others_of(situation)
        if grant.layer is Layer.IDENTITY:
            if not same_layer and not others.may_grant:
                return True
            if others.said is not None and any(self._lets_in_alone(answer, situation, one) for one in same_layer):
                return False
            left: Hashable = frozenset([one.says for one in same_layer])
        else:
            left = id(grant.statement)
        key: Hashable = (id(situation), left)
        if same_layer and not situation.settled.was_open:
            # nothing else was open: what is left of identity policies decides, and what that reads was not compared
            whose = _what_is_read(answer.holder, situation, same_layer)
            key = (id(situation) if others.may_grant else None, left, whose)
        if key not in self._denied:
            found = _denied_as_heard(answer, situation, grant)
            self._denied[key] = _denied_without(answer, situation, grant) if found is None else found
        return self._denied[key]

    def _others_of(self, situation: Situation) -> _Others:
        found = self._others.get(id(situation.basis))
        if found is None:
            may_grant = _others_may_grant(situation)
            said = None if may_grant else _said_beside(situation)
            found = self._others[id(situation.basis)] = _Others(situation, may_grant, said)
        return found

    def note(self, situation: Situation) -> None:
        """Note what a situation tells of others: whether its only open statement, if it is an Allow, lets one in."""
        own = (one for one in situation.settled.partials if one.layer.layer is Layer.IDENTITY)
        undecided = [statement for one in own for _, statement in one.undecided]
        if situation.settled.was_open and len(undecided) == 1 and self._others_of(situation).said is not None:
            statement, question = undecided[0], situation.question
            key = self._alone(self._others_of(situation), statement, content_of_open(statement, question), question)
            self._lets_in[key] = not situation.settled.is_denied

    def _lets_in_alone(self, answer: Answer, situation: Situation, grant: Grant) -> bool:
        """Whether an open Allow of identity policies lets a request in if it is all that is left of them.

        Beside others it does so too: no state of the keys is impossible for what others read. Where it is not known to,
        all that is left is asked.
        """
        statement, others = grant.statement, self._others_of(situation)
        first = id(situation), grant.says
        found = self._lets_in.get(first) if situation.settled.was_open else None
        if found is None:
            own = not situation.settled.was_open and own_keys(statement, answer.holder.frame.kind)
            question = _asked_by(answer.holder, situation) if own else situation.question
            key = self._alone(others, statement, grant.says, question)
            found = self._lets_in.get(key)
            if found is None:
                found = self._lets_in[key] = self._may_let_in(question, others, statement)
            if situation.settled.was_open:
                self._lets_in[first] = found
        return found

    def _may_let_in(self, question: PreparedRequest, others: _Others, statement: Statement) -> bool:
        """Whether a question may be allowed if this open statement is all that is left of identity policies.

        It is asked where these alone let the request in and nothing else is open: then that it may match is enough.
        """
        tried = Trying((statement,), self._tests).of(question)
        if tried is None:
            return may_be_allowed(question, _with_open(others.situation, (statement,)), self._tests)
        return tried.may_match

    def _alone(self, others: _Others, statement: Statement, content: Hashable, question: PreparedRequest) -> Hashable:
        """Equal where it comes to the same if a statement, of which this counts, is all that identity policies say."""
        keys = self._keys.get(content)
        if keys is None:
            keys = self._keys[content] = tuple(dict.fromkeys(keys_named(statement)))
        context, caller = question.asked.context, question.subject.caller
        read = tuple([context.lookup(key)._replace(source="") for key in keys])
        return others.said, caller.kind, caller.account, content, read


def _read_own(allows: Iterable[Grant], holder: Holder) -> bool:
    """Whether an open one of some Allows turns on what is the holder's own."""
    return any(not one.is_certain and own_keys(one.statement, holder.frame.kind) for one in allows)


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
    without = (id(grant.statement), carried_like(grant.policy))
    left = [one.statement for one in is_open if (id(one.statement), carried_like(one.policy)) != without]
    reads_own = any(own_keys(statement, kind) for statement in left)
    question = _asked_by(answer.holder, situation) if reads_own else situation.question
    return not may_be_allowed(question, _with_open(situation, left))


def _with_open(situation: Situation, statements: Iterable[Statement]) -> list[PartialResult]:
    """What the layers of a situation say if nothing but these open statements is left of identity policies."""
    undecided = tuple([(0, statement) for statement in statements])
    return [
        one._replace(certain=(LayerResult(),), undecided=undecided) if one.layer.layer is Layer.IDENTITY else one
        for one in situation.settled.partials
    ]


def _said_beside(situation: Situation) -> Hashable:
    """What all layers but identity policies say, where nothing of it is open and these deny nothing; else None."""
    question = situation.question
    if pre_check(question.subject, question.asked.context) is not None:
        return None
    said: list[Hashable] = [question.setting]
    for one in situation.settled.partials:
        if one.layer.layer is Layer.IDENTITY:
            denies = any(result.denies for result in one.certain)
            is_open = denies or any(statement.effect is Effect.DENY for _, statement in one.undecided)
        else:
            is_open = one.layer.unknown or bool(one.undecided) or any(result.is_open for result in one.certain)
            together = one.conclude(question.asked)
            said.append((one.layer.layer, together.denies, together.allows, tuple(together.grants.items())))
        if is_open:
            return None
    return tuple(said)


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
    """Whether a holder would be denied without a grant, and each session of it that a policy names as well (WC11)."""
    holder, question = answer.holder, situation.question
    if holder.entity is not None and question.subject.snapshot is not None:
        question = prepare_for(question.subject.snapshot, replace(question.request, principal=holder.arn))
    asked = (question, *(session.question for _, session in answer.sessions))
    return all(settle_question(_asked_without(one, grant)).is_denied for one in asked)


def _asked_without(question: PreparedRequest, grant: Grant) -> PreparedRequest:
    applicable = question.applicable
    if grant.layer is Layer.IDENTITY:
        applicable = applicable._replace(identity=_without(applicable.identity, grant))
    elif grant.layer is Layer.BUCKET and applicable.bucket is not None:
        applicable = applicable._replace(bucket=_without(applicable.bucket, grant))
    else:
        applicable = applicable._replace(resource=_without(applicable.resource, grant))
    return question._replace(applicable=applicable)


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
