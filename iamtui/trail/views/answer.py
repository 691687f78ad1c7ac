"""What one question to a trail gives: the views that were asked for, over the events that were meant (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model import Snapshot
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change, change_rows, changes_of
from iamtui.trail.views.denials import Denials, denials_of
from iamtui.trail.views.first_seen import FirstSeen, first_seen
from iamtui.trail.views.sessions import Lineage, Session, sessions_of
from iamtui.trail.views.summary import CallerRow, Coverage, callers_of, coverage_of


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
    """

    trail: Trail
    rows: Sequence[int]
    snapshot: Snapshot | None
    lineage: Lineage
    callers: list[CallerRow]
    coverage: list[Coverage]
    denials: Denials | None = None
    changes: list[Change] | None = None
    sessions: list[Session] | None = None
    first_seen: list[FirstSeen] | None = None
    shows_events: bool = False


def answer(trail: Trail, rows: Sequence[int], views: Views, snapshot: Snapshot | None = None) -> TrailAnswer:
    """Answer a question to a trail.

    Raises:
        GoneError: a file changed since it was read.
    """
    lineage = Lineage(trail)
    return TrailAnswer(
        trail=trail,
        rows=rows,
        snapshot=snapshot,
        lineage=lineage,
        callers=callers_of(trail, rows),
        coverage=coverage_of(trail),
        denials=denials_of(trail, rows) if views.denials else None,
        changes=changes_of(trail, change_rows(trail, rows), snapshot) if views.changes else None,
        sessions=sessions_of(trail, rows, lineage) if views.sessions else None,
        first_seen=first_seen(trail, rows, views.baseline) if views.first_seen else None,
        shows_events=views.events,
    )
