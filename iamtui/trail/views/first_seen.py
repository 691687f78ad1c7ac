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
    firsts = FirstRows(columns)
    firsts.take(trail.order)
    return [
        FirstSeen(caller=columns.caller(row), what=what, value=value, row=row)
        for (_, what, value), row in firsts.rows.items()
        if row in wanted and (limit is None or columns.times[row] >= limit)
    ]


class FirstRows:
    """The first row of all that callers showed; rows are taken as they come, those of one time in their order.

    Attributes:
        columns: what the rows are of.
        rows: by the number of the user or role behind the caller, what was shown and its value.
    """

    def __init__(self, columns: Columns) -> None:
        """Nothing is taken yet of what is, or will be, in the columns."""
        self.columns = columns
        self._values = _Values(columns)
        self._combinations: dict[tuple[int, ...], int] = {}
        self.rows: dict[tuple[int, str, str], int] = {}

    def take(self, rows: Iterable[int]) -> None:
        """Look at rows, which are in order."""
        columns, combinations, values = self.columns, self._combinations, self._values
        values.extend()
        for row in rows:
            entity = values.entities[columns.callers_of[row]]
            combination = (
                entity,
                columns.addresses_of[row],
                columns.agents_of[row],
                columns.places_of[row],
                columns.calls_of[row],
                columns.errors_of[row],
            )
            known = combinations.get(combination)
            if known is not None and not self.is_earlier(row, known):
                continue
            combinations[combination] = row
            for what, value in values.of(row):
                self._note((entity, what, value), row)

    def _note(self, shown: tuple[int, str, str], row: int) -> None:
        known = self.rows.get(shown)
        if known is not None and self.is_earlier(row, known):
            del self.rows[shown]  # what a row shows first stands together
            known = None
        if known is None:
            self.rows[shown] = row

    def is_earlier(self, row: int, other: int) -> bool:
        """Whether a row comes before another (R9)."""
        columns = self.columns
        if columns.times[row] != columns.times[other]:
            return columns.times[row] < columns.times[other]
        return columns.event_id(row) < columns.event_id(other)


class _Values:
    """What a row shows: each value of a table is read once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._numbers: dict[object, int] = {}
        self.entities: list[int] = []  # for each caller the number of the user or role behind it
        self._addresses: list[str | None] = []
        self._networks: list[str | None] = []
        self._families: list[str | None] = []
        self._names: list[str] = []

    def extend(self) -> None:
        """Read the values that are new in the tables."""
        columns, numbers = self._columns, self._numbers
        for caller in columns.callers.in_order[len(self.entities) :]:
            entity = caller.kind, caller.entity or caller.label
            self.entities.append(numbers.setdefault(entity, len(numbers)))
        addresses = [_address(address) for address in columns.addresses.in_order[len(self._addresses) :]]
        self._addresses += addresses
        self._networks += map(_network, addresses)
        self._families += map(_family, columns.agents.in_order[len(self._families) :])
        calls = columns.calls.in_order[len(self._names) :]
        self._names += [f"{call[0].removesuffix('.amazonaws.com')}:{call[1]}" for call in calls]

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
