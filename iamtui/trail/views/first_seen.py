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
    seen: set[tuple[int, str, str]] = set()
    combinations: set[tuple[int, ...]] = set()
    entities, values = _entities(columns), _Values(columns)
    found = []
    for row in trail.order:
        entity = entities[columns.callers_of[row]]
        combination = (
            entity,
            columns.addresses_of[row],
            columns.agents_of[row],
            columns.places_of[row],
            columns.calls_of[row],
            columns.errors_of[row],
        )
        if combination in combinations:
            continue
        combinations.add(combination)
        is_new = (limit is None or columns.times[row] >= limit) and row in wanted
        for what, value in values.of(row):
            if (entity, what, value) not in seen:
                seen.add((entity, what, value))
                if is_new:
                    found.append(FirstSeen(caller=columns.caller(row), what=what, value=value, row=row))
    return found


def _entities(columns: Columns) -> list[int]:
    """For each caller the number of the user or role behind it."""
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault((caller.kind, caller.entity or caller.label), len(numbers))
        for caller in columns.callers.in_order
    ]


class _Values:
    """What a row shows: each value of a table is read once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._addresses = [_address(address) for address in columns.addresses.in_order]
        self._networks = [_network(address) for address in self._addresses]
        self._families = [_family(agent) for agent in columns.agents.in_order]
        self._names = [f"{call[0].removesuffix('.amazonaws.com')}:{call[1]}" for call in columns.calls.in_order]

    def of(self, row: int) -> Iterator[tuple[str, str]]:
        """The kinds of things that a row shows, with their values."""
        columns = self._columns
        address, call = columns.addresses_of[row], columns.calls_of[row]
        shown = (
            ("ip", self._addresses[address]),
            ("network", self._networks[address]),
            ("agent", self._families[columns.agents_of[row]]),
            ("region", columns.place(row).region),
            ("service", columns.call(row).source),
            ("action", self._names[call]),
            ("refusal", self._names[call] if is_denial(columns.error(row) or "") else None),
        )
        yield from ((what, value) for what, value in shown if value is not None)


def _address(text: str | None) -> str | None:
    try:
        return str(ip_address(text or ""))
    except ValueError:
        return None


def _network(address: str | None) -> str | None:
    """The /24 or /48 that an address is in."""
    return None if address is None else str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))


def _family(agent: str | None) -> str | None:
    """The program that an agent names first."""
    found = _FAMILY.match(agent or "")
    return found[1] if found is not None else None
