"""Whether two wildcard patterns share a text (WC17)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from iamtui.patterns import Part, Wild, merge
from iamtui.policy.beginnings import left_after, literal_beginning
from iamtui.policy.cells import MOST_STATES


@lru_cache(maxsize=65_536)
def may_meet(first: tuple[Part, ...], second: tuple[Part, ...]) -> bool:
    """Whether two patterns share a text; True also where that was not found out."""
    beginning = max(literal_beginning(first), literal_beginning(second), key=len)
    ours, theirs = left_after(first, beginning), left_after(second, beginning)
    return any(_may_meet(one, other) for one in ours for other in theirs)


@lru_cache(maxsize=65_536)
def _may_meet(first: tuple[Part, ...], second: tuple[Part, ...]) -> bool:
    differing = _without_common_ends(merge(first), merge(second))
    if differing is None:
        return False
    return _certainly_meet(*differing) or _meet_step_by_step(*differing)


def _without_common_ends(
    ours: tuple[Part, ...], theirs: tuple[Part, ...]
) -> tuple[tuple[Part, ...], tuple[Part, ...]] | None:
    """Two patterns without the literals that both begin and end with; None if they differ in them."""
    heads = _literal(ours[:1]), _literal(theirs[:1])
    shared = min(map(len, heads))
    if heads[0][:shared] != heads[1][:shared]:
        return None
    ours, theirs = (
        merge((head[shared:], *each[bool(head) :])) for head, each in zip(heads, (ours, theirs), strict=True)
    )
    tails = _literal(ours[-1:]), _literal(theirs[-1:])
    shared = min(map(len, tails))
    if shared and tails[0][-shared:] != tails[1][-shared:]:
        return None
    ours, theirs = (
        merge((*each[: len(each) - bool(tail)], tail[: len(tail) - shared]))
        for tail, each in zip(tails, (ours, theirs), strict=True)
    )
    return ours, theirs


def _literal(parts: tuple[Part, ...]) -> str:
    """The text of a part; none of a wildcard, or of no part."""
    return "".join(part for part in parts if isinstance(part, str))


def _certainly_meet(ours: tuple[Part, ...], theirs: tuple[Part, ...]) -> bool:
    """Whether a star takes whatever the other asks for: then what is left of each stands side by side in one text."""
    return any(
        one[:1] == (Wild.ANY,) and (len(one) == 1 or other[-1:] == (Wild.ANY,))
        for one, other in ((ours, theirs), (theirs, ours))
    )


def _meet_step_by_step(first: tuple[Part, ...], second: tuple[Part, ...]) -> bool:
    ours, theirs = _steps(first), _steps(second)
    waiting = [(0, 0)]
    seen = {(0, 0)}
    while waiting:
        at, other = waiting.pop()
        if at == len(ours) and other == len(theirs):
            return True
        if len(seen) > MOST_STATES:
            return True
        for after in _onward(ours[at] if at < len(ours) else None, theirs[other] if other < len(theirs) else None):
            place = (at + after[0], other + after[1])
            if place not in seen:
                seen.add(place)
                waiting.append(place)
    return False


def _steps(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A pattern character by character."""
    return tuple(step for part in merge(parts) for step in (part if isinstance(part, str) else (part,)))


_STARS = (Wild.ANY, Wild.ANY_IN_SEGMENT, Wild.ANY_IN_PART)
_STOPS = {
    Wild.ANY_IN_SEGMENT: ":",
    Wild.ONE_IN_SEGMENT: ":",
    Wild.ANY_IN_PART: ":/",
    Wild.ONE_IN_PART: ":/",
}
"""At which characters a wildcard stops."""


def _onward(ours: Part | None, theirs: Part | None) -> Iterator[tuple[int, int]]:
    """How far one character, or none, can bring each of two patterns from these steps."""
    if ours in _STARS:
        yield 1, 0
    if theirs in _STARS:
        yield 0, 1
    if ours is None or theirs is None:
        return
    if isinstance(ours, str) and isinstance(theirs, str):
        if ours == theirs:
            yield 1, 1
        return
    literal = ours if isinstance(ours, str) else theirs if isinstance(theirs, str) else "x"
    if any(isinstance(one, Wild) and literal in _STOPS.get(one, "") for one in (ours, theirs)):
        return
    yield ours not in _STARS, theirs not in _STARS
