"""A decision of ours as the checks that AWS makes of it (AT5): a translation, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.decision import (
    Decision,
    Layer,
    LayerEffect,
    LayerTrace,
    MatchClass,
    Outcome,
    PolicyTrace,
    StatementTrace,
    Verdict,
)
from iamtui.policy import statement
from iamtui.policy.truth import Truth
from iamtui.trail.refusals.details import Check, CheckType, Effect, MatchedPolicy, MatchedStatement, PolicyType
from iamtui.trail.refusals.policy_uris import policy_uri, target_arn

POLICY_TYPES = {
    Layer.RCP: PolicyType.RCP,
    Layer.SCP: PolicyType.SCP,
    Layer.VPC_ENDPOINT: PolicyType.VPC_ENDPOINT,
    Layer.ENDPOINT_TO_BUCKET: PolicyType.VPC_ENDPOINT,
    Layer.RESOURCE: PolicyType.RESOURCE,
    Layer.TRUST: PolicyType.RESOURCE,
    Layer.BUCKET: PolicyType.RESOURCE,
    Layer.IDENTITY: PolicyType.IDENTITY,
    Layer.PERMISSIONS_BOUNDARY: PolicyType.PERMISSIONS_BOUNDARY,
    Layer.SESSION: PolicyType.SESSION,
}
_TYPES = {
    Layer.RCP: CheckType.RCP,
    Layer.SCP: CheckType.SCP,
    Layer.VPC_ENDPOINT: CheckType.VPC_ENDPOINT,
    Layer.ENDPOINT_TO_BUCKET: CheckType.VPC_ENDPOINT,
    Layer.RESOURCE: CheckType.RESOURCE,
    Layer.TRUST: CheckType.RESOURCE,
    Layer.BUCKET: CheckType.RESOURCE,
    Layer.IDENTITY: CheckType.PRINCIPAL,
    Layer.PERMISSIONS_BOUNDARY: CheckType.PERMISSIONS_BOUNDARY,
    Layer.SESSION: CheckType.SESSION,
    Layer.NONE: CheckType.PRINCIPAL,
}
_EFFECTS = {
    Verdict.ALLOWED: Effect.ALLOW,
    Verdict.EXPLICIT_DENY: Effect.EXPLICIT_DENY,
    Verdict.IMPLICIT_DENY: Effect.IMPLICIT_DENY,
}


def effect_of(outcome: Outcome) -> Effect:
    """The outcome in AWS's word (AT4)."""
    return _EFFECTS[outcome.verdict]


def checks_of(decision: Decision, outcome: Outcome) -> tuple[Check, ...] | None:
    """The checks of a decision with this outcome, in AWS's order; None where AWS has no check that decides so.

    That is what no policy decides (E79-E81), and S3 Block Public Access.
    """
    if decision.layers[0].layer is Layer.PRE_CHECK or outcome.decided_by not in _TYPES:
        return None
    return tuple(_Translation(decision, outcome).checks())


def deciding_check(checks: tuple[Check, ...], effect: str) -> Check | None:
    """The first check that says what the evaluation says; None where none does, as for an allow that all share."""
    return None if effect == Effect.ALLOW else next((check for check in checks if check.effect == effect), None)


