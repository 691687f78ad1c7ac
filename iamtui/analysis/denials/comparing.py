"""One refusal of AWS beside our decision of the same request (N9, J2, AT22, AT23)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.facts import DecisionFacts
from iamtui.evaluation.decide import Settled
from iamtui.evaluation.decision import Decision, Layer, Outcome, Verdict
from iamtui.trail.refusals import About, Refusal, Result
from iamtui.trail.refusals.checks import checks_of, deciding_check, effect_of
from iamtui.trail.refusals.details import Check, Effect, Evaluation


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check on both sides (AT23): what AWS says and what we say; None where a side has no such check."""

    aws: Check | None
    ours: Check | None

    @property
    def differs(self) -> bool:
        """Whether both sides have the check and say otherwise, or only one has it and denies."""
        if self.aws is not None and self.ours is not None:
            return self.aws.effect != self.ours.effect
        only = self.aws or self.ours
        return only is not None and only.effect in (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)


_NOTHING_ALLOWS = (Layer.NONE, Layer.IDENTITY)
_OF_RESOURCE = (Layer.RESOURCE, Layer.TRUST, Layer.BUCKET)


def compare_refusal(refusal: Refusal, ours: DecisionFacts) -> Agreement:
    """Compare what a message says with our decision: result, then layer, then policy (N9)."""
    if refusal.about in (About.CREDENTIALS, About.BILLING):
        return Agreement.NOT_COMPARABLE
    if ours.outcome is None:
        return Agreement.FITS
    if ours.outcome.verdict is Verdict.ALLOWED:
        return Agreement.AWS_REFUSED_WE_ALLOW
    return Agreement.AGREES if _is_same(refusal, ours, ours.outcome) else Agreement.AGREES_OTHER_LAYER


def _is_same(refusal: Refusal, ours: DecisionFacts, outcome: Outcome) -> bool:
    """Whether we deny as AWS says, as far as it says so: of several that deny explicitly AWS names one (E84)."""
    if refusal.result is not Result.DENIED and refusal.result.value != outcome.verdict.value:
        return False
    if refusal.layer is None:
        return True
    if outcome.verdict is Verdict.EXPLICIT_DENY and outcome.decided_by is not Layer.S3_BLOCK_PUBLIC_ACCESS:
        denying = (outcome.decided_by, *ours.denying)  # a layer may deny whatever a key is, and by no statement always
        return any(_same_layer(refusal.layer, layer) for layer in denying) and _denies_in(refusal, ours)
    return _same_layer(refusal.layer, outcome.decided_by) or _says_nothing_allows(refusal.layer, outcome)


def agrees_with(refusal: Refusal, settled: Settled) -> bool:
    """Whether what is settled is certainly what a refusal says; where it names a policy a trace must tell."""
    outcome = settled.best
    if outcome != settled.worst or outcome.verdict is Verdict.ALLOWED or refusal.policy is not None:
        return False
    if refusal.result is not Result.DENIED and refusal.result.value != outcome.verdict.value:
        return False
    if refusal.layer is None or _same_layer(refusal.layer, outcome.decided_by):
        return True
    return outcome.verdict is Verdict.IMPLICIT_DENY and _says_nothing_allows(refusal.layer, outcome)


def _same_layer(named: Layer, ours: Layer) -> bool:
    return named is ours or (named in _OF_RESOURCE and ours in _OF_RESOURCE)


def _says_nothing_allows(named: Layer, outcome: Outcome) -> bool:
    """Where nothing allows, AWS names the identity-based policies, and some services the resource's (I83, N9)."""
    return outcome.decided_by in _NOTHING_ALLOWS and named in (Layer.IDENTITY, Layer.RESOURCE)


def _denies_in(refusal: Refusal, ours: DecisionFacts) -> bool:
    """Whether the policy that AWS names is one of those that deny here; True where it names none."""
    return refusal.policy is None or refusal.policy in (ours.denying_policies or ())


def compare_evaluation(evaluation: Evaluation, decision: Decision) -> Agreement:
    """Compare AWS's own account with our decision: the effect, then the check that decided (AT22)."""
    if evaluation.effect not in (Effect.ALLOW, Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY):
        return Agreement.NOT_COMPARABLE
    is_allowed = evaluation.effect == Effect.ALLOW
    if decision.outcome is None:
        return Agreement.FITS
    if decision.outcome.verdict is Verdict.ALLOWED:
        return Agreement.AGREES if is_allowed else Agreement.AWS_REFUSED_WE_ALLOW
    if is_allowed:
        return Agreement.AWS_ALLOWED_WE_DENY
    if effect_of(decision.outcome) != evaluation.effect:
        return Agreement.AGREES_OTHER_LAYER
    return Agreement.AGREES if _same_check(evaluation, decision, decision.outcome) else Agreement.AGREES_OTHER_LAYER


def _same_check(evaluation: Evaluation, decision: Decision, outcome: Outcome) -> bool:
    ours = checks_of(decision, outcome)
    if evaluation.checks is None or ours is None:
        return evaluation.checks is None or ours is not None
    aws, own = deciding_check(evaluation.checks, evaluation.effect or ""), deciding_check(ours, effect_of(outcome))
    return aws is not None and own is not None and aws.place == own.place


def check_rows(evaluation: Evaluation, decision: Decision) -> tuple[CheckRow, ...]:
    """AWS's checks and ours side by side, in AWS's order (AT23)."""
    outcome = decision.outcome or decision.worst
    return tuple(_rows(evaluation.checks or (), checks_of(decision, outcome) or ()))


def _rows(aws: Sequence[Check], ours: Sequence[Check]) -> Iterator[CheckRow]:
    own = {check.place: check for check in ours}
    for check in aws:
        yield CheckRow(check, own.pop(check.place, None))
    for check in own.values():
        yield CheckRow(None, check)
