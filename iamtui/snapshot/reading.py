"""What a reader of one format is, and what all readers share: sources, places, dates, documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from iamtui.policy.document import Document, DocumentTable
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.model import Severity, SourceProblem

T = TypeVar("T")

_MOST_ALIKE = 50
_MOST_PARSED_AGAIN = 32 << 20  # bytes; to say the exact place, bounded because it takes much memory
_NULL = b"null"
_EVERY_MEMBER = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EVERY_ITEM = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


class MalformedError(ValueError):
    """JSON that cannot be read, or not as what was expected: `place` says where, the text what was expected."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(expected)
        self.place = place


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
        self.is_lines = False
        if self.looks_like_json:
            self._cut()

    @property
    def looks_like_json(self) -> bool:
        """Whether the first character is one that opens a JSON object or array."""
        return self.data[:64].lstrip()[:1] in (b"{", b"[")

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names at the top level of a JSON object."""
        return frozenset(self.members)

    @cached_property
    def first_keys(self) -> frozenset[str]:
        """The names at the top level of the first item, if the source is a list of objects."""
        if not self.items:
            return frozenset()
        try:
            return frozenset(_EVERY_MEMBER.decode(self.items[0]))
        except (msgspec.DecodeError, ValueError, RecursionError):
            return frozenset()

    def _cut(self) -> None:
        try:
            if self.data[:64].lstrip().startswith(b"["):
                self.items = _EVERY_ITEM.decode(self.data)
            else:
                self.members = _EVERY_MEMBER.decode(self.data)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            if "trailing characters" not in str(error) or not self._cut_lines():
                raise _malformed(error, self.data) from error

    def _cut_lines(self) -> bool:
        items = [line for line in self.data.splitlines() if line.strip()]
        try:
            for line in items:
                _EVERY_MEMBER.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return False
        self.items = [msgspec.Raw(line) for line in items]
        self.is_lines = True
        return True


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
        except RecursionError:
            pass
    what, _, offset = text.partition(" (byte ")
    place = _line_and_column(data, int(offset[:-1])) if offset[:-1].isdecimal() else ""
    return MalformedError(place, f"expected valid JSON: {what.removeprefix('JSON is malformed: ')}")


def _line_and_column(data: bytes, offset: int) -> str:
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"line {line}, column {column}"


def decode(raw: msgspec.Raw | bytes, kind: type[T], place: str = "") -> T:
    """Decode one member as `kind`; `place` is its JSON pointer in the file.

    Raises:
        MalformedError: it is not JSON, or not of that kind.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise MalformedError(place + _pointer(where.rstrip("`")), _expected(what)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedError(place, str(_malformed(error, bytes(raw)))) from error


def _pointer(path: str) -> str:
    """Turn msgspec's `[3].Tags[0]` into the JSON pointer `/3/Tags/0`."""
    return path.replace("[", "/").replace("]", "").replace(".", "/").replace("/...", "")


def _expected(what: str) -> str:
    return what[:1].lower() + what[1:].replace("`", "")


class Problems:
    """Collects what is wrong with one file; of very many alike it keeps the first fifty and says how many more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: list[SourceProblem] = []
        self._alike: Counter[str] = Counter()

    def add(self, place: str, expected: str, consequence: str, severity: Severity = Severity.ERROR) -> None:
        """Note one problem at `place`."""
        self._alike[consequence] += 1
        if self._alike[consequence] <= _MOST_ALIKE:
            self._found.append(SourceProblem(self.path, place, expected, consequence, severity))

    def add_malformed(self, error: MalformedError, consequence: str) -> None:
        """Note that something could not be decoded."""
        self.add(error.place, str(error), consequence)

    def all(self) -> tuple[SourceProblem, ...]:
        """Everything that was noted, with a last word on what was left out."""
        more = [
            SourceProblem(self.path, "", f"{count - _MOST_ALIKE} more problems like these", text, Severity.WARNING)
            for text, count in self._alike.items()
            if count > _MOST_ALIKE
        ]
        return (*self._found, *more)


class Documents:
    """Turns the forms in which exports carry a policy document into one `Document` for each distinct text (I4, I5)."""

    def __init__(self, table: DocumentTable) -> None:
        self.table = table
        self._of_strings: dict[bytes, Document | None] = {}

    def of(self, raw: msgspec.Raw | bytes | None) -> Document | None:
        """The document in a JSON value: an object, or a string that holds JSON, plain or percent-encoded.

        Anything else that is not null or an empty string becomes a document too, which says itself that it is bad.
        """
        source = b"" if raw is None else bytes(raw)
        if not source or source == _NULL:
            return None
        if source.startswith(b'"'):
            return self._of_string(source)
        return self.table.intern(source)

    def of_text(self, text: str) -> Document | None:
        """The document in a decoded string."""
        stripped = text.strip()
        if not stripped:
            return None
        source = stripped.encode(errors="surrogatepass")
        if not stripped.startswith("{"):
            decoded = unquote_to_bytes(stripped)
            source = decoded if decoded.lstrip().startswith(b"{") else source
        return self.table.intern(source)

    def _of_string(self, source: bytes) -> Document | None:
        try:
            return self._of_strings[source]
        except KeyError:
            pass
        try:
            found = self.of_text(_TEXT.decode(source))
        except (msgspec.DecodeError, ValueError):
            found = self.table.intern(source)
        self._of_strings[source] = found
        return found


@dataclass(frozen=True, slots=True)
class Intake:
    """What a reader writes to beside its facts."""

    documents: Documents
    problems: Problems

    def date(self, value: str | float | None, place: str) -> datetime | None:
        """A time as ISO 8601 or epoch seconds (I3); without offset it is UTC. A bad one costs only itself."""
        if value is None or value == "":
            return None
        try:
            if isinstance(value, str):
                found = datetime.fromisoformat(value)
                return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            self.problems.add(
                place,
                f"expected an ISO 8601 date or epoch seconds, got {str(value)[:80]!r}",
                "this date is not shown",
                Severity.WARNING,
            )
            return None


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: how to tell it by its content (I1) and how to read it.

    `recognises` looks at the keys of a source and decodes nothing deep. `read` yields facts, notes problems for what it
    must leave out, and raises `MalformedError` only if nothing of the file can be used.
    """

    format: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Intake], Iterable[Fact]]
