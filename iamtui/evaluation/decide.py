"""The entry to the evaluator: one request against one snapshot, or against documents that it brings along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.applicable import Applicable, CasePolicies
from iamtui.evaluation.blockers import blockers, denial_message
from iamtui.evaluation.caller import Caller, CallerKind, identify
from iamtui.evaluation.case_layers import gather_case
from iamtui.evaluation.context import RequestContext, Subject
from iamtui.evaluation.decision import (
    Decision,
    Layer,
    LayerEffect,
    LayerTrace,
    Outcome,
    UnknownKey,
    Verdict,
)
from iamtui.evaluation.gathering import gather
from iamtui.evaluation.keys import derive
from iamtui.evaluation.layers import Explained, Hearing, Voice, explain_layer, hear
from iamtui.evaluation.matching import Asked
from iamtui.evaluation.outcome import DENY_ORDER, Setting, Standing, Voices, conclude, stand
from iamtui.evaluation.precheck import PreCheck, notes, pre_check
from iamtui.evaluation.public_buckets import is_public
from iamtui.evaluation.request import Request, RequestError
from iamtui.evaluation.services import BUCKET_POLICY_ACTIONS, account_level, resource_rule
from iamtui.evaluation.unknowns import Range, settle
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Snapshot

Gather = Callable[[Subject, RequestContext], Applicable]


@dataclass(frozen=True, slots=True)
class _Question:
    """A request made ready: who asks, what is matched against, and which policies apply."""

    request: Request
    subject: Subject
    asked: Asked
    applicable: Applicable
    setting: Setting


def decide(snapshot: Snapshot, request: Request) -> Decision:
    """Decide a request against a snapshot, with the full trace.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, snapshot, _gather_from(snapshot, request))


def judge(snapshot: Snapshot, request: Request) -> tuple[Outcome, Outcome]:
    """The best and the worst outcome only, without a trace: equal unless something unknown matters (T27).

    The range may be wider than `decide` finds it, which tells apart what cannot be true together (T30).

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, snapshot, _gather_from(snapshot, request))


def decide_policies(policies: CasePolicies, request: Request) -> Decision:
    """Decide a request on the given documents alone, as `aws iam simulate-custom-policy` does.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, None, _gather_case_from(policies), policies)


def judge_policies(policies: CasePolicies, request: Request) -> tuple[Outcome, Outcome]:
    """`judge` for the given documents alone.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, None, _gather_case_from(policies), policies)


def _gather_from(snapshot: Snapshot, request: Request) -> Gather:
    return lambda subject, context: gather(snapshot, subject, context, request.session_policies)


def _gather_case_from(policies: CasePolicies) -> Gather:
    return lambda subject, _: gather_case(policies, subject)


# --- preparing ---------------------------------------------------------------------------------------------


def _prepare(
    request: Request, snapshot: Snapshot | None, gather_layers: Gather, policies: CasePolicies | None
) -> tuple[_Question, PreCheck | None]:
    caller = identify(request.principal, snapshot)
    if policies is not None and policies.permissions_boundary is not None and caller.may_have_boundary:
        caller = replace(caller, has_boundary=True)
    subject = _subject(request, snapshot, caller, policies)
    context = RequestContext(subject, request.context, derive)
    resources: tuple[str, ...] = (subject.resource,)
    if subject.resource_arn is None and account_level(subject.action):
        resources = ("*", f"arn:{caller.partition or 'aws'}:s3:::*")  # S25
    applicable = gather_layers(subject, context)
    asked = Asked(caller, subject.action.lower(), resources, context)
    setting = _setting(subject, applicable)
    return _Question(request, subject, asked, applicable, setting), pre_check(subject, context)


def _subject(request: Request, snapshot: Snapshot | None, caller: Caller, policies: CasePolicies | None) -> Subject:
    service, colon, operation = request.action.partition(":")
    if not colon or not service or not operation or any(c in request.action for c in "*? \t"):
        raise RequestError(f"not an action: {request.action!r} (expected service:Operation)")
    arn = None
    if request.resource != "*":
        try:
            arn = Arn.parse(request.resource)
        except MalformedArnError as error:
            raise RequestError(str(error)) from error
        if caller.partition is not None and arn.partition != caller.partition:
            raise RequestError(
                f"the principal is in partition {caller.partition}, the resource in {arn.partition}: "
                "no policy grants across partitions (E5)"
            )
    return Subject(
        caller=caller,
        action=request.action,
        resource=request.resource,
        resource_arn=arn,
        resource_account=_owner(request, snapshot, caller, arn),
        snapshot=snapshot,
        at=request.at or datetime.now(UTC),
        unstated=request.unstated,
        s3_abac=policies.s3_abac if policies is not None else True,
    )


def _owner(request: Request, snapshot: Snapshot | None, caller: Caller, arn: Arn | None) -> str | None:
    """The account of the resource: stated, in the ARN, known to the snapshot, else the caller's (E3, scenarios.md)."""
    if request.resource_account is not None:
        return request.resource_account
    if arn is not None and arn.account.isdigit():
        return arn.account
    if arn is not None and snapshot is not None:
        known = snapshot.resources.get(request.resource)
        if known is None and arn.service == "s3":
            known = snapshot.resources.get(f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}")
        if known is not None:
            return known.account
    return caller.account


