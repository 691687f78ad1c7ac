"""Kleene's three truth values (T23)."""

from __future__ import annotations

from enum import IntEnum


class Truth(IntEnum):
    """False, unknown or true: `min` is AND, `max` is OR."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @property
    def negated(self) -> Truth:
        """NOT: unknown stays unknown."""
        return _NEGATED[self]


_NEGATED = (Truth.TRUE, Truth.UNKNOWN, Truth.FALSE)
