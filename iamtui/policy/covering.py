"""Whether one wildcard pattern matches all that another does."""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import and_

from iamtui.patterns import Part, Wild, automaton, merge

_TAKEN: dict[Wild, tuple[str, ...]] = {
    Wild.ANY: ("", "/", ":"),
    Wild.ANY_IN_SEGMENT: ("", "/"),
    Wild.ANY_IN_PART: ("",),
    Wild.ONE: ("", "/", ":"),
    Wild.ONE_IN_SEGMENT: ("", "/"),
    Wild.ONE_IN_PART: ("",),
}
"""What each wildcard takes: the characters at which others stop, and the empty text for one that no pattern names."""

_ONCE = (Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART)


@lru_cache(maxsize=65_536)
def covers(wider: tuple[Part, ...], narrower: tuple[Part, ...]) -> bool:
    """Whether every text that `narrower` matches is one of `wider`; False also where that is not seen.

    The wider pattern runs over the parts of the narrower: a star of the one takes what only a star can take.
    """
    wide, narrow = merge(wider), merge(narrower)
    if not _agree_at_the_ends(wide, narrow):
        return False
    machine = automaton((wide,))
    state = machine.start
    for part in narrow:
        if isinstance(part, str):
            for character in part:
                state = machine.step(state, character)
        elif part in _ONCE:
            state = reduce(and_, [machine.step(state, character) for character in _TAKEN[part]])
        else:
            state &= reduce(and_, [machine.wild_at.get(one, machine.wild)[1] for one in _TAKEN[part]])
            state |= (state & machine.stars) << 1
        if not state:
            return False
    return bool(state & machine.accepting[0])


def _agree_at_the_ends(wider: tuple[Part, ...], narrower: tuple[Part, ...]) -> bool:
    """Whether the text with which the wider pattern begins, or ends, is one with which the narrower does.

    Where it is not, the narrower has a wildcard there, or other text: it matches something else.
    """
    for place, agree in ((0, str.startswith), (-1, str.endswith)):
        text = wider[place] if wider else ""
        other = narrower[place] if narrower else ""
        if isinstance(text, str) and not (isinstance(other, str) and agree(other, text)):
            return False
    return True
