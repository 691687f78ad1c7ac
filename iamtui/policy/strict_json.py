"""JSON as policies are read: strictly, and numbers as their text (L1, L5)."""

from __future__ import annotations

import json
from sys import intern
from typing import TypeAlias

from iamtui.policy.positions import first_beyond

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | bool | None"
"""JSON as policies are read: numbers keep their text (`NumberText`, L5)."""

DEEPEST = 100
"""Levels of nesting; no policy has ten. What is deeper is refused where the JSON decoder gives up."""

_LONGEST = 300
"""Characters of a message; a document may quote itself with megabytes."""


class NumberText(str):
    """The text of a JSON number, which policies compare as text (L5)."""

    __slots__ = ()


class RefusedError(ValueError):
    """Why a document is refused, with the JSON pointer of the place."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(cut(message))
        self.pointer = cut(pointer)


class DuplicateError(RefusedError):
    """A key stands twice in one object."""


class ConstantError(RefusedError):
    """A constant that JSON does not have."""

    def __init__(self, constant: str) -> None:
        super().__init__(f"{constant} is not JSON")
        self.constant = constant


def cut(text: str) -> str:
    """The text, no longer than a message may be."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def load_json(source: bytes) -> JsonValue:
    """Read JSON strictly: no duplicate keys, no NaN; numbers stay text (L1, L5).

    Raises:
        json.JSONDecodeError: not JSON.
        UnicodeDecodeError: not UTF-8.
        RecursionError: nested too deeply.
        ValueError: a key twice in one object, or a constant that JSON does not have.
    """
    text = source.decode("utf-8")
    if text.startswith("\ufeff"):
        raise json.JSONDecodeError("Unexpected UTF-8 BOM", text, 0)
    value: JsonValue = _DECODER.decode(text)
    return value


def _object_without_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = {intern(key): value for key, value in pairs}
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DuplicateError(f"the key {twice!r} stands twice in one object")
    return members


def _refuse_constant(text: str) -> JsonValue:
    raise ConstantError(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_duplicates,
    parse_int=NumberText,
    parse_float=NumberText,
    parse_constant=_refuse_constant,
)


def is_nested_deeply(source: bytes) -> bool:
    """Whether a document is deeper than any policy: who writes it anew must not take that for granted."""
    if source.count(b"{") + source.count(b"[") <= DEEPEST:
        return False
    return first_beyond(source.decode("utf-8", "replace"), DEEPEST) is not None
