"""The trace of a decision: every layer, document, statement and element, and what was compared (T1-T8)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.evaluation.decision.words import ElementKind, Layer, LayerEffect, MatchClass
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyState
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.policy.truth import Truth


class Comparison(NamedTuple):
    """One thing that was compared: a pattern with the request's value, or a whole condition line (T6-T8).

    Attributes:
        pattern: the pattern as written; for a condition `Operator key`.
        substituted: the pattern, or the policy's values, after variable substitution, where that differs.
        value: the request's value, or values joined for reading; None if it has none.
        truth: whether it matched.
        rule: the number of the rule that says so, where one line explains it (C11).
        note: why, in words.
        key: the condition key, as spelled in the policy; None for other elements.
        key_state: the state of that key.
        policy_values: the values that the policy gives for it.
        values: the values that the request has for it.
        source: where the request's value comes from: `request`, or what it was derived from.
    """

    pattern: str
    value: str | None
    truth: Truth
    substituted: str | None = None
    rule: str | None = None
    note: str | None = None
    key: str | None = None
    key_state: KeyState | None = None
    policy_values: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    source: str | None = None


class ElementTrace(NamedTuple):
    """How one element of a statement met the request; `name` is as written, `NotAction` say.

    `detailed` holds the comparisons that have something to tell; patterns that plainly did not match `value`
    are only named, in `missed`: most statements of a trace fail so, and a trace is made at every keystroke.
    """

    kind: ElementKind
    name: str
    truth: Truth
    detailed: tuple[Comparison, ...]
    note: str | None = None
    missed: tuple[str, ...] = ()
    value: str | None = None

    @property
    def compared(self) -> tuple[Comparison, ...]:
        """Everything that was compared (T6-T8)."""
        return (*self.detailed, *(Comparison(pattern, self.value, Truth.FALSE) for pattern in self.missed))


class StatementTrace(NamedTuple):
    """How one statement met the request, every element compared whatever the others say (T4, T5).

    `ignored` says why AWS would not take the statement; it then matches nothing (L7).
    """

    policy: str
    index: int  # type: ignore[assignment]  # not the method of tuples
    sid: str | None
    effect: Effect
    truth: Truth
    elements: tuple[ElementTrace, ...]
    match_class: MatchClass | None = None
    decisive: bool = False
    ignored: str | None = None

    @property
    def reference(self) -> str:
        """`POLICY NAME#SID`, or with the index where there is no Sid (samples/scenarios/README.md)."""
        return f"{self.policy}#{self.sid or self.index}"

    def is_cited_by(self, reference: str) -> bool:
        """Whether `POLICY NAME#SID` or `POLICY NAME#INDEX` means this statement."""
        return reference in (f"{self.policy}#{self.index}", self.reference)

    @property
    def failed_first(self) -> ElementTrace | None:
        """The first element that is false, in the order in which they are shown (T5)."""
        return next((element for element in self.elements if element.truth is Truth.FALSE), None)

    @property
    def undecided_by(self) -> ElementTrace | None:
        """The first unknown element of a statement that no element makes false (T5)."""
        if self.failed_first is not None:
            return None
        return next((element for element in self.elements if element.truth is Truth.UNKNOWN), None)


class PolicyTrace(NamedTuple):
    """One document's part: where it comes from, and its statements (T2).

    Attributes:
        name: the policy's name.
        arn: its ARN if it is managed.
        origin: how it is attached: `inline`, `attached`, `via group G`, `boundary`, `passed with the session`, …
        owner: ARN of what it lives in or is attached to.
        version: the version id of a managed policy.
        document: None if the export lacks it: what it says is unknown (T22).
        problem: why the document cannot be read, if it cannot.
    """

    name: str
    arn: str | None
    origin: str
    owner: str | None
    version: str | None
    document: Document | None
    effect: LayerEffect
    statements: tuple[StatementTrace, ...]
    problem: InvalidDocument | str | None = None


class LevelTrace(NamedTuple):
    """One level of an organization: root, OU or account; other layers have one level without a name (T3)."""

    name: str
    target_id: str
    effect: LayerEffect
    policies: tuple[PolicyTrace, ...]


class LayerTrace(NamedTuple):
    """One layer's part in a decision (T1, T2).

    `reason` says why the layer does not apply or is unknown, in AWS's terms. `reached` is False where the
    decision had already fallen.
    """

    layer: Layer
    account: str | None
    effect: LayerEffect
    levels: tuple[LevelTrace, ...]
    reason: str | None = None
    reached: bool = True

    @property
    def policies(self) -> tuple[PolicyTrace, ...]:
        """The documents of all levels."""
        return tuple(policy for level in self.levels for policy in level.policies)
