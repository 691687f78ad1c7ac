"""Where the statements of a policy document stand in its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

_SPACE = " \t\n\r"


class Position(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


class Span(NamedTuple):
    """From a place to the place just after the end."""

    start: Position
    end: Position


def statement_spans(text: str) -> tuple[Span, ...]:
    """Where each statement stands, as the API of the policy simulator counts.

    It notes where its parser stood: a statement begins where the one before it ended (the first just after the
    bracket, a single one just after its brace) and ends just after its closing brace. Observed in published answers,
    not documented: UNCONFIRMED. A text that cannot be read has none.
    """
    try:
        return tuple(Span(_position(text, start), _position(text, end)) for start, end in _statements(text))
    except (ValueError, IndexError, RecursionError):
        return ()


def _statements(text: str) -> Iterator[tuple[int, int]]:
    decoder = json.JSONDecoder()
    at = _skip(text, text.index("{") + 1)
    while text[at] == '"':
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == "Statement":
            yield from _items(text, at, decoder)
            return
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at


def _items(text: str, at: int, decoder: json.JSONDecoder) -> Iterator[tuple[int, int]]:
    if text[at] != "[":
        yield at + 1, decoder.raw_decode(text, at)[1]
        return
    before = at + 1
    at = _skip(text, before)
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        yield before, end
        before = end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _position(text: str, offset: int) -> Position:
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
