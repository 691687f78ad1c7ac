"""One request of everybody: the answer of `decide` for each, made once for all in the same situation (WC2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from iamtui.analysis.queries.holders import Frame, Holder, Holders, Taking
from iamtui.analysis.queries.situations import Made, Marks, Situations, names_key
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decide import Settled, prepare_for, settle_question
from iamtui.evaluation.keys import derive, differs_by_entity
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind, identify
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, PolicyDocument, PolicyKind, Statement
from iamtui.policy.truth import Truth


class Relevance(NamedTuple):
    """What a document's statements say to a request whoever of a kind and account carries it.

    `denying` and `allowing` match for all of them; `varying` are those that hang on who it is, or on what is unknown.
    """

    denying: tuple[Statement, ...]
    allowing: tuple[Statement, ...]
    varying: tuple[Statement, ...]
    is_open: bool

    @property
    def matters(self) -> bool:
        """Whether it can change any decision."""
        return bool(self.denying or self.allowing or self.varying or self.is_open)


_NOTHING = Relevance((), (), (), is_open=False)


@dataclass(frozen=True, slots=True)
class Situation:
    """A question that stands for those of all who share it, and its answer."""

    question: PreparedRequest
    settled: Settled

    @property
    def label(self) -> str:
        """`allowed`, `conditional` or `denied` (WC1)."""
        if self.settled.is_allowed:
            return "allowed"
        return "denied" if self.settled.is_denied else "conditional"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one holder.

    Attributes:
        situation: None where no request can be: the resource is in another partition (E5).
        relevant: what of its identity policies can matter.
        sessions: by name, the sessions of a role that a policy in play names (WC11).
    """

    holder: Holder
    situation: Situation | None
    relevant: tuple[tuple[Taking, Relevance], ...] = ()
    sessions: tuple[tuple[str, Situation], ...] = ()

    @property
    def label(self) -> str:
        """`allowed`, `conditional` or `denied`; conditional too where sessions of a role differ (WC1, WC11)."""
        own = "denied" if self.situation is None else self.situation.label
        differs = any(session.label != own for _, session in self.sessions)
        return "conditional" if differs else own


class _Key(NamedTuple):
    """What a situation starts from, before keys are looked at."""

    frame: Frame
    denies: bool
    allows: bool
    varying: tuple[int, ...]
    own: int | None


