"""Tells how an edge holds when somebody wants to see it: in whole, and what its paths need of it (EP1, EP2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from iamtui.analysis.paths.requests.recent import Recent
from iamtui.analysis.paths.requests.steps import Brief, Told

_MOST_KEPT = 1_000


class _Key(NamedTuple):
    """An edge of one teller, which the memory does not hold: so it dies with it."""

    teller: object
    start: str
    end: str


class Memory:
    """What was told in one search: edges in whole for a while, in brief for good, equal ones as one (EP58)."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.lately: Recent[_Key, Told] = Recent(_MOST_KEPT)
        self.briefs: dict[_Key, Brief] = {}
        self._same: dict[Brief, Brief] = {}

    def note(self, key: _Key, told: Told) -> None:
        """Keep what was told of an edge."""
        self.lately[key] = told
        brief = Brief(len(told.steps), told.conditions, told.needs)
        self.briefs[key] = self._same.setdefault(brief, brief)


@dataclass(frozen=True, slots=True, eq=False)
class Teller:
    """Tells the edges that one way has from any start to any end; `ask` proves one anew."""

    ask: Callable[[str, str], Told]
    memory: Memory = field(default_factory=Memory, repr=False)
    itself: object = field(default_factory=object, repr=False)

    def told(self, start: str, end: str) -> Told:
        """How an edge holds."""
        key = _Key(self.itself, start, end)
        found = self.memory.lately.get(key)
        if found is None:
            found = self.ask(start, end)
            self.memory.note(key, found)
        return found

    def brief(self, start: str, end: str) -> Brief:
        """How many steps an edge has, and what it depends on."""
        found = self.memory.briefs.get(_Key(self.itself, start, end))
        if found is None:
            told = self.told(start, end)
            found = Brief(len(told.steps), told.conditions, told.needs)
        return found
