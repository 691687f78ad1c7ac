"""All that is in force for a principal as one identity policy, and where no such policy says the same (WP4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import orjson

from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation
from iamtui.analysis.queries.deciding.ways import grants_of
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.index.action_sets import names_in
from iamtui.analysis.queries.one_principal.can import ALONE, CanQuestion, Progress, asked_of_one
from iamtui.analysis.queries.one_principal.known_values import in_known_values
from iamtui.analysis.queries.one_principal.reach import Reach
from iamtui.evaluation.applicable.from_documents import FromDocuments
from iamtui.evaluation.applicable.policies import Applicable, AppliedLayer, GivenPolicies
from iamtui.evaluation.decide import Settled, settle_question
from iamtui.evaluation.decision import Layer, Outcome, Verdict
from iamtui.evaluation.matching.statements import COMPLETING
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import NamedPolicy
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.scopes import EVERYTHING, Data, Scope, Test, as_data, may_meet, merged, scope_of, together
from iamtui.policy.shared_patterns import Patterns, UnwritableError, without_covered
from iamtui.policy.statement import Effect, forbidden_element
from iamtui.snapshot.model import Snapshot

_ANY_ARN = Patterns(("arn:*:*:*:*:*",))
"""Every resource, but not `*`, which is what calls without a resource ask for (L36)."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the policy says otherwise than all that is in force.

    Attributes:
        truly: what is so in truth: allowed, conditional or denied.
        said: what the policy alone decides.
        by: the layer by which it is so.
        missing: what the export does not say, if it depends on that.
        resource: an example of on what, for the first of `actions`.
    """

    truly: str
    said: str
    by: Layer
    missing: str | None
    actions: tuple[str, ...]
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivePolicy:
    """A policy, and where it says otherwise than what is in force.

    Attributes:
        statements: those of the policy.
        left_out: what it says otherwise; nothing: it was asked about everything and is exact.
        complete: False where a limit was met, so that there may be more that it says otherwise.
    """

    principal: str
    statements: tuple[Mapping[str, Data], ...]
    left_out: tuple[LeftOut, ...]
    leans_on: tuple[str, ...]
    complete: bool

    @property
    def document(self) -> Mapping[str, Data]:
        """The policy document."""
        return document_of(self.statements)


def document_of(statements: tuple[Mapping[str, Data], ...]) -> Mapping[str, Data]:
    """A policy document of some statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def effective_policy(snapshot: Snapshot, question: CanQuestion, progress: Progress | None = None) -> EffectivePolicy:
    """The policy that gives a principal what it can really do; then it is held against that, action by action.

    Raises:
        QuestionError: nothing that exists is asked about, or root is asked, which no policy restricts.
        RequestError: the principal, the resource or a key is malformed, or its account has no such principal.
    """
    asked = asked_of_one(snapshot, question)
    if asked.reach.base.subject.caller.kind is CallerKind.ROOT:
        raise QuestionError(f"{question.principal}: expected a user, role or group; root carries no identity policy")
    composition = _Composition(asked.reach, question)
    allows, denies = composition.scopes()
    written = (*(as_data(one, Effect.ALLOW) for one in allows), *(as_data(one, Effect.DENY) for one in denies))
    statements = written or (as_data(EVERYTHING, Effect.DENY),)  # a policy has one at least
    comparison = _Comparison(Document(orjson.dumps(document_of(written))), tuple(composition.unwritten))
    for cell, actions in asked.cells(progress):
        comparison.hold(cell, actions)
    return EffectivePolicy(
        principal=question.principal,
        statements=statements,
        left_out=tuple(comparison.left_out()),
        leans_on=tuple(one for one in asked.assumed if one != ALONE),
        complete=asked.reach.complete,
    )


