"""Paths out of edges: the surest, then shortest way on from each first edge, and what cuts most (EP51-EP53)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.paths.results import SURENESS, ChokePoint, Edge, Path, Sureness, worst

_MOST_CHOKE_POINTS = 10


class FoundPaths(NamedTuple):
    """Paths in their stable order; `complete` unless the bound of steps cut one off."""

    paths: tuple[Path, ...]
    complete: bool


def order_of(path: Path) -> tuple[int, int, str, str, str]:
    """Verdict, length, start, way, end."""
    first = path.edges[0]
    return (SURENESS.index(path.verdict), len(path.edges), path.start, first.way.id, path.end)


def paths_of(edges: Sequence[Edge], most_steps: int) -> FoundPaths:
    """A path for each edge: itself where it ends at a goal, else with the best way on from its end (EP51)."""
    onward = _best(edges)
    found: list[Path] = []
    complete = True
    for edge in edges:
        if _is_end(edge, edges, onward):
            found.append(Path((edge,)))
            continue
        rest = onward.get(edge.end)
        if rest is None or edge.start in {edge.end, *(one.end for one in rest), *(one.start for one in rest)}:
            continue
        if len(rest) + 1 > most_steps:
            complete = False
            continue
        found.append(Path((edge, *rest)))
    return FoundPaths(tuple(sorted(found, key=order_of)), complete)


def _is_end(edge: Edge, edges: Sequence[Edge], onward: Mapping[str, tuple[Edge, ...]]) -> bool:
    return edge.outcome == "admin" or edge.end not in onward


def _best(edges: Sequence[Edge]) -> dict[str, tuple[Edge, ...]]:
    """For each start the surest, then shortest edges to a goal: relaxed until nothing gets better."""
    best: dict[str, tuple[Edge, ...]] = {}
    starts = {edge.start for edge in edges}
    changed = True
    while changed:
        changed = False
        for edge in edges:
            if edge.outcome == "admin" or edge.end not in starts:
                way: tuple[Edge, ...] = (edge,)
            elif edge.end in best and edge.start not in {one.start for one in best[edge.end]}:
                way = (edge, *best[edge.end])
            else:
                continue
            held = best.get(edge.start)
            if held is None or _cost(way) < _cost(held):
                best[edge.start] = way
                changed = True
    return best


def _cost(edges: Iterable[Edge]) -> tuple[int, int, tuple[str, ...]]:
    held = tuple(edges)
    sure: Sureness = worst(*(edge.verdict for edge in held))
    return (SURENESS.index(sure), len(held), tuple(part for edge in held for part in (edge.way.id, edge.end)))


def choke_points(edges: Sequence[Edge]) -> tuple[ChokePoint, ...]:
    """The proven edges whose removal takes the last proven way from most sources, besides their own start (EP53)."""
    proven = [edge for edge in edges if edge.verdict == "proven"]
    before = _reaching(proven)
    found = []
    for edge in proven:
        lost = before - _reaching([one for one in proven if one is not edge])
        if lost:
            found.append(ChokePoint(edge, len(lost), len(before)))
    found.sort(key=lambda one: (-one.cuts, one.edge.start, one.edge.way.id, one.edge.end))
    return tuple(found[:_MOST_CHOKE_POINTS])


def _reaching(edges: Sequence[Edge]) -> set[str]:
    """Who has a way to an administrator."""
    into: dict[str, list[str]] = defaultdict(list)
    waiting: list[str] = []
    for edge in edges:
        if edge.outcome == "admin":
            waiting.append(edge.start)
        else:
            into[edge.end].append(edge.start)
    found: set[str] = set()
    while waiting:
        arn = waiting.pop()
        if arn not in found:
            found.add(arn)
            waiting += into[arn]
    return found
