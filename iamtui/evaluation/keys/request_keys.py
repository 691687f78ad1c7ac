"""The request itself (K70-K89)."""

from __future__ import annotations

from datetime import UTC

from iamtui.evaluation.keys.derived import Derivation, TagDerivation, absent
from iamtui.evaluation.keys.organization_keys import org_id, org_paths
from iamtui.evaluation.keys.regions import region_of_global_service
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN_VALUE, KeyValue


def _via_aws_service(context: RequestContext) -> KeyValue:
    return KeyValue.of("true" if context.stated("aws:calledvia") else "false", "aws:CalledVia")


def _called_via_first(context: RequestContext) -> KeyValue:
    called = context.lookup("aws:calledvia").values
    return KeyValue.of(called[0], "aws:CalledVia") if called else ABSENT


def _called_via_last(context: RequestContext) -> KeyValue:
    called = context.lookup("aws:calledvia").values
    return KeyValue.of(called[-1], "aws:CalledVia") if called else ABSENT


def _via_mcp(context: RequestContext) -> KeyValue:
    return KeyValue.of("true", "aws:CalledViaAWSMCP") if context.stated("aws:calledviaawsmcp") else ABSENT


def _current_time(context: RequestContext) -> KeyValue:
    return KeyValue.of(context.subject.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "the clock")


def _epoch_time(context: RequestContext) -> KeyValue:
    return KeyValue.of(str(int(context.subject.at.timestamp())), "the clock")


def _requested_region(context: RequestContext) -> KeyValue:
    subject = context.subject
    arn = subject.resource_arn
    if subject.region:
        return KeyValue.of(subject.region, "the resource's ARN")
    region = region_of_global_service(subject.caller.partition or "aws", subject.service)
    if region is not None:
        return KeyValue.of(region, "the only endpoint of a global service")
    if arn is not None and subject.snapshot is not None and subject.service == "s3":
        bucket = subject.snapshot.resources.get(f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}")
        if bucket is not None and bucket.region:
            return KeyValue.of(bucket.region, "the bucket")
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT


def _region_of_ec2(context: RequestContext) -> KeyValue:
    """EC2's own name for the Region of the call (K122)."""
    subject = context.subject
    if subject.service != "ec2" or subject.lacks_key("ec2:region"):
        return ABSENT
    return context.lookup("aws:requestedregion")


def _request_tag(context: RequestContext, tag: str) -> KeyValue:
    subject = context.subject
    if context.stated_prefix("aws:requesttag/") or not subject.takes_key(f"aws:requesttag/{tag}"):
        return ABSENT
    return subject.otherwise


def _tag_keys(context: RequestContext) -> KeyValue:
    passed = context.stated_prefix("aws:requesttag/")
    if passed:
        return KeyValue.listing(passed, "aws:RequestTag")
    return context.subject.otherwise if context.subject.takes_key("aws:tagkeys") else ABSENT


def _for_a_service(context: RequestContext) -> KeyValue:
    """Sent only by a service that calls on behalf of a resource (K84-K87, K89)."""
    subject = context.subject
    return subject.otherwise if subject.caller.kind is CallerKind.SERVICE else ABSENT


def _source_org_id(context: RequestContext) -> KeyValue:
    account = context.lookup("aws:sourceaccount")
    return org_id(account.values[0], context.subject) if account.values else _for_a_service(context)


def _source_org_paths(context: RequestContext) -> KeyValue:
    account = context.lookup("aws:sourceaccount")
    return org_paths(account.values[0], context.subject) if account.values else _for_a_service(context)


def _user_agent(context: RequestContext) -> KeyValue:
    return UNKNOWN_VALUE if context.subject.unstated is Unstated.UNKNOWN else ABSENT


def _secure_transport(_: RequestContext) -> KeyValue:
    return KeyValue.of("true", "SDK, CLI and console use TLS")


DERIVATIONS: dict[str, Derivation] = {
    "aws:assumedroot": absent,
    "aws:calledvia": absent,
    "aws:calledviafirst": _called_via_first,
    "aws:calledvialast": _called_via_last,
    "aws:viaawsservice": _via_aws_service,
    "aws:calledviaawsmcp": absent,
    "aws:viaawsmcpservice": _via_mcp,
    "aws:ismcpserviceaction": absent,
    "aws:currenttime": _current_time,
    "aws:epochtime": _epoch_time,
    "aws:requestedregion": _requested_region,
    "ec2:region": _region_of_ec2,
    "aws:tagkeys": _tag_keys,
    "aws:securetransport": _secure_transport,
    "aws:sourceaccount": _for_a_service,
    "aws:sourcearn": _for_a_service,
    "aws:sourceorgid": _source_org_id,
    "aws:sourceorgpaths": _source_org_paths,
    "aws:sourceowner": _for_a_service,
    "aws:useragent": _user_agent,
}


TAGS: dict[str, TagDerivation] = {"aws:requesttag": _request_tag}
