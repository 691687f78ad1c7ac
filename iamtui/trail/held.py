"""Records that are kept while a trail is read, since they will be asked for: their files need not be read twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from iamtui.trail.columns import Call, Columns
from iamtui.trail.forms import cut_records

_MOST = 64 << 20
"""Bytes that are kept; what is beyond is read again from its file."""

Wants = Callable[[Call, str | None], bool]
"""Whether a record is kept, by its call and its error."""


class HeldRecords(dict[int, bytes]):
    """The bytes of records by their rows."""

    def __init__(self, wants: Wants) -> None:
        super().__init__()
        self._wants = wants
        self._wanted: dict[tuple[int, int], bool] = {}
        self._size = 0

    def take(self, columns: Columns, first: int, data: bytes) -> None:
        """Keep what is wanted of a file whose records are the rows from `first` on."""
        if self._size > _MOST:
            return
        pairs = zip(columns.calls_of[first:], columns.errors_of[first:], strict=True)
        rows = [row for row, pair in enumerate(pairs, first) if self._is_wanted(columns, pair)]
        items = cut_records(data).items if rows else ()
        for row in rows:
            held = self[row] = bytes(items[columns.indexes[row]])
            self._size += len(held)

    def _is_wanted(self, columns: Columns, pair: tuple[int, int]) -> bool:
        known = self._wanted.get(pair)
        if known is None:
            call = cast("Call", columns.calls.in_order[pair[0]])
            known = self._wanted[pair] = self._wants(call, columns.errors.in_order[pair[1]])
        return known
