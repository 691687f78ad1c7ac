"""Paths out of edges: the surest, then shortest way on from each first edge (EP51, EP52)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.guises import Node, as_told
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness, worst

_Cost = tuple[int, int, tuple[str, ...]]
"""Verdict, length, and for a stable order ways and ends."""


class FoundPaths(NamedTuple):
    """Paths in their stable order; `complete` unless the bound of steps cut one off."""

    paths: tuple[Path, ...]
    complete: bool


def order_of(path: Path) -> tuple[int, int, str, str, str]:
    """Verdict, length, start, way, end."""
    first = path.edges[0]
    return (SURENESS.index(path.verdict), len(path.edges), path.start, first.way.id, path.end)


def paths_of(
    edges: Sequence[Edge], most_steps: int, is_goal: Callable[[Edge], bool], wanted: Collection[str]
) -> FoundPaths:
    """A path for each edge: itself where it ends at a goal, else with the best way on from its end (EP51).

    Of the edges that start at one of `wanted`, if any are.
    """
    onward = _Onward(edges, is_goal)
    found: list[Path] = []
    complete = True
    for edge in edges:
        if edge.start_as is not None or (wanted and edge.start not in wanted):  # a guise is gone on from alone
            continue
        rest = () if is_goal(edge) else onward.after(edge)
        if rest is not None and len(rest) + 1 > most_steps:
            complete = False
            rest = onward.after(edge, most_steps - 1)
        if rest is not None:
            found.append(Path((edge, *rest)))
    return FoundPaths(tuple(_of_each_edge(sorted(found, key=order_of))), complete)


def _of_each_edge(paths: Sequence[Path]) -> Iterator[Path]:
    """The paths without those that begin as another does, but for what the first edge leaves of its end (EP22)."""
    begun: set[EdgeKey] = set()
    for path in paths:
        first = path.edges[0]
        if len(path.edges) == 1 or first.key not in begun:
            yield path
        begun.update((first.key,) if len(path.edges) > 1 else ())


class _Onward:
    """The ways on among some edges, of any length or of few edges: a longer one may be surer (EP52)."""

    def __init__(self, edges: Sequence[Edge], is_goal: Callable[[Edge], bool]) -> None:
        self._edges, self._is_goal = edges, is_goal
        self._best = best_ways(edges, is_goal)
        self._within: list[Mapping[Node, tuple[Edge, ...]]] = [{}]
        self._around: dict[Node, _Onward] = {}

    def after(self, edge: Edge, most: int | None = None) -> tuple[Edge, ...] | None:
        """The best way on after an edge that does not come back to its start, of at most so many edges."""
        way = self._way(edge.target, most)
        start = as_told(edge.start, edge.start_as)
        if way is None or not _passes(way, start):
            return way
        if start not in self._around:
            self._around[start] = _Onward([one for one in self._edges if not _passes((one,), start)], self._is_goal)
        return self._around[start]._way(edge.target, most)

    def _way(self, start: Node, most: int | None) -> tuple[Edge, ...] | None:
        if most is None:
            return self._best.get(start)
        while len(self._within) <= most:
            self._within.append(self._one_longer(self._within[-1]))
        return self._within[most].get(start)

    def _one_longer(self, known: Mapping[Node, tuple[Edge, ...]]) -> Mapping[Node, tuple[Edge, ...]]:
        """The best way of each start that is one edge, or one before a way that is known."""
        found: dict[Node, tuple[Edge, ...]] = {}
        for edge in self._edges:
            rest = () if self._is_goal(edge) else known.get(edge.target)
            if rest is None or _passes(rest, as_told(edge.start, edge.start_as)):
                continue
            held = found.get(edge.source)
            if held is None or _cost((edge, *rest)) < _cost(held):
                found[edge.source] = (edge, *rest)
        return found


def _passes(way: Sequence[Edge], who: Node) -> bool:
    """Whether somebody is on a way, in whatever session; who was made stronger on it is another (EP20, EP33).

    It stays another where it changes itself once more: it does not come back to whom it was.
    """
    for one in way:
        start = one.start if one.start_as is None else as_told(one.start, one.start_as)
        if one.end_as is not None:
            end = as_told(one.end, one.end_as)
        else:
            end = start if one.start_as is not None and one.end == one.start else one.end
        if who in (start, end):
            return True
    return False


def leading(edges: Sequence[Edge], known: Collection[Node], ends: Collection[str]) -> list[Edge]:
    """The edges without those to one of `known`, or in the console, from whom none leads on; `ends` are asked for."""
    kept = list(edges)
    while True:
        sources = {edge.source for edge in kept}
        left = [one for one in kept if not _goes_on(one, known) or one.target in sources or one.end in ends]
        if len(left) == len(kept):
            return kept
        kept = left


def _goes_on(edge: Edge, known: Collection[Node]) -> bool:
    return edge.outcome == "lateral" and (not isinstance(edge.target, str) or edge.target in known)


def best_ways(edges: Sequence[Edge], is_goal: Callable[[Edge], bool]) -> dict[Node, tuple[Edge, ...]]:
    """For each start the surest, then shortest edges to a goal: the best way of all goes on into the next best."""
    into: dict[Node, list[Edge]] = defaultdict(list)
    ended: dict[Node, tuple[_Cost, int, tuple[Edge, ...]]] = {}  # of each start the best edge to a goal alone (EP58)
    for place, edge in enumerate(edges):
        if is_goal(edge):
            cost, known = _cost((edge,)), ended.get(edge.source)
            if known is None or cost < known[0]:
                ended[edge.source] = (cost, place, (edge,))
        else:
            into[edge.target].append(edge)
    waiting = list(ended.values())
    heapify(waiting)
    best: dict[Node, tuple[Edge, ...]] = {}
    count = len(edges)
    while waiting:
        _, _, way = heappop(waiting)
        start = way[0].source
        if start not in best:
            best[start] = way
            for edge in into[start]:
                if edge.source not in best:
                    count += 1
                    longer = (edge, *way)
                    heappush(waiting, (_cost(longer), count, longer))
    return best


def _cost(edges: tuple[Edge, ...]) -> _Cost:
    sure: Sureness = worst(*(edge.verdict for edge in edges))
    return (SURENESS.index(sure), len(edges), tuple(part for edge in edges for part in (edge.way.id, edge.end)))
