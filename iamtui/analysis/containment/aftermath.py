"""What the subject left behind, and what was undone since (Z13, Z14)."""

from __future__ import annotations

from datetime import timedelta

from iamtui.analysis.containment.case import Case, few
from iamtui.analysis.containment.commands import (
    deactivate_key,
    delete_password,
    deny_all,
    iam_line,
    leave_group,
    other,
)
from iamtui.analysis.containment.credentials import Found
from iamtui.analysis.containment.results import Check, Remedy, State, Way
from iamtui.analysis.overlay.principal_edits import SetAttachment
from iamtui.content.numbers import number_of
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.times import from_milliseconds, written
from iamtui.trail.views.changes import Change
from iamtui.trail.views.kept import Kept
from iamtui.trail.views.keys import KeyEvent
from iamtui.trail.views.kinds import ChangeKind

_UNDOING = ("DeleteAccessKey", "DeleteLoginProfile", "DeactivateMFADevice", "TagUser", "TagRole", "UntagUser")
_TAKES_EFFECT = timedelta(seconds=120)


def made(case: Case) -> Found:
    """Z13: what the subject made, changed or opened, itself or through its sessions, and the picture still has."""
    if case.trail is None:
        return Check(rule="Z13", state=State.UNKNOWN, text="no events were read: what it made is not known"), []
    changes = [change for change in case.changes if case.trail.columns.call(change.row).name not in _UNDOING]
    changes = [change for change in changes if change.kind is not ChangeKind.REVOKE]
    if not changes:
        return Check(rule="Z13", state=State.DONE, text="it made nothing that the events show"), []
    records = dict(case.trail.records([change.row for change in changes]))
    open_ones, unknown = [], []
    for change in changes:
        state = _state(case, change, records[change.row])
        if state is Kept.STILL:
            open_ones.append(change)
        elif state is Kept.UNKNOWN:
            unknown.append(change)
    made = f"{number_of(len(changes), 'change')} that it made {'is' if len(changes) == 1 else 'are'}"
    if open_ones:
        remedies = dict.fromkeys(
            remedy for change in open_ones if (remedy := _remedy(case, change, records[change.row])) is not None
        )
        text = f"{len(open_ones)} of {made} still there"
        evidence = few((f"{case.event(change.row)}: {change.target}" for change in open_ones), 20)
        ways = [Way(rule="Z13", kind="made", principal=change.target) for change in open_ones]
        check = Check(rule="Z13", state=State.OPEN, text=text, evidence=evidence, remedies=tuple(remedies))
        return check, ways
    if unknown:
        text = f"whether {len(unknown)} of {made} still there is not exported"
        evidence = few((f"{case.event(change.row)}: {change.target}" for change in unknown), 20)
        return Check(rule="Z13", state=State.UNKNOWN, text=text, evidence=evidence), []
    return Check(rule="Z13", state=State.DONE, text=f"none of {number_of(len(changes), 'change')} is left"), []


def _state(case: Case, change: Change, record: Record) -> Kept:
    """Whether a change is left; what it was done to may be deleted, or denied everything, since."""
    parameters = members_at(record, "requestParameters")
    if record.get("eventName") == "CreateAccessKey":
        return _made_key(case, record)
    user = text_at(parameters, "userName")
    target = change.target or ""
    if change.kept is Kept.STILL and (":user/" in target or ":role/" in target):
        power = case.power(target)
        if power is not None and power.is_closed:
            return Kept.GONE  # it is there, and can do nothing
    if change.kept is Kept.UNKNOWN and user is not None and _is_deleted(case, user):
        return Kept.GONE
    return change.kept


def _made_key(case: Case, record: Record) -> Kept:
    """A key that the subject made: gone if it is inactive, deleted, or its user is denied everything."""
    made_key = members_at(record, "responseElements", "accessKey")
    key, user = text_at(made_key, "accessKeyId"), text_at(made_key, "userName") or ""
    latest = [event for event in case.key_events if event.key == key]
    if key in case.tried or (latest and latest[-1].state in ("inactive", "deleted")):
        return Kept.GONE
    if _is_deleted(case, user):
        return Kept.GONE
    account = case.snapshot.accounts.get(case.subject.account) if case.snapshot is not None else None
    entity = (account.users or {}).get(user.lower()) if account is not None else None
    if entity is not None:
        power = case.power(entity.arn)
        if power is not None and power.is_closed:
            return Kept.GONE
        listed = entity.credentials.access_keys if entity.credentials is not None else None
        if listed is not None and any(one.key_id == key and one.active is False for one in listed):
            return Kept.GONE
    return Kept.STILL


