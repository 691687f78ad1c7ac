"""What a question about containment gives: rules with their state, and the ways that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iamtui.analysis.containment.subjects import Subject
from iamtui.analysis.overlay.laying import Edit


class State(StrEnum):
    """The state of a rule (cloudtrail.md section 8)."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The least change that closes something: a line to copy, never run, and what it does to the picture (Z15).

    Attributes:
        command: a line of the AWS CLI.
        edit: what it makes of the picture; None where no picture can show it.
    """

    command: str
    edit: Edit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule: its state, why in words, what shows it, and what closes it."""

    rule: str
    state: State
    text: str
    evidence: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way that is left to the intruder.

    Attributes:
        rule: the rule that finds it.
        kind: key, session, role, password, federation, policy or made.
        principal: whose permissions it has.
        key: its access key id, where it has one.
        until: when it ends by itself; None if it does not, or nobody knows.
        actions: how many actions are left to it; None where no export says.
        examples: some of them.
    """

    rule: str
    kind: str
    principal: str | None
    key: str | None = None
    until: datetime | None = None
    actions: int | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """The answer: the subject, the moment, the rules in order and the ways that are left."""

    subject: Subject
    at: datetime
    checks: tuple[Check, ...]
    ways: tuple[Way, ...]

    @property
    def contained(self) -> bool:
        """Whether no rule is open."""
        return all(check.state is not State.OPEN for check in self.checks)

    @property
    def proved(self) -> bool:
        """Whether no rule is unknown."""
        return all(check.state is not State.UNKNOWN for check in self.checks)

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """The remedies of the open rules, in the order in which they should be done (Z15)."""
        found = {
            remedy: None
            for rule in _ORDER
            for check in self.checks
            if check.rule == rule and check.state is State.OPEN
            for remedy in check.remedies
        }
        return tuple(found)


_ORDER = ("Z1", "Z12", "Z3", "Z4", "Z13", "Z2", "Z5", "Z6", "Z7", "Z10", "Z11", "Z14")
