"""What a reader of one format is, and what all readers share: problems, dates, documents, lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from iamtui.files.source import ONCE, MalformedError, Source, decode, named_twice_in
from iamtui.policy.document import Document, DocumentTable
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.facts import Fact, arn_of
from iamtui.snapshot.model import Group, ManagedPolicy, Role, Severity, SourceProblem, User

T = TypeVar("T")

_MOST_ALIKE = 50
_NULL = b"null"
_STATEMENT = b'"Statement"'
_TEXT = msgspec.json.Decoder(str)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EPOCH = re.compile(r"\d{9,13}(?:\.\d*)?")
_FREQUENT = tuple((f"%{ord(character):02X}", character) for character in '"{}[]:, \n\t*/=')
_COLONS = 5  # of an ARN, at least
_MILLISECONDS = 1e11  # epoch times from here on are not seconds: that would be after the year 5000
_NOT_SHOWN = "it is not shown"
_NOT_KNOWN = "what this policy allows or denies is not known"


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
        self.suspects: set[Document] = set()
        """The documents met so far that are no JSON object, or seem to have no statement."""
        self._of_strings: dict[bytes, Document | None] = {}

    def of(self, raw: msgspec.Raw | bytes | None) -> Document | None:
        """The document in a JSON value: an object, or a string that holds JSON, plain or percent-encoded.

        Anything else that is not null or an empty string becomes a document too, which says itself that it is bad.
        """
        source = b"" if raw is None else bytes(raw)
        if source.startswith(b"{"):
            return self._of_object(source)
        if not source or source == _NULL:
            return None
        return self._of_string(source) if source.startswith(b'"') else self._suspect(source)

    def of_text(self, text: str) -> Document | None:
        """The document in a decoded string."""
        stripped = text.strip()
        if not stripped:
            return None
        source = stripped.encode(errors="surrogatepass")
        if stripped.startswith('"'):  # a string in a string, as AWS Config writes some
            return self._of_string(source)
        if not stripped.startswith("{"):
            decoded = _percent_decoded(stripped)
            source = decoded if decoded.lstrip().startswith(b"{") else source
        try:
            _OBJECT.decode(source)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return self._suspect(source)
        return self._of_object(source)

    def _of_string(self, source: bytes) -> Document | None:
        try:
            return self._of_strings[source]
        except KeyError:
            pass
        try:
            text = _TEXT.decode(source)
        except (msgspec.DecodeError, ValueError):
            found: Document | None = self._suspect(source)
        else:
            found = self.of_text(text)
        self._of_strings[source] = found
        return found

    def _of_object(self, source: bytes) -> Document:
        return self.table.intern(source) if _STATEMENT in source else self._suspect(source)

    def _suspect(self, source: bytes) -> Document:
        document = self.table.intern(source)
        self.suspects.add(document)
        return document


E = TypeVar("E", User, Group, Role, ManagedPolicy)


class Held(Protocol):
    """Finds the equal entity of an earlier load."""

    def __call__(self, entity: E) -> E:
        """It, or the one that is given."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a reader writes to beside its facts; `held` finds what an earlier load has of an entity, if it is equal."""

    documents: Documents
    problems: Problems
    held: Held | None = None

    def shared(self, entities: Iterable[E]) -> tuple[E, ...]:
        """Entities of which those that equal one of an earlier load are that one (CH9)."""
        return tuple(entities) if self.held is None else tuple(map(self.held, entities))

    def document(self, raw: msgspec.Raw | bytes | None, place: str, member: str = "") -> Document | None:
        """The document in a JSON value; what is none is reported at `place` and costs only itself."""
        document = self.documents.of(raw)
        suspects = self.documents.suspects
        if suspects and document in suspects and isinstance(document.policy, InvalidDocument):
            self.problems.add(place + member, f"expected a policy document: {document.policy}", _NOT_KNOWN)
        return document

    def date(self, value: str | float | None, place: str, member: str = "") -> datetime | None:
        """A time as ISO 8601 or epoch seconds (I3); without offset it is UTC. A bad one costs only itself."""
        if value is None or value == "":
            return None
        try:
            return moment(value)
        except (ValueError, OverflowError, OSError):
            self.problems.add(
                place + member,
                f"expected an ISO 8601 date or epoch seconds, got {str(value)[:80]!r}",
                "this date is not shown",
                Severity.WARNING,
            )
            return None

    def is_arn(self, text: str, place: str) -> bool:
        """Whether a text has the form of an ARN; if not, that is reported."""
        if text.startswith("arn:") and text.count(":") >= _COLONS:
            return True
        self.problems.add(place, f"expected an ARN, got {text[:200]!r}", _NOT_SHOWN)
        return False