def _setting(subject: Subject, applicable: Applicable) -> Setting:
    caller = subject.caller
    same_account = caller.has_account and caller.account == subject.resource_account
    return Setting(
        caller_kind=caller.kind,
        same_account=same_account,
        rule=resource_rule(subject.action.lower(), subject.resource_arn),
        public_bucket_closed=_is_closed(subject, applicable, same_account=same_account),
    )


def _is_closed(subject: Subject, applicable: Applicable, *, same_account: bool) -> bool:
    """Whether RestrictPublicBuckets refuses this caller: a public policy, and a caller from outside (S11, S12)."""
    if not applicable.restricts_public_buckets or subject.service != "s3":
        return False
    if same_account or subject.caller.kind is CallerKind.SERVICE:
        return False
    if applicable.is_public is not None:
        return applicable.is_public
    documents = (policy.document for level in applicable.resource.levels for policy in level.policies)
    contents = [document.policy for document in documents if document is not None]
    return any(not isinstance(content, InvalidDocument) and is_public(content) for content in contents)


# --- deciding ----------------------------------------------------------------------------------------------


def _judge(
    request: Request, snapshot: Snapshot | None, gather_layers: Gather, policies: CasePolicies | None = None
) -> tuple[Outcome, Outcome]:
    question, checked = _prepare(request, snapshot, gather_layers, policies)
    if checked is not None:
        return checked.outcome, checked.outcome
    hearings = [hear(layer, question.asked) for layer in question.applicable]
    found = _weigh(question, hearings, question.asked)
    return found.best, found.worst


def _weigh(question: _Question, hearings: Sequence[Hearing], asked: Asked) -> Range:
    """The best and worst outcome of layers that were heard, with their open statements asked for `asked`."""
    voices: Voices = {hearing.layer.layer: hearing.conclude(asked) for hearing in hearings}
    best, worst = _range(_with_root_rule(voices, question), question.setting)
    return Range(conclude(best, question.setting), conclude(worst, question.setting))


def _decide(
    request: Request, snapshot: Snapshot | None, gather_layers: Gather, policies: CasePolicies | None = None
) -> Decision:
    question, checked = _prepare(request, snapshot, gather_layers, policies)
    explained = Explained()
    voices: Voices = {}
    traces: list[LayerTrace] = []
    for layer in question.applicable:
        voices[layer.layer], trace = explain_layer(layer, question.asked, explained)
        traces.append(trace)
    if checked is not None:
        return _decided_without_policies(question, checked, traces)
    best, worst = _range(_with_root_rule(voices, question), question.setting)
    found = Range(conclude(best, question.setting), conclude(worst, question.setting))
    keys: tuple[UnknownKey, ...] = ()
    if found.best != found.worst and explained.unknown_keys:
        hearings = [hear(layer, question.asked) for layer in question.applicable]
        undecided = [statement for hearing in hearings for _, statement in hearing.undecided]

        def again(states: Mapping[str, KeyValue]) -> Range:
            context = RequestContext(question.subject, {**request.context, **states}, derive)
            return _weigh(question, hearings, replace(question.asked, context=context))

        found, keys = settle(found, explained.unknown_keys, question.asked.context, undecided, again)
    return _assemble(question, explained, traces, found, keys, (best, worst))


def _with_root_rule(voices: Voices, question: _Question) -> Voices:
    """Root of a bucket's account keeps its policy actions whatever the bucket policy denies (S19)."""
    subject = question.subject
    if (
        subject.caller.kind is CallerKind.ROOT
        and question.setting.same_account
        and subject.action.lower() in BUCKET_POLICY_ACTIONS
    ):
        heard = voices[Layer.RESOURCE]
        undenied = Voice(Truth.FALSE, heard.voice.allows, heard.voice.grants)
        return {**voices, Layer.RESOURCE: replace(heard, voice=undenied)}
    return voices


def _range(voices: Voices, setting: Setting) -> tuple[Standing, Standing]:
    return stand(voices, setting, favourable=True), stand(voices, setting, favourable=False)


# --- the decision as data ----------------------------------------------------------------------------------


def _assemble(
    question: _Question,
    explained: Explained,
    traces: list[LayerTrace],
    found: Range,
    keys: tuple[UnknownKey, ...],
    standings: tuple[Standing, Standing],
) -> Decision:
    outcome = found.best if found.best == found.worst else None
    marked, matched = _mark_decisive(traces, outcome, question.setting)
    found_notes = (*notes(question.subject), *explained.ignored, *_notes_of_kms(question, outcome))
    return Decision(
        request=question.request,
        outcome=outcome,
        best=found.best,
        worst=found.worst,
        layers=_with_bpa(marked, question, outcome),
        matched=matched,
        missing_context=tuple(explained.absent_keys.values()),
        unknown_keys=keys,
        unknown_data=tuple(dict.fromkeys(explained.unknown_data)) if outcome is None else (),
        assumed=question.applicable.assumed,
        may_be_wider=found.may_be_wider,
        notes=tuple(dict.fromkeys(found_notes)),
        blockers=blockers(standings[1], question.setting, question.subject, marked),
        aws_message=None if outcome is None else denial_message(question.subject, outcome),
    )


