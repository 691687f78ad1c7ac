"""The layers of a request that brings its own documents along (samples/scenarios/README.md)."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.evaluation.applicable.common import (
    applied,
    described,
    named,
    not_applied,
    not_possible,
    perhaps_granted,
    pooled,
    root_identity,
    session_layer,
    without_identity_policies,
)
from iamtui.evaluation.applicable.default_policies import default_policy
from iamtui.evaluation.applicable.endpoints import CALLED_ONWARD
from iamtui.evaluation.applicable.organization import exempt_from_rcps
from iamtui.evaluation.applicable.policies import Applicable, AppliedLayer, AppliedLevel, GivenLevel, GivenPolicies
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.caller import Caller, CallerKind, identify
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.foreign_resources import only_the_caller_decides, what_is_open
from iamtui.evaluation.request.request import NamedPolicy, Unstated
from iamtui.evaluation.request.services import ResourceRule, is_role, resource_rule
from iamtui.policy.statement import PolicyKind


@dataclass(frozen=True, slots=True)
class FromDocuments:
    """The documents that are given with a request, and nothing else (scenarios.md)."""

    policies: GivenPolicies
    snapshot: None = None

    @property
    def s3_abac(self) -> bool:
        """Whether tags of buckets count (S32)."""
        return self.policies.s3_abac

    def caller(self, principal: str) -> Caller:
        """Who asks; one that can have a boundary has the one that is given."""
        found = identify(principal, None)
        bounded = self.policies.permissions_boundary is not None and found.may_have_boundary
        return found._replace(has_boundary=True) if bounded else found

    def gather(self, subject: ResolvedRequest, context: RequestContext) -> Applicable:
        """Collect every layer from the documents."""
        return _gather(self.policies, subject, context)


def _gather(policies: GivenPolicies, subject: ResolvedRequest, context: RequestContext) -> Applicable:
    caller = subject.caller
    rule = resource_rule(subject.folded_action, subject.resource_arn)
    return Applicable(
        rcp=_case_rcps(policies, subject),
        scp=_case_scps(policies, caller),
        vpc_endpoint=_case_endpoint(policies, context),
        resource=_case_resource(policies, subject, rule),
        identity=_case_identity(policies, caller),
        permissions_boundary=_case_boundary(policies, caller),
        session=session_layer(caller, policies.session),
        restricts_public_buckets=policies.s3_block_public_access,
    )


def _case_identity(policies: GivenPolicies, caller: Caller) -> AppliedLayer:
    place = (Layer.IDENTITY, PolicyKind.IDENTITY, caller.account)
    if (reason := without_identity_policies(caller)) is not None:
        return not_applied(place, reason)
    if caller.kind is CallerKind.ROOT:
        return root_identity(place)
    return AppliedLayer(*place, (named(policies.identity, "identity"),))


def _case_filter(
    layer: Layer, kind: PolicyKind, policies: tuple[NamedPolicy, ...] | None, otherwise: str
) -> AppliedLayer:
    if policies is None:
        return AppliedLayer(layer, kind, None, reason=otherwise)
    return AppliedLayer(layer, kind, None, (named(policies, layer.value),))


def _case_endpoint(policies: GivenPolicies, context: RequestContext) -> AppliedLayer:
    """Endpoints of the services that have gateway ones are taken to be such (E38)."""
    if policies.vpc_endpoint is not None and context.is_forwarded:
        return not_applied((Layer.VPC_ENDPOINT, PolicyKind.VPC_ENDPOINT, None), CALLED_ONWARD)
    layer = _case_filter(Layer.VPC_ENDPOINT, PolicyKind.VPC_ENDPOINT, policies.vpc_endpoint, "no VPC endpoint")
    return layer._replace(is_gateway=context.subject.service in ("s3", "dynamodb"))


def _case_boundary(policies: GivenPolicies, caller: Caller) -> AppliedLayer:
    """Root, services and everyone without identity policies have no boundary (E47)."""
    if caller.kind is CallerKind.ROOT or without_identity_policies(caller) is not None:
        reason = f"{described(caller)} has no permissions boundary"
        return AppliedLayer(Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, None, reason=reason)
    return _case_filter(
        Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, policies.permissions_boundary, "no permissions boundary set"
    )


def _case_resource(policies: GivenPolicies, subject: ResolvedRequest, rule: ResourceRule) -> AppliedLayer:
    layer = Layer.TRUST if rule is ResourceRule.TRUST else Layer.RESOURCE
    kinds = {ResourceRule.TRUST: PolicyKind.TRUST, ResourceRule.KEY_POLICY: PolicyKind.KMS_KEY}
    kind = kinds.get(rule, PolicyKind.RESOURCE)
    if policies.resource is None:
        if subject.resource_arn is None:
            return not_possible((layer, kind, subject.resource_account), "the action has no resource")
        if only_the_caller_decides(subject):
            return not_possible((layer, kind, subject.resource_account), "only the caller's own policies are asked")
        if subject.unstated is Unstated.UNKNOWN and (reason := what_is_open(subject)) is not None:
            return perhaps_granted((layer, kind, subject.resource_account), reason)
        if (default := default_policy(subject)) is not None:
            return AppliedLayer(layer, kind, subject.resource_account, (pooled((default,)),))
        return AppliedLayer(layer, kind, subject.resource_account, reason="the resource has no policy")
    if rule is ResourceRule.ORDINARY and is_role(subject.resource_arn):
        reason = "a trust policy is not consulted for this action (S7)"
        return AppliedLayer(layer, kind, subject.resource_account, reason=reason)
    return AppliedLayer(layer, kind, subject.resource_account, (named((policies.resource,), "resource"),))


def _case_scps(policies: GivenPolicies, caller: Caller) -> AppliedLayer:
    place = (Layer.SCP, PolicyKind.SCP, caller.account)
    if policies.scps is None:
        return not_applied(place, "no SCP applies")
    if caller.account is None or not caller.has_account:
        return not_applied(place, f"SCPs do not apply to {described(caller)}")
    if caller.account in policies.management_accounts:
        return not_applied(place, "management account: SCPs do not apply")
    if caller.is_service_linked:
        return not_applied(place, "service-linked role: SCPs do not apply")
    return AppliedLayer(*place, _case_levels(policies.scps))


def _case_rcps(policies: GivenPolicies, subject: ResolvedRequest) -> AppliedLayer:
    place = (Layer.RCP, PolicyKind.RCP, subject.resource_account)
    if policies.rcps is None:
        return not_applied(place, "no RCP applies")
    if subject.resource_account in policies.management_accounts:
        return not_applied(place, "management account: RCPs do not apply")
    if (reason := exempt_from_rcps(subject)) is not None:
        return not_applied(place, reason)
    levels = _case_levels(policies.rcps)
    return AppliedLayer(*place, levels, always_allows=True)


def _case_levels(levels: tuple[GivenLevel, ...]) -> tuple[AppliedLevel, ...]:
    return tuple(
        AppliedLevel(tuple(applied(policy, f"attached to {level.target}") for policy in level.policies), level.target)
        for level in levels
    )
