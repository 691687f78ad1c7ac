"""What can be looked at, and the keys by which it is found again after a reload.

A key is an ARN, `account:ID`, `root:ID`, the key of an inline policy (`relations.inline_key`), or one of those in
`surroundings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.relations import account_key, inline_key, split_inline_key
from iamtui.arn import Arn, MalformedArnError
from iamtui.browsing.surroundings import (
    ControlPolicy,
    OrganizationNode,
    Surrounding,
    account_of_surrounding,
    document_of_surrounding,
    find_surrounding,
    key_of_surrounding,
    kind_of_surrounding,
    name_of_surrounding,
)
from iamtui.policy.document import Document
from iamtui.snapshot.model import (
    Account,
    Entity,
    Group,
    IdentityProvider,
    InlinePolicy,
    ManagedPolicy,
    Organization,
    Resource,
    Role,
    Snapshot,
    User,
    VpcEndpoint,
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


def key_of(subject: Subject) -> str:
    """The key under which `find_subject` finds it."""
    match subject:
        case Account():
            return account_key(subject.account_id)
        case Root():
            return root_key(subject.account.account_id)
        case Inline():
            return inline_key(subject.owner.arn, subject.policy.name)
        case ExternalEntity():
            return subject.key
        case User() | Group() | Role() | ManagedPolicy():
            return subject.arn
        case _:
            return key_of_surrounding(subject)


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


def account_id_of(subject: Subject) -> str:
    """The account in which a subject lives; `aws` for AWS managed policies, empty where nothing says it."""
    match subject:
        case Account():
            return subject.account_id
        case Root():
            return subject.account.account_id
        case Resource() | VpcEndpoint() | IdentityProvider() | Organization() | OrganizationNode() | ControlPolicy():
            return account_of_surrounding(subject)
    arn = subject.owner.arn if isinstance(subject, Inline) else key_of(subject)
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def arn_of(subject: Subject) -> str:
    """The ARN that stands for a subject; for an inline policy that of its owner."""
    match subject:
        case Account():
            return f"arn:{subject.partition}:iam::{subject.account_id}:root"
        case Root():
            return arn_of(subject.account)
        case Inline():
            return subject.owner.arn
        case OrganizationNode():
            return subject.target.arn or subject.target.target_id
        case Organization():
            return subject.organization_id
        case _:
            return key_of(subject)


def name_of(subject: Subject) -> str:
    """What people call it."""
    match subject:
        case Account():
            return subject.alias or subject.account_id
        case Root():
            return "root user"
        case Inline():
            return subject.policy.name
        case ExternalEntity():
            return outside_name(subject.key)
        case User() | Group() | Role() | ManagedPolicy():
            return subject.name
        case _:
            return name_of_surrounding(subject)


def outside_name(key: str) -> str:
    """A short name for something outside the export."""
    inline = split_inline_key(key)
    if inline is not None:
        return inline[1]
    if key.startswith(_ACCOUNT):
        return key.removeprefix(_ACCOUNT)
    return key.rpartition("/")[2] if key.startswith("arn:") else key


def kind_of(subject: Subject) -> str:
    """What it is, in AWS's words."""
    match subject:
        case User():
            return "user"
        case Group():
            return "group"
        case Role():
            return "role"
        case ManagedPolicy():
            return "AWS managed policy" if subject.is_aws_managed else "customer managed policy"
        case Inline():
            return "inline policy"
        case Account():
            return "account"
        case Root():
            return "root user"
        case ExternalEntity():
            return "outside account" if outside_account(subject) else "not in the export"
        case _:
            return kind_of_surrounding(subject)


def outside_account(subject: ExternalEntity) -> str:
    """The id of an account that is only named; empty for anything else."""
    return subject.key.removeprefix(_ACCOUNT) if subject.key.startswith(_ACCOUNT) else ""


def document_of(subject: Subject) -> Document | None:
    """The policy document of a policy, of a managed one its default version, or of what carries one."""
    match subject:
        case ManagedPolicy():
            return None if subject.default is None else subject.default.document
        case Inline():
            return subject.policy.document
        case Resource() | VpcEndpoint() | IdentityProvider() | Organization() | OrganizationNode() | ControlPolicy():
            return document_of_surrounding(subject)
        case _:
            return None


def short_name(snapshot: Snapshot, key: str) -> str:
    """Kind and name of what a key stands for, on one line: `role/finance-reader`."""
    subject = find_subject(snapshot, key)
    match subject:
        case User() | Group() | Role():
            return f"{kind_of(subject)}/{subject.name}"
        case Inline():
            return f"{short_name(snapshot, subject.owner.arn)} · {subject.policy.name}"
        case Account():
            return f"account {subject.account_id}"
        case Root():
            return f"root user of {subject.account.account_id}"
        case ControlPolicy():
            return f"{subject.kind} {name_of(subject)}"
        case ExternalEntity() if outside_account(subject):
            return f"account {outside_account(subject)}"
        case _:
            return name_of(subject)
