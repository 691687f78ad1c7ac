"""Recorded calls as edits of a picture: what events after an export made of it, and what was before them (Z1, J5)."""

from __future__ import annotations

from datetime import datetime

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


def laid_if_there(snapshot: Snapshot, edit: Edit) -> Snapshot:
    """The picture with an edit; the same where what it is about is not there."""
    try:
        return edit.laid_over(snapshot)
    except MissingThingError:
        return snapshot


def as_recorded(snapshot: Snapshot, trail: Trail, until: datetime, taken: datetime | None = None) -> Snapshot:
    """The picture with the changes of users and roles that the events tell of after it was taken (Z1, Z14).

    `taken` is the newest date in it if left out (J5).

    Raises:
        GoneError: a file changed since it was read.
    """
    taken = taken or snapshot_moment(snapshot)
    columns = trail.columns
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[1] in EDITS}
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
            edit = edit_of(account, columns.call(row).name, members_at(records[row], "requestParameters"))
            snapshot = snapshot if edit is None else laid_if_there(snapshot, edit)
    return snapshot


EDITS = frozenset(
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


def edit_of(account: Account, call: str, parameters: Members) -> Edit | None:
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
