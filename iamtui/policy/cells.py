"""What wildcard patterns tell apart in a set of texts, and whether two patterns share one (WC17).

All patterns run as one automaton. Its states are visited from the start, one character at a time, so that the first
text that reaches a state is a shortest one. Characters that no pattern names in a state do the same there, so that one
of them is tried for all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from iamtui.patterns import Automaton, Part, Wild, automaton
from iamtui.policy.beginnings import left_after, literal_beginning

MOST_CELLS = 4_096
"""How many cells are told apart before the answer is incomplete (WC17)."""

MOST_STATES = 100_000
"""How many states of the automaton are visited before the answer is incomplete."""

_SPARE = "xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.\u2603"
"""What stands for all characters that no pattern names, the first that none does."""


class Cell(NamedTuple):
    """The texts that match the same patterns: which those are, by their places, and a shortest such text."""

    matched: frozenset[int]
    witness: str


class Cells(NamedTuple):
    """All cells that are not empty, those with the shortest witness first; `complete` unless a limit was met."""

    cells: tuple[Cell, ...]
    complete: bool


PatternSet = tuple[tuple[Part, ...], ...]
"""Patterns that mean the same, as those of one statement do: what matters is whether any of them matches."""


def cells_of(
    within: Sequence[tuple[Part, ...]],
    patterns: Sequence[tuple[Part, ...]],
    *,
    most_cells: int = MOST_CELLS,
    most_states: int = MOST_STATES,
) -> Cells:
    """Cut the texts that match every one of `within` into cells by which of `patterns` they match."""
    return _from_beginning(tuple(within), tuple((parts,) for parts in patterns), most_cells, most_states)


def cells_of_sets(within: Sequence[tuple[Part, ...]], sets: Sequence[PatternSet]) -> Cells:
    """Cut the texts that match every one of `within` by which of `sets` they match: any pattern of a set will do."""
    return _from_beginning(tuple(within), tuple(sets), MOST_CELLS, MOST_STATES)


@lru_cache(maxsize=65_536)
def common_text(first: tuple[Part, ...], second: tuple[Part, ...]) -> str | None:
    """A shortest text that both patterns match; None if there is none.

    Raises:
        ValueError: the patterns are so long that the search was given up.
    """
    found = _cells((first, second), (), 1, MOST_STATES)
    if found.cells:
        return found.cells[0].witness
    if not found.complete:
        raise ValueError("the patterns are too long to be compared")
    return None


@lru_cache(maxsize=4_096)
def _from_beginning(
    within: tuple[tuple[Part, ...], ...], sets: tuple[PatternSet, ...], most_cells: int, most_states: int
) -> Cells:
    """The cells of texts that all begin alike, found by what is left of the patterns after that beginning.

    Of most patterns nothing is left, and of the others the same for many beginnings.
    """
    beginning = max((literal_beginning(parts) for parts in within), key=len, default="")
    left = tuple([left_after(parts, beginning) for parts in within])
    if not beginning or any(len(one) > 1 for one in left):
        return _cells(within, sets, most_cells, most_states)
    if not all(left):
        return Cells((), complete=True)
    of_sets = tuple(
        [tuple(dict.fromkeys([one for parts in each for one in left_after(parts, beginning)])) for each in sets]
    )
    found = _cells(tuple([one for (one,) in left]), of_sets, most_cells, most_states)
    return Cells(tuple([Cell(one.matched, beginning + one.witness) for one in found.cells]), found.complete)


@lru_cache(maxsize=4_096)
def _cells(
    within: tuple[tuple[Part, ...], ...], sets: tuple[PatternSet, ...], most_cells: int, most_states: int
) -> Cells:
    machine = automaton((*within, *(parts for patterns in sets for parts in patterns)))
    needed, told = machine.accepting[: len(within)], machine.accepting[len(within) :]
    regions = _regions(machine.accepting)
    of_sets = tuple(_sets(sets, told, regions[len(within) :]))
    telling = sum(told)
    found: dict[int, str] = {}
    visit = _Visit(machine, regions[: len(within)], tuple(one for one in of_sets if one.certain))
    for state in visit.states():
        if all(state & bit for bit in needed):
            label = _label(state, of_sets) if state & telling else 0
            if label not in found:
                found[label] = visit.text_to(state)
                if len(found) == most_cells:
                    break
        if visit.count > most_states:
            break
    cells = tuple(
        Cell(frozenset(bit.bit_length() - 1 for bit in _single(label)), text) for label, text in found.items()
    )
    return Cells(cells, visit.finished)


class _Set(NamedTuple):
    """The bits of a set of patterns: its ends, all its steps, and those at which it matches whatever follows."""

    accepting: int
    region: int
    certain: int


def _sets(sets: Sequence[PatternSet], told: Sequence[int], regions: Sequence[int]) -> Iterator[_Set]:
    ends, steps = iter(told), iter(regions)
    for patterns in sets:
        accepting = region = certain = 0
        for parts in patterns:
            end = next(ends)
            accepting |= end
            region |= next(steps)
            if parts and parts[-1] is Wild.ANY:
                certain |= end >> 1
        yield _Set(accepting, region, certain)


def _label(state: int, sets: Sequence[_Set]) -> int:
    """Which sets a text matches that leads to a state, as bits."""
    return sum(1 << place for place, one in enumerate(sets) if state & one.accepting)


def _regions(accepting: Iterable[int]) -> tuple[int, ...]:
    """For each of the first patterns the bits of all its steps."""
    below, regions = 0, []
    for bit in accepting:
        through = (bit << 1) - 1
        regions.append(through & ~below)
        below = through
    return tuple(regions)


def _single(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest
        bits ^= lowest


class _Visit:
    """Visits the states of an automaton, the nearest first, and remembers how each was reached."""

    def __init__(self, machine: Automaton, regions: tuple[int, ...], settling: tuple[_Set, ...]) -> None:
        self._machine = machine
        self._regions = regions
        self._settling = settling
        self._literal = sorted(machine.literal.items())
        self._stops = [stop for stop, wild in machine.wild_at.items() if wild != machine.wild]
        self._start = self._settled(machine.start)
        self._reached: dict[int, tuple[int, str]] = {self._start: (0, "")}
        self.finished = False
        """Whether every state has been visited."""

    @property
    def count(self) -> int:
        """How many states have been reached."""
        return len(self._reached)

    def states(self) -> Iterator[int]:
        """Every state in which all of the first patterns can still match."""
        waiting = deque(self._reached)
        while waiting:
            state = waiting.popleft()
            yield state
            for character in self._characters(state):
                after = self._settled(self._machine.step(state, character))
                if after not in self._reached and all(after & region for region in self._regions):
                    self._reached[after] = (state, character)
                    waiting.append(after)
        self.finished = True

    def _settled(self, state: int) -> int:
        """The state without the steps of sets that match whatever follows: one step stands for them."""
        for one in self._settling:
            if state & one.certain:
                last = one.certain & -one.certain
                state = (state & ~one.region) | last | last << 1
        return state

    def _characters(self, state: int) -> Iterator[str]:
        """One character for all that no pattern names in this state, then those that some names."""
        literal = self._machine.literal
        yield next(one for one in _spare() if not literal.get(one, 0) & state)
        for character, places in self._literal:
            if places & state:
                yield character
        for stop in self._stops:
            if not literal.get(stop, 0) & state:
                yield stop

    def text_to(self, state: int) -> str:
        """The shortest text that leads to `state`."""
        characters: list[str] = []
        while state != self._start:
            state, character = self._reached[state]
            characters.append(character)
        return "".join(reversed(characters))


def _spare() -> Iterator[str]:
    yield from _SPARE
    yield from map(chr, range(0x4E00, 0x9FFF))


ANYTHING: tuple[Part, ...] = (Wild.ANY,)
"""The pattern that every text matches."""
