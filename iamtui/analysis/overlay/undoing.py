"""What was before recorded changes, as edits: the policies of an earlier moment, as far as events carry them (J5)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.principal_edits import SetBearer
from iamtui.analysis.overlay.recorded import edit_of, laid_if_there
from iamtui.snapshot.model import Account, Snapshot
from iamtui.trail.records import Members, Record, members_at, text_at
from iamtui.trail.trail import Trail

_OPPOSITES = {
    "AttachUserPolicy": "DetachUserPolicy",
    "AttachRolePolicy": "DetachRolePolicy",
    "AddUserToGroup": "RemoveUserFromGroup",
    "CreateLoginProfile": "DeleteLoginProfile",
}
OPPOSITES: Mapping[str, str] = MappingProxyType(_OPPOSITES | {undo: do for do, undo in _OPPOSITES.items()})
"""Calls that undo each other with the same parameters."""

_WITH_BEFORE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PutUserPolicy": ("PutUserPolicy", "DeleteUserPolicy"),
        "DeleteUserPolicy": ("PutUserPolicy",),
        "PutRolePolicy": ("PutRolePolicy", "DeleteRolePolicy"),
        "DeleteRolePolicy": ("PutRolePolicy",),
        "UpdateAssumeRolePolicy": ("UpdateAssumeRolePolicy", "CreateRole"),
        "PutUserPermissionsBoundary": ("PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"),
        "DeleteUserPermissionsBoundary": ("PutUserPermissionsBoundary",),
        "SetDefaultPolicyVersion": ("SetDefaultPolicyVersion", "CreatePolicyVersion"),
        "CreatePolicyVersion": ("SetDefaultPolicyVersion", "CreatePolicyVersion"),
    }
)
"""Calls that overwrite something, and those that put there what they overwrote."""

_NAMES = ("userName", "roleName", "policyName", "policyArn")
_WITHOUT_POLICIES = ("MFADevice", "SSHPublicKey", "SigningCertificate", "CreatePolicy", "UpdateLoginProfile")


def undone(snapshot: Snapshot, trail: Trail, rows: Sequence[int]) -> tuple[Snapshot, tuple[str, ...]]:
    """The picture without the changes of rows, and what of it no event tells, in words.

    Args:
        snapshot: the picture after them.
        trail: where they are.
        rows: in order; the newest is undone first.

    Raises:
        GoneError: a file changed since it was read.
    """
    missing = []
    for row in reversed(rows):
        account = snapshot.accounts.get(trail.columns.place(row).account or "")
        record = trail.record(row)
        name = text_at(record, "eventName") or ""
        if account is None or name.endswith(_WITHOUT_POLICIES):
            continue
        edit = _undoing(account, record, trail, row)
        if edit is None and not (name == "CreatePolicyVersion" and not _becomes_default(record)):
            missing.append(f"what was before {name}, event {trail.columns.event_id(row)}, is in no event")
        snapshot = snapshot if edit is None else laid_if_there(snapshot, edit)
    return snapshot, tuple(missing)


def _undoing(account: Account, record: Record, trail: Trail, row: int) -> Edit | None:
    """The edit that puts back what a call changed; None where no event says what that was."""
    name, parameters = text_at(record, "eventName") or "", members_at(record, "requestParameters")
    if name in OPPOSITES:
        return edit_of(account, OPPOSITES[name], parameters)
    if name == "CreateAccessKey":
        made = members_at(record, "responseElements", "accessKey")
        return edit_of(account, "DeleteAccessKey", {**parameters, **made})
    if name == "UpdateAccessKey":
        was = "Inactive" if text_at(parameters, "status") == "Active" else "Active"
        return edit_of(account, name, {**parameters, "status": was})
    if name in ("CreateUser", "CreateRole"):
        named = text_at(parameters, "userName") or text_at(parameters, "roleName") or ""
        held = ((account.users if name == "CreateUser" else account.roles) or {}).get(named.lower())
        return None if held is None else SetBearer(held.arn, None)
    if name not in _WITH_BEFORE or (name == "CreatePolicyVersion" and not _becomes_default(record)):
        return None
    earlier = _before(record, trail, row)
    return None if earlier is None else edit_of(account, *_as_put(earlier))


def _before(record: Record, trail: Trail, row: int) -> Record | None:
    """The newest earlier call that put in place what this one overwrote."""
    columns, names = trail.columns, _WITH_BEFORE[text_at(record, "eventName") or ""]
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[1] in names}
    wanted, start = _subject(record), bisect_left(trail.order, columns.times[row], key=columns.times.__getitem__)
    for other in reversed(trail.order[:start]):
        if columns.calls_of[other] in calls and columns.error(other) is None:
            earlier = trail.record(other)
            is_default = columns.call(other).name != "CreatePolicyVersion" or _becomes_default(earlier)
            if _subject(earlier) == wanted and is_default:
                return earlier
    return None


def _subject(record: Record) -> tuple[str | None, ...]:
    """Whose, and which policy, a call is about."""
    parameters = members_at(record, "requestParameters")
    return tuple(text_at(parameters, name) for name in _NAMES)


def _becomes_default(record: Record) -> bool:
    return members_at(record, "requestParameters").get("setAsDefault") in (True, "true")


def _as_put(earlier: Record) -> tuple[str, Members]:
    """An earlier call as one that sets what it set then."""
    name, parameters = text_at(earlier, "eventName") or "", members_at(earlier, "requestParameters")
    if name == "CreateRole":
        return "UpdateAssumeRolePolicy", {**parameters, "policyDocument": parameters.get("assumeRolePolicyDocument")}
    if name == "CreatePolicyVersion":
        version = text_at(earlier, "responseElements", "policyVersion", "versionId")
        return "SetDefaultPolicyVersion", {**parameters, "versionId": version}
    return name, parameters
