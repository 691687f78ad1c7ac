"""What is asked about paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from iamtui.policy.keys import KeyValue

MOST_ENDS = 5
"""How many ends of a way are told for each start (EP51)."""

MOST_PATHS = 50
"""How many paths are told for each start (EP51)."""

Outcomes = Literal["admin", "lateral", "data", "all"]


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """What is asked.

    Attributes:
        starts: ARNs of principals; empty: everybody.
        ends: ARNs of principals to reach; with none, and no `reads`: administrators.
        reads: ARNs of resources to read.
        ways: ids of ways; empty: all.
        outcome: admin, data (ways to read what is worth reading too), lateral (ways to others and to more rights too,
            by which nobody is an administrator), or all.
        certain: leave out what is not proven.
        most_steps: edges in a path.
        most_ends: ends told for each start and way; None: all.
        most_paths: paths told for each start; None: all.
        context: circumstances of every step.
    """

    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    outcome: Outcomes = "admin"
    certain: bool = False
    most_steps: int = 6
    most_ends: int | None = MOST_ENDS
    most_paths: int | None = MOST_PATHS
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    at: datetime | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The ends that are asked for by name; empty: administrators."""
        return (*self.ends, *self.reads)


class PathError(ValueError):
    """A question that cannot be asked: a principal that no export holds, a way that the catalogue has not."""
