"""Puts records into the columns of an index, one file after the other."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import Raw

from iamtui.trail.callers import UNKNOWN_CALLER, Caller, caller_of, is_console
from iamtui.trail.columns import Columns
from iamtui.trail.credentials import ANSWER_WITH_KEYS, issued_key
from iamtui.trail.forms import Item
from iamtui.trail.records import NOTHING, IndexedRecord, NotARecordError, index_record, text_at
from iamtui.trail.times import milliseconds, parse_time

_MOST_IDENTITIES = 4096
_MOST_MINUTES = 4096


class BadRecord(NamedTuple):
    """A record that could not be used: its number in the file, from 0, and what was expected."""

    number: int
    message: str


class Indexer:
    """The index while files are read.

    Attributes:
        columns: one entry a record.
        candidates: rows whose id was seen before, as far as a hash tells.
        shared_ids: the sharedEventID of rows that have one (R7).
        addenda: the id of the event that a row corrects (R8).
        issued: the access key id that a row handed out.
        other_versions: versions of records whose major number is not 1 (R4).
    """

    def __init__(self) -> None:
        self.columns = Columns()
        self.candidates: list[int] = []
        self.shared_ids: dict[int, str] = {}
        self.addenda: dict[int, str] = {}
        self.issued: dict[int, str] = {}
        self.other_versions: set[str] = set()
        self._seen: set[int] = set()
        self._identities: tuple[dict[bytes, int], dict[bytes, int]] = ({}, {})  # with and without console
        self._minutes: dict[str, int] = {}

    def add_delivered(self, number: int, records: Sequence[IndexedRecord]) -> list[BadRecord]:
        """Add the records of a delivered file; those that are none come back."""
        return self._add(number, list(enumerate(records)))

    def add_items(self, number: int, items: Sequence[Item], containing: Sequence[bytes] = ()) -> list[BadRecord]:
        """Add the records of a file in any form, or those that hold some text; what is no record comes back."""
        bad: list[BadRecord] = []
        found: list[tuple[int, IndexedRecord]] = []
        for index, item in enumerate(items):
            if containing and not any(text in held for held in (bytes(item),) for text in containing):
                continue
            try:
                found.append((index, index_record(item)))
            except NotARecordError as error:
                bad.append(BadRecord(index, str(error)))
        return sorted([*bad, *self._add(number, found)])

    def _add(self, number: int, numbered: Sequence[tuple[int, IndexedRecord]]) -> list[BadRecord]:
        """Add records with their indexes in the file, column by column; those without a time come back."""
        bad: list[BadRecord] = []
        times, indexes, records = [], [], []
        for index, record in numbered:
            try:
                times.append(self._time(record.eventTime))
            except NotARecordError as error:
                bad.append(BadRecord(index, str(error)))
            else:
                indexes.append(index)
                records.append(record)
        first = len(self.columns)
        self._add_ids(records, first)
        self.columns.times.extend(times)
        self.columns.indexes.extend(indexes)
        self.columns.files.extend([number] * len(records))
        self._add_members(records)
        for row, record in enumerate(records, first):
            if _is_rare(record):
                self._note_what_is_rare(row, record)
        return bad

    def _add_ids(self, records: Sequence[IndexedRecord], first: int) -> None:
        seen, add = self._seen, self.columns.add_id
        for row, record in enumerate(records, first):
            event_id = record.eventID or _id_of_fields(record)
            hashed = hash(event_id)
            if hashed in seen:
                self.candidates.append(row)
            else:
                seen.add(hashed)
            add(event_id)

    def _add_members(self, records: Sequence[IndexedRecord]) -> None:
        columns, crc = self.columns, zlib.crc32
        calls, places = columns.calls, columns.places
        columns.fingerprints.extend([crc(one.requestParameters) << 32 | crc(one.responseElements) for one in records])
        columns.calls_of.extend(
            [
                calls[
                    one.eventSource,
                    one.eventName,
                    one.eventType,
                    one.eventCategory,
                    one.readOnly,
                    one.managementEvent is False or one.eventCategory == "Data",
                ]
                for one in records
            ]
        )
        columns.callers_of.extend([self._caller(one) for one in records])
        columns.places_of.extend([places[one.awsRegion, one.recipientAccountId] for one in records])
        for column, numbers, name in (
            (columns.addresses_of, columns.addresses, "sourceIPAddress"),
            (columns.agents_of, columns.agents, "userAgent"),
            (columns.errors_of, columns.errors, "errorCode"),
        ):
            column.extend([numbers[getattr(one, name)] for one in records])

    def _note_what_is_rare(self, row: int, record: IndexedRecord) -> None:
        if record.sharedEventID is not None:
            self.shared_ids[row] = record.sharedEventID
        if record.eventVersion is not None and record.eventVersion[:2] != "1.":
            self.other_versions.add(record.eventVersion[:20])
        if (key := issued_key(record.eventName, record.responseElements)) is not None:
            self.issued[row] = key
        if record.addendum is not NOTHING:
            self._note_addendum(row, record.addendum)

    def _note_addendum(self, row: int, raw: Raw) -> None:
        try:
            addendum = msgspec.json.decode(raw, type=dict[str, object])
        except (msgspec.DecodeError, ValueError):
            return
        original = text_at(addendum, "originalEventID")
        if original is not None and text_at(addendum, "reason") == "UPDATED_DATA":
            self.addenda[row] = original

    def _caller(self, record: IndexedRecord) -> int:
        """The number of the caller; equal identities are decoded once, and the memory of them is bounded."""
        console = is_console(record.sessionCredentialFromConsole, record.userAgent)
        numbers, raw = self._identities[console], bytes(record.userIdentity)
        number = numbers.get(raw)
        if number is None:
            if len(numbers) >= _MOST_IDENTITIES:
                numbers.clear()
            number = numbers[raw] = self.columns.callers[_decode_caller(raw, console=console)]
        return number

    def _time(self, text: str) -> int:
        """Milliseconds since 1970; the usual form is read minute by minute, since events come close together."""
        minute, second = self._minutes.get(text[:17]), text[17:19]
        if minute is not None and text[19:] == "Z" and second.isdecimal() and second < "60":
            return minute + int(second) * 1000
        try:
            found = milliseconds(parse_time(text))
        except (ValueError, OverflowError) as error:
            raise NotARecordError(f"expected a time as eventTime, got {text[:80]!r}") from error
        if len(text) == 20 and text[10] == "T" and text[19] == "Z" and text[17:19].isdecimal():
            if len(self._minutes) >= _MOST_MINUTES:
                self._minutes.clear()
            self._minutes[text[:17]] = found - int(text[17:19]) * 1000
        return found


def _decode_caller(raw: bytes, *, console: bool) -> Caller:
    try:
        identity = msgspec.json.decode(raw) if raw else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        identity = None
    return caller_of(identity, console=console) if isinstance(identity, dict) else UNKNOWN_CALLER


def _is_rare(record: IndexedRecord) -> bool:
    """Whether a record may have something that only few have."""
    return (
        record.eventName in ANSWER_WITH_KEYS
        or record.sharedEventID is not None
        or (record.eventVersion is not None and record.eventVersion[:2] != "1.")
        or record.addendum is not NOTHING
    )


def _id_of_fields(record: IndexedRecord) -> str:
    """A name for a record without eventID, made of what it says: two that say the same are one event (R6)."""
    said = msgspec.json.encode(record, order="deterministic")
    return f"record-{hashlib.blake2b(said, digest_size=8).hexdigest()}"
