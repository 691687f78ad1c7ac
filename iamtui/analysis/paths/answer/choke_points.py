"""Edges without which most sources have no proven path any more: dominators of the graph turned round (EP53)."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.graph import Graph
from iamtui.analysis.paths.answer.guises import Node
from iamtui.analysis.paths.answer.results import ChokePoint, Path
from iamtui.analysis.paths.answer.ways_on import best_ways

_MOST_CHOKE_POINTS = 10

_Node = Node | int
"""A principal by its ARN, an edge by its place; the goal behind all administrators is -1. In the console one is no
source of its own."""

_GOAL = -1


def starts_that_reach(edges: Sequence[Edge], ends: Collection[str]) -> tuple[str, ...]:
    """Who has a way by some edges to one of `ends`, or to an administrator if there are none; the nearest first."""
    into: dict[str, list[str]] = defaultdict(list)
    reached: dict[str, None] = {}
    for edge in edges:
        if is_goal(edge, ends):
            reached.setdefault(edge.start)
        else:
            into[edge.end].append(edge.start)
    waiting = list(reached)
    for arn in waiting:
        for start in into[arn]:
            if start not in reached:
                reached[start] = None
                waiting.append(start)
    return tuple(reached)


def is_goal(edge: Edge, ends: Collection[str]) -> bool:
    """Whether an edge ends where paths are to lead."""
    return edge.end in ends if ends else edge.outcome == "admin"


def choke_points(
    edges: Sequence[Edge], graph: Graph, ends: Collection[str] = (), back: Sequence[Path] = ()
) -> tuple[ChokePoint, ...]:
    """The proven edges whose removal takes the last proven way from most sources.

    Where not all edges are told, some lead back (EP20), or one is that of somebody who was made stronger in several
    ways (EP33), what the told ones say is the most that one can cut, and those on all paths in `back` of one who has no
    other; it is counted over all then.
    """
    proven = [edge for edge in edges if edge.verdict == "proven"]
    into: dict[_Node, list[_Node]] = defaultdict(list)
    known: dict[tuple[Node, EdgeKey], int] = {}  # what one edge leaves of its end is no edge of its own
    for at, edge in enumerate(proven):
        place = known.setdefault((edge.source, edge.key), at)
        into[_GOAL if is_goal(edge, ends) else edge.target].append(place)
        into[place] = [edge.source]
    order = _after_all(into)
    count = sum(isinstance(node, str) for node in order)
    cuts = _dominated(order, _dominators(order, into))
    places = [node for node in order[1:] if isinstance(node, int) and cuts[node]]
    found = [ChokePoint(proven[place], cuts[place], count) for place in places]
    several = list(_of_several_guises(proven, ends))
    if graph.is_capped or graph.back.made or several:
        known_starts = {node for node in order if isinstance(node, str)}
        found = _counted(_with_back([*found, *several], back, known_starts), graph)
    return tuple(sorted(found, key=_order)[:_MOST_CHOKE_POINTS])


def _of_several_guises(proven: Sequence[Edge], ends: Collection[str]) -> Iterator[ChokePoint]:
    """The edges that are one (EP22), but start at somebody in several guises: none of these alone is all of it.

    Such an edge cuts nobody off whose best way passes it in no guise.
    """
    found: dict[EdgeKey, dict[Node, Edge]] = defaultdict(dict)
    for edge in proven:
        if edge.kept:
            found[edge.key].setdefault(edge.source, edge)
    several = {key: next(iter(held.values())) for key, held in found.items() if len(held) > 1}
    ways = best_ways(proven, lambda edge: is_goal(edge, ends)) if several else {}
    passed = Counter(key for start, way in ways.items() if isinstance(start, str) for key in {one.key for one in way})
    yield from (ChokePoint(edge, passed[key], len(ways)) for key, edge in several.items() if passed[key])


def _with_back(found: Sequence[ChokePoint], back: Sequence[Path], known: Collection[str]) -> list[ChokePoint]:
    """The most that each can cut, those counted too that only have paths that lead back."""
    resting: dict[str, dict[EdgeKey, Edge]] = {}
    for path in back:
        if path.verdict == "proven" and path.start not in known:
            every = {edge.key: edge for edge in path.edges}
            kept = resting.setdefault(path.start, every)
            resting[path.start] = {key: edge for key, edge in kept.items() if key in every}
    most = {point.edge.key: point for point in found}
    for edges in resting.values():
        for key, edge in edges.items():
            point = most.get(key) or ChokePoint(edge, 0, 0)
            most[key] = ChokePoint(point.edge, point.cuts + 1, point.of)
    return sorted(most.values(), key=_order)


def _order(point: ChokePoint) -> tuple[int, str, str, str]:
    return (-point.cuts, point.edge.start, point.edge.way.id, point.edge.end)


def _counted(at_most: Sequence[ChokePoint], graph: Graph) -> list[ChokePoint]:
    """The choke points, counted over all edges; what cannot be among those told is not counted."""
    count = len(graph.starts())
    found: list[ChokePoint] = []
    for point in at_most:
        if len(found) >= _MOST_CHOKE_POINTS and found[_MOST_CHOKE_POINTS - 1].cuts >= point.cuts:
            break
        cuts = count - len(graph.starts(point.edge))
        if cuts:
            insort(found, ChokePoint(point.edge, cuts, count), key=_order)
    return found


def _after_all(into: Mapping[_Node, Sequence[_Node]]) -> list[_Node]:
    """What reaches the goal, the goal first, each thing before what it alone leads to."""
    seen: set[_Node] = {_GOAL}
    left: list[_Node] = []
    waiting: list[tuple[_Node, int]] = [(_GOAL, 0)]
    while waiting:
        node, place = waiting.pop()
        nexts = into.get(node, ())
        if place == len(nexts):
            left.append(node)
            continue
        waiting.append((node, place + 1))
        if nexts[place] not in seen:
            seen.add(nexts[place])
            waiting.append((nexts[place], 0))
    return left[::-1]


def _dominators(order: Sequence[_Node], into: Mapping[_Node, Sequence[_Node]]) -> Mapping[_Node, _Node]:
    """For each thing the nearest one that is on all its ways to the goal (Cooper, Harvey and Kennedy)."""
    number = {node: place for place, node in enumerate(order)}
    before: dict[_Node, list[_Node]] = defaultdict(list)
    for node in order:
        for following in into.get(node, ()):
            before[following].append(node)
    nearest: dict[_Node, _Node] = {_GOAL: _GOAL}
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            known = [one for one in before[node] if one in nearest]
            found = known[0]
            for one in known[1:]:
                found = _common(found, one, nearest, number)
            if nearest.get(node) != found:
                nearest[node] = found
                changed = True
    return nearest


def _common(first: _Node, second: _Node, nearest: Mapping[_Node, _Node], number: Mapping[_Node, int]) -> _Node:
    while first != second:
        while number[first] > number[second]:
            first = nearest[first]
        while number[second] > number[first]:
            second = nearest[second]
    return first


def _dominated(order: Sequence[_Node], nearest: Mapping[_Node, _Node]) -> Mapping[_Node, int]:
    """How many principals each thing is on all the ways of."""
    found: dict[_Node, int] = {node: int(isinstance(node, str)) for node in order}
    for node in reversed(order[1:]):
        found[nearest[node]] += found[node]
    return found
