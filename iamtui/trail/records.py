"""One CloudTrail record: the members that an index needs, decoded, and the whole record, for those who look into it.

A record has the strings `eventTime`, `eventSource` and `eventName`; everything else may be missing, null or of another
type (R1). What is of another type than AWS's is taken as not said; the whole record still shows it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Raw, Struct

Members: TypeAlias = Mapping[str, Any]
"""The members of a decoded JSON object, of whatever type they are."""

Record: TypeAlias = dict[str, Any]
"""A whole record as decoded JSON: nothing in it has a known type."""

AUTHORIZED_TYPES = frozenset(("AwsApiCall", "AwsVpceEvents", "AwsVpceEvent"))
"""The event types that an authorization stands behind (R3)."""

_LONGEST_NUMBER = 40  # digits
_NAMES = ("eventTime", "eventSource", "eventName")


class NotARecordError(ValueError):
    """Something that is no CloudTrail record; the message says what was expected."""


NOTHING = Raw(b"")
"""What a member is that a record lacks."""


class IndexedRecord(Struct, frozen=True, gc=False):
    """What the index keeps of a record (R20)."""

    eventTime: str  # noqa: N815 - AWS's names
    eventSource: str  # noqa: N815
    eventName: str  # noqa: N815
    eventID: str | None = None  # noqa: N815
    eventVersion: str | None = None  # noqa: N815
    eventType: str | None = None  # noqa: N815
    eventCategory: str | None = None  # noqa: N815
    awsRegion: str | None = None  # noqa: N815
    recipientAccountId: str | None = None  # noqa: N815
    sourceIPAddress: str | None = None  # noqa: N815
    userAgent: str | None = None  # noqa: N815
    errorCode: str | None = None  # noqa: N815
    readOnly: bool | None = None  # noqa: N815
    managementEvent: bool | None = None  # noqa: N815
    sessionCredentialFromConsole: str | bool | None = None  # noqa: N815
    sharedEventID: str | None = None  # noqa: N815
    addendum: Raw = NOTHING
    userIdentity: Raw = Raw(b"")  # noqa: N815
    requestParameters: Raw = Raw(b"")  # noqa: N815
    responseElements: Raw = Raw(b"")  # noqa: N815


class _Delivered(Struct, gc=False):
    Records: list[IndexedRecord]


_DELIVERED = msgspec.json.Decoder(_Delivered)
_INDEXED = msgspec.json.Decoder(IndexedRecord)
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_ANY = msgspec.json.Decoder()
_TYPED = {field.name: field for field in msgspec.structs.fields(IndexedRecord)}


def index_delivered(data: bytes) -> list[IndexedRecord] | None:
    """All records of a delivered file at once; None if it is none, or one of its records needs a closer look."""
    if not data.startswith(b'{"Records"'):
        return None
    try:
        return _DELIVERED.decode(data).Records
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def index_record(raw: bytes | Raw) -> IndexedRecord:
    """The indexed members of one record.

    Raises:
        NotARecordError: no JSON object, or one without the three strings that make a record.
    """
    try:
        return _INDEXED.decode(raw)
    except msgspec.ValidationError:
        return _index_tolerantly(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NotARecordError(f"expected a CloudTrail record: {error}") from error


def _index_tolerantly(raw: bytes | Raw) -> IndexedRecord:
    """The members that have AWS's type; the others are taken as not said (R1)."""
    try:
        members = _MEMBERS.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NotARecordError(f"expected a CloudTrail record: {error}") from error
    members.setdefault("eventTime", members.get("@timestamp", Raw(b"null")))
    if "insightDetails" in members:
        members = {**_said_of_insight(_decoded(members["insightDetails"]), Raw), **members}
    found: dict[str, Any] = {}
    for name in _TYPED.keys() & members.keys():
        try:
            found[name] = msgspec.json.decode(members[name], type=_TYPED[name].type)
        except (msgspec.DecodeError, ValueError):
            continue
    missing = [name for name in _NAMES if name not in found]
    if missing:
        raise NotARecordError(f"expected a CloudTrail record, with the string {' and '.join(missing)}")
    return IndexedRecord(**found)


def _whole(raw: bytes | Raw) -> object:
    """The JSON of a record; of what the index passed over half a character and a number beyond measure are no fault."""
    try:
        return _ANY.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return json.loads(bytes(raw).decode("utf-8", "replace"), parse_int=_number, parse_float=_number)


def _number(text: str) -> float | str:
    """A number as it stands if JSON's other readers have it so, too; else its text."""
    if len(text) > _LONGEST_NUMBER:
        return text
    found = float(text) if set(text) & set(".eE") else int(text)
    return found if math.isfinite(found) else text


def decode_record(raw: bytes | Raw) -> Record:
    """A whole record; `@timestamp` of Logstash stands for a missing `eventTime`.

    Raises:
        NotARecordError: no JSON object.
    """
    try:
        record = _whole(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NotARecordError(f"expected a CloudTrail record: {error}") from error
    if not isinstance(record, dict):
        raise NotARecordError("expected a CloudTrail record, a JSON object")
    if "eventTime" not in record and isinstance(record.get("@timestamp"), str):
        record["eventTime"] = record["@timestamp"]
    if "insightDetails" in record:
        record = {**_said_of_insight(record["insightDetails"], str), **record}
    return record


def _said_of_insight(details: Any, kind: type[Raw] | type[str]) -> dict[str, Any]:
    """Source and name of an insight, which stand in its details: it is counted, never replayed (R3)."""
    found = {name: text_at(details, name) for name in ("eventSource", "eventName")} if isinstance(details, dict) else {}
    texts = {name: text for name, text in found.items() if text is not None}
    return texts if kind is str else {name: Raw(msgspec.json.encode(text)) for name, text in texts.items()}


def _decoded(raw: Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def text_at(members: Members, *way: str) -> str | None:
    """The string at the end of a way of member names; None where there is none, or it is empty."""
    value: Any = members
    for name in way:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value if isinstance(value, str) and value else None


def members_at(members: Members, *way: str) -> Members:
    """The object at the end of a way of member names; an empty one where there is none."""
    value: Any = members
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items_at(members: Members, *way: str) -> list[Any]:
    """The list at the end of a way of member names; an empty one where there is none."""
    value: Any = members
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def strings_in(value: object) -> Iterator[str]:
    """Every string in a decoded value, at any depth."""
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text:
                yield text
            case list() as items:
                pending.extend(reversed(items))
            case dict() as members:
                pending.extend(reversed(members.values()))
