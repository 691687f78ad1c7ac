"""The search: backwards from administrators, who has an edge into the set, then into the set grown by them (EP50)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from iamtui import catalog
from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import Desk
from iamtui.analysis.paths.catalogue import Catalogue, Way, catalogue
from iamtui.analysis.paths.choke_points import choke_points
from iamtui.analysis.paths.console import CONSOLE, Console, reads_sessions
from iamtui.analysis.paths.direct_reads import REACH, DirectReads, read_actions, sensitive_in
from iamtui.analysis.paths.edges import Actors, EdgeFinder
from iamtui.analysis.paths.filters import Filters
from iamtui.analysis.paths.holding import Holding, Words, actions_asked
from iamtui.analysis.paths.lateral import lateral_edges
from iamtui.analysis.paths.likeness import Likeness
from iamtui.analysis.paths.outside import edges_from_outside
from iamtui.analysis.paths.pace import Pace, Progress
from iamtui.analysis.paths.question import PathError, PathQuestion
from iamtui.analysis.paths.results import Edge, Path, Paths
from iamtui.analysis.paths.returning import MOST_SOURCES, returning_paths
from iamtui.analysis.paths.steps import SURENESS
from iamtui.analysis.paths.trusting import lets_anybody_in
from iamtui.analysis.paths.trying import Trying
from iamtui.analysis.paths.untold import surer, surer_without_return
from iamtui.analysis.paths.ways_on import leading, order_of, paths_of
from iamtui.analysis.queries.holders import can_be_named
from iamtui.snapshot.merging.resources import kind_of
from iamtui.snapshot.model import Snapshot, User


def find_paths(
    snapshot: Snapshot,
    question: PathQuestion,
    progress: Progress | None = None,
    ways: Catalogue | None = None,
    filters: Filters | None = None,
    likeness: type[Likeness] = Likeness,
) -> Paths:
    """All paths that `question` asks for; `ways` and `filters` are the bundled ones if left out.

    `likeness` says who is decided alike; a law holds that the answer does not hang on it.

    Raises:
        PathError: a principal or a way of the question does not exist.
    """
    search = _Search(snapshot, question, ways or catalogue(), filters or Filters(snapshot), likeness)
    return search.run(progress or (lambda done, count: None))


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
        self._desk = Desk(snapshot, question.context, question.at)
        asked = (step.ask for way in ways.ways for step in way.asked())
        self._words = Words((*actions_asked(), *asked, *read_actions()))
        self._judge = Administrators(self._desk, self._words, filters.places)
        self._places = filters.places
        self._filters = filters
        self._likeness = likeness(self._desk, self._words, self._places)
        self._ways = _chosen_ways(ways, question.ways)
        self._inactive = tuple(way.id for way in self._ways if not _is_active(way))
        for arn in (*question.starts, *question.ends):
            if snapshot.user(arn) is None and snapshot.role(arn) is None:
                raise PathError(f"{arn}: no user or role of the exported accounts")

    def run(self, progress: Progress) -> Paths:
        self._pace = Pace(progress, len(self._ways))
        administrators = tuple(self._pace.over(self._judge.all()))
        self._admins = {one.arn: Judged(one.verdict, one.conditions, one.needs) for one in administrators}
        goals = {arn: self._admins.get(arn) for arn in self._question.ends} if self._question.named else self._targets()
        sources = [holding for holding in self._holdings() if not self._is_done(holding)]
        to_ends = bool(self._question.named)
        trying = Trying.of(self._desk, self._likeness, self._judge, self._admins, to_ends=to_ends)
        self._finder = EdgeFinder(trying, self._filters, self._question)
        self._finder.pause = self._pace.step
        edges = list(self._edges(sources, goals))
        console = self._console(sources)
        if console is not None:
            edges = self._in_console(console, edges)
        edges += self._also(console, surer(self._finder.graph, self._finder.untold, edges))
        found = paths_of(edges, self._question.most_steps)
        getting_on = surer_without_return(self._finder.graph, self._finder.untold, edges, found.paths)
        more = list(self._also(console, getting_on))
        if more or self._question.certain:
            edges = [edge for edge in (*edges, *more) if edge.verdict == "proven" or not self._question.certain]
            found = paths_of(edges, self._question.most_steps)
        wanted = set(self._question.starts)
        others = (*self._returning(trying, sources, edges), *self._lateral(trying, sources, edges))
        every = sorted((*found.paths, *others), key=order_of)
        paths = tuple(self._told(path for path in every if not wanted or path.start in wanted))
        self._desk.forget()
        return Paths(
            administrators,
            paths,
            choke_points(edges, self._finder.graph, self._question.named),
            None,
            tuple(self._desk.leans_on),
            len(sources),
            self._finder.more,
            self._finder.graph,
            self._inactive,
            complete=found.complete,
        )

    def _also(self, console: Console | None, edges: Iterable[Edge]) -> Iterable[Edge]:
        """Edges that are told beyond as many as are told of a way."""
        more = list(edges)
        self._finder.more -= len(more)
        return more if console is None else console.edges(more)

    def _console(self, sources: Sequence[Holding]) -> Console | None:
        """What asks in the console; None where that gives the same answers (EP21)."""
        has_ways = any(way.id in CONSOLE for way in self._ways)
        if not has_ways or not reads_sessions(self._snapshot):
            return None
        return Console(self._desk, {one.arn: one for one in sources})

    def _in_console(self, console: Console, edges: Sequence[Edge]) -> list[Edge]:
        """The edges with what follows a password asked in the console, without those that lead nowhere then."""
        found = list(console.edges(self._pace.over(edges)))
        console.note(self._finder.graph, found)
        return leading(found, {edge.source for edge in edges}, self._question.ends)

    def _told(self, paths: Iterable[Path]) -> Iterator[Path]:
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
                self._finder.more += 1

    def _returning(self, trying: Trying, sources: Sequence[Holding], edges: Sequence[Edge]) -> Iterator[Path]:
        """Paths that end at an earlier one of them (EP20)."""
        if self._question.named or len(sources) > MOST_SOURCES:
            return
        finder = EdgeFinder(trying, self._filters, replace(self._question, most_ends=None))
        is_read = reads_sessions(self._snapshot)
        ways = [way for way in self._ways if way.id not in self._inactive and not (is_read and way.id in CONSOLE)]
        proven = {edge.start for edge in edges if edge.verdict == "proven" and edge.outcome == "admin"}
        for path in returning_paths(finder, self._places, ways, sources, edges, self._question.most_steps):
            is_wanted = path.verdict == "proven" or not self._question.certain
            if path.start not in proven and is_wanted:
                yield path

    def _lateral(self, trying: Trying, sources: Sequence[Holding], edges: Sequence[Edge]) -> Iterator[Path]:
        """Paths of one edge that lead to no administrator (EP8)."""
        if self._question.named or self._question.outcome not in ("lateral", "all"):
            return
        most = self._question.most_ends if len(sources) > MOST_SOURCES else None
        finder = EdgeFinder(trying, self._filters, replace(self._question, most_ends=most))
        finder.pause = self._pace.step
        ways = [way for way in self._ways if way.id not in self._inactive]
        into = self._places.all & ~self._places.of((*self._admins, *(edge.start for edge in edges)))
        wanted = [one for one in sources if not self._question.starts or one.arn in self._question.starts]
        for edge in lateral_edges(trying, finder, self._question, ways, wanted, into):
            if edge.verdict == "proven" or not self._question.certain:
                yield Path((edge,))
        self._finder.more += finder.more

    def _targets(self) -> dict[str, Judged | None]:
        return {arn: judged for arn, judged in self._admins.items() if not arn.endswith(":root")}

    def _is_done(self, holding: Holding) -> bool:
        """Whether one need not be asked: a proven administrator, or an end itself (EP9)."""
        arn = holding.arn
        if self._question.named:
            return arn in self._question.ends
        return arn in self._admins and self._admins[arn].verdict == "proven"

    def _holdings(self) -> Iterator[Holding]:
        for account in self._snapshot.accounts.values():
            for user in filter(can_be_named, (account.users or {}).values()):
                yield self._words.holding(self._snapshot, account, user)
            for role in filter(can_be_named, (account.roles or {}).values()):
                if not role.is_service_linked and lets_anybody_in(role):
                    yield self._words.holding(self._snapshot, account, role)

    def _edges(self, sources: list[Holding], goals: Mapping[str, Judged | None]) -> Iterator[Edge]:
        """Edges into the goals, then into who has one, until nobody new has any."""
        active = [way for way in self._ways if way.id not in self._inactive]
        direct = {(edge.start, edge.end): edge for edge in self._reads(sources)}
        needed = self._needed(direct.values())
        others = [one for one in sources if needed.get(one.arn) != frozenset()]  # nothing is gained by becoming another
        takers: dict[str, Actors] = {}
        reached = set(goals)
        new: tuple[str, ...] = tuple(goals)
        told: set[tuple[str, str, str]] = set()
        for round_number in range(self._question.most_steps + 1):  # one more tells whether the bound cuts
            starts: dict[str, None] = {}
            into = self._places.of(new)
            for edge in direct.values() if round_number == 0 else ():
                starts.setdefault(edge.start)
                yield edge
            for place, way in enumerate(active):
                self._pace.at(place)
                if way.id not in takers:
                    takers[way.id] = self._finder.actors(way, self._takers(way, others))
                for edge in self._finder.edges(way, takers[way.id], into, is_first=round_number == 0):
                    key = (edge.start, edge.way.id, edge.end)
                    if key not in told and not _is_nothing_new(edge, direct, needed.get(edge.start)):
                        told.add(key)
                        starts.setdefault(edge.start)
                        yield edge
            for arn in new:
                if self._snapshot.role(arn) is not None and not self._question.ends:
                    outside = list(edges_from_outside(self._desk, arn, "admin" if arn in self._admins else "lateral"))
                    self._finder.graph.outside += outside
                    yield from outside
            new = tuple(arn for arn in starts if arn not in reached)
            reached.update(new)
            if not new:
                break

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
            self._finder.more += len(found[question.most_ends :]) if question.most_ends is not None else 0

    def _needed(self, direct: Iterable[Edge]) -> Mapping[str, frozenset[tuple[str, str]]]:
        """Who may read all that is asked for, with the conditions of that; none where it is certain (EP8)."""
        found: dict[str, list[Edge]] = {}
        for edge in direct if not self._question.ends else ():
            found.setdefault(edge.start, []).append(edge)
        wanted = len(self._question.reads)
        return {
            start: frozenset((one.key, one.when) for edge in edges for one in edge.conditions)
            for start, edges in found.items()
            if len(edges) == wanted and all(edge.verdict != "possible" for edge in edges)
        }

    @staticmethod
    def _takers(way: Way, sources: Sequence[Holding]) -> Iterator[Holding]:
        """Who is of the kind that may take a way."""
        users, roles = "user" in way.actor, "role" in way.actor
        return (one for one in sources if (users if isinstance(one.entity, User) else roles))


def _is_nothing_new(
    edge: Edge, direct: Mapping[tuple[str, str], Edge], needed: frozenset[tuple[str, str]] | None
) -> bool:
    """Whether its start reads that as surely as it is, or all under no more conditions than are the edge's (EP8)."""
    read = direct.get((edge.start, edge.end))
    if read is not None and SURENESS.index(read.verdict) <= SURENESS.index(edge.verdict):
        return True
    return needed is not None and needed <= {(one.key, one.when) for one in edge.conditions}


def _chosen_ways(ways: Catalogue, ids: tuple[str, ...]) -> tuple[Way, ...]:
    for wanted in ids:
        if wanted not in ways.by_id and wanted != REACH.id:
            raise PathError(f"{wanted}: no way of that id in the catalogue")
    return tuple(way for way in ways.ways if not ids or way.id in ids)


def _is_active(way: Way) -> bool:
    """Whether AWS has every action of it (EP24)."""
    return all(catalog.exists(step.ask) for step in way.asked())
