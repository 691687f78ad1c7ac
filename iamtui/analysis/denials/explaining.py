"""Why a call was refused: AWS's word, our decision of the same request, and how the two stand (AT21-AT24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.causes import Cause, CauseKind, causes_of, causes_of_evaluation, causes_of_subject
from iamtui.analysis.denials.comparing import CheckRow, check_rows, compare_evaluation, compare_refusal
from iamtui.analysis.denials.facts import facts_of_decision
from iamtui.analysis.denials.given_documents import MissingDocumentError, given_policies
from iamtui.analysis.denials.inputs import Denial, DetailedDenial, MessageDenial, RecordedDenial
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.decision import Decision, Layer
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.trail.refusals import About, NotARefusalError, Refusal, Result
from iamtui.trail.refusals.checks import deciding_check
from iamtui.trail.refusals.decoded import DecodedDenial
from iamtui.trail.refusals.details import AuthorizationDetails, CheckType, Effect, Evaluation, PolicyType
from iamtui.trail.refusals.requests import request_of_evaluation
from iamtui.trail.refusals.requests_of_messages import request_of_refusal
from iamtui.trail.requests.recorded import recorded_call


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPart:
    """One authorization of the refused call on both sides.

    Attributes:
        refusal: AWS's word, as a message states it.
        evaluation: AWS's own trace; None where the input has none.
        request: what was decided; None where the input does not say enough, and `causes` says what is missing.
        decision: ours; None without an export or where the request cannot be decided.
        agreement: how the two stand to each other.
        rows: the checks of both sides (AT23).
        causes: why they differ, or why it cannot be told.
        notes: what of the input is not certain.
    """

    refusal: Refusal
    evaluation: Evaluation | None = None
    request: Request | None = None
    decision: Decision | None = None
    agreement: Agreement = Agreement.NOT_COMPARABLE
    rows: tuple[CheckRow, ...] = ()
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether AWS allowed this part, and refused another."""
        return self.evaluation is not None and self.evaluation.effect == Effect.ALLOW


@dataclass(frozen=True, slots=True)
class WhyDenied:
    """The answer to why a call was refused, part by part; the refused parts stand first."""

    parts: tuple[ExplainedPart, ...]
    details: AuthorizationDetails | None = None

    @property
    def first(self) -> ExplainedPart:
        """The part that the answer is about: the first that AWS refused."""
        return self.parts[0]


def explain_denial(
    denial: Denial, snapshot: Snapshot | None, *, context: Mapping[str, KeyValue] = MappingProxyType({})
) -> WhyDenied:
    """Explain a denial against an export, or without one say what AWS said.

    Args:
        denial: in any form.
        snapshot: the export.
        context: what is known of the request besides.
    """
    details = denial.details if isinstance(denial, DetailedDenial) else None
    stated = [_stating(part, context) for part in _parts(denial, snapshot)]
    if snapshot is not None:
        parts = [_decided(part, snapshot, details) for part in stated]
    elif details is not None and details.has_documents:
        parts = [_decided_by_documents(part, details) for part in stated]
    else:
        parts = stated
    return WhyDenied(tuple(sorted(parts, key=_order)), details)


_TOLD = (
    Agreement.AGREES,
    Agreement.AGREES_OTHER_LAYER,
    Agreement.FITS,
    Agreement.NOT_COMPARABLE,
    Agreement.AWS_REFUSED_WE_ALLOW,
)


def _order(part: ExplainedPart) -> tuple[bool, int]:
    """What AWS refused first; of an event that does not say which part that was, first what tells most."""
    if part.evaluation is not None:
        return part.is_allowed, 0
    return False, _TOLD.index(part.agreement)


def _stating(part: ExplainedPart, context: Mapping[str, KeyValue]) -> ExplainedPart:
    """The part with what is known of its request besides."""
    if part.request is None or not context:
        return part
    return replace(part, request=replace(part.request, context={**part.request.context, **context}))


def _parts(denial: Denial, snapshot: Snapshot | None) -> Iterator[ExplainedPart]:
    match denial:
        case DetailedDenial(details):
            for evaluation in details.evaluations:
                yield _of_evaluation(details, evaluation)
        case DecodedDenial(refusal, request):
            yield ExplainedPart(refusal=refusal, request=request, notes=refusal.notes)
        case MessageDenial(refusal):
            yield _of_message(refusal, snapshot)
        case RecordedDenial():
            yield from _of_record(denial, snapshot)


def _of_message(refusal: Refusal, snapshot: Snapshot | None) -> ExplainedPart:
    try:
        request, notes = request_of_refusal(refusal, snapshot)
    except NotARefusalError as error:
        causes = (*causes_of_subject(refusal), Cause(CauseKind.NOT_STATED, str(error)))
        return ExplainedPart(refusal=refusal, notes=refusal.notes, causes=causes)
    return ExplainedPart(refusal=refusal, request=request, notes=(*refusal.notes, *notes))


