"""What one question to a trail gives: the views that were asked for, over the events that were meant (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.columns import Call
from iamtui.trail.credentials import SESSION_CALLS
from iamtui.trail.held import Wants
from iamtui.trail.refusals import Refusal
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change, ChangeFacts, change_facts, change_rows, linked_changes
from iamtui.trail.views.denials import Denials, denied_rows, grouped_denials, refusal_of
from iamtui.trail.views.first_seen import FirstSeen, first_seen
from iamtui.trail.views.kinds import kind_of
from iamtui.trail.views.lineage import Lineage
from iamtui.trail.views.sessions import Session, all_sessions, issued_session, issuing_rows
from iamtui.trail.views.summary import CallerRow, Coverage, callers_of, coverage_of
from iamtui.trail.views.unseen import Unseen, unseen_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Which views are asked for; none of them is the summary alone."""

    denials: bool = False
    changes: bool = False
    sessions: bool = False
    first_seen: bool = False
    events: bool = False
    baseline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailAnswer:
    """The answer; a view that was not asked for is None.

    Attributes:
        trail: where the events are.
        rows: the events that the filters meant, in order.
        snapshot: the exports that lay beside the events; None without any.
        lineage: which key came from which.
        unseen: what the exports have and no event made (H5); None too where the events are filtered.
    """

    trail: Trail
    rows: Sequence[int]
    snapshot: Snapshot | None
    lineage: Lineage
    callers: list[CallerRow]
    coverage: list[Coverage]
    denials: Denials | None = None
    changes: list[Change] | None = None
    unseen: list[Unseen] | None = None
    sessions: list[Session] | None = None
    first_seen: list[FirstSeen] | None = None
    shows_events: bool = False


def records_for(views: Views) -> Wants | None:
    """Which records the views will look into; None for none."""
    if not (views.denials or views.changes or views.sessions):
        return None

    def wants(call: Call, error: str | None) -> bool:
        if error is not None and is_denial(error):
            return views.denials or (views.changes and kind_of(call) is not None)
        is_issuing = views.sessions and call.name in SESSION_CALLS and error is None
        return is_issuing or (views.changes and kind_of(call) is not None)

    return wants


def answer(trail: Trail, rows: Sequence[int], views: Views, snapshot: Snapshot | None = None) -> TrailAnswer:
    """Answer a question to a trail.

    Raises:
        GoneError: a file changed since it was read.
    """
    lineage = Lineage(trail)
    denied = denied_rows(trail, rows) if views.denials else []
    changing = list(change_rows(trail, rows)) if views.changes else []
    issuing = issuing_rows(trail, rows) if views.sessions else []
    found = _read_once(trail, snapshot, lineage, (set(denied), set(changing), set(issuing)))
    issued = [found.sessions[row] for row in issuing]
    return TrailAnswer(
        trail=trail,
        rows=rows,
        snapshot=snapshot,
        lineage=lineage,
        callers=callers_of(trail, rows),
        coverage=coverage_of(trail),
        denials=grouped_denials(trail, denied, found.refusals) if views.denials else None,
        changes=linked_changes(found.changes[row] for row in changing) if views.changes else None,
        unseen=unseen_of(trail, snapshot) if views.changes and snapshot and len(rows) == len(trail) else None,
        sessions=all_sessions(trail, rows, issued, lineage) if views.sessions else None,
        first_seen=first_seen(trail, rows, views.baseline) if views.first_seen else None,
        shows_events=views.events,
    )


class _Found(NamedTuple):
    """What single records say, by row."""

    refusals: dict[int, Refusal]
    changes: dict[int, ChangeFacts]
    sessions: dict[int, Session]


def _read_once(
    trail: Trail, snapshot: Snapshot | None, lineage: Lineage, wanted: tuple[set[int], set[int], set[int]]
) -> _Found:
    """Read the records of refused, changing and issuing rows again, each file once, and keep what is told of them."""
    denied, changing, issuing = wanted
    taken = snapshot_moment(snapshot) if snapshot is not None else None
    found = _Found({}, {}, {})
    for row, record in trail.records(sorted(denied | changing | issuing)):
        if row in denied and (refusal := refusal_of(record)) is not None:
            found.refusals[row] = refusal
        if row in changing:
            found.changes[row] = change_facts(trail, row, record, snapshot, taken)
        if row in issuing:
            found.sessions[row] = issued_session(trail, row, record, lineage)
    return found
