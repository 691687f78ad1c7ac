"""Wildcard patterns: `*` any run of characters, `?` exactly one (L20, L30, C32).

A pattern is a sequence of parts: literal texts and wildcards. Matching is linear in the text for the usual
patterns and never backtracks, whatever stars a hostile pattern has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from typing import TypeAlias


class Wild(Enum):
    """The wildcards; the two `…_IN_SEGMENT` ones stop at a colon (L30)."""

    ANY = "*"
    ONE = "?"
    ANY_IN_SEGMENT = "* up to a colon"
    ONE_IN_SEGMENT = "? but no colon"


Part: TypeAlias = str | Wild
Matcher: TypeAlias = Callable[[str], bool]

_WILDCARD = re.compile(r"([*?])")
_WILD: dict[str, Part] = {"*": Wild.ANY, "?": Wild.ONE}
_CONFINED = {Wild.ANY: Wild.ANY_IN_SEGMENT, Wild.ONE: Wild.ONE_IN_SEGMENT}


def is_plain(text: str) -> bool:
    """Whether `text` has no wildcard."""
    return "*" not in text and "?" not in text


def split_wildcards(text: str) -> tuple[Part, ...]:
    """Split `text` into literals and wildcards."""
    if is_plain(text):
        return (text,) if text else ()
    return tuple(_WILD.get(piece, piece) for piece in _WILDCARD.split(text) if piece)


@lru_cache(maxsize=65_536)
def glob(text: str) -> Matcher:
    """Compile a pattern in which `*` and `?` are wildcards."""
    return compile_parts(split_wildcards(text))


def compile_parts(parts: Iterable[Part]) -> Matcher:
    """Make the cheapest function that decides whether a whole text matches `parts`."""
    merged = _merge(parts)
    if any(part is Wild.ANY_IN_SEGMENT or part is Wild.ONE_IN_SEGMENT for part in merged):
        return _automaton(merged)
    if any(part is Wild.ONE for part in merged):
        return _with_single_wildcards(merged)
    return _of_literals_and_stars(merged)


def _merge(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighbouring literals and drop a star that follows a star."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part != "" and not (part is last and part in (Wild.ANY, Wild.ANY_IN_SEGMENT)):
            merged.append(part)
    return tuple(merged)


def _of_literals_and_stars(parts: tuple[Part, ...]) -> Matcher:
    literals = tuple(part for part in parts if isinstance(part, str))
    match parts:
        case ():
            return lambda text: not text
        case (Wild.ANY,):
            return lambda text: True
        case (str(exact),):
            return exact.__eq__
        case (str(prefix), Wild.ANY):
            return lambda text: text.startswith(prefix)
        case (Wild.ANY, str(suffix)):
            return lambda text: text.endswith(suffix)
        case (str(prefix), Wild.ANY, str(suffix)):
            least = len(prefix) + len(suffix)
            return lambda text: len(text) >= least and text.startswith(prefix) and text.endswith(suffix)
        case (Wild.ANY, str(inner), Wild.ANY):
            return lambda text: inner in text
    prefix = literals[0] if isinstance(parts[0], str) else ""
    suffix = literals[-1] if isinstance(parts[-1], str) else ""
    inner_literals = literals[1 if prefix else 0 : -1 if suffix else None]

    def matches(text: str) -> bool:
        if len(text) < len(prefix) + len(suffix) or not text.startswith(prefix) or not text.endswith(suffix):
            return False
        position, end = len(prefix), len(text) - len(suffix)
        for literal in inner_literals:
            position = text.find(literal, position, end)
            if position < 0:
                return False
            position += len(literal)
        return True

    return matches


def _with_single_wildcards(parts: tuple[Part, ...]) -> Matcher:
    """Runs between stars are placed leftmost, which is right because a star takes anything."""
    runs: list[list[str | None]] = [[]]
    for part in parts:
        if part is Wild.ANY:
            runs.append([])
        elif isinstance(part, str):
            runs[-1].extend(part)
        else:
            runs[-1].append(None)
    head, *middle = runs
    tail = middle.pop() if middle else None

    def fits(run: list[str | None], text: str, at: int) -> bool:
        return all(wanted is None or wanted == text[at + offset] for offset, wanted in enumerate(run))

    def matches(text: str) -> bool:
        if tail is None:
            return len(text) == len(head) and fits(head, text, 0)
        end = len(text) - len(tail)
        if end < len(head) or not fits(head, text, 0) or not fits(tail, text, end):
            return False
        position = len(head)
        for run in middle:
            last = end - len(run)
            while position <= last and not fits(run, text, position):
                position += 1
            if position > last:
                return False
            position += len(run)
        return True

    return matches


def _automaton(parts: tuple[Part, ...]) -> Matcher:
    """For wildcards that stop at a colon: all positions of the pattern at once, as the bits of an integer.

    Bit i of a state is set when the text so far can bring the pattern to step i.
    """
    steps: list[Part] = []
    for part in parts:
        steps.extend(part if isinstance(part, str) else (part,))
    stars = sum(1 << i for i, step in enumerate(steps) if step in (Wild.ANY, Wild.ANY_IN_SEGMENT))
    staying = sum(1 << i for i, step in enumerate(steps) if step is Wild.ANY)
    segment_staying = sum(1 << i for i, step in enumerate(steps) if step is Wild.ANY_IN_SEGMENT)
    one = sum(1 << i for i, step in enumerate(steps) if step is Wild.ONE)
    segment_one = sum(1 << i for i, step in enumerate(steps) if step is Wild.ONE_IN_SEGMENT)
    literal: dict[str, int] = {}
    for i, step in enumerate(steps):
        if isinstance(step, str):
            literal[step] = literal.get(step, 0) | 1 << i
    accepted = 1 << len(steps)

    def skip_stars(state: int) -> int:
        while (grown := state | (state & stars) << 1) != state:
            state = grown
        return state

    def matches(text: str) -> bool:
        state = skip_stars(1)
        for character in text:
            advancing = literal.get(character, 0) | one
            resting = staying
            if character != ":":
                advancing |= segment_one
                resting |= segment_staying
            state = skip_stars((state & advancing) << 1 | (state & resting))
            if not state:
                return False
        return bool(state & accepted)

    return matches


def confine_to_segment(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of one of the first five ARN segments: what may not cross a colon is confined (L30).

    `?` never matches a colon; a `*` does only as the last character of its segment.
    """
    if not parts or (isinstance(parts[0], str) and len(parts) == 1):
        return parts
    last = len(parts) - 1
    return tuple(
        part if isinstance(part, str) or (part is Wild.ANY and i == last) else _CONFINED[part]
        for i, part in enumerate(parts)
    )
