"""Decisions in the shape in which `aws iam simulate-custom-policy` and `simulate-principal-policy` answer.

One result for each action, whatever the number of resources; each resource's own decision stands in
`ResourceSpecificResults`, the most restrictive one above. A conditional decision has no word of its own there: it is
given as its worst outcome, with the unknown keys among the `MissingContextValues`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.decision import Decision, Layer, LayerEffect, LayerTrace, PolicyTrace, Verdict
from iamtui.reports.positions import statement_spans
from iamtui.reports.serial import Data, json_bytes

_TYPES = {
    Layer.IDENTITY: "IAM Policy",
    Layer.SESSION: "IAM Policy",
    Layer.RESOURCE: "Resource Policy",
    Layer.TRUST: "Resource Policy",
    Layer.BUCKET: "Resource Policy",
    Layer.PERMISSIONS_BOUNDARY: "IAM Permissions Boundary Policy",
}
_CUSTOM_IDS = {
    Layer.IDENTITY: "PolicyInputList",
    Layer.PERMISSIONS_BOUNDARY: "PermissionsBoundaryPolicyInputList",
}
_SEVERITY = (Verdict.ALLOWED, Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)
_DECISIONS = {
    LayerEffect.ALLOWS: Verdict.ALLOWED.value,
    LayerEffect.DENIES: Verdict.EXPLICIT_DENY.value,
}


def as_aws(decisions: Sequence[Decision], *, custom: bool = False) -> bytes:
    """The answer of the API as JSON.

    Args:
        decisions: in the order of their requests; those of one action stand together.
        custom: name the policies as SimulateCustomPolicy does, by their place in the request.
    """
    groups = groupby(decisions, key=lambda decision: decision.request.action.lower())
    results = [_result(list(group), custom=custom) for _, group in groups]
    return json_bytes({"EvaluationResults": results, "IsTruncated": False})


def _result(decisions: Sequence[Decision], *, custom: bool) -> dict[str, Data]:
    strictest = max(decisions, key=lambda decision: _SEVERITY.index(decision.worst.verdict))
    resources = [decision.request.resource for decision in decisions]
    result: dict[str, Data] = {
        "EvalActionName": strictest.request.action,
        "EvalResourceName": resources[0] if len(resources) == 1 else "*",
        "EvalDecision": strictest.worst.verdict.value,
        "MatchedStatements": _unique(
            matched
            for decision in decisions
            if decision.worst.verdict is strictest.worst.verdict
            for matched in _matched(decision, custom=custom)
        ),
    }
    if resources == ["*"]:
        return result | {"MissingContextValues": _missing(strictest)} | _details(strictest)
    result |= {"MissingContextValues": []} | _details(strictest)
    result |= _by_side(strictest)
    result["ResourceSpecificResults"] = [
        {
            "EvalResourceName": decision.request.resource,
            "EvalResourceDecision": decision.worst.verdict.value,
            "MatchedStatements": list(_matched(decision, custom=custom)),
            "MissingContextValues": _missing(decision),
            **_by_side(decision),
            **_boundary(decision),
        }
        for decision in decisions
    ]
    return result


def _unique(items: Iterator[dict[str, Data]]) -> list[Data]:
    found: list[Data] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _missing(decision: Decision) -> list[Data]:
    unknown = [unknown.key for unknown in decision.unknown_keys]
    return list(dict.fromkeys((*decision.missing_context, *unknown)))


def _matched(decision: Decision, *, custom: bool) -> Iterator[dict[str, Data]]:
    for layer in decision.layers:
        if layer.layer not in _TYPES:
            continue
        for number, policy in enumerate(layer.policies, 1):
            named = _policy_id(layer.layer, policy, number) if custom else policy.name
            yield from _statements(policy, named, _TYPES[layer.layer])


def _policy_id(layer: Layer, policy: PolicyTrace, number: int) -> str:
    if layer in (Layer.RESOURCE, Layer.TRUST):
        return "ResourcePolicy"
    return f"{_CUSTOM_IDS[layer]}.{number}" if layer in _CUSTOM_IDS else policy.name


def _statements(policy: PolicyTrace, named: str, kind: str) -> Iterator[dict[str, Data]]:
    decisive = [statement.index for statement in policy.statements if statement.decisive]
    spans = statement_spans(policy.document.text) if decisive and policy.document is not None else ()
    for index in decisive:
        matched: dict[str, Data] = {"SourcePolicyId": named, "SourcePolicyType": kind}
        if index < len(spans):
            span = spans[index]
            matched["StartPosition"] = {"Line": span.start.line, "Column": span.start.column}
            matched["EndPosition"] = {"Line": span.end.line, "Column": span.end.column}
        yield matched


def _details(decision: Decision) -> dict[str, Data]:
    allowed = _allowed_by_organizations(decision)
    details: dict[str, Data] = {}
    if allowed is not None:
        details["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": allowed}
    return details | _boundary(decision)


def _allowed_by_organizations(decision: Decision) -> bool | None:
    """Whether all SCPs and RCPs allow it; None where none applies."""
    organizations = [layer for layer in decision.layers if layer.layer in (Layer.SCP, Layer.RCP) and _applies(layer)]
    return all(layer.effect is LayerEffect.ALLOWS for layer in organizations) if organizations else None


def _boundary(decision: Decision) -> dict[str, Data]:
    for layer in decision.layers:
        if layer.layer is Layer.PERMISSIONS_BOUNDARY and _applies(layer):
            allowed = layer.effect is LayerEffect.ALLOWS
            return {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": allowed}}
    return {}


def _applies(layer: LayerTrace) -> bool:
    return layer.effect is not LayerEffect.NOT_APPLICABLE


def _by_side(decision: Decision) -> dict[str, Data]:
    """What each side says to a request across accounts; empty within one account, and left out where SCPs deny."""
    if _allowed_by_organizations(decision) is False:
        return {}
    sides: dict[str, Data] = {}
    if _crosses_accounts(decision):
        sides = {
            _TYPES[layer.layer]: _DECISIONS.get(layer.effect, Verdict.IMPLICIT_DENY.value)
            for layer in decision.layers
            if layer.layer in (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST) and _applies(layer)
        }
    return {"EvalDecisionDetails": sides}


def _crosses_accounts(decision: Decision) -> bool:
    request = decision.request
    try:
        owner = request.resource_account or Arn.parse(request.resource).account
        return bool(owner) and Arn.parse(request.principal).account != owner
    except MalformedArnError:
        return False
