"""What an export says was made while events were recorded, and none made: a gap, or a rewritten log (H5, R13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model import Account, Snapshot
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.times import milliseconds
from iamtui.trail.trail import Trail

_TOLERANCE = 60_000  # milliseconds between an event and the date that the export gives what it made
_MAKING = ("CreateUser", "CreateGroup", "CreateRole", "CreateServiceLinkedRole", "CreatePolicy", "CreatePolicyVersion")
_CALLS = frozenset((*_MAKING, "CreateAccessKey"))
_IAM = "iam.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Something of an account: what it is, which, and when it was made by the export."""

    account: str
    what: str
    target: str
    created: datetime


def unseen_of(trail: Trail, snapshot: Snapshot) -> list[Unseen]:
    """What was made while events of IAM were recorded in its account, without one that made it; by time.

    Raises:
        GoneError: a file changed since it was read.
    """
    spans = _spans(trail)
    made = _made(trail) if spans.keys() & snapshot.accounts.keys() else {}
    found = []
    for account_id, (start, end) in spans.items():
        account = snapshot.accounts.get(account_id)
        for one, name in _things(account) if account is not None else ():
            created = milliseconds(one.created)
            times = made.get((account_id, one.what, name.lower()), ())
            if start <= created <= end and all(abs(time - created) > _TOLERANCE for time in times):
                found.append(one)
    return sorted(found, key=lambda one: (one.created, one.target))


def _spans(trail: Trail) -> dict[str, tuple[int, int]]:
    """From the first to the last event of IAM in each account: what a trail without them says nothing of."""
    columns = trail.columns
    of_iam = {number for number, call in enumerate(columns.calls.in_order) if call[0] == _IAM}
    spans: dict[str, tuple[int, int]] = {}
    for row in trail.order:
        account = columns.place(row).account if columns.calls_of[row] in of_iam else None
        if account is not None:
            spans[account] = (spans.get(account, (columns.times[row], 0))[0], columns.times[row])
    return spans


def _made(trail: Trail) -> dict[tuple[str, str, str], list[int]]:
    """When events made what: by account, kind and name."""
    columns = trail.columns
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[0] == _IAM and call[1] in _CALLS}
    rows = [row for row in trail.order if columns.calls_of[row] in calls and columns.error(row) is None]
    found: dict[tuple[str, str, str], list[int]] = {}
    for row, record in trail.records(rows):
        what, name = _made_by(record)
        if name is not None:
            key = (columns.place(row).account or "", what, name.lower())
            found.setdefault(key, []).append(columns.times[row])
    return found


def _made_by(record: Record) -> tuple[str, str | None]:
    """The kind and name of what a call made; a version goes by its policy."""
    parameters, answer = members_at(record, "requestParameters"), members_at(record, "responseElements")
    match record.get("eventName"):
        case "CreateUser":
            return "user", text_at(parameters, "userName")
        case "CreateGroup":
            return "group", text_at(parameters, "groupName")
        case "CreateAccessKey":
            return "access key", text_at(answer, "accessKey", "accessKeyId")
        case "CreatePolicy":
            return "policy version", text_at(parameters, "policyName")
        case "CreatePolicyVersion":
            return "policy version", (text_at(parameters, "policyArn") or "").rpartition("/")[2] or None
    return "role", text_at(answer, "role", "roleName") or text_at(parameters, "roleName")


def _things(account: Account) -> Iterator[tuple[Unseen, str]]:
    """What an export gives a date of making, each with the name by which events call it."""
    for what, target, created, name in (*_of_users(account), *_of_others(account)):
        if created is not None:
            yield Unseen(account=account.account_id, what=what, target=target, created=created), name


def _of_users(account: Account) -> Iterator[tuple[str, str, datetime | None, str]]:
    for user in (account.users or {}).values():
        yield "user", user.arn, user.created, user.name
        for key in (user.credentials.access_keys if user.credentials is not None else None) or ():
            if key.key_id is not None:
                yield "access key", f"{key.key_id} of {user.arn}", key.created, key.key_id


def _of_others(account: Account) -> Iterator[tuple[str, str, datetime | None, str]]:
    yield from (("role", role.arn, role.created, role.name) for role in (account.roles or {}).values())
    yield from (("group", group.arn, group.created, group.name) for group in (account.groups or {}).values())
    for policy in (account.policies or {}).values():
        for version in policy.versions if ":aws:policy/" not in policy.arn else ():
            yield "policy version", f"{policy.arn} {version.version_id}", version.created, policy.name
