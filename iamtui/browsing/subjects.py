"""What can be looked at, and the keys by which it is found again after a reload.

An ARN is its own key; what has none is known by a `SubjectKey` of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.subject_keys import KeyKind, SubjectKey
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

    key: SubjectKey


Subject: TypeAlias = Entity | Account | Root | Inline | Surrounding | ExternalEntity


def find_subject(snapshot: Snapshot, key: str) -> Subject:
    """What a key stands for; `ExternalEntity` if the snapshot has nothing of that name."""
    key = SubjectKey(key)
    return _find(snapshot, key) or find_surrounding(snapshot, key) or ExternalEntity(key)


def _find(snapshot: Snapshot, key: SubjectKey) -> Subject | None:
    match key.kind:
        case KeyKind.ACCOUNT:
            return snapshot.accounts.get(key.name)
        case KeyKind.ROOT:
            account = snapshot.accounts.get(key.name)
            return None if account is None else Root(account)
        case KeyKind.INLINE:
            return _find_inline(snapshot, key)
        case KeyKind.NAMED:
            return find_entity(snapshot, key) or _account_of_root(snapshot, key)
        case _:
            return None


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


def _find_inline(snapshot: Snapshot, key: SubjectKey) -> Inline | None:
    named = key.inline_name
    entity = None if named is None else find_entity(snapshot, named.owner)
    if named is None or entity is None or isinstance(entity, ManagedPolicy):
        return None
    return next((Inline(entity, policy) for policy in entity.inline if policy.name == named.name), None)


def outside_account(subject: ExternalEntity) -> str:
    """The id of an account that is only named; empty for anything else."""
    return subject.key.account_id
