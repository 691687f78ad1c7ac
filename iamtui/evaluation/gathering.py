"""From a snapshot, or from a case's own documents, to the policies that a request meets (section 2, 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iamtui import catalog
from iamtui.evaluation.applicable import Applicable, AppliedLayer, AppliedLevel, AppliedPolicy, CasePolicies, Level
from iamtui.evaluation.caller import Caller, CallerKind
from iamtui.evaluation.context import RequestContext, Subject
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request import NamedPolicy, Unstated
from iamtui.evaluation.services import (
    RCP_EXEMPT_ACTIONS,
    RCP_SERVICES,
    RESOURCE_POLICY_SERVICES,
    ResourceRule,
    resource_rule,
)
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Exported, Group, Organization, OrganizationTarget, Resource, Role, Snapshot, User

FULL_AWS_ACCESS = Document(b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
"""What `FullAWSAccess` says, and what the root user may do by nature (I59, E58)."""


# --- from a snapshot ---------------------------------------------------------------------------------------


def gather(snapshot: Snapshot, subject: Subject, context: RequestContext, session: SessionPolicies) -> Applicable:
    """Collect every layer from a snapshot."""
    assumed: list[str] = []
    caller = subject.caller
    resource, restricts, public = _resource_layer(snapshot, subject, assumed)
    return Applicable(
        rcp=_rcp_layer(snapshot, subject, assumed),
        scp=_scp_layer(snapshot, caller, assumed),
        vpc_endpoint=_endpoint_layer(snapshot, subject, context, assumed),
        resource=resource,
        identity=_identity_layer(snapshot, caller),
        permissions_boundary=_boundary_layer(snapshot, caller),
        session=session_layer(caller, session),
        restricts_public_buckets=restricts,
        is_public=public,
        assumed=tuple(assumed),
    )


SessionPolicies = tuple[NamedPolicy, ...] | None


def _identity_layer(snapshot: Snapshot, caller: Caller) -> AppliedLayer:
    layer = _layer(Layer.IDENTITY, PolicyKind.IDENTITY, caller.account)
    if (reason := _without_identity_policies(caller)) is not None:
        return _with_reason(layer, reason)
    if caller.kind is CallerKind.ROOT:
        return _root_identity(layer)
    if caller.entity is None:
        if not caller.exported:
            reason = f"the identity policies of {caller.text} were not exported"
            return AppliedLayer(layer.layer, layer.kind, caller.account, reason=reason, unknown=True)
        return _with_reason(layer, "no IAM user is known behind this federated user (E9)")
    return AppliedLayer(layer.layer, layer.kind, caller.account, (_pooled(identity_policies(snapshot, caller.entity)),))


def identity_policies(snapshot: Snapshot, entity: User | Role | Group) -> Iterator[AppliedPolicy]:
    """Inline and attached policies of an entity, and for a user those of its groups (E11)."""
    account = entity.arn.split(":", 5)[4]
    yield from _policies_of(snapshot, account, entity, "")
    if not isinstance(entity, User):
        return
    for name in entity.groups:
        group = snapshot.group(account, name)
        if group is None:
            yield AppliedPolicy(name, None, f"via group {name}, which was not exported", entity.arn)
        else:
            yield from _policies_of(snapshot, account, group, f" via group {group.name}")


def _policies_of(snapshot: Snapshot, account: str, owner: User | Role | Group, via: str) -> Iterator[AppliedPolicy]:
    for inline in owner.inline:
        yield AppliedPolicy(inline.name, inline.document, f"inline{via}", owner.arn)
    for arn in owner.attached:
        yield managed_policy(snapshot, account, arn, f"attached{via}", owner.arn)


def managed_policy(snapshot: Snapshot, account: str, arn: str, origin: str, owner: str | None) -> AppliedPolicy:
    """The version in force of a managed policy, or that it was not exported (T22)."""
    policy = snapshot.policy(account, arn)
    version = policy.default if policy is not None else None
    name = policy.name if policy is not None else arn.rpartition("/")[2]
    if version is None:
        return AppliedPolicy(name, None, origin, owner, arn)
    return AppliedPolicy(name, version.document, origin, owner, arn, version.version_id)


def _boundary_layer(snapshot: Snapshot, caller: Caller) -> AppliedLayer:
    layer = _layer(Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, caller.account)
    entity = caller.entity
    if entity is None:
        if caller.exported or caller.account is None:
            return _with_reason(layer, f"{_a(caller)} has no permissions boundary")
        reason = f"whether {caller.text} has a permissions boundary was not exported"
        return AppliedLayer(layer.layer, layer.kind, caller.account, reason=reason, unknown=True)
    if entity.boundary is None:
        return _with_reason(layer, "no permissions boundary set")
    policy = managed_policy(snapshot, entity.arn.split(":", 5)[4], entity.boundary, "boundary", entity.arn)
    return AppliedLayer(layer.layer, layer.kind, caller.account, (AppliedLevel((policy,)),))


def _resource_layer(snapshot: Snapshot, subject: Subject, assumed: list[str]) -> tuple[AppliedLayer, bool, bool | None]:
    """The resource's own policy, with effective RestrictPublicBuckets and AWS's word on whether it is public."""
    rule = resource_rule(subject.action.lower(), subject.resource_arn)
    if rule is ResourceRule.TRUST:
        return _trust_layer(snapshot, subject), False, None
    kind = PolicyKind.KMS_KEY if rule is ResourceRule.KEY_POLICY else PolicyKind.RESOURCE
    layer = _layer(Layer.RESOURCE, kind, subject.resource_account)
    if subject.resource_arn is None:
        return _with_reason(layer, "the action has no resource"), False, None
    found = policy_bearer(snapshot, subject)
    if found is None or found.policy_state is Exported.UNKNOWN:
        return _resource_policy_not_exported(layer, subject, rule, assumed), False, None
    restricts, public = _public_access(snapshot, found, subject), found.is_public
    if found.policy_state is Exported.NONE or found.policy is None:
        return _with_reason(layer, f"{found.arn} has no policy"), restricts, public
    policy = AppliedPolicy("resource", found.policy, f"policy of {found.arn}", found.arn)
    return AppliedLayer(layer.layer, kind, subject.resource_account, (AppliedLevel((policy,)),)), restricts, public


def policy_bearer(snapshot: Snapshot, subject: Subject) -> Resource | None:
    """The resource whose policy speaks for the request's: a bucket for its objects, a function for its versions."""
    arn = subject.resource_arn
    if arn is None:
        return None
    found = snapshot.resources.get(subject.resource)
    if found is not None:
        return found
    if arn.service == "s3" and not arn.region:
        return snapshot.resources.get(f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}")
    if arn.service == "lambda" and arn.resource.count(":") == 2:
        return snapshot.resources.get(subject.resource.rpartition(":")[0])
    return None


