"""Builders of decisions as the evaluator makes them, for the tests of what shows them."""

from __future__ import annotations

from iamtui.evaluation.decision import (
    Comparison,
    Decision,
    ElementKind,
    ElementTrace,
    Layer,
    LayerEffect,
    LayerTrace,
    LevelTrace,
    Outcome,
    PolicyTrace,
    StatementTrace,
    Verdict,
)
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyState
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth

ALICE = "arn:aws:iam::111122223333:user/alice"
LEDGER = "arn:aws:s3:::ledger/q3.csv"
REQUEST = Request(ALICE, "s3:GetObject", LEDGER)
ALLOWED = Outcome(Verdict.ALLOWED, Layer.IDENTITY)
NOTHING = Outcome(Verdict.IMPLICIT_DENY, Layer.NONE)


def element(kind: ElementKind, truth: Truth, *patterns: str, name: str | None = None) -> ElementTrace:
    """An element of which every pattern met the request alike."""
    value = {ElementKind.ACTION: "s3:GetObject", ElementKind.RESOURCE: LEDGER}.get(kind, ALICE)
    return ElementTrace(kind, name or kind.value, truth, tuple(Comparison(p, value, truth) for p in patterns))


def condition(truth: Truth, operator: str, key: str, policy: str, *values: str) -> ElementTrace:
    """A condition of one line."""
    compared = Comparison(
        f"{operator} {key}",
        ", ".join(values) or None,
        truth,
        rule=None if values else "C11",
        note=None if values else "the key is absent",
        key=key,
        key_state=KeyState.PRESENT if values else KeyState.ABSENT,
        policy_values=(policy,),
        values=values,
    )
    return ElementTrace(ElementKind.CONDITION, "Condition", truth, (compared,))


def statement(
    index: int,
    truth: Truth,
    *elements: ElementTrace,
    policy: str = "readers",
    effect: Effect = Effect.ALLOW,
    sid: str | None = None,
) -> StatementTrace:
    """A statement; without elements one with an action that met the request so."""
    given = elements or (element(ElementKind.ACTION, truth, "s3:Get*" if truth is Truth.TRUE else "ec2:*"),)
    return StatementTrace(policy, index, sid, effect, truth, given, decisive=truth is Truth.TRUE)


def policy(*statements: StatementTrace, name: str = "readers", origin: str = "inline") -> PolicyTrace:
    """An inline policy of alice."""
    source = b'{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}'
    matching = {statement.effect for statement in statements if statement.truth is Truth.TRUE}
    effect = LayerEffect.SILENT
    if Effect.DENY in matching:
        effect = LayerEffect.DENIES
    elif matching:
        effect = LayerEffect.ALLOWS
    elif any(statement.truth is Truth.UNKNOWN for statement in statements):
        effect = LayerEffect.UNDECIDED
    return PolicyTrace(name, None, origin, ALICE, None, Document(source), effect, statements)


def layer(*policies: PolicyTrace, kind: Layer = Layer.IDENTITY) -> LayerTrace:
    """A layer of one level, with the effect of its policies."""
    effects = [policy.effect for policy in policies]
    order = (LayerEffect.DENIES, LayerEffect.ALLOWS, LayerEffect.UNDECIDED)
    effect = next((effect for effect in order if effect in effects), LayerEffect.SILENT)
    return LayerTrace(kind, "111122223333", effect, (LevelTrace("", "", effect, policies),))


def decision(*layers: LayerTrace, outcome: Outcome | None = ALLOWED, matched: tuple[str, ...] = ()) -> Decision:
    """A decision; a conditional one lies between nothing and an allow."""
    return Decision(REQUEST, outcome, outcome or ALLOWED, outcome or NOTHING, layers, matched)
