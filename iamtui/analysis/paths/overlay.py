"""The picture that a step leaves: a snapshot overlaid with what was changed, never edited (EP30, EP31)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from iamtui.analysis.paths.catalogue import ACTOR, Change
from iamtui.arn import Arn
from iamtui.policy.document import Document
from iamtui.snapshot.model import (
    Account,
    Exported,
    Group,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Resource,
    Role,
    Snapshot,
    User,
)

Entity = User | Role | Group

EVERYTHING = Document(b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
"""What a way writes where it may write any policy."""

_NAME = "AddedByThePath"


def overlaid(snapshot: Snapshot, change: Change, binds: Mapping[str, str]) -> Snapshot:
    """The picture after a change; `binds` gives the ARN of each variable, of an inline policy or a version its name."""
    target = binds[change.of]
    account = snapshot.accounts.get(binds["account"])
    if account is None:
        return snapshot
    match change.change:
        case "created":
            return _with(snapshot, account, User(target, _name(target), _path(target), f"AIDA{_name(target)}"))
        case "trust":
            return _with(snapshot, account, _trusting(account, target, binds[change.names or ACTOR]))
        case "document" | "default":
            return _with_policy(snapshot, account, change, binds)
        case "resource_policy":
            return _with_resource_policy(snapshot, account, change, binds)
        case "member":
            return _with(snapshot, account, _member(account, change, binds))
        case "inline" | "attached" | "boundary":
            return _with(snapshot, account, _changed(_entity(account, target), change, binds))


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _path(arn: str) -> str:
    return Arn.parse(arn).path


def _entity(account: Account, arn: str) -> Entity:
    name = _name(arn).lower()
    if ":user/" in arn:
        return (account.users or {})[name]
    return (account.roles or {})[name] if ":role/" in arn else (account.groups or {})[name]


def _with(snapshot: Snapshot, account: Account, entity: Entity) -> Snapshot:
    name = entity.name.lower()
    if isinstance(entity, User):
        changed = replace(account, users=MappingProxyType({**(account.users or {}), name: entity}))
    elif isinstance(entity, Role):
        changed = replace(account, roles=MappingProxyType({**(account.roles or {}), name: entity}))
    else:
        changed = replace(account, groups=MappingProxyType({**(account.groups or {}), name: entity}))
    return _with_account(snapshot, changed)


def _with_account(snapshot: Snapshot, account: Account) -> Snapshot:
    return replace(snapshot, accounts=MappingProxyType({**snapshot.accounts, account.account_id: account}))


def _changed(entity: Entity, change: Change, binds: Mapping[str, str]) -> Entity:
    if change.change == "boundary" and not isinstance(entity, Group):
        return replace(entity, boundary=None if change.to is None else binds[change.to])
    if change.change == "inline":
        if change.without is None:
            return replace(entity, inline=(*entity.inline, InlinePolicy(_NAME, EVERYTHING)))
        lost = binds[change.without]
        return replace(entity, inline=tuple(one for one in entity.inline if one.name != lost))
    if change.without is None:
        return replace(entity, attached=tuple(dict.fromkeys((*entity.attached, binds["managed"]))))
    return replace(entity, attached=tuple(arn for arn in entity.attached if arn != binds[change.without or ""]))


def _member(account: Account, change: Change, binds: Mapping[str, str]) -> User:
    user = (account.users or {})[_name(binds[ACTOR]).lower()]
    name = _name(binds[change.of])
    others = tuple(group for group in user.groups if group.lower() != name.lower())
    return replace(user, groups=others if change.without is not None else (*others, name))


def _trusting(account: Account, arn: str, who: str) -> Role:
    statement = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"}
    trust = _document(statement)
    held = (account.roles or {}).get(_name(arn).lower())
    return Role(arn, _name(arn), _path(arn), f"AROA{_name(arn)}", trust) if held is None else replace(held, trust=trust)


def _document(*statements: object) -> Document:
    return Document(
        json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":")).encode()
    )


def _with_policy(snapshot: Snapshot, account: Account, change: Change, binds: Mapping[str, str]) -> Snapshot:
    held = (account.policies or {})[binds[change.of]]
    if change.change == "default":
        chosen = binds[change.to or ""]
        versions = tuple(replace(one, is_default=one.version_id == chosen) for one in held.versions)
        changed: ManagedPolicy = replace(held, default_version_id=chosen, versions=versions)
    else:
        others = tuple(replace(one, is_default=False) for one in held.versions)
        written = PolicyVersion(_NAME, EVERYTHING, is_default=True)
        changed = replace(held, default_version_id=_NAME, versions=(written, *others))
    policies = MappingProxyType({**(account.policies or {}), held.arn: changed})
    return _with_account(snapshot, replace(account, policies=policies))


def _with_resource_policy(snapshot: Snapshot, account: Account, change: Change, binds: Mapping[str, str]) -> Snapshot:
    arn = binds[change.of]
    inside = f"{arn}/*" if ":s3:::" in arn else "*" if ":kms:" in arn or ":secretsmanager:" in arn else arn
    who = {"AWS": binds[change.names or ACTOR]}
    added = {"Effect": "Allow", "Principal": who, "Action": change.allows, "Resource": inside}
    held = snapshot.resources.get(arn)
    if held is None:
        kind = f"{arn.split(':', 3)[2]}:{Arn.parse(arn).resource_type}"
        held = Resource(arn, account.account_id, kind)
    changed = replace(held, policy=_document(*_statements(held.policy), added), policy_state=Exported.PRESENT)
    return replace(snapshot, resources=MappingProxyType({**snapshot.resources, arn: changed}))


def _statements(document: Document | None) -> list[object]:
    """The statements of a policy that is there; none of one that cannot be read."""
    if document is None:
        return []
    try:
        found = json.loads(document.source)["Statement"]
    except (ValueError, KeyError, TypeError):
        return []
    return found if isinstance(found, list) else [found]
