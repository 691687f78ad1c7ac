"""Who is become keeps what the edge to it changed of it: the next edge is asked in a picture with just that (EP33).

An edge that gives a policy to a role whose boundary holds makes no administrator; but the role may do more then, and
become one. Whoever can be made stronger so is looked for first, each as what an edge leaves of it; then where it leads
in a picture of its own, into whom others lead from, and who can make it that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.overlay.policy_edits import SetResourcePolicy
from iamtui.analysis.overlay.principal_edits import SetTrust
from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.guises import Guise
from iamtui.analysis.paths.answer.results import Administrator
from iamtui.analysis.paths.answer.teller import Teller
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness, Told
from iamtui.analysis.paths.searching.growing import Growing
from iamtui.analysis.paths.searching.picture import Picture
from iamtui.analysis.paths.walks.telling import edits_of, gist_of, told_of
from iamtui.analysis.paths.walks.walking import Walk
from iamtui.analysis.paths.ways.catalogue import ACTOR, Way
from iamtui.policy.statement import PolicyDocument


@dataclass(frozen=True, slots=True)
class _Entry:
    """A way by which each of some actors, in a guise of their own or none, makes somebody stronger and becomes it."""

    way: Way
    members: Sequence[Holding]
    start_as: Guise | None
    end: Guise
    verdict: Sureness
    teller: Teller

    def adds_nothing_to(self, other: _Entry) -> bool:
        """Whether another is the same, and as sure: something was bound otherwise that is not kept (EP22)."""
        is_same = (self.way.id, self.start_as) == (other.way.id, other.start_as) and self.members == other.members
        return is_same and SURENESS.index(other.verdict) <= SURENESS.index(self.verdict)

    def edges(self) -> Iterator[Edge]:
        """The edge of each."""
        for one in self.members:
            yield Edge(
                self.way,
                one.arn,
                self.end.arn,
                "lateral",
                self.verdict,
                self.teller,
                start_as=self.start_as,
                end_as=self.end,
            )


@dataclass(slots=True)
class _Place:
    """Where edges are asked for: a picture, who acts there, and the ways that it may take."""

    picture: Picture
    finder: EdgeFinder
    actors: Mapping[str, Actors]
    guise: Guise | None = None
    is_first: bool = True

    def edges(self, ways: Iterable[Way], into: Iterable[str]) -> Iterator[Edge]:
        """The edges of whoever is stronger here into some principals; at first those that make an administrator."""
        those = self.picture.places.of(into)
        for way in (one for one in ways if self.actors[one.id].alike):
            for edge in self.finder.edges(way, self.actors[way.id], those, is_first=self.is_first):
                yield replace(edge, start_as=self.guise)
        self.is_first = False


_Given = tuple[Holding, str, Mapping[str, str]]
"""Who takes a way, whom it makes stronger, empty where that is somebody new, and what is bound of it."""


@dataclass(slots=True)
class Strengthening:
    """Finds edges of who was made stronger, and those by which it was; `most` edges make a path."""

    picture: Picture
    administrators: Sequence[Administrator]
    ways: Sequence[Way]
    most: int
    pause: Callable[[], None]
    _places: dict[Guise, _Place] = field(default_factory=dict)
    _entries: dict[Guise, list[_Entry]] = field(default_factory=dict)
    _leading: set[Guise] = field(default_factory=set)

    def begin(self, finder: EdgeFinder, actors: Mapping[str, Actors]) -> None:
        """Look for whoever some actors can make stronger, then for whom these can."""
        new = self._made_stronger(_Place(self.picture, finder, actors))
        for _ in range(self.most - 1):
            places = [self._place_of(one) for one in new]
            new = [end for place in places for end in self._made_stronger(place)]

    def all(self, growing: Growing, edges: Iterable[Edge]) -> Iterator[Edge]:
        """All edges of who is made stronger, and what leads there, beside some that are known."""
        known: dict[EdgeKey, Sureness] = {}
        for edge in edges:
            known[edge.key] = min(edge.verdict, known.get(edge.key, edge.verdict), key=SURENESS.index)
        into = set(growing.reached)
        while into:
            before = set(growing.reached)
            found = list(self._edges(into, known))
            yield from found
            starts = dict.fromkeys(edge.start for edge in found if edge.start_as is None)
            yield from growing.edges([arn for arn in starts if arn not in before], self.most)
            into = growing.reached - before

    def _edges(self, into: Iterable[str], known: Mapping[EdgeKey, Sureness]) -> Iterator[Edge]:
        """Edges into some principals, and at first into administrators, that are not `known` to be as sure without."""
        ends = tuple(into)
        for end, place in self._places.items():
            for edge in place.edges(self.ways, ends):
                is_known = edge.key in known and SURENESS.index(known[edge.key]) <= SURENESS.index(edge.verdict)
                if not is_known:
                    yield edge
                    yield from self._entering(end)

    def _entering(self, end: Guise) -> Iterator[Edge]:
        """The edges to who leads on as an edge left it, and to those who lead there so: each once."""
        if end not in self._leading:
            self._leading.add(end)
            for entry in self._entries[end]:
                yield from entry.edges()
                if entry.start_as is not None:
                    yield from self._entering(entry.start_as)

    def _place_of(self, end: Guise) -> _Place:
        """The picture in which somebody is stronger, and all others are as the export has them."""
        picture = self.picture.changed(laid_over(self.picture.snapshot, end.kept))
        picture.standing.know(one for one in self.administrators if one.arn != end.arn)
        finder, holding = picture.finder(), _within_boundary(picture, picture.likeness.holding(end.arn))
        finder.pause = self.pause
        place = self._places[end] = _Place(picture, finder, finder.actors(self.ways, (holding,)), end)
        return place

    def _made_stronger(self, place: _Place) -> list[Guise]:
        """Whom actors can make stronger who was not found before."""
        new: dict[Guise, None] = {}
        making = place.finder.making
        for way in self.ways:
            for members in place.actors[way.id].alike if way.strengthens else ():
                self.pause()
                for actor, end, given in self._ends(place, way, members):
                    for bound, walk in making.walks_to_stronger(way, actor, end, given):
                        one = self._note(place, way, members, bound, walk)
                        if one is not None and one not in self._places:
                            new[one] = None
        return list(new)

    def _ends(self, place: _Place, way: Way, members: Sequence[Holding]) -> Iterator[_Given]:
        """Who may be stronger after a way, and who can take it to there."""
        name = way.outcome.becomes
        if way.outcome.changes == ACTOR:
            if place.guise is None:  # who was made stronger is not made stronger still
                yield members[0], members[0].arn, {}
        elif name in way.bind and way.bind[name].kind == "new":
            yield members[0], "", {}
        elif name in way.bind:
            ends = place.finder.open_to(
                way, place.actors[way.id], members, place.picture.places.all, spares_administrators=True
            )
            for those in self._alike(place, way, members[0], ends):
                given = [found for arn in those if (found := _given(members, name, arn)) is not None]
                if given and place.finder.making.walks_to_stronger(way, *given[0]):
                    yield from given

    def _alike(self, place: _Place, way: Way, holding: Holding, ends: int) -> Iterator[list[str]]:
        """Some ends, those together of which all or none are made stronger (EP57).

        Whom nothing that it is given makes an administrator is told from everybody.
        """
        places, judge, likeness = place.picture.places, place.picture.judge, place.picture.likeness
        kept = [arn for arn in places.each(ends) if judge.given_all(likeness.holding(arn)) is None]
        yield from ([arn] for arn in kept)
        for group in likeness.groups(way, holding, ends & ~places.of(kept), "making"):
            yield list(places.each(group.ends))

    def _note(
        self, place: _Place, way: Way, members: Sequence[Holding], bound: Mapping[str, str], walk: Walk
    ) -> Guise | None:
        """Keep by whom somebody is made stronger; None where nothing is changed of it."""
        kept = tuple(one for one in edits_of(walk) if not isinstance(one, (SetTrust, SetResourcePolicy)))
        if not kept:
            return None
        arn = walk.binds[ACTOR if way.outcome.changes == ACTOR else way.outcome.becomes or ""]
        others = [one for one in members if one.arn != arn or way.outcome.changes == ACTOR]
        end, teller = Guise(arn=arn, kept=kept), Teller(partial(_told, place, way, bound))
        entry = _Entry(way, others, place.guise, end, gist_of(way, walk, None).verdict, teller)
        entries = self._entries.setdefault(end, [])
        if not any(entry.adds_nothing_to(one) for one in entries):
            entries.append(entry)
        return end


def _within_boundary(picture: Picture, holding: Holding) -> Holding:
    """An actor that takes no way of which its boundary allows some action to nobody (EP56)."""
    arn = holding.entity.boundary
    policy = None if arn is None else picture.snapshot.policy(holding.account.account_id, arn)
    document = None if policy is None or policy.default is None else policy.default.document
    if document is None or not isinstance(document.policy, PolicyDocument):
        return holding
    return replace(holding, allowed=holding.allowed & picture.words.of(document).allowed)


def _given(members: Sequence[Holding], name: str, end: str) -> _Given | None:
    """What is given where an end is to be made stronger; None where only itself could do so."""
    actor = next((one for one in members if one.arn != end), None)
    return None if actor is None else (actor, end, {name: end})


def _told(place: _Place, way: Way, bound: Mapping[str, str], start: str, end: str) -> Told:
    """How somebody makes one stronger, and becomes it."""
    walk = place.finder.trying.walker.walk(way, place.picture.likeness.holding(start), bound)
    if walk is None:
        raise LookupError(f"{way.id}: {start} and others are not alike")
    return told_of(way, walk, None)
