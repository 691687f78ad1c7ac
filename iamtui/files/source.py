"""One file as its readers see it: its bytes, cut open one level deep, and how its parts are decoded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

_MOST_PARSED_AGAIN = 32 << 20  # bytes; to say the exact place, bounded because it takes much memory
_OPENING = re.compile(rb"\s*([{\[])")
_NAME = re.compile(rb'\s*[{,]\s*("(?:[^"\\]|\\.)*")\s*:\s*')
_STEP = re.compile(r"\[(\d+)\]")
_LACKS = re.compile(r"Object missing required field `(.+)`")
_EVERY_MEMBER = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EVERY_ITEM = msgspec.json.Decoder(list[msgspec.Raw])
_OF_SDKS = frozenset(("ResponseMetadata", "ResultMetadata", "$metadata", "@metadata"))  # boto3, Go, JavaScript, PHP
ONCE = "expected each member once, and it stands there again"
"""Of two members of a name the last would silently win."""
_MORE_PAGES = ("NextToken", "nextToken", "NextMarker", "ContinuationToken")
_CUT_OFF = ("IsTruncated", "Truncated")


class MalformedError(ValueError):
    """JSON that cannot be read, or not as what was expected: `place` says where, the text what was expected."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(expected)
        self.place = place


UNFORESEEN = (ValueError, OverflowError, RecursionError)
"""What values that no reader foresaw end in, such as numbers without measure and lists without end."""