def _is_deleted(case: Case, user: str) -> bool:
    account = case.snapshot.accounts.get(case.subject.account) if case.snapshot is not None else None
    if account is None or account.users is None or not account.is_complete:
        return False
    return user.lower() not in account.users


def _remedy(case: Case, change: Change, record: Record) -> Remedy | None:
    """The least that undoes a change; what a user or role was given is undone by denying it everything."""
    parameters = members_at(record, "requestParameters")
    target = change.target or ""
    name, account = text_at(record, "eventName") or "", case.subject.account
    if name == "CreateAccessKey":
        made_key = members_at(record, "responseElements", "accessKey")
        key, user = text_at(made_key, "accessKeyId"), text_at(made_key, "userName")
        if key is None or user is None:
            return None
        return deactivate_key(target if target.endswith(f"/{user}") else f"arn:aws:iam::{account}:user/{user}", key)
    if name == "CreateLoginProfile" and ":user/" in target:
        return delete_password(target)
    holder = target.rpartition("/")[2]
    if name.startswith("Attach") and (policy := text_at(parameters, "policyArn")) is not None:
        kind = name.removeprefix("Attach").removesuffix("Policy").lower()
        command = iam_line(f"detach-{kind}-policy", f"--{kind}-name", holder, "--policy-arn", policy)
        return Remedy(command=command, edit=SetAttachment(target, policy, attached=False))
    if name == "AddUserToGroup":
        group, user = text_at(parameters, "groupName") or "", text_at(parameters, "userName") or ""
        return leave_group(f"arn:aws:iam::{account}:user/{user}", group)
    if (line := _BY_HAND.get(name)) is not None:
        return other(f"aws iam {line.format(holder=holder, target=target)}")
    return deny_all(target) if ":user/" in target or ":role/" in target else None


_BY_HAND = {
    "DeleteUserPermissionsBoundary": "put-user-permissions-boundary --user-name {holder} --permissions-boundary ARN",
    "DeleteRolePermissionsBoundary": "put-role-permissions-boundary --role-name {holder} --permissions-boundary ARN",
    "SetDefaultPolicyVersion": "set-default-policy-version --policy-arn {target} --version-id VERSION",
    "CreatePolicyVersion": "set-default-policy-version --policy-arn {target} --version-id VERSION",
    "UpdateAssumeRolePolicy": "update-assume-role-policy --role-name {holder} --policy-document file://TRUST",
}
"""Lines in which what was before must be filled in: the events do not tell it."""


def undone(case: Case) -> Found:
    """Z14: a key that is on again, or a Deny that was taken away again: the newest event decides."""
    if case.trail is None:
        return Check(rule="Z14", state=State.UNKNOWN, text="no events were read: what was undone is not known"), []
    again = _keys_again(case)
    if again:
        text = f"{number_of(len(again), 'key')} set active, or made, after one had been set inactive"
        evidence = tuple(case.event(event.row) for event in again)
        remedies = tuple(deactivate_key(case.subject.principal, event.key) for event in again)
        return Check(rule="Z14", state=State.OPEN, text=text, evidence=evidence, remedies=remedies), []
    young = _young(case)
    if young is not None:
        return Check(rule="Z14", state=State.DONE, text=f"the newest Deny is taking effect: {young}"), []
    return Check(rule="Z14", state=State.DONE, text="nothing was undone since"), []


def _keys_again(case: Case) -> list[KeyEvent]:
    own = [event for event in case.key_events if event.user == case.subject.name]
    closed = next((place for place, event in enumerate(own) if event.state in ("inactive", "deleted")), None)
    if closed is None:
        return []
    last = {event.key: event for event in own[closed:]}
    return [event for event in last.values() if event.state == "active" and event.key not in case.tried]


def _young(case: Case) -> str | None:
    """A policy that was put on the subject less than two minutes before the moment."""
    trail = case.trail
    if trail is None:
        return None
    for row in reversed(case.rows):
        at = from_milliseconds(trail.columns.times[row])
        if case.at - at > _TAKES_EFFECT:
            return None
        if trail.columns.call(row).name in ("PutUserPolicy", "PutRolePolicy", "AttachUserPolicy", "AttachRolePolicy"):
            return f"{trail.columns.call(row).name} at {written(at)}"
    return None
