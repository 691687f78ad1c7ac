"""The edges of one way: tried once for all who are alike, told for each of them (EP22, EP51, EP57)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TypeVar
from weakref import finalize

from iamtui.analysis.paths.answer.edge import Edge, OutcomeWord
from iamtui.analysis.paths.answer.graph import Graph, Reach
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.teller import Memory, Teller
from iamtui.analysis.paths.ends.actors import Actors, actors_of
from iamtui.analysis.paths.ends.between import Between
from iamtui.analysis.paths.ends.making import Making
from iamtui.analysis.paths.ends.narrowing import Narrowing
from iamtui.analysis.paths.ends.reaching import Reaching
from iamtui.analysis.paths.ends.trying import Found, Tried, Tries, Trying, end_elsewhere
from iamtui.analysis.paths.ends.untold import Untold, edge_of, in_order
from iamtui.analysis.paths.requests.binding import candidates
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness, Told
from iamtui.analysis.paths.walks.filters import Filters
from iamtui.analysis.paths.walks.telling import Decided, gist_of, told_of
from iamtui.analysis.paths.ways.catalogue import Way

T = TypeVar("T")


class EdgeFinder:
    """Finds edges; `more` counts by start those that hold and are not told, because enough are (EP51)."""

    def __init__(self, trying: Trying, filters: Filters, question: PathQuestion) -> None:
        self.trying = trying
        self._likeness = trying.likeness
        self.places = trying.likeness.places
        self._narrowing = Narrowing(trying.desk, trying.likeness)
        self._between = Between(trying.likeness, self._narrowing, filters)
        self._reaching = Reaching(trying, self._narrowing, self._between)
        self.making = Making(trying)
        self._decided = Decided(trying.desk.snapshot)
        self._memory = Memory()
        finalize(self._memory, trying.let_go).atexit = False  # when nobody can tell an edge any more
        self._sets: dict[int, int] = {}
        self._founds: dict[Found, Found] = {}
        self._groups: dict[tuple[tuple[int, Found], ...], tuple[tuple[int, Found], ...]] = {}
        self._filters = filters
        self._begin(question)
        self.pause: Callable[[], None] = lambda: None
        """Called before each kind of actor is tried: it tells that the search goes on, and may end it by raising."""
        self.idle: Callable[[Way, int], int] = lambda way, ends: 0
        """The ends of a way who are administrators before it, and neither that nor anywhere after it (EP21)."""

    def forget(self) -> None:
        """Let go of which ends were asked about, where others are to be."""
        self._narrowing.forget()

    def finish(self) -> None:
        """Let go of all that ends are found with: edges are told without it, and nothing is to be found any more."""
        del self._narrowing, self._between, self._reaching, self._filters, self._sets, self._founds, self._groups

    def _begin(self, question: PathQuestion) -> None:
        self._question = question
        self._told: dict[str, Counter[str]] = defaultdict(Counter)
        self.graph = Graph(self.places, self.places.of(question.ends))
        self._noted: dict[Reach, int] = {}
        self.untold: list[Untold] = []
        self.more: Counter[str] = Counter()

    def anew(self, question: PathQuestion) -> EdgeFinder:
        """A finder that has told nothing yet, and knows what was asked."""
        other = copy(self)
        other._begin(question)
        return other

    def passing(self) -> EdgeFinder:
        """A finder of edges to whom one goes on from, whatever they are; it tells them with those of this one."""
        other = copy(self)
        other.trying = replace(self.trying, passes=True)
        other._reaching = Reaching(other.trying, self._narrowing, self._between)
        return other

    def edges(self, way: Way, actors: Actors, into: int, *, is_first: bool) -> Iterator[Edge]:
        """The edges of a way from some actors into some principals, and at first those that make an administrator."""
        is_asked = is_first and not self._question.named
        if way.outcome.changes is not None:
            for holding in actors.all if is_asked else ():
                self.pause()
                yield from self._changed(way, holding)
        elif way.outcome.becomes in way.bind:
            yield from self.becoming(way, actors, into)
            if is_asked and way.makes:
                yield from self.made(way, actors, self.places.all, spares_administrators=True)
        elif is_asked or (is_first and self._question.reads):
            yield from self._elsewhere(way, actors)

    def _changed(self, way: Way, holding: Holding) -> Iterator[Edge]:
        """An edge that changes its actor, where it is an administrator then (EP7)."""
        tried = self.making.walk_to_admin(way, holding, holding.arn, {})
        if tried is not None:
            gist = gist_of(way, *tried)
            if not self.trying.is_nothing_new(holding, gist):
                self._note_elsewhere(way, (holding,), (holding.arn,), "admin", gist.verdict)
                teller = self._teller(way, partial(_changing, self.making, way))
                yield Edge(way, holding.arn, holding.arn, "admin", gist.verdict, teller)

    def becoming(self, way: Way, actors: Actors, into: int, *, surer_than: Sureness | None = None) -> Iterator[Edge]:
        """Edges into principals as they are; only those that are surer than something, if that is given."""
        level = len(SURENESS) if surer_than is None else SURENESS.index(surer_than)
        teller = self._teller(way, partial(_becoming, self.trying, way))
        ends = actors.among.some(into)
        self._noted.clear()
        for members in self._steps(actors.alike) if ends else ():
            groups = self.reached(way, actors, members, ends).items()
            surer = [(group, one) for group, one in groups if SURENESS.index(one.verdict) < level]
            if found := {left: one for group, one in surer if (left := group & ~self.idle(way, group))}:
                yield from self._told_of(way, members, found, teller)
        self.graph.share(self._noted.values(), self._kept)

    def reached(self, way: Way, actors: Actors, members: Sequence[Holding], into: int) -> Mapping[int, Found]:
        """Whom of some principals actors who are alike become as they are, those together whom they do alike."""
        if self._reaching.is_hopeless(way, members[0]):
            return {}
        ends = self._narrowing.left(way, members[0], self._among(way, actors, members[0], into), "iam:")
        ends = self._narrowing.left(way, members[0], self._between.left(way, members[0], ends), "sts:")
        tries = partial(_becoming, self.trying, way)
        return dict(self._reaching.found(way, members, ends, tries)) if ends else {}

    def _among(self, way: Way, actors: Actors, holding: Holding, those: int) -> int:
        if way.bind[way.outcome.becomes or ""].instance_profile:
            those &= self.places.in_profile
        ends = actors.among.of(holding, those, self._narrowing.spared(way, holding))
        return self.trying.rewriting.left(way, holding, ends)

    def _told_of(
        self, way: Way, members: Sequence[Holding], found: Mapping[int, Found], teller: Teller
    ) -> Iterator[Edge]:
        """The edges of actors who are alike into the ends that they reach, as many as are told of each."""
        found = {self._kept(group): self._founds.setdefault(one, one) for group, one in found.items()}
        groups = tuple(found.items())
        untold = Untold(way, members, self._groups.setdefault(groups, groups), self.places, teller)
        reached, starts = sum(found), self._kept(self.places.of(one.arn for one in members))  # groups share no end
        for group, one in found.items():
            self.graph.note(Reach(way.id, starts, group, one.verdict, one.outcome == "admin"), self._noted)
        is_capped = False
        for holding in members if reached else ():
            own = ~self.places.one(holding.arn)
            count = (reached & own).bit_count()
            left = self._left(holding, way, count)
            self.more[holding.arn] += count - left
            self._told[way.id][holding.arn] += left
            is_capped = is_capped or left < count
            for _, group, bit in islice(in_order(found, own), left):
                yield untold.edge(holding, found[group], bit)
        if is_capped:
            self.graph.is_capped = True
            self.untold.append(untold)

    def _kept(self, those: int) -> int:
        """The same set, of many equal ones the first: they are found for thousands of classes (EP58)."""
        return self._sets.setdefault(those, those)

    def made(self, way: Way, actors: Actors, those: int, *, spares_administrators: bool = False) -> Iterator[Edge]:
        """Edges that make an administrator of their end, one of `those`; or of who is none yet."""
        name = way.outcome.becomes or ""
        tries = partial(_making, self.making, way)
        teller = self._teller(way, tries)
        self._noted.clear()
        for members in self._steps(actors.alike):
            if way.bind[name].kind == "new":
                yield from self._each(way, members, ("",), tries, "admin")
                continue
            ends = self.open_to(way, actors, members, those, spares_administrators=spares_administrators)
            if ends:
                made = dict(self._reaching.whole(way, members, ends, tries, "making"))
                yield from self._told_of(way, members, made, teller)
        self.graph.share(self._noted.values(), self._kept)

    def open_to(
        self, way: Way, actors: Actors, members: Sequence[Holding], those: int, *, spares_administrators: bool
    ) -> int:
        """Those of some ends on which no step of a way that changes them is surely denied to actors who are alike."""
        ends = self._among(way, actors, members[0], those)
        ends = self._narrowing.left(way, members[0], ends, "iam:")
        ends = self._reaching.beginning(way, members, ends) if ends else 0
        if spares_administrators:
            ends &= ~self.trying.standing.administrators_in(ends)
        return self._narrowing.left(way, members[0], ends, "sts:")

    def _elsewhere(self, way: Way, actors: Actors) -> Iterator[Edge]:
        """Edges that end at no principal of the export: at a permission set, a task of root, or something to read."""
        name, outcome = end_elsewhere(way)
        reads = frozenset(self._question.reads)
        if outcome not in _OUTCOMES["data" if reads else self._question.outcome] or (reads and outcome != "data"):
            return
        tries = partial(_ending_elsewhere, self.trying, way)
        for members in self._steps(actors.alike):
            ends = list(candidates(way, name, members[0], {})) if outcome == "data" else [""]
            ends = [end for end in ends if end in reads] if reads else ends
            yield from self._each(way, members, ends, tries, outcome)

    def actors(self, ways: Sequence[Way], sources: Iterable[Holding]) -> Mapping[str, Actors]:
        """By the id of each of some ways who of some may take it."""
        return actors_of(self.trying, self._filters, ways, self._steps(sources))

    def _steps(self, each: Iterable[T]) -> Iterator[T]:
        for one in each:
            self.pause()
            yield one

    def _each(
        self, way: Way, members: Sequence[Holding], ends: Sequence[str], tries: Tries, outcome: OutcomeWord
    ) -> Iterator[Edge]:
        """The edges of actors who are alike into ends that are no principals of the export."""
        found: dict[str, Found] = {}
        given: dict[str, str] = {}
        for end in ends:
            tried = tries(members[0], end)
            if tried is not None:
                gist = gist_of(way, *tried)
                if not self.trying.is_nothing_new(members[0], gist):
                    bound = end or tried.walk.binds[end_elsewhere(way)[0]]
                    given[bound] = end
                    found[bound] = Found(gist.verdict, outcome, 1)
        teller = self._teller(way, lambda holding, end: tries(holding, given[end]))
        surest = sorted(found, key=lambda bound: SURENESS.index(found[bound].verdict))
        for verdict in SURENESS:
            as_sure = [bound for bound in surest if found[bound].verdict == verdict]
            self._note_elsewhere(way, members, as_sure, outcome, verdict)
        for holding in members if found else ():
            left = self._left(holding, way, len(found))
            self.more[holding.arn] += len(found) - left
            self._told[way.id][holding.arn] += left
            for bound in surest[:left]:
                yield edge_of(way, holding, bound, found[bound], teller)

    def _note_elsewhere(
        self, way: Way, members: Sequence[Holding], ends: Sequence[str], outcome: OutcomeWord, verdict: Sureness
    ) -> None:
        """Note edges to what is no principal of the export, or is who takes them, where paths are to lead there."""
        if ends and outcome == ("data" if self._question.reads else "admin"):
            starts = self.places.of(one.arn for one in members)
            self.graph.reaches.append(Reach(way.id, starts, 0, verdict, is_goal=True, elsewhere=tuple(ends)))

    def note_reads(self, holding: Holding, edges: Sequence[Edge]) -> None:
        """Note what one reads as it is."""
        for edge in edges:
            self._note_elsewhere(edge.way, (holding,), (edge.end,), edge.outcome, edge.verdict)

    def _left(self, holding: Holding, way: Way, count: int) -> int:
        """How many of some ends are still told for a start and a way (EP51)."""
        most = self._question.most_ends
        return count if most is None else max(0, min(count, most - self._told[way.id][holding.arn]))

    def _teller(self, way: Way, tries: Tries) -> Teller:
        """What tells edges, each by going its way anew: it keeps none of what only a search needs."""
        holding_of, decided = self._likeness.holding, self._decided

        def ask(start: str, end: str) -> Told:
            tried = tries(holding_of(start), end)
            if tried is None:
                raise LookupError(f"{way.id}: {start} and others are not alike")
            return told_of(way, *tried, decided)

        return Teller(ask, self._memory)


def _becoming(trying: Trying, way: Way, holding: Holding, end: str) -> Tried | None:
    walk = trying.walker.walk(way, holding, {way.outcome.becomes or "": end})
    return None if walk is None else Tried(walk, trying.judged(end))


def _changing(making: Making, way: Way, holding: Holding, end: str) -> Tried | None:
    return making.walk_to_admin(way, holding, end, {})


def _making(making: Making, way: Way, holding: Holding, end: str) -> Tried | None:
    return making.walk_to_admin(way, holding, end, {way.outcome.becomes or "": end} if end else {})


def _ending_elsewhere(trying: Trying, way: Way, holding: Holding, end: str) -> Tried | None:
    walk = trying.walker.walk(way, holding, {end_elsewhere(way)[0]: end} if end else {})
    return None if walk is None else Tried(walk, None)


_OUTCOMES: Mapping[str, frozenset[OutcomeWord]] = {
    "admin": frozenset(("admin",)),
    "lateral": frozenset(("admin", "lateral")),
    "data": frozenset(("admin", "data")),
    "all": frozenset(("admin", "data", "lateral")),
}
