"""Edges beyond as many as are told of a way: one that is surer than those is told all the same (EP51)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.graph import Graph
from iamtui.analysis.paths.answer.guises import CONSOLE, Guise
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.answer.teller import Teller
from iamtui.analysis.paths.ends.trying import Found
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness, worst
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.policy.elements import places_of


class Untold(NamedTuple):
    """What came of a way for actors who are alike, not all of which is told."""

    way: Way
    members: Sequence[Holding]
    found: Sequence[tuple[int, Found]]
    places: Places
    teller: Teller

    def edge(self, holding: Holding, found: Found, bit: int) -> Edge:
        """The edge of one of the actors to one of the ends of which something was found."""
        return edge_of(self.way, holding, self.places.first(bit), found, self.teller)


def edge_of(way: Way, holding: Holding, end: str, found: Found, teller: Teller) -> Edge:
    """The edge of an actor to an end."""
    return Edge(way, holding.arn, end, found.outcome, found.verdict, teller, found.size - 1)


Levels = Mapping[Guise | None, Mapping[Sureness, int]]
"""Who gets on, as the export has them and in the console, by how surely at least."""


def levels_of(graph: Graph, avoiding: int = 0) -> Levels:
    """Who is a goal, or has a path that passes nobody of `avoiding`."""
    guises = (None, CONSOLE) if graph.by_password else (None,)
    return {
        guise: {verdict: graph.level_as(verdict, guise, avoiding) | graph.goals for verdict in SURENESS}
        for guise in guises
    }


def surer(
    graph: Graph, untold: Iterable[Untold], edges: Iterable[Edge], levels: Levels, avoiding: int = 0
) -> Iterator[Edge]:
    """For each start and way the edge on which the surest path begins, where none that is told is as sure.

    Paths that pass somebody of `avoiding`, or end there, do not count, nor in `levels`; none begins in the console.
    """
    told = _surest_told(graph, edges, levels, avoiding)
    for one in untold:
        for holding in one.members:
            key, own = (holding.arn, one.way.id), graph.places.one(holding.arn)
            found = _surest(levels[CONSOLE if one.way.id in graph.by_password else None], one, own | avoiding)
            if found is not None and _is_surer(found[0], told.get(key)):
                told[key] = found[0]
                yield one.edge(holding, *found[1:])


def in_doubt(graph: Graph, untold: Iterable[Untold], edges: Iterable[Edge], levels: Levels, avoiding: int = 0) -> int:
    """The ends that are not told of ways by which a start might get on more surely than on what is told of these."""
    told = _surest_told(graph, edges, levels, avoiding)
    found = 0
    for one in untold:
        verdicts = [told.get((holding.arn, one.way.id)) for holding in one.members]
        surer_ones = (group for group, end in one.found if any(_is_surer(end.verdict, least) for least in verdicts))
        found = reduce(or_, surer_ones, found)
    return found


def returning(graph: Graph, edges: Iterable[Edge], paths: Iterable[Path], levels: Levels) -> Iterable[str]:
    """The starts that get on by some way as surely as `levels` say only through themselves (EP52)."""
    told: dict[tuple[str, str], Sureness] = {}
    for path in paths:
        told.setdefault(path.key[:2], path.verdict)  # the surest comes first
    found: dict[str, None] = {}
    for edge in (one for one in edges if one.start_as is None and not one.is_guised):
        sure = _with_way_on(graph, levels, edge, 0)
        if sure is not None and _is_surer(sure, told.get((edge.start, edge.way.id))):
            found.setdefault(edge.start)
    return found


def _surest_told(graph: Graph, edges: Iterable[Edge], levels: Levels, avoiding: int) -> dict[tuple[str, str], Sureness]:
    """How sure the surest path is that begins with an edge of each start and way."""
    told: dict[tuple[str, str], Sureness] = {}
    for edge in (one for one in edges if one.start_as is None and not one.is_guised):
        key, sure = (edge.start, edge.way.id), _with_way_on(graph, levels, edge, avoiding)
        if sure is not None and _is_surer(sure, told.get(key)):
            told[key] = sure
    return told


def _is_surer(verdict: Sureness, than: Sureness | None) -> bool:
    return than is None or SURENESS.index(verdict) < SURENESS.index(than)


def _with_way_on(graph: Graph, levels: Levels, edge: Edge, avoiding: int) -> Sureness | None:
    """How sure the surest path is that begins with an edge; None where it leads nowhere."""
    end = graph.places.one(edge.end)
    if edge.outcome != "lateral":
        return None if end & avoiding else edge.verdict
    return next((worst(edge.verdict, level) for level, those in levels[edge.end_as].items() if those & end), None)


def _surest(levels: Mapping[Sureness, int], one: Untold, avoiding: int) -> tuple[Sureness, Found, int] | None:
    """The verdict of the surest path that begins with a way, what was found of where it leads, and the first end."""
    for level in SURENESS:
        leading = [
            (ends & -ends, found)
            for group, found in one.found
            if SURENESS.index(found.verdict) <= SURENESS.index(level)
            and (ends := group & ~avoiding & (group if found.outcome == "admin" else levels[level]))
        ]
        if leading:
            first, found = min(leading)  # no two have an end in common
            return level, found, first
    return None


def in_order(found: Mapping[int, Found], those: int) -> Iterator[tuple[Sureness, int, int]]:
    """Each of some ends with how sure it is and its group: the surest first, equal ones as in the export (EP22)."""
    for verdict in SURENESS:
        groups = [group for group, one in found.items() if one.verdict == verdict]
        for place in places_of(sum(groups) & those):  # groups have no end in common
            yield verdict, next(group for group in groups if group >> place & 1), 1 << place
