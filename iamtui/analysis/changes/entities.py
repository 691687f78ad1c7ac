"""What differs between two snapshots: entity by entity, documents by their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from iamtui.analysis.relations import account_key, inline_key
from iamtui.snapshot.model import (
    Account,
    Entity,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    Resource,
    Role,
    Snapshot,
    User,
    VpcEndpoint,
)


class ChangeKind(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class EntityKind(StrEnum):
    """What kind of thing it is, in the order in which changes are told."""

    POLICY = "policy"
    ROLE = "role"
    USER = "user"
    GROUP = "group"
    RESOURCE = "resource"
    ENDPOINT = "VPC endpoint"
    ORGANIZATION_POLICY = "organization policy"
    ORGANIZATION_TARGET = "organization target"
    ORGANIZATION = "organization"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    Attributes:
        kind: added, removed or changed.
        thing: what it is.
        key: its ARN or id; for an inline policy as `relations.inline_key` has it.
        name: what people call it.
        aspects: for a change, the attributes that differ, as the model names them (`trust`, `attached`, `tags`).
    """

    kind: ChangeKind
    thing: EntityKind
    key: str
    name: str
    aspects: tuple[str, ...] = ()


_THINGS: Mapping[type, EntityKind] = {
    User: EntityKind.USER,
    Group: EntityKind.GROUP,
    Role: EntityKind.ROLE,
    ManagedPolicy: EntityKind.POLICY,
}
_NOT_COMPARED = frozenset({"inline", "attachment_count", "boundary_count"})  # told as themselves
_ACCOUNT_ASPECTS = ("alias", "root", "summary", "password_policy", "password_policy_state", "public_access_block")
_OUTSIDE_ACCOUNTS = ("organization_id", "management_account", "root_id", "scps_enabled", "rcps_enabled", "s3_policies")
_T = TypeVar("_T")


