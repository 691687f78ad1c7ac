"""What a question about paths is answered with: edges that are witnesses, and the paths made of them (EP1, EP2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.paths.answer.circles import circles_of
from iamtui.analysis.paths.answer.edge import Edge, EdgeKey, OutcomeWord
from iamtui.analysis.paths.answer.graph import Graph
from iamtui.analysis.paths.requests.steps import (
    Condition,
    Grant,
    Need,
    Sureness,
    worst,
)
from iamtui.analysis.paths.ways.catalogue import Way

HoldingLayer = Literal["scp", "rcp", "boundary"]

PathKey: TypeAlias = tuple[str, str, str]
"""Source, id of the first way, target: what makes a path the same in another answer (EP55)."""


@dataclass(frozen=True, slots=True)
class Path:
    """Edges, each from where the one before ended."""

    edges: tuple[Edge, ...]

    @property
    def start(self) -> str:
        """Who takes it."""
        return self.edges[0].start

    @property
    def end(self) -> str:
        """Where it ends."""
        return self.edges[-1].end

    @property
    def key(self) -> PathKey:
        """What makes it the same path in another answer."""
        return (self.start, self.edges[0].way.id, self.end)

    @property
    def outcome(self) -> OutcomeWord:
        """What is there."""
        return self.edges[-1].outcome

    @property
    def verdict(self) -> Sureness:
        """The worst of its edges."""
        return worst(*(edge.verdict for edge in self.edges))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of its edges, steps counted over the whole path."""
        found: list[Condition] = []
        before = 0
        for edge in self.edges:
            brief = edge.brief
            found += [one._replace(step=one.step + before) for one in brief.conditions]
            before += brief.steps
        return tuple(found)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Those of its edges, each once."""
        return tuple(dict.fromkeys(need for edge in self.edges for need in edge.needs))


class Gains(NamedTuple):
    """How many actions the end of an edge may do on something and its start on nothing, by access level (EP8)."""

    actions: int
    levels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Administrator:
    """One that is allowed every control request that counts in its account (EP3-EP5); `kind` is user, role or root.

    `full` says whether it may do besides all else that its account allows; None where that was not asked.
    """

    arn: str
    kind: str
    verdict: Sureness
    conditions: tuple[Condition, ...] = ()
    needs: tuple[Need, ...] = ()
    full: bool | None = None


@dataclass(frozen=True, slots=True)
class ChokePoint:
    """An edge without which `cuts` of `of` sources have no proven path any more (EP53)."""

    edge: Edge
    cuts: int
    of: int


@dataclass(frozen=True, slots=True)
class ChokeStatement:
    """A statement without which the sources in `cut`, of `of`, have no proven path any more (EP53).

    `edit` takes it out; `also_lose` are the others that lose access then (CH5); None where that was not asked.
    """

    grant: Grant
    edit: Edit
    cut: tuple[str, ...]
    of: int
    also_lose: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A path that would be there but for one layer (EP54): its first way, and how sure it would be.

    `statement` is the Deny that holds it back; None where the layer only does not allow it.
    """

    way: Way
    start: str
    end: str
    layer: HoldingLayer
    verdict: Sureness
    find_statement: Callable[[], str | None] = field(repr=False, compare=False)

    @property
    def statement(self) -> str | None:
        """The Deny in that layer."""
        return self.find_statement()


@dataclass(frozen=True, slots=True)
class Paths:
    """The answer; `held` is None where it was not looked for.

    `sources` is how many were asked; `more` how many edges hold and are not told, because enough ends of the same way
    are (EP51), which `graph` holds too; `inactive` the ways whose actions AWS no longer has (EP24); `choke_statements`
    is None where nobody asked for them; `complete` is False where the bound of steps cut something (EP52); `gains`
    holds what was counted of edges.
    """

    administrators: tuple[Administrator, ...]
    paths: tuple[Path, ...]
    choke_points: tuple[ChokePoint, ...]
    held: tuple[Held, ...] | None
    leans_on: tuple[str, ...]
    sources: int
    more: int
    graph: Graph = field(repr=False, compare=False)
    inactive: tuple[str, ...] = ()
    choke_statements: tuple[ChokeStatement, ...] | None = None
    complete: bool = True
    gains: Mapping[EdgeKey, Gains] = field(default_factory=dict)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge of a path, once, in the order of the paths."""
        found = {id(edge): edge for path in self.paths for edge in path.edges}
        return tuple(found.values())

    @property
    def circles(self) -> tuple[tuple[str, ...], ...]:
        """Principals who all reach each other by proven edges of paths (EP52).

        Who only strengthens another does not become it.
        """
        proven = (edge for edge in self.edges if edge.verdict == "proven")
        return circles_of((edge.start, edge.end) for edge in proven if edge.way.outcome.changes is None)

    @property
    def effective(self) -> tuple[str, ...]:
        """Effective administrators: proven ones, and the starts of proven paths to one (EP6)."""
        own = [one.arn for one in self.administrators if one.verdict == "proven" and one.kind != "root"]
        ways = [path.start for path in self.paths if path.verdict == "proven" and path.outcome == "admin"]
        return tuple(dict.fromkeys((*own, *ways)))