def _notes_of_kms(question: _Question, outcome: Outcome | None) -> tuple[str, ...]:
    denied = outcome is None or outcome.verdict is Verdict.IMPLICIT_DENY
    if question.subject.service == "kms" and question.subject.resource_arn is not None and denied:
        return ("not evaluated: a grant could allow this (S22)",)
    return ()


def _decided_without_policies(question: _Question, checked: PreCheck, traces: list[LayerTrace]) -> Decision:
    allowed = checked.outcome.verdict is Verdict.ALLOWED
    effect = LayerEffect.ALLOWS if allowed else LayerEffect.DENIES
    first = LayerTrace(Layer.PRE_CHECK, question.subject.caller.account, effect, (), checked.reason)
    return Decision(
        request=question.request,
        outcome=checked.outcome,
        best=checked.outcome,
        worst=checked.outcome,
        layers=(first, *(replace(trace, reached=False) for trace in traces)),
        matched=("built-in#0",) if allowed else (),
        notes=(checked.reason, *notes(question.subject)),
        aws_message=denial_message(question.subject, checked.outcome),
    )


_FILTERS = (Layer.RCP, Layer.SCP, Layer.VPC_ENDPOINT, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION)


def _mark_decisive(
    traces: list[LayerTrace], outcome: Outcome | None, setting: Setting
) -> tuple[tuple[LayerTrace, ...], tuple[str, ...]]:
    """Flag the decisive statements (E87): every Deny that denies, or every Allow that had to allow."""
    if outcome is None or outcome.verdict is Verdict.IMPLICIT_DENY:
        return tuple(traces), ()
    denied = outcome.verdict is Verdict.EXPLICIT_DENY
    layers = set(DENY_ORDER) if denied else {*_FILTERS, *_granting_layers(outcome, setting)}
    effect = Effect.DENY if denied else Effect.ALLOW
    matched: list[str] = []
    marked = tuple(_mark_layer(trace, effect, matched) if trace.layer in layers else trace for trace in traces)
    return marked, tuple(matched)


def _granting_layers(outcome: Outcome, setting: Setting) -> set[Layer]:
    """Across accounts, and where the resource's policy must delegate, both sides grant."""
    both = not setting.same_account or setting.rule.value != "ordinary"
    if outcome.decided_by is Layer.IDENTITY and both:
        return {Layer.IDENTITY, setting.resource_layer}
    return {outcome.decided_by}


def _mark_layer(trace: LayerTrace, effect: Effect, matched: list[str]) -> LayerTrace:
    levels = []
    for level in trace.levels:
        policies = []
        for policy in level.policies:
            statements = tuple(
                replace(statement, decisive=True)
                if statement.truth is Truth.TRUE and statement.effect is effect
                else statement
                for statement in policy.statements
            )
            matched.extend(statement.reference for statement in statements if statement.decisive)
            policies.append(replace(policy, statements=statements))
        levels.append(replace(level, policies=tuple(policies)))
    return replace(trace, levels=tuple(levels))


def _with_bpa(traces: tuple[LayerTrace, ...], question: _Question, outcome: Outcome | None) -> tuple[LayerTrace, ...]:
    """Add S3 Block Public Access, and mark what was not reached (T1)."""
    shown = list(traces)
    if question.subject.service == "s3" and question.subject.resource_arn is not None:
        shown.append(_bpa_trace(question))
    if outcome is None or outcome.verdict is Verdict.ALLOWED or outcome.decided_by is Layer.NONE:
        return tuple(shown)
    if outcome.verdict is Verdict.IMPLICIT_DENY and outcome.decided_by not in (
        Layer.RCP,
        Layer.SCP,
        Layer.VPC_ENDPOINT,
    ):
        return tuple(shown)
    order = [trace.layer for trace in shown]
    last = order.index(outcome.decided_by) if outcome.decided_by in order else len(order)
    return tuple(replace(trace, reached=i <= last) for i, trace in enumerate(shown))


def _bpa_trace(question: _Question) -> LayerTrace:
    if question.setting.public_bucket_closed:
        effect, reason = LayerEffect.DENIES, "the bucket policy is public and RestrictPublicBuckets is on (S11)"
    elif question.applicable.restricts_public_buckets:
        effect, reason = (
            LayerEffect.NOT_APPLICABLE,
            "the policy is not public, or the caller is not from outside",
        )
    else:
        effect, reason = LayerEffect.NOT_APPLICABLE, "RestrictPublicBuckets is not on, as far as was exported"
    return LayerTrace(Layer.S3_BLOCK_PUBLIC_ACCESS, question.subject.resource_account, effect, (), reason)
