"""A copy of the picture as if something were done to it: remedies are decided there before they are told (Z15)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from iamtui.analysis.containment.results import Remedy
from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.overlay.policy_edits import SetDefaultVersion
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBearer,
    SetBoundary,
    SetInlinePolicy,
    SetKey,
    SetMembership,
    SetPassword,
    SetTrust,
)
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.model import Account, Snapshot
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
        if remedy.edit is not None:
            snapshot = _laid_if_there(snapshot, remedy.edit)
    return snapshot


def _laid_if_there(snapshot: Snapshot, edit: Edit) -> Snapshot:
    try:
        return edit.laid_over(snapshot)
    except MissingThingError:
        return snapshot


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
            edit = _edit_of(account, columns.call(row).name, members_at(records[row], "requestParameters"))
            snapshot = snapshot if edit is None else _laid_if_there(snapshot, edit)
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


def _edit_of(account: Account, call: str, parameters: Members) -> Edit | None:
    """What a recorded call made of the account; None where what it was done to is not there."""
    if call == "SetDefaultPolicyVersion":
        arn, version = text_at(parameters, "policyArn"), text_at(parameters, "versionId")
        return None if arn is None or version is None else SetDefaultVersion(arn, version)
    name = (text_at(parameters, "userName") or text_at(parameters, "roleName") or "").lower()
    held = ((account.roles if "Role" in call else account.users) or {}).get(name)
    if held is None:
        return None
    return _of_credentials(held.arn, call, parameters) or _of_permissions(held.arn, call, parameters)


def _of_credentials(arn: str, call: str, parameters: Members) -> Edit | None:
    key = text_at(parameters, "accessKeyId") or ""
    match call:
        case "DeleteUser" | "DeleteRole":
            return SetBearer(arn, None)
        case "UpdateAccessKey":
            return SetKey(arn, key, active=text_at(parameters, "status") == "Active")
        case "DeleteAccessKey":
            return SetKey(arn, key, active=None)
        case "CreateLoginProfile" | "DeleteLoginProfile":
            return SetPassword(arn, has=call == "CreateLoginProfile")
    return None


def _of_permissions(arn: str, call: str, parameters: Members) -> Edit | None:
    policy, name = text_at(parameters, "policyArn"), text_at(parameters, "policyName") or ""
    text = text_at(parameters, "policyDocument")
    document = None if text is None else DocumentTable().intern(text.encode(errors="replace"))
    match call:
        case "UpdateAssumeRolePolicy":
            return SetTrust(arn, document)
        case "AddUserToGroup" | "RemoveUserFromGroup":
            return SetMembership(arn, text_at(parameters, "groupName") or "", member=call.startswith("Add"))
        case "PutUserPermissionsBoundary":
            return SetBoundary(arn, text_at(parameters, "permissionsBoundary"))
        case "DeleteUserPermissionsBoundary":
            return SetBoundary(arn, None)
        case "PutUserPolicy" | "PutRolePolicy":
            return None if document is None else SetInlinePolicy(arn, name, document)
        case "DeleteUserPolicy" | "DeleteRolePolicy":
            return SetInlinePolicy(arn, name, None)
    return None if policy is None else SetAttachment(arn, policy, attached=call.startswith("Attach"))