class _Composition:
    """Makes one list of Allows of all layers, each narrowed to what the layers beside it allow, and of their Denies."""

    def __init__(self, reach: Reach, question: CanQuestion) -> None:
        self._question = question
        base = reach.base
        caller = base.subject.caller
        self._account = caller.account or ""
        queue = f"arn:{caller.partition or 'aws'}:sqs:us-east-1:{self._account}:any"
        self._rcp = reach.prepare("sqs:SendMessage", queue).applicable.rcp
        self._applicable: Applicable = base.applicable
        self._context = base.asked.context
        self.unwritten: dict[Layer, None] = {}
        """The layers of which no statement says what they leave of the others'."""

    def scopes(self) -> tuple[list[Scope], list[Scope]]:
        """What is allowed, and what is denied of that."""
        applicable = self._applicable
        own = (applicable.identity, applicable.permissions_boundary, applicable.scp)
        denies = [*(one for layer in own for one in _denied_by(layer)), *self._denied_by_rcps()]
        allows = merged(_allowed_by(applicable.identity, range(len(applicable.identity.levels))))
        for layer in (applicable.permissions_boundary, applicable.scp):
            for number in range(len(layer.levels)):
                allows = self._narrowed(allows, list(_allowed_by(layer, (number,))), layer.layer)
        for wanted in self._wanted():
            allows = self._narrowed(allows, [wanted], Layer.IDENTITY)
        allows = merged(_left(allows, denies))
        return allows, merged(_biting(denies, allows))

    def _denied_by_rcps(self) -> Iterator[Scope]:
        """RCPs bind resources of the account, not calls without one; other accounts' are not spoken of."""
        owned = (Test("StringEquals", "aws:ResourceAccount", (self._account,)),)
        for scope in _denied_by(self._rcp):
            bound = self._common(scope, Scope(EVERYTHING.actions, _ANY_ARN, owned), Layer.RCP)
            if bound is None and scope.resources.negated:
                bound = self._common(scope, EVERYTHING._replace(tests=owned), Layer.RCP)
            if bound is not None:
                yield bound

    def _narrowed(self, allows: list[Scope], within: list[Scope], layer: Layer) -> list[Scope]:
        """What is left of some Allows where those of a layer have to allow it too."""
        if EVERYTHING in within:
            return allows
        both = (self._common(allow, other, layer) for allow in allows for other in within)
        return merged(one for one in both if one is not None)

    def _common(self, first: Scope, second: Scope, layer: Layer) -> Scope | None:
        """What both take, in the values known of the caller where no statement says it in variables.

        None also where none says it even so, which the comparison then finds.
        """
        with suppress(UnwritableError):
            return together(first, second)
        try:
            return together(in_known_values(first, self._context), in_known_values(second, self._context))
        except UnwritableError:
            self.unwritten[layer] = None
            return None

    def _wanted(self) -> Iterator[Scope]:
        """What is asked about, as one more layer each."""
        question = self._question
        everywhere = Patterns((ANY_RESOURCE,))
        if question.services:
            yield Scope(Patterns(tuple(f"{service}:*" for service in question.services)), everywhere)
        if question.actions:
            yield Scope(Patterns(question.actions), everywhere)
        if question.level is not None:
            yield Scope(Patterns(tuple(names_in(question.wanted))), everywhere)
        if question.resource is not None:
            yield Scope(Patterns(("*",)), Patterns((question.resource,)))


def _allowed_by(layer: AppliedLayer, levels: Iterable[int]) -> Iterator[Scope]:
    for number in levels:
        yield from _scopes_of(layer, number, Effect.ALLOW)


def _denied_by(layer: AppliedLayer) -> Iterator[Scope]:
    for number in range(len(layer.levels)):
        yield from _scopes_of(layer, number, Effect.DENY)


def _scopes_of(layer: AppliedLayer, level: int, effect: Effect) -> Iterator[Scope]:
    """What the statements of one effect take; one that no identity policy can say is left out."""
    for policy in layer.levels[level].policies:
        for statement in statements_written(policy.document):
            if statement.effect is effect and forbidden_element(statement, layer.kind) is None:
                try:
                    yield scope_of(statement, completes_short=layer.kind in COMPLETING)
                except UnwritableError:
                    continue


