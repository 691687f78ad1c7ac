"""The distinct events of an index that grows: what was added since finds its place among them (R6-R9, B17)."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from iamtui.trail.columns import Columns
from iamtui.trail.distinct import Distinct, distinct_events
from iamtui.trail.indexing import Indexer

_FEW = 8
"""All rows are put in order anew where those that were added are more than one of so many."""


class GrowingEvents:
    """Costs what was added since it was last asked; all is done anew where that may say something of what was there."""

    def __init__(self, indexer: Indexer) -> None:
        """`indexer` is filled by others."""
        self._indexer = indexer
        self._last: Distinct | None = None
        self._rows = self._candidates = self._shared = 0  # how many there were
        self._calls: set[str] = set()  # the shared ids of these (R7)

    def now(self, paths: Sequence[Path]) -> Distinct:
        """The distinct events as they are now, in arrays of their own."""
        indexer = self._indexer
        self._last = self._grown() or distinct_events(indexer, paths)
        self._calls.update(islice(indexer.shared_ids.values(), self._shared, None))
        self._rows, self._candidates = len(indexer.columns), len(indexer.candidates)
        self._shared = len(indexer.shared_ids)
        return self._last

    def _grown(self) -> Distinct | None:
        """The events with those that were added; None where these may say something else of one that was there."""
        last, columns = self._last, self._indexer.columns
        if last is None or (len(columns) - self._rows) * _FEW > self._rows:
            return None
        calls = list(islice(self._indexer.shared_ids.values(), self._shared, None))
        has_partners = len(set(calls)) < len(calls) or not self._calls.isdisjoint(calls)
        if has_partners or self._indexer.addenda or last.problems:
            return None
        again, copies = self._indexer.candidates[self._candidates :], dict(last.copies)
        order = _merged(columns, last.order, {*range(self._rows, len(columns))}.difference(again))
        for row in again:
            known = next((one for one in _of_moment(columns, order, row) if _is_same(columns, one, row)), None)
            if known is None:
                return None
            copies[known] = copies.get(known, 1) + 1
        return replace(last, order=order, copies=copies, duplicates=last.duplicates + len(again))


def _is_same(columns: Columns, row: int, other: int) -> bool:
    return columns.event_id(row) == columns.event_id(other) and columns.says_the_same(row, other)


def _merged(columns: Columns, order: array[int], rows: Iterable[int]) -> array[int]:
    """Rows in order, with others at their places among them (R9)."""
    times = columns.times
    merged, start = array("I"), 0
    for row in sorted(rows, key=lambda row: (times[row], columns.event_id(row))):
        place = bisect_left(order, times[row], lo=start, key=times.__getitem__)
        while place < len(order) and times[order[place]] == times[row]:
            if columns.event_id(order[place]) > columns.event_id(row):
                break
            place += 1
        merged += order[start:place]
        merged.append(row)
        start = place
    return merged + order[start:]


def _of_moment(columns: Columns, order: array[int], row: int) -> array[int]:
    """The rows of the same moment as another."""
    times = columns.times
    start = bisect_left(order, times[row], key=times.__getitem__)
    return order[start : bisect_right(order, times[row], lo=start, key=times.__getitem__)]
