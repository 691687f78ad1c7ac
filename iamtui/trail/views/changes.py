"""Changes of access: what each did, to whom, what was before, and whether a snapshot still has it (H1, H2, H5)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.masking import mask_record
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.requests import parts_of
from iamtui.trail.times import milliseconds
from iamtui.trail.trail import Trail
from iamtui.trail.views.kept import Kept, kept_of, plain
from iamtui.trail.views.kinds import ChangeKind, kind_of

_DETAILS = (
    "policyDocument",
    "assumeRolePolicyDocument",
    "policyArn",
    "policyName",
    "groupName",
    "userName",
    "status",
    "versionId",
    "setAsDefault",
    "permissionsBoundary",
    "accessKeyId",
    "targetId",
    "policy",
    "content",
    "attributeType",
)
"""Parameters that say what a change put in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one event changed.

    Attributes:
        row: the event.
        kind: what it does.
        target: what it changed, an ARN or a name; None where the record does not say.
        after: what it put in place: its telling parameters, masked.
        before: what an earlier event of the trail had put there; None where none did.
        kept: whether the snapshot still has it.
        succeeded: False for an attempt.
    """

    row: int
    kind: ChangeKind
    target: str | None
    after: dict[str, Any] | None
    before: dict[str, Any] | None
    kept: Kept
    succeeded: bool


def change_rows(trail: Trail, rows: Iterable[int] | None = None) -> array[int]:
    """The rows whose call changes access, attempts included, in order."""
    columns = trail.columns
    kinds = {number for number in range(len(columns.calls)) if kind_of(columns.call_of_number(number)) is not None}
    return array("I", (row for row in (trail.order if rows is None else rows) if columns.calls_of[row] in kinds))


def changes_of(
    trail: Trail, rows: Sequence[int], snapshot: Snapshot | None = None, as_of: datetime | None = None
) -> list[Change]:
    """The changes of rows that `change_rows` gave, in order; each knows what an earlier one put in its place.

    Args:
        trail: where the rows are.
        rows: the rows.
        snapshot: what is asked whether a change is still there.
        as_of: when the snapshot was made; the newest date in it if left out (J5). It cannot have lost a later change.

    Raises:
        GoneError: a file changed since it was read.
    """
    taken = as_of if as_of is not None or snapshot is None else snapshot_moment(snapshot)
    facts = {row: change_facts(trail, row, record, snapshot, taken) for row, record in trail.records(rows)}
    return linked_changes(facts[row] for row in rows)


class ChangeFacts(NamedTuple):
    """A change by itself, and what of its target it is about."""

    change: Change
    aspect: tuple[str, ...]
    undoes: bool


def change_facts(
    trail: Trail, row: int, record: Record, snapshot: Snapshot | None, taken: datetime | None
) -> ChangeFacts:
    """What one record changed; what was before it does not say."""
    succeeded = trail.columns.error(row) is None
    target = target_of(record, snapshot)
    kept = kept_of(record, snapshot) if succeeded else Kept.UNKNOWN
    if kept is not Kept.STILL and taken is not None and trail.columns.times[row] > milliseconds(taken):
        kept = Kept.UNKNOWN  # it was made after the export
    change = Change(
        row=row,
        kind=kind_of(trail.columns.call(row)) or ChangeKind.ENTITY,
        target=target,
        after=_details(record),
        before=None,
        kept=kept,
        succeeded=succeeded,
    )
    return ChangeFacts(change, _aspect(record, target), record["eventName"].startswith(("Delete", "Detach", "Remove")))


def linked_changes(facts: Iterable[ChangeFacts]) -> list[Change]:
    """Changes in order, each with what the one before it on the same aspect had put in place."""
    latest: dict[tuple[str, ...], dict[str, Any] | None] = {}
    found = []
    for change, aspect, undoes in facts:
        before = latest.get(aspect)
        kind = _kind_by_documents(change.kind, change.after, before)
        is_same = kind is change.kind and before is None
        found.append(change if is_same else replace(change, kind=kind, before=before))
        if change.succeeded:
            latest[aspect] = None if undoes else change.after
    return found


def _kind_by_documents(kind: ChangeKind, after: dict[str, Any] | None, before: dict[str, Any] | None) -> ChangeKind:
    """A document that allows nothing more than the one before takes away, as one does that allows nothing (H2)."""
    new, old = _statements(after), _statements(before)
    if kind is not ChangeKind.GRANT or new is None:
        return kind
    allows, denies = new
    old_allows, old_denies = old or (frozenset(), frozenset())
    is_less = allows <= old_allows and denies >= old_denies and (allows, denies) != (old_allows, old_denies)
    return ChangeKind.REVOKE if is_less else kind


def _statements(details: dict[str, Any] | None) -> tuple[frozenset[str], frozenset[str]] | None:
    """What the document of a change allows and what it denies, statement by statement; None where there is none."""
    document = (details or {}).get("policyDocument")
    written = document.get("Statement") if isinstance(document, dict) else None
    listed: list[Any] = written if isinstance(written, list) else [written]
    statements = [one for one in listed if isinstance(one, dict)]
    if len(statements) < len(listed):
        return None
    said = [(one.get("Effect"), repr(plain({**one, "Sid": ""}))) for one in statements]
    return (
        frozenset(text for effect, text in said if effect != "Deny"),
        frozenset(text for effect, text in said if effect == "Deny"),
    )


def target_of(record: Record, snapshot: Snapshot | None = None) -> str | None:
    """What a call was on: the resource of its first part, else the name that its parameters or answer give."""
    for part in parts_of(record, snapshot):
        if part.resource != "*":
            return part.resource
    parameters = members_at(record, "requestParameters")
    for name in ("userName", "roleName", "groupName", "policyName", "name", "instanceProfileName"):
        if (value := text_at(parameters, name)) is not None:
            return value
    return None


def _aspect(record: Record, target: str | None) -> tuple[str, ...]:
    """What of the target a change is about: two changes of one aspect follow each other."""
    parameters = members_at(record, "requestParameters")
    name: str = record["eventName"]
    stem = next((name.removeprefix(verb) for verb in _VERBS if name.startswith(verb)), name)
    inner = next((value for key in _INNER if (value := text_at(parameters, key)) is not None), "")
    return (str(record.get("eventSource")), stem, target or "", inner)


_VERBS = ("Attach", "Detach", "Put", "Delete", "Create", "Update", "Add", "Remove", "Set", "Enable", "Disable")
_INNER = ("policyName", "policyArn", "groupName", "accessKeyId", "sid", "statementId")


def _details(record: Record) -> dict[str, Any] | None:
    """The telling parameters of a change, with documents opened."""
    parameters = mask_record({"requestParameters": members_at(record, "requestParameters")}).record["requestParameters"]
    found: dict[str, Any] = {}
    for name in _DETAILS:
        value = parameters.get(name)
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            with suppress(msgspec.DecodeError, ValueError, RecursionError):
                value = msgspec.json.decode(value)
        if value not in (None, "", {}, []):
            found[name] = value
    return found or None
