"""The result of a way for ends that are reached alike: each kind of end is tried once (EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.paths.alike.alike_ends import Group, Kind
from iamtui.analysis.paths.answer.edge import OutcomeWord
from iamtui.analysis.paths.ends.between import Between
from iamtui.analysis.paths.ends.end_sets import EndSets
from iamtui.analysis.paths.ends.narrowing import Narrowing, Sets
from iamtui.analysis.paths.ends.through import Through
from iamtui.analysis.paths.ends.trying import Found, Tries, Trying, outcome_of
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness, worst
from iamtui.analysis.paths.walks.telling import Gist, gist_of, gist_of_both
from iamtui.analysis.paths.walks.walking import Walk
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.analysis.paths.ways.parts import parts_of


class _Rest(NamedTuple):
    """The walk of what does not depend on the end of a way: what it bound, and what it is worth."""

    key: int
    binds: Mapping[str, str]
    gist: Gist


class Reaching:
    """Tries ways of actors who are alike, for the ends that are."""

    def __init__(self, trying: Trying, narrowing: Narrowing, between: Between) -> None:
        """Try with `trying`, ask single steps as `narrowing` does, and of whom `between` leaves."""
        self._trying = trying
        through = Through(trying.likeness, narrowing, between, trying.walker)
        self._sets = EndSets(trying.likeness, narrowing, through)
        self._walks: dict[Hashable, Gist | None] = {}
        self._rests: dict[int, _Rest | None] = {}
        self._numbers: dict[Hashable, int] = {}
        self._gists: dict[Gist, Gist] = {}
        self._hopeless: set[tuple[str, str]] = set()

    def found(self, way: Way, members: Sequence[Holding], ends: int, tries: Tries) -> Iterator[tuple[int, Found]]:
        """The result of a way into principals as they are: for those that are alike together."""
        if not self._sets.answer(way):
            found = self._apart if self._trying.likeness.parts(way) else self.whole
            yield from found(way, members, ends, tries) if ends else ()
            return
        ends = self._sets.reached(way, members, ends)[-1] if ends else 0  # what ways share is asked before the rest
        rest = self._rest(way, members[0]) if ends else None
        reached = (0, 0, 0) if rest is None else self._sets.reached(way, members, ends, rest.binds)
        others = 0 if rest is None else ends & ~reached[0] & self._trying.likeness.trusted.naming_thing(way)
        if others:  # a service takes them for things of another name than what the rest bound
            reached = reached[0] & ~others, reached[1] & ~others, reached[2] & ~others
            yield from self.whole(way, members, others, tries)
        if rest is not None and self._trying.own(members[0]) is None:
            yield from self._by_sets(rest, reached)
        elif reached[-1]:  # it counts what each request depends on (EP8)
            yield from self._apart(way, members, reached[-1], tries)

    def _by_sets(self, rest: _Rest, reached: Sets) -> Iterator[tuple[int, Found]]:
        """The result of a way for ends on which single requests are asked: as sure ones together."""
        found: dict[tuple[Sureness, OutcomeWord], int] = {}
        before = 0
        for level, ends in zip(SURENESS, reached, strict=True):
            sure = worst(level, rest.gist.verdict)
            for judged, those in self._judged(ends & ~before):
                key = sure if judged is None else worst(sure, judged.verdict), outcome_of(judged)
                found[key] = found.get(key, 0) | those
            before = ends
        for (verdict, outcome), those in found.items():
            yield those, Found(verdict, outcome, those.bit_count())

    def whole(
        self, way: Way, members: Sequence[Holding], ends: int, tries: Tries, kind: Kind = "becoming"
    ) -> Iterator[tuple[int, Found]]:
        """The result of a way for each kind of end, every one of its requests asked for each."""
        for group in self._groups(way, members[0], ends, kind):
            pair = self._pair(members, group.ends)
            tried = None if pair is None else tries(*pair)
            if tried is not None:
                gist = gist_of(way, *tried)
                if not self._trying.is_nothing_new(members[0], gist):
                    yield group.ends, Found(gist.verdict, outcome_of(tried.judged), group.ends.bit_count())

    def _apart(self, way: Way, members: Sequence[Holding], ends: int, tries: Tries) -> Iterator[tuple[int, Found]]:
        """The result of a way for each kind of end, what does not depend on the end asked once for all of them."""
        rest = self._rest(way, members[0])
        if rest is None:
            return
        own = self._trying.own(members[0])
        alike = self._numbered((parts_of(way).key, self._trying.likeness.of_end(way, members[0]), own))
        for group in self._groups(way, members[0], ends, "becoming"):
            key = (alike, group.key, rest.key if group.by_rest else None)
            if key not in self._walks:
                pair = self._pair(members, group.ends)
                if pair is None:
                    continue
                walk = self._trying.walker.to_end(way, pair[0], rest.binds, {way.outcome.becomes or "": pair[1]})
                self._walks[key] = None if walk is None else self._gist(way, walk)
            to_end = self._walks[key]
            if to_end is None:
                continue
            judged = self._trying.judged(self._trying.likeness.places.first(group.ends))
            gist = gist_of_both(rest.gist, to_end, judged)
            if not self._trying.is_nothing_new(members[0], gist):
                yield group.ends, Found(gist.verdict, outcome_of(judged), group.ends.bit_count())
            elif not any(self._trying.is_nothing_new(members[0], one) for one in (rest.gist, to_end)):
                yield from self.whole(way, members, group.ends, tries)  # others might not need both together

    def _rest(self, way: Way, holding: Holding) -> _Rest | None:
        """The result of what does not depend on the end, found once for all who are alike in it."""
        own = self._trying.own(holding)
        alike = self._trying.likeness.of_rest_actions(way, holding)
        key = self._numbered((way.id, holding.account.account_id, alike, own))
        if key not in self._rests:
            walk = self._trying.walker.rest(way, holding)
            self._rests[key] = None if walk is None else _Rest(key, walk.binds, self._gist(way, walk))
        if self._rests[key] is None:
            self._hopeless.add((way.id, holding.arn))
        return self._rests[key]

    def _numbered(self, seen: Hashable) -> int:
        """A number that is equal for what is equal: many walks are of who is alike (EP58)."""
        return self._numbers.setdefault(seen, len(self._numbers))

    def _gist(self, way: Way, walk: Walk) -> Gist:
        """What a walk is worth; of many equal ones the first (EP58)."""
        found = gist_of(way, walk, None)
        return self._gists.setdefault(found, found)

    def is_hopeless(self, way: Way, holding: Holding) -> bool:
        """Whether it was found that what does not depend on the end of a way is denied to an actor."""
        return (way.id, holding.arn) in self._hopeless

    def _groups(self, way: Way, holding: Holding, ends: int, kind: Kind) -> Iterator[Group]:
        """The ends, those together that are reached alike and are administrators as surely."""
        for group in self._trying.likeness.groups(way, holding, ends, kind):
            for _, those in self._judged(group.ends):
                yield group._replace(ends=those)

    def _judged(self, ends: int) -> Iterator[tuple[Judged | None, int]]:
        """Some ends, those together that are administrators as surely, where that counts."""
        if self._trying.judges:
            yield from self._trying.standing.parted(ends)
        elif ends:
            yield None, ends

    def _pair(self, members: Sequence[Holding], group: int) -> tuple[Holding, str] | None:
        """One of some actors and one of some ends, who are not the same."""
        for holding in members[:2]:
            others = group & ~self._trying.likeness.places.one(holding.arn)
            if others:
                return holding, self._trying.likeness.places.first(others)
        return None

    def beginning(self, way: Way, members: Sequence[Holding], ends: int) -> int:
        """The ends on which the first step of a way may be taken: most ways fail there, whomever ends trust."""
        found = 0
        if self._trying.rewriting.is_asked(way):
            return ends  # what is asked first was asked of their policies
        for group in self._trying.likeness.groups(way, members[0], ends, "beginning"):
            pair = self._pair(members, group.ends)
            if pair is not None and self._trying.walker.begins(way, pair[0], {way.outcome.becomes or "": pair[1]}):
                found |= group.ends
        return found
