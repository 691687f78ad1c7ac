"""The answer to one request: its outcome, what turns it, what is in its way, and its trace (T9-T11, T27-T31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iamtui.evaluation.decision.trace import LayerTrace
from iamtui.evaluation.decision.words import Layer, Verdict
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue


class Outcome(NamedTuple):
    """A verdict and the layer at which evaluation ended (E84-E86)."""

    verdict: Verdict
    decided_by: Layer


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows if an unknown key is so: `is in 203.0.113.0/24` → allowed (T31).

    `worst` differs from `outcome` where the other unknown keys decide as well. `value` is a value of the key that is
    so, to be tried.
    """

    state: str
    outcome: Outcome
    worst: Outcome
    value: KeyValue | None = None


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """An unknown key that can turn the decision, with each way it can be (T29, T31); none where it was not tried."""

    key: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is missing or in the way of an allow, in words, with the statements concerned (T10).

    `is_certain` is False for what is only in the way if something unknown is so.
    """

    layer: Layer
    text: str
    statements: tuple[str, ...] = ()
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request, with everything that led to it.

    Attributes:
        outcome: the decision; None while it depends on what is unknown: then `best` and `worst` bound it (T27).
        layers: the trace, in the order of T1.
        matched: references of the decisive statements (E87).
        missing_context: keys that are absent and were consulted (E88).
        unknown_keys: the unknown keys that can turn the decision (T29).
        unknown_data: what was not exported and could turn it (T22).
        assumed: what was not exported and was taken as not there, so that the answer leans on it (T22).
        may_be_wider: the range is wider than what is really possible, for want of enumeration (T30).
        notes: what the reader must know besides: rules out of scope, statements ignored, calls AWS would refuse.
        blockers: for a deny, the least that is missing or in the way (T10).
        aws_message: what AWS itself would answer (T11, I81); None where it is allowed or conditional.
    """

    request: Request
    outcome: Outcome | None
    best: Outcome
    worst: Outcome
    layers: tuple[LayerTrace, ...]
    matched: tuple[str, ...] = ()
    missing_context: tuple[str, ...] = ()
    unknown_keys: tuple[UnknownKey, ...] = ()
    unknown_data: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    may_be_wider: bool = False
    notes: tuple[str, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    aws_message: str | None = None

    def cites(self, reference: str) -> bool:
        """Whether a statement, by Sid or by index, is among the decisive ones (samples/scenarios/README.md)."""
        if reference in self.matched:
            return True
        statements = (s for layer in self.layers for policy in layer.policies for s in policy.statements)
        return any(statement.decisive and statement.is_cited_by(reference) for statement in statements)

    @property
    def is_conditional(self) -> bool:
        """Whether the decision depends on something that is unknown."""
        return self.outcome is None

    @property
    def is_denied(self) -> bool:
        """Whether it is denied, explicitly or not, whatever the unknowns are."""
        return self.best.verdict is not Verdict.ALLOWED

    @property
    def word(self) -> str:
        """`allowed`, `explicitDeny`, `implicitDeny`, `denied` where it is one of both, or `conditional`."""
        if self.outcome is not None:
            return self.outcome.verdict.value
        return "denied" if self.is_denied else "conditional"