def _resource_policy_not_exported(
    layer: AppliedLayer, subject: Subject, rule: ResourceRule, assumed: list[str]
) -> AppliedLayer:
    """A policy that was not exported: taken as none within an account; where all hangs on it, unknown (T22)."""
    service = subject.resource_arn.service if subject.resource_arn is not None else ""
    if service not in RESOURCE_POLICY_SERVICES:
        return _with_reason(layer, "resources of this type carry no policy")
    reason = f"the policy of {subject.resource} was not exported"
    same_account = subject.caller.has_account and subject.caller.account == subject.resource_account
    if subject.unstated is Unstated.UNKNOWN and (rule is ResourceRule.KEY_POLICY or not same_account):
        return AppliedLayer(layer.layer, layer.kind, layer.account, reason=reason, unknown=True)
    assumed.append(f"{reason}: taken as none")
    return _with_reason(layer, f"{reason}; taken as none")


def _trust_layer(snapshot: Snapshot, subject: Subject) -> AppliedLayer:
    layer = _layer(Layer.TRUST, PolicyKind.TRUST, subject.resource_account)
    role = snapshot.role(subject.resource)
    if role is None:
        account = snapshot.accounts.get(subject.resource_account or "")
        if account is not None and account.roles is not None and account.is_complete:
            return _with_reason(layer, f"the exported account has no role {subject.resource}")
        if subject.unstated is Unstated.ABSENT:
            return _with_reason(layer, "the role was not exported; taken as without trust policy")
        reason = f"the trust policy of {subject.resource} was not exported"
        return AppliedLayer(layer.layer, layer.kind, layer.account, reason=reason, unknown=True)
    policy = AppliedPolicy("trust", role.trust, "trust policy", role.arn)
    return AppliedLayer(layer.layer, layer.kind, layer.account, (AppliedLevel((policy,)),))


