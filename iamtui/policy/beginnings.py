"""What is left of wildcard patterns after the text with which all begins that counts (WC17).

The resources of one type begin alike, up to their names. Of most patterns nothing is left after that, and of the others
the same for many types, accounts and Regions: so what is found out of it is found once.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile

from iamtui.patterns import Automaton, Part, automaton, merge, places_in


def literal_beginning(parts: tuple[Part, ...]) -> str:
    """The text with which all begins that a pattern matches."""
    return "".join(map(str, takewhile(lambda part: isinstance(part, str), parts)))


@lru_cache(maxsize=65_536)
def left_after(parts: tuple[Part, ...], beginning: str) -> tuple[tuple[Part, ...], ...]:
    """Patterns of which a text must match one so that it matches a pattern after a beginning; none: it never does."""
    segments = beginning.rfind(":") + 1
    if 0 < segments < len(beginning):  # what is left after an account is so for all types of resources
        of_account = left_after(parts, beginning[:segments])
        return tuple(dict.fromkeys([left for one in of_account for left in left_after(one, beginning[segments:])]))
    if not beginning:
        return (parts,)
    first = parts[0] if parts else None
    if not isinstance(first, str):
        return () if first is None else _stepped_through(parts, beginning)
    if len(first) > len(beginning):
        return ((first[len(beginning) :], *parts[1:]),) if first.startswith(beginning) else ()
    return left_after(parts[1:], beginning[len(first) :]) if beginning.startswith(first) else ()


def _stepped_through(parts: tuple[Part, ...], beginning: str) -> tuple[tuple[Part, ...], ...]:
    machine, steps = _stepped(parts)
    state = machine.start
    for character in beginning:
        state = machine.step(state, character)
    after_star = (state & machine.stars) << 1  # where the star may take nothing, what follows it is left anyway
    return tuple([merge(steps[place:]) for place in places_in(state & ~after_star)])


@lru_cache(maxsize=4_096)
def _stepped(parts: tuple[Part, ...]) -> tuple[Automaton, tuple[Part, ...]]:
    """A pattern as an automaton of its own, and its steps."""
    merged = merge(parts)
    return automaton((merged,)), tuple(step for part in merged for step in (part if isinstance(part, str) else (part,)))
