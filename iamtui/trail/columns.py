"""The index of a trail in columns of small integers: about 64 bytes a record, whatever the record holds (R20)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeAlias, TypeVar, cast

from iamtui.trail.callers import Caller

T = TypeVar("T", bound=Hashable)

_ID = 16  # bytes of a UUID


class Call(NamedTuple):
    """What many records have in common: the call, and what kind of event it is."""

    source: str
    name: str
    type: str | None
    category: str | None
    read_only: bool | None
    is_data: bool


class Place(NamedTuple):
    """Where a record was made: the Region, and the account whose trail has it."""

    region: str | None
    account: str | None


_Call: TypeAlias = tuple[str, str, str | None, str | None, bool | None, bool]
_Place: TypeAlias = tuple[str | None, str | None]


class Numbers(dict[T, int]):
    """Values that occur in many records, each kept once and numbered: `numbers[value]` gives a new one its number.

    `in_order` has the values by number, made by `make` where what is looked up is a plain tuple.
    """

    def __init__(self, make: Callable[[T], T] | None = None) -> None:
        super().__init__()
        self._make = make
        self.in_order: list[T] = []

    def __missing__(self, value: T) -> int:
        number = self[value] = len(self)
        self.in_order.append(value if self._make is None else self._make(value))
        return number


class Columns:
    """One entry a record that was read, duplicates included; a row is the place of a record in all columns.

    `times` are milliseconds since 1970; `fingerprints` are checksums of what was asked and answered; the
    others are numbers in the table of their name.
    """

    def __init__(self) -> None:
        self.times = array("q")
        self.fingerprints = array("Q")
        self.files = array("I")
        self.indexes = array("I")
        self.calls_of = array("I")
        self.callers_of = array("I")
        self.places_of = array("I")
        self.addresses_of = array("I")
        self.agents_of = array("I")
        self.errors_of = array("I")
        self._ids = bytearray()
        self._other_ids: dict[int, str] = {}  # ids that are no UUID
        self.calls: Numbers[_Call] = Numbers(Call._make)
        self.callers: Numbers[Caller] = Numbers()
        self.places: Numbers[_Place] = Numbers(Place._make)
        self.addresses: Numbers[str | None] = Numbers()
        self.agents: Numbers[str | None] = Numbers()
        self.errors: Numbers[str | None] = Numbers()

    def __len__(self) -> int:
        return len(self.times)

    def add_id(self, event_id: str) -> None:
        """Add the id of the record whose other columns are added beside it."""
        if len(event_id) == 36 and event_id.lower() == event_id:
            try:
                packed = bytes.fromhex(event_id.replace("-", ""))
            except ValueError:
                packed = b""
            if len(packed) == _ID and event_id[8] == event_id[13] == event_id[18] == event_id[23] == "-":
                self._ids += packed
                return
        self._other_ids[len(self._ids) // _ID] = event_id
        self._ids += bytes(_ID)

    def event_id(self, row: int) -> str:
        """The id of a record."""
        if self._other_ids and (other := self._other_ids.get(row)) is not None:
            return other
        text = self._ids[row * _ID : row * _ID + _ID].hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def call(self, row: int) -> Call:
        """What was called."""
        return cast("Call", self.calls.in_order[self.calls_of[row]])

    def call_of_number(self, number: int) -> Call:
        """A call by its number."""
        return cast("Call", self.calls.in_order[number])

    def caller(self, row: int) -> Caller:
        """Who called."""
        return self.callers.in_order[self.callers_of[row]]

    def place(self, row: int) -> Place:
        """Where it was recorded."""
        return cast("Place", self.places.in_order[self.places_of[row]])

    def error(self, row: int) -> str | None:
        """The error code."""
        return self.errors.in_order[self.errors_of[row]]

    def says_the_same(self, row: int, other: int) -> bool:
        """Whether two records agree in all columns, so that they say the same."""
        columns = (
            self.fingerprints,
            self.times,
            self.calls_of,
            self.callers_of,
            self.places_of,
            self.addresses_of,
            self.agents_of,
            self.errors_of,
        )
        return all(column[row] == column[other] for column in columns)