def _public_access(snapshot: Snapshot, bucket: Resource, subject: Subject) -> bool:
    """Effective RestrictPublicBuckets: the account's or the bucket's setting (S10)."""
    account = snapshot.accounts.get(subject.resource_account or "")
    blocks = (bucket.public_access_block, account.public_access_block if account is not None else None)
    return any(block.restrict_public_buckets for block in blocks if block is not None)


def _endpoint_layer(snapshot: Snapshot, subject: Subject, context: RequestContext, assumed: list[str]) -> AppliedLayer:
    """The policy of the endpoint that the request states (E37-E39)."""
    layer = _layer(Layer.VPC_ENDPOINT, PolicyKind.VPC_ENDPOINT, None)
    if not context.stated("aws:sourcevpce"):
        return _with_reason(layer, "the request states no VPC endpoint")
    if context.stated("aws:calledvia"):
        return _with_reason(layer, "a service calls onward; the endpoint's policy does not apply (E39)")
    name = context.lookup("aws:sourcevpce").values[0]
    endpoint = snapshot.endpoints.get(name)
    if endpoint is None:
        assumed.append(f"the policy of VPC endpoint {name} was not exported: taken as the default, which allows all")
        return _with_reason(layer, f"{name} was not exported; taken as the default, which allows all")
    if endpoint.policy is None:
        return _with_reason(layer, f"{name} has the default policy, which allows all")
    policy = AppliedPolicy(name, endpoint.policy, f"policy of {name}", name)
    is_gateway = endpoint.endpoint_type == "Gateway"
    return AppliedLayer(layer.layer, layer.kind, endpoint.owner, (AppliedLevel((policy,)),), is_gateway=is_gateway)


# --- organizations -----------------------------------------------------------------------------------------


def _scp_layer(snapshot: Snapshot, caller: Caller, assumed: list[str]) -> AppliedLayer:
    layer = _layer(Layer.SCP, PolicyKind.SCP, caller.account)
    if caller.account is None or not caller.has_account:
        return _with_reason(layer, f"SCPs do not apply to {_a(caller)}")
    if caller.is_service_linked:
        return _with_reason(layer, "service-linked role: SCPs do not apply")
    return _organization_layer(snapshot, caller.account, layer, assumed)


def _rcp_layer(snapshot: Snapshot, subject: Subject, assumed: list[str]) -> AppliedLayer:
    layer = _layer(Layer.RCP, PolicyKind.RCP, subject.resource_account, always_allows=True)
    if (reason := _exempt_from_rcps(subject)) is not None:
        return _with_reason(layer, reason)
    if subject.resource_account is None:
        return _with_reason(layer, "whose resource this is is not known")
    return _organization_layer(snapshot, subject.resource_account, layer, assumed)


def _exempt_from_rcps(subject: Subject) -> str | None:
    """E33-E35."""
    if subject.service not in RCP_SERVICES:
        return f"{subject.service} is not under RCPs"
    if subject.action.lower() in RCP_EXEMPT_ACTIONS:
        return f"{subject.action} is exempt from RCPs"
    if subject.caller.is_service_linked:
        return "service-linked role: RCPs do not apply"
    if subject.caller.kind is CallerKind.SERVICE and ":role/aws-service-role/" in subject.resource:
        return "a service assumes its service-linked role: RCPs do not apply"
    action = catalog.action(subject.action)
    if action is not None and not action.resource_types:
        return "the action authorizes no resource: RCPs do not apply (E34)"
    return None


def _organization_layer(snapshot: Snapshot, account: str, layer: AppliedLayer, assumed: list[str]) -> AppliedLayer:
    organization = snapshot.organization_of(account)
    plural = "SCPs" if layer.layer is Layer.SCP else "RCPs"
    if organization is None:
        assumed.append(f"no organization of account {account} was exported: taken as without {plural}")
        return _with_reason(layer, f"no organization of {account} was exported; taken as without {plural}")
    if organization.management_account == account:
        return _with_reason(layer, f"management account: {plural} do not apply")
    enabled = organization.scps_enabled if layer.layer is Layer.SCP else organization.rcps_enabled
    if enabled is False:
        return _with_reason(layer, f"the organization has not enabled {plural}")
    levels = organization.levels(account)
    if levels is None:
        assumed.append(f"the way from the root to account {account} was not exported: taken as without {plural}")
        return _with_reason(layer, f"where {account} stands in the organization was not exported")
    applied = tuple(_organization_level(organization, target, layer.layer) for target in levels)
    if enabled is None and all(level.missing for level in applied):
        assumed.append(f"no {plural} were exported: taken as none")
        return _with_reason(layer, f"no {plural} were exported; taken as none")
    return AppliedLayer(layer.layer, layer.kind, account, applied, always_allows=layer.always_allows)


