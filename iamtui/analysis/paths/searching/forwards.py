"""Forwards: whom one leads to is asked for itself alone, and followed as far as its paths can depend on it (EP50).

A search backwards among those who are found so tells the same paths as one among everybody. Who is led to is asked
what it can do at once. It is followed further only where it has no sure way of its own, along edges by which it may get
a surer one; and the ends of a way in their order, until as many are found as are told, one of them as sure as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.ends.trying import Found
from iamtui.analysis.paths.ends.untold import in_order
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.privileges.standing import Standing
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.console import CONSOLE
from iamtui.analysis.paths.ways.catalogue import Way

_NONE = len(SURENESS)
"""The level of who has no way: after all that are ways."""

_MOST_JUDGED = 500
"""Who leads to more than so many is asked about administrators alone: who all of these are is found first."""

Enters = Callable[[str], Judged | None]
"""How sure it is that one is an administrator in the console, who came there by a password."""


@dataclass(slots=True)
class _First:
    """What one can do at once: how sure its ways to a goal are; whom it becomes by a way, as far as that was asked.

    `best` is the surest that counts whoever asks; `leads` says that there is any.
    """

    holding: Holding
    ways: Sequence[tuple[Way, Actors]]
    by_way: dict[str, list[int]] = field(default_factory=dict)
    best: int = _NONE
    leads: bool = False
    reached: dict[str, Mapping[int, Found]] = field(default_factory=dict)


class Forwards:
    """Finds who must be asked so that the paths of some are told."""

    def __init__(
        self,
        finder: EdgeFinder,
        question: PathQuestion,
        ways: Sequence[Way],
        source: Callable[[str], Holding | None],
        standing: Standing,
        enters: Enters | None,
    ) -> None:
        """Ask with `finder`; `source` is one who may start a path, None for others; `standing` says who has no need.

        `enters` asks in the console, where some policy reads how one signed in.
        """
        self._finder, self._question = finder, question
        self._passing, self._standing = finder.passing(), standing
        self._places: Places = finder.places
        self._ways, self._source, self._enters = ways, source, enters
        self._goals = self._places.of(question.ends)
        self._firsts: dict[str, _First | None] = {}
        self._waiting: dict[str, bool] = {}

    def sources(self) -> Iterator[Holding]:
        """Those who must be asked, in the order of the export."""
        for arn in self._question.starts:
            self._waiting[arn] = True
        for arn in _growing(self._waiting):
            self._follow(arn)
        known = [arn for arn, first in self._firsts.items() if first is not None]
        for arn in self._places.each(self._places.of(known)):
            holding = self._source(arn)
            if holding is not None:
                yield holding

    def _follow(self, arn: str) -> None:
        """Ask whoever counts among those whom one can become."""
        first = self._first(arn)
        if first is None:
            return
        below = _NONE if self._waiting[arn] else first.best
        for way, actors in first.ways if below else ():
            known = first.by_way.get(way.id, [])
            if way.outcome.becomes in way.bind and not self._is_enough(known, 0):
                self._follow_way(way, self._lateral(first, way, actors), known, below)

    def _follow_way(self, way: Way, groups: Mapping[int, Found], known: Sequence[int], below: int) -> None:
        """Ask the ends of a way in their order, until those that are told are found; none that are less sure."""
        sure = list(known)
        is_entered = self._is_entered(way)
        asked: dict[str, tuple[bool, int]] = {}
        for verdict, _, bit in in_order(groups, self._places.all):
            level, end = SURENESS.index(verdict), self._places.first(bit)
            if level >= below or self._is_enough(sure, level):
                break
            first = self._first(end)
            leads = first is not None and first.leads
            asked[end] = leads, level
            counts = not is_entered and end not in self._question.starts and not self._is_passed(bit)
            if first is not None and leads and counts:
                sure.append(max(level, first.best))
        for end, (leads, level) in asked.items():
            if leads or not self._is_enough(sure, level):  # who leads nowhere at once may do so more surely
                self._wait(end, is_whole=is_entered)

    def _is_passed(self, end: int) -> bool:
        """Whether an end is an administrator that is gone through: such edges are told after all others (EP9)."""
        return not self._question.named and bool(self._standing.administrators_in(end))

    def _is_entered(self, way: Way) -> bool:
        """Whether what comes after a way may be decided otherwise, because one is in the console then (EP21)."""
        return self._enters is not None and way.id in CONSOLE

    def _lateral(self, first: _First, way: Way, actors: Actors) -> Mapping[int, Found]:
        """Whom one becomes by a way who is no goal, or may surely become what it is under conditions."""
        groups, goals = self._reached(first, way, actors), self._goals_of(first, way, actors)
        own = ~self._places.one(first.holding.arn)
        others = {left: found for group, found in groups.items() if (left := group & ~goals & own)}
        others.update(self._passing.reached(way, actors, (first.holding,), self._goes_on(goals) & own))
        return others

    def _reached(self, first: _First, way: Way, actors: Actors) -> Mapping[int, Found]:
        if way.id not in first.reached:
            first.reached[way.id] = self._finder.reached(way, actors, (first.holding,), self._places.all)
        return first.reached[way.id]

    def _goals_of(self, first: _First, way: Way, actors: Actors) -> int:
        """The goals that one may reach by a way: all that there are, where all are known."""
        if self._question.named or way.outcome.becomes not in way.bind:
            return self._goals
        if self._standing.count > _MOST_JUDGED:
            return self._standing.administrators_in(self._places.all)
        groups = self._reached(first, way, actors).items()
        return sum(group for group, found in groups if found.outcome == "admin")

    def _goes_on(self, goals: int) -> int:
        """The ends that are no sure administrators: each may surely become one (EP9)."""
        return 0 if self._question.named else goals & ~self._standing.as_sure("proven")

    def _is_enough(self, sure: Sequence[int], level: int) -> bool:
        """Whether as many ends are found as are told, one of which leads on as surely as those after them can."""
        most = self._question.most_ends
        return most is not None and len(sure) >= most and min(sure) <= level

    def _wait(self, arn: str, *, is_whole: bool) -> None:
        if arn not in self._waiting:
            self._waiting[arn] = is_whole
        elif is_whole and not self._waiting[arn]:
            del self._waiting[arn]
            self._waiting[arn] = True

    def _first(self, arn: str) -> _First | None:
        """What one can do at once; None of who starts no path."""
        if arn not in self._firsts:
            holding = self._source(arn)
            self._firsts[arn] = None if holding is None else self._found(holding)
        return self._firsts[arn]

    def _found(self, holding: Holding) -> _First:
        taken = self._finder.actors(self._ways, (holding,))
        first = _First(holding, [(way, taken[way.id]) for way in self._ways if taken[way.id].alike])
        for way, actors in first.ways:
            for edge in self._finder.edges(way, actors, self._goals_of(first, way, actors), is_first=True):
                first.by_way.setdefault(way.id, []).append(self._level(way, edge))
                first.leads = True
                if edge.end not in self._question.starts and not self._is_entered(way):
                    first.best = min(first.best, SURENESS.index(edge.verdict))
        return first

    def _level(self, way: Way, edge: Edge) -> int:
        """How sure an edge to a goal is; none to who is asked for, nor where its end is none in the console."""
        if edge.end in self._question.starts:
            return _NONE
        level = SURENESS.index(edge.verdict)
        if self._enters is None or not self._is_entered(way) or self._question.named:
            return level
        judged = self._enters(edge.end)
        return _NONE if judged is None else max(level, SURENESS.index(judged.verdict))


def _growing(waiting: Mapping[str, bool]) -> Iterator[str]:
    """Each that waits, also those who come meanwhile, or again."""
    done: dict[str, bool] = {}
    while left := [arn for arn, is_whole in waiting.items() if done.get(arn) is not is_whole]:
        for arn in left:
            done[arn] = waiting[arn]
            yield arn
