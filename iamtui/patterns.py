"""Wildcard patterns: `*` any run of characters, `?` exactly one (L20, L30, C32).

A pattern is a sequence of parts: literal texts and wildcards. Matching is linear in the text for the usual
patterns and never backtracks, whatever stars a hostile pattern has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, reduce
from itertools import groupby
from operator import or_
from typing import TypeAlias


class Wild(Enum):
    """The wildcards; `…_IN_SEGMENT` stop at a colon (L30), `…_IN_PART` at a slash too, as the names of things do."""

    ANY = "*"
    ONE = "?"
    ANY_IN_SEGMENT = "* up to a colon"
    ONE_IN_SEGMENT = "? but no colon"
    ANY_IN_PART = "* up to a colon or slash"
    ONE_IN_PART = "? but no colon or slash"


Part: TypeAlias = str | Wild
Matcher: TypeAlias = Callable[[str], bool]

_WILDCARD = re.compile(r"([*?])")
_WILD: dict[str, Part] = {"*": Wild.ANY, "?": Wild.ONE}
_STARS = (Wild.ANY, Wild.ANY_IN_SEGMENT, Wild.ANY_IN_PART)
"""The wildcards of any length, the ones that take most first."""
_STOPPING = frozenset((Wild.ANY_IN_SEGMENT, Wild.ONE_IN_SEGMENT, Wild.ANY_IN_PART, Wild.ONE_IN_PART))
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


@lru_cache(maxsize=65_536)
def matcher_of(parts: tuple[Part, ...]) -> Matcher:
    """`compile_parts`, kept for the next time."""
    return compile_parts(parts)


def compile_parts(parts: Iterable[Part]) -> Matcher:
    """Make the cheapest function that decides whether a whole text matches `parts`."""
    merged = merge(parts)
    if not _STOPPING.isdisjoint(merged):
        return _automaton(merged)
    if Wild.ONE in merged:
        return _with_single_wildcards(merged)
    return _of_literals_and_stars(merged)


def merge(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighbouring literals, and neighbouring stars to the one that takes most."""
    merged: list[Part] = []
    for kind, run in groupby(parts, key=_kind_of_run):
        if kind is str:
            literal = "".join(map(str, run))
            if literal:
                merged.append(literal)
        elif kind is Wild.ANY:
            merged.append(min(run, key=_STARS.index))
        else:
            merged.extend(run)
    return tuple(merged)


def _kind_of_run(part: Part) -> object:
    if isinstance(part, str):
        return str
    return Wild.ANY if part in _STARS else part


def _of_literals_and_stars(parts: tuple[Part, ...]) -> Matcher:
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
    literals = tuple(part for part in parts if isinstance(part, str))
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
    """What stands before the first star and after the last has its place; what is between is sought."""
    if Wild.ANY not in parts:
        return _of_fixed_length(parts)
    first = parts.index(Wild.ANY)
    last = len(parts) - 1 - parts[::-1].index(Wild.ANY)
    head, tail = _fixed_run(parts[:first]), _fixed_run(parts[last + 1 :])
    middle = parts[first : last + 1]
    between = _automaton(middle) if Wild.ONE in middle else _of_literals_and_stars(middle)

    def matches(text: str) -> bool:
        end = len(text) - tail.length
        if end < head.length or not head.stands_at(text, 0) or not tail.stands_at(text, end):
            return False
        return between(text[head.length : end])

    return matches


def _of_fixed_length(parts: tuple[Part, ...]) -> Matcher:
    run = _fixed_run(parts)
    return lambda text: len(text) == run.length and run.stands_at(text, 0)


@dataclass(frozen=True, slots=True)
class _FixedRun:
    """Literals and `?` without a star between them: each literal with its distance from the start."""

    length: int
    literals: tuple[tuple[int, str], ...]

    def stands_at(self, text: str, start: int) -> bool:
        return all(text.startswith(literal, start + distance) for distance, literal in self.literals)


