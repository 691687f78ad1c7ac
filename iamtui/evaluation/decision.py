"""A decision as data: its outcome, and a trace of every layer, statement and element (T1-T11).

Everything that shows a decision walks this one tree; nothing that shows it computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamtui.evaluation.request import Request
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyState
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.policy.truth import Truth


class Verdict(StrEnum):
    """The words of the IAM policy simulator."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


class Layer(StrEnum):
    """The kinds of policy that take part in a decision, in the order in which they are shown (T1)."""

    PRE_CHECK = "pre_check"
    RCP = "rcp"
    SCP = "scp"
    VPC_ENDPOINT = "vpc_endpoint"
    RESOURCE = "resource"
    TRUST = "trust"
    BUCKET = "bucket"  # the policy of the bucket behind an access point (S17)
    IDENTITY = "identity"
    PERMISSIONS_BOUNDARY = "permissions_boundary"
    SESSION = "session"
    S3_BLOCK_PUBLIC_ACCESS = "s3_block_public_access"
    NONE = "none"  # only as `decided_by`: nothing allowed it


class LayerEffect(StrEnum):
    """What one layer, level or document says to the request."""

    DENIES = "denies"
    ALLOWS = "allows"
    SILENT = "silent"
    UNDECIDED = "undecided"  # it depends on something unknown
    NOT_APPLICABLE = "not applicable"


class MatchClass(StrEnum):
    """How a principal entry matches the requester (5.1)."""

    DIRECT = "direct"
    PARENT = "parent"
    ACCOUNT = "account"


class ElementKind(StrEnum):
    """The elements of a statement in the order in which they are shown (T4)."""

    PRINCIPAL = "Principal"
    ACTION = "Action"
    RESOURCE = "Resource"
    CONDITION = "Condition"


@dataclass(frozen=True, slots=True)
class Comparison:
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


@dataclass(frozen=True, slots=True)
class ElementTrace:
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


@dataclass(frozen=True, slots=True)
class StatementTrace:
    """How one statement met the request, every element compared whatever the others say (T4, T5).

    `ignored` says why AWS would not take the statement; it then matches nothing (L7).
    """

    policy: str
    index: int
    sid: str | None
    effect: Effect
    truth: Truth
    elements: tuple[ElementTrace, ...]
    match_class: MatchClass | None = None
    decisive: bool = False
    ignored: str | None = None

    @property
    def reference(self) -> str:
        """`POLICY NAME#SID`, or with the index where there is no Sid (scenarios.md)."""
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


@dataclass(frozen=True, slots=True)
class PolicyTrace:
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


@dataclass(frozen=True, slots=True)
class LevelTrace:
    """One level of an organization: root, OU or account; other layers have one level without a name (T3)."""

    name: str
    target_id: str
    effect: LayerEffect
    policies: tuple[PolicyTrace, ...]


@dataclass(frozen=True, slots=True)
class LayerTrace:
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict and the layer at which evaluation ended (E84-E86)."""

    verdict: Verdict
    decided_by: Layer


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows if an unknown key is so: `is in 203.0.113.0/24` → allowed (T31).

    `worst` differs from `outcome` where the other unknown keys decide as well.
    """

    state: str
    outcome: Outcome
    worst: Outcome


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """An unknown key that can turn the decision, with each way it can be (T29, T31)."""

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
        """Whether a statement, by Sid or by index, is among the decisive ones (scenarios.md)."""
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
