"""An edge of the graph of paths: a way from one principal to what it reaches (EP1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.paths.answer.guises import Guise, Node, node_of
from iamtui.analysis.paths.answer.teller import Teller
from iamtui.analysis.paths.requests.steps import (
    Brief,
    Condition,
    FactHeld,
    Need,
    StepTaken,
    Sureness,
    Told,
)
from iamtui.analysis.paths.ways.catalogue import Way

OutcomeWord = Literal["admin", "lateral", "data"]

EdgeKey: TypeAlias = tuple[str, str, str]
"""Start, id of the way, end."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way, bound to a start and an end, with all its steps decided (EP1).

    That it holds, and how surely, was decided once for all who are alike (EP57); its steps are asked for these very
    principals when somebody wants to see them: `tell` asks. `targets_alike` counts the other ends of the same way for
    which it holds alike (EP51). `start_as` and `end_as` are the guises in which its start acts, and its end does
    from then on; None: as the export has them.
    """

    way: Way
    start: str
    end: str
    outcome: OutcomeWord
    verdict: Sureness
    teller: Teller = field(repr=False, compare=False)
    targets_alike: int = 0
    start_as: Guise | None = None
    end_as: Guise | None = None

    def tell(self) -> Told:
        """How it holds."""
        return self.teller.told(self.start, self.end)

    @property
    def brief(self) -> Brief:
        """How many steps it has, and what it depends on."""
        return self.teller.brief(self.start, self.end)

    @property
    def source(self) -> Node:
        """Where it begins."""
        return node_of(self.start, self.start_as)

    @property
    def target(self) -> Node:
        """Where the next edge begins."""
        return node_of(self.end, self.end_as)

    @property
    def is_guised(self) -> bool:
        """Whether its start or its end is not as the export has it, but as an edge left it."""
        start, end = self.start_as, self.end_as
        return (start is not None and bool(start.kept)) or (end is not None and bool(end.kept))

    @property
    def in_console(self) -> bool:
        """Whether its start came by a password."""
        return self.start_as is not None and self.start_as.in_console

    @property
    def key(self) -> EdgeKey:
        """What makes it the same edge in another answer (EP22)."""
        return (self.start, self.way.id, self.end)

    @property
    def kept(self) -> tuple[Edit, ...]:
        """What the edge before changed of its start, which its steps are asked with (EP33)."""
        return () if self.start_as is None else self.start_as.kept

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What its steps leave changed."""
        return tuple(step.edit for step in self.steps if step.edit is not None)

    @property
    def binds(self) -> Mapping[str, str]:
        """What the variables of the way are."""
        return self.tell().binds

    @property
    def steps(self) -> tuple[StepTaken, ...]:
        """Its requests."""
        return self.tell().steps

    @property
    def state(self) -> tuple[FactHeld, ...]:
        """The facts that it needs."""
        return self.tell().state

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must be so for its steps to be allowed."""
        return self.brief.conditions

    @property
    def needs(self) -> tuple[Need, ...]:
        """What no export says."""
        return self.brief.needs
