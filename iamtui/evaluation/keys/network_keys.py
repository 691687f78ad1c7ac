"""Where a request comes from (K50-K59)."""

from __future__ import annotations

from iamtui.evaluation.applicable.endpoints import region_of
from iamtui.evaluation.keys.derived import Derivation
from iamtui.evaluation.keys.organization_keys import org_id, org_paths
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.context import RequestContext
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.snapshot.model import VpcEndpoint

_ENDPOINT_KEYS = (
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
)
"""What only a request through a VPC endpoint has (K51-K57)."""

_FOLDED_ENDPOINT_KEYS = tuple(key.lower() for key in _ENDPOINT_KEYS)


def conflicting(context: RequestContext) -> str | None:
    """The key that cannot be stated beside `aws:SourceIp`: a request comes over one network only (K58)."""
    if not context.stated("aws:sourceip"):
        return None
    named = zip(_ENDPOINT_KEYS, _FOLDED_ENDPOINT_KEYS, strict=True)
    return next((key for key, folded in named if context.stated(folded)), None)


def _source_ip(context: RequestContext) -> KeyValue:
    subject = context.subject
    if subject.caller.kind is CallerKind.SERVICE or any(context.stated(key) for key in _FOLDED_ENDPOINT_KEYS):
        return ABSENT
    return subject.otherwise


def _through_endpoint(context: RequestContext) -> KeyValue:
    """A key that only requests through a VPC endpoint have (K51-K57, K59)."""
    subject = context.subject
    if subject.caller.kind is CallerKind.SERVICE or context.stated("aws:sourceip") or context.is_forwarded:
        return ABSENT
    return subject.otherwise


_SEND_VPC_ARN = frozenset(("iam", "kms", "lambda", "s3", "ecr", "ecs", "athena", "cloudformation"))
"""Services that send `aws:SourceVpcArn` (K52). The page's list grows: of others nobody knows (K4)."""

_SEND_OWNER = _SEND_VPC_ARN | {"dynamodb", "gamelift", "shield"}
"""Services that send whose the endpoint is (K54)."""


def _source_vpc(context: RequestContext) -> KeyValue:
    endpoint = _endpoint(context)
    return _of_endpoint(None if endpoint is None else endpoint.vpc_id, context)


def _source_vpc_arn(context: RequestContext) -> KeyValue:
    subject, endpoint = context.subject, _endpoint(context)
    if endpoint is None or subject.service not in _SEND_VPC_ARN or subject.operation == "passrole":
        return _through_endpoint(context)
    partition = subject.resource_arn.partition if subject.resource_arn is not None else subject.caller.partition
    region, owner, vpc = region_of(endpoint), endpoint.owner, endpoint.vpc_id
    known = partition and region and owner and vpc
    return _of_endpoint(f"arn:{partition}:ec2:{region}:{owner}:vpc/{vpc}" if known else None, context)


def _vpce_account(context: RequestContext) -> KeyValue:
    endpoint = _endpoint(context) if context.subject.service in _SEND_OWNER else None
    return _of_endpoint(None if endpoint is None else endpoint.owner, context)


def _of_endpoint(value: str | None, context: RequestContext) -> KeyValue:
    return KeyValue.of(value, "the VPC endpoint") if value else _through_endpoint(context)


def _vpce_org_id(context: RequestContext) -> KeyValue:
    account = _vpce_account(context)
    return org_id(account.values[0], context.subject) if account.values else account


def _vpce_org_paths(context: RequestContext) -> KeyValue:
    account = _vpce_account(context)
    return org_paths(account.values[0], context.subject) if account.values else account


def _endpoint(context: RequestContext) -> VpcEndpoint | None:
    """The endpoint that the request states, as exported; what a service calls onward has left it (E66)."""
    snapshot = context.subject.snapshot
    if snapshot is None or not context.stated("aws:sourcevpce") or context.is_forwarded:
        return None
    return snapshot.endpoints.get(context.lookup("aws:sourcevpce").values[0])


DERIVATIONS: dict[str, Derivation] = {
    "aws:sourceip": _source_ip,
    "aws:sourcevpc": _source_vpc,
    "aws:sourcevpcarn": _source_vpc_arn,
    "aws:sourcevpce": _through_endpoint,
    "aws:vpceaccount": _vpce_account,
    "aws:vpceorgid": _vpce_org_id,
    "aws:vpceorgpaths": _vpce_org_paths,
    "aws:vpcsourceip": _through_endpoint,
}
