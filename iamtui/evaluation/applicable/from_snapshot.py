"""From a snapshot to the policies that a request meets (E10-E13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iamtui.evaluation.applicable.access_points import (
    BehindAccessPoint,
    behind_access_point,
    bucket_layer,
    endpoint_to_bucket,
)
from iamtui.evaluation.applicable.common import (
    Place,
    SessionPolicies,
    described,
    not_applied,
    not_possible,
    perhaps_granted,
    pooled,
    root_identity,
    session_layer,
    without_identity_policies,
)
from iamtui.evaluation.applicable.default_policies import default_policy
from iamtui.evaluation.applicable.endpoints import endpoint_layer
from iamtui.evaluation.applicable.organization import rcp_layer, scp_layer
from iamtui.evaluation.applicable.policies import Applicable, AppliedLayer, AppliedLevel, AppliedPolicy, Assumption
from iamtui.evaluation.applicable.scoped_sessions import scoped_session
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.caller import Caller, CallerKind, identify
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.foreign_resources import (
    can_have_policy,
    only_the_caller_decides,
    what_is_open,
)
from iamtui.evaluation.request.request import Unstated
from iamtui.evaluation.request.services import ResourceRule, resource_rule
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Exported, Group, Resource, Role, Snapshot, User


class PrincipalSide(NamedTuple):
    """The policies in force for a caller, whatever it asks for: made once where it asks for much."""

    caller: Caller
    scp: AppliedLayer
    identity: AppliedLayer
    permissions_boundary: AppliedLayer


def principal_side(snapshot: Snapshot, caller: Caller, groups: GroupPolicies | None = None) -> PrincipalSide:
    """Collect the layers of a caller from a snapshot; who collects many of one snapshot keeps `groups`."""
    identity, boundary = _identity_layer(snapshot, caller, groups), _boundary_layer(snapshot, caller)
    return PrincipalSide(caller, scp_layer(snapshot, caller), identity, boundary)


@dataclass(frozen=True, slots=True)
class FromSnapshot:
    """The policies of a snapshot, and those passed with a session; `side` is the caller's where it is made already."""

    snapshot: Snapshot
    session: SessionPolicies = None
    side: PrincipalSide | None = None
    s3_abac: bool = True

    def caller(self, principal: str) -> Caller:
        """Who asks."""
        return identify(principal, self.snapshot) if self.side is None else self.side.caller

    def gather(self, subject: ResolvedRequest, context: RequestContext) -> Applicable:
        """Join the caller's side with the resource's, the way between them, and the session."""
        side = self.side or principal_side(self.snapshot, subject.caller)
        return _join(self.snapshot, side, (subject, context), self.session)


def _join(
    snapshot: Snapshot,
    side: PrincipalSide,
    request: tuple[ResolvedRequest, RequestContext],
    session: SessionPolicies,
) -> Applicable:
    subject, context = request
    assumed: tuple[Assumption, ...] = ()
    if subject.owner_is_assumed and subject.caller.account is not None:
        text = f"whose bucket this is was not exported: taken as of account {subject.caller.account}"
        assumed = (Assumption(text, may_grant=True),)
    resource, restricts, public = _resource_layer(snapshot, subject)
    behind = behind_access_point(snapshot, subject.resource_arn)
    if behind is not None:
        restricts = _restricts_either(restricts, snapshot.restricts_public_buckets(behind.owner, behind.bucket))
        public = _public_behind(behind)
    endpoint = endpoint_layer(snapshot, subject, context)
    return Applicable(
        rcp=rcp_layer(snapshot, subject),
        scp=side.scp,
        vpc_endpoint=endpoint,
        resource=resource,
        identity=side.identity,
        permissions_boundary=side.permissions_boundary,
        session=_session_layer(subject, session),
        bucket=None if behind is None else bucket_layer(behind),
        endpoint_to_bucket=endpoint_to_bucket(snapshot, subject.resource_arn, endpoint),
        restricts_public_buckets=restricts,
        is_public=public,
        assumed=assumed,
    )


def _session_layer(subject: ResolvedRequest, policies: SessionPolicies) -> AppliedLayer:
    layer = session_layer(subject.caller, policies)
    if policies is not None:
        return layer
    return scoped_session((Layer.SESSION, PolicyKind.SESSION, subject.caller.account), subject) or layer


