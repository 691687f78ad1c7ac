"""Whether a snapshot still has what a change put in place (H5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from iamtui.policy.document import Document
from iamtui.snapshot.model import Account, Group, InlinePolicy, Role, Snapshot, User
from iamtui.trail.records import Members, Record, members_at, text_at
from iamtui.trail.requests.places import where_of


class Kept(StrEnum):
    """What a snapshot says of a change."""

    STILL = "still"
    GONE = "gone"
    CHANGED = "changed"
    UNKNOWN = "unknown"


def kept_of(record: Record, snapshot: Snapshot | None) -> Kept:
    """Whether the snapshot has what a successful call of IAM did; a deletion is kept while nothing is there again."""
    judge = _JUDGES.get(record.get("eventName", "")) if record.get("eventSource") == "iam.amazonaws.com" else None
    account = snapshot.accounts.get(where_of(record).account) if snapshot is not None else None
    if judge is None or account is None:
        return Kept.UNKNOWN
    made = members_at(record, "responseElements", "accessKey")
    return judge({**members_at(record, "requestParameters"), **_PUT_ON.get(record["eventName"], {}), **made}, account)


_PUT_ON: Mapping[str, Members] = MappingProxyType({"CreateAccessKey": {"status": "Active"}})
"""What a call sets that does not stand in its parameters."""


def _entity(parameters: Members, account: Account) -> User | Role | Group | Kept:
    """The entity that a call names; GONE if its account lacks it."""
    for member, names in (("userName", account.users), ("roleName", account.roles), ("groupName", account.groups)):
        name = text_at(parameters, member)
        if name is not None:
            if names is None:
                return Kept.UNKNOWN
            found: User | Role | Group | None = names.get(name.lower())
            return found if found is not None else (Kept.GONE if account.is_complete else Kept.UNKNOWN)
    return Kept.UNKNOWN


def _yes(*, holds: bool) -> Kept:
    return Kept.STILL if holds else Kept.GONE


def _made(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    return found if isinstance(found, Kept) else Kept.STILL


def _deleted(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if isinstance(found, Kept):
        return Kept.STILL if found is Kept.GONE else found
    return Kept.CHANGED  # somebody made it again


def _attached(parameters: Members, account: Account) -> Kept:
    found, arn = _entity(parameters, account), text_at(parameters, "policyArn")
    return found if isinstance(found, Kept) else _yes(holds=arn in found.attached)


def _detached(parameters: Members, account: Account) -> Kept:
    found, arn = _entity(parameters, account), text_at(parameters, "policyArn")
    return found if isinstance(found, Kept) else (Kept.CHANGED if arn in found.attached else Kept.STILL)


def _inline(found: User | Role | Group, parameters: Members) -> InlinePolicy | None:
    name = text_at(parameters, "policyName")
    return next((policy for policy in found.inline if policy.name == name), None)


def _put(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if isinstance(found, Kept):
        return found
    policy = _inline(found, parameters)
    return Kept.GONE if policy is None else _same(policy.document, text_at(parameters, "policyDocument"))


def _deleted_inline(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if isinstance(found, Kept):
        return found
    return Kept.STILL if _inline(found, parameters) is None else Kept.CHANGED


def _same(document: Document | None, written: str | None) -> Kept:
    """Whether a document is the one that a call brought, however it is written."""
    if document is None or written is None:
        return Kept.UNKNOWN
    try:
        brought = msgspec.json.decode(written)
        held = msgspec.json.decode(document.source)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Kept.UNKNOWN
    return Kept.STILL if plain(brought) == plain(held) else Kept.CHANGED


def plain(value: Any) -> Any:
    """A document in one spelling: neither the order of members and lists counts, nor a list around one value."""
    if isinstance(value, dict):
        return {name: plain(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        items = sorted((plain(held) for held in value), key=repr)
        return items[0] if len(items) == 1 else items
    return value


def _trust(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if not isinstance(found, Role):
        return found if isinstance(found, Kept) else Kept.UNKNOWN
    written = text_at(parameters, "policyDocument") or text_at(parameters, "assumeRolePolicyDocument")
    return _same(found.trust, written)


def _member(parameters: Members, account: Account) -> Kept:
    user, group = text_at(parameters, "userName"), text_at(parameters, "groupName")
    if account.users is None or user is None or group is None:
        return Kept.UNKNOWN
    found = account.users.get(user.lower())
    return Kept.GONE if found is None else _yes(holds=group.lower() in {name.lower() for name in found.groups})


def _no_member(parameters: Members, account: Account) -> Kept:
    kept = _member(parameters, account)
    return {Kept.STILL: Kept.CHANGED, Kept.GONE: Kept.STILL}.get(kept, kept)


def _version(parameters: Members, account: Account) -> Kept:
    """A version that was made the default is in force still, or another one is."""
    policy = (account.policies or {}).get(text_at(parameters, "policyArn") or "")
    if policy is None:
        return Kept.UNKNOWN if account.policies is None else Kept.GONE
    version = text_at(parameters, "versionId")
    if version is not None:
        return Kept.STILL if policy.default_version_id == version else Kept.CHANGED
    written = text_at(parameters, "policyDocument")
    if written is None or policy.default is None:
        return Kept.UNKNOWN
    if parameters.get("setAsDefault") is True:
        return _same(policy.default.document, written)
    kept = [_same(one.document, written) for one in policy.versions]
    return Kept.STILL if Kept.STILL in kept else Kept.GONE


def _bounded(parameters: Members, account: Account) -> Kept:
    found, arn = _entity(parameters, account), text_at(parameters, "permissionsBoundary")
    if not isinstance(found, (User, Role)):
        return found if isinstance(found, Kept) else Kept.UNKNOWN
    if found.boundary == arn:
        return Kept.STILL
    return Kept.GONE if found.boundary is None else Kept.CHANGED


def _unbounded(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if not isinstance(found, (User, Role)):
        return found if isinstance(found, Kept) else Kept.UNKNOWN
    return Kept.STILL if found.boundary is None else Kept.CHANGED


def _password(parameters: Members, account: Account) -> Kept:
    found = _entity(parameters, account)
    if not isinstance(found, User):
        return found if isinstance(found, Kept) else Kept.UNKNOWN
    has = found.credentials.console_password if found.credentials is not None else None
    return Kept.UNKNOWN if has is None else _yes(holds=has)


def _key_state(parameters: Members, account: Account) -> Kept:
    """A key that was set active or inactive, or deleted."""
    found, key = _entity(parameters, account), text_at(parameters, "accessKeyId")
    if not isinstance(found, User):
        return found if isinstance(found, Kept) else Kept.UNKNOWN
    keys = found.credentials.access_keys if found.credentials is not None else None
    if keys is None or any(one.key_id is None for one in keys):
        return Kept.UNKNOWN
    listed = next((one for one in keys if one.key_id == key), None)
    wanted = text_at(parameters, "status")
    if wanted is None:
        return Kept.STILL if listed is None else Kept.CHANGED
    if listed is None:
        return Kept.GONE
    return Kept.STILL if listed.active is (wanted == "Active") else Kept.CHANGED


_JUDGES: Mapping[str, Callable[[Members, Account], Kept]] = MappingProxyType(
    {
        **dict.fromkeys(("CreateUser", "CreateGroup"), _made),
        **dict.fromkeys(("DeleteUser", "DeleteRole", "DeleteGroup"), _deleted),
        **dict.fromkeys(("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"), _attached),
        **dict.fromkeys(("DetachUserPolicy", "DetachRolePolicy", "DetachGroupPolicy"), _detached),
        **dict.fromkeys(("PutUserPolicy", "PutRolePolicy", "PutGroupPolicy"), _put),
        **dict.fromkeys(("DeleteUserPolicy", "DeleteRolePolicy", "DeleteGroupPolicy"), _deleted_inline),
        **dict.fromkeys(("CreateRole", "UpdateAssumeRolePolicy"), _trust),
        **dict.fromkeys(("CreatePolicyVersion", "SetDefaultPolicyVersion"), _version),
        **dict.fromkeys(("PutUserPermissionsBoundary", "PutRolePermissionsBoundary"), _bounded),
        **dict.fromkeys(("DeleteUserPermissionsBoundary", "DeleteRolePermissionsBoundary"), _unbounded),
        **dict.fromkeys(("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"), _key_state),
        "AddUserToGroup": _member,
        "RemoveUserFromGroup": _no_member,
        "CreateLoginProfile": _password,
    }
)
