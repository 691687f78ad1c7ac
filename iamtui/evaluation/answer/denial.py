"""Why a request is denied, in words: the least that is missing or in the way, and AWS's own sentence (T10, T11)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from iamtui.evaluation.applicable.policies import Applicable
from iamtui.evaluation.combining.outcome import CombinationRules, ResolvedLayers, combine, flipped
from iamtui.evaluation.decision import POLICY_WORDS, Blocker, Layer, LayerTrace, Outcome, Verdict
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth

_AWS_NAMES = {Layer.NONE: Layer.IDENTITY, Layer.BUCKET: Layer.RESOURCE}
"""Which layer AWS names in its message where it has no word for ours (T11)."""


def denying_reasons(
    resolved: ResolvedLayers,
    setting: CombinationRules,
    subject: ResolvedRequest,
    applicable: Applicable,
    traces: Sequence[LayerTrace],
) -> tuple[Blocker, ...]:
    """The statements that deny, then the smallest set of Allows that is missing; empty where it is allowed."""
    if combine(resolved, setting).verdict is Verdict.ALLOWED:
        return ()
    found = sorted(
        (_denying(trace) for trace in traces if trace.layer in resolved.denying),
        key=lambda blocker: not blocker.is_certain,
    )
    if setting.public_bucket_closed:
        found.append(Blocker(Layer.S3_BLOCK_PUBLIC_ACCESS, "RestrictPublicBuckets closes the bucket to outsiders"))
    undenied = resolved._replace(denying=frozenset())
    missing = _least_missing(undenied, setting._replace(public_bucket_closed=False), applicable)
    found.extend(Blocker(layer, _missing_text(layer, subject)) for layer in missing)
    return tuple(found)


def _denying(trace: LayerTrace) -> Blocker:
    """The statements of a layer that deny, or, where none is certain to, those that may."""
    denying = _denies(trace, Truth.TRUE)
    word = POLICY_WORDS[trace.layer]
    if denying:
        return Blocker(trace.layer, f"explicit deny in {_article(word)} {word}", denying)
    return Blocker(
        trace.layer, f"{_article(word)} {word} that may deny", _denies(trace, Truth.UNKNOWN), is_certain=False
    )


def _denies(trace: LayerTrace, truth: Truth) -> tuple[str, ...]:
    return tuple(
        statement.reference
        for policy in trace.policies
        for statement in policy.statements
        if statement.effect is Effect.DENY and statement.truth is truth
    )


def _least_missing(resolved: ResolvedLayers, setting: CombinationRules, applicable: Applicable) -> tuple[Layer, ...]:
    """The smallest set of layers that would have to allow (T10), the caller's own policies tried first."""
    own = (Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION, setting.resource_layer, Layer.BUCKET)
    there = frozenset(applied.layer for applied in applicable.layers if applied.can_exist)
    layers = [layer for layer in (*own, Layer.SCP, Layer.RCP, Layer.VPC_ENDPOINT) if _can_allow(layer, setting, there)]
    for count in range(len(layers) + 1):
        for chosen in combinations(layers, count):
            tried = resolved
            for layer in chosen:
                tried = flipped(tried, layer, setting.caller_kind)
            if combine(tried, setting).verdict is Verdict.ALLOWED:
                return chosen
    return ()


def _can_allow(layer: Layer, setting: CombinationRules, there: frozenset[Layer]) -> bool:
    """Whether an Allow can be added to a layer: root and services have no identity policies, instances no policy."""
    if layer is Layer.IDENTITY:
        return setting.caller_kind in (
            CallerKind.USER,
            CallerKind.ROLE,
            CallerKind.ROLE_SESSION,
            CallerKind.FEDERATED_USER,
        )
    return layer in there


def _missing_text(layer: Layer, subject: ResolvedRequest) -> str:
    what = f"{subject.action} on {subject.resource}"
    match layer:
        case Layer.RESOURCE | Layer.TRUST:
            return f"no Allow for {subject.caller.text} to {what} in the {POLICY_WORDS[layer]}"
        case Layer.BUCKET:
            return f"no Allow for {subject.caller.text} to {subject.action} in the policy of the underlying bucket"
        case Layer.VPC_ENDPOINT if subject.resource_arn is not None and subject.resource_arn.access_point is not None:
            return f"no Allow for {what}, and on the bucket behind it, in the {POLICY_WORDS[layer]}"
        case Layer.SESSION if subject.caller.kind is CallerKind.FEDERATED_USER:
            return f"no session policy that allows {what}: a federated user has only what one allows (E55)"
        case _:
            return f"no Allow for {what} in the {POLICY_WORDS[layer]}"


def denial_message(subject: ResolvedRequest, outcome: Outcome, asked: str) -> str | None:
    """The sentence that AWS answers with (I81); None where it allows, or where S3's settings refuse.

    `asked` is the resource that AWS asks about: for `*` it may be an ARN that it does not list (L36).
    """
    if outcome.verdict is Verdict.ALLOWED or outcome.decided_by is Layer.S3_BLOCK_PUBLIC_ACCESS:
        return None
    resource = "" if asked == "*" else f" on resource: {asked}"
    start = f"{_subject_words(subject.caller)} is not authorized to perform: {subject.action}{resource}"
    layer = _AWS_NAMES.get(outcome.decided_by, outcome.decided_by)
    if outcome.verdict is Verdict.EXPLICIT_DENY:
        article = "the" if layer is Layer.TRUST else _article(POLICY_WORDS[layer])
        return f"{start} with an explicit deny in {article} {POLICY_WORDS[layer]}"
    return f"{start} because no {POLICY_WORDS[layer]} allows the {subject.action} action"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _subject_words(caller: Caller) -> str:
    if caller.kind is CallerKind.ANONYMOUS:
        return "User: anonymous"
    if caller.kind is CallerKind.ROLE:  # AWS names the session, which is not known here (E8)
        return f"User: arn:{caller.partition}:sts::{caller.account}:assumed-role/{caller.name}/<session>"
    return f"User: {caller.text}"
