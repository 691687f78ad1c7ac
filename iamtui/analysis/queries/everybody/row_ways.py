"""The ways of rows: found once for all who rest on the same grants in the same situation, and counted (WC14)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from iamtui.analysis.queries.deciding.answers import Answer
from iamtui.analysis.queries.deciding.only_ways import OnlyWays
from iamtui.analysis.queries.deciding.own_allows import OwnAllows
from iamtui.analysis.queries.deciding.ways import Grant, Granting, WayKey, resting_on, rests_on_certain
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
        self._found: dict[Hashable, Mapping[int, bool]] = {}

    def counted(self) -> Iterator[Way]:
        """The ways in the order in which rows came to them."""
        for key, place in self._ways.items():
            yield Way(*key, self._users[place], self._only[place])

    def of_one(self, answer: Answer) -> tuple[int, ...]:
        """The ways of a row on one resource, counted."""
        allows = self._granting.allows_of(answer)
        found: dict[int, bool] = {}
        for number, is_only in self._only_ways.of_each(answer, [one.says for one in allows], lambda: allows):
            place = self._place(allows[number].key)
            found[place] = found.get(place) or is_only
        return self._noted(found)

    def is_only_own(self, answer: Answer) -> bool:
        """Whether all ways of an answer are through identity policies."""
        return self._granting.is_only_own(answer)

    def of_own(self, answer: Answer, own: Sequence[OwnAllows]) -> tuple[int, ...]:
        """The ways of such a row, of which one's own policies allow this; counted."""
        if sum([len(one.matching.certain) for one in own]) > 1:  # then none is all that is left
            rests_on_all = not rests_on_certain(answer.situation)
            each = [(one, one.matching.all if rests_on_all else one.matching.certain) for one in own]
            return self._noted({self._of_own(one, number): False for one, numbers in each for number in numbers})
        numbered = [(one, number) for one in own for number in one.matching.all]
        says = [one.matching.says[number] for one, number in numbered]
        found: dict[int, bool] = {}
        for number, is_only in self._only_ways.of_each(answer, says, partial(_grants_of, own)):
            place = self._of_own(*numbered[number])
            found[place] = found.get(place) or is_only
        return self._noted(found)

    def _of_own(self, allows: OwnAllows, number: int) -> int:
        place = allows.ways.get(number)
        if place is None:
            place = allows.ways[number] = self._place(allows.way(number))
        return place

    def _place(self, key: WayKey) -> int:
        """The place of a way among those of the question."""
        place = self._ways.setdefault(key, len(self._ways))
        if place == len(self._users):
            self._users.append(0)
            self._only.append(0)
        return place

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
            found = dict(self._anew(resting))
            if kept is not None:
                self._found[kept] = found
        return self._noted(found)

    def _noted(self, found: Mapping[int, bool]) -> tuple[int, ...]:
        """The places of the ways of one row, which are counted."""
        for place, is_only in found.items():
            self._users[place] += 1
            if is_only:
                self._only[place] += 1
        return tuple(sorted(found)) if len(found) > 1 else tuple(found)

    def _anew(self, resting: Sequence[tuple[Answer, Sequence[Grant]]]) -> Iterator[tuple[int, bool]]:
        """The place of each way, and whether it is the only one."""
        each = [self._only_by_way(answer, allows) for answer, allows in resting]
        for key in dict.fromkeys(chain.from_iterable(each)):
            yield self._place(key), all(only.get(key) for only in each)

    def _only_by_way(self, answer: Answer, allows: Sequence[Grant]) -> dict[WayKey, bool]:
        """For each way that an answer rests on, whether it has no other."""
        found: dict[WayKey, bool] = {}
        for grant in resting_on(answer, allows):
            found[grant.key] = found.get(grant.key) or self._only_ways.denied_without(answer, allows, grant)
        return found


def _grants_of(own: Sequence[OwnAllows]) -> list[Grant]:
    return [grant for one in own for grant in one.grants()]


def _signature(resting: Sequence[tuple[Answer, Sequence[Grant]]]) -> Hashable:
    """Equal where answers rest on the same grants in the same situations; all of these are kept while it is used."""
    return tuple([(id(answer.situation), *map(id, allows)) for answer, allows in resting])