def compare_snapshots(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """All that differs from `old` to `new`, ordered by kind of thing.

    An inline policy counts as a policy of its own: when only its text differs, its owner is not reported too.
    Costs one comparison an entity; documents are compared as bytes.
    """
    changes = [
        *_accounts(old.accounts, new.accounts),
        *_effective_s3_policies(old, new),
        *_compare(old.resources, new.resources, _of_resource),
        *_compare(old.endpoints, new.endpoints, _of_endpoint),
        *_organizations(old.organizations, new.organizations),
    ]
    order = list(EntityKind)
    return tuple(sorted(changes, key=lambda change: order.index(change.thing)))


def summary(changes: tuple[Change, ...]) -> str:
    """Count changes in words: `2 policies, 1 role changed; 1 user added`."""
    counts = Counter((change.kind, change.thing) for change in changes)
    parts: list[str] = []
    for kind in (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED):
        words = [_counted(counts[kind, thing], thing) for thing in EntityKind if counts[kind, thing]]
        if words:
            parts.append(f"{', '.join(words)} {kind.value}")
    return "; ".join(parts)


def _counted(count: int, thing: EntityKind) -> str:
    plural = f"{thing.value[:-1]}ies" if thing.value.endswith("policy") else f"{thing.value}s"
    return f"{count:,} {thing.value if count == 1 else plural}"


def _accounts(old: Mapping[str, Account], new: Mapping[str, Account]) -> Iterator[Change]:
    for account_id in dict.fromkeys((*old, *new)):
        before, after = old.get(account_id), new.get(account_id)
        if before is after:
            continue
        yield from _account_itself(account_id, before, after)
        for select in (_users, _groups, _roles, _policies):
            yield from _entities(select(before), select(after))


def _account_itself(account_id: str, before: Account | None, after: Account | None) -> Iterator[Change]:
    name = (after or before or _NOBODY).alias or account_id
    if before is None or after is None:
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
        yield Change(kind, EntityKind.ACCOUNT, account_key(account_id), name)
        return
    aspects = _differing(before, after, _ACCOUNT_ASPECTS)
    if aspects:
        yield Change(ChangeKind.CHANGED, EntityKind.ACCOUNT, account_key(account_id), name, aspects)


def _effective_s3_policies(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Accounts for which AWS computed something else of the S3 policies (S10)."""
    before, after = old.effective_s3_policies, new.effective_s3_policies
    for account_id in old.accounts.keys() & new.accounts.keys():
        if before.get(account_id) != after.get(account_id):
            name = new.accounts[account_id].alias or account_id
            yield Change(
                ChangeKind.CHANGED, EntityKind.ACCOUNT, account_key(account_id), name, ("effective_s3_policies",)
            )


_NOBODY = Account("", "", None, None, None, None)


def _users(account: Account | None) -> Mapping[str, Entity]:
    return {} if account is None or account.users is None else account.users


def _groups(account: Account | None) -> Mapping[str, Entity]:
    return {} if account is None or account.groups is None else account.groups


def _roles(account: Account | None) -> Mapping[str, Entity]:
    return {} if account is None or account.roles is None else account.roles


def _policies(account: Account | None) -> Mapping[str, Entity]:
    return {} if account is None or account.policies is None else account.policies


def _entities(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Iterator[Change]:
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            yield Change(ChangeKind.REMOVED, _THINGS[type(before)], before.arn, before.name)
        elif before is not after and before != after:
            yield from _entity(before, after)
    for key, after in new.items():
        if key not in old:
            yield Change(ChangeKind.ADDED, _THINGS[type(after)], after.arn, after.name)


def _entity(before: Entity, after: Entity) -> Iterator[Change]:
    aspects = _differing(before, after, tuple(field.name for field in fields(after) if field.name not in _NOT_COMPARED))
    if aspects:
        yield Change(ChangeKind.CHANGED, _THINGS[type(after)], after.arn, after.name, aspects)
    if not isinstance(before, ManagedPolicy) and not isinstance(after, ManagedPolicy):
        yield from _inline_policies(after.arn, before.inline, after.inline)


def _inline_policies(owner: str, before: tuple[InlinePolicy, ...], after: tuple[InlinePolicy, ...]) -> Iterator[Change]:
    def describe(policy: InlinePolicy) -> tuple[EntityKind, str, str]:
        return EntityKind.POLICY, inline_key(owner, policy.name), policy.name

    yield from _compare({p.name: p for p in before}, {p.name: p for p in after}, describe)


def _compare(
    old: Mapping[str, _T], new: Mapping[str, _T], describe: Callable[[_T], tuple[EntityKind, str, str]]
) -> Iterator[Change]:
    """Compare two mappings of frozen dataclasses; `describe` gives kind of thing, key and name of a value."""
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            yield Change(ChangeKind.REMOVED, *describe(before))
        elif before is not after and before != after:
            yield Change(ChangeKind.CHANGED, *describe(after), _differing(before, after))
    for key, after in new.items():
        if key not in old:
            yield Change(ChangeKind.ADDED, *describe(after))


def _differing(before: object, after: object, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The attributes of two dataclasses of one type that differ."""
    among = names or tuple(field.name for field in fields(after))  # type: ignore[arg-type]
    return tuple(name for name in among if getattr(before, name) != getattr(after, name))


def _organizations(old: Mapping[str, Organization], new: Mapping[str, Organization]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield Change(ChangeKind.ADDED if before is None else ChangeKind.REMOVED, EntityKind.ORGANIZATION, key, key)
            continue
        aspects = _differing(before, after, _OUTSIDE_ACCOUNTS)
        if aspects:
            yield Change(ChangeKind.CHANGED, EntityKind.ORGANIZATION, key, key, aspects)
        yield from _compare(before.policies, after.policies, _of_organization_policy)
        yield from _compare(before.targets, after.targets, _of_target)


def _of_resource(resource: Resource) -> tuple[EntityKind, str, str]:
    return EntityKind.RESOURCE, resource.arn, resource.arn


def _of_endpoint(endpoint: VpcEndpoint) -> tuple[EntityKind, str, str]:
    return EntityKind.ENDPOINT, endpoint.endpoint_id, endpoint.endpoint_id


def _of_organization_policy(policy: OrganizationPolicy) -> tuple[EntityKind, str, str]:
    return EntityKind.ORGANIZATION_POLICY, policy.arn, policy.name


def _of_target(target: OrganizationTarget) -> tuple[EntityKind, str, str]:
    return EntityKind.ORGANIZATION_TARGET, target.target_id, target.name
