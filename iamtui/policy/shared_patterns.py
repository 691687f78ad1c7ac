"""What the patterns of two Action or Resource elements share, written as patterns again (WP4).

What two patterns share is cut as text, and what comes out is held against both: it is exactly that, or
`UnwritableError` says that no list of patterns says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from iamtui import catalog
from iamtui.patterns import Part, is_plain, split_wildcards
from iamtui.policy.cells import cells_of
from iamtui.policy.covering import covers
from iamtui.policy.elements import resource_pattern
from iamtui.policy.meeting import may_meet

_MOST = 64
"""How many patterns may stand for what two share."""

_LONGEST = 300
"""How many characters two patterns may have that are cut."""


class UnwritableError(ValueError):
    """What two take together is not what one can say."""


class Patterns(NamedTuple):
    """The patterns of an Action or a Resource element; with `negated` of a NotAction or NotResource."""

    texts: tuple[str, ...]
    negated: bool = False

    @property
    def takes_any(self) -> bool:
        """Whether it takes anything at all."""
        return self.negated or bool(self.texts)


class Reading(NamedTuple):
    """How the patterns of one kind of element are read.

    `parts` hold all that a pattern matches, and are just that where it `is_exact`; `texts` are the patterns that stand
    for what two share, and `members` those for one without what others take. Two patterns of different `group` share
    nothing; one without a group may share something with any.
    """

    parts: Callable[[str], tuple[Part, ...]]
    is_exact: Callable[[str], bool]
    texts: Callable[[str, str], Iterable[str]]
    members: Callable[[str, Sequence[str]], Iterable[str]]
    group: Callable[[str], str | None]


def shared(first: Patterns, second: Patterns, reading: Reading) -> Patterns:
    """The element that takes what two take.

    Raises:
        UnwritableError: no element does.
    """
    if first.negated and second.negated:
        return Patterns(tuple(dict.fromkeys((*first.texts, *second.texts))), negated=True)
    if first.negated:
        first, second = second, first
    if second.negated:
        if "*" in first.texts:
            return second
        left = (text for one in first.texts for text in _outside(one, second.texts, reading))
        return Patterns(tuple(dict.fromkeys(left)))
    pairs = _pairs(first.texts, second.texts, reading)
    return Patterns(_widest((text for one, other in pairs for text in _of_both(one, other, reading)), reading))


def _pairs(first: Iterable[str], second: Iterable[str], reading: Reading) -> Iterator[tuple[str, str]]:
    """The patterns of two lists that may share something, by their groups."""
    groups: dict[str | None, list[str]] = {}
    for text in second:
        groups.setdefault(reading.group(text), []).append(text)
    every = [text for texts in groups.values() for text in texts]
    for text in first:
        group = reading.group(text)
        others = every if group is None else (*groups.get(group, ()), *groups.get(None, ()))
        yield from ((text, other) for other in others)


def either(first: Patterns, second: Patterns, reading: Reading) -> Patterns:
    """The element that takes what either of two takes: lists, or the same one twice."""
    return first if first == second else Patterns(_widest((*first.texts, *second.texts), reading))


def _of_both(first: str, second: str, reading: Reading) -> Iterable[str]:
    """The patterns that match what two share."""
    if first == second:
        return (first,)
    ours, theirs = reading.parts(first), reading.parts(second)
    if reading.is_exact(first) and covers(ours, theirs):
        return (second,)
    if reading.is_exact(second) and covers(theirs, ours):
        return (first,)
    if not may_meet(ours, theirs):
        return ()
    if not (reading.is_exact(first) and reading.is_exact(second)):
        raise UnwritableError(f"{first} and {second}")
    return reading.texts(first, second)


def _outside(text: str, excluded: Sequence[str], reading: Reading) -> Iterable[str]:
    """The patterns that match what one does and none of others."""
    parts = reading.parts(text)
    if any(_is_within(text, one, reading) for one in excluded):
        return ()
    if not any(may_meet(reading.parts(one), parts) for one in excluded):
        return (text,)
    return reading.members(text, excluded)


def _widest(texts: Iterable[str], reading: Reading) -> tuple[str, ...]:
    """Patterns without those that another covers."""
    groups: dict[str | None, list[str]] = {}
    for text in dict.fromkeys(texts):
        kept = groups.setdefault(reading.group(text), [])
        if not any(_is_within(text, one, reading) for one in (*kept, *groups.get(None, ()))):
            kept[:] = [*(one for one in kept if not _is_within(one, text, reading)), text]
    wide = groups.pop(None, [])
    inside = (one for kept in groups.values() for one in kept)
    return (*wide, *(one for one in inside if not any(_is_within(one, each, reading) for each in wide)))


def covers_all(wider: Patterns, narrower: Patterns, reading: Reading) -> bool:
    """Whether an element takes all that another does; False also where that is not seen."""
    if wider == narrower:
        return True
    if wider.negated or narrower.negated:
        return not wider.negated and "*" in wider.texts
    return all(any(one == text or _is_within(text, one, reading) for one in wider.texts) for text in narrower.texts)


def may_share(first: Patterns, second: Patterns, reading: Reading) -> bool:
    """Whether there may be something that two elements take."""
    if first.negated and second.negated:
        return True
    if first.negated:
        first, second = second, first
    if second.negated:
        return any(not any(_is_within(text, one, reading) for one in second.texts) for text in first.texts)
    pairs = _pairs(first.texts, second.texts, reading)
    return any(may_meet(reading.parts(one), reading.parts(other)) for one, other in pairs)


def _is_within(text: str, wider: str, reading: Reading) -> bool:
    """Whether one pattern certainly matches all that another does."""
    return reading.is_exact(wider) and covers(reading.parts(wider), reading.parts(text))


# Actions


def _of_action(text: str) -> tuple[Part, ...]:
    return split_wildcards(text.lower())


def _service(text: str) -> str | None:
    service = text.partition(":")[0].lower()
    return service if is_plain(service) else None


def _actions_of_both(first: str, second: str) -> Iterable[str]:
    return _common(first, second)


def _actions_outside(text: str, excluded: Sequence[str]) -> Iterable[str]:
    """Where patterns overlap, the actions of the catalogue one by one."""
    taken = {name for one in excluded for name in catalog.matching(one)}
    return (name for name in catalog.matching(text) if name not in taken)


OF_ACTIONS = Reading(_of_action, lambda text: True, _actions_of_both, _actions_outside, _service)


# Resources


def _of_resource(text: str) -> tuple[Part, ...]:
    return resource_pattern(text, variables=True).widest


def _place(text: str) -> str | None:
    segments = text.split(":", 5)
    return segments[2] if len(segments) == 6 and is_plain("".join(segments[:3])) else None


def _has_no_variables(text: str) -> bool:
    return resource_pattern(text, variables=True).static is not None


@lru_cache(maxsize=4_096)
def _resources_of_both(first: str, second: str) -> tuple[str, ...]:
    """What comes out is taken only if it is all that both match, and nothing else: a star may pass a colon (L30)."""
    if any("${" in text for text in (first, second)):
        raise UnwritableError(f"{first} and {second}")
    segments = zip(_segments(first), _segments(second), strict=True)
    of_segments = map(":".join, product(*(_common(*pair) for pair in segments)))
    ours, theirs = _of_resource(first), _of_resource(second)
    for found in (tuple(of_segments), _common(first, second)):
        inside = [text for text in found[:_MOST] if all(covers(one, _of_resource(text)) for one in (ours, theirs))]
        cells = cells_of((ours, theirs), [_of_resource(text) for text in inside])
        if cells.complete and all(cell.matched for cell in cells.cells):
            return tuple(inside)
    raise UnwritableError(f"{first} and {second}")


def _segments(text: str) -> list[str]:
    segments = text.split(":", 5)
    return [*segments, *["*"] * (6 - len(segments))]


def _resources_outside(text: str, excluded: Sequence[str]) -> Iterable[str]:
    raise UnwritableError(f"{text} without {', '.join(excluded)}")


OF_RESOURCES = Reading(_of_resource, _has_no_variables, _resources_of_both, _resources_outside, _place)


def _common(first: str, second: str) -> tuple[str, ...]:
    """The patterns that match what two patterns of `*` and `?` do, in whichever case letters are written."""
    if len(first) + len(second) > _LONGEST:
        raise UnwritableError(f"{first} and {second}")
    return _steps_of_both(first, second, {})


def _steps_of_both(first: str, second: str, known: dict[tuple[str, str], tuple[str, ...]]) -> tuple[str, ...]:
    """A star takes nothing, or the next character of the other; of two stars one takes at least what the other does."""
    key = (first, second)
    if key not in known:
        if len(known) > _MOST * _MOST:
            raise UnwritableError("patterns too long to be cut")
        known[key] = tuple(dict.fromkeys(_next_step(first, second, known)))
    return known[key]


def _next_step(first: str, second: str, known: dict[tuple[str, str], tuple[str, ...]]) -> Iterator[str]:
    if not first and not second:
        yield ""
    if first.startswith("*"):
        yield from (_starred(second) + one for one in _steps_of_both(first[1:], second, known))
        if second and second[0] != "*":
            yield from (second[0] + one for one in _steps_of_both(first, second[1:], known))
    if second.startswith("*"):
        yield from (_starred(first) + one for one in _steps_of_both(first, second[1:], known))
        if first and first[0] != "*":
            yield from (first[0] + one for one in _steps_of_both(first[1:], second, known))
    ours, theirs = first[:1], second[:1]
    if ours and theirs and "*" not in (ours, theirs) and ("?" in (ours, theirs) or ours.lower() == theirs.lower()):
        character = theirs if ours == "?" else ours
        yield from (character + one for one in _steps_of_both(first[1:], second[1:], known))


def _starred(other: str) -> str:
    """What stays of a star that takes no more: itself, where the other pattern goes on with one."""
    return "*" if other.startswith("*") else ""


def without_covered(actions: Patterns, taken: Iterable[str]) -> Patterns:
    """The patterns of a list that none of others covers."""
    left = (one for one in actions.texts if not any(covers(_of_action(wide), _of_action(one)) for wide in taken))
    return actions if actions.negated else Patterns(tuple(left))