def _percent_decoded(text: str) -> bytes:
    """Undo percent-encoding; a plus stays a plus (I4).

    The escapes that make up most of a document are replaced at once, many times faster than one by one. None stands for
    a percent sign or a hexadecimal digit, so that it makes no new escape.
    """
    for escape, character in _FREQUENT:
        text = text.replace(escape, character)
    return unquote_to_bytes(text) if "%" in text else text.encode(errors="surrogatepass")


def moment(value: str | float) -> datetime:
    """A time as ISO 8601, epoch seconds or milliseconds, also in a string (I3); raises `ValueError` for others."""
    if isinstance(value, str):
        if value[4:5] == "-" or _EPOCH.fullmatch(value) is None:
            found = datetime.fromisoformat(value)
            return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        value = float(value)
    return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS else value, UTC)


def items_of(
    raw: msgspec.Raw, kind: type[T], place: str, intake: Intake, consequence: str = _NOT_SHOWN
) -> Iterator[tuple[str, T]]:
    """The items of a list with their places; a bad one is reported and costs only itself, null is empty (I6).

    Raises:
        MalformedError: it is no list.
    """
    items = list(unchecked_items_of(raw, kind, place, intake, consequence))
    twice = {f"{place}/{index}": member for index, member in _named_twice(raw, kind, items).items()}
    for where, item in items:
        if where in twice:
            intake.problems.add(f"{where}/{twice[where]}", ONCE, consequence)
        else:
            yield where, item


def unchecked_items_of(
    raw: msgspec.Raw, kind: type[T], place: str, intake: Intake, consequence: str
) -> Iterator[tuple[str, T]]:
    """The same for whoever looks for members that stand twice in a better way: of two the last is taken.

    Raises:
        MalformedError: it is no list.
    """
    if bytes(raw) == _NULL:
        return
    try:
        items = decode(raw, list[kind], place)  # type: ignore[valid-type]
    except MalformedError:
        for index, item in enumerate(decode(raw, list[msgspec.Raw], place)):
            where = f"{place}/{index}"
            try:
                yield where, decode(item, kind, where)
            except MalformedError as error:
                intake.problems.add_malformed(error, consequence)
        return
    for index, item in enumerate(items):
        yield f"{place}/{index}", item


def _named_twice(raw: msgspec.Raw, kind: type[T], items: Sequence[tuple[str, T]]) -> Mapping[int, str]:
    """The members that come again in an item: counted first, for hardly any list of AWS has one."""
    data = bytes(raw)
    names, fields = getattr(kind, "__struct_encode_fields__", ()), getattr(kind, "__struct_fields__", ())
    if not names:
        return named_twice_in(raw) if b"{" in data else {}
    for name, field in zip(names, fields, strict=True):
        if data.count(f'"{name}"'.encode()) > sum(_is_said(getattr(item, field)) for _, item in items):
            return named_twice_in(raw)
    return {}


def _is_said(value: object) -> bool:
    """Whether a member is certainly there: what is empty, or null, may be what a lacking one is taken for."""
    return bytes(value) != _NULL if isinstance(value, msgspec.Raw) else bool(value)


def with_valid_arns(facts: Iterable[Fact], intake: Intake) -> Iterator[Fact]:
    """The facts without those that name what they are about by something that is no ARN."""
    for fact in facts:
        arn = arn_of(fact)
        if arn is None or intake.is_arn(arn, ""):
            yield fact


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: how to tell it by its content (I1) and how to read it.

    `recognises` looks at the keys of a source and decodes nothing deep. `read` yields facts, notes problems for what it
    must leave out, and raises `MalformedError` only if nothing of the file can be used.
    """

    format: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Intake], Iterable[Fact]]
    members: frozenset[str] = frozenset()  # those of its answers, where unknown ones are counted (I2)
    merges_pages: bool = False  # says itself if a page is missing
    unreadable: Callable[[Path], Fact | None] | None = None  # what a file says by being there, though unreadable
