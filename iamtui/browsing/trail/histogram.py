"""How many events there were when (B11)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from iamtui.trail.times import from_milliseconds, written
from iamtui.trail.trail import Trail

BARS = 40


@dataclass(frozen=True, slots=True)
class Histogram:
    """Events over equal spans of time: the first begins at `start`, each is `step` long, in milliseconds."""

    start: int
    step: int
    counts: tuple[int, ...]

    def span(self, bar: int) -> tuple[str, str]:
        """The first and the last moment of a bar, as a filter takes them."""
        begin = self.start + bar * self.step
        return written(from_milliseconds(begin)), written(from_milliseconds(begin + self.step - 1))

    def name(self, bar: int) -> str:
        """The same for people, short: a year and a day stand there where they are not told without them."""
        begin, end = (_seconds(self.start + place * self.step - (place > bar)) for place in (bar, bar + 1))
        whole = {_seconds(moment)[:4] for moment in (self.start, self.start + len(self.counts) * self.step - 1)}
        from_year = len("2026-") if len(whole) == 1 else 0
        from_day = len("2026-11-17 ") if begin[:10] == end[:10] else from_year
        return f"{begin[from_year:]} to {end[from_day:]}"


def _seconds(moment: int) -> str:
    return from_milliseconds(moment).isoformat(" ", "seconds")[:19]


def histogram_of(trail: Trail, rows: Sequence[int]) -> Histogram:
    """Count the events of rows, which are in order, over at most `BARS` spans of whole seconds."""
    if not rows:
        return Histogram(0, 1, ())
    times = trail.columns.times
    first = times[rows[0]] // 1000 * 1000
    seconds = (times[rows[-1]] - first) // 1000 + 1
    step = -(-seconds // BARS) * 1000
    bars = (times[rows[-1]] - first) // step + 1
    ends = [bisect_left(rows, first + bar * step, key=times.__getitem__) for bar in range(1, bars + 1)]
    return Histogram(first, step, tuple(end - start for start, end in pairwise([0, *ends])))
