"""From the results of the layers to the `Decision`: decisive statements, notes, what was not reached (T1, T9, E87)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from iamtui.evaluation.answer.denial import denial_message, denying_reasons
from iamtui.evaluation.answer.session_notes import notes_of_session
from iamtui.evaluation.applicable.policies import Assumption
from iamtui.evaluation.combining.outcome import CombinationRules, ResolvedLayers
from iamtui.evaluation.decision import (
    Decision,
    ElementKind,
    Layer,
    LayerEffect,
    LayerTrace,
    LevelTrace,
    Outcome,
    PolicyTrace,
    StatementTrace,
    UnknownKey,
    Verdict,
)
from iamtui.evaluation.fixed_outcomes import PreCheck, notes
from iamtui.evaluation.matching.layers import Explained, evaluate_layer, unknown_data
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.services import GRANTABLE, ResourceRule, stands_for_key
from iamtui.evaluation.unknowns.outcome_range import OutcomeRange
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth

_MOST_REFERENCES = 4


def assemble(
    question: PreparedRequest,
    explained: Explained,
    traces: list[LayerTrace],
    found: OutcomeRange,
    keys: tuple[UnknownKey, ...],
    resolved_both: tuple[ResolvedLayers, ResolvedLayers],
) -> Decision:
    """The decision of a request that policies decide; `resolved_both` are the best and the worst."""
    outcome = found.best if found.best == found.worst else None
    marked, matched = _mark_decisive(traces, outcome, question.setting, resolved_both[1])
    found_notes = (
        *notes(question.subject),
        *_notes_of_request(question),
        *_notes_of_particular(explained.particular),
        *explained.ignored,
        *_notes_of_kms(question, outcome),
        *notes_of_session(question, traces),
        *_notes_of_access_point(question, found.best, resolved_both[0]),
    )
    return Decision(
        request=question.request,
        outcome=outcome,
        best=found.best,
        worst=found.worst,
        layers=_with_bpa(marked, question, outcome),
        matched=matched,
        missing_context=tuple(explained.absent_keys.values()),
        unknown_keys=keys,
        unknown_data=tuple(_open_data(question, marked)) if outcome is None else (),
        assumed=leaning(question.applicable.assumptions, found),
        may_be_wider=found.may_be_wider,
        notes=tuple(dict.fromkeys(found_notes)),
        blockers=denying_reasons(resolved_both[1], question.setting, question.subject, question.applicable, marked),
        aws_message=None if outcome is None else denial_message(question.subject, outcome, question.asked.resources[0]),
    )


def _open_data(question: PreparedRequest, traces: Sequence[LayerTrace]) -> Iterator[str]:
    """What the export does not say of the layers, and what AWS does not of the resource (T22, L36)."""
    yield from unknown_data(question.applicable.layers)
    left = question.asked.left_open
    statements = (statement for trace in traces for policy in trace.policies for statement in policy.statements)
    if left is not None and any(_is_open_in_resource(statement) for statement in statements):
        yield left.words


def _is_open_in_resource(statement: StatementTrace) -> bool:
    resources = (element for element in statement.elements if element.kind is ElementKind.RESOURCE)
    return statement.truth is Truth.UNKNOWN and any(element.truth is Truth.UNKNOWN for element in resources)


def leaning(assumed: tuple[Assumption, ...], found: OutcomeRange) -> tuple[str, ...]:
    """The assumptions that could turn the decision: an explicit deny stands whatever else there is (E16)."""
    if found.best.verdict is Verdict.EXPLICIT_DENY:
        return ()
    denied = found.best.verdict is not Verdict.ALLOWED
    return tuple(assumption.text for assumption in assumed if assumption.may_grant or not denied)


def _notes_of_request(question: PreparedRequest) -> Iterator[str]:
    """What the request names in vain (L36), or leaves out (E60)."""
    request, subject = question.request, question.subject
    arn = subject.resource_arn
    asked = question.asked.resources
    if arn is None and request.resource not in ("*", *asked):
        yield f"{request.action} takes no resource: decided for *, not for {request.resource} (L36)"
    elif arn is None and asked[0] != "*":
        yield f"AWS lists no resource for {request.action}; asked about {asked[0]} (L36)"
    elif arn is not None and request.resource != subject.resource:
        yield f"{request.resource} stands for {subject.resource}, on which IAM authorizes {request.action} (S20)"
    elif arn is not None and stands_for_key(request.action, arn):
        yield f"IAM authorizes {request.action} on the key of {request.resource}, which was not exported (S20)"
    assumed = subject.caller.kind is CallerKind.ROOT and question.asked.context.lookup("aws:assumedroot").is_true
    if assumed and not question.applicable.session.applies:
        yield "an AssumeRoot session does only what its task policy allows: name that as its session policy (E60)"


def _notes_of_particular(references: Sequence[str]) -> Iterator[str]:
    """Statements that the request does not ask because it names no resource (L37)."""
    if not references:
        return
    named = list(dict.fromkeys(references))
    if len(named) > _MOST_REFERENCES:
        named[_MOST_REFERENCES:] = [f"{len(named) - _MOST_REFERENCES} more"]
    yield f"no resource is named: for some, {', '.join(named)} may decide otherwise (L37)"


def notes_out_of_scope(question: PreparedRequest, outcome: Outcome | None) -> tuple[str, ...]:
    """The notes that need no trace: on the request itself, and on what iamtui does not model (E14, S22)."""
    return (*notes(question.subject), *_notes_of_kms(question, outcome))


def _notes_of_kms(question: PreparedRequest, outcome: Outcome | None) -> tuple[str, ...]:
    """A grant allows some operations only, and none where the key's were listed and there is none."""
    subject = question.subject
    denied = outcome is None or outcome.verdict is Verdict.IMPLICIT_DENY
    if subject.folded_action not in GRANTABLE or subject.resource_arn is None or not denied:
        return ()
    key = None if subject.snapshot is None else subject.snapshot.resources.get(subject.resource)
    is_without = key is not None and key.grants == 0
    return () if is_without else ("not evaluated: a grant could allow this (S22)",)


