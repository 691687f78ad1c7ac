"""Our decisions as the authorization details that AWS would record of them (AT25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.decision import Decision, Layer, LayerTrace, LevelTrace, PolicyTrace
from iamtui.policy.keys import KeyValue
from iamtui.trail.refusals.checks import POLICY_TYPES, checks_of, effect_of
from iamtui.trail.refusals.context_values import written_value
from iamtui.trail.refusals.details import AuthorizationDetails, Evaluation, PolicyInfo
from iamtui.trail.refusals.policy_uris import policy_uri, target_arn

_ARN, _USER = "aws:PrincipalARN", "aws:UserId"
_SPELLINGS = {"aws:principalarn": _ARN, "aws:userid": _USER}
"""Keys that AWS writes here otherwise than its own page of keys (AT8)."""


class OpenDecisionError(ValueError):
    """A decision that depends on what is unknown, for which AWS's shape has no word."""


def details_of(parts: Sequence[tuple[Decision, Mapping[str, KeyValue]]]) -> AuthorizationDetails:
    """The details of the parts of one call, each with the keys that its request has.

    Raises:
        OpenDecisionError: a part depends on what is unknown.
    """
    contexts = [_context(decision, known) for decision, known in parts]
    shared = {
        key: value
        for key, value in contexts[0].items()
        if all(key in other and other[key] == value for other in contexts[1:])
    }
    evaluations = tuple(
        _evaluation(decision, {key: value for key, value in context.items() if key not in shared})
        for (decision, _), context in zip(parts, contexts, strict=True)
    )
    policies: dict[str, PolicyInfo] = {}
    for decision, _ in parts:
        for info in _policies(decision):
            known_of = policies.get(info.uri)
            attached = info.attached_to if known_of is None else (*known_of.attached_to, *info.attached_to)
            policies[info.uri] = replace(info, attached_to=tuple(dict.fromkeys(attached)))
    return AuthorizationDetails(context=shared, evaluations=evaluations, policies=tuple(policies.values()))


def _context(decision: Decision, known: Mapping[str, KeyValue]) -> dict[str, object]:
    """The keys in AWS's form; a caller whose session no key tells is named by its own ARN."""
    context = {_SPELLINGS.get(key.lower(), key): written_value(key, value) for key, value in known.items()}
    principal = decision.request.principal
    is_untold = _USER not in context if ":assumed-role/" in principal else _ARN not in context
    if principal.startswith("arn:") and is_untold:
        context[_ARN] = principal
    return context


def _evaluation(decision: Decision, context: Mapping[str, object]) -> Evaluation:
    if decision.outcome is None:
        keys = ", ".join(unknown.key for unknown in decision.unknown_keys)
        raise OpenDecisionError(
            f"{decision.request.action} depends on {keys or '; '.join(decision.unknown_data) or 'what is unknown'}, "
            "and AWS's shape has no word for what is unknown"
        )
    resource = decision.request.resource
    return Evaluation(
        action=decision.request.action,
        resource="" if resource == "*" else resource,
        context=context,
        effect=effect_of(decision.outcome),
        checks=checks_of(decision, decision.outcome),
    )


def _policies(decision: Decision) -> Iterator[PolicyInfo]:
    for trace in decision.layers:
        if trace.layer not in POLICY_TYPES:
            continue
        for level in trace.levels:
            is_level = trace.layer in (Layer.SCP, Layer.RCP)
            for policy in level.policies:
                uri = policy_uri(policy, trace.layer, (level.target_id or level.name) if is_level else "")
                yield PolicyInfo(
                    type=POLICY_TYPES[trace.layer],
                    uri=uri,
                    inline=policy.arn is None,
                    attached_to=_attached_to(policy, trace, level, decision),
                    document=policy.document,
                )


def _attached_to(policy: PolicyTrace, trace: LayerTrace, level: LevelTrace, decision: Decision) -> tuple[str, ...]:
    if trace.layer in (Layer.SCP, Layer.RCP):
        return (target_arn(level, trace),)
    of_resource = trace.layer in (Layer.RESOURCE, Layer.TRUST)
    for text in (policy.owner, decision.request.resource if of_resource else decision.request.principal):
        if text is not None and _is_arn(text):
            return (text,)
    return ()


def _is_arn(text: str) -> bool:
    try:
        Arn.parse(text)
    except MalformedArnError:
        return False
    return True
