"""SCPs by the principal's account, RCPs by the resource's (E21-E36)."""

from __future__ import annotations

from iamtui.evaluation.applicable.common import FULL_AWS_ACCESS, Place, described, not_applied
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel, AppliedPolicy, Assumption
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.evaluation.request.services import (
    RCP_EXEMPT_ACTIONS,
    RCP_SERVICES,
    is_service_linked_role,
    takes_no_resource,
)
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot


def scp_layer(snapshot: Snapshot, caller: Caller) -> AppliedLayer:
    """The SCPs that bind the caller, level by level (E21-E25)."""
    place = (Layer.SCP, PolicyKind.SCP, caller.account)
    if caller.account is None or not caller.has_account:
        return not_applied(place, f"SCPs do not apply to {described(caller)}")
    if caller.is_service_linked:
        return not_applied(place, "service-linked role: SCPs do not apply")
    return _organization_layer(snapshot, caller.account, place)


def rcp_layer(snapshot: Snapshot, subject: ResolvedRequest) -> AppliedLayer:
    """The RCPs that protect the resource, level by level (E31-E35)."""
    place = (Layer.RCP, PolicyKind.RCP, subject.resource_account)
    if (reason := exempt_from_rcps(subject)) is not None:
        return not_applied(place, reason)
    if subject.resource_account is None:
        return not_applied(place, "whose resource this is is not known")
    if _is_aws_managed_key(snapshot, subject):
        return not_applied(place, "AWS managed key: RCPs do not apply")
    return account_rcps(snapshot, subject.resource_account)


def account_rcps(snapshot: Snapshot, account: str) -> AppliedLayer:
    """The RCPs over what an account owns, level by level, for the requests that RCPs apply to (E31)."""
    return _organization_layer(snapshot, account, (Layer.RCP, PolicyKind.RCP, account))


def _is_aws_managed_key(snapshot: Snapshot, subject: ResolvedRequest) -> bool:
    """A KMS key that AWS manages, told by its alias, which nobody else can give (E35)."""
    if subject.service != "kms":
        return False
    key = snapshot.resources.get(subject.resource)
    aliases = (subject.resource.rpartition(":")[2],) if key is None else key.aliases
    return any(alias.startswith("alias/aws/") for alias in aliases)


def exempt_from_rcps(subject: ResolvedRequest) -> str | None:
    """Why no RCP applies to a request whoever owns the resource, if none does (E33-E35)."""
    if subject.service not in RCP_SERVICES:
        return f"{subject.service} is not under RCPs"
    if subject.folded_action in RCP_EXEMPT_ACTIONS:
        return f"{subject.action} is exempt from RCPs"
    if subject.caller.is_service_linked:
        return "service-linked role: RCPs do not apply"
    if subject.caller.kind is CallerKind.SERVICE and is_service_linked_role(subject.resource_arn):
        return "a service assumes its service-linked role: RCPs do not apply"
    if takes_no_resource(subject.action):
        return "the action authorizes no resource: RCPs do not apply (E34)"
    return None


def _organization_layer(snapshot: Snapshot, account: str, place: Place) -> AppliedLayer:
    layer = place[0]
    organization = snapshot.organization_of(account)
    plural = "SCPs" if layer is Layer.SCP else "RCPs"
    exported = snapshot.accounts.get(account)
    if organization is None and exported is not None and exported.in_organization is False:
        return not_applied(place, f"account {account} is in no organization")
    if organization is None:
        lacking = Assumption(f"no organization of account {account} was exported: taken as without {plural}")
        return not_applied(place, f"no organization of {account} was exported; taken as without {plural}", lacking)
    if organization.management_account == account:
        return not_applied(place, f"management account: {plural} do not apply")
    enabled = organization.scps_enabled if layer is Layer.SCP else organization.rcps_enabled
    if enabled is False:
        return not_applied(place, f"the organization has not enabled {plural}")
    levels = organization.levels(account)
    if levels is None:
        lacking = Assumption(f"the way from the root to account {account} was not exported: taken as without {plural}")
        return not_applied(place, f"where {account} stands in the organization was not exported", lacking)
    applied = tuple(_organization_level(organization, target, layer) for target in levels)
    if enabled is None and all(level.missing for level in applied):
        lacking = Assumption(f"no {plural} were exported: taken as none")
        return not_applied(place, f"no {plural} were exported; taken as none", lacking)
    return AppliedLayer(*place, applied, always_allows=layer is Layer.RCP)


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
