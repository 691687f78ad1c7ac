"""What a followed trail tells by itself: changes, first refusals, credentials of those watched; each once (B17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from iamtui.browsing.trail.rows import EventRows
from iamtui.trail.callers import Caller
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import change_rows

_MOST = 3
_CREDENTIAL = "a credential of a watched subject"


class TrailNews:
    """Remembers what was told: an event is told once, however often its file is read."""

    def __init__(self) -> None:
        self._told: set[str] | None = None
        self._refused: set[str] = set()

    def take(self, trail: Trail, added: Iterable[int], is_watched: Callable[[Caller], bool]) -> tuple[str, ...]:
        """What is new in the rows that were added, in order, in words; nothing of the first trail.

        `is_watched` tells callers whose credentials count.
        """
        found = {trail.columns.event_id(row): (row, what) for row, what in self._telling(trail, tuple(added))}
        if self._told is None:
            self._told = set(found)
            return ()
        news = [one for event_id, one in found.items() if event_id not in self._told]
        self._told.update(found)
        news = [one for one in news if one[1] != _CREDENTIAL or is_watched(trail.columns.caller(one[0]))]
        shown = EventRows(trail, {})
        said = [f"{what}: {shown.node(row).label.strip()}" for row, what in news[:_MOST]]
        return (*said, *([f"and {len(news) - _MOST:,} more"] if len(news) > _MOST else []))

    def _telling(self, trail: Trail, rows: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The events that may be told, each with what it is."""
        columns, callers = trail.columns, self._refused
        fine = columns.errors.get(None)
        yield from ((row, _CREDENTIAL) for row in rows if row in trail.issued)
        denials = {number for number, error in enumerate(columns.errors.in_order) if is_denial(error or "")}
        for row in rows:
            if columns.errors_of[row] in denials:
                caller = columns.caller(row)
                if (who := caller.entity or caller.label) not in callers:
                    callers.add(who)
                    yield row, "a first refusal"
        yield from ((row, "a change") for row in change_rows(trail, rows) if columns.errors_of[row] == fine)
