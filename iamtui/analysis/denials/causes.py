"""Why AWS's word and ours differ, or why ours is open, each cause with its evidence (J3, AT22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.facts import DecisionFacts, facts_of_decision
from iamtui.evaluation.decision import Decision, LayerEffect
from iamtui.trail.refusals import About, Refusal
from iamtui.trail.refusals.checks import checks_of
from iamtui.trail.refusals.details import AuthorizationDetails, CheckType, Evaluation, PolicyInfo


class CauseKind(StrEnum):
    """The causes of J3, in its order, and what the input itself leaves out."""

    CHANGED = "change"
    NOT_PROPAGATED = "not-propagated"
    NOT_EXPORTED = "not-exported"
    UNKNOWN_KEY = "unknown-key"
    NOT_STATED = "not-stated"
    NO_POLICY = "no-policy-matter"
    OUT_OF_SCOPE = "out-of-scope"
    REWRITTEN = "rewritten-log"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause, and what in the input shows it."""

    kind: CauseKind
    evidence: str


_TAKEN = "taken as "


def causes_of(refusal: Refusal, ours: DecisionFacts, agreement: Agreement) -> tuple[Cause, ...]:
    """The causes that a message and our decision themselves show; never none where the two are not explained."""
    if agreement is Agreement.AGREES:
        return ()
    found = [
        *_policies(refusal, ours),
        *_named_layer(refusal, ours),
        *causes_of_facts(_without_twice(refusal, ours), agreement),
        *causes_of_subject(refusal),
    ]
    return tuple(found) or (Cause(CauseKind.UNEXPLAINED, _said(refusal)),)


def causes_of_evaluation(
    details: AuthorizationDetails, evaluation: Evaluation, decision: Decision, agreement: Agreement
) -> tuple[Cause, ...]:
    """The causes that AWS's own account and our decision show: first the policies, then where they are attached."""
    if agreement is Agreement.AGREES:
        return ()
    found = [
        *_policies_of_details(details, decision),
        *_targets(evaluation, decision),
        *causes_of_facts(facts_of_decision(decision), agreement),
    ]
    return tuple(found) or (Cause(CauseKind.UNEXPLAINED, f"AWS says {evaluation.effect} of {evaluation.action}"),)


def _policies(refusal: Refusal, ours: DecisionFacts) -> Iterator[Cause]:
    """The policy that AWS names, where the export does not have it in this decision."""
    if refusal.policy is None:
        return
    if refusal.policy not in ours.policies:
        yield Cause(CauseKind.CHANGED, f"{refusal.policy} denied, and does not apply to the caller in the export")
    else:
        yield Cause(CauseKind.CHANGED, f"{refusal.policy} denied, and in the export it says otherwise")


def _named_layer(refusal: Refusal, ours: DecisionFacts) -> Iterator[Cause]:
    """The layer that AWS names, where the export has nothing of it."""
    reason = None if refusal.layer is None else ours.absent_because.get(refusal.layer)
    if refusal.layer is not None and reason is not None:
        kind = CauseKind.NOT_EXPORTED if "export" in reason else CauseKind.CHANGED
        yield Cause(kind, f"AWS names the {refusal.layer.value} layer, and here: {reason}")


def _without_twice(refusal: Refusal, ours: DecisionFacts) -> DecisionFacts:
    """The facts without the assumption that says of the named layer what the layer itself says."""
    reason = "" if refusal.layer is None else ours.absent_because.get(refusal.layer, "")
    taken = reason.partition(_TAKEN)[2]
    if not taken:
        return ours
    return ours._replace(assumed=tuple(text for text in ours.assumed if text.partition(_TAKEN)[2] != taken))


def causes_of_facts(ours: DecisionFacts, agreement: Agreement) -> Iterator[Cause]:
    """What a decision leans on, what is unknown in it, and what iamtui does not evaluate."""
    for missing in (*ours.unknown_data, *ours.assumed):
        yield Cause(CauseKind.NOT_EXPORTED, missing)
    if agreement is Agreement.FITS:
        for key in ours.unknown_keys:
            yield Cause(CauseKind.UNKNOWN_KEY, key)
    for note in ours.out_of_scope:
        yield Cause(CauseKind.OUT_OF_SCOPE, note)


def causes_of_subject(refusal: Refusal) -> Iterator[Cause]:
    """What the refusal is about, where that is no policy, or an account that was written over (N4, N5, N6)."""
    if refusal.about in (About.CREDENTIALS, About.BILLING):
        yield Cause(CauseKind.NO_POLICY, f"the refusal is about {refusal.about.value}")
    for note in refusal.notes:
        if note.startswith("a rewritten log"):
            yield Cause(CauseKind.REWRITTEN, note)


def _said(refusal: Refusal) -> str:
    layer = "a policy" if refusal.layer is None else refusal.layer.value
    return f"AWS says {refusal.result.value} by {layer}; the export says otherwise, and shows no reason"


def _policies_of_details(details: AuthorizationDetails, decision: Decision) -> Iterator[Cause]:
    """Managed policies that AWS evaluated and the export does not have here, and the reverse; other documents."""
    ours = {policy.arn: policy for trace in decision.layers for policy in trace.policies if policy.arn is not None}
    theirs = {policy.uri: policy for policy in details.policies if not policy.inline}
    for uri, info in theirs.items():
        if uri not in ours:
            yield Cause(CauseKind.CHANGED, f"AWS evaluated {uri}{_attached(info)}, which does not apply in the export")
            continue
        exported = ours[uri].document
        if info.document is not None and exported is not None and info.document.text != exported.text:
            yield Cause(CauseKind.CHANGED, f"{uri} said otherwise when the call was denied than in the export")
    decisive = {
        policy.arn
        for trace in decision.layers
        for policy in trace.policies
        if policy.effect in (LayerEffect.DENIES, LayerEffect.ALLOWS)
    }
    for arn in ours:
        if arn not in theirs and arn in decisive and theirs:
            yield Cause(CauseKind.CHANGED, f"{arn} applies in the export, and AWS did not evaluate it")


def _attached(info: PolicyInfo) -> str:
    return f", attached to {', '.join(info.attached_to)}" if info.attached_to else ""


def _targets(evaluation: Evaluation, decision: Decision) -> Iterator[Cause]:
    """Where the account stands in its organization: roots and units that only one side has."""
    if evaluation.checks is None:
        return
    ours = {check.place for check in checks_of(decision, decision.outcome or decision.worst) or ()}
    for check in evaluation.checks:
        if check.type in (CheckType.SCP, CheckType.RCP) and check.place not in ours:
            yield Cause(
                CauseKind.CHANGED, f"AWS evaluated {check.type} of {check.target}, which the export does not have"
            )
