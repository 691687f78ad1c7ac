"""Where a request comes from (K50-K59)."""

from __future__ import annotations

from iamtui.evaluation.caller import CallerKind
from iamtui.evaluation.context import RequestContext
from iamtui.evaluation.keys.derived import Derivation
from iamtui.evaluation.keys.organization_keys import org_id, org_paths
from iamtui.policy.keys import ABSENT, KeyValue

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


def _source_vpc(context: RequestContext) -> KeyValue:
    endpoint = _endpoint(context)
    return KeyValue.of(endpoint[0], "the VPC endpoint") if endpoint and endpoint[0] else _through_endpoint(context)


def _vpce_account(context: RequestContext) -> KeyValue:
    endpoint = _endpoint(context)
    return KeyValue.of(endpoint[1], "the VPC endpoint") if endpoint and endpoint[1] else _through_endpoint(context)


def _vpce_org_id(context: RequestContext) -> KeyValue:
    account = _vpce_account(context)
    return org_id(account.values[0], context.subject) if account.values else account


def _vpce_org_paths(context: RequestContext) -> KeyValue:
    account = _vpce_account(context)
    return org_paths(account.values[0], context.subject) if account.values else account


def _endpoint(context: RequestContext) -> tuple[str | None, str | None] | None:
    snapshot = context.subject.snapshot
    if snapshot is None or not context.stated("aws:sourcevpce"):
        return None
    endpoint = snapshot.endpoints.get(context.lookup("aws:sourcevpce").values[0])
    return None if endpoint is None else (endpoint.vpc_id, endpoint.owner)


DERIVATIONS: dict[str, Derivation] = {
    "aws:sourceip": _source_ip,
    "aws:sourcevpc": _source_vpc,
    "aws:sourcevpcarn": _through_endpoint,
    "aws:sourcevpce": _through_endpoint,
    "aws:vpceaccount": _vpce_account,
    "aws:vpceorgid": _vpce_org_id,
    "aws:vpceorgpaths": _vpce_org_paths,
    "aws:vpcsourceip": _through_endpoint,
}
