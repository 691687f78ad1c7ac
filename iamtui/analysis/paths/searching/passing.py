"""Edges through who is an administrator only under conditions, or perhaps: it may surely become one by a way (EP9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.privileges.standing import Standing
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness
from iamtui.analysis.paths.searching.outside import edges_from_outside
from iamtui.analysis.paths.ways.catalogue import Way


def passing_edges(
    finder: EdgeFinder, standing: Standing, takers: Sequence[tuple[Way, Actors]], desk: Desk
) -> Iterator[Edge]:
    """The edges on which somebody comes through such an end more surely than to it.

    An edge to an administrator under conditions has these conditions (EP5); who goes on from there does not need them.
    """
    through, done = finder.passing(), 0
    while surer := [(verdict, new) for verdict, ends in _surer_by_paths(finder, standing) if (new := ends & ~done)]:
        for verdict, ends in surer:
            for way, actors in takers:
                if way.outcome.becomes in way.bind:
                    yield from through.becoming(way, actors, ends, surer_than=verdict)
            for arn in finder.places.each(ends):
                outside = [one for one in edges_from_outside(desk, arn, None) if _is_surer(one.verdict, verdict)]
                finder.graph.outside += outside
                yield from outside
            done |= ends


def _surer_by_paths(finder: EdgeFinder, standing: Standing) -> Iterator[tuple[Sureness, int]]:
    """Administrators whose paths are surer than what they are, by what they are."""
    for surer, verdict in pairwise(SURENESS):
        yield verdict, standing.as_sure(verdict) & finder.graph.level(surer)


def _is_surer(one: Sureness, than: Sureness) -> bool:
    return SURENESS.index(one) < SURENESS.index(than)
