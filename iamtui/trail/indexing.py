"""Puts records into the columns of an index, one file after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import Raw

from iamtui.trail.callers import UNKNOWN_CALLER, Caller, caller_of, is_console
from iamtui.trail.columns import Columns, fingerprint
from iamtui.trail.credentials import ANSWER_WITH_KEYS, issued_key
from iamtui.trail.forms import Item
from iamtui.trail.records import IndexedRecord, NotARecordError, index_record, text_at
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
        bad: list[BadRecord] = []
        for index, record in enumerate(records):
            try:
                self._add(number, index, record)
            except NotARecordError as error:
                bad.append(BadRecord(index, str(error)))
        return bad

    def add_items(self, number: int, items: Sequence[Item], containing: Sequence[bytes] = ()) -> list[BadRecord]:
        """Add the records of a file in any form, or those that hold some text; what is no record comes back."""
        bad: list[BadRecord] = []
        for index, item in enumerate(items):
            if containing and not any(text in held for held in (bytes(item),) for text in containing):
                continue
            try:
                self._add(number, index, index_record(item))
            except NotARecordError as error:
                bad.append(BadRecord(index, str(error)))
        return bad

    def _add(self, number: int, index: int, record: IndexedRecord) -> None:
        time = self._time(record.eventTime)
        event_id = record.eventID or _id_of_fields(record)
        columns = self.columns
        hashed = hash(event_id)
        if hashed in self._seen:
            self.candidates.append(len(columns.times))
        else:
            self._seen.add(hashed)
        columns.add_id(event_id)
        columns.times.append(time)
        columns.fingerprints.append(fingerprint(record.requestParameters, record.responseElements))
        columns.files.append(number)
        columns.indexes.append(index)
        call = (
            record.eventSource,
            record.eventName,
            record.eventType,
            record.eventCategory,
            record.readOnly,
            record.managementEvent is False or record.eventCategory == "Data",
        )
        columns.calls_of.append(columns.calls[call])
        columns.callers_of.append(self._caller(record))
        columns.places_of.append(columns.places[record.awsRegion, record.recipientAccountId])
        columns.addresses_of.append(columns.addresses[record.sourceIPAddress])
        columns.agents_of.append(columns.agents[record.userAgent])
        columns.errors_of.append(columns.errors[record.errorCode])
        if _is_rare(record):
            self._note_what_is_rare(len(columns.times) - 1, record)

    def _note_what_is_rare(self, row: int, record: IndexedRecord) -> None:
        if record.sharedEventID is not None:
            self.shared_ids[row] = record.sharedEventID
        if record.eventVersion is not None and record.eventVersion[:2] != "1.":
            self.other_versions.add(record.eventVersion[:20])
        if (key := issued_key(record.eventName, record.responseElements)) is not None:
            self.issued[row] = key
        if memoryview(record.addendum).nbytes > len("null"):
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
        minute = self._minutes.get(text[:17])
        if minute is not None and len(text) == 20 and text[19] == "Z" and "00" <= text[17:19] <= "59":
            return minute + int(text[17:19]) * 1000
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
        or memoryview(record.addendum).nbytes > len("null")
    )


def _id_of_fields(record: IndexedRecord) -> str:
    """A name for a record without eventID, made of what it says: two that say the same are one event (R6)."""
    said = msgspec.json.encode(record, order="deterministic")
    return f"record-{hashlib.blake2b(said, digest_size=8).hexdigest()}"
