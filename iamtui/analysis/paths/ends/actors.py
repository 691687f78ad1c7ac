"""Who may take a way, those together by whom it is decided alike (EP56, EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from iamtui.analysis.paths.ends.trying import Trying
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.walks.filters import Among, Filters
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.snapshot.model import User


class Actors(NamedTuple):
    """Who may take a way, those together by whom it is decided alike, and where they may end."""

    alike: Sequence[Sequence[Holding]]
    among: Among

    @property
    def all(self) -> Iterator[Holding]:
        """All of them."""
        return chain.from_iterable(self.alike)


def actors_of(
    trying: Trying, filters: Filters, ways: Sequence[Way], sources: Iterable[Holding]
) -> Mapping[str, Actors]:
    """By the id of each of some ways who may take it.

    One actor is looked at after the other, so that what is read of one for all ways need not be kept (EP58).
    """
    numbers: dict[Hashable, int] = {}  # one for each way to stand, whichever ways it counts for (EP58)
    taking: dict[str, list[tuple[Holding, int]]] = {way.id: [] for way in ways}
    for holding in sources:
        own, kind = trying.own(holding), "user" if isinstance(holding.entity, User) else "role"
        pairs: dict[int, tuple[Holding, int]] = {}
        for way in ways:
            if kind in way.actor and filters.may_take(way, holding):
                number = numbers.setdefault((trying.likeness.of_actor(way, holding), own), len(numbers))
                taking[way.id].append(pairs.setdefault(number, (holding, number)))
    numbers.clear()
    same: dict[tuple[int, ...], tuple[Holding, ...]] = {}  # most of them take many ways together (EP58)
    found: dict[str, Actors] = {}
    for way in ways:
        alike: dict[int, list[Holding]] = {}
        for holding, number in taking.pop(way.id):
            alike.setdefault(number, []).append(holding)
        classes = [same.setdefault(tuple(map(id, members)), tuple(members)) for members in alike.values()]
        found[way.id] = Actors(tuple(classes), filters.among(way))
    return found
