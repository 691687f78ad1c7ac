"""What stands around principals and policies: resources, endpoints, providers, organizations and what they hold.

A resource, a provider and a policy of an organization are known by their ARN, an endpoint by its id, organizations,
their roots and organizational units, and accounts that are only listed there by a `SubjectKey` of their kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.subject_keys import KeyKind, SubjectKey
from iamtui.snapshot.model import (
    IdentityProvider,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    Resource,
    Snapshot,
    VpcEndpoint,
)

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@dataclass(frozen=True, slots=True)
class OrganizationNode:
    """The root or an OU of an organization, or an account of which nothing but its place was exported."""

    organization: Organization
    target: OrganizationTarget


@dataclass(frozen=True, slots=True)
class ControlPolicy:
    """An SCP or RCP with its organization."""

    organization: Organization
    policy: OrganizationPolicy

    @property
    def kind(self) -> str:
        """`SCP` or `RCP`."""
        return "SCP" if self.policy.kind == SCP else "RCP"

    def targets(self) -> tuple[OrganizationTarget, ...]:
        """The roots, OUs and accounts that it is attached to."""
        return tuple(
            target
            for target in self.organization.targets.values()
            if self.policy.policy_id in ((target.scps if self.policy.kind == SCP else target.rcps) or ())
        )


Surrounding: TypeAlias = Resource | VpcEndpoint | IdentityProvider | Organization | OrganizationNode | ControlPolicy


def level_key(target: OrganizationTarget) -> SubjectKey:
    """The key of a root, an OU or an account."""
    return (SubjectKey.account if target.kind == "ACCOUNT" else SubjectKey.target)(target.target_id)


def find_surrounding(snapshot: Snapshot, key: SubjectKey) -> Surrounding | None:
    """What a key stands for, if it stands for one of these."""
    match key.kind:
        case KeyKind.ORGANIZATION:
            return snapshot.organizations.get(key.name)
        case KeyKind.TARGET | KeyKind.ACCOUNT:
            return _level(snapshot, key.name)
        case KeyKind.NAMED:
            return _with_own_name(snapshot, key)
        case _:
            return None


def _with_own_name(snapshot: Snapshot, key: str) -> Surrounding | None:
    found = snapshot.resources.get(key) or snapshot.endpoints.get(key)
    if found is not None:
        return found
    parts = key.split(":", 5)
    if len(parts) < 6:
        return None
    if parts[2] == "organizations":
        return _control(snapshot, key) or _level(snapshot, key.rpartition("/")[2])
    account = snapshot.accounts.get(parts[4])
    return None if account is None or account.providers is None else account.providers.get(key)


def _level(snapshot: Snapshot, target_id: str) -> OrganizationNode | None:
    for organization in snapshot.organizations.values():
        target = organization.targets.get(target_id)
        if target is not None:
            return OrganizationNode(organization, target)
    return None


def _control(snapshot: Snapshot, arn: str) -> ControlPolicy | None:
    policy_id = arn.rpartition("/")[2]
    for organization in snapshot.organizations.values():
        policy = organization.policies.get(policy_id)
        if policy is not None and policy.arn == arn:
            return ControlPolicy(organization, policy)
    return None