def _fixed_run(parts: tuple[Part, ...]) -> _FixedRun:
    length = 0
    literals: list[tuple[int, str]] = []
    for part in parts:
        if isinstance(part, str):
            literals.append((length, part))
        length += len(part) if isinstance(part, str) else 1
    return _FixedRun(length, tuple(literals))


def _automaton(parts: tuple[Part, ...]) -> Matcher:
    """Run the pattern as an automaton: one step for each character of a text that has its longest literal.

    The automaton is made for the first text that is long enough, so that nothing is spent on huge patterns.
    """
    least = sum(len(part) if isinstance(part, str) else part not in _STARS for part in parts)
    longest = max((part for part in parts if isinstance(part, str)), key=len, default="")
    made: Automaton | None = None

    def matches(text: str) -> bool:
        nonlocal made
        if len(text) < least or longest not in text:
            return False
        if made is None:
            made = automaton((parts,))
        return made.accepts(text)

    return matches


@dataclass(frozen=True, slots=True)
class Automaton:
    """One or more patterns, run over a text at once; all their positions are the bits of one integer, the state.

    Bit i of a state says that the text so far can bring its pattern to step i.

    Attributes:
        literal: the steps that take a character, by that character.
        stars: the steps that may take no character at all.
        wild: the steps that take any character once, and those that take it and stay.
        wild_at: the same for the characters at which some wildcards stop.
        start: the state before the first character.
        accepting: for each pattern the bit that says that the text matches it.
    """

    literal: dict[str, int]
    stars: int
    wild: tuple[int, int]
    wild_at: dict[str, tuple[int, int]]
    start: int
    accepting: tuple[int, ...]

    def accepts(self, text: str) -> bool:
        """Whether the first pattern matches the whole text."""
        state = self.start
        for character in text:
            state = self.step(state, character)
            if not state:
                return False
        return bool(state & self.accepting[0])

    def step(self, state: int, character: str) -> int:
        """The state after one character more."""
        advancing, resting = self.wild_at.get(character, self.wild)
        state = (state & (self.literal.get(character, 0) | advancing)) << 1 | (state & resting)
        return state | (state & self.stars) << 1


def automaton(patterns: Sequence[Iterable[Part]]) -> Automaton:
    """Make the automaton of `patterns`, one after another in the bits of its states."""
    steps: list[Part | None] = []
    starts: list[int] = []
    ends: list[int] = []
    for parts in patterns:
        starts.append(len(steps))
        for part in merge(parts):
            steps.extend(part if isinstance(part, str) else (part,))
        ends.append(len(steps))
        steps.append(None)
    places: dict[Part, list[int]] = {}
    for place, step in enumerate(steps):
        if step is not None:
            places.setdefault(step, []).append(place)
    bits = {step: bits_of(found, len(steps)) for step, found in places.items()}

    def taking(*kinds: Wild) -> int:
        return reduce(or_, (bits.get(kind, 0) for kind in kinds))

    once = (Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART)
    stars = taking(*_STARS)
    start = bits_of(starts, len(steps))
    return Automaton(
        literal={step: found for step, found in bits.items() if isinstance(step, str)},
        stars=stars,
        wild=(taking(*once), stars),
        wild_at={":": (taking(*once[:1]), taking(*_STARS[:1])), "/": (taking(*once[:2]), taking(*_STARS[:2]))},
        start=start | (start & stars) << 1,
        accepting=tuple(1 << place for place in ends),
    )


def bits_of(places: Iterable[int], size: int) -> int:
    """An integer with these bits set, in time linear in `size`."""
    held = bytearray(size // 8 + 1)
    for place in places:
        held[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(held, "little")


def places_in(bits: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first, in time linear in the size."""
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for found in _BYTES.finditer(data):
        start = found.start()
        for place in _PLACES[data[start]]:
            yield (start << 3) + place


_BYTES = re.compile(rb"[^\0]", re.DOTALL)
_PLACES = [tuple(place for place in range(8) if byte >> place & 1) for byte in range(256)]


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
