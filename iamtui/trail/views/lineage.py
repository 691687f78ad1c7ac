"""Which temporary key came from which, and how each was used (Y7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from iamtui.trail.callers import Caller
from iamtui.trail.credentials import ISSUING_CALLS
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail

_MOST_IN_CHAIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How a key was used."""

    caller: Caller
    uses: int
    first: datetime
    last: datetime


class Lineage:
    """Which key came from which: reads the issuing events of a trail once, when first asked (Y7)."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._issuing = {key: row for row, key in trail.issued.items() if trail.columns.call(row).name in ISSUING_CALLS}

    def issuing_row(self, key: str) -> int | None:
        """The row of the event that issued a temporary key."""
        return self._issuing.get(key)

    def chain(self, key: str) -> tuple[str, ...]:
        """The keys from the first that is known down to `key`, oldest first."""
        chain = [key]
        while (row := self._issuing.get(chain[0])) is not None and len(chain) < _MOST_IN_CHAIN:
            above = self._trail.columns.caller(row).key
            if above is None or above in chain:
                break
            chain.insert(0, above)
        return tuple(chain)

    def makers(self, key: str | None) -> tuple[Caller, ...]:
        """Who asked for a temporary key, and for those that it came of, the first that is known first."""
        rows = (self._issuing.get(one) for one in (self.chain(key) if key is not None else ()))
        return tuple(self._trail.columns.caller(row) for row in rows if row is not None)

    def below(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The keys that were issued to any of `keys`, transitively, without themselves."""
        found: dict[str, None] = {}
        pending = list(keys)
        while pending:
            above = pending.pop()
            for key in self._issued_to.get(above, ()):
                if key not in found:
                    found[key] = None
                    pending.append(key)
        return tuple(found)

    @cached_property
    def _issued_to(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, row in self._issuing.items():
            above = self._trail.columns.caller(row).key
            if above is not None:
                found.setdefault(above, []).append(key)
        return found

    @cached_property
    def uses(self) -> Mapping[str, Use]:
        """How each key was used."""
        return uses_of(self._trail)


def uses_of(trail: Trail, rows: Iterable[int] | None = None) -> dict[str, Use]:
    """How each access key was used in some rows, or all."""
    columns = trail.columns
    spans: dict[int, list[int]] = {}
    for row in trail.order if rows is None else rows:
        caller = columns.callers_of[row]
        span = spans.get(caller)
        if span is None:
            spans[caller] = [1, columns.times[row], columns.times[row]]
        else:
            span[0] += 1
            span[2] = columns.times[row]
    found: dict[str, Use] = {}
    for number, (count, first, last) in spans.items():
        who = columns.callers.in_order[number]
        if who.key is None:
            continue
        use = Use(caller=who, uses=count, first=from_milliseconds(first), last=from_milliseconds(last))
        known = found.get(who.key)
        found[who.key] = use if known is None else _together(known, use)
    return found


def _together(one: Use, other: Use) -> Use:
    return Use(
        caller=one.caller,
        uses=one.uses + other.uses,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )
