"""What the outcomes of an evaluation are called, with a glyph and a tone for each: colour is never the only signal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from iamtui.evaluation.decision import (
    POLICY_WORDS,
    Branch,
    Decision,
    Layer,
    LayerEffect,
    LayerTrace,
    Outcome,
    PolicyTrace,
    StatementTrace,
    Verdict,
)
from iamtui.policy.truth import Truth
from iamtui.visible import Tone


class Words(NamedTuple):
    """How something is shown."""

    word: str
    glyph: str
    tone: Tone


VERDICTS = {
    Verdict.ALLOWED: Words("ALLOWED", "✔", "good"),
    Verdict.EXPLICIT_DENY: Words("DENIED (explicit)", "✖", "bad"),
    Verdict.IMPLICIT_DENY: Words("DENIED (implicit)", "✖", "bad"),
}
DENIED = Words("DENIED", "✖", "bad")
CONDITIONAL = Words("CONDITIONAL", "?", "warn")

EFFECTS = {
    LayerEffect.DENIES: Words("denies", "✖", "bad"),
    LayerEffect.ALLOWS: Words("allows", "✔", "good"),
    LayerEffect.SILENT: Words("silent", "○", "plain"),
    LayerEffect.UNDECIDED: Words("undecided", "?", "warn"),
    LayerEffect.NOT_APPLICABLE: Words("does not apply", "–", "muted"),
}

TRUTHS = {
    Truth.TRUE: Words("matches", "✔", "good"),
    Truth.UNKNOWN: Words("unknown", "?", "warn"),
    Truth.FALSE: Words("does not match", "✖", "muted"),
}

LAYERS = {
    Layer.PRE_CHECK: "Pre-check",
    Layer.RCP: "Resource control policies",
    Layer.SCP: "Service control policies",
    Layer.VPC_ENDPOINT: "VPC endpoint policy",
    Layer.ENDPOINT_TO_BUCKET: "VPC endpoint policy, bucket behind",
    Layer.RESOURCE: "Resource-based policy",
    Layer.TRUST: "Role trust policy",
    Layer.BUCKET: "Underlying bucket's policy",
    Layer.IDENTITY: "Identity-based policies",
    Layer.PERMISSIONS_BOUNDARY: "Permissions boundary",
    Layer.SESSION: "Session policies",
    Layer.S3_BLOCK_PUBLIC_ACCESS: "S3 Block Public Access",
    Layer.NONE: "Nothing",
}

_DENYING = {layer.value: POLICY_WORDS.get(layer, name) for layer, name in LAYERS.items()} | {
    Layer.NONE.value: "nothing allows it"
}
_GRANTING = (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST, Layer.BUCKET)


def words_of(decision: Decision) -> Words:
    """The verdict of a decision, or that it depends on something."""
    if decision.outcome is not None:
        return VERDICTS[decision.outcome.verdict]
    return DENIED if decision.is_denied else CONDITIONAL


def sentence(decision: Decision) -> str:
    """Why the decision is what it is, in one sentence without a full stop; both sides where both had to allow."""
    if decision.outcome is not None:
        kinds = [_with_article(POLICY_WORDS[layer.layer]) for layer in _granting(decision)]
        return f"{' and '.join(kinds)} allow it" if len(kinds) > 1 else reason(decision.outcome)
    parts = [", ".join(unknown.key for unknown in decision.unknown_keys)]
    if decision.unknown_data:
        parts.append("what was not exported")
    depends = f"depends on {' and on '.join(filter(None, parts)) or 'what is not known'}"
    return f"explicitly or for want of an allow: that {depends}" if decision.is_denied else depends


def reason(outcome: Outcome) -> str:
    """The kind of policy at which evaluation ended and what it said (E84-E86)."""
    verdict, layer = outcome.verdict, outcome.decided_by
    if layer is Layer.NONE:
        return "nothing allows it"
    if layer is Layer.PRE_CHECK:
        return "decided before any policy"
    if layer is Layer.S3_BLOCK_PUBLIC_ACCESS:
        return "refused by S3 Block Public Access"
    kind = POLICY_WORDS[layer]
    if verdict is Verdict.IMPLICIT_DENY:
        return f"no {kind} allows it"
    named = _with_article(kind)
    return f"{named} allows it" if verdict is Verdict.ALLOWED else f"explicit deny in {named}"


def what_denies(layer: str) -> str:
    """The kind of policy at which a denial was decided, by the layer's word in JSON; or that nothing allows it."""
    return _DENYING.get(layer, layer)


def _with_article(kind: str) -> str:
    return f"{'an' if kind.startswith('i') else 'a'} {kind}"


class Deciding(NamedTuple):
    """A statement that decides: as it is cited, and the policy in which it stands."""

    name: str
    policy: PolicyTrace
    statement: StatementTrace


def deciding(decision: Decision) -> tuple[Deciding, ...]:
    """The statements that decide, those that grant first: guardrails allow nothing by themselves (E21)."""
    granting = _granting(decision)
    others = (layer for layer in decision.layers if layer not in granting)
    found = (one for layer in (*granting, *others) for one in _deciding_of(layer))
    return tuple({(one.name, id(one.policy)): one for one in found}.values())


def deciding_statements(decision: Decision) -> tuple[str, ...]:
    """The names of the statements that decide, in the order of `deciding`."""
    return tuple(dict.fromkeys(one.name for one in deciding(decision))) or decision.matched


def _granting(decision: Decision) -> list[LayerTrace]:
    """The layers of an allowed decision that grant, the caller's side first."""
    if decision.outcome is None or decision.outcome.verdict is not Verdict.ALLOWED:
        return []
    return [
        layer for kind in _GRANTING for layer in decision.layers if layer.layer is kind and any(_deciding_of(layer))
    ]


def _deciding_of(layer: LayerTrace) -> Iterator[Deciding]:
    for policy in layer.policies:
        for statement in policy.statements:
            if statement.decisive:
                yield Deciding(statement_name(layer.layer, policy, statement), policy, statement)


def statement_name(layer: Layer, policy: PolicyTrace, statement: StatementTrace) -> str:
    """A statement as it is cited; of the policy of a resource, which has no name, by the resource."""
    if layer not in (Layer.RESOURCE, Layer.TRUST, Layer.BUCKET) or policy.owner is None:
        return statement.reference
    kind = "trust" if layer is Layer.TRUST else "policy"
    return f"{kind} of {re.split('[:/]', policy.owner)[-1]}#{statement.sid or statement.index}"


def branch_words(branch: Branch) -> Words:
    """The verdict of one way an unknown key can be; conditional where the other unknown keys decide as well."""
    if branch.outcome.verdict is branch.worst.verdict:
        return VERDICTS[branch.outcome.verdict]
    return CONDITIONAL if branch.outcome.verdict is Verdict.ALLOWED else DENIED


def outcome_words(outcome: Outcome) -> str:
    """Verdict and reason of one side of a range, for reading."""
    return f"{VERDICTS[outcome.verdict].word}: {reason(outcome)}"
