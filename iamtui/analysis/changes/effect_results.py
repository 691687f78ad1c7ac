"""What changes do: who gained and lost what, and because of which changes (CH5, CH6)."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.analysis.queries.everybody.results import Condition, Data


@dataclass(frozen=True, slots=True)
class Share:
    """Actions that one gained, or lost, alike.

    Attributes:
        action: an action, or a pattern that stands for all that it matches.
        extent: of the side that has it: `everywhere`, `somewhere`, or `conditional` where it is so at most.
        resources: on which, as patterns or ARNs.
        conditions: how the unknown keys must be, where it is conditional.
    """

    action: str
    extent: str
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "action": self.action,
            "extent": self.extent,
            "resources": list(self.resources),
            "conditions": [one.to_dict() for one in self.conditions],
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What principals gained and lost by the same changes.

    Attributes:
        principals: their ARNs.
        because: places in the list of changes.
        administration: `gained` where they can change everybody's permissions now and could not before, or `lost`.
    """

    principals: tuple[str, ...]
    gained: tuple[Share, ...]
    lost: tuple[Share, ...]
    because: tuple[int, ...]
    administration: str | None = None

    def to_dict(self) -> Data:
        """As JSON has it."""
        data: Data = {
            "principals": list(self.principals),
            "gained": [one.to_dict() for one in self.gained],
            "lost": [one.to_dict() for one in self.lost],
            "because": list(self.because),
        }
        return data if self.administration is None else {**data, "administration": self.administration}


@dataclass(frozen=True, slots=True)
class Trust:
    """Somebody whom a policy lets in, or no longer; `outside` is not of an exported account or organization."""

    who: str
    outside: bool
    what: str
    change: str

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {"who": self.who, "outside": self.outside, "what": self.what, "change": self.change}


@dataclass(frozen=True, slots=True)
class PathChange:
    """A path to an administrator that is new or surer, or is gone or less sure (EP55).

    `path` is the id of its first way, `name` all of them in words; `why` says what was, or what became of its source.
    """

    change: str
    who: str
    path: str
    name: str
    to: str
    verdict: str
    conditions: tuple[str, ...] = ()
    why: str = ""

    def to_dict(self) -> Data:
        """As JSON has it."""
        said = {"change": self.change, "from": self.who, "path": self.path, "name": self.name, "to": self.to}
        data: Data = {**said, "verdict": self.verdict, "conditions": list(self.conditions)}
        return {**data, "why": self.why} if self.why else data
