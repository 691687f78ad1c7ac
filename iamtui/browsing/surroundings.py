"""What stands around principals and policies: resources, endpoints, providers, organizations and what they hold.

A resource, a provider and a policy of an organization are known by their ARN, an endpoint by its id, organizations by
`organization:ID`, roots and organizational units by `target:ID`, accounts that are only listed there by `account:ID`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.relations import account_key
from iamtui.policy.document import Document
from iamtui.snapshot.merging.resources import name_in
from iamtui.snapshot.model import (
    IdentityProvider,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    Resource,
    Snapshot,
    VpcEndpoint,
)

_ORGANIZATION, _TARGET, _ACCOUNT = "organization:", "target:", "account:"
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


def organization_key(organization_id: str) -> str:
    """The key of an organization."""
    return f"{_ORGANIZATION}{organization_id}"


def level_key(target: OrganizationTarget) -> str:
    """The key of a root, an OU or an account."""
    return account_key(target.target_id) if target.kind == "ACCOUNT" else f"{_TARGET}{target.target_id}"


def key_of_surrounding(thing: Surrounding) -> str:
    """The key under which `find_surrounding` finds it."""
    match thing:
        case Resource() | IdentityProvider():
            return thing.arn
        case VpcEndpoint():
            return thing.endpoint_id
        case Organization():
            return organization_key(thing.organization_id)
        case OrganizationNode():
            return level_key(thing.target)
        case ControlPolicy():
            return thing.policy.arn


def find_surrounding(snapshot: Snapshot, key: str) -> Surrounding | None:
    """What a key stands for, if it stands for one of these."""
    if key.startswith(_ORGANIZATION):
        return snapshot.organizations.get(key.removeprefix(_ORGANIZATION))
    prefix, colon, rest = key.partition(":")
    if f"{prefix}{colon}" in (_TARGET, _ACCOUNT):
        return _level(snapshot, rest)
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


def account_of_surrounding(thing: Surrounding) -> str:
    """The account in which it lives; empty where nothing says it."""
    match thing:
        case Resource():
            return thing.account
        case VpcEndpoint():
            return thing.owner or ""
        case IdentityProvider():
            return thing.arn.split(":", 5)[4]
        case Organization():
            return thing.management_account or ""
        case OrganizationNode() if thing.target.kind == "ACCOUNT":
            return thing.target.target_id
        case _:
            return ""


def name_of_surrounding(thing: Surrounding) -> str:
    """What people call it; a key by its first alias."""
    match thing:
        case Resource():
            return thing.aliases[0] if thing.aliases else name_in(thing.arn)
        case VpcEndpoint():
            return thing.endpoint_id
        case IdentityProvider():
            return thing.arn.split(":", 5)[-1].partition("/")[2]
        case Organization():
            return thing.organization_id
        case OrganizationNode():
            return thing.target.name or thing.target.target_id
        case ControlPolicy():
            return thing.policy.name or thing.policy.policy_id


def kind_of_surrounding(thing: Surrounding) -> str:
    """What it is, in AWS's words."""
    match thing:
        case Resource():
            return thing.kind.replace(":", " ")
        case VpcEndpoint():
            return "VPC endpoint"
        case IdentityProvider():
            return "SAML provider" if ":saml-provider/" in thing.arn else "OIDC provider"
        case Organization():
            return "organization"
        case OrganizationNode():
            return {"ROOT": "organization root", "ORGANIZATIONAL_UNIT": "organizational unit"}.get(
                thing.target.kind, "account of an organization"
            )
        case ControlPolicy():
            return "service control policy" if thing.policy.kind == SCP else "resource control policy"


def document_of_surrounding(thing: Surrounding) -> Document | None:
    """Its policy document, if it has one and it was exported."""
    match thing:
        case Resource() | VpcEndpoint():
            return thing.policy
        case ControlPolicy():
            return thing.policy.document
        case _:
            return None
