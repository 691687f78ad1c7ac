"""The policy documents of a snapshot, each with where it lives and how long it may be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamtui.analysis.quotas import size_quota
from iamtui.policy.document import Document
from iamtui.policy.lint import PolicyHolder
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Account, Group, Organization, Role, Snapshot, User


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """A policy document and where it lives.

    Attributes:
        name: of the policy.
        owner: ARN or id of what it is, or is attached to or lives in; None for a document by itself.
        kind: the kind of policy, which decides what may stand in it.
        holder: where an identity policy lives, which decides its quota.
        is_aws_managed: whether AWS owns it, so that nobody else can mend it.
        size_quota: how long it may be, in characters, where the account's summary says so (I23).
    """

    name: str
    owner: str | None
    kind: PolicyKind
    document: Document
    holder: PolicyHolder | None = None
    is_aws_managed: bool = False
    size_quota: int | None = None


def documents_of(snapshot: Snapshot) -> Iterator[PlacedDocument]:
    """Every policy document of a snapshot, of managed policies the version in force; each AWS managed one once."""
    aws_managed: set[str] = set()
    for account in snapshot.accounts.values():
        yield from _principals(account)
        for placed in _managed(account):
            if not placed.is_aws_managed or placed.owner not in aws_managed:
                yield placed
                aws_managed.add(placed.owner or "")
    for organization in snapshot.organizations.values():
        yield from _organization(organization)
    yield from _resources(snapshot)


def _principals(account: Account) -> Iterator[PlacedDocument]:
    for user in (account.users or {}).values():
        yield from _inline(user, PolicyHolder.USER, account)
    for group in (account.groups or {}).values():
        yield from _inline(group, PolicyHolder.GROUP, account)
    for role in (account.roles or {}).values():
        if role.trust is not None:
            limit = size_quota(account, None)
            yield PlacedDocument("trust policy", role.arn, PolicyKind.TRUST, role.trust, size_quota=limit)
        yield from _inline(role, PolicyHolder.ROLE, account)


def _inline(entity: User | Group | Role, holder: PolicyHolder, account: Account) -> Iterator[PlacedDocument]:
    limit = size_quota(account, holder)
    for policy in entity.inline:
        yield PlacedDocument(policy.name, entity.arn, PolicyKind.IDENTITY, policy.document, holder, size_quota=limit)


def _managed(account: Account) -> Iterator[PlacedDocument]:
    bounding = _only_bounding(account)
    for policy in (account.policies or {}).values():
        version = policy.default
        if version is not None:
            yield PlacedDocument(
                policy.name,
                policy.arn,
                PolicyKind.BOUNDARY if policy.arn in bounding else PolicyKind.IDENTITY,
                version.document,
                PolicyHolder.AWS if policy.is_aws_managed else PolicyHolder.MANAGED,
                policy.is_aws_managed,
                None if policy.is_aws_managed else size_quota(account, PolicyHolder.MANAGED),
            )


def _only_bounding(account: Account) -> frozenset[str]:
    """The managed policies that bound somebody and are attached to nobody: their Allows give nothing (E47)."""
    users, groups, roles = account.users, account.groups, account.roles
    if users is None or groups is None or roles is None or not account.is_complete:
        return frozenset()
    bounding = {one.boundary for held in (users, roles) for one in held.values() if one.boundary is not None}
    attached = {arn for held in (users, groups, roles) for one in held.values() for arn in one.attached}
    return frozenset(bounding - attached)


def _organization(organization: Organization) -> Iterator[PlacedDocument]:
    for policy in organization.policies.values():
        if policy.document is not None:
            kind = PolicyKind.SCP if policy.kind == "SERVICE_CONTROL_POLICY" else PolicyKind.RCP
            yield PlacedDocument(policy.name, policy.arn, kind, policy.document, is_aws_managed=policy.aws_managed)


def _resources(snapshot: Snapshot) -> Iterator[PlacedDocument]:
    for resource in snapshot.resources.values():
        if resource.policy is not None:
            kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
            yield PlacedDocument("resource policy", resource.arn, kind, resource.policy)
    for endpoint in snapshot.endpoints.values():
        if endpoint.policy is not None:
            yield PlacedDocument("endpoint policy", endpoint.endpoint_id, PolicyKind.VPC_ENDPOINT, endpoint.policy)
