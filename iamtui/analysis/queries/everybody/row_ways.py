"""The ways of rows: found once for all who rest on the same grants in the same situation, and counted (WC14)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, Situation
from iamtui.analysis.queries.deciding.only_ways import OnlyWays, Resting
from iamtui.analysis.queries.deciding.own_allows import OwnAllows
from iamtui.analysis.queries.deciding.ways import CERTAIN, Grant, Granting, WayKey, resting_on, rests_on_certain
from iamtui.analysis.queries.everybody.results import Way
from iamtui.analysis.queries.everybody.targets import Found
from iamtui.evaluation.matching.matching_once import TestsOnce

_Resting = Sequence[tuple[int, int, bool]]
"""Some Allows of one's own policies: of which policy, the how manieth of it, and whether it is all that is left."""


class RestingIn(NamedTuple):
    """On which Allows of their own those of one situation rest, by what counts of all of these."""

    situation: Situation | None
    found: dict[Hashable, _Resting]


class Ways:
    """The ways of all rows of a question; for each, how many rows it has, and of how many it is the only one."""

    def __init__(self, tests: TestsOnce) -> None:
        self._ways: dict[WayKey, int] = {}
        self._users: list[int] = []
        self._only: list[int] = []
        self._only_ways = OnlyWays(tests)
        self._granting = Granting()
        self._found: dict[Hashable, Mapping[int, bool]] = {}
        self._resting: dict[int | None, RestingIn] = {}  # a situation is kept: its identity stays its own

    def counted(self) -> Iterator[Way]:
        """The ways in the order in which rows came to them."""
        for key, place in self._ways.items():
            yield Way(*key, self._users[place], self._only[place])

    def of_one(self, answer: Answer) -> tuple[int, ...]:
        """The ways of a row on one resource, counted."""
        allows = self._granting.allows_of(answer)
        resting = self._only_ways.of_each(answer, [one.says for one in allows], lambda: allows)
        found: dict[int, bool] = {}
        for number, is_only in resting.each:
            place = self._place(allows[number].key)
            found[place] = found.get(place) or is_only
        return self._counted(found)

    def is_only_own(self, answer: Answer) -> bool:
        """Whether all ways of an answer are through identity policies."""
        return self._granting.is_only_own(answer)

    def resting_in(self, situation: Situation | None) -> RestingIn:
        """What is kept for all in one situation, whatever its words, who are let in by their own policies alone."""
        if situation is not None:
            self._only_ways.note(situation)
        basis = None if situation is None else id(situation.basis)
        return self._resting.setdefault(basis, RestingIn(situation, {}))

    def of_own(
        self, resting: RestingIn, own: Sequence[OwnAllows], answer: Callable[[int], Answer], holder: int
    ) -> tuple[int, ...]:
        """The ways of such a row, of which one's own policies allow this; counted. `answer` is that of a place."""
        key = own[0].matching.alike if len(own) == 1 else tuple([one.matching.alike for one in own])
        known = resting.found.get(key)
        if known is None:
            known, is_shared = self._resting_of(answer(holder), own)
            if is_shared:
                resting.found[key] = known
        if len(known) == 1:  # as most rows have
            number, inner, is_only = known[0]
            place = self._way(own[number], inner)
            self._users[place] += 1
            self._only[place] += is_only
            return (place,)
        found: dict[int, bool] = {}
        for number, inner, is_only in known:
            place = self._way(own[number], inner)
            found[place] = found.get(place) or is_only
        return self._counted(found)

    def _way(self, own: OwnAllows, inner: int) -> int:
        """The place of the way of one of the Allows of a policy."""
        place = own.ways[inner]
        if place is None:
            place = own.ways[inner] = self._place(own.way(inner))
        return place

    def _resting_of(self, answer: Answer, own: Sequence[OwnAllows]) -> tuple[_Resting, bool]:
        """On which Allows of which policies an answer rests, and whether so do all of whom the same counts."""
        says = [says for one in own for says in one.matching.says]
        if says.count(CERTAIN) > 1:  # then none is all that is left
            is_all = not rests_on_certain(answer.situation)
            resting = Resting([(number, False) for number, one in enumerate(says) if is_all or one is CERTAIN])
        else:
            resting = self._only_ways.of_each(answer, says, partial(_grants_of, own))
        numbered = [(number, inner) for number, one in enumerate(own) for inner in range(len(one.matching.says))]
        return tuple([(*numbered[number], is_only) for number, is_only in resting.each]), resting.is_shared

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
        kept = None if any(one.is_set for one in able) else _signature(resting)
        found = None if kept is None else self._found.get(kept)
        if found is None:
            found = dict(self._anew(resting))
            if kept is not None:
                self._found[kept] = found
        return self._counted(found)

    def _counted(self, found: Mapping[int, bool]) -> tuple[int, ...]:
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
    return tuple(
        [
            (id(one.situation), *(id(session) for _, session in one.sessions), *map(id, allows))
            for one, allows in resting
        ]
    )
