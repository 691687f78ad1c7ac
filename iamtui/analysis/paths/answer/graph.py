"""Who reaches what by which way, as sets: all of it, also where the edges are too many to be told (EP50, EP53)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.guises import Guise
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness


class Reach(NamedTuple):
    """Everyone of `starts` has an edge to every other one of `ends`, and to what stands `elsewhere`.

    `is_goal` says that each of these edges ends where paths are to lead; the last two are the guises in which one acts
    where it ends, and where it starts.
    """

    way: str
    starts: int
    ends: int
    verdict: Sureness
    is_goal: bool
    elsewhere: tuple[str, ...] = ()
    end_as: Guise | None = None
    start_as: Guise | None = None


class Back(NamedTuple):
    """What leads back (EP20): who becomes whom, and who then makes whom an administrator of those it came from."""

    lateral: Sequence[Reach] = ()
    made: Sequence[Reach] = ()


@dataclass(slots=True)
class Graph:
    """All edges of a search; `goals` are the principals that were asked for by name.

    `outside` are edges whose starts no export holds; `is_capped` says that some edges are not told; after the ways
    `by_password` one acts in the console, where that may be decided otherwise (EP21).
    """

    places: Places = field(repr=False)
    goals: int = 0
    reaches: list[Reach] = field(default_factory=list)
    outside: list[Edge] = field(default_factory=list)
    back: Back = field(default_factory=Back)
    is_capped: bool = False
    by_password: frozenset[str] = frozenset()

    def note(self, reach: Reach, noted: dict[Reach, int]) -> None:
        """Add a reach: to one of `noted` that says the same of other starts, if there is one (EP58)."""
        place = noted.setdefault(reach._replace(starts=0), len(self.reaches))
        if place == len(self.reaches):
            self.reaches.append(reach)
        else:
            self.reaches[place] = reach._replace(starts=self.reaches[place].starts | reach.starts)

    def share(self, places: Iterable[int], kept: Callable[[int], int]) -> None:
        """Keep one of equal sets of starts in some reaches: those who stand alike take most ways together (EP58)."""
        for place in places:
            self.reaches[place] = self.reaches[place]._replace(starts=kept(self.reaches[place].starts))

    def level(self, most: Sureness, avoiding: int = 0) -> int:
        """Who has a path that is at least as sure, and passes nobody of `avoiding`."""
        return self.level_as(most, None, avoiding)

    def level_as(self, most: Sureness, guise: Guise | None, avoiding: int = 0) -> int:
        """Who has such a path in a guise that many have."""
        return self._reaching(self.reaches, self.goals, most, None, avoiding, guise)

    def starts(self, without: Edge | None = None) -> tuple[str, ...]:
        """Who has a proven path, in the order of the export; `without` an edge, if one is given."""
        found = self._reaching(self.reaches, self.goals, "proven", without)
        found |= self._coming_back(found, without)
        return (*self.places.each(found), *dict.fromkeys(self._from_outside(found, without)))

    def proven_ways(self) -> tuple[str, ...]:
        """The ids of the ways that somebody surely has."""
        found = [reach.way for reach in self.reaches if reach.verdict == "proven"]
        return tuple(dict.fromkeys((*found, *(edge.way.id for edge in self.outside))))

    def _from_outside(self, found: int, without: Edge | None) -> Iterator[str]:
        for edge in self.outside:
            leads = edge.outcome == "admin" or self.places.one(edge.end) & (found | self.goals)
            if edge.verdict == "proven" and leads and (without is None or edge.key != without.key):
                yield edge.start

    def _coming_back(self, found: int, without: Edge | None) -> int:
        """Who else has a proven path: one on which an earlier one of it is made an administrator."""
        made: dict[int, int] = {}
        for one in self.back.made:
            if one.verdict == "proven" and not one.starts & found:  # who becomes such a one has a path anyway
                made[one.starts] = made.get(one.starts, 0) | self._ends(one, without) & ~found
        held = 0
        for start, ends in made.items():
            held |= ends & self._reaching(self.back.lateral, start, "proven", without) if ends else 0
        return held | self._reaching(self.back.lateral, held, "proven", without) if held else 0

    def _ends(self, reach: Reach, without: Edge | None) -> int:
        """The ends of a reach that has one start."""
        ends = reach.ends & ~reach.starts
        if without is None or (without.way.id, self.places.one(without.start)) != (reach.way, reach.starts):
            return ends
        return ends & ~self.places.one(without.end)

    def _reaching(
        self,
        every: Sequence[Reach],
        goals: int,
        most: Sureness,
        without: Edge | None,
        avoiding: int = 0,
        guise: Guise | None = None,
    ) -> int:
        """Who in a guise has edges to one of `goals` that are as sure, or where an edge leads to a goal of its own."""
        reaches = [one for one in every if SURENESS.index(one.verdict) <= SURENESS.index(most)]
        found: dict[Guise | None, int] = defaultdict(lambda: goals, {None: goals})
        before: dict[Guise | None, int] = {}
        while found != before:
            before = dict(found)
            for one in reaches:
                held = one._replace(ends=one.ends & ~avoiding) if avoiding else one
                found[one.start_as] |= self._led(held, found[one.end_as], without) & ~avoiding
        return found[guise] & ~goals

    def _led(self, reach: Reach, found: int, without: Edge | None) -> int:
        """The starts that a reach leads to the goal, given who is there."""
        hits = reach.ends if reach.is_goal else reach.ends & found
        if without is None or without.way.id != reach.way or without.in_console is not _is_in_console(reach.start_as):
            return _leading(reach, reach.starts, hits, is_elsewhere=bool(reach.elsewhere))
        own = reach.starts & bit_of(self.places, without.start, reach.start_as)
        kept = hits & ~bit_of(self.places, without.end, reach.end_as)
        others = _leading(reach, reach.starts & ~own, hits, is_elsewhere=bool(reach.elsewhere))
        return others | _leading(reach, own, kept, is_elsewhere=reach.elsewhere not in ((), (without.end,)))


def _leading(reach: Reach, starts: int, hits: int, *, is_elsewhere: bool) -> int:
    """Those of some starts that are led to one of some ends besides themselves, or elsewhere."""
    if is_elsewhere and reach.is_goal:
        return starts
    return starts if hits & (hits - 1) else starts & ~hits if hits else 0


def bit_of(places: Places, arn: str, guise: Guise | None) -> int:
    """Where somebody stands in a set; who was made stronger beside all others, and alone in the sets of its guise."""
    if guise is None or guise.in_console:
        return places.one(arn)
    return 1 << len(places.arns) if guise.arn == arn else 0


def reach_of(edge: Edge, places: Places) -> Reach:
    """An edge as a reach of its own."""
    starts, ends = bit_of(places, edge.start, edge.start_as), bit_of(places, edge.end, edge.end_as)
    if edge.start == edge.end and not (edge.end_as is not None and edge.end_as.kept):
        ends = 0  # who changes itself is at its goal, or nowhere
    elsewhere = () if ends else (edge.end,)
    is_goal = edge.outcome == "admin"
    return Reach(edge.way.id, starts, ends, edge.verdict, is_goal, elsewhere, edge.end_as, edge.start_as)


def _is_in_console(guise: Guise | None) -> bool:
    return guise is not None and guise.in_console