def _identity_layer(snapshot: Snapshot, caller: Caller, groups: GroupPolicies | None) -> AppliedLayer:
    place = (Layer.IDENTITY, PolicyKind.IDENTITY, caller.account)
    if (reason := without_identity_policies(caller)) is not None:
        return not_applied(place, reason)
    if caller.kind is CallerKind.ROOT:
        return root_identity(place)
    if caller.entity is None:
        if not caller.exported:
            reason = f"the identity policies of {caller.text} were not exported"
            return AppliedLayer(*place, reason=reason, unknown=True)
        return not_applied(place, "no IAM user is known behind this federated user (E9)")
    return AppliedLayer(*place, (pooled(identity_policies(snapshot, caller.entity, groups)),))


GroupPolicies = dict[tuple[str, str], list[AppliedPolicy]]
"""What each group gives its members, by account and name, as far as it was asked for."""


def identity_policies(
    snapshot: Snapshot, entity: User | Role | Group, groups: GroupPolicies | None = None
) -> list[AppliedPolicy]:
    """Inline and attached policies of an entity, and for a user those of its groups (E11).

    Who asks for many keeps `groups`: the policies of a group are then made once, for all of its members.
    """
    account = snapshot.account_of(entity.arn)
    found = _policies_of(snapshot, account, entity, "")
    for name in entity.groups if isinstance(entity, User) else ():
        group = snapshot.group(account, name)
        if group is None:
            found.append(AppliedPolicy(name, None, f"via group {name}, which was not exported", entity.arn))
        elif groups is None:
            found += _policies_of(snapshot, account, group, f" via group {group.name}")
        else:
            key = (account, name)
            if key not in groups:
                groups[key] = _policies_of(snapshot, account, group, f" via group {group.name}")
            found += groups[key]
    return found


def _policies_of(snapshot: Snapshot, account: str, owner: User | Role | Group, via: str) -> list[AppliedPolicy]:
    arn, inline, attached = owner.arn, f"inline{via}", f"attached{via}"
    return [
        *[AppliedPolicy(policy.name, policy.document, inline, arn) for policy in owner.inline],
        *[managed_policy(snapshot, account, policy, attached, arn) for policy in owner.attached],
    ]


def managed_policy(snapshot: Snapshot, account: str, arn: str, origin: str, owner: str | None) -> AppliedPolicy:
    """The version in force of a managed policy, or that it was not exported (T22)."""
    policy = snapshot.policy(account, arn)
    if policy is None:
        return AppliedPolicy(arn.rpartition("/")[2], None, origin, owner, arn)
    version = policy.default
    if version is None:
        return AppliedPolicy(policy.name, None, origin, owner, arn)
    if policy.is_bundled:
        origin = f"{origin}, document bundled with iamtui"
    return AppliedPolicy(policy.name, version.document, origin, owner, arn, version.version_id)


def _boundary_layer(snapshot: Snapshot, caller: Caller) -> AppliedLayer:
    place = (Layer.PERMISSIONS_BOUNDARY, PolicyKind.BOUNDARY, caller.account)
    entity = caller.entity
    if entity is None:
        if caller.exported or caller.account is None:
            return not_applied(place, f"{described(caller)} has no permissions boundary")
        reason = f"whether {caller.text} has a permissions boundary was not exported"
        return AppliedLayer(*place, reason=reason, unknown=True)
    if entity.boundary is None:
        return not_applied(place, "no permissions boundary set")
    policy = managed_policy(snapshot, snapshot.account_of(entity.arn), entity.boundary, "boundary", entity.arn)
    return AppliedLayer(*place, (AppliedLevel((policy,)),))


def _resource_layer(snapshot: Snapshot, subject: ResolvedRequest) -> tuple[AppliedLayer, bool | None, bool | None]:
    """The resource's own policy, with effective RestrictPublicBuckets and AWS's word on whether it is public."""
    rule = resource_rule(subject.folded_action, subject.resource_arn)
    if rule is ResourceRule.TRUST:
        return _trust_layer(snapshot, subject), False, None
    kind = PolicyKind.KMS_KEY if rule is ResourceRule.KEY_POLICY else PolicyKind.RESOURCE
    place = (Layer.RESOURCE, kind, subject.resource_account)
    if subject.resource_arn is None:
        return not_possible(place, "the action has no resource"), False, None
    found = policy_bearer(snapshot, subject)
    if found is None or found.policy_state is Exported.UNKNOWN:
        return _resource_policy_not_exported(place, subject, rule), False, None
    restricts = subject.service == "s3" and snapshot.restricts_public_buckets(subject.resource_account or "", found)
    public = found.is_public
    if found.policy_state is Exported.NONE or found.policy is None:
        if (default := default_policy(subject)) is not None:
            return AppliedLayer(*place, (pooled((default,)),)), restricts, public
        return not_applied(place, f"{found.arn} has no policy"), restricts, public
    policy = AppliedPolicy("resource", found.policy, f"policy of {found.arn}", found.arn)
    return AppliedLayer(*place, (AppliedLevel((policy,)),)), restricts, public


