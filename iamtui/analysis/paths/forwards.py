"""Forwards: whom one leads to is asked for itself alone, and followed as far as its paths can hang on it (EP50).

A search backwards among those who are found so tells the same paths as one among everybody. Who is led to is asked
what it can do at once. It is followed further only where it has no sure way of its own, along edges by which it may get
a surer one; and the ends of a way in their order, until as many are found as are told, one of them as sure as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.paths.catalogue import Way
from iamtui.analysis.paths.console import CONSOLE
from iamtui.analysis.paths.edges import EdgeFinder, in_order
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.places import Places
from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.standing import Standing
from iamtui.analysis.paths.steps import SURENESS
from iamtui.analysis.paths.trying import Found
from iamtui.snapshot.model import User

_NONE = len(SURENESS)
"""The level of who has no way: after all that are ways."""


class _First(NamedTuple):
    """What one can do at once: how sure its ways to a goal are, and whom it can become by which way how surely."""

    by_way: Mapping[str, list[int]]
    best: int
    lateral: Sequence[tuple[Way, Mapping[int, Found]]]


class Forwards:
    """Finds who must be asked so that the paths of some are told."""

    def __init__(
        self,
        finder: EdgeFinder,
        question: PathQuestion,
        ways: Sequence[Way],
        source: Callable[[str], Holding | None],
        standing: Standing,
        *,
        reads_sessions: bool,
    ) -> None:
        """Ask with `finder`; `source` is one who may start a path, None for others; `standing` says who has no need."""
        self._finder, self._question = finder, question
        self._passing, self._standing = finder.passing(), standing
        self._places: Places = finder.places
        self._ways, self._source = ways, source
        self._reads_sessions = reads_sessions
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
        for way, groups in first.lateral:
            self._follow_way(arn, way, groups, first.by_way.get(way.id, []), below)

    def _follow_way(self, arn: str, way: Way, groups: Mapping[int, Found], known: Sequence[int], below: int) -> None:
        """Ask the ends of a way in their order, until those that are told are found; none that are less sure."""
        sure = list(known)
        is_entered = self._reads_sessions and way.id in CONSOLE
        asked: dict[str, bool] = {}
        is_enough = False
        own = ~self._places.of((arn,))
        for verdict, _, bit in in_order(groups, own):
            level, end = SURENESS.index(verdict), self._places.first(bit)
            is_enough = self._is_enough(sure, level) and not is_entered
            if level >= below or is_enough:
                break
            first = self._first(end)
            asked[end] = first is not None and first.best < _NONE
            if first is not None and asked[end]:
                sure.append(max(level, first.best))
        for end, leads in asked.items():
            if leads or not is_enough:
                self._wait(end, is_whole=is_entered)

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
        by_way: dict[str, list[int]] = {}
        lateral: list[tuple[Way, Mapping[int, Found]]] = []
        best = _NONE
        kind = "user" if isinstance(holding.entity, User) else "role"
        for way in (one for one in self._ways if kind in one.actor):
            actors = self._finder.actors(way, (holding,))
            if not actors.all:
                continue
            goals = self._goals
            if way.outcome.becomes in way.bind:
                groups = self._finder.reached(way, actors, (holding,), self._places.all)
                goals |= sum(group for group, found in groups.items() if found.outcome == "admin")
                others = {left: found for group, found in groups.items() if (left := group & ~goals)}
                others.update(self._passing.reached(way, actors, (holding,), self._goes_on(goals)))
                lateral += [(way, others)] if others else []
            for edge in self._finder.edges(way, actors, goals, is_first=True):
                level = SURENESS.index(edge.verdict)
                by_way.setdefault(way.id, []).append(level)
                is_sure = edge.end not in self._question.starts and not (self._reads_sessions and way.id in CONSOLE)
                best = min(best, level) if is_sure else min(best, _NONE - 1)
        return _First(by_way, best, lateral)


def _growing(waiting: Mapping[str, bool]) -> Iterator[str]:
    """Each that waits, also those who come meanwhile, or again."""
    done: dict[str, bool] = {}
    while left := [arn for arn, is_whole in waiting.items() if done.get(arn) is not is_whole]:
        for arn in left:
            done[arn] = waiting[arn]
            yield arn