def _left(allows: Iterable[Scope], denies: Iterable[Scope]) -> Iterator[Scope]:
    """The Allows without what is denied on every resource, whatever else is so."""
    gone = [
        text
        for deny in denies
        if not deny.tests and not deny.actions.negated and deny.resources == EVERYTHING.resources
        for text in deny.actions.texts
    ]
    for allow in allows:
        actions = without_covered(allow.actions, gone)
        if actions.takes_any:
            yield allow._replace(actions=actions)


def _biting(denies: Iterable[Scope], allows: Iterable[Scope]) -> Iterator[Scope]:
    """The Denies without what nothing allows anyway."""
    for deny in denies:
        if deny.actions.negated:
            bites = any(may_meet(deny, allow) for allow in allows)
            actions = deny.actions if bites else Patterns(())
        else:
            each = (deny._replace(actions=Patterns((text,))) for text in deny.actions.texts)
            biting = (one.actions.texts for one in each if any(may_meet(one, allow) for allow in allows))
            actions = Patterns(tuple(chain.from_iterable(biting)))
        if actions.takes_any:
            yield deny._replace(actions=actions)


class _Difference(NamedTuple):
    """What differs, and by what it does."""

    truly: str
    said: str
    by: Layer
    missing: str | None


class _Comparison:
    """Decides what was decided once more, by a policy alone, and keeps where the labels differ."""

    def __init__(self, document: Document, unwritten: Sequence[Layer]) -> None:
        self._unwritten = unwritten
        self._alone = FromDocuments(GivenPolicies(identity=(NamedPolicy("effective", document),)))
        self._found: dict[_Difference, dict[str, str]] = {}

    def hold(self, cell: Cell, actions: Iterable[str]) -> None:
        """Hold a cell against the policy, for actions that are decided alike there."""
        situation = cell.answer.situation
        if situation is None:
            return
        alone = self._decided_alone(situation.question)
        if alone.label != situation.label:
            missing = situation.settled.unknown_data[:1] if situation.label == "conditional" else ()
            by = _cause(cell.answer, alone.settled, self._unwritten)
            difference = _Difference(situation.label, alone.label, by, next(iter(missing), None))
            kept = self._found.setdefault(difference, {})
            for action in actions:
                kept.setdefault(action, cell.resource)

    def _decided_alone(self, question: PreparedRequest) -> Situation:
        """The answer of the policy; of a resource whose own policy nobody knows as little is known as before."""
        applicable = self._alone.gather(question.subject, question.asked.context)
        if question.applicable.resource.unknown:
            applicable = applicable._replace(resource=question.applicable.resource)
        return Situation(question, settle_question(question._replace(applicable=applicable)))

    def left_out(self) -> Iterator[LeftOut]:
        """What differs, what concerns most actions first."""
        for difference, found in sorted(self._found.items(), key=lambda one: (-len(one[1]), str(one[0]))):
            first = min(found)
            yield LeftOut(*difference, tuple(sorted(found)), found[first])


def _cause(answer: Answer, alone: Settled, unwritten: Sequence[Layer]) -> Layer:
    """The layer by which an answer is another than the policy's alone.

    What the policy denies and nothing does in truth is denied by RCPs where these apply: not to a call that names no
    resource, though AWS asks about an ARN then (E34, L36). What it does not allow, though nothing else grants it, is
    what is `unwritten` of a layer.
    """
    granting = [grant.layer for grant in grants_of(answer) if grant.layer is not Layer.IDENTITY]
    if answer.situation is None:
        return next(iter(granting), alone.best.decided_by)
    truly = answer.situation.settled
    if any(map(_denies_more, (alone.best, alone.worst), (truly.best, truly.worst))):
        return Layer.RCP
    lacking = unwritten if alone.is_denied and not truly.is_denied else ()
    return next(chain(granting, lacking), truly.best.decided_by)


def _denies_more(alone: Outcome, truly: Outcome) -> bool:
    return alone.verdict is Verdict.EXPLICIT_DENY is not truly.verdict
