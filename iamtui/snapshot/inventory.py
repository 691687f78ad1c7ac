"""What was found and what is missing, as plain data for `iamtui inspect` and the opening screen (T22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.policy.document import Document
from iamtui.snapshot.model import Account, Exported, Organization, Snapshot, SourceFile, SourceProblem
from iamtui.snapshot.wording import listed_names


@dataclass(frozen=True, slots=True)
class PolicyCounts:
    """Customer managed policies, AWS managed ones with a document, and inline ones; `None` where not exported."""

    customer: int | None
    aws: int | None
    inline: int


@dataclass(frozen=True, slots=True)
class AccountInventory:
    """An account with its counts; `None` for a kind that was not exported (I12)."""

    account_id: str
    alias: str | None
    partition: str
    users: int | None
    groups: int | None
    roles: int | None
    policies: PolicyCounts
    providers: int | None
    resources: Mapping[str, int]  # by kind
    organization: str | None
    is_complete: bool
    exported: datetime | None


@dataclass(frozen=True, slots=True)
class OrganizationInventory:
    """An organization with its counts."""

    organization_id: str
    management_account: str | None
    accounts: int
    units: int
    scps: int
    rcps: int
    s3_policies: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not exported, and which answers that weakens; `account` is `None` if it concerns all."""

    account: str | None
    what: str
    weakens: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that an opening found.

    `resources_only` are accounts of which nothing is known but resources of theirs, by kind; the empty one stands for
    all whose account is not known.
    """

    accounts: tuple[AccountInventory, ...]
    organizations: tuple[OrganizationInventory, ...]
    resources_only: Mapping[str, Mapping[str, int]]
    endpoints: int
    documents: int
    files: tuple[SourceFile, ...]
    problems: tuple[SourceProblem, ...]
    missing: tuple[Missing, ...]


def inventory(snapshot: Snapshot) -> Inventory:
    """Count what a snapshot holds and name what it lacks."""
    by_account: dict[str, dict[str, int]] = {}
    for resource in snapshot.resources.values():
        counts = by_account.setdefault(resource.account, {})
        counts[resource.kind] = counts.get(resource.kind, 0) + 1
    return Inventory(
        accounts=tuple(
            _account(snapshot, account, by_account.get(account.account_id, {}))
            for account in snapshot.accounts.values()
        ),
        organizations=tuple(_organization(item) for item in snapshot.organizations.values()),
        resources_only={
            account: dict(sorted(counts.items()))
            for account, counts in sorted(by_account.items())
            if account not in snapshot.accounts
        },
        endpoints=len(snapshot.endpoints),
        documents=len({id(document) for document in _documents(snapshot)}),
        files=snapshot.files,
        problems=snapshot.problems,
        missing=tuple(_missing(snapshot)),
    )


def _documents(snapshot: Snapshot) -> Iterator[Document]:
    """Every policy document, a shared one as often as it is carried."""
    managed = [policy for account in snapshot.accounts.values() for policy in (account.policies or {}).values()]
    for policy in (*managed, *snapshot.aws_managed.values()):
        yield from (version.document for version in policy.versions)
    for account in snapshot.accounts.values():
        for entities in (account.users, account.groups, account.roles):
            for entity in (entities or {}).values():
                yield from (policy.document for policy in entity.inline)
        yield from (role.trust for role in (account.roles or {}).values() if role.trust is not None)
    attached = (policy for one in snapshot.organizations.values() for policy in one.policies.values())
    yield from (policy.document for policy in attached if policy.document is not None)
    yield from (one.policy for one in snapshot.endpoints.values() if one.policy is not None)
    yield from (resource.policy for resource in snapshot.resources.values() if resource.policy is not None)


def _account(snapshot: Snapshot, account: Account, resources: Mapping[str, int]) -> AccountInventory:
    organization = snapshot.organization_of(account.account_id)
    return AccountInventory(
        account_id=account.account_id,
        alias=account.alias,
        partition=account.partition,
        users=_count(account.users),
        groups=_count(account.groups),
        roles=_count(account.roles),
        policies=_policies(account),
        providers=_count(account.providers),
        resources=dict(sorted(resources.items())),
        organization=None if organization is None else organization.organization_id,
        is_complete=account.is_complete,
        exported=account.exported,
    )


def _count(items: Mapping[str, object] | None) -> int | None:
    return None if items is None else len(items)


def _policies(account: Account) -> PolicyCounts:
    inline = sum(
        len(holder.inline)
        for holders in (account.users, account.groups, account.roles)
        for holder in (holders or {}).values()
    )
    if account.policies is None:
        return PolicyCounts(None, None, inline)
    aws = sum(policy.is_aws_managed for policy in account.policies.values())
    return PolicyCounts(len(account.policies) - aws, aws, inline)


def _organization(organization: Organization) -> OrganizationInventory:
    kinds = [target.kind for target in organization.targets.values()]
    policies = [policy.kind for policy in organization.policies.values()]
    return OrganizationInventory(
        organization_id=organization.organization_id,
        management_account=organization.management_account,
        accounts=kinds.count("ACCOUNT"),
        units=kinds.count("ORGANIZATIONAL_UNIT"),
        scps=policies.count("SERVICE_CONTROL_POLICY"),
        rcps=policies.count("RESOURCE_CONTROL_POLICY"),
        s3_policies=len(organization.s3_policies.policies),
    )


def _missing(snapshot: Snapshot) -> Iterator[Missing]:
    for account in snapshot.accounts.values():
        yield from _missing_of_account(snapshot, account)
        yield from _missing_of_organization(snapshot, account)
    yield from _missing_of_resources(snapshot)
    if not snapshot.endpoints and (snapshot.accounts or snapshot.resources):
        yield Missing(None, "VPC endpoints", "requests through a VPC endpoint with a policy of its own (E37)")


def _s(items: Sequence[str]) -> str:
    return "" if len(items) == 1 else "s"


def _missing_of_account(snapshot: Snapshot, account: Account) -> Iterator[Missing]:
    name = account.account_id
    for items, what, weakens in (
        (account.users, "users", "every answer about users, and who can do something"),
        (account.groups, "groups", "what users are allowed or denied through their groups"),
        (account.roles, "roles", "every answer about roles, and who can do something"),
        (account.policies, "managed policies", "what attached policies and boundaries allow or deny"),
    ):
        if items is None:
            yield Missing(name, what, weakens)
    if not account.is_complete:
        yield Missing(name, "the rest of the authorization details", "every answer: entities may be missing")
    lacking = sorted(arn for arn in _managed(account) if snapshot.policy(name, arn) is None)
    if account.policies is not None and lacking:
        what = f"the document{_s(lacking)} of {listed_names(lacking, 'attached managed policy')}"
        yield Missing(name, what, "every answer about who has them")
    if all(user.credentials is None for user in (account.users or {}).values()) and account.root is None:
        yield Missing(name, "credential report", "whether users and root have passwords, MFA and access keys")
    if account.password_policy_state is Exported.UNKNOWN:
        yield Missing(name, "password policy", "how strong passwords must be")
    if account.providers is None:
        yield Missing(name, "SAML and OIDC providers", "whether the providers that trust policies name exist")
    if account.public_access_block is None:
        yield Missing(name, "S3 public access block of the account", "whether buckets are public (S10)")


def _managed(account: Account) -> set[str]:
    """The managed policies that somebody has, attached or as boundary."""
    found: set[str] = set()
    for group in (account.groups or {}).values():
        found.update(group.attached)
    for principals in (account.users, account.roles):
        for principal in (principals or {}).values():
            found.update(principal.attached)
            if principal.boundary is not None:
                found.add(principal.boundary)
    return found


def _missing_of_organization(snapshot: Snapshot, account: Account) -> Iterator[Missing]:
    name = account.account_id
    organization = snapshot.organization_of(name)
    weakens = "every allowed answer: an SCP or RCP may deny it (E20-E36)"
    if organization is None and account.in_organization is False:
        return
    if organization is None:
        yield Missing(name, "organization, SCPs and RCPs", weakens)
        return
    levels = organization.levels(name)
    if levels is None:
        yield Missing(name, "the way from the root of the organization to the account", weakens)
        return
    if organization.scps_enabled is not False and any(level.scps is None for level in levels):
        yield Missing(name, "SCPs attached to some level above the account", weakens)
    if organization.rcps_enabled is not False and any(level.rcps is None for level in levels):
        yield Missing(name, "RCPs attached to some level above the account", weakens)
    if snapshot.organization_blocks_public_access(name) is None:
        yield Missing(name, "S3 policies that bind the account", "whether buckets are public (S10)")


def _missing_of_resources(snapshot: Snapshot) -> Iterator[Missing]:
    unknown: dict[str, list[str]] = {}
    for resource in snapshot.resources.values():
        if resource.policy_state is Exported.UNKNOWN:
            unknown.setdefault(resource.account, []).append(resource.arn)
    for account, arns in sorted(unknown.items()):
        what = f"the {'policy' if len(arns) == 1 else 'policies'} of {listed_names(sorted(arns), 'resource')}"
        yield Missing(account or None, what, "every answer about them: their policy may allow or deny more")
    covered = {resource.account for resource in snapshot.resources.values()}
    for name in snapshot.accounts:
        if name not in covered:
            weakens = "access that resource policies allow or deny, also from other accounts"
            yield Missing(name, "resource policies", weakens)
