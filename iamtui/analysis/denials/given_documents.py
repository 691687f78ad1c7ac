"""The policies of a denial as AWS gave them with its account, to decide by where there is no export (AT7, AT21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.request.request import NamedPolicy
from iamtui.trail.refusals.details import AuthorizationDetails, CheckType, Evaluation, PolicyInfo, PolicyType


class MissingDocumentError(ValueError):
    """A policy that took part and whose document is not there; the message names it."""


def given_policies(details: AuthorizationDetails, evaluation: Evaluation) -> GivenPolicies:
    """The documents that AWS evaluated for one action and resource.

    Raises:
        MissingDocumentError: the document of one of them is not there.
    """
    lacking = [policy.uri for policy in details.policies if policy.document is None]
    if lacking:
        raise MissingDocumentError(f"the document of {lacking[0]} is not there")
    found = {kind: [policy for policy in details.policies if policy.type == kind] for kind in PolicyType}
    resource = [policy for policy in found[PolicyType.RESOURCE] if _is_of(policy, evaluation.resource)]
    return GivenPolicies(
        identity=tuple(_named(found[PolicyType.IDENTITY])),
        permissions_boundary=_filter(
            evaluation, CheckType.PERMISSIONS_BOUNDARY, found[PolicyType.PERMISSIONS_BOUNDARY]
        ),
        session=_filter(evaluation, CheckType.SESSION, found[PolicyType.SESSION]),
        resource=next(_named(resource), None),
        scps=_levels(evaluation, CheckType.SCP, found[PolicyType.SCP]),
        rcps=_levels(evaluation, CheckType.RCP, found[PolicyType.RCP]),
        vpc_endpoint=_filter(evaluation, CheckType.VPC_ENDPOINT, found[PolicyType.VPC_ENDPOINT]),
    )


def _named(policies: Sequence[PolicyInfo]) -> Iterator[NamedPolicy]:
    for policy in policies:
        if policy.document is not None:
            yield NamedPolicy(policy.uri.rpartition("/")[2], policy.document)


def _filter(evaluation: Evaluation, kind: CheckType, policies: Sequence[PolicyInfo]) -> tuple[NamedPolicy, ...] | None:
    """The documents of a filter; none at all where AWS checked it and found none, None where it did not apply."""
    checked = any(check.type == kind for check in evaluation.checks or ())
    return tuple(_named(policies)) if policies or checked else None


def _is_of(policy: PolicyInfo, resource: str) -> bool:
    """Whether a resource's policy is that of the resource, or of the bucket that holds it."""
    return not policy.attached_to or any(
        resource == arn or resource.startswith(f"{arn}/") for arn in policy.attached_to
    )


def _levels(evaluation: Evaluation, kind: CheckType, policies: Sequence[PolicyInfo]) -> tuple[GivenLevel, ...] | None:
    """The organization's levels in AWS's order; None where AWS checked none."""
    targets = [check.target for check in evaluation.checks or () if check.type == kind and check.target is not None]
    if not targets:
        return None
    return tuple(
        GivenLevel(target.rpartition("/")[2], tuple(_named([one for one in policies if target in one.attached_to])))
        for target in targets
    )
