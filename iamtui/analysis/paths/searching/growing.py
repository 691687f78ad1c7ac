"""Backwards: who has an edge into some principals, then into who has one, until nobody new has any (EP50)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.pace import Pace
from iamtui.analysis.paths.ends.actors import Actors
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.ways.catalogue import Way


@dataclass(slots=True)
class Growing:
    """Grows the set of those who lead to a goal.

    `outside` says who comes into a role; `is_in_vain` of which edges nothing comes.
    """

    finder: EdgeFinder
    ways: Sequence[Way]
    actors: Mapping[str, Actors]
    outside: Callable[[str], Iterable[Edge]]
    is_in_vain: Callable[[Edge], bool]
    pace: Pace
    reached: set[str] = field(default_factory=set)
    _made: set[EdgeKey] = field(default_factory=set)  # of whom an administrator is made may be become later

    def edges(self, into: Sequence[str], most: int, beside: Collection[Edge] | None = None) -> Iterator[Edge]:
        """Edges into some principals, then into who has one, so many times; at first with those `beside` them.

        What makes an administrator is looked for where there may be some beside.
        """
        self.reached.update(into)
        new = tuple(into)
        for round_number in range(most):
            starts: dict[str, None] = {}
            for edge in beside or () if round_number == 0 else ():
                starts.setdefault(edge.start)
                yield edge
            for edge in self._round(new, is_first=beside is not None and round_number == 0):
                starts.setdefault(edge.start)
                yield edge
            for arn in new:
                yield from self.outside(arn)
            new = tuple(arn for arn in starts if arn not in self.reached)
            self.reached.update(new)
            self.finder.forget()
            if not new:
                break

    def _round(self, new: Iterable[str], *, is_first: bool) -> Iterator[Edge]:
        into = self.finder.places.of(new)
        for place, way in enumerate(self.ways):
            self.pace.at(place)
            for edge in self.finder.edges(way, self.actors[way.id], into, is_first=is_first):
                is_told = way.makes and edge.key in self._made
                if not is_told and not self.is_in_vain(edge):
                    self._made.update((edge.key,) if way.makes else ())
                    yield edge