class Asking:
    """One request, for every holder of an index."""

    def __init__(self, holders: Holders, request: Request) -> None:
        self._holders = holders
        self._request = request
        self._taking = holders.taking(request.action)
        self._questions: dict[tuple[CallerKind, str], PreparedRequest | None] = {}
        self._relevance: dict[tuple[CallerKind, str, int], Relevance] = {}
        self._situations: dict[_Key, Situations[Holder, Situation]] = {}
        self._names: dict[tuple[CallerKind, str], frozenset[str]] = {}
        self._contexts: dict[str, RequestContext] = {}
        self._partition = partition_of(request.resource)

    def answers(self) -> Iterator[Answer]:
        """The answer for each holder, in their order."""
        relevant = self._relevant()
        for place, holder in enumerate(self._holders.all):
            yield self._answer(place, holder, tuple(relevant.get(place, ())))

    def _relevant(self) -> dict[int, list[tuple[Taking, Relevance]]]:
        """What matters of the policies of each holder, by place."""
        found: dict[int, list[tuple[Taking, Relevance]]] = {}
        for key, taking in self._taking.items():
            for place in self._holders.by_document[key]:
                holder = self._holders.all[place]
                known = self._relevance.get((holder.frame.kind, holder.frame.account, key))
                if known is None:
                    question = self._question_of(holder)
                    known = _NOTHING if question is None else self._weigh(taking, question)
                    self._relevance[holder.frame.kind, holder.frame.account, key] = known
                if known.matters:
                    found.setdefault(place, []).append((taking, known))
        return found

    def _weigh(self, taking: Taking, question: PreparedRequest) -> Relevance:
        denying: list[Statement] = []
        allowing: list[Statement] = []
        varying: list[Statement] = []
        for statement in taking.statements:
            if names_key(statement, differs_by_entity):
                if can_match(statement, question):
                    varying.append(statement)
                continue
            truth = match(statement, PolicyKind.IDENTITY, question.asked).truth
            if truth is Truth.UNKNOWN:
                varying.append(statement)
            elif truth:
                (denying if statement.effect is Effect.DENY else allowing).append(statement)
        return Relevance(tuple(denying), tuple(allowing), tuple(varying), taking.is_open)

    def _question_of(self, holder: Holder) -> PreparedRequest | None:
        """A request of somebody of the holder's kind and account; None across partitions."""
        key = (holder.frame.kind, holder.frame.account)
        if key not in self._questions:
            is_elsewhere = self._partition not in (None, holder.arn.split(":", 2)[1])
            self._questions[key] = None if is_elsewhere else self.prepared(holder)
        return self._questions[key]

    def prepared(self, holder: Holder) -> PreparedRequest:
        """The request as one of this holder's."""
        return prepare_for(self._holders.snapshot, replace(self._request, principal=holder.arn))

    def _answer(self, place: int, holder: Holder, relevant: tuple[tuple[Taking, Relevance], ...]) -> Answer:
        question = self._question_of(holder)
        if question is None:
            return Answer(holder, None)
        is_own = (
            place in self._holders.unread
            or any(known.is_open for _, known in relevant)
            or self._is_named(holder, question)
        )
        varying = tuple(statement for _, known in relevant for statement in known.varying)
        key = _Key(
            holder.frame,
            any(known.denying for _, known in relevant),
            any(known.allowing for _, known in relevant),
            tuple(map(id, varying)),
            place if is_own else None,
        )
        shared = self._situations.get(key)
        if shared is None:
            shared = self._situations[key] = self._sharing(holder, varying)
        return Answer(
            holder,
            shared.result(holder),
            relevant,
            tuple(sessions_of(holder, question, self._request)),
        )

    def _is_named(self, holder: Holder, question: PreparedRequest) -> bool:
        """Whether a policy on the resource's side names the holder itself, by ARN or unique id."""
        entity = holder.entity
        if entity is None:
            return False
        key = (holder.frame.kind, holder.frame.account)
        names = self._names.get(key)
        if names is None:
            names = self._names[key] = frozenset(entry.text for _, entry in entries_in_play(question))
        return entity.arn in names or entity.unique_id in names

    def _sharing(self, holder: Holder, varying: Sequence[Statement]) -> Situations[Holder, Situation]:
        first = self.prepared(holder)
        marks = Marks([*varying, *statements_beside_identity(first)])

        def make(caller: Holder) -> Made[Situation]:
            question = first if caller is holder else self.prepared(caller)
            settled = settle_question(question)
            consulted = tuple(key for key in question.asked.context.consulted if differs_by_entity(key))
            return Made(Situation(question, settled), consulted)

        def mark(caller: Holder, key: str) -> Hashable:
            return marks.of(key, self._context_of(caller, first))

        return Situations(make, mark)

    def _context_of(self, holder: Holder, like: PreparedRequest) -> RequestContext:
        """The condition keys of the request if `holder` makes it, who is of the same kind and account."""
        found = self._contexts.get(holder.arn)
        if found is None:
            subject = replace(like.subject, caller=identify(holder.arn, self._holders.snapshot))
            found = self._contexts[holder.arn] = RequestContext(subject, self._request.context, derive)
        return found


def sessions_of(holder: Holder, question: PreparedRequest, request: Request) -> Iterator[tuple[str, Situation]]:
    """By name, the sessions of a role that policies on the resource's side name, each decided itself (WC11)."""
    snapshot = question.subject.snapshot
    if holder.frame.kind is not CallerKind.ROLE or holder.entity is None or snapshot is None:
        return
    seen: set[str] = set()
    for _, entry in entries_in_play(question):
        if entry.kind is EntryKind.ROLE_SESSION and entry.account == holder.frame.account and entry.text not in seen:
            _, role, session = entry.text.split("/")
            if role.lower() == holder.entity.name.lower():
                seen.add(entry.text)
                named = prepare_for(snapshot, replace(request, principal=entry.text))
                yield session, Situation(named, settle_question(named))


def partition_of(resource: str) -> str | None:
    """The partition of an ARN; None for `*`.

    Raises:
        RequestError: it is neither.
    """
    if resource == ANY_RESOURCE:
        return None
    try:
        return Arn.parse(resource).partition
    except MalformedArnError as error:
        raise RequestError(str(error)) from error


def can_match(statement: Statement, question: PreparedRequest) -> bool:
    """Whether the Resource element may match, whatever the values of its variables are."""
    element = statement.resource
    if element is None or element.negated:
        return True
    if question.asked.unlisted is not None:
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
                for draft in content.drafts:
                    if draft.action.matches(question.asked.folded_action, question.asked.service):
                        yield policy, draft.statement


def statements_beside_identity(question: PreparedRequest) -> Iterator[Statement]:
    """The statements that take the action in all layers but that of identity policies."""
    for layer in question.applicable:
        if layer is not question.applicable.identity:
            yield from (statement for _, statement in statements_of(layer, question))


def entries_in_play(question: PreparedRequest) -> Iterator[tuple[Statement, PrincipalEntry]]:
    """The principal entries of all policies on the resource's side and the way to it."""
    applicable = question.applicable
    for layer in (applicable.resource, applicable.bucket, applicable.vpc_endpoint):
        for _, statement in statements_of(layer, question):
            for entry in () if statement.principal is None else statement.principal.entries:
                yield statement, entry
