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