def _organization_level(organization: Organization, target: OrganizationTarget, layer: Layer) -> AppliedLevel:
    ids = target.scps if layer is Layer.SCP else target.rcps
    if ids is None:
        missing = f"the policies attached to {target.name} were not exported"
        return AppliedLevel((), target.name, target.target_id, missing)
    return AppliedLevel(
        tuple(_organization_policy(organization, policy_id, target) for policy_id in ids),
        target.name,
        target.target_id,
    )


def _organization_policy(organization: Organization, policy_id: str, target: OrganizationTarget) -> AppliedPolicy:
    policy = organization.policies.get(policy_id)
    origin = f"attached to {target.name}"
    if policy_id == "p-FullAWSAccess":
        return AppliedPolicy("FullAWSAccess", FULL_AWS_ACCESS, origin, target.target_id)
    if policy is None:
        return AppliedPolicy(policy_id, None, origin, target.target_id)
    return AppliedPolicy(policy.name, policy.document, origin, target.target_id, policy.arn)


# --- from a case's own documents ---------------------------------------------------------------------------


def gather_case(policies: CasePolicies, subject: Subject) -> Applicable:
    """Collect every layer from the documents that a case brings along (scenarios.md)."""
    caller = subject.caller
    rule = resource_rule(subject.action.lower(), subject.resource_arn)
    return Applicable(
        rcp=_case_rcps(policies, subject),
        scp=_case_scps(policies, caller),
        vpc_endpoint=_case_endpoint(policies, subject),
        resource=_case_resource(policies, subject, rule),
        identity=_case_identity(policies, caller),
        permissions_boundary=_case_boundary(policies, caller),
        session=session_layer(caller, policies.session),
        restricts_public_buckets=policies.s3_block_public_access,
    )


def _case_identity(policies: CasePolicies, caller: Caller) -> AppliedLayer:
    layer = _layer(Layer.IDENTITY, PolicyKind.IDENTITY, caller.account)
    if (reason := _without_identity_policies(caller)) is not None:
        return _with_reason(layer, reason)
    if caller.kind is CallerKind.ROOT:
        return _root_identity(layer)
    return AppliedLayer(layer.layer, layer.kind, caller.account, (_named(policies.identity, "identity"),))


def _case_filter(
    layer: Layer, kind: PolicyKind, policies: tuple[NamedPolicy, ...] | None, otherwise: str
) -> AppliedLayer:
    if policies is None:
        return AppliedLayer(layer, kind, None, reason=otherwise)
    return AppliedLayer(layer, kind, None, (_named(policies, layer.value),))


def _case_endpoint(policies: CasePolicies, subject: Subject) -> AppliedLayer:
    """Endpoints of the services that have gateway ones are taken to be such (E38)."""
    layer = _case_filter(Layer.VPC_ENDPOINT, PolicyKind.VPC_ENDPOINT, policies.vpc_endpoint, "no VPC endpoint")
    return replace(layer, is_gateway=subject.service in ("s3", "dynamodb"))


def _case_boundary(policies: CasePolicies, caller: Caller) -> AppliedLayer:
    """Root, services and everyone without identity policies have no boundary (E47)."""
    if caller.kind is CallerKind.ROOT or _without_identity_policies(caller) is not None:
        return AppliedLayer(
            Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, None, reason=f"{_a(caller)} has no permissions boundary"
        )
    return _case_filter(
        Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, policies.permissions_boundary, "no permissions boundary set"
    )


def _case_resource(policies: CasePolicies, subject: Subject, rule: ResourceRule) -> AppliedLayer:
    layer = Layer.TRUST if rule is ResourceRule.TRUST else Layer.RESOURCE
    kinds = {ResourceRule.TRUST: PolicyKind.TRUST, ResourceRule.KEY_POLICY: PolicyKind.KMS_KEY}
    kind = kinds.get(rule, PolicyKind.RESOURCE)
    if policies.resource is None:
        return AppliedLayer(layer, kind, subject.resource_account, reason="the resource has no policy")
    if rule is ResourceRule.ORDINARY and ":role/" in subject.resource:
        reason = "a trust policy is not consulted for this action (S7)"
        return AppliedLayer(layer, kind, subject.resource_account, reason=reason)
    return AppliedLayer(layer, kind, subject.resource_account, (_named((policies.resource,), "resource"),))


