"""The edges of one way: tried once for all who are alike, told for each of them (EP22, EP51, EP57)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import Desk
from iamtui.analysis.paths.binding import candidates
from iamtui.analysis.paths.catalogue import ACTOR, Way
from iamtui.analysis.paths.filters import Among, Filters
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.likeness import Likeness
from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.results import Edge, OutcomeWord, Told
from iamtui.analysis.paths.telling import Gist, gist_of, told_of
from iamtui.analysis.paths.walker import Walker
from iamtui.analysis.paths.walking import Walk

_TRIED = frozenset(("managed", "version", "inline", "group", "policy"))
"""Variables of which each is tried until the end is an administrator."""


class Tried(NamedTuple):
    """A way that was gone to its end, and how sure it is that an administrator is there."""

    walk: Walk
    judged: Judged | None


Tries = Callable[[Holding, str], Tried | None]
"""Goes a way as one actor to one end."""


@dataclass(frozen=True, slots=True)
class Trying:
    """What a search tries ways with; `admins` are the administrators of the export."""

    desk: Desk
    likeness: Likeness
    judge: Administrators
    admins: Mapping[str, Judged]


class _Alike(NamedTuple):
    """Ends that are reached alike: the pair for which it was tried, what came of it, and how many there are."""

    start: str
    end: str
    tried: Tried
    gist: Gist
    size: int


class EdgeFinder:
    """Finds edges; `more` counts those that hold and are not told, because enough are (EP51)."""

    def __init__(self, trying: Trying, filters: Filters, question: PathQuestion) -> None:
        self._desk = trying.desk
        self._judge = trying.judge
        self._admins = trying.admins
        self._likeness = trying.likeness
        needed = {} if question.ends else _needed(trying.admins)
        self._walker = Walker(trying.desk, needed, trying.likeness.chooses_freely)
        trying.desk.alike = self._likeness.of_request
        self._filters = filters
        self._question = question
        self._told: Counter[tuple[str, str]] = Counter()
        self._made: dict[tuple[str, str, str], Judged | None] = {}
        self.more = 0

    def edges(self, way: Way, actors: Sequence[Holding], into: Sequence[str], *, is_first: bool) -> Iterator[Edge]:
        """The edges of a way from some actors into some principals, and at first those that make an administrator."""
        is_asked = is_first and not self._question.ends
        if way.outcome.changes is not None:
            for holding in actors if is_asked else ():
                yield from self._changed(way, holding)
        elif way.outcome.becomes in way.bind:
            yield from self._becoming(way, actors, self._filters.among(way, into))
            if is_asked and way.makes:
                yield from self._making(way, actors, frozenset(into))
        elif is_asked:
            yield from self._elsewhere(way, actors)

    def _changed(self, way: Way, holding: Holding) -> Iterator[Edge]:
        """An edge that changes its actor, where it is an administrator then (EP7)."""
        tried = self._walk_to_admin(way, holding, holding.arn, {})
        if tried is not None:
            gist = gist_of(way, *tried)
            if not self._is_nothing_new(holding, gist):
                yield Edge(way, holding.arn, holding.arn, "admin", gist.verdict, cache(lambda: told_of(way, *tried)))

    def _becoming(self, way: Way, actors: Sequence[Holding], among: Among) -> Iterator[Edge]:
        """Edges into principals as they are."""
        name = way.outcome.becomes or ""

        def tries(holding: Holding, end: str) -> Tried | None:
            walk = self._walker.walk(way, holding, {name: end})
            return None if walk is None else Tried(walk, None if self._question.ends else self._admins.get(end))

        for members in self._alike(way, actors):
            ends = among.of(members[0])
            if ends and self._filters.may_go(self._walker, way, members[0]):
                yield from self._each(way, members, ends, tries)

    def _making(self, way: Way, actors: Sequence[Holding], told: Set[str]) -> Iterator[Edge]:
        """Edges that make an administrator of their end."""
        name = way.outcome.becomes or ""
        is_new = way.bind[name].kind == "new"
        among = None if is_new else self._filters.among(way, [arn for arn in self._everybody if arn not in told])

        def tries(holding: Holding, end: str) -> Tried | None:
            return self._walk_to_admin(way, holding, end, {name: end} if end else {})

        for members in self._alike(way, actors):
            ends = [""] if among is None else among.of(members[0])
            if ends and self._filters.may_go(self._walker, way, members[0]):
                yield from self._each(way, members, ends, tries)

    def _elsewhere(self, way: Way, actors: Sequence[Holding]) -> Iterator[Edge]:
        """Edges that end at no principal of the export: at a permission set, a task of root, or something to read."""
        name, outcome = _end_elsewhere(way)
        if outcome not in _OUTCOMES[self._question.outcome]:
            return

        def tries(holding: Holding, end: str) -> Tried | None:
            walk = self._walker.walk(way, holding, {name: end} if end else {})
            return None if walk is None else Tried(walk, None)

        for members in self._alike(way, actors):
            ends = list(candidates(way, name, members[0], {})) if outcome == "data" else [""]
            yield from self._each(way, members, ends, tries, outcome)

    @cached_property
    def _everybody(self) -> tuple[str, ...]:
        """Every user and role of the exported accounts."""
        accounts = self._desk.snapshot.accounts.values()
        held = [entities for account in accounts for entities in (account.users, account.roles) if entities is not None]
        return tuple(entity.arn for entities in held for entity in entities.values())

    def _alike(self, way: Way, actors: Iterable[Holding]) -> Iterable[Sequence[Holding]]:
        """The actors, those by whom a way is decided alike together."""
        found: dict[Hashable, list[Holding]] = {}
        for holding in actors:
            own = self._admins.get(holding.arn)
            found.setdefault((self._likeness.of_actor(way, holding), own), []).append(holding)
        return found.values()

    def _each(
        self,
        way: Way,
        members: Sequence[Holding],
        ends: Sequence[str],
        tries: Tries,
        outcome: OutcomeWord | None = None,
    ) -> Iterator[Edge]:
        """The edges of actors who are alike into some ends: each kind of end is tried once."""
        name = _end_elsewhere(way)[0]
        found: dict[str, _Alike] = {}
        for group in self._likeness.groups(way, name, members[0], ends, self._admins.get):
            alike = self._try_one(way, members, group, tries)
            if alike is not None and not self._is_nothing_new(members[0], alike.gist):
                found.update(dict.fromkeys(group, alike))
        reached = [end for end in ends if end in found]
        for holding in members if reached else ():
            own = [end for end in reached if end != holding.arn]
            left = self._left(holding, way, len(own))
            self.more += len(own) - left
            self._told[holding.arn, way.id] += left
            for end in own[:left]:
                yield self._edge(way, holding, end, found[end], tries, outcome)

    def _left(self, holding: Holding, way: Way, count: int) -> int:
        """How many of some ends are still told for a start and a way (EP51)."""
        most = self._question.most_ends
        return count if most is None else max(0, min(count, most - self._told[holding.arn, way.id]))

    @staticmethod
    def _try_one(way: Way, members: Sequence[Holding], group: Sequence[str], tries: Tries) -> _Alike | None:
        """What comes of a way for one of some actors and one of some ends, for all of whom it is the same."""
        for holding in members[:2]:
            end = next((arn for arn in group[:2] if arn != holding.arn), None)
            if end is not None:
                tried = tries(holding, end)
                return None if tried is None else _Alike(holding.arn, end, tried, gist_of(way, *tried), len(group))
        return None

    def _edge(
        self, way: Way, holding: Holding, end: str, alike: _Alike, tries: Tries, outcome: OutcomeWord | None
    ) -> Edge:
        @cache
        def tell() -> Told:
            is_tried = (holding.arn, end) == (alike.start, alike.end)
            tried = alike.tried if is_tried else tries(holding, end)
            if tried is None:
                raise LookupError(f"{way.id}: {holding.arn} and {alike.start} are not alike")
            return told_of(way, *tried)

        tried = alike.tried
        told = outcome or ("lateral" if tried.judged is None else "admin")
        bound = end or tried.walk.binds[_end_elsewhere(way)[0]]
        return Edge(way, holding.arn, bound, told, alike.gist.verdict, tell, alike.size - 1)

    def _is_nothing_new(self, holding: Holding, gist: Gist) -> bool:
        """Whether an edge hangs on all that makes its start an administrator anyway (EP8, EP9)."""
        own = self._admins.get(holding.arn)
        if own is None or self._question.ends:
            return False
        needed = {(one.key, one.when) for one in own.conditions}
        return needed <= {(one.key, one.when) for one in gist.conditions} and set(own.needs) <= set(gist.needs)

    def _walk_to_admin(self, way: Way, holding: Holding, end: str, given: Mapping[str, str]) -> Tried | None:
        """The surest walk after which its end is an administrator; policies that may be used are tried in turn."""
        tried = next((name for name, bind in way.bind.items() if bind.kind in _TRIED and name not in given), None)
        texts: Sequence[str | None] = (None,)
        if tried is not None:
            texts = list(candidates(way, tried, holding, {ACTOR: holding.arn, **given}))
            bind = way.bind[tried]
            if bind.kind == "managed" and not bind.denies and self._likeness.chooses_freely(way, holding):
                texts = texts[:1]
        if tried is not None and way.bind[tried].member is False:
            texts = [text for text in texts if text is not None and self._judge.may_join(holding, text)]
        for text in texts:
            bound = given if text is None or tried is None else {**given, tried: text}
            walk = self._walker.walk(way, holding, bound)
            if walk is None or self._is_nothing_new(holding, gist_of(way, walk, None)):
                continue
            target = end or walk.binds[way.outcome.becomes or ""]
            judged = self._judge_made(way, walk, (target, holding.account.account_id), bound)
            if judged is not None:
                return Tried(walk, judged)
        return None

    def _judge_made(self, way: Way, walk: Walk, target: tuple[str, str], bound: Mapping[str, str]) -> Judged | None:
        changes = [taken.step.changes for taken in walk.taken if taken.step.changes is not None]
        key = (target[0], way.id if len(changes) != 1 else str(changes[0]), str(sorted(bound.items())))
        if key not in self._made:
            self._made[key] = self._judge.judge(walk.picture, *target)
        return self._made[key]


_OUTCOMES: Mapping[str, frozenset[OutcomeWord]] = {
    "admin": frozenset(("admin",)),
    "data": frozenset(("admin", "data")),
    "all": frozenset(("admin", "data", "lateral")),
}


def _needed(admins: Mapping[str, Judged]) -> Mapping[str, frozenset[tuple[str, str]]]:
    """What makes those administrators that are ones under conditions alone."""
    return {
        arn: frozenset((condition.key, condition.when) for condition in one.conditions)
        for arn, one in admins.items()
        if one.conditions and not one.needs
    }


def _end_elsewhere(way: Way) -> tuple[str, OutcomeWord]:
    """The variable at which a way ends, and what is there where that is no principal of the export."""
    ending = way.outcome
    if ending.reads is not None:
        return ending.reads, "data"
    if ending.becomes in way.bind:
        return ending.becomes or "", "admin"
    return ("set", "admin") if "set" in way.bind else (next(iter(way.bind), ""), "lateral")
