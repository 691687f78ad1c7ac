"""The forms in which CloudTrail records come (R1), told by their content: one file's bytes to the records in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec
from msgspec import Raw

from iamtui.trail.query_results import records_of_csv, records_of_parquet, records_of_query_rows

Item: TypeAlias = "bytes | Raw"
"""The JSON of what should be one record."""

_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_ITEMS = msgspec.json.Decoder(list[Raw])
_TEXT = msgspec.json.Decoder(str)
_VALUE = msgspec.json.Decoder(Raw)
_FAULTS = (msgspec.DecodeError, ValueError, RecursionError)
_MARKS = (b"eventName", b"eventname", b"Event name", b"CloudTrailEvent")
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_TIME_BEFORE_JSON = re.compile(rb"\s*\d{4}-\d\d-\d\d[T ][\d:.]+Z?\s+(?=\{)")
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?<!\\)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_LISTS = ("Records", "Events", "events", "logEvents")
_WRAPPERS = ("detail", "message", "CloudTrailEvent")
_DELIVERED_BEGINS = re.compile(rb'\s*\{\s*"Records"\s*:')
_DEEPEST = 4
"""Wrappers inside each other that are opened: a log message that holds an event that holds a record."""


class NoEventsError(ValueError):
    """A file that holds no record in any known form; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One file cut into what should be records.

    Attributes:
        items: in the order of the file; a record is found again by its index.
        incomplete: what the file itself says is missing of it; None where it says nothing.
        replaced: whether text that is no Unicode was replaced, so that the rest could be read.
    """

    items: Sequence[Item]
    incomplete: str | None = None
    replaced: bool = False


def may_hold_events(data: bytes) -> bool:
    """Whether a file can hold records at all: a look at its bytes that decodes nothing."""
    return any(mark in data for mark in _MARKS)


def is_cut_delivery(data: bytes) -> bool:
    """Whether a file begins as one that CloudTrail delivers, and is no whole JSON."""
    if _DELIVERED_BEGINS.match(data) is None:
        return False
    with suppress(*_FAULTS):
        _VALUE.decode(data)
        return False
    return True


def ends_in_the_middle(data: bytes) -> bool:
    """Whether JSON surely goes on: a look at both ends of a file that decodes nothing."""
    first, last = data[:64].lstrip()[:1], data[-64:].rstrip()[-1:]
    return first in (b"{", b"[") and last not in (b"", b"}" if first == b"{" else b"]")


def cut_records(data: bytes) -> Cut:
    """Cut the bytes of one file into records, whatever form it has; half a character costs only itself.

    Raises:
        NoEventsError: it has no known form.
    """
    try:
        return _cut(data)
    except NoEventsError:
        sound = _LONE_SURROGATE.sub(rb"\\ufffd", data.decode("utf-8", "replace").encode())
        if sound == data:
            raise
        return replace(_cut(sound), replaced=True)


def _cut(data: bytes) -> Cut:
    match data[:64].lstrip()[:1]:
        case b"{":
            return _cut_object(data)
        case b"[":
            try:
                return Cut(list(_opened(_ITEMS.decode(data))))
            except _FAULTS as error:
                raise NoEventsError(f"expected valid JSON: {error}") from error
        case _:
            return _cut_text(data)


class _Delivered(msgspec.Struct, gc=False):
    Records: list[Raw]


_DELIVERED = msgspec.json.Decoder(_Delivered)


def _cut_object(data: bytes) -> Cut:
    if data.startswith(b'{"Records"'):  # delivered: cut in one go where nothing is wrong with it
        with suppress(*_FAULTS):
            return Cut(_DELIVERED.decode(data).Records)
    try:
        members = _MEMBERS.decode(data)
    except _FAULTS as error:
        if _TRAILING.search(str(error)) is None:
            raise NoEventsError(f"expected valid JSON: {error}") from error
        return Cut(list(_opened(_values(data))))
    if _is_list(members.get("Records")):
        return Cut(_ITEMS.decode(members["Records"]))  # delivered: nothing is wrapped in it
    if _is_list(members.get("QueryResultRows")):
        return Cut(list(records_of_query_rows(members["QueryResultRows"])), _more(members))
    return Cut(list(_open(Raw(data), 0)), _more(members))


def _is_list(raw: Raw | None) -> bool:
    return raw is not None and bytes(memoryview(raw)[:1]) == b"["


def _more(members: dict[str, Raw]) -> str | None:
    """What an answer that comes in pages says of pages that follow."""
    for name in ("NextToken", "nextToken"):
        if bytes(members.get(name, b"null")) not in (b"null", b'""'):
            return f"incomplete: it ends with a {name}, so more events follow"
    return None


def _values(data: bytes) -> Iterator[Item]:
    """JSON values one after the other, a line each or not; what is broken is an item too, and named by the reader."""
    lines = [line for line in data.splitlines() if line.strip()]
    try:
        _VALUE.decode(lines[0])
    except _FAULTS:
        yield from _values_across_lines(data)
    else:
        yield from lines


def _values_across_lines(data: bytes) -> Iterator[Item]:
    rest = memoryview(data)
    while bytes(rest[:64]).strip():
        try:
            yield bytes(_VALUE.decode(rest))
        except _FAULTS as error:
            found = _TRAILING.search(str(error))
            if found is None:
                yield bytes(rest)
                return
            yield bytes(rest[: int(found[1]) - 1])  # msgspec counts from one
            rest = rest[int(found[1]) - 1 :]
        else:
            return


def _cut_text(data: bytes) -> Cut:
    """CSV of Athena, Lake or the event history, and lines that CloudWatch Logs exported: a time, then a record."""
    if _TIME_BEFORE_JSON.match(data):
        lines = (line for line in data.splitlines() if line.strip())
        return Cut(list(_opened(_TIME_BEFORE_JSON.sub(b"", line, count=1) for line in lines)))
    try:
        if data.startswith(b"PAR1"):
            return Cut(list(records_of_parquet(data)))
        return Cut(list(records_of_csv(data)))
    except ValueError as error:
        raise NoEventsError(str(error)) from error


def _opened(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield from _open(item, 0)


def _open(item: Item, depth: int) -> Iterator[Item]:
    """The records in an event of EventBridge, a message of CloudWatch Logs, or a delivered file that is one value.

    What is no record in any wrapper is an item too: the reader names it.
    """
    try:
        members = _MEMBERS.decode(item)
    except _FAULTS:
        yield item
        return
    inner = None if "eventName" in members or depth == _DEEPEST else _inner(members)
    if inner is None:
        yield item
    for one in inner or ():
        yield from _open(one, depth + 1)


def _inner(members: dict[str, Raw]) -> Sequence[Item] | None:
    """What a wrapper holds; None where it is none."""
    for name in _LISTS:
        if _is_list(members.get(name)):
            return _ITEMS.decode(members[name])
    for name in _WRAPPERS:
        raw = bytes(members.get(name, b""))
        if raw[:1] == b"{":
            return [raw]
        if raw[:1] == b'"' and (text := _TEXT.decode(raw).strip())[:1] == "{":
            return [text.encode()]
    return None
