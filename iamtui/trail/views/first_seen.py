"""What each caller did, or from where, for the first time after a baseline (H6): facts, no score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from iamtui.trail.callers import Caller
from iamtui.trail.columns import Columns
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.times import milliseconds
from iamtui.trail.trail import Trail

_FAMILY = re.compile(r"\[?([A-Za-z][A-Za-z0-9.-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """One thing that a caller had not shown before: an address, a network, an agent, a Region and so on."""

    caller: Caller
    what: str
    value: str
    row: int


def first_seen(trail: Trail, rows: Iterable[int], baseline: datetime | None) -> list[FirstSeen]:
    """What callers show first in rows after the baseline, in order; without one the first event of each is told too.

    Everything in the trail before the baseline is known, also what the filters leave out.
    """
    columns = trail.columns
    limit = milliseconds(baseline) if baseline is not None else None
    wanted = set(rows)
    seen: set[tuple[int, str, int | str]] = set()
    entities = _entities(columns)
    denied = {number for number, code in enumerate(columns.errors.in_order) if code is not None and is_denial(code)}
    found = []
    for row in trail.order:
        entity = entities[columns.callers_of[row]]
        is_new = (limit is None or columns.times[row] >= limit) and row in wanted
        for what, token in _tokens(columns, row, denied):
            key = (entity, what, token)
            if key in seen:
                continue
            seen.add(key)
            if is_new:
                value = _value(columns, row, what)
                if value is not None and (what not in _DERIVED or (entity, what, value) not in seen):
                    seen.add((entity, what, value))
                    found.append(FirstSeen(caller=columns.caller(row), what=what, value=value, row=row))
            elif what in _DERIVED and (value := _value(columns, row, what)) is not None:
                seen.add((entity, what, value))
    return found


_DERIVED = frozenset(("network", "agent", "service", "region"))
"""Kinds of which several numbers of a table can have one value."""


def _entities(columns: Columns) -> list[int]:
    """For each caller the number of the user or role behind it."""
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault((caller.kind, caller.entity or caller.label), len(numbers))
        for caller in columns.callers.in_order
    ]


def _tokens(columns: Columns, row: int, denied: set[int]) -> Iterator[tuple[str, int]]:
    """Cheap stand-ins for the values: the numbers of the tables."""
    address, call = columns.addresses_of[row], columns.calls_of[row]
    yield "ip", address
    yield "network", address
    yield "agent", columns.agents_of[row]
    yield "region", columns.places_of[row]
    yield "service", call
    yield "action", call
    if columns.errors_of[row] in denied:
        yield "refusal", call


def _value(columns: Columns, row: int, what: str) -> str | None:
    call = columns.call(row)
    match what:
        case "ip":
            return _address(columns, row)
        case "network":
            address = _address(columns, row)
            return _network(address) if address is not None else None
        case "agent":
            return _family(columns.agents.in_order[columns.agents_of[row]])
        case "region":
            return columns.place(row).region
        case "service":
            return call.source
        case _:
            return f"{call.source.removesuffix('.amazonaws.com')}:{call.name}"


def _address(columns: Columns, row: int) -> str | None:
    address = columns.addresses.in_order[columns.addresses_of[row]]
    try:
        return str(ip_address(address or ""))
    except ValueError:
        return None


def _network(address: str) -> str:
    """The /24 or /48 that an address is in."""
    return str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))


def _family(agent: str | None) -> str | None:
    """The program that an agent names first."""
    found = _FAMILY.match(agent or "")
    return found[1] if found is not None else None
