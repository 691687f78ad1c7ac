"""What a request says about one condition key: a value, several, none, or nothing that we know (T20-T23)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol


class KeyState(StrEnum):
    """The states of a condition key in a request."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    UNKNOWN_VALUE = "present, value unknown"


class KeyValue(NamedTuple):
    """The state of a key with its values; `is_list` marks a multivalued key, however many it has (C20).

    Of an unknown value `excluded` are texts that it certainly is not. `begins` is how the value of a key that every
    request has certainly begins; where scenarios take it as absent, that is all that is known of it (K19).
    """

    state: KeyState
    values: tuple[str, ...] = ()
    is_list: bool = False
    source: str = "request"
    excluded: frozenset[str] = frozenset()
    begins: str = ""

    @property
    def is_true(self) -> bool:
        """Whether it is `true`, as Bool compares: in any letter case (C35)."""
        return len(self.values) == 1 and self.values[0].lower() == "true"

    @property
    def as_variable(self) -> str | None:
        """The text that a variable takes (V1): none of a list, and none of an empty value, which is null (C25).

        UNCONFIRMED for tags without a value.
        """
        if self.state is not KeyState.PRESENT or self.is_list:
            return None
        return self.values[0] or None

    @classmethod
    def of(cls, value: str, source: str = "request") -> KeyValue:
        """A single-valued key with this value."""
        return cls(KeyState.PRESENT, (value,), source=source)

    @classmethod
    def listing(cls, values: tuple[str, ...], source: str = "request") -> KeyValue:
        """A multivalued key with these values, possibly none."""
        return cls(KeyState.PRESENT, values, is_list=True, source=source)


ABSENT = KeyValue(KeyState.ABSENT)
UNKNOWN = KeyValue(KeyState.UNKNOWN)
UNKNOWN_VALUE = KeyValue(KeyState.UNKNOWN_VALUE)


class Context(Protocol):
    """The condition keys of one request."""

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`, which is given in lower case (C3)."""
        ...
