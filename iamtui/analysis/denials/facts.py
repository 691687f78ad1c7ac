"""What of our decision is compared with AWS's word: read off a trace, or off what was settled without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from iamtui.evaluation.answer.assembly import notes_out_of_scope
from iamtui.evaluation.decide import Settled
from iamtui.evaluation.decision import Decision, Layer, LayerEffect, Outcome
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.truth import Truth

NOT_EVALUATED = "not evaluated"
"""How notes begin that name what iamtui does not model and could turn the decision (E14)."""


class DecisionFacts(NamedTuple):
    """One decision of ours, as far as AWS's word is compared with it.

    Attributes:
        outcome: None while it is open; `worst` bounds it.
        is_denied: whether it is denied whatever the unknowns are.
        denying: the layers that deny explicitly.
        policies: ARNs of the managed policies that apply.
        denying_policies: those of them that deny; None where no trace says.
        absent_because: for layers that do not apply, why.
        unknown_data, assumed, unknown_keys: what the decision leans on.
        out_of_scope: what could turn it, and is not evaluated.
    """

    outcome: Outcome | None
    worst: Outcome
    is_denied: bool
    denying: frozenset[Layer]
    policies: frozenset[str]
    denying_policies: frozenset[str] | None
    absent_because: Mapping[Layer, str]
    unknown_data: tuple[str, ...]
    assumed: tuple[str, ...]
    unknown_keys: tuple[str, ...]
    out_of_scope: tuple[str, ...]


def facts_of_decision(decision: Decision) -> DecisionFacts:
    """Read a trace."""
    policies = [policy for trace in decision.layers for policy in trace.policies]
    return DecisionFacts(
        outcome=decision.outcome,
        worst=decision.worst,
        is_denied=decision.is_denied,
        denying=frozenset(trace.layer for trace in decision.layers if trace.effect is LayerEffect.DENIES),
        policies=frozenset(policy.arn for policy in policies if policy.arn is not None),
        denying_policies=frozenset(
            policy.arn for policy in policies if policy.arn is not None and policy.effect is LayerEffect.DENIES
        ),
        absent_because={
            trace.layer: trace.reason
            for trace in decision.layers
            if trace.effect is LayerEffect.NOT_APPLICABLE and trace.reason is not None
        },
        unknown_data=decision.unknown_data,
        assumed=decision.assumed,
        unknown_keys=tuple(unknown.key for unknown in decision.unknown_keys),
        out_of_scope=tuple(note for note in decision.notes if note.startswith(NOT_EVALUATED)),
    )


def facts_of_settled(question: PreparedRequest, settled: Settled) -> DecisionFacts:
    """Read what was settled without a trace; which policy denies it does not say."""
    outcome = settled.best if settled.best == settled.worst else None
    applied = (policy for layer in question.applicable.layers for level in layer.levels for policy in level.policies)
    notes = notes_out_of_scope(question, outcome) if settled.partials else ()
    return DecisionFacts(
        outcome=outcome,
        worst=settled.worst,
        is_denied=settled.is_denied,
        denying=frozenset(_denying(question, settled)),
        policies=frozenset(policy.arn for policy in applied if policy.arn is not None),
        denying_policies=None,
        absent_because={
            layer.layer: layer.reason
            for layer in question.applicable.layers
            if not layer.applies and layer.reason is not None
        },
        unknown_data=settled.unknown_data,
        assumed=settled.assumed,
        unknown_keys=tuple(unknown.key for unknown in settled.unknown_keys),
        out_of_scope=tuple(note for note in notes if note.startswith(NOT_EVALUATED)),
    )


def _denying(question: PreparedRequest, settled: Settled) -> Iterator[Layer]:
    for partial in settled.partials:
        if partial.conclude(question.asked).denies is Truth.TRUE:
            yield partial.layer.layer
    if question.setting.public_bucket_closed:
        yield Layer.S3_BLOCK_PUBLIC_ACCESS
