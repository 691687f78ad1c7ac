"""Refused calls: people first, and what is many times the same, or only noise, folded (N10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.columns import Columns
from iamtui.trail.records import members_at, text_at
from iamtui.trail.refusals import Refusal, refusal_of_record
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.trail import Trail

_PROBING_SERVICES = 5
_PROBING_SPAN = timedelta(minutes=1)
_FEWEST_FOLDED = 2
_ORDER = {CallerKind.ROOT: 0, CallerKind.USER: 1, CallerKind.SERVICE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One refused call, with what AWS says of it."""

    row: int
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Refusals that are shown as one: why, how many, from when to when, and the first as an example."""

    why: str
    caller: Caller
    action: str
    error: str | None
    rows: tuple[int, ...]
    example: Denial


@dataclass(frozen=True, slots=True)
class Denials:
    """All refusals: those that stand alone, people first and then by time, and the folded ones (N10)."""

    total: int
    alone: tuple[Denial, ...]
    folded: tuple[Fold, ...]


def denied_rows(trail: Trail, rows: Iterable[int] | None = None) -> list[int]:
    """The rows of refused calls (N1)."""
    columns = trail.columns
    codes = {number for number, code in enumerate(columns.errors.in_order) if code is not None and is_denial(code)}
    return [row for row in (trail.order if rows is None else rows) if columns.errors_of[row] in codes]


def denials_of(trail: Trail, rows: Iterable[int]) -> Denials:
    """The refusals among rows.

    Raises:
        GoneError: a file changed since it was read.
    """
    refused = denied_rows(trail, rows)
    refusals = {row: refusal for row, record in trail.records(refused) if (refusal := refusal_of(record)) is not None}
    return grouped_denials(trail, refused, refusals)


def grouped_denials(trail: Trail, refused: Sequence[int], refusals: Mapping[int, Refusal]) -> Denials:
    """Refusals in their groups: those that stand alone, and those that are folded."""
    found = {row: Denial(row=row, refusal=refusal) for row, refusal in refusals.items()}
    columns = trail.columns
    probing = _probing(columns, refused)
    groups: dict[tuple[int, str, str | None, str | None], list[Denial]] = {}
    for row in refused:
        if (denial := found.get(row)) is not None:
            action = denial.refusal.action or _name(columns, row)
            key = (columns.callers_of[row], action.lower(), columns.error(row), denial.refusal.resource)
            groups.setdefault(key, []).append(denial)
    alone: list[Denial] = []
    folded: list[Fold] = []
    for group in groups.values():
        why = _why_folded(columns, group, probing)
        if why is None:
            alone.extend(group)
        else:
            folded.append(_fold(columns, group, why))
    alone.sort(
        key=lambda denial: (_rank(columns.caller(denial.row)), columns.times[denial.row], columns.event_id(denial.row))
    )
    folded.sort(key=lambda fold: (_rank(fold.caller), columns.times[fold.rows[0]], columns.event_id(fold.rows[0])))
    return Denials(len(found), tuple(alone), tuple(folded))


def refusal_of(record: dict[str, object]) -> Refusal | None:
    """What AWS says of a refused record; None where it was not refused."""
    return refusal_of_record(
        error_code=text_at(record, "errorCode"),
        error_message=text_at(record, "errorMessage"),
        response=members_at(record, "responseElements"),
        event_name=text_at(record, "eventName") or "",
        account=text_at(record, "userIdentity", "accountId"),
    )


def noise_of(caller: Caller) -> str | None:
    """Why the calls of a caller are only noise to a responder (N10)."""
    if caller.kind is CallerKind.SERVICE:
        return "an AWS service"
    return None if caller.is_person_like else "a service-linked role"


def _why_folded(columns: Columns, group: Sequence[Denial], probing: set[int]) -> str | None:
    noise = noise_of(columns.caller(group[0].row))
    if noise is not None:
        return noise
    if all(denial.row in probing for denial in group):
        return "the console's probing"
    return "many times the same" if len(group) >= _FEWEST_FOLDED else None


def _fold(columns: Columns, group: Sequence[Denial], why: str) -> Fold:
    first = group[0]
    return Fold(
        why=why,
        caller=columns.caller(first.row),
        action=first.refusal.action or _name(columns, first.row),
        error=columns.error(first.row),
        rows=tuple(denial.row for denial in group),
        example=first,
    )


def _probing(columns: Columns, rows: Sequence[int]) -> set[int]:
    """Refusals of the console's start pages: read-only, of many services, one session, within a minute."""
    sessions: dict[int, list[int]] = {}
    for row in rows:
        if columns.caller(row).console and columns.call(row).read_only is True:
            sessions.setdefault(columns.callers_of[row], []).append(row)
    found: set[int] = set()
    span = int(_PROBING_SPAN.total_seconds() * 1000)
    for of_session in sessions.values():
        for start, row in enumerate(of_session):
            near = [other for other in of_session[start:] if columns.times[other] - columns.times[row] <= span]
            if len({columns.call(other).source for other in near}) >= _PROBING_SERVICES:
                found.update(near)
    return found


def _name(columns: Columns, row: int) -> str:
    call = columns.call(row)
    return f"{call.source.removesuffix('.amazonaws.com')}:{call.name}"


def _rank(caller: Caller) -> int:
    """Root first, then users, then sessions, then services (N10)."""
    return _ORDER.get(caller.kind, 2)