def _case_scps(policies: CasePolicies, caller: Caller) -> AppliedLayer:
    layer = _layer(Layer.SCP, PolicyKind.SCP, caller.account)
    if policies.scps is None:
        return _with_reason(layer, "no SCP applies")
    if caller.account is None or not caller.has_account:
        return _with_reason(layer, f"SCPs do not apply to {_a(caller)}")
    if caller.account in policies.management_accounts:
        return _with_reason(layer, "management account: SCPs do not apply")
    if _is_service_linked(caller):
        return _with_reason(layer, "service-linked role: SCPs do not apply")
    return AppliedLayer(layer.layer, layer.kind, caller.account, _case_levels(policies.scps))


def _case_rcps(policies: CasePolicies, subject: Subject) -> AppliedLayer:
    layer = _layer(Layer.RCP, PolicyKind.RCP, subject.resource_account, always_allows=True)
    if policies.rcps is None:
        return _with_reason(layer, "no RCP applies")
    if subject.resource_account in policies.management_accounts:
        return _with_reason(layer, "management account: RCPs do not apply")
    if _is_service_linked(subject.caller):
        return _with_reason(layer, "service-linked role: RCPs do not apply")
    if (reason := _exempt_from_rcps(subject)) is not None:
        return _with_reason(layer, reason)
    levels = _case_levels(policies.rcps)
    return AppliedLayer(layer.layer, layer.kind, subject.resource_account, levels, always_allows=True)


def _is_service_linked(caller: Caller) -> bool:
    """By the path of a role ARN, or by the name that AWS gives such roles where only a session is named."""
    if caller.kind is CallerKind.ROLE:
        return ":role/aws-service-role/" in caller.text
    return caller.kind is CallerKind.ROLE_SESSION and caller.name.startswith("AWSServiceRoleFor")


def _case_levels(levels: tuple[Level, ...]) -> tuple[AppliedLevel, ...]:
    return tuple(
        AppliedLevel(tuple(_applied(policy, f"attached to {level.target}") for policy in level.policies), level.target)
        for level in levels
    )


# --- common ------------------------------------------------------------------------------------------------


def session_layer(caller: Caller, policies: SessionPolicies) -> AppliedLayer:
    """The policies passed when the session was created; they form one pool (E13, UNCONFIRMED)."""
    layer = _layer(Layer.SESSION, PolicyKind.SESSION, caller.account)
    if policies is None:
        return _with_reason(layer, "no session policy")
    if caller.kind in (CallerKind.USER, CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return _with_reason(layer, f"{_a(caller)} has no session policy (E57)")
    return AppliedLayer(layer.layer, layer.kind, caller.account, (_named(policies, "passed with the session"),))


def _without_identity_policies(caller: Caller) -> str | None:
    if caller.kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return f"{_a(caller)} has no identity-based policies"
    return None


def _root_identity(layer: AppliedLayer) -> AppliedLayer:
    """For the result, root holds a built-in Allow named `account-root` (E58, E83)."""
    built_in = AppliedPolicy("account-root", FULL_AWS_ACCESS, "built in", None)
    return AppliedLayer(layer.layer, layer.kind, layer.account, (AppliedLevel((built_in,)),))


def _layer(layer: Layer, kind: PolicyKind, account: str | None, *, always_allows: bool = False) -> AppliedLayer:
    return AppliedLayer(layer, kind, account, always_allows=always_allows)


def _with_reason(layer: AppliedLayer, reason: str) -> AppliedLayer:
    return AppliedLayer(layer.layer, layer.kind, layer.account, reason=reason)


def _pooled(policies: Iterable[AppliedPolicy]) -> AppliedLevel:
    return AppliedLevel(tuple(policies))


def _named(policies: tuple[NamedPolicy, ...], origin: str) -> AppliedLevel:
    return AppliedLevel(tuple(_applied(policy, origin) for policy in policies))


def _applied(policy: NamedPolicy, origin: str) -> AppliedPolicy:
    return AppliedPolicy(policy.name, policy.document, origin)


def _a(caller: Caller) -> str:
    article = "an" if caller.kind.value[0].lower() in "ae" else "a"
    return f"{article} {caller.kind}"
