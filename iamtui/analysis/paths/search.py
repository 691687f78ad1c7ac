"""The search: backwards from administrators, who has an edge into the set, then into the set grown by them (EP50)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from iamtui import catalog
from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import Desk
from iamtui.analysis.paths.binding import Holding, candidates
from iamtui.analysis.paths.catalogue import ACTOR, Catalogue, Way, catalogue
from iamtui.analysis.paths.filters import Filters, lets_anybody_in
from iamtui.analysis.paths.outside import edges_from_outside
from iamtui.analysis.paths.results import Edge, OutcomeWord, Paths
from iamtui.analysis.paths.telling import edge_of
from iamtui.analysis.paths.walking import Walk, Walker
from iamtui.analysis.paths.ways_on import choke_points, paths_of
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot, User

Progress = Callable[[int, int], None]
"""Takes how many of how many steps are done."""

MAKING = frozenset(("created", "inline", "attached", "document", "default", "boundary"))
"""Changes that can make an administrator of who was none."""


MOST_ENDS = 5
"""How many ends of a way are told for each start (EP51)."""


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """What is asked.

    Attributes:
        starts: ARNs of principals; empty: everybody.
        ends: ARNs of principals to reach; empty: administrators.
        ways: ids of ways; empty: all.
        outcome: admin, data (ways to read what is worth reading too), or all (what nobody is an administrator by too).
        certain: leave out what is not proven.
        most_steps: edges in a path.
        most_ends: ends told for each start and way; None: all.
        context: circumstances of every step.
    """

    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    outcome: Literal["admin", "data", "all"] = "admin"
    certain: bool = False
    most_steps: int = 6
    most_ends: int | None = MOST_ENDS
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    at: datetime | None = None


class PathError(ValueError):
    """A question that cannot be asked: a principal that no export holds, a way that the catalogue has not."""


def find_paths(
    snapshot: Snapshot,
    question: PathQuestion,
    progress: Progress | None = None,
    ways: Catalogue | None = None,
    filters: Filters | None = None,
) -> Paths:
    """All paths that `question` asks for; `ways` and `filters` are the bundled ones if left out.

    Raises:
        PathError: a principal or a way of the question does not exist.
    """
    search = _Search(snapshot, question, ways or catalogue(), filters or Filters(snapshot))
    return search.run(progress or (lambda done, count: None))


class _Search:
    def __init__(self, snapshot: Snapshot, question: PathQuestion, ways: Catalogue, filters: Filters) -> None:
        self._snapshot = snapshot
        self._question = question
        self._desk = Desk(snapshot, question.context, question.at)
        self._walker = Walker(self._desk)
        self._judge = Administrators(self._desk)
        self._filters = filters
        self._more = 0
        self._told: Counter[tuple[str, str]] = Counter()
        self._made: dict[tuple[str, str, str], Judged | None] = {}
        self._ways = _chosen_ways(ways, question.ways)
        self._inactive = tuple(way.id for way in self._ways if not _is_active(way))
        for arn in (*question.starts, *question.ends):
            if snapshot.user(arn) is None and snapshot.role(arn) is None:
                raise PathError(f"{arn}: no user or role of the exported accounts")

    def run(self, progress: Progress) -> Paths:
        administrators = tuple(self._judge.all())
        self._admins = {one.arn: Judged(one.verdict, one.conditions, one.needs) for one in administrators}
        goals = {arn: self._admins.get(arn) for arn in self._question.ends} if self._question.ends else self._targets()
        sources = [holding for holding in self._holdings() if not self._is_done(holding)]
        edges = list(self._edges(sources, goals, progress))
        if self._question.certain:
            edges = [edge for edge in edges if edge.verdict == "proven"]
        found = paths_of(edges, self._question.most_steps)
        wanted = set(self._question.starts)
        paths = tuple(path for path in found.paths if not wanted or path.start in wanted)
        return Paths(
            administrators,
            paths,
            choke_points(edges),
            (),
            tuple(self._desk.leans_on),
            len(sources),
            self._more,
            self._inactive,
            complete=found.complete,
        )

    def _targets(self) -> dict[str, Judged | None]:
        return {arn: judged for arn, judged in self._admins.items() if not arn.endswith(":root")}

    def _is_done(self, holding: Holding) -> bool:
        """Whether one need not be asked: a proven administrator, or an end itself (EP9)."""
        arn = holding.entity.arn
        if self._question.ends:
            return arn in self._question.ends
        return arn in self._admins and self._admins[arn].verdict == "proven"

    def _holdings(self) -> Iterator[Holding]:
        for account in self._snapshot.accounts.values():
            for user in (account.users or {}).values():
                yield Holding.of(self._snapshot, account, user)
            for role in (account.roles or {}).values():
                if not role.is_service_linked and lets_anybody_in(role):
                    yield Holding.of(self._snapshot, account, role)

    def _edges(self, sources: list[Holding], goals: Mapping[str, Judged | None], progress: Progress) -> Iterator[Edge]:
        """Edges into the goals, then into who has one, until nobody new has any."""
        reached = set(goals)
        new: Iterable[str] = tuple(goals)
        told: set[tuple[str, str, str]] = set()
        for round_number in range(self._question.most_steps + 1):  # one more tells whether the bound cuts
            into: dict[str, Judged | None] = {arn: goals.get(arn) for arn in new}
            starts: dict[str, None] = {}
            for place, holding in enumerate(sources):
                progress(place, len(sources))
                for edge in self._of(holding, into, is_first=round_number == 0):
                    key = (edge.start, edge.way.id, edge.end)
                    if key not in told and not self._is_nothing_new(edge):
                        told.add(key)
                        starts.setdefault(edge.start)
                        yield edge
            for arn in into:
                if self._snapshot.role(arn) is not None and not self._question.ends:
                    yield from edges_from_outside(self._desk, arn, "admin" if arn in self._admins else "lateral")
            new = tuple(arn for arn in starts if arn not in reached)
            reached.update(new)
            if not new:
                break

    def _is_nothing_new(self, edge: Edge) -> bool:
        """Whether an edge hangs on all that makes its start an administrator anyway (EP8, EP9)."""
        own = self._admins.get(edge.start)
        if own is None or self._question.ends:
            return False
        needed = {(one.key, one.when) for one in own.conditions}
        return needed <= {(one.key, one.when) for one in edge.conditions} and set(own.needs) <= set(edge.needs)

    def _of(self, holding: Holding, into: Mapping[str, Judged | None], *, is_first: bool) -> Iterator[Edge]:
        """The edges of one actor into some principals, and in the first round those that make an administrator."""
        kind = "user" if isinstance(holding.entity, User) else "role"
        for way in self._ways:
            if kind not in way.actor or way.id in self._inactive or not self._filters.may_take(way, holding):
                continue
            if way.outcome.changes is not None:
                if is_first and not self._question.ends:
                    yield from self._changed(way, holding)
            elif way.outcome.becomes in way.bind:
                yield from self._becoming(way, holding, into, is_first=is_first)
            elif is_first and not self._question.ends:
                yield from self._elsewhere(way, holding)

    def _changed(self, way: Way, holding: Holding) -> Iterator[Edge]:
        """An edge that changes its actor, where it is an administrator then (EP7)."""
        walk = self._walk_to_admin(way, holding, holding.entity.arn, {})
        if walk is not None:
            yield edge_of(way, walk[0], holding.entity.arn, "admin", walk[1])

    def _becoming(
        self, way: Way, holding: Holding, into: Mapping[str, Judged | None], *, is_first: bool
    ) -> Iterator[Edge]:
        name = way.outcome.becomes or ""
        makes = any(step.changes is not None and step.changes.change in MAKING for step in way.asked())
        is_making = makes and is_first and not self._question.ends
        ends = [arn for arn in into if self._filters.may_be(way, holding, arn)]
        if not (ends or is_making) or not self._filters.may_go(self._walker, way, holding):
            return
        for place, end in enumerate(ends):
            if self._has_enough(holding, way):
                self._more += len(ends) - place
                break
            walk = self._walker.walk(way, holding, {name: end})
            if walk is not None:
                judged = self._admins.get(end)
                outcome: OutcomeWord = "admin" if judged is not None and not self._question.ends else "lateral"
                yield from self._counted(edge_of(way, walk, end, outcome, judged if outcome == "admin" else None))
        if is_making:
            yield from self._making(way, holding, name, set(ends))

    def _counted(self, edge: Edge) -> Iterator[Edge]:
        """An edge, counted where it says something new."""
        if not self._is_nothing_new(edge):
            self._told[edge.start, edge.way.id] += 1
            yield edge

    def _has_enough(self, holding: Holding, way: Way) -> bool:
        """Whether as many ends as are told were found for a start and a way (EP51)."""
        most = self._question.most_ends
        return most is not None and self._told[holding.entity.arn, way.id] >= most

    def _making(self, way: Way, holding: Holding, name: str, told: set[str]) -> Iterator[Edge]:
        """Edges that make an administrator of their end."""
        is_new = way.bind[name].kind == "new"
        ends = [""] if is_new else [arn for arn in candidates(way, name, holding, {}) if arn not in told]
        for place, end in enumerate(ends):
            if self._has_enough(holding, way):
                self._more += len(ends) - place
                return
            if not is_new and not self._filters.may_be(way, holding, end):
                continue
            walk = self._walk_to_admin(way, holding, end, {} if is_new else {name: end})
            if walk is not None:
                yield from self._counted(edge_of(way, walk[0], walk[0].binds[name], "admin", walk[1]))

    def _walk_to_admin(
        self, way: Way, holding: Holding, end: str, given: Mapping[str, str]
    ) -> tuple[Walk, Judged] | None:
        """The surest walk after which its end is an administrator; policies that may be used are tried in turn."""
        tried = next((name for name, bind in way.bind.items() if bind.kind in _TRIED and name not in given), None)
        texts: Iterable[str | None] = (None,)
        if tried is not None:
            texts = candidates(way, tried, holding, {ACTOR: holding.entity.arn, **given})
        account = holding.account.account_id
        for text in texts:
            bound = given if text is None or tried is None else {**given, tried: text}
            walk = self._walker.walk(way, holding, bound)
            if walk is None:
                continue
            target = end or walk.binds[way.outcome.becomes or ""]
            judged = self._judge_made(walk, target, account, bound, way)
            if judged is not None:
                return walk, judged
        return None

    def _judge_made(self, walk: Walk, target: str, account: str, bound: Mapping[str, str], way: Way) -> Judged | None:
        changes = [taken.step.changes for taken in walk.taken if taken.step.changes is not None]
        key = (target, way.id if len(changes) != 1 else str(changes[0]), str(sorted(bound.items())))
        if key not in self._made:
            self._made[key] = self._judge.judge(walk.picture, target, account)
        return self._made[key]

    def _elsewhere(self, way: Way, holding: Holding) -> Iterator[Edge]:
        """Edges that end at no principal of the export: at a permission set, a task of root, or something to read."""
        ending, wanted = way.outcome, self._question.outcome
        if "set" in way.bind:
            yield from self._walked(way, holding, "set", {}, "admin")
        elif ending.reads is not None and wanted != "admin":
            for arn in candidates(way, ending.reads, holding, {}):
                yield from self._walked(way, holding, ending.reads, {ending.reads: arn}, "data")
        elif ending.becomes is not None and wanted == "all":
            yield from self._walked(way, holding, next(iter(way.bind)), {}, "lateral")

    def _walked(
        self, way: Way, holding: Holding, end: str, given: Mapping[str, str], outcome: OutcomeWord
    ) -> Iterator[Edge]:
        walk = self._walker.walk(way, holding, given)
        if walk is not None:
            yield edge_of(way, walk, walk.binds[end], outcome, None)


_TRIED = frozenset(("managed", "version", "inline", "group", "policy"))


def _chosen_ways(ways: Catalogue, ids: tuple[str, ...]) -> tuple[Way, ...]:
    for wanted in ids:
        if wanted not in ways.by_id:
            raise PathError(f"{wanted}: no way of that id in the catalogue")
    return tuple(way for way in ways.ways if not ids or way.id in ids)


def _is_active(way: Way) -> bool:
    """Whether AWS has every action of it (EP24)."""
    return all(catalog.exists(step.ask) for step in way.asked())
