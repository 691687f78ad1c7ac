"""The letter of a cell of the access matrix: the highest access level that is reached in a service (AM1)."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.index.action_sets import of_names, of_service

LETTERS = {"list": "L", "read": "R", "write": "W", "tagging": "T", "permissions management": "P"}
"""The letter of each access level, the least first; in lower case where the highest is conditional only."""

ALL = "*"
"""All actions of a service, each of them unconditionally."""

_ORDER = (*LETTERS.values(), ALL)


def levels_of(access_level: str) -> tuple[str, ...]:
    """The levels in AWS's text, in lower case: `Permissions management, Write` are two."""
    return tuple(level.strip().lower() for level in access_level.split(","))


def rank(letter: str) -> tuple[int, bool]:
    """Where a letter stands among all: the higher, the more it says."""
    return _ORDER.index(letter.upper()), letter.isupper() or letter == ALL


def letters(allowed: int, conditional: int) -> dict[str, str]:
    """By service the letter for sets of actions; services of which nothing is reached are left out."""
    places, starts = _places(), _starts()
    found: dict[str, str] = {}
    left = allowed | conditional
    while left:
        lowest = (left & -left).bit_length() - 1
        place = places[bisect_right(starts, lowest) - 1]
        own = (allowed >> place.start) & place.mask, (conditional >> place.start) & place.mask
        if (letter := _letter(place.service, *own)) is not None:
            found[place.service] = letter
        end = place.start + place.mask.bit_length()
        left = left >> end << end
    return dict(sorted(found.items()))


class _Place(NamedTuple):
    """Where the actions of a service stand in sets of actions, side by side; `mask` has a bit for each."""

    start: int
    mask: int
    service: str


@cache
def _places() -> tuple[_Place, ...]:
    found = []
    for service in catalog.services():
        actions = of_service(service)
        if actions:
            start = (actions & -actions).bit_length() - 1
            found.append(_Place(start, actions >> start, service))
    return tuple(sorted(found))


@cache
def _starts() -> tuple[int, ...]:
    return tuple(place.start for place in _places())


@cache
def _of_levels(service: str) -> tuple[tuple[str, int], ...]:
    """The letters of the levels, the highest first, each with the actions of a service that have it."""
    start = next(place.start for place in _places() if place.service == service)
    names = [f"{service}:{name}" for name in catalog.actions(service)]
    levels = {name: levels_of(found.access_level) for name in names if (found := catalog.action(name)) is not None}
    return tuple(
        (letter, of_names(name for name, having in levels.items() if level in having) >> start)
        for level, letter in reversed(LETTERS.items())
    )


@lru_cache(maxsize=65_536)
def _letter(service: str, allowed: int, conditional: int) -> str | None:
    """The highest level of which something is reached, whole only where every action is allowed somewhere."""
    if allowed.bit_count() == len(catalog.actions(service)):
        return ALL
    for letter, actions in _of_levels(service):
        if allowed & actions:
            return letter
        if conditional & actions:
            return letter.lower()
    return None
