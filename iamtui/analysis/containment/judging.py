"""All rules of containment for one subject, and what would be left if their remedies were done (Z1-Z15)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from iamtui.analysis.containment import aftermath, credentials, people, permissions
from iamtui.analysis.containment.case import Case
from iamtui.analysis.containment.credentials import Found
from iamtui.analysis.containment.picture import as_if_done, picture_at
from iamtui.analysis.containment.results import Check, Containment, Remedy, State
from iamtui.analysis.containment.subjects import Subject
from iamtui.analysis.overlay.principal_edits import SetKey
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail

_RULES: tuple[Callable[[Case], Found], ...] = (
    credentials.keys,
    credentials.other_credentials,
    credentials.user_sessions,
    credentials.assumed_roles,
    permissions.coming_back,
    permissions.role_trust,
    permissions.everything_denied,
    permissions.quarantine,
    permissions.boundary,
    permissions.resource_policies,
    people.identity_center,
    credentials.root,
    aftermath.made,
    aftermath.undone,
)


def newest_moment(trail: Trail | None, snapshot: Snapshot | None) -> datetime | None:
    """The newest moment that events and exports know."""
    moments = [trail.span[1]] if trail is not None and trail.span is not None else []
    exported = snapshot_moment(snapshot) if snapshot is not None else None
    return max([*moments, exported]) if exported is not None else max(moments, default=None)


def contain(
    subject: Subject,
    at: datetime,
    since: datetime | None,
    trail: Trail | None,
    snapshot: Snapshot | None,
    *,
    done: Sequence[Remedy] = (),
) -> Containment:
    """Judge whether a subject is contained at a moment, for what happened since another.

    Args:
        subject: who is to be contained.
        at: the moment; later events do not count.
        since: the first bad moment; None for all that was read.
        trail: the events; None if none were read.
        snapshot: the exports; None if there are none.
        done: remedies that are taken as done.

    Raises:
        GoneError: a file with events changed since it was read.
    """
    picture, missing = picture_at(snapshot, trail, at)
    found = _judge(_as_if(Case(subject, at, since, trail, picture), done))
    checks = (*found.checks, _tried(found, trail, picture, since, done), *_of_another_day(missing))
    return replace(found, checks=checks)


def _of_another_day(missing: Sequence[str]) -> tuple[Check, ...]:
    """J5: what of the moment an export that is younger does not tell, and no event either."""
    if not missing:
        return ()
    text = "the export is younger than the moment, and not all that was before is known"
    return (Check(rule="J5", state=State.UNKNOWN, text=text, evidence=tuple(missing)),)


def _as_if(case: Case, done: Sequence[Remedy]) -> Case:
    """The same case in a copy of the picture in which remedies were done."""
    if not done or case.snapshot is None:
        return case
    tried = Case(case.subject, case.at, case.since, case.trail, as_if_done(case.snapshot, done))
    tried.tried = frozenset(remedy.edit.key_id for remedy in done if isinstance(remedy.edit, SetKey))
    return tried


def _judge(case: Case) -> Containment:
    checks, ways = [], []
    for rule in _RULES:
        check, open_ways = rule(case)
        checks.append(check)
        ways += open_ways
    return Containment(subject=case.subject, at=case.at, checks=tuple(checks), ways=tuple(ways))


def _tried(
    found: Containment, trail: Trail | None, picture: Snapshot | None, since: datetime | None, done: Sequence[Remedy]
) -> Check:
    """Z15: the remedies of what is open, decided on a copy of the picture before they are told."""
    remedies = found.remedies
    if not remedies or picture is None:
        text = "nothing is open" if found.contained else "without an export no remedy can be tried"
        state = State.NOT_APPLICABLE if found.contained else State.UNKNOWN
        return Check(rule="Z15", state=state, text=text)
    after = _judge(_as_if(Case(found.subject, found.at, since, trail, picture), (*done, *remedies)))
    left = [check.rule for check in after.checks if check.state is State.OPEN]
    if not left:
        return Check(rule="Z15", state=State.OPEN, text="as if the remedies were done: contained", remedies=remedies)
    by_hand = sum(remedy.edit is None for remedy in remedies)
    text = f"as if the remedies were done: still open {', '.join(left)}"
    text += f"; {by_hand} of them no picture can try" if by_hand else ""
    return Check(rule="Z15", state=State.OPEN, text=text, remedies=remedies)


def keys_of_subject(subject: Subject, trail: Trail) -> frozenset[str]:
    """The keys of a subject and of every session that came of it, living or not."""
    return Case(subject, from_milliseconds(trail.columns.times[trail.order[-1]]), None, trail, None).actors


def rows_of_subject(subject: Subject, trail: Trail) -> list[int]:
    """The events of a subject and of every session that came of it, in order."""
    actors = keys_of_subject(subject, trail)
    callers = trail.columns.callers.in_order
    numbers = {number for number, caller in enumerate(callers) if caller.key in actors or subject.is_caller(caller)}
    return [row for row in trail.order if trail.columns.callers_of[row] in numbers]
