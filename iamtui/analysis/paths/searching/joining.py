"""Edges joined to paths, with those that must be told beside as many as are told of a way (EP51, EP52)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.pace import Pace
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.answer.ways_on import FoundPaths, paths_of
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.ends.untold import Levels, in_doubt, levels_of, returning, surer
from iamtui.analysis.paths.searching.console import Console, note_entered


class Joining:
    """Makes paths of the edges that a search found."""

    def __init__(
        self, finder: EdgeFinder, question: PathQuestion, places: Places, console: Console | None, pace: Pace
    ) -> None:
        """Take edges from `finder`; `console` asks what comes after a password, if that may be decided otherwise."""
        self._finder, self._question, self._places, self._console = finder, question, places, console
        self._pace = pace

    def joined(self, edges: list[Edge]) -> tuple[list[Edge], FoundPaths]:
        """All edges, and the paths of those who were asked for, or of all."""
        asked = self._question.starts
        self._enter(edges)
        levels = self._add_surer(edges)
        found = self._paths(edges, ())  # of everybody: through whom those go on who were asked for
        around = list(self._around(edges, found.paths, levels)) if self._finder.untold else []
        more = list(self._also({edge.key: edge for _, edge in around}.values()))
        if more or asked or self._question.certain:
            edges = [edge for edge in (*edges, *more) if edge.verdict == "proven" or not self._question.certain]
            found = self._paths(edges, asked)
        passed = {edge.key for _, edge in around} - {edge.key for start, edge in around if edge.start == start}
        paths = found.paths if not passed else tuple(one for one in found.paths if one.edges[0].key not in passed)
        return edges, found._replace(paths=paths)  # on what only others pass nobody is told to begin

    def _enter(self, edges: list[Edge], avoiding: int = 0) -> None:
        """Add what follows in the console of who is not told to come there, where it may be surer there (EP21).

        Which of the ends of a way is told depends on who else is asked; how surely each leads on must not.
        """
        graph = self._finder.graph
        untold = [one for one in self._finder.untold if one.way.id in graph.by_password]
        if self._console is None or not untold:
            return
        into = [edge for edge in edges if edge.way.id in graph.by_password]
        ends = in_doubt(graph, untold, into, levels_of(graph, avoiding), avoiding)
        found = list(self._console.enter(self._places.each(ends)))
        note_entered(graph, found)
        edges += found

    def _around(self, edges: list[Edge], paths: Iterable[Path], levels: Levels) -> Iterator[tuple[str, Edge]]:
        """The edges by which starts get on without coming back to themselves, each with the start (EP52)."""
        graph, untold = self._finder.graph, self._finder.untold
        for start in returning(graph, edges, paths, levels):
            itself = self._places.one(start)
            self._enter(edges, itself)
            for edge in surer(graph, untold, edges, levels_of(graph, itself), itself):
                yield start, edge

    def _add_surer(self, edges: list[Edge]) -> Levels:
        """Add edges on which somebody gets on more surely, until what follows them in the console adds none.

        Who gets on then, and how surely.
        """
        graph = self._finder.graph
        while True:
            levels = levels_of(graph)
            more = list(self._also(surer(graph, self._finder.untold, edges, levels)))
            edges += more
            if not any(edge.in_console for edge in more):
                return levels

    def told(self, paths: Iterable[Path]) -> Iterator[Path]:
        """As many paths as are told of each start and way, the surest first; the others are counted (EP51)."""
        told: Counter[str] = Counter()
        of_way: Counter[tuple[str, str]] = Counter()
        most_ends, most = self._question.most_ends, self._question.most_paths
        for path in paths:
            key = path.key[:2]
            if (most_ends is None or of_way[key] < most_ends) and (most is None or told[path.start] < most):
                told[path.start] += 1
                of_way[key] += 1
                yield path
            else:
                self._finder.more[path.start] += 1

    def _paths(self, edges: list[Edge], wanted: Collection[str]) -> FoundPaths:
        self._pace.sign()
        return paths_of(edges, self._question.most_steps, self._is_goal, wanted)

    def _also(self, edges: Iterable[Edge]) -> Iterable[Edge]:
        """Edges that are told beyond as many as are told of a way."""
        self._pace.sign()
        more = list(edges)
        self._finder.more.subtract(edge.start for edge in more)
        if self._console is None:
            return more
        found = list(self._console.edges(more))
        note_entered(self._finder.graph, found)
        return found

    def _is_goal(self, edge: Edge) -> bool:
        """Whether an edge ends where paths are to lead: never at somebody who leads no further."""
        is_somebody = edge.end_as is not None or self._places.entity(edge.end) is not None
        return edge.outcome != "lateral" or edge.end in self._question.ends or not is_somebody
