"""The VPC endpoint that a request comes through, and its policy (E37-E39)."""

from __future__ import annotations

import re

from iamtui import catalog
from iamtui.evaluation.applicable.common import not_applied
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel, AppliedPolicy, Assumption
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Snapshot, VpcEndpoint

CALLED_ONWARD = "a service calls onward; the endpoint's policy does not apply (E39)"

_PLACE = (Layer.VPC_ENDPOINT, PolicyKind.VPC_ENDPOINT, None)
_PREFIXES = {
    "appconfig": ("appconfigdata",),
    "appmesh": ("appmesh-envoy-management",),
    "aps": ("aps-workspaces",),
    "appsync": ("appsync-api",),
    "bedrock": (
        "bedrock-agent",
        "bedrock-agent-runtime",
        "bedrock-data-automation",
        "bedrock-data-automation-runtime",
        "bedrock-runtime",
    ),
    "cloudformation": ("cloudcontrolapi",),
    "cloudhsm": ("cloudhsmv2",),
    "cloudwatch": ("monitoring",),
    "codecommit": ("git-codecommit",),
    "dynamodb": ("dynamodb-streams",),
    "ecs": ("ecs-agent", "ecs-telemetry"),
    "elasticbeanstalk": ("elasticbeanstalk-health",),
    "firehose": ("kinesis-firehose",),
    "forecast": ("forecastquery",),
    "grafana": ("grafana-workspace",),
    "guardduty": ("guardduty-data",),
    "kinesis": ("kinesis-streams",),
    "lex": ("models-v2-lex", "runtime-v2-lex"),
    "mobiletargeting": ("pinpoint",),
    "omics": ("analytics-omics", "control-storage-omics", "storage-omics", "tags-omics", "workflows-omics"),
    "personalize": ("personalize-events", "personalize-runtime"),
    "rekognition": ("streaming-rekognition",),
    "rum": ("rum-dataplane",),
    "servicecatalog": ("servicecatalog-appregistry",),
    "servicediscovery": ("data-servicediscovery",),
    "ses": ("email", "email-smtp"),
    "sms-voice": ("pinpoint-sms-voice-v2",),
    "states": ("sync-states",),
    "tag": ("tagging",),
    "transcribe": ("transcribestreaming",),
}
"""What endpoint services are called whose actions have another prefix; the name with `-fips` is of the same service.

Source: AWS PrivateLink Guide, AWS services that integrate with AWS PrivateLink (2026); which prefix the actions have is
told by the Service Authorization Reference.
"""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
_ACTIONS_OF = {name: prefix for prefix, names in _PREFIXES.items() for name in names}


def endpoint_layer(snapshot: Snapshot, subject: ResolvedRequest, context: RequestContext) -> AppliedLayer:
    """The policy of the endpoint that the request states, or that its VPC has for the service (E39)."""
    by_name, by_vpc = context.stated("aws:sourcevpce"), context.stated("aws:sourcevpc")
    if not (by_name or by_vpc):
        return not_applied(_PLACE, "the request states no VPC endpoint")
    if context.is_forwarded:
        return not_applied(_PLACE, CALLED_ONWARD)
    if by_name:
        name = context.lookup("aws:sourcevpce").values[0]
        endpoint = snapshot.endpoints.get(name)
        return _not_exported(f"VPC endpoint {name}") if endpoint is None else _layer_of(endpoint)
    vpc = context.lookup("aws:sourcevpc").values[0]
    found = [one for one in snapshot.endpoints.values() if one.vpc_id == vpc and _serves(one, subject)]
    if not found:
        return _not_exported(f"the VPC endpoint of {vpc} for {subject.service}")
    if len(found) == 1 or all(one.policy is None for one in found):
        return _layer_of(found[0])
    names = ", ".join(one.endpoint_id for one in found)
    return AppliedLayer(*_PLACE, reason=f"by which of {names} the request comes is not stated", unknown=True)


def _serves(endpoint: VpcEndpoint, subject: ResolvedRequest) -> bool:
    """Whether `com.amazonaws.REGION.SERVICE` is the service and Region of the request, as far as that is known."""
    return _service_of(endpoint) == subject.service and subject.region in ("", region_of(endpoint))


def _service_of(endpoint: VpcEndpoint) -> str:
    """The prefix of the actions that come through it."""
    named, _ = _service_and_region(endpoint)
    service = named.removesuffix("-fips")
    return _ACTIONS_OF.get(service, service)


def _service_and_region(endpoint: VpcEndpoint) -> tuple[str, str]:
    """What `com.amazonaws.REGION.SERVICE`, `aws.api.REGION.SERVICE` and `aws.SERVICE.REGION.PART` say; else nothing."""
    labels = [*endpoint.service_name.split("."), ""]
    place = next((index for index, label in enumerate(labels) if _REGION.fullmatch(label)), None)
    if place is None:
        return "", ""
    is_before = place == 2 and labels[0] == "aws" and labels[1] != "api"  # as in aws.sagemaker.eu-west-1.notebook
    return labels[place - 1 if is_before else place + 1], labels[place]


def services_through(endpoint: VpcEndpoint) -> frozenset[str] | None:
    """The services whose requests come through an endpoint; None where its name says none that AWS lists."""
    service = _service_of(endpoint)
    return frozenset((service,)) if catalog.actions(service) else None


def region_of(endpoint: VpcEndpoint) -> str:
    """The Region in the name of its service; empty where the name says none."""
    return _service_and_region(endpoint)[1]


def _not_exported(endpoint: str) -> AppliedLayer:
    lacking = Assumption(f"the policy of {endpoint} was not exported: taken as the default, which allows all")
    return not_applied(_PLACE, f"{endpoint} was not exported; taken as the default, which allows all", lacking)


def _layer_of(endpoint: VpcEndpoint) -> AppliedLayer:
    name = endpoint.endpoint_id
    if endpoint.policy is None:
        return not_applied(_PLACE, f"{name} has the default policy, which allows all")
    policy = AppliedPolicy(name, endpoint.policy, f"policy of {name}", name)
    is_gateway = endpoint.endpoint_type == "Gateway"
    return AppliedLayer(*_PLACE[:2], endpoint.owner, (AppliedLevel((policy,)),), is_gateway=is_gateway)