def _notes_of_access_point(question: PreparedRequest, best: Outcome, resolved: ResolvedLayers) -> tuple[str, ...]:
    """Where the bucket's side rests on identity policies that name only the access point (S17)."""
    layer, grants = question.applicable.bucket, resolved.bucket
    if layer is None or grants is None or best.verdict is not Verdict.ALLOWED:
        return ()
    if not question.setting.same_account or grants.direct or grants.parent:
        return ()
    identity = question.applicable.identity._replace(resources=layer.resources)
    if evaluate_layer(identity, question.asked).conclude(question.asked).allows is Truth.TRUE:
        return ()
    return (
        "the bucket's policy grants nothing: what the identity policies allow of the access point is taken to hold "
        "for its bucket (S17, UNCONFIRMED)",
    )


def decided_without_policies(question: PreparedRequest, checked: PreCheck, traces: list[LayerTrace]) -> Decision:
    """The decision of a request that no policy controls; the policies are shown as not reached (T1)."""
    allowed = checked.outcome.verdict is Verdict.ALLOWED
    effect = LayerEffect.ALLOWS if allowed else LayerEffect.DENIES
    first = LayerTrace(Layer.PRE_CHECK, question.subject.caller.account, effect, (), checked.reason)
    return Decision(
        request=question.request,
        outcome=checked.outcome,
        best=checked.outcome,
        worst=checked.outcome,
        layers=(first, *(trace._replace(reached=False) for trace in traces)),
        matched=("built-in#0",) if allowed else (),
        notes=(checked.reason, *notes(question.subject)),
        aws_message=denial_message(question.subject, checked.outcome, question.asked.resources[0]),
    )


def _mark_decisive(
    traces: list[LayerTrace], outcome: Outcome | None, setting: CombinationRules, resolved: ResolvedLayers
) -> tuple[tuple[LayerTrace, ...], tuple[str, ...]]:
    """Flag the decisive statements (E87): every Deny that denies, or every Allow that had to allow."""
    if outcome is None or outcome.verdict is Verdict.IMPLICIT_DENY:
        return tuple(traces), ()
    effect, layers = decisive_layers(outcome, setting, resolved)
    matched: list[str] = []
    marked = tuple(_mark_layer(trace, effect, matched) if trace.layer in layers else trace for trace in traces)
    return marked, tuple(dict.fromkeys(matched))


def decisive_layers(
    outcome: Outcome, setting: CombinationRules, resolved: ResolvedLayers
) -> tuple[Effect, Collection[Layer]]:
    """In which layers which statements decide: every Deny that denies, or every Allow that had to allow (E87)."""
    if outcome.verdict is Verdict.EXPLICIT_DENY:
        return Effect.DENY, resolved.denying
    return Effect.ALLOW, {*_needed_filters(setting, resolved), *granting_layers(outcome, setting)}


def _needed_filters(setting: CombinationRules, resolved: ResolvedLayers) -> set[Layer]:
    """A direct grant within the account needs neither boundary nor session policy (E40)."""
    outer = {Layer.RCP, Layer.SCP, Layer.VPC_ENDPOINT, Layer.ENDPOINT_TO_BUCKET, Layer.BUCKET}
    if setting.same_account and resolved.direct and setting.rule is not ResourceRule.TRUST:
        return outer
    return outer | {Layer.PERMISSIONS_BOUNDARY, Layer.SESSION}


def granting_layers(outcome: Outcome, setting: CombinationRules) -> set[Layer]:
    """Across accounts, and where the resource's policy must delegate, both sides grant."""
    both = not setting.same_account or setting.rule is not ResourceRule.ORDINARY
    if outcome.decided_by is Layer.IDENTITY and both:
        return {Layer.IDENTITY, setting.resource_layer}
    return {outcome.decided_by}


def _mark_layer(trace: LayerTrace, effect: Effect, matched: list[str]) -> LayerTrace:
    if not any(_is_decisive(statement, effect) for policy in trace.policies for statement in policy.statements):
        return trace
    return trace._replace(levels=tuple(_mark_level(level, effect, matched) for level in trace.levels))


def _mark_level(level: LevelTrace, effect: Effect, matched: list[str]) -> LevelTrace:
    policies: list[PolicyTrace] = []
    for policy in level.policies:
        decisive = [statement for statement in policy.statements if _is_decisive(statement, effect)]
        matched.extend(statement.reference for statement in decisive)
        marked = tuple(one._replace(decisive=True) if _is_decisive(one, effect) else one for one in policy.statements)
        policies.append(policy._replace(statements=marked) if decisive else policy)
    return level._replace(policies=tuple(policies))


def _is_decisive(statement: StatementTrace, effect: Effect) -> bool:
    return statement.truth is Truth.TRUE and statement.effect is effect


def _with_bpa(
    traces: tuple[LayerTrace, ...], question: PreparedRequest, outcome: Outcome | None
) -> tuple[LayerTrace, ...]:
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
    return (*shown[: last + 1], *(trace._replace(reached=False) for trace in shown[last + 1 :]))


def _bpa_trace(question: PreparedRequest) -> LayerTrace:
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
