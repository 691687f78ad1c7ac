"""Which records tell of the same event (R6-R8), and the order of the events (R9)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from iamtui.files.reading import UnreadableError, read_file
from iamtui.snapshot.model import Severity, SourceProblem
from iamtui.trail.callers import CallerKind
from iamtui.trail.columns import Columns
from iamtui.trail.forms import NoEventsError, cut_records
from iamtui.trail.indexing import Indexer
from iamtui.trail.records import NotARecordError, decode_record
from iamtui.trail.trail import LARGEST_TRAIL


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct events of an index; see `Trail` for the members."""

    order: array[int]
    duplicates: int
    copies: dict[int, int]
    shared: dict[int, tuple[int, ...]]
    corrections: dict[int, int]
    problems: tuple[SourceProblem, ...]


def distinct_events(indexer: Indexer, paths: Sequence[Path]) -> Distinct:
    """Count each event once: the same id, the same shared id, and addenda that correct an event that was read."""
    columns = indexer.columns
    copies, dropped, problems = _same_id(columns, indexer.candidates, paths)
    shared = _same_call(columns, indexer.shared_ids, dropped)
    gone = dropped | {row for partners in shared.values() for row in partners}
    corrections = _corrections(columns, indexer.addenda, gone)
    gone |= set(corrections.values())
    return Distinct(_in_order(columns, gone), len(dropped), copies, shared, corrections, tuple(problems))


_ROW = 32  # bits of a row below the time in one number: to sort these takes half the memory of rows with a key


def _in_order(columns: Columns, gone: set[int]) -> array[int]:
    """The rows that are not gone by time, those of the same moment in the order of their ids (R9)."""
    numbers = [time << _ROW | row for row, time in enumerate(columns.times) if row not in gone]
    numbers.sort()
    rows = array("I", (number & (1 << _ROW) - 1 for number in numbers))
    del numbers
    times, start = columns.times, 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or times[rows[place]] != times[rows[start]]:
            if place - start > 1:
                rows[start:place] = array("I", sorted(rows[start:place], key=columns.event_id))
            start = place
    return rows


def _same_id(
    columns: Columns, candidates: Sequence[int], paths: Sequence[Path]
) -> tuple[dict[int, int], set[int], list[SourceProblem]]:
    """Records with the same id: how many by the row that is kept, the rows that are not, and what differs."""
    if not candidates:
        return {}, set(), []
    groups: dict[str, list[int]] = {columns.event_id(row): [] for row in candidates}
    for row in range(len(columns)):
        if (group := groups.get(columns.event_id(row))) is not None:
            group.append(row)
    copies: dict[int, int] = {}
    dropped: set[int] = set()
    differing: list[list[int]] = []
    for group in groups.values():
        if len(group) < 2:
            continue
        if not all(columns.says_the_same(group[0], row) for row in group[1:]):
            differing.append(group)
            continue
        copies[group[0]] = len(group)
        dropped.update(group[1:])
    problems = []
    contents = _contents(columns, paths, (row for group in differing for row in group)) if differing else {}
    for group in differing:
        kept = min(group, key=lambda row: (-len(contents[row]), contents[row]))
        copies[kept] = len(group)
        dropped.update(row for row in group if row != kept)
        if len({contents[row] for row in group}) > 1:
            text = f"{len(group)} records with the event id {columns.event_id(kept)[:80]} say different things"
            place = f"record {columns.indexes[kept]}"
            problems.append(
                SourceProblem(paths[columns.files[kept]], place, text, "the fuller one counts", Severity.WARNING)
            )
    return copies, dropped, problems


def _contents(columns: Columns, paths: Sequence[Path], rows: Iterable[int]) -> dict[int, bytes]:
    """The records of rows in one spelling, so that white space and the order of members do not count."""
    by_file: dict[int, list[int]] = {}
    for row in rows:
        by_file.setdefault(columns.files[row], []).append(row)
    contents: dict[int, bytes] = {}
    for number, of_file in by_file.items():
        try:
            items = cut_records(read_file(paths[number], largest=LARGEST_TRAIL, any_kind=True)[0]).items
        except (UnreadableError, NoEventsError):
            items = ()
        for row in of_file:
            try:
                record = decode_record(items[columns.indexes[row]])
                contents[row] = msgspec.json.encode(record, order="deterministic")
            except (IndexError, NotARecordError):
                contents[row] = b""
    return contents


def _same_call(columns: Columns, shared_ids: dict[int, str], dropped: set[int]) -> dict[int, tuple[int, ...]]:
    """The records of one call in several accounts: by the one that says who called, the others (R7)."""
    groups: dict[str, list[int]] = {}
    for row, shared_id in shared_ids.items():
        if row not in dropped:
            groups.setdefault(shared_id, []).append(row)
    shared: dict[int, tuple[int, ...]] = {}
    for group in groups.values():
        if len(group) < 2:
            continue
        ordered = sorted(group, key=lambda row: (_is_owners(columns, row), columns.event_id(row)))
        shared[ordered[0]] = tuple(ordered[1:])
    return shared


def _is_owners(columns: Columns, row: int) -> bool:
    """Whether a record was made for the account that owns the resource, and not for the caller's."""
    caller, account = columns.caller(row), columns.place(row).account
    return caller.kind is CallerKind.ACCOUNT or (caller.account is not None and caller.account != account)


def _corrections(columns: Columns, addenda: dict[int, str], gone: set[int]) -> dict[int, int]:
    """The addendum of each event that one corrects, where both were read (R8)."""
    if not addenda:
        return {}
    wanted: dict[str, int] = {original: row for row, original in addenda.items() if row not in gone}
    found: dict[int, int] = {}
    for row in range(len(columns)):
        if row in gone or row in addenda:
            continue
        addendum = wanted.get(columns.event_id(row))
        if addendum is not None:
            found[row] = addendum
    return found
