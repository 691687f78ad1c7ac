"""Paths out of edges: the surest, then shortest way on from each first edge (EP51, EP52)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from iamtui.analysis.paths.answer.results import Edge, Node, Path
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
    onward = best_ways(edges, is_goal)
    around: dict[str, dict[Node, tuple[Edge, ...]]] = {}  # by start the ways on that do not come back to it
    found: list[Path] = []
    complete = True
    for edge in edges:
        if edge.in_console or (wanted and edge.start not in wanted):  # a console is gone on from a password alone
            continue
        if is_goal(edge):
            found.append(Path((edge,)))
            continue
        rest = onward.get(edge.target)
        if any(edge.start in (one.start, one.end) for one in rest or ()):
            if edge.start not in around:
                others = [one for one in edges if edge.start not in (one.start, one.end)]
                around[edge.start] = best_ways(others, is_goal)
            rest = around[edge.start].get(edge.target)
        if rest is None:
            continue
        if len(rest) + 1 > most_steps:
            complete = False
            continue
        found.append(Path((edge, *rest)))
    return FoundPaths(tuple(sorted(found, key=order_of)), complete)


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
    waiting: list[tuple[_Cost, int, tuple[Edge, ...]]] = []
    for place, edge in enumerate(edges):
        if is_goal(edge):
            waiting.append((_cost((edge,)), place, (edge,)))
        else:
            into[edge.target].append(edge)
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