def _of_record(denial: RecordedDenial, snapshot: Snapshot | None) -> Iterator[ExplainedPart]:
    """The parts of a recorded call; where AWS names the action that it refused, those of that action (A3)."""
    refusal = denial.refusal
    call = recorded_call(denial.record, snapshot, refusal, denial.find_issuing)
    refusal = replace(refusal, principal=refusal.principal or call.principal)
    requests = call.requests()
    named = [one for one in requests if refusal.action is None or _is_named(one[1].action, refusal.action)]
    for part, request in named:
        notes = (*refusal.notes, *filter(None, (part.note,)), *call.leans_on)
        stated = replace(refusal, action=refusal.action or request.action, resource=refusal.resource or part.resource)
        yield ExplainedPart(refusal=stated, request=request, notes=notes)
    if named:
        return
    alone = _of_message(refusal, snapshot)
    if call.reason is not None:
        yield replace(alone, request=None, causes=(Cause(CauseKind.NOT_STATED, call.reason),))
    elif alone.request is not None:
        note = f"AWS names {refusal.action}, which iamtui does not know as an action of {refusal.operation}"
        stated_request = replace(alone.request, context=call.context, at=call.at)
        yield replace(alone, request=stated_request, notes=(*alone.notes, note, *call.leans_on))
    else:
        yield alone


def _is_named(action: str, named: str) -> bool:
    return action.lower() == named.lower()


def _of_evaluation(details: AuthorizationDetails, evaluation: Evaluation) -> ExplainedPart:
    refusal = _refusal_of(details, evaluation)
    try:
        request, notes = request_of_evaluation(details, evaluation)
    except NotARefusalError as error:
        causes = (Cause(CauseKind.NOT_STATED, str(error)),)
        return ExplainedPart(refusal=refusal, evaluation=evaluation, causes=causes)
    refusal = replace(refusal, principal=request.principal)
    return ExplainedPart(refusal=refusal, evaluation=evaluation, request=request, notes=notes)


def _decided(part: ExplainedPart, snapshot: Snapshot, details: AuthorizationDetails | None) -> ExplainedPart:
    """The part with our decision beside it."""
    if part.request is None:
        return part
    try:
        decision = decide(snapshot, part.request)
    except RequestError as error:
        return replace(part, causes=(Cause(CauseKind.CHANGED, str(error)),))
    if part.evaluation is None or details is None:
        facts = facts_of_decision(decision)
        agreement = compare_refusal(part.refusal, facts)
        causes = causes_of(part.refusal, facts, agreement)
        return replace(part, decision=decision, agreement=agreement, causes=causes)
    agreement = compare_evaluation(part.evaluation, decision)
    return replace(
        part,
        decision=decision,
        agreement=agreement,
        rows=check_rows(part.evaluation, decision),
        causes=causes_of_evaluation(details, part.evaluation, decision, agreement),
    )


def _decided_by_documents(part: ExplainedPart, details: AuthorizationDetails) -> ExplainedPart:
    """The part decided by the documents that AWS gave with its account: for this request alone (AT7)."""
    if part.request is None or part.evaluation is None:
        return part
    try:
        decision = decide_policies(given_policies(details, part.evaluation), part.request)
    except (RequestError, MissingDocumentError) as error:
        return replace(part, causes=(Cause(CauseKind.NOT_EXPORTED, str(error)),))
    agreement = compare_evaluation(part.evaluation, decision)
    unexplained = Cause(CauseKind.UNEXPLAINED, "by the documents that AWS gave it is decided otherwise")
    note = "decided by the documents that AWS gave, which may leave out actions of other services (AT7)"
    return replace(
        part,
        decision=decision,
        agreement=agreement,
        rows=check_rows(part.evaluation, decision),
        causes=() if agreement is Agreement.AGREES else (unexplained,),
        notes=(*part.notes, note),
    )


_RESULTS = {Effect.EXPLICIT_DENY.value: Result.EXPLICIT_DENY, Effect.IMPLICIT_DENY.value: Result.IMPLICIT_DENY}
_LAYERS = {
    CheckType.RCP.value: Layer.RCP,
    CheckType.SCP.value: Layer.SCP,
    CheckType.VPC_ENDPOINT.value: Layer.VPC_ENDPOINT,
    CheckType.RESOURCE.value: Layer.RESOURCE,
    CheckType.PRINCIPAL.value: Layer.IDENTITY,
    CheckType.PERMISSIONS_BOUNDARY.value: Layer.PERMISSIONS_BOUNDARY,
    CheckType.SESSION.value: Layer.SESSION,
}


def _refusal_of(details: AuthorizationDetails, evaluation: Evaluation) -> Refusal:
    """An evaluation in the words of a message: its result, and the layer and the policy of the check that decided."""
    check = deciding_check(evaluation.checks or (), evaluation.effect or "")
    denying = [
        policy.uri
        for policy in (check.matched if check is not None else evaluation.matched)
        if any(statement.effect == "DENY" for statement in policy.statements)
    ]
    types = {policy.uri: policy.type for policy in details.policies}
    layer = None if check is None else _LAYERS.get(check.type)
    if layer is Layer.IDENTITY and denying and all(types.get(uri) == PolicyType.RESOURCE for uri in denying):
        layer = Layer.RESOURCE
    if layer is Layer.RESOURCE and evaluation.action.lower().startswith("sts:assumerole"):
        layer = Layer.TRUST
    return Refusal(
        action=evaluation.action,
        resource=evaluation.resource or "*",
        result=_RESULTS.get(evaluation.effect or "", Result.DENIED),
        layer=layer,
        policy=next((uri for uri in denying if uri.startswith("arn:")), None),
        about=About.POLICY,
    )
