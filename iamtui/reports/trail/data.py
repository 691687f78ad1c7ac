"""The answer to a question to a trail as plain data: `iamtui trail --format json` (incident.md section 2).

Members are added, never renamed; a view that was not asked for is absent; what is not known is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from iamtui.reports.serial import Data
from iamtui.reports.trail.event_data import caller_data, event_data, events_data, masked
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import mask_record
from iamtui.trail.records import text_at
from iamtui.trail.times import written
from iamtui.trail.trail import Trail
from iamtui.trail.views.answer import TrailAnswer
from iamtui.trail.views.changes import Change
from iamtui.trail.views.denials import Denials, Fold
from iamtui.trail.views.first_seen import FirstSeen
from iamtui.trail.views.sessions import Session
from iamtui.trail.views.summary import CallerRow, Coverage
from iamtui.trail.views.unseen import Unseen

VERSION = 1


def trail_data(answer: TrailAnswer, most: int | None = None) -> dict[str, Data]:
    """The whole answer, or of each list at most so many rows (`totals` says how many there are).

    Raises:
        GoneError: a file changed since it was read.
    """
    trail, snapshot = answer.trail, answer.snapshot
    first = slice(most)
    data: dict[str, Data] = {
        "version": VERSION,
        "read": read_data(trail),
        "coverage": [coverage_data(trail, one) for one in answer.coverage],
        "snapshot": snapshot_data(snapshot),
        "callers": [caller_row_data(row) for row in answer.callers[first]],
    }
    if answer.denials is not None:
        data["denials"] = denials_data(trail, answer.denials, snapshot, first)
    if answer.changes is not None:
        changed = changes_data(trail, answer.changes, snapshot, first)
        unseen = {} if answer.unseen is None else {"unseen": [unseen_data(one) for one in answer.unseen]}
        data["changes"] = {**changed, **unseen}
    if answer.sessions is not None:
        data["sessions"] = [session_data(trail, session) for session in answer.sessions[first]]
    if answer.first_seen is not None:
        data["first_seen"] = [first_seen_data(trail, seen) for seen in answer.first_seen[first]]
    if answer.shows_events:
        changes = {change.row: change for change in answer.changes or ()}
        data["events"] = list(events_data(trail, answer.rows[first], snapshot, changes))
    return masked(data)


def read_data(trail: Trail) -> dict[str, Data]:
    """What was read, what was skipped, and what failed."""
    span = trail.span
    return {
        "files": trail.read.files,
        "bytes": trail.read.size,
        "events": trail.read.events,
        "distinct": len(trail),
        "duplicates": trail.read.duplicates,
        "shared": trail.read.shared,
        "addenda": trail.read.addenda,
        "from": written(span[0]) if span is not None else None,
        "to": written(span[1]) if span is not None else None,
        "skipped": [
            {"path": str(file.path), "format": file.format, "message": file.message}
            for file in trail.files
            if file.status == "skipped"
        ],
        "failed": [
            {"path": str(problem.path), "place": problem.place, "message": problem.expected}
            for problem in trail.problems
        ],
    }


def snapshot_data(snapshot: Snapshot | None) -> Data:
    """Which accounts were exported, and when."""
    if snapshot is None:
        return None
    times = [account.exported for account in snapshot.accounts.values() if account.exported is not None]
    return {"accounts": sorted(snapshot.accounts), "time": written(max(times)) if times else None}


def coverage_data(trail: Trail, one: Coverage) -> dict[str, Data]:
    """What was read of one account and Region."""
    return {
        "account": one.account,
        "region": one.region,
        "from": written(one.start),
        "to": written(one.end),
        "data_events": one.data_events,
        "read_events": one.read_events,
        "gaps": [{"from": written(gap.start), "to": written(gap.end), "why": gap.why} for gap in one.gaps],
        "logging_changes": [
            {"event": event.event_id, "time": written(event.time), "name": event.call.name}
            for event in trail.events(one.logging_changes)
        ],
    }


def caller_row_data(row: CallerRow) -> dict[str, Data]:
    """One caller of the summary."""
    return {
        "caller": caller_data(row.caller),
        "events": row.events,
        "denied": row.denied,
        "changes": row.changes,
        "first": written(row.first),
        "last": written(row.last),
        "ips": row.addresses,
        "keys": list(row.keys),
    }


def denials_data(trail: Trail, denials: Denials, snapshot: Snapshot | None, first: slice) -> dict[str, Data]:
    """The refusals that stand alone, and the folded ones."""
    alone = list(events_data(trail, [denial.row for denial in denials.alone[first]], snapshot))
    return {"total": denials.total, "events": alone, "folded": [_fold(trail, fold) for fold in denials.folded[first]]}


def _fold(trail: Trail, fold: Fold) -> dict[str, Data]:
    times = trail.columns.times
    first, last = min(fold.rows, key=times.__getitem__), max(fold.rows, key=times.__getitem__)
    return {
        "why": fold.why,
        "caller": caller_data(fold.caller),
        "action": fold.action,
        "resource": fold.example.refusal.resource,
        "error": fold.error,
        "events": len(fold.rows),
        "from": written(trail.event(first).time),
        "to": written(trail.event(last).time),
        "example": trail.columns.event_id(fold.example.row),
    }


def changes_data(trail: Trail, changes: Sequence[Change], snapshot: Snapshot | None, first: slice) -> dict[str, Data]:
    """The changes, and the attempts apart (H1)."""
    by_row = {change.row: change for change in changes[first]}
    found = dict(zip(by_row, events_data(trail, by_row, snapshot, by_row), strict=True))
    return {
        "total": sum(change.succeeded for change in changes),
        "events": [found[row] for row, change in by_row.items() if change.succeeded],
        "attempts": [found[row] for row, change in by_row.items() if not change.succeeded],
    }


def totals(answer: TrailAnswer) -> dict[str, int]:
    """How many rows each view has."""
    denials = answer.denials
    return {
        "callers": len(answer.callers),
        "denials": len(denials.alone) + len(denials.folded) if denials is not None else 0,
        "changes": len(answer.changes or ()),
        "sessions": len(answer.sessions or ()),
        "first_seen": len(answer.first_seen or ()),
        "events": len(answer.rows),
    }


def unseen_data(one: Unseen) -> dict[str, Data]:
    """What the export has, and no event made (H5)."""
    return {"account": one.account, "what": one.what, "target": one.target, "created": written(one.created)}


def session_data(trail: Trail, session: Session) -> dict[str, Data]:
    """One session."""
    use = session.use
    return {
        "key": session.key,
        "principal": session.principal,
        "issued_by": trail.columns.event_id(session.issued_by) if session.issued_by is not None else None,
        "by": caller_data(session.by) if session.by is not None else None,
        "from_key": session.from_key,
        "issued": _time(session.issued),
        "until": _time(session.until),
        "uses": use.uses if use is not None else 0,
        "first": _time(use.first if use is not None else None),
        "last": _time(use.last if use is not None else None),
        "chain": list(session.chain),
        "keys": [key for key in (session.key, *session.more_keys) if key is not None],
    }


def first_seen_data(trail: Trail, seen: FirstSeen) -> dict[str, Data]:
    """One thing that a caller showed first."""
    return {
        "caller": caller_data(seen.caller),
        "what": seen.what,
        "value": seen.value,
        "time": written(trail.event(seen.row).time),
        "event": trail.columns.event_id(seen.row),
    }


def event_card_data(trail: Trail, row: int, snapshot: Snapshot | None, change: Change | None) -> dict[str, Data]:
    """One event with its whole record, masked: `iamtui trail --event ID`.

    Raises:
        GoneError: its file changed since it was read.
    """
    record = trail.record(row)
    changes = {row: change} if change is not None else None
    data = event_data(trail, row, record, snapshot, changes)
    delegate = text_at(record, "userIdentity", "invokedByDelegate", "accountId")
    acted = {} if delegate is None else {"delegate": delegate}  # a vendor acted for the caller (U15)
    return {**masked({**data, **acted}), "record": mask_record(record).record}


def _time(moment: datetime | None) -> str | None:
    return written(moment) if moment is not None else None
