"""Edges beyond as many as are told of a way: one that is surer than those is told all the same (EP51)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.paths.catalogue import Way
from iamtui.analysis.paths.graph import Graph
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.results import Edge
from iamtui.analysis.paths.steps import SURENESS, Sureness, worst
from iamtui.analysis.paths.trying import Found


class Untold(NamedTuple):
    """What came of a way for actors who are alike, not all of which is told; `edge` makes the edge of one to an end."""

    way: Way
    members: Sequence[Holding]
    found: Mapping[int, Found]
    edge: Callable[[Holding, int, int], Edge]


def surer(graph: Graph, untold: Iterable[Untold], edges: Iterable[Edge]) -> Iterator[Edge]:
    """For each start and way the edge on which the surest path begins, where none that is told is as sure."""
    levels = {verdict: graph.level(verdict) | graph.goals for verdict in SURENESS}
    told: dict[tuple[str, str], Sureness] = {}
    for edge in edges:
        key, sure = (edge.start, edge.way.id), _with_way_on(graph, levels, edge)
        if sure is not None and (key not in told or SURENESS.index(sure) < SURENESS.index(told[key])):
            told[key] = sure
    for one in untold:
        for holding in one.members:
            key = (holding.arn, one.way.id)
            found = _surest(graph, levels, one, holding)
            if found is not None and (key not in told or SURENESS.index(found[0]) < SURENESS.index(told[key])):
                told[key] = found[0]
                yield one.edge(holding, *found[1:])


def _with_way_on(graph: Graph, levels: Mapping[Sureness, int], edge: Edge) -> Sureness | None:
    """How sure the surest path is that begins with an edge; None where it leads nowhere."""
    if edge.outcome != "lateral":
        return edge.verdict
    end = graph.places.of((edge.end,))
    return next((worst(edge.verdict, level) for level in SURENESS if levels[level] & end), None)


def _surest(
    graph: Graph, levels: Mapping[Sureness, int], one: Untold, holding: Holding
) -> tuple[Sureness, int, int] | None:
    """The verdict of the surest path that begins with a way, the group of ends that it leads to, and the first end."""
    own = ~graph.places.of((holding.arn,))
    for level in SURENESS:
        for group, found in one.found.items():
            ends = group & own & (group if found.outcome == "admin" else levels[level])
            if ends and SURENESS.index(found.verdict) <= SURENESS.index(level):
                return level, group, ends & -ends
    return None
