"""The ways of rows: found once for all who rest on the same grants in the same situation, and counted (WC14)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain

from iamtui.analysis.queries.deciding.answers import Answer
from iamtui.analysis.queries.deciding.ways import Grant, Granting, OnlyWays, WayKey, resting_on
from iamtui.analysis.queries.everybody.results import Way
from iamtui.analysis.queries.everybody.targets import Found


class Ways:
    """The ways of all rows of a question; for each, how many rows it has, and of how many it is the only one."""

    def __init__(self) -> None:
        self._ways: dict[WayKey, int] = {}
        self._users: list[int] = []
        self._only: list[int] = []
        self._only_ways = OnlyWays()
        self._granting = Granting()
        self._found: dict[Hashable, list[tuple[int, bool]]] = {}

    def counted(self) -> Iterator[Way]:
        """The ways in the order in which rows came to them."""
        for key, place in self._ways.items():
            yield Way(*key, self._users[place], self._only[place])

    def of_one(self, answer: Answer) -> tuple[int, ...]:
        """The ways of a row on one resource, counted."""
        return self._counted([(answer, self._granting.allows_of(answer))], is_kept=True)

    def of(self, able: Sequence[Found]) -> tuple[int, ...]:
        """The ways of a row, counted; without one that is the only way of all its allows it would be denied."""
        resting = [
            (cell.answer, (Granting() if one.is_set else self._granting).allows_of(cell.answer))
            for one in able
            for cell in one.cells
            if cell.answer.label != "denied"
        ]
        return self._counted(resting, is_kept=not any(one.is_set for one in able))

    def _counted(self, resting: Sequence[tuple[Answer, Sequence[Grant]]], *, is_kept: bool) -> tuple[int, ...]:
        kept = _signature(resting) if is_kept else None
        found = None if kept is None else self._found.get(kept)
        if found is None:
            found = list(self._anew(resting))
            if kept is not None:
                self._found[kept] = found
        for place, is_only in found:
            self._users[place] += 1
            self._only[place] += is_only
        return tuple(sorted([place for place, _ in found]))

    def _anew(self, resting: Sequence[tuple[Answer, Sequence[Grant]]]) -> Iterator[tuple[int, bool]]:
        """The place of each way, and whether it is the only one."""
        each = [self._only_by_way(answer, allows) for answer, allows in resting]
        for key in dict.fromkeys(chain.from_iterable(each)):
            place = self._ways.setdefault(key, len(self._ways))
            if place == len(self._users):
                self._users.append(0)
                self._only.append(0)
            yield place, all(only.get(key) for only in each)

    def _only_by_way(self, answer: Answer, allows: Sequence[Grant]) -> dict[WayKey, bool]:
        """For each way that an answer rests on, whether it has no other."""
        found: dict[WayKey, bool] = {}
        for grant in resting_on(answer, allows):
            found[grant.key] = found.get(grant.key) or self._only_ways.denied_without(answer, allows, grant)
        return found


def _signature(resting: Sequence[tuple[Answer, Sequence[Grant]]]) -> Hashable:
    """Equal where answers rest on the same grants in the same situations; all of these are kept while it is used."""
    return tuple([(id(answer.situation), *map(id, allows)) for answer, allows in resting])