class _Translation:
    """The layers of one decision, and which of them had to allow for themselves."""

    def __init__(self, decision: Decision, outcome: Outcome) -> None:
        self._outcome = outcome
        self._layers = {trace.layer: trace for trace in decision.layers}
        self._resource = self._layers.get(Layer.TRUST) or self._layers[Layer.RESOURCE]
        self._same_account = self._is_of_one_account(decision)
        self._is_separate = not self._same_account or self._owner_allows_separately(decision)
        granting = tuple(self._granting())
        trusting = self._resource.layer is Layer.TRUST
        self._direct = not trusting and any(one.match_class is MatchClass.DIRECT for one in granting)
        self._limited = any(one.match_class in (MatchClass.DIRECT, MatchClass.PARENT) for one in granting)

    def checks(self) -> Iterator[Check]:
        for layer in (Layer.RCP, Layer.SCP):
            yield from self._levels(self._layers[layer])
        yield from self._single(self._layers[Layer.VPC_ENDPOINT])
        if (to_bucket := self._layers.get(Layer.ENDPOINT_TO_BUCKET)) is not None:
            yield from self._single(to_bucket)
        if self._is_separate:
            yield from self._single(self._resource)
        if (bucket := self._layers.get(Layer.BUCKET)) is not None:
            yield from self._single(bucket, target=_first_owner(bucket))
        yield from self._principal(self._layers[Layer.IDENTITY])
        for layer in (Layer.PERMISSIONS_BOUNDARY, Layer.SESSION):
            yield from self._single(self._layers[layer])

    def _is_of_one_account(self, decision: Decision) -> bool:
        try:
            own = Arn.parse(decision.request.principal).account
        except MalformedArnError:
            return False
        return not self._resource.account or self._resource.account == own

    def _owner_allows_separately(self, decision: Decision) -> bool:
        """Whether the owner's policy is a check of its own within one account: of roles, of keys, without identity."""
        if self._resource.layer is Layer.TRUST or self._layers[Layer.IDENTITY].effect is LayerEffect.NOT_APPLICABLE:
            return True
        return decision.request.action.lower().startswith("kms:") and decision.request.resource != "*"

    def _granting(self) -> Iterator[StatementTrace]:
        for policy in self._resource.policies:
            yield from (one for one in _matching(policy) if one.effect is statement.Effect.ALLOW)

    def _levels(self, trace: LayerTrace) -> Iterator[Check]:
        for level in trace.levels:
            effect = self._effect(trace.layer, level.effect, decides=self._decides(trace.layer, level.effect))
            if effect is not None:
                yield Check(
                    type=_TYPES[trace.layer],
                    effect=effect,
                    target=target_arn(level, trace),
                    policy_types=(POLICY_TYPES[trace.layer],),
                    matched=_matched(trace.layer, level.policies, level.target_id or level.name),
                )

    def _decides(self, layer: Layer, effect: LayerEffect) -> bool:
        denies = self._outcome.verdict is Verdict.EXPLICIT_DENY
        return self._outcome.decided_by is layer and effect is (LayerEffect.DENIES if denies else LayerEffect.SILENT)

    def _single(self, trace: LayerTrace, target: str | None = None) -> Iterator[Check]:
        effect = self._effect(trace.layer, trace.effect, decides=self._decided_by(trace.layer))
        if effect is not None:
            yield Check(
                type=_TYPES[trace.layer],
                effect=effect,
                target=target,
                policy_types=(POLICY_TYPES[trace.layer],),
                matched=_matched(trace.layer, trace.policies),
            )

    def _principal(self, trace: LayerTrace) -> Iterator[Check]:
        """The caller's own policies; within one account those of the resource may stand in for them (UNCONFIRMED)."""
        policies = [(Layer.IDENTITY, policy) for policy in trace.policies]
        effect, decides = trace.effect, self._decided_by(Layer.IDENTITY)
        if not self._is_separate:
            layer = self._resource.layer
            policies += [(layer, policy) for policy in self._resource.policies]
            decides = decides or self._decided_by(layer)
            if LayerEffect.DENIES in (effect, self._resource.effect):
                effect = LayerEffect.DENIES
            elif self._limited:
                effect = LayerEffect.ALLOWS
        said = self._effect(Layer.IDENTITY, effect, decides=decides)
        if said is None:
            return
        matched = [(layer, found) for layer, policy in policies for found in _matched(layer, (policy,))]
        types = (PolicyType.IDENTITY, *(POLICY_TYPES[layer] for layer, _ in matched))
        yield Check(
            type=CheckType.PRINCIPAL,
            effect=said,
            policy_types=tuple(dict.fromkeys(types)),
            matched=tuple(found for _, found in matched),
        )

    def _decided_by(self, layer: Layer) -> bool:
        """Whether the decision ended here; where nothing allows, at the caller's policies and at the owner's."""
        decided = self._outcome.decided_by
        if decided is not Layer.NONE:
            return decided is layer
        if layer is Layer.IDENTITY:
            return self._layers[Layer.IDENTITY].effect is not LayerEffect.NOT_APPLICABLE
        return layer is self._resource.layer and self._is_separate

    def _effect(self, layer: Layer, effect: LayerEffect, *, decides: bool) -> Effect | None:
        """What a check says; None where AWS would list none."""
        verdict = self._outcome.verdict
        if decides and verdict is not Verdict.ALLOWED:
            return _EFFECTS[verdict]
        if effect is LayerEffect.NOT_APPLICABLE or effect is LayerEffect.UNDECIDED:
            return None
        if effect is LayerEffect.ALLOWS:
            return Effect.ALLOW
        if verdict is Verdict.ALLOWED:
            return Effect.NO_IMPACT
        if effect is LayerEffect.DENIES and verdict is Verdict.EXPLICIT_DENY:
            return Effect.EXPLICIT_DENY
        own = (Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION)
        return Effect.NO_IMPACT if self._direct and layer in own and self._same_account else Effect.IMPLICIT_DENY


def _first_owner(trace: LayerTrace) -> str | None:
    return next((policy.owner for policy in trace.policies if policy.owner), None)


def _matching(policy: PolicyTrace) -> tuple[StatementTrace, ...]:
    return tuple(one for one in policy.statements if one.truth is Truth.TRUE)


def _matched(layer: Layer, policies: tuple[PolicyTrace, ...], target: str = "") -> tuple[MatchedPolicy, ...]:
    """The policies with statements that matched; a resource's statement on its whole account grants nothing itself."""
    return tuple(
        MatchedPolicy(
            policy_uri(policy, layer, target),
            tuple(
                MatchedStatement(one.sid or f"statement{one.index}", one.effect.value.upper())
                for one in _matching(policy)
            ),
        )
        for policy in policies
        if _matching(policy)
    )
