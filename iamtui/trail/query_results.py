"""Rows of Athena, of CloudTrail Lake and of the event history's CSV, as records (R1).

Their columns have lower-case names; `requestparameters` and the like are JSON in a string; `useridentity` and
`resources` are printed as `{type=IAMUser, arn=…}`, which is no JSON. What cannot be read is not said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from iamtui.trail.times import written

_NAMES = (
    "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode",
    "errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources",
    "eventType apiVersion recipientAccountId serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId",
    "eventCategory managementEvent tlsDetails sessionCredentialFromConsole addendum eventContext insightDetails",
    "principalId accountId accessKeyId userName invokedBy sessionContext sessionIssuer mfaAuthenticated creationDate",
    "webIdFederationData federatedProvider ec2RoleDelivery sourceIdentity identityProvider onBehalfOf userId",
    "identityStoreArn inScopeOf sourceArn sourceAccount issuerType credentialsIssuedTo tlsVersion cipherSuite",
    "clientProvidedHostHeader",
)
_SPELLING = {name.lower(): name for line in _NAMES for name in line.split()}
_JSON = frozenset(("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails", "addendum"))
_STRUCTS = frozenset(("userIdentity", "resources", "tlsDetails", "eventContext"))
_BOOLEANS = frozenset(("readOnly", "managementEvent"))
_EVENT_HISTORY = {
    "event id": "eventID",
    "event time": "eventTime",
    "event source": "eventSource",
    "event name": "eventName",
    "aws region": "awsRegion",
    "source ip address": "sourceIPAddress",
    "error code": "errorCode",
    "read-only": "readOnly",
    "recipient account id": "recipientAccountId",
}
"""Columns of the CSV that the console's event history downloads: it has no parameters, and no type of event."""

_KEY = re.compile(r"([A-Za-z0-9_]+)=")
_END = re.compile(r", (?=[A-Za-z0-9_]+=)|[}\]]|, (?=\{)")
_ENCODE = msgspec.json.Encoder().encode


def records_of_csv(data: bytes) -> Iterator[bytes]:
    """The records in a CSV.

    Raises:
        ValueError: its first line does not name the columns of CloudTrail.
    """
    text = data.decode("utf-8", "replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [column.strip().lower() for column in next(rows, [])]
    if {"event name", "event time"} <= set(header):
        return (_ENCODE(_from_history(dict(zip(header, row, strict=False)))) for row in rows)
    if {"eventname", "eventtime"} <= set(header) or header == ["eventjson"]:
        return (_ENCODE(_from_columns(dict(zip(header, row, strict=False)))) for row in rows)
    raise ValueError("expected a CSV with the columns eventtime and eventname, or Event time and Event name")


def records_of_query_rows(raw: Raw) -> Iterator[bytes]:
    """The records in `QueryResultRows` of CloudTrail Lake: a list of one-column objects a row."""
    for row in msgspec.json.decode(raw, type=list[Any]):
        columns: dict[str, str] = {}
        for column in row if isinstance(row, list) else ():
            if isinstance(column, dict):
                columns.update({str(name).lower(): str(value) for name, value in column.items() if value is not None})
        yield _ENCODE(_from_columns(columns))


def records_of_parquet(data: bytes) -> Iterator[bytes]:
    """The records in a Parquet file, as UNLOAD of Athena or DuckDB writes one: columns as in the other answers (R21).

    Raises:
        ValueError: pyarrow is not installed, or the file is none.
    """
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise ValueError("expected JSON: Parquet needs pyarrow, install iamtui[parquet]") from error
    try:
        rows = pyarrow.parquet.read_table(pyarrow.BufferReader(data)).to_pylist()
    except pyarrow.ArrowException as error:
        raise ValueError(f"expected sound Parquet: {error}") from error
    return (_ENCODE(_from_typed(row)) for row in rows)


def _from_typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose columns have types of their own; what is text is read as in the other answers."""
    texts = {name.lower(): value for name, value in row.items() if isinstance(value, str)}
    others = {name: value for name, value in row.items() if value is not None and not isinstance(value, str)}
    return {**_from_columns(texts), **_spelled(others)}


def _spelled(value: Any) -> Any:
    """A typed value with AWS's names, times as text, and without what is not said."""
    if isinstance(value, Mapping):
        said = {name: held for name, held in value.items() if held is not None}
        return {_SPELLING.get(str(name).lower(), name): _spelled(held) for name, held in said.items()}
    if isinstance(value, list):
        return [_spelled(held) for held in value]
    return written(value) if isinstance(value, datetime) else value


def _from_columns(columns: Mapping[str, str]) -> dict[str, Any]:
    if (whole := columns.get("eventjson")) is not None:  # Lake's column of the whole record
        return _json(whole) if isinstance(_json(whole), dict) else {}
    record: dict[str, Any] = {}
    for column, text in columns.items():
        name = _SPELLING.get(column, column)
        if text in ("", "null", "NULL"):
            continue
        if name in _JSON:
            value = _json(text)
        elif name in _STRUCTS:
            value = _struct(text)
        elif name in _BOOLEANS:
            value = text.lower() == "true"
        else:
            value = text
        if value is not None:
            record[name] = value
    return record


def _from_history(columns: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {name: columns[column] for column, name in _EVENT_HISTORY.items() if columns.get(column)}
    if "readOnly" in record:
        record["readOnly"] = record["readOnly"].lower() == "true"
    identity = {"userName": columns.get("user name", ""), "accessKeyId": columns.get("aws access key", "")}
    record["userIdentity"] = {name: value for name, value in identity.items() if value}
    return record


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _struct(text: str) -> Any:
    """A value in Athena's print of structs, or JSON; None where it is neither."""
    if (value := _json(text)) is not None:
        return value
    try:
        return _value(text, 0, 0)[0]
    except ValueError:
        return None


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value at a place, and the place behind it."""
    if depth > 8:
        raise ValueError("nested too deep")
    if text[at : at + 1] == "{":
        return _members(text, at + 1, depth)
    if text[at : at + 1] == "[":
        return _items(text, at + 1, depth)
    end = _END.search(text, at)
    stop = end.start() if end is not None else len(text)
    written = text[at:stop]
    return (None if written == "null" else written), stop


def _members(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while text[at : at + 1] != "}":
        key = _KEY.match(text, at)
        if key is None:
            raise ValueError("expected NAME=")
        value, at = _value(text, key.end(), depth + 1)
        if value is not None:
            found[_SPELLING.get(key[1].lower(), key[1])] = value
        at += 2 if text.startswith(", ", at) else 0
    return found, at + 1


def _items(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while text[at : at + 1] != "]":
        value, after = _value(text, at, depth + 1)
        if after == at:
            raise ValueError("expected a value")
        found.append(value)
        at = after + (2 if text.startswith(", ", after) else 0)
    return found, at + 1