class Source:
    """One file as its readers see it: the bytes (decompressed, without byte order mark) cut open one level deep.

    `members` are those of a JSON object, by name; `items` those of a JSON array or of JSON lines. Each is empty for
    anything else. The cut is shallow, so that recognising a large file costs a fraction of decoding it (I1).
    """

    def __init__(self, path: Path, data: bytes, modified: datetime) -> None:
        self.path = path
        self.data = data
        self.modified = modified
        self.members: Mapping[str, msgspec.Raw] = {}
        self.items: Sequence[msgspec.Raw] = ()
        self._lines: Sequence[int] = ()  # where each item stands, if each stands on a line of its own
        self._opening = _OPENING.match(data)
        if self.looks_like_json:
            self._cut()

    @property
    def looks_like_json(self) -> bool:
        """Whether the first character is one that opens a JSON object or array."""
        return self._opening is not None

    def place_of(self, index: int) -> str:
        """Where an item stands: its line, or its JSON pointer."""
        return f"line {self._lines[index]}" if self._lines else f"/{index}"

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names at the top level of a JSON object, without what SDKs lay beside an answer."""
        return frozenset(self.members) - _OF_SDKS

    @cached_property
    def first_keys(self) -> frozenset[str]:
        """The names at the top level of the first item, if the source is a list of objects."""
        if not self.items:
            return frozenset()
        try:
            return frozenset(_EVERY_MEMBER.decode(self.items[0])) - _OF_SDKS
        except (msgspec.DecodeError, ValueError, RecursionError):
            return frozenset()

    def _cut(self) -> None:
        try:
            if self._opening is not None and self._opening[1] == b"[":
                self.items = _EVERY_ITEM.decode(self.data)
            else:
                self.members = _EVERY_MEMBER.decode(self.data)
                if (twice := _named_twice(self.data, self.members)) is not None:
                    raise MalformedError(f"/{twice}", ONCE)
        except MalformedError:
            raise
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            if "trailing characters" not in str(error) or not self._cut_lines():
                raise _malformed(error, self.data) from error

    def _cut_lines(self) -> bool:
        """Take each line for an item, if the first is a JSON object; a bad one is for the reader to report."""
        numbered = [(number, line) for number, line in enumerate(self.data.splitlines(), 1) if line.strip()]
        try:
            _EVERY_MEMBER.decode(numbered[0][1])
        except (msgspec.DecodeError, ValueError, RecursionError):
            return False
        self.items = [msgspec.Raw(line) for _, line in numbered]
        self._lines = [number for number, _ in numbered]
        return True


def _named_twice(data: bytes, members: Mapping[str, msgspec.Raw]) -> str | None:
    """The first member that comes again: of two the last would silently win. Names are read, values passed over.

    Where all but names and values is punctuation, as in what AWS Config writes, there is no room for another.
    """
    spoken = sum(len(name) + len(bytes(value)) for name, value in members.items())
    if members and len(data) - spoken == 4 * len(members) + 1:  # two quotes, colon, comma for each, and the braces
        return None
    place, seen = 0, set[str]()
    while (found := _NAME.match(data, place)) is not None:
        name = str(json.loads(found[1])) if b"\\" in found[1] else found[1][1:-1].decode()
        if name in seen:
            return name
        seen.add(name)
        value = bytes(members.get(name, b""))
        if not data.startswith(value, found.end()):
            return name  # another value than the one that was kept
        place = found.end() + len(value)
    return None


def named_twice_in(items: msgspec.Raw) -> Mapping[int, str]:
    """The member that comes again in an item of a list of objects, by the place of the item."""
    found = {}
    for index, item in enumerate(_EVERY_ITEM.decode(items)):
        twice = _twice_in_object(bytes(item))
        found.update({} if twice is None else {index: twice})
    return found


def _twice_in_object(data: bytes) -> str | None:
    """The first member that comes again, if the value is an object that has one."""
    return _named_twice(data, _EVERY_MEMBER.decode(data)) if data[:1] == b"{" else None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise MalformedError(next(name for name in names if names.count(name) > 1), ONCE)
    return members


_VALUE = json.JSONDecoder(object_pairs_hook=_each_once)


def says_more_follows(members: Mapping[str, msgspec.Raw]) -> str | None:
    """The member in which an answer says itself that it is not the last page (I10, I59)."""
    for key in _MORE_PAGES:
        if bytes(members.get(key, b"null")) not in (b"null", b'""'):
            return key
    for key in _CUT_OFF:
        if bytes(members.get(key, b"false")) not in (b"null", b"false", b'"false"', b'"False"'):
            return key
    return None


def _malformed(error: Exception, data: bytes) -> MalformedError:
    text = str(error)
    if isinstance(error, RecursionError):
        return MalformedError("", "expected JSON that is nested less than 1,000 deep")
    if isinstance(error, UnicodeDecodeError):
        return MalformedError(_line_and_column(data, error.start), "expected UTF-8")
    if "truncated" in text:
        return MalformedError(_line_and_column(data, len(data)), "expected more: the JSON ends in the middle")
    if len(data) <= _MOST_PARSED_AGAIN:
        try:
            json.loads(data)
        except json.JSONDecodeError as exact:
            return MalformedError(f"line {exact.lineno}, column {exact.colno}", f"expected valid JSON: {exact.msg}")
        except UnicodeDecodeError as undecodable:
            return MalformedError(_line_and_column(data, undecodable.start), "expected UTF-8")
        except (ValueError, RecursionError):  # a number of thousands of digits, or too deep: it is not the place
            pass
    what, _, offset = text.partition(" (byte ")
    place = _line_and_column(data, int(offset[:-1])) if offset[:-1].isdecimal() else ""
    return MalformedError(place, f"expected valid JSON: {what.removeprefix('JSON is malformed: ')}")


def _line_and_column(data: bytes, offset: int) -> str:
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"line {line}, column {column}"


def load(raw: msgspec.Raw | bytes, place: str = "") -> object:
    """The JSON value of one member, whatever it is; `place` is its JSON pointer in the file.

    Raises:
        MalformedError: it is not JSON, has a number that no file of ours needs to be read as one, or a member twice.
    """
    try:
        value: object = _VALUE.decode(bytes(raw).decode())
    except MalformedError as twice:
        raise MalformedError(f"{place}/{twice.place}", ONCE) from twice
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise MalformedError(place, f"expected valid JSON: {error}") from error
    except ValueError as error:
        raise MalformedError(place, "expected numbers with less than 4,300 digits") from error
    except RecursionError as error:
        raise MalformedError(place, "expected JSON that is nested less than 1,000 deep") from error
    return value


def decode(raw: msgspec.Raw | bytes, kind: type[T], place: str = "") -> T:
    """Decode one member as `kind`; `place` is its JSON pointer in the file.

    Raises:
        MalformedError: it is not JSON, not of that kind, or an object that has a member twice.
    """
    try:
        found = msgspec.json.decode(raw, type=kind)
        twice = _twice_in_object(bytes(raw).lstrip())
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise MalformedError(place + _pointer(where.rstrip("`")), _expected(what)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedError(place, str(_malformed(error, bytes(raw)))) from error
    if twice is not None:
        raise MalformedError(f"{place}/{twice}", ONCE)
    return found


def _pointer(path: str) -> str:
    """Turn msgspec's `[3].Tags[0]` into the JSON pointer `/3/Tags/0`; it does not say the keys of a mapping."""
    return _STEP.sub(r"/\1", path.replace("[...]", "")).replace(".", "/")


def _expected(what: str) -> str:
    lacking = _LACKS.fullmatch(what)
    if lacking is not None:
        return f"expected the member {lacking[1]}"
    return what[:1].lower() + what[1:].replace("`", "")