def policy_bearer(snapshot: Snapshot, subject: ResolvedRequest) -> Resource | None:
    """The resource whose policy speaks for the request's: a bucket for its objects, a function for `$LATEST` of it.

    Any other version, and an alias, has a policy of its own (S27).
    """
    arn = subject.resource_arn
    if arn is None:
        return None
    found = snapshot.resources.get(subject.resource)
    if found is not None:
        return found
    if (whole := bearer_of(arn)) is not None:
        return snapshot.resources.get(whole)
    if arn.service == "lambda" and arn.resource.endswith(":$LATEST"):
        return snapshot.resources.get(subject.resource.rpartition(":")[0])
    return None


def _resource_policy_not_exported(place: Place, subject: ResolvedRequest, rule: ResourceRule) -> AppliedLayer:
    """A policy that was not exported: taken as none within an account; where all depends on it, unknown (T22).

    Whether one took the place of that which is in force by default decides whom nothing else allows, and nobody else.
    """
    arn = subject.resource_arn
    if only_the_caller_decides(subject):
        return not_possible(place, "only the caller's own policies are asked")
    if arn is None or not can_have_policy(arn):
        return _without_policy(place, subject)
    reason = f"the policy of {bearer_of(arn) or subject.resource} was not exported"
    same_account = subject.caller.has_account and subject.caller.account == subject.resource_account
    default = default_policy(subject)
    if subject.unstated is Unstated.UNKNOWN and (rule is ResourceRule.KEY_POLICY or not same_account):
        return AppliedLayer(*place, reason=reason, unknown=True)
    lacking = Assumption(f"{reason}: taken as none", may_grant=True)
    if subject.unstated is Unstated.UNKNOWN and default is not None:
        return AppliedLayer(*place, reason=reason, unknown=True, may_deny=False, assumptions=(lacking,))
    if default is not None:
        return AppliedLayer(*place, (pooled((default,)),), reason=f"{reason}; taken as none", assumptions=(lacking,))
    return not_applied(place, f"{reason}; taken as none", lacking)


def _without_policy(place: Place, subject: ResolvedRequest) -> AppliedLayer:
    """A resource of a type that carries no policy; another account's may be shared all the same (E14)."""
    reason = what_is_open(subject)
    if reason is None:
        return not_possible(place, "resources of this type carry no policy")
    if subject.unstated is Unstated.UNKNOWN:
        return perhaps_granted(place, reason)
    lacking = Assumption(f"{reason}: taken as not", may_grant=True)
    return not_possible(place, reason)._replace(assumptions=(lacking,))


def _trust_layer(snapshot: Snapshot, subject: ResolvedRequest) -> AppliedLayer:
    place = (Layer.TRUST, PolicyKind.TRUST, subject.resource_account)
    role = snapshot.role(subject.resource)
    if role is None:
        account = snapshot.accounts.get(subject.resource_account or "")
        if account is not None and account.roles is not None and account.is_complete:
            return not_applied(place, f"the exported account has no role {subject.resource}")
        if subject.unstated is Unstated.ABSENT:
            return not_applied(place, "the role was not exported; taken as without trust policy")
        reason = f"the trust policy of {subject.resource} was not exported"
        return AppliedLayer(*place, reason=reason, unknown=True)
    policy = AppliedPolicy("trust", role.trust, "trust policy", role.arn)
    return AppliedLayer(*place, (AppliedLevel((policy,)),))


def _restricts_either(access_point: bool | None, bucket: bool | None) -> bool | None:  # noqa: FBT001 - two settings
    """RestrictPublicBuckets of an access point and the bucket behind it: one is enough (S10)."""
    if access_point or bucket:
        return True
    return None if None in (access_point, bucket) else False


def _public_behind(behind: BehindAccessPoint) -> bool | None:
    """What AWS says of the policies of an access point and of the bucket behind it (I33)."""
    said = (behind.access_point.is_public, behind.bucket.is_public)
    return True if True in said else None if None in said else False
