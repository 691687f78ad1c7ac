"""Credentials are not lost on the way: who is held later may make who was held before an administrator (EP20).

User U becomes role R, and R attaches a policy to U. A way by which one changes oneself is tried as R on U, in its own
data, with a variable in the place of the actor.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.graph import Back
from iamtui.analysis.paths.answer.guises import Node
from iamtui.analysis.paths.answer.results import Path, PathKey
from iamtui.analysis.paths.answer.ways_on import FoundPaths, best_ways, order_of
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness
from iamtui.analysis.paths.ways.catalogue import ACTOR, Bind, BindKind, Change, Ending, Step, Way

MOST_SOURCES = 500
"""Among so many sources it is looked for: it asks who can become anybody at all."""
_HELD = "held"
_ENTITIES: tuple[BindKind, ...] = ("user", "role")
_OWN = frozenset(("managed", "policy", "version"))
"""What a way may name besides its actor; groups and permission sets are found by who asks."""


@dataclass(frozen=True)
class Returning:
    """Finds paths on which somebody makes an earlier one on the path an administrator.

    `sources` take `ways`; a path has at most `most` edges. `passing` finds edges to whom one goes on from, `making`
    those that make somebody an administrator: neither has told any yet. `outside` says who comes into a role.
    """

    passing: EdgeFinder
    making: EdgeFinder
    ways: Sequence[Way]
    sources: Sequence[Holding]
    most: int
    outside: Callable[[str], Iterable[Edge]]

    def paths(self, own: Mapping[str, Sureness]) -> FoundPaths:
        """The surest, then shortest of each start, first way and end that are surer than the start's `own` paths.

        One that is too long is left out; it is not asked whether another that is less sure would not be (EP52).
        """
        best: dict[PathKey, Path] = {}
        complete = True
        for path in sorted(self._every(), key=order_of):
            known = own.get(path.start)
            is_surer = known is None or SURENESS.index(path.verdict) < SURENESS.index(known)
            if is_surer and len(path.edges) <= self.most:
                best.setdefault(path.key, path)
            elif is_surer and path.key not in best:
                complete = False
        return FoundPaths(tuple(best.values()), complete)

    @property
    def back(self) -> Back:
        """All edges that such paths are made of, as sets; each that makes somebody an administrator has one start."""
        own = {form.id: way.id for way, form in self._forms}
        made = [one._replace(way=own[one.way]) for one in self.making.graph.reaches] if self._made else []
        return Back(self.passing.graph.reaches, made) if made else Back()

    def _every(self) -> Iterator[Path]:
        """From whoever reaches a taker, and back to it as an administrator; and from whoever reaches that one."""
        best: dict[str, Path] = {}
        for taker, edges in self._made.items():
            routes = self._routes(taker)
            for edge in edges:
                path = Path((*routes[edge.end], edge))
                yield from self._from_outside(path)
                if edge.end not in best or order_of(path) < order_of(best[edge.end]):
                    best[edge.end] = path
        for held, path in best.items():
            for start, route in self._routes(held).items():
                if start != held:
                    yield from self._from_outside(Path((*route, *path.edges)))

    def _from_outside(self, path: Path) -> Iterator[Path]:
        """A path, and it with who comes from outside into where it starts."""
        yield path
        for edge in self.outside(path.start):
            if edge.outcome == "lateral":
                yield Path((edge, *path.edges))

    def _routes(self, end: str) -> Mapping[Node, tuple[Edge, ...]]:
        """For whoever becomes somebody in some steps the best of them."""
        return best_ways(self._lateral, lambda edge: edge.end == end)

    def _takes(self, form: Way, sources: Iterable[Holding]) -> Actors:
        return self.making.actors((form,), sources)[form.id]

    @cached_property
    def _forms(self) -> Sequence[tuple[Way, Way]]:
        return [(way, form) for way in self.ways for form in _forms(way)]

    @cached_property
    def _takers(self) -> Mapping[str, Holding]:
        found = {one.arn: one for _, form in self._forms for one in self._takes(form, self.sources).all}
        return {one.arn: one for one in self.sources if one.arn in found}

    @cached_property
    def _lateral(self) -> Sequence[Edge]:
        """Edges into takers, then into who has one."""
        becoming = [way for way in self.ways if way.outcome.becomes in way.bind]
        actors = [(way, self._takes(way, self.sources)) for way in becoming if self._takers]
        found: list[Edge] = []
        reached, new = set(self._takers), list(self._takers)
        for _ in range(self.most):  # one more tells whether the bound cuts
            into = self.making.places.of(new)
            edges = [edge for way, those in actors for edge in self.passing.becoming(way, those, into)]
            found += edges
            new = [arn for arn in dict.fromkeys(edge.start for edge in edges) if arn not in reached]
            reached.update(new)
            if not new:
                break
        return found

    @cached_property
    def _made(self) -> Mapping[str, Sequence[Edge]]:
        """The edges by which takers make one an administrator who becomes them."""
        found: dict[str, list[Edge]] = {}
        for arn, holding in self._takers.items() if self._lateral else ():
            held = self.making.places.of(one for one in self._routes(arn) if isinstance(one, str))
            for way, form in self._forms if held else ():
                for edge in self.making.made(form, self._takes(form, (holding,)), held):
                    found.setdefault(arn, []).append(replace(edge, way=way))
        return found


def as_told(paths: Iterable[Path], edges: Iterable[Edge]) -> Sequence[Path]:
    """Paths of the very edges that others have, where they are the same (EP22)."""
    known = {_name(edge): edge for edge in edges}
    return [Path(tuple(known.get(_name(edge), edge) for edge in path.edges)) for path in paths]


def _name(edge: Edge) -> Hashable:
    return edge.source, edge.way.id, edge.target, edge.outcome


def _forms(way: Way) -> Iterator[Way]:
    """A way by which one makes another an administrator; one by which one changes oneself, as done to who is held."""
    if way.makes and way.outcome.becomes in way.bind and way.bind[way.outcome.becomes].kind in _ENTITIES:
        yield way
    if way.outcome.changes != ACTOR or any(bind.kind not in _OWN or bind.denies for bind in way.bind.values()):
        return
    for kind in _ENTITIES:
        if kind in way.actor:
            binds = {name: _bind(bind) for name, bind in way.bind.items()}
            yield msgspec.structs.replace(
                way,
                id=f"{way.id}/{kind}",
                actor=_ENTITIES,
                bind={_HELD: Bind(kind=kind), **binds},
                steps=tuple(_step(step) for step in way.steps),
                state=tuple(
                    msgspec.structs.replace(
                        one, of=_of(one.of), unless=None if one.unless is None else _step(one.unless)
                    )
                    for one in way.state
                ),
                outcome=Ending(becomes=_HELD),
            )


def _bind(bind: Bind) -> Bind:
    return msgspec.structs.replace(bind, attached_to=_HELD if bind.attached_to == ACTOR else bind.attached_to)


def _step(step: Step) -> Step:
    changes = step.changes
    made: Change | None = None if changes is None else msgspec.structs.replace(changes, of=_of(changes.of))
    return msgspec.structs.replace(step, on=tuple(map(_of, step.on)), changes=made)


def _of(name: str) -> str:
    return _HELD if name == ACTOR else name
