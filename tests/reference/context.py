"""The context of a request that is decided on a case's own policies (K rules): what the ARNs say."""

from __future__ import annotations

from typing import Any

from tests.reference.conditions import Context, Value, text_of
from tests.reference.principals import Caller

CLOCK = "2026-06-01T12:00:00Z"
CLOCK_EPOCH = "1780315200"
"""K77, K78: the instant at which the reference decides; compare with `iamtui check --at` this time."""

PRINCIPAL_TYPES = {
    "root": "Account",
    "user": "User",
    "federated": "FederatedUser",
    "session": "AssumedRole",
    "role": "AssumedRole",
    "anonymous": "Anonymous",
}
GLOBAL_SERVICES = {
    **dict.fromkeys(("iam", "organizations", "route53", "cloudfront", "account", "budgets", "shield"), "us-east-1"),
    **dict.fromkeys(("globalaccelerator", "networkmanager", "chatbot", "devicefarm"), "us-west-2"),
}
"""K80: the Region of the only endpoint."""
MULTIVALUED = (
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "sts:transitivetagkeys",
)
EBS_AND_EVENTS = ("ebs", "events")


def context_of(request: dict[str, Any], caller: Caller, resource: str, resource_account: str) -> Context:
    """Derived keys first, then what the request states; `null` takes a key away (K1)."""
    context = Context()
    given = {key.lower(): value for key, value in request.get("context", {}).items()}

    def put(key: str, *texts: str, is_list: bool = False) -> None:
        context.values[key.lower()] = Value(list(texts), is_list)

    put("aws:CurrentTime", CLOCK)
    put("aws:EpochTime", CLOCK_EPOCH)
    put("aws:SecureTransport", "true")  # K83
    put("aws:ViaAWSService", "true" if given.get("aws:calledvia") else "false")  # K73
    put_principal(caller, put, has_token=given.get("aws:tokenissuetime") is not None)
    action = request["action"].lower()
    service = action.partition(":")[0]
    if service not in EBS_AND_EVENTS and resource_account:
        put("aws:ResourceAccount", resource_account)  # K60
    if service == "s3" and resource_account:
        put("s3:ResourceAccount", resource_account)  # K120
    if service == "kms" and caller.account:
        put("kms:CallerAccount", caller.account)  # K121
    named = request.get("resource", "*")
    region = named.split(":")[3] if named != "*" else ""
    if region or service in GLOBAL_SERVICES:
        put("aws:RequestedRegion", region or GLOBAL_SERVICES[service])  # K80
    chain = given.get("aws:calledvia")
    if isinstance(chain, list) and chain:
        put("aws:CalledViaFirst", chain[0])  # K71
        put("aws:CalledViaLast", chain[-1])  # K72
    tags = [key.partition("/")[2] for key in request.get("context", {}) if key.lower().startswith("aws:requesttag/")]
    if tags:
        put("aws:TagKeys", *tags, is_list=True)  # K82
    if caller.kind == "oidc" and action == "sts:assumerolewithwebidentity":
        put("aws:FederatedProvider", caller.text)  # K31
    for key, value in given.items():
        if value is None:
            context.values.pop(key, None)
        else:
            texts = map(text_of, value if isinstance(value, list) else [value])
            put(key, *texts, is_list=has_many(key, value))
    if service == "ec2" and "ec2:region" not in given and "aws:requestedregion" in context.values:
        context.values["ec2:region"] = context.values["aws:requestedregion"]  # K122
    return context


def has_many(key: str, value: object) -> bool:
    """C20: a property of the key; of a key that the reference does not know, of how it is written."""
    if key in MULTIVALUED:
        return True
    return isinstance(value, list) and (not key.startswith("aws:") or len(value) != 1)


def put_principal(caller: Caller, put: Any, *, has_token: bool) -> None:
    """K10-K35: the keys that follow from the kind and the ARN of the principal."""
    kind = caller.kind
    if kind in PRINCIPAL_TYPES:
        put("aws:PrincipalType", PRINCIPAL_TYPES[kind])
        put("aws:PrincipalAccount", caller.account or "anonymous")
    if caller.external and caller.account:
        put("aws:PrincipalAccount", caller.account)  # K11: always
    if caller.account and not caller.external:
        put("aws:PrincipalArn", caller.role_arn or caller.text)
        put("aws:PrincipalIsAWSService", "false")
    if kind == "user":
        put("aws:username", caller.name)  # K20
    if kind == "root":
        put("aws:userid", caller.account)  # K19
    if kind == "federated":
        put("aws:userid", f"{caller.account}:{caller.name}")
    if kind == "anonymous":
        put("aws:userid", "anonymous")
    if kind in ("session", "role", "federated"):
        put("aws:TokenIssueTime", CLOCK)  # K32
    if kind in ("session", "role") or (kind == "user" and has_token):
        put("aws:MultiFactorAuthPresent", "false")  # K35, E57
    if kind == "service":
        put("aws:PrincipalIsAWSService", "true")
        put("aws:PrincipalServiceName", caller.text)  # K16
        put("aws:PrincipalServiceNamesList", caller.text, is_list=True)  # K17
