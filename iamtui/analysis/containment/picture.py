"""A copy of the picture as if something were done to it: remedies are decided there before they are told (Z15)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from iamtui.analysis.containment.results import Remedy
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.model import Account, Credentials, InlinePolicy, Role, Snapshot, User
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.records import Members, members_at, text_at
from iamtui.trail.times import milliseconds
from iamtui.trail.trail import Trail

DENY_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}, separators=(",", ":")
)
"""The document that denies everything (Z7)."""


def deny_older(moment: str) -> str:
    """The document that ends sessions issued before a moment, as AWSRevokeOlderSessions does (Z3, Z4)."""
    condition = {"DateLessThan": {"aws:TokenIssueTime": moment}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def as_if_done(snapshot: Snapshot, remedies: Iterable[Remedy]) -> Snapshot:
    """The picture as if remedies were done; one that cannot be tried on a picture changes nothing."""
    for remedy in remedies:
        parts = remedy.target.split(":", 5)
        account = snapshot.accounts.get(parts[4]) if len(parts) == 6 else None
        if account is not None:
            changed = _changed(account, remedy)
            accounts = {**snapshot.accounts, account.account_id: changed}
            snapshot = replace(snapshot, accounts=MappingProxyType(accounts))
    return snapshot


def _changed(account: Account, remedy: Remedy) -> Account:
    name = remedy.target.rpartition("/")[2].lower()
    user, role = (account.users or {}).get(name), (account.roles or {}).get(name)
    if remedy.kind == "deny role" and role is not None:
        return _with_role(account, replace(role, inline=(*role.inline, _policy(remedy.detail))))
    if user is None:
        return account
    match remedy.kind:
        case "deny user":
            return _with_user(account, replace(user, inline=(*user.inline, _policy(remedy.detail))))
        case "key":
            return _with_user(account, replace(user, credentials=_without_key(user.credentials, remedy.detail)))
        case "group":
            others = tuple(group for group in user.groups if group.lower() != remedy.detail.lower())
            return _with_user(account, replace(user, groups=others))
        case "password":
            credentials = replace(user.credentials or Credentials(), console_password=False)
            return _with_user(account, replace(user, credentials=credentials))
    return account


def _policy(document: str) -> InlinePolicy:
    return InlinePolicy("Containment", DocumentTable().intern(document.encode()))


def _without_key(credentials: Credentials | None, key: str) -> Credentials:
    """The credentials with a key inactive."""
    held = credentials or Credentials()
    keys = tuple(replace(one, active=False) if one.key_id == key else one for one in held.access_keys or ())
    return replace(held, access_keys=keys)


def _with_user(account: Account, user: User) -> Account:
    return replace(account, users=MappingProxyType({**(account.users or {}), user.name.lower(): user}))


def _with_role(account: Account, role: Role) -> Account:
    return replace(account, roles=MappingProxyType({**(account.roles or {}), role.name.lower(): role}))


def as_recorded(snapshot: Snapshot, trail: Trail, until: datetime) -> Snapshot:
    """The picture with the changes of users and roles that the events tell of after it was taken (Z1, Z14).

    Raises:
        GoneError: a file changed since it was read.
    """
    taken = snapshot_moment(snapshot)
    columns = trail.columns
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[1] in _EDITS}
    rows = [
        row
        for row in trail.order
        if columns.calls_of[row] in calls
        and columns.error(row) is None
        and columns.times[row] <= milliseconds(until)
        and (taken is None or columns.times[row] >= milliseconds(taken))
    ]
    records = dict(trail.records(rows))
    for row in rows:
        account = snapshot.accounts.get(columns.place(row).account or "")
        if account is not None:
            edited = _edited(account, columns.call(row).name, members_at(records[row], "requestParameters"))
            snapshot = replace(snapshot, accounts=MappingProxyType({**snapshot.accounts, account.account_id: edited}))
    return snapshot


_EDITS = frozenset(
    (
        "AddUserToGroup",
        "AttachRolePolicy",
        "AttachUserPolicy",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "DeleteRole",
        "DeleteRolePolicy",
        "DeleteUser",
        "DeleteUserPermissionsBoundary",
        "DeleteUserPolicy",
        "DetachRolePolicy",
        "DetachUserPolicy",
        "PutRolePolicy",
        "PutUserPermissionsBoundary",
        "PutUserPolicy",
        "RemoveUserFromGroup",
        "SetDefaultPolicyVersion",
        "UpdateAccessKey",
        "UpdateAssumeRolePolicy",
        "CreateLoginProfile",
    )
)


def _edited(account: Account, call: str, parameters: Members) -> Account:
    name = (text_at(parameters, "userName") or text_at(parameters, "roleName") or "").lower()
    user, role = (account.users or {}).get(name), (account.roles or {}).get(name)
    if call == "SetDefaultPolicyVersion":
        return _with_default_version(account, parameters)
    if "Role" in call and role is not None:
        if call == "DeleteRole":
            roles = {key: held for key, held in (account.roles or {}).items() if key != name}
            return replace(account, roles=MappingProxyType(roles))
        if call == "UpdateAssumeRolePolicy":
            document = (text_at(parameters, "policyDocument") or "").encode(errors="replace")
            return _with_role(account, replace(role, trust=DocumentTable().intern(document)))
        inline, attached = _policies(role.inline, role.attached, call, parameters)
        return _with_role(account, replace(role, inline=inline, attached=attached))
    if user is None or "Role" in call:
        return account
    if call == "DeleteUser":
        users = {key: held for key, held in (account.users or {}).items() if key != name}
        return replace(account, users=MappingProxyType(users))
    if call in ("UpdateAccessKey", "DeleteAccessKey", "DeleteLoginProfile", "CreateLoginProfile"):
        return _with_user(account, replace(user, credentials=_signing(user.credentials, call, parameters)))
    if "Boundary" in call or "Group" in call:
        return _with_user(account, _limited(user, call, parameters))
    inline, attached = _policies(user.inline, user.attached, call, parameters)
    return _with_user(account, replace(user, inline=inline, attached=attached))


def _limited(user: User, call: str, parameters: Members) -> User:
    """A user after a call that sets or removes its boundary, or puts it into a group or out of it."""
    if "Boundary" in call:
        return replace(user, boundary=text_at(parameters, "permissionsBoundary") if call.startswith("Put") else None)
    group = text_at(parameters, "groupName") or ""
    others = tuple(name for name in user.groups if name.lower() != group.lower())
    return replace(user, groups=(*others, group) if call.startswith("Add") else others)


def _with_default_version(account: Account, parameters: Members) -> Account:
    arn, version = text_at(parameters, "policyArn"), text_at(parameters, "versionId")
    policy = (account.policies or {}).get(arn or "")
    if policy is None or version is None:
        return account
    changed = replace(policy, default_version_id=version)
    return replace(account, policies=MappingProxyType({**(account.policies or {}), policy.arn: changed}))


def _policies(
    inline: tuple[InlinePolicy, ...], attached: tuple[str, ...], call: str, parameters: Members
) -> tuple[tuple[InlinePolicy, ...], tuple[str, ...]]:
    """The policies of an entity after a call that puts, deletes, attaches or detaches one."""
    arn, name = text_at(parameters, "policyArn"), text_at(parameters, "policyName")
    document = text_at(parameters, "policyDocument")
    others = tuple(policy for policy in inline if policy.name != name)
    if call.startswith("Put") and name is not None and document is not None:
        return (*others, InlinePolicy(name, DocumentTable().intern(document.encode(errors="replace")))), attached
    if call.startswith("Delete"):
        return others, attached
    if call.startswith("Attach") and arn is not None:
        return inline, tuple(dict.fromkeys((*attached, arn)))
    return inline, tuple(held for held in attached if held != arn)


def _signing(credentials: Credentials | None, call: str, parameters: Members) -> Credentials:
    held, key = credentials or Credentials(), text_at(parameters, "accessKeyId")
    if call == "DeleteLoginProfile":
        return replace(held, console_password=False)
    if call == "CreateLoginProfile":
        return replace(held, console_password=True)
    active = text_at(parameters, "status") == "Active"
    keys = held.access_keys or ()
    if call == "DeleteAccessKey":
        return replace(held, access_keys=tuple(one for one in keys if one.key_id != key))
    return replace(held, access_keys=tuple(replace(one, active=active) if one.key_id == key else one for one in keys))
