"""Credentials are not lost on the way: who is held later may make who was held before an administrator (EP20).

User U becomes role R, and R attaches a policy to U. A way by which one changes oneself is tried as R on U, in its own
data, with a variable in the place of the actor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from iamtui.analysis.paths.catalogue import ACTOR, Bind, BindKind, Change, Ending, Step, Way
from iamtui.analysis.paths.edges import EdgeFinder
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.places import Places
from iamtui.analysis.paths.results import Edge, Path
from iamtui.analysis.paths.ways_on import best_ways

MOST_SOURCES = 500
"""Among so many sources it is looked for: it asks who can become anybody at all."""
_HELD = "held"
_ENTITIES: tuple[BindKind, ...] = ("user", "role")
_OWN = frozenset(("managed", "policy", "version"))
"""What a way may name besides its actor; groups and permission sets are found by who asks."""


def returning_paths(
    finder: EdgeFinder,
    places: Places,
    ways: Sequence[Way],
    sources: Sequence[Holding],
    edges: Sequence[Edge],
    most: int,
) -> Iterator[Path]:
    """Paths on which somebody without a way of its own makes an earlier one on the path an administrator.

    `edges` are those that lead to administrators already; `most` is how many edges a path has.
    """
    leading = {edge.start for edge in edges}
    forms = [(way, form) for way in ways for form in _forms(way)]
    without = [one for one in sources if one.arn not in leading]
    takers = {one.arn: one for one in without if any(finder.actors(form, (one,)).all for _, form in forms)}
    lateral = list(_lateral(finder, places, ways, sources, list(takers), most - 1)) if takers else []
    made: dict[str, Path] = {}
    for path in _made(finder, places, forms, takers, lateral):
        if len(path.edges) <= most:
            made.setdefault(path.start, path)
            yield path
    before = list(_lateral(finder, places, ways, without, list(made), most - 1)) if made else []
    for held, path in made.items():
        for start, route in best_ways(before, lambda edge, end=held: edge.end == end).items():  # type: ignore[misc]
            if start not in made and len(route) + len(path.edges) <= most:
                yield Path((*route, *path.edges))


def _made(
    finder: EdgeFinder,
    places: Places,
    forms: Sequence[tuple[Way, Way]],
    takers: Mapping[str, Holding],
    lateral: Sequence[Edge],
) -> Iterator[Path]:
    """From whoever reaches a taker, and back to it as an administrator."""
    for arn, holding in takers.items():
        routes = best_ways(lateral, lambda edge, end=arn: edge.end == end)  # type: ignore[misc]
        for way, form in forms if routes else ():
            held = places.of(one for one in routes if isinstance(one, str))
            for edge in finder.made(form, finder.actors(form, (holding,)), held):
                yield Path((*routes[edge.end], replace(edge, way=way)))


def _lateral(
    finder: EdgeFinder, places: Places, ways: Sequence[Way], sources: Sequence[Holding], ends: Sequence[str], most: int
) -> Iterator[Edge]:
    """Edges into some principals, then into who has one."""
    becoming = [way for way in ways if way.outcome.becomes in way.bind]
    takers = [(way, finder.actors(way, [one for one in sources if _kind(one) in way.actor])) for way in becoming]
    reached, new = set(ends), tuple(ends)
    for _ in range(most):
        starts: dict[str, None] = {}
        for way, actors in takers:
            for edge in finder.edges(way, actors, places.of(new), is_first=False):
                starts.setdefault(edge.start)
                yield edge
        new = tuple(arn for arn in starts if arn not in reached)
        reached.update(new)
        if not new:
            break


def _kind(holding: Holding) -> BindKind:
    return "role" if ":role/" in holding.arn else "user"


def _forms(way: Way) -> Iterator[Way]:
    """A way by which one changes oneself, as what one does to a user or role that one holds."""
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
