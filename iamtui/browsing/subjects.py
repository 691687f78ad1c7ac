"""What can be looked at, and the keys by which it is found again after a reload.

A key is an ARN, `account:ID`, `root:ID`, the key of an inline policy (`relations.inline_key`), or one of those in
`surroundings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.relations import split_inline_key
from iamtui.arn import Arn, MalformedArnError
from iamtui.browsing.surroundings import Surrounding, find_surrounding
from iamtui.snapshot.model import (
    Account,
    Entity,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Role,
    Snapshot,
    User,
)

_ACCOUNT, _ROOT = "account:", "root:"


@dataclass(frozen=True, slots=True)
class Root:
    """The root user of an account."""

    account: Account


@dataclass(frozen=True, slots=True)
class Inline:
    """An inline policy with its owner."""

    owner: User | Group | Role
    policy: InlinePolicy


@dataclass(frozen=True, slots=True)
class ExternalEntity:
    """Something that is named in the export, and no part of it."""

    key: str


Subject: TypeAlias = Entity | Account | Root | Inline | Surrounding | ExternalEntity


def root_key(account_id: str) -> str:
    """The key of an account's root user."""
    return f"{_ROOT}{account_id}"


def find_subject(snapshot: Snapshot, key: str) -> Subject:
    """What a key stands for; `ExternalEntity` if the snapshot has nothing of that name."""
    for prefix in (_ACCOUNT, _ROOT):
        account = snapshot.accounts.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
        if account is not None:
            return account if prefix == _ACCOUNT else Root(account)
    inline = split_inline_key(key)
    if inline is not None:
        return _find_inline(snapshot, *inline) or ExternalEntity(key)
    return (
        find_entity(snapshot, key)
        or _account_of_root(snapshot, key)
        or find_surrounding(snapshot, key)
        or ExternalEntity(key)
    )


def find_entity(snapshot: Snapshot, key: str) -> Entity | None:
    """The user, group, role or managed policy with exactly this ARN."""
    try:
        arn = Arn.parse(key)
    except MalformedArnError:
        return None
    if arn.resource_type == "group":
        group = snapshot.group(arn.account, arn.name)
        return group if group is not None and group.arn == key else None
    if arn.resource_type == "policy":
        return snapshot.policy(arn.account, key)
    return snapshot.role(key) or snapshot.user(key)


def _account_of_root(snapshot: Snapshot, key: str) -> Root | None:
    try:
        arn = Arn.parse(key)
    except MalformedArnError:
        return None
    account = snapshot.accounts.get(arn.account)
    return Root(account) if account is not None and arn.service == "iam" and arn.resource == "root" else None


def _find_inline(snapshot: Snapshot, owner: str, name: str) -> Inline | None:
    entity = find_entity(snapshot, owner)
    if entity is None or isinstance(entity, ManagedPolicy):
        return None
    return next((Inline(entity, policy) for policy in entity.inline if policy.name == name), None)


def outside_account(subject: ExternalEntity) -> str:
    """The id of an account that is only named; empty for anything else."""
    return subject.key.removeprefix(_ACCOUNT) if subject.key.startswith(_ACCOUNT) else ""
