"""Decisions in the shape in which AWS gives its own account of a denial (AT3-AT6, AT25).

`aws iam-toolbox get-request-authorization-details` prints it; the two can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.reports.serial import Data, json_bytes
from iamtui.trail.refusals.details import AuthorizationDetails, Check, Evaluation, MatchedPolicy, PolicyInfo


def as_authorization_details(details: AuthorizationDetails) -> bytes:
    """The details as JSON."""
    return json_bytes(
        {
            "requestContext": dict(details.context),
            "evaluations": [_evaluation(evaluation) for evaluation in details.evaluations],
            "policies": [_policy(policy) for policy in details.policies],
        }
    )


def _evaluation(evaluation: Evaluation) -> dict[str, Data]:
    data: dict[str, Data] = {
        "action": evaluation.action,
        "resource": evaluation.resource,
        "context": dict(evaluation.context),
        "evaluatedEffect": evaluation.effect,
    }
    if evaluation.checks is not None:
        data["checks"] = [_check(check) for check in evaluation.checks]
    return data


def _check(check: Check) -> dict[str, Data]:
    data: dict[str, Data] = {"checkType": check.type, "evaluatedEffect": check.effect}
    if check.target is not None:
        data["targetArn"] = check.target
    return data | {"relevantPolicyTypes": list(check.policy_types), "matchedPolicies": _matched(check.matched)}


def _matched(policies: Iterable[MatchedPolicy]) -> list[Data]:
    return [
        {
            "uri": policy.uri,
            "matchedStatements": [{"sid": one.sid, "evaluatedEffect": one.effect} for one in policy.statements],
        }
        for policy in policies
    ]


def _policy(policy: PolicyInfo) -> dict[str, Data]:
    return {
        "type": policy.type,
        "inline": policy.inline,
        "uri": policy.uri,
        "attachedTo": [{"arn": arn} for arn in policy.attached_to],
    }
