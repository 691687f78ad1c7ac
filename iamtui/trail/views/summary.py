"""The summary of a trail: its callers, and what it covers (R13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from iamtui.trail.callers import Caller
from iamtui.trail.columns import Columns
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail
from iamtui.trail.views.kinds import kind_of

_LONG_SILENCE = timedelta(hours=1)
_OF_LOGGING = ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRow:
    """What one user, role or other caller did: all sessions and keys of it together."""

    caller: Caller
    events: int
    denied: int
    changes: int
    first: datetime
    last: datetime
    addresses: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time without events in one account and Region, and what may be why."""

    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was read of one account and Region: silence outside of it proves nothing (R13)."""

    account: str | None
    region: str | None
    start: datetime
    end: datetime
    data_events: bool
    read_events: bool
    gaps: tuple[Gap, ...]
    logging_changes: tuple[int, ...]  # rows that stopped or narrowed what is recorded


def callers_of(trail: Trail, rows: Iterable[int]) -> list[CallerRow]:
    """The callers of rows, those with the most events first."""
    columns = trail.columns
    denied = {number for number, code in enumerate(columns.errors.in_order) if code is not None and is_denial(code)}
    fine = columns.errors.get(None)
    changing = {number for number in range(len(columns.calls)) if kind_of(columns.call_of_number(number)) is not None}
    counts: dict[int, list[int]] = {}
    addresses: dict[int, set[int]] = {}
    nowhere = columns.addresses.get(None)
    for row in rows:
        caller, time = columns.callers_of[row], columns.times[row]
        count = counts.get(caller)
        if count is None:
            count = counts[caller] = [0, 0, 0, time, time]
            addresses[caller] = set()
        count[0] += 1
        count[4] = time
        error = columns.errors_of[row]
        if error in denied:
            count[1] += 1
        elif error == fine and columns.calls_of[row] in changing:
            count[2] += 1
        if columns.addresses_of[row] != nowhere:
            addresses[caller].add(columns.addresses_of[row])
    return _by_entity(columns, counts, addresses)


def _by_entity(columns: Columns, counts: dict[int, list[int]], addresses: dict[int, set[int]]) -> list[CallerRow]:
    groups: dict[tuple[object, ...], list[int]] = {}
    for number in counts:
        caller = columns.callers.in_order[number]
        groups.setdefault((caller.kind, caller.entity or caller.label, caller.account), []).append(number)
    found = []
    for numbers in groups.values():
        of_group = [counts[number] for number in numbers]
        latest = max(numbers, key=lambda number: (counts[number][4], columns.callers.in_order[number].key or ""))
        keys = dict.fromkeys(key for number in numbers if (key := columns.callers.in_order[number].key) is not None)
        found.append(
            CallerRow(
                caller=columns.callers.in_order[latest],
                events=sum(count[0] for count in of_group),
                denied=sum(count[1] for count in of_group),
                changes=sum(count[2] for count in of_group),
                first=from_milliseconds(min(count[3] for count in of_group)),
                last=from_milliseconds(max(count[4] for count in of_group)),
                addresses=len(set().union(*(addresses[number] for number in numbers))),
                keys=tuple(sorted(keys)),
            )
        )
    return sorted(found, key=lambda row: (-row.events, row.first, row.caller.entity or row.caller.label))


def coverage_of(trail: Trail) -> list[Coverage]:
    """What was read of each account and Region, whatever is filtered."""
    columns = trail.columns
    times: dict[int, list[int]] = {}
    kinds: dict[int, set[int]] = {}
    stops: dict[int, list[int]] = {}
    logging = {number for number, call in enumerate(columns.calls.in_order) if call[1] in _OF_LOGGING}
    for row in trail.order:
        place = columns.places_of[row]
        times.setdefault(place, []).append(columns.times[row])
        kinds.setdefault(place, set()).add(columns.calls_of[row])
        if columns.calls_of[row] in logging and columns.error(row) is None:
            stops.setdefault(place, []).append(row)
    found = []
    for place, of_place in times.items():
        region, account = columns.places.in_order[place]
        calls = [columns.calls.in_order[number] for number in kinds[place]]
        found.append(
            Coverage(
                account=account,
                region=region,
                start=from_milliseconds(of_place[0]),
                end=from_milliseconds(of_place[-1]),
                data_events=any(call[5] for call in calls),
                read_events=any(call[4] is True for call in calls),
                gaps=tuple(_gaps(columns, of_place, stops.get(place, []))),
                logging_changes=tuple(stops.get(place, ())),
            )
        )
    return sorted(found, key=lambda one: (one.account or "", one.region or ""))


def _gaps(columns: Columns, times: list[int], stops: list[int]) -> Iterable[Gap]:
    """Silence of an hour or more, with the change of logging that came last before its end."""
    longest = int(_LONG_SILENCE.total_seconds() * 1000)
    for before, after in pairwise(times):
        if after - before < longest:
            continue
        stop = next((row for row in reversed(stops) if columns.times[row] <= before), None)
        why = f"no event; {columns.call(stop).name} came before" if stop is not None else "no event"
        yield Gap(start=from_milliseconds(before), end=from_milliseconds(after), why=why)
