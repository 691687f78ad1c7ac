"""Pairs of duties that two should do: those that iamtui knows, and those of a user's file (FI90)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from iamtui import catalog

_DATA = Path(__file__).parent / "data" / "pairs.toml"


class PairsError(ValueError):
    """A file of pairs that cannot be used; the message names the place and what was expected."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two halves, each one of some actions; `same` asks for both on one resource."""

    title: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    same: bool = False


class _Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pair: tuple[Pair, ...]


@cache
def known_pairs() -> tuple[Pair, ...]:
    """The pairs that iamtui knows."""
    return msgspec.toml.decode(_DATA.read_bytes(), type=_Pairs).pair


def read_pairs(data: bytes) -> tuple[Pair, ...]:
    """The pairs of a file in TOML, written as iamtui's own.

    Raises:
        PairsError: no such TOML, a half without actions, or an action that AWS does not have.
    """
    try:
        found = msgspec.toml.decode(data, type=_Pairs).pair
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PairsError(f"expected [[pair]] with title, first and second: {error}") from error
    for place, pair in enumerate(found):
        for name, actions in (("first", pair.first), ("second", pair.second)):
            wrong = next((one for one in actions if not catalog.exists(one)), None)
            if not actions or wrong is not None:
                what = "an action at least" if wrong is None else f"actions of AWS, got {wrong[:60]!r}"
                raise PairsError(f"pair {place + 1}, {name}: expected {what}")
    return found
