"""What `can` answers: plain data, the same for screen, files and Python (WP1-WP7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iamtui.analysis.queries.everybody.results import Condition, Data, Examples


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReach:
    """An action that a principal can do, and on what (WP1).

    Attributes:
        level: the access levels, as AWS writes them.
        extent: everywhere, somewhere, or conditional where it is allowed nowhere without conditions.
        resources: patterns that hold all on which it is so.
    """

    action: str
    level: str
    extent: str
    resources: tuple[str, ...]
    examples: Examples
    conditions: tuple[Condition, ...]
    ways: tuple[int, ...]

    def of_action(self, action: str, level: str, examples: Examples) -> ActionReach:
        """The same of another action."""
        return ActionReach(
            action=action,
            level=level,
            extent=self.extent,
            resources=self.resources,
            examples=examples,
            conditions=self.conditions,
            ways=self.ways,
        )

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "action": self.action,
            "level": self.level,
            "extent": self.extent,
            "resources": list(self.resources),
            "examples": self.examples.to_dict(),
            "conditions": [one.to_dict() for one in self.conditions],
            "ways": list(self.ways),
        }


@dataclass(frozen=True, slots=True)
class TakenAway:
    """An action that identity policies allow and that nothing is left of: the layer that takes it away (WP3)."""

    action: str
    by: str
    statement: str | None

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {"action": self.action, "by": self.by, "statement": self.statement}


@dataclass(frozen=True, slots=True)
class ActionWay:
    """A statement that grants, why it applies, and how many actions."""

    policy: str
    statement: str
    origin: str
    owner: str | None
    actions: int

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "policy": self.policy,
            "statement": self.statement,
            "origin": self.origin,
            "owner": self.owner,
            "actions": self.actions,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Can:
    """What a principal can do, by service (WP1-WP7)."""

    principal: str
    services: Mapping[str, tuple[ActionReach, ...]]
    taken_away: tuple[TakenAway, ...]
    ways: tuple[ActionWay, ...]
    leans_on: tuple[str, ...]
    complete: bool

    def to_dict(self) -> Data:
        """The JSON of `iamtui can`."""
        return {
            "version": 1,
            "principal": self.principal,
            "services": [
                {"service": service, "actions": [one.to_dict() for one in actions]}
                for service, actions in self.services.items()
            ],
            "taken_away": [one.to_dict() for one in self.taken_away],
            "ways": [one.to_dict() for one in self.ways],
            "leans_on": list(self.leans_on),
            "complete": self.complete,
        }
