"""A trail: the distinct events of many files, in the order of time, found again in their files when they are opened."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from iamtui.files.reading import UnreadableError, read_file
from iamtui.snapshot.model import SourceFile, SourceProblem
from iamtui.trail.callers import Caller
from iamtui.trail.columns import Call, Columns, Place
from iamtui.trail.forms import Item, NoEventsError, cut_records
from iamtui.trail.records import AUTHORIZED_TYPES, Record, decode_record
from iamtui.trail.times import from_milliseconds

LARGEST_TRAIL = 2 << 30
"""Bytes of one unpacked file; one that grows past it is not read (R12)."""

_CHANGED = "expected the file as it was when it was read; it changed since"


class TrailError(Exception):
    """No event was found in the given paths; `problems` says why, file by file."""

    def __init__(self, problems: Sequence[SourceProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class GoneError(Exception):
    """A file that changed or went away after it was read, so that a record in it cannot be opened."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the index knows it; `row` is its handle in the trail.

    Attributes:
        time: when the call was completed (R9).
        account: the account whose trail has it.
        copies: how many records were read of it (R6).
        shared_with: accounts whose trails have a record of the same call (R7).
    """

    row: int
    event_id: str
    time: datetime
    call: Call
    place: Place
    caller: Caller
    address: str | None
    agent: str | None
    error: str | None
    path: Path
    index: int
    copies: int = 1
    shared_with: tuple[str, ...] = ()

    @property
    def is_authorization(self) -> bool:
        """Whether an authorization stands behind it (R3); all else is history."""
        return self.call.type in AUTHORIZED_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCounts:
    """What was read: files with events, their bytes, records, and how many of them tell of the same event."""

    files: int
    size: int
    events: int
    duplicates: int
    shared: int
    addenda: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Events in the order of time, then of their id (R9).

    Attributes:
        columns: the index of all records that were read.
        order: the rows of the distinct events, in order.
        paths: the files with events; a row has a number in them.
        files: what became of each file that was looked at and is no export.
        problems: what of them could not be used, and what they lack.
        others: files that hold no event and are left to the readers of exports.
        issued: access key ids that an event handed out, by row.
        copies: how many records were read of an event, by row, where more than one.
        shared: the rows of the other accounts' records of the same call, by row.
        corrections: the row of the addendum that corrects an event, by its row (R8).
        held: the bytes of records that need not be read again.
        read: counts.
    """

    columns: Columns
    order: array[int]
    paths: Sequence[Path]
    read: ReadCounts
    files: tuple[SourceFile, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    others: tuple[Path, ...] = ()
    issued: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    copies: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    shared: Mapping[int, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    corrections: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    held: Mapping[int, bytes] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def __len__(self) -> int:
        return len(self.order)

    def event(self, row: int) -> Event:
        """The event of a row."""
        columns = self.columns
        partners = self.shared.get(row, ())
        accounts = {columns.place(partner).account for partner in partners}
        return Event(
            row,
            columns.event_id(row),
            from_milliseconds(columns.times[row]),
            columns.call(row),
            columns.place(row),
            columns.caller(row),
            columns.addresses.in_order[columns.addresses_of[row]],
            columns.agents.in_order[columns.agents_of[row]],
            columns.error(row),
            self.paths[columns.files[row]],
            columns.indexes[row],
            self.copies.get(row, 1),
            tuple(sorted(account for account in accounts if account is not None)),
        )

    def events(self, rows: Iterable[int] | None = None) -> Iterator[Event]:
        """The events of some rows, or all, in order."""
        return (self.event(row) for row in (self.order if rows is None else rows))

    def apart(self, rows: int) -> tuple[array[int], array[int]]:
        """The events of the first so many rows, and those of the rows that were added after them; in order."""
        return array("I", filter(rows.__gt__, self.order)), array("I", filter(rows.__le__, self.order))

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From the oldest event to the newest; None without events."""
        if not self.order:
            return None
        times = self.columns.times
        return from_milliseconds(times[self.order[0]]), from_milliseconds(times[self.order[-1]])

    def neighbour(self, row: int, step: int) -> int:
        """The row of the event so many places later or, below zero, earlier; the last or first where there is none."""
        times = self.columns.times
        place = bisect_left(self.order, times[row], key=times.__getitem__)
        while self.order[place] != row:  # events of the same moment
            place += 1
        return self.order[max(0, min(place + step, len(self.order) - 1))]

    def row_of(self, event_id: str) -> int | None:
        """The row of the event with this id; None if there is none."""
        return next((row for row in self.order if self.columns.event_id(row) == event_id), None)

    def rows_of(self, beginning: str) -> list[int]:
        """The rows of the events whose ids begin so; only the one that has exactly this id, if there is one."""
        exact = self.row_of(beginning)
        if exact is not None:
            return [exact]
        return [row for row in self.order if self.columns.event_id(row).startswith(beginning)]

    def record(self, row: int) -> Record:
        """The whole record of a row, with what an addendum corrects (R8).

        Raises:
            GoneError: its file changed or is gone.
        """
        return next(record for _, record in self.records((row,)))

    def records(self, rows: Iterable[int]) -> Iterator[tuple[int, Record]]:
        """Rows with their whole records, in the order of the files, each of which is read once.

        Raises:
            GoneError: a file changed or is gone.
        """
        by_file: dict[int, list[int]] = {}
        for row in rows:
            by_file.setdefault(self.columns.files[row], []).append(row)
        for number in sorted(by_file):
            items: Sequence[Item] | None = None
            for row in by_file[number]:
                held, addendum = self.held.get(row), self.corrections.get(row)
                if held is not None and addendum is None:
                    yield row, decode_record(held)
                    continue
                items = self._items(number) if items is None else items
                record = self._decode(items, row)
                if addendum is not None:
                    from_file = self.columns.files[addendum]
                    record = _corrected(
                        record, self._decode(items if from_file == number else self._items(from_file), addendum)
                    )
                yield row, record

    def _items(self, number: int) -> Sequence[Item]:
        path = self.paths[number]
        try:
            return cut_records(read_file(path, largest=LARGEST_TRAIL, any_kind=True)[0]).items
        except (UnreadableError, NoEventsError) as error:
            raise GoneError(f"{path}: {_CHANGED} ({error})") from error

    def _decode(self, items: Sequence[Item], row: int) -> Record:
        index = self.columns.indexes[row]
        record = decode_record(items[index]) if index < len(items) else {}
        if record.get("eventName") == self.columns.call(row).name:
            return record
        raise GoneError(f"{self.paths[self.columns.files[row]]}: {_CHANGED}")


def _corrected(record: Record, addendum: Record) -> Record:
    """A record with the members that an addendum says are corrected (R8)."""
    details = addendum.get("addendum")
    fields = details.get("updatedFields") if isinstance(details, dict) else None
    names = [name.strip() for name in fields.split(",")] if isinstance(fields, str) else []
    return {**record, **{name: addendum[name] for name in names if name in addendum}}
