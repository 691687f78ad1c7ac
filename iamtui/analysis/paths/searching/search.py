"""The search: backwards from administrators, who has an edge into the set, then into the set grown by them (EP50)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from iamtui import catalog
from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.answer.choke_points import choke_points
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.graph import reach_of
from iamtui.analysis.paths.answer.pace import Early, Pace, Progress
from iamtui.analysis.paths.answer.question import PathError, PathQuestion
from iamtui.analysis.paths.answer.results import Administrator, Path, Paths
from iamtui.analysis.paths.answer.ways_on import FoundPaths, leading, order_of
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.requests.holding import Holding, Words, actions_asked
from iamtui.analysis.paths.requests.steps import Sureness
from iamtui.analysis.paths.requests.trusting import can_start
from iamtui.analysis.paths.searching.console import CONSOLE, Console, reads_sessions
from iamtui.analysis.paths.searching.forwards import Forwards
from iamtui.analysis.paths.searching.growing import Growing
from iamtui.analysis.paths.searching.joining import Joining
from iamtui.analysis.paths.searching.lateral import lateral_edges
from iamtui.analysis.paths.searching.outside import edges_from_outside
from iamtui.analysis.paths.searching.passing import passing_edges
from iamtui.analysis.paths.searching.picture import Picture
from iamtui.analysis.paths.searching.returning import MOST_SOURCES, Returning, as_told
from iamtui.analysis.paths.searching.strengthening import Strengthening
from iamtui.analysis.paths.walks.direct_reads import (
    REACH,
    DirectReads,
    is_nothing_new,
    needed_of,
    read_actions,
    sensitive_in,
)
from iamtui.analysis.paths.walks.filters import Filters
from iamtui.analysis.paths.ways.catalogue import Catalogue, Way, catalogue
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.files.collector import collector_waiting
from iamtui.snapshot.model import Role, Snapshot
from iamtui.snapshot.resource_kinds import kind_of

_ASKING_LAST = ("lateral", "all")
"""Outcomes of which edges are still looked for where paths are made."""


def find_paths(
    snapshot: Snapshot,
    question: PathQuestion,
    progress: Progress | None = None,
    ways: Catalogue | None = None,
    filters: Filters | None = None,
    likeness: type[Likeness] = Likeness,
    early: Early = lambda administrators: None,
) -> Paths:
    """All paths that `question` asks for; `ways` and `filters` are the bundled ones if left out.

    `likeness` says who is decided alike; a law holds that the answer does not depend on it. `early` is told who is an
    administrator before paths are looked for.

    Raises:
        PathError: a principal or a way of the question does not exist.
    """
    search = _Search(snapshot, question, ways or catalogue(), filters or Filters(snapshot), likeness)
    with collector_waiting():  # nothing dies in circles, neither meanwhile nor with the answer
        return search.run(progress or (lambda done, count: None), early)


class _Search:
    def __init__(
        self,
        snapshot: Snapshot,
        question: PathQuestion,
        ways: Catalogue,
        filters: Filters,
        likeness: type[Likeness],
    ) -> None:
        self._snapshot = snapshot
        self._question = question
        asked = (step.ask for way in ways.ways for step in way.asked())
        words = Words((*actions_asked(), *asked, *read_actions()))
        self._picture = picture = Picture(snapshot, question, words, filters, likeness)
        self._desk, self._words, self._places = picture.desk, words, picture.places
        self._standing, self._likeness = picture.standing, picture.likeness
        self._ways = _chosen_ways(ways, question.ways)
        self._actors: Mapping[str, Actors] = {}
        self._outside: dict[str, Sequence[Edge]] = {}
        self._inactive = tuple(way.id for way in self._ways if not _is_active(way))
        self._active = [way for way in self._ways if way.id not in self._inactive]
        for arn in (*question.starts, *question.ends):
            if snapshot.user(arn) is None and snapshot.role(arn) is None:
                raise PathError(f"{arn}: no user or role of the exported accounts")

    def run(self, progress: Progress, early: Early) -> Paths:
        self._pace = Pace(progress, len(self._ways))
        to_ends = bool(self._question.named)
        self._finder = self._picture.finder()
        self._finder.pause = self._pace.step
        if self.is_forwards:
            sources = self._led_to()
            administrators = tuple(self._standing.told())
        else:
            administrators = tuple(self._pace.over(self._picture.judge.all()))
            early(administrators)
            self._standing.know(administrators)
            sources = list(self._holdings())
        goals = self._places.each(self._standing.administrators)
        console = self._console(sources)
        edges = list(self._edges(sources, self._question.ends if to_ends else tuple(goals), administrators))
        self._let_go()
        edges = self._in_console(console, edges)
        wanted = frozenset(self._question.starts)
        joining = Joining(self._finder, self._question, self._places, console, self._pace)
        edges, found = joining.joined(edges)
        back = self._returning(sources, edges, found.paths)
        others = (*back.paths, *self._lateral(sources, edges))
        every = sorted((*found.paths, *others), key=order_of) if others else found.paths
        paths = tuple(joining.told(path for path in every if not wanted or path.start in wanted))
        self._desk.forget()
        self._pace.sign()
        return Paths(
            administrators,
            paths,
            () if self.is_forwards else choke_points(edges, self._finder.graph, self._question.named, back.paths),
            None,
            (*left_out(self._snapshot), *self._desk.leans_on),
            len(wanted) or len(sources),
            sum(count for start, count in self._finder.more.items() if not wanted or start in wanted),
            self._finder.graph,
            self._inactive,
            complete=found.complete and back.complete,
        )

    def _let_go(self) -> None:
        """Let go of what edges were found with, where all are: joining many to paths needs the room (EP58)."""
        if self._question.outcome in _ASKING_LAST or len(self._places.arns) <= MOST_SOURCES:
            return
        self._desk.forget()
        self._finder.finish()
        self._likeness.forget_all()
        self._actors = {}
        del self._picture

    def _passing(self) -> Iterator[Edge]:
        """The edges through who administers under conditions alone (EP9)."""
        takers = [(way, self._actors[way.id]) for way in self._active]
        return passing_edges(self._finder, self._standing, takers, self._desk)

    def _console(self, sources: Sequence[Holding]) -> Console | None:
        """What asks in the console; None where that gives the same answers (EP21)."""
        has_ways = any(way.id in CONSOLE for way in self._ways)
        if not has_ways or not reads_sessions(self._snapshot):
            return None
        console = Console(self._desk, {one.arn: one for one in sources})
        if not self._question.named:
            self._finder.idle = partial(console.idle, self._standing)
        return console

    def _in_console(self, console: Console | None, edges: list[Edge]) -> list[Edge]:
        """The edges with what follows a password asked in the console, without those that lead nowhere then."""
        if console is None:
            return edges
        found = list(console.edges(self._pace.over(edges)))
        console.note(self._finder.graph, found)
        return leading(found, {edge.source for edge in edges}, self._question.ends)

    def _returning(self, sources: Sequence[Holding], edges: Sequence[Edge], paths: Sequence[Path]) -> FoundPaths:
        """Paths that end at an earlier one of them (EP20), of who has none in `paths` that is as sure."""
        if self._question.named or len(self._places.arns) > MOST_SOURCES:
            return FoundPaths((), complete=True)
        every = replace(self._question, most_ends=None)
        making, passing = self._finder.anew(every), self._finder.anew(every).passing()
        is_read = reads_sessions(self._snapshot)
        ways = [way for way in self._active if not (is_read and way.id in CONSOLE)]
        returning = Returning(passing, making, ways, sources, self._question.most_steps, self._from_outside)
        own: dict[str, Sureness] = {}
        for path in paths:
            if path.outcome == "admin":
                own.setdefault(path.start, path.verdict)  # the surest comes first
        self._finder.graph.back = returning.back
        found = returning.paths(own)
        told = (one for one in found.paths if one.verdict == "proven" or not self._question.certain)
        return found._replace(paths=tuple(as_told(told, edges)))

    def _lateral(self, sources: Sequence[Holding], edges: Sequence[Edge]) -> Iterator[Path]:
        """Paths of one edge that lead to no administrator (EP8)."""
        if self._question.named or self._question.outcome not in _ASKING_LAST:
            return
        most = self._question.most_ends if len(sources) > MOST_SOURCES else None
        finder = self._finder.anew(replace(self._question, most_ends=most))
        leading = self._places.of(edge.start for edge in edges if edge.start_as is None)
        into = self._places.all & ~self._standing.administrators & ~leading
        wanted = [one for one in sources if not self._question.starts or one.arn in self._question.starts]
        for edge in lateral_edges(finder.trying, finder, self._question, self._active, wanted, into):
            if edge.verdict == "proven" or not self._question.certain:
                yield Path((edge,))
        self._finder.more.update(finder.more)

    @property
    def is_forwards(self) -> bool:
        """Whether so many might be asked that only those are to whom somebody leads."""
        question = self._question
        is_plain = not question.reads and (question.outcome == "admin" or bool(question.ends))
        return bool(question.starts) and is_plain and len(self._places.arns) > MOST_SOURCES

    def _led_to(self) -> list[Holding]:
        """Those on whom the paths of some depend (EP50)."""
        console = self._console(())
        finder = self._finder.anew(self._question)
        enters = None if console is None else console.judged
        return list(Forwards(finder, self._question, self._active, self._source, self._standing, enters).sources())

    def _holdings(self) -> Iterator[Holding]:
        return (one for arn in self._places.arns if (one := self._source(arn)) is not None)

    def _source(self, arn: str) -> Holding | None:
        """One who may start a path: no proven administrator, nor an end itself (EP9)."""
        held = self._places.entity(arn)
        if held is None or (isinstance(held[1], Role) and not can_start(held[1])):
            return None
        if self._question.named:
            return None if arn in self._question.ends else self._words.holding(self._snapshot, *held)
        judged = self._standing.of(arn)
        is_done = judged is not None and judged.verdict == "proven"
        return None if is_done else self._words.holding(self._snapshot, *held)

    def _edges(
        self, sources: list[Holding], goals: Sequence[str], administrators: Sequence[Administrator]
    ) -> Iterator[Edge]:
        """Edges into the goals, then into who has one, until nobody new has any."""
        direct = {(edge.start, edge.end): edge for edge in self._reads(sources)}
        needed = needed_of(() if self._question.ends else direct.values(), len(self._question.reads))
        others = [one for one in sources if needed.get(one.arn) != frozenset()]  # nothing is gained by becoming another
        self._actors = self._finder.actors(self._active, others)
        self._likeness.forget()
        growing = Growing(
            self._finder,
            self._active,
            self._actors,
            self._from_outside,
            lambda edge: is_nothing_new(edge, direct, needed.get(edge.start)),
            self._pace,
        )
        rounds = self._question.most_steps + 1  # one more tells whether the bound cuts
        edges = list(growing.edges(goals, rounds, direct.values()))
        edges += () if self._question.named else self._passing()
        yield from edges
        if not self._question.named and len(self._places.arns) <= MOST_SOURCES:
            yield from self._stronger(growing, edges, administrators)

    def _stronger(
        self, growing: Growing, edges: Sequence[Edge], administrators: Sequence[Administrator]
    ) -> Iterator[Edge]:
        """Edges of whom others make stronger, and what leads there (EP33)."""
        stage = Strengthening(self._picture, administrators, self._active, self._question.most_steps, self._pace.step)
        stage.begin(self._finder, self._actors)
        found = list(stage.all(growing, edges))
        self._finder.graph.reaches += [reach_of(edge, self._places) for edge in found if edge.is_guised]
        yield from found

    def _from_outside(self, arn: str) -> Sequence[Edge]:
        """Who comes into a role from outside (EP44)."""
        if arn not in self._outside:
            is_asked = self._snapshot.role(arn) is not None and not self.is_forwards
            judged = None if self._question.named else self._standing.of(arn)
            found = edges_from_outside(self._desk, arn, judged) if is_asked else ()
            self._outside[arn] = tuple(found)
            self._finder.graph.outside += self._outside[arn]
        return self._outside[arn]

    def _reads(self, sources: Sequence[Holding]) -> Iterator[Edge]:
        """Direct reads of what is asked for, or is sensitive; of each source as many as are told of a way (EP51)."""
        question = self._question
        if question.ways and REACH.id not in question.ways:
            return
        is_asked = question.outcome in ("data", "all") and not question.ends
        arns = question.reads or (sensitive_in(self._snapshot) if is_asked else ())
        reads = DirectReads(self._desk, self._words, {arn: kind_of(arn) for arn in arns})
        for holding in sources if arns else ():
            found = list(reads.edges(holding))
            self._finder.note_reads(holding, found)
            yield from found[: question.most_ends]
            self._finder.more[holding.arn] += len(found[question.most_ends :]) if question.most_ends is not None else 0


def _chosen_ways(ways: Catalogue, ids: tuple[str, ...]) -> tuple[Way, ...]:
    for wanted in ids:
        if wanted not in ways.by_id and wanted != REACH.id:
            raise PathError(f"{wanted}: no way of that id in the catalogue")
    return tuple(way for way in ways.ways if not ids or way.id in ids)


def _is_active(way: Way) -> bool:
    """Whether AWS has every action of it (EP24)."""
    return all(catalog.exists(step.ask) for step in way.asked())
