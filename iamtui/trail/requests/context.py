"""The condition keys that a record tells of the request behind it (U10-U18), and those that it shows to be absent.

A key that is not in what these functions give is unknown: the record does not say (T21).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, TypeAlias

from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue
from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.records import Members, Record, items_at, members_at, text_at
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.times import parse_time

Keys: TypeAlias = "dict[str, KeyValue]"

_OF_THE_CONSOLE = ("AWS Internal", "signin.amazonaws.com")
_SOURCE = "the event"
_BRACKETED_LIST = re.compile(r"\[(.*)\]")


def context_of(record: Record, caller: Caller) -> Keys:
    """What a record says about the condition keys of its request; what AWS itself recorded of them wins (U17)."""
    keys: Keys = {}
    keys.update(_network(record, caller))
    keys.update(_session(record, caller))
    keys.update(_forwarded(caller))
    keys.update(_service(record, caller))
    keys.update(_parameters(record))
    keys.update(_recorded_by_aws(record))
    return keys


def _is(value: str) -> KeyValue:
    return KeyValue.of(value, _SOURCE)


def _network(record: Record, caller: Caller) -> Iterator[tuple[str, KeyValue]]:
    """Address, endpoint, agent and Region (U11)."""
    address, endpoint = text_at(record, "sourceIPAddress"), text_at(record, "vpcEndpointId")
    if (region := text_at(record, "awsRegion")) is not None:
        yield "aws:RequestedRegion", _is(region)
    if (agent := text_at(record, "userAgent")) is not None:
        yield "aws:UserAgent", _is(agent.removeprefix("[").removesuffix("]"))  # UNCONFIRMED (U18)
    if text_at(record, "tlsDetails", "tlsVersion") is not None:
        yield "aws:SecureTransport", _is("true")
    if endpoint is None or not endpoint.startswith("vpce-"):
        yield "aws:SourceVpce", ABSENT
        yield "aws:VpcSourceIp", ABSENT
        if _is_address(address):
            yield "aws:SourceIp", _is(address or "")
        elif caller.kind is CallerKind.SERVICE:
            yield "aws:SourceIp", ABSENT
        else:
            yield "aws:SourceIp", UNKNOWN
    else:
        yield "aws:SourceVpce", _is(endpoint)
        yield "aws:SourceIp", ABSENT
        yield "aws:VpcSourceIp", _is(address or "") if _is_address(address) else UNKNOWN


def _is_address(text: str | None) -> bool:
    try:
        ip_address(text or "")
    except ValueError:
        return False
    return True


def _session(record: Record, caller: Caller) -> Iterator[tuple[str, KeyValue]]:
    """What travels in a session's token (U2, U12, U13)."""
    if caller.unique_id is not None and caller.kind in (CallerKind.USER, CallerKind.ROLE_SESSION):
        yield "aws:userid", _is(caller.unique_id)
    context = members_at(record, "userIdentity", "sessionContext")
    if not context:
        if caller.kind is CallerKind.USER:
            for key in ("aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"):
                yield key, ABSENT
        return
    if caller.issued is not None:
        yield "aws:TokenIssueTime", _is(caller.issued)
    mfa = _mfa(context, caller)
    yield "aws:MultiFactorAuthPresent", mfa
    if caller.kind is CallerKind.USER:
        yield "aws:MultiFactorAuthAge", _mfa_age(record, caller) if mfa.is_true else ABSENT
    yield "aws:SourceIdentity", _is(caller.source_identity) if caller.source_identity is not None else ABSENT
    yield from _rare_session_keys(record, context)


_RARE = (
    ("ec2:RoleDelivery", ("ec2RoleDelivery",)),
    ("aws:SignInSessionArn", ("signInSessionArn",)),
    ("aws:FederatedProvider", ("webIdFederationData", "federatedProvider")),
)


def _rare_session_keys(record: Record, context: Members) -> Iterator[tuple[str, KeyValue]]:
    """Keys that only some sessions carry (U13)."""
    for key, way in _RARE:
        if (value := text_at(context, *way)) is not None:
            yield key, _is(value)
    if context.get("assumedRoot") in (True, "true"):
        yield "aws:AssumedRoot", _is("true")
    function = text_at(record, "userIdentity", "inScopeOf", "credentialsIssuedTo")
    if function is not None and ":lambda:" in function:
        yield "lambda:SourceFunctionArn", _is(function)
    if (user := text_at(record, "userIdentity", "onBehalfOf", "userId")) is not None:
        yield "identitystore:UserId", _is(user)


def _mfa(context: Members, caller: Caller) -> KeyValue:
    """U12: sessions of Identity Center, SAML and web identity print `false` too, but do not have the key (K35)."""
    written = text_at(context, "attributes", "mfaAuthenticated")
    if written == "true":
        return _is("true")
    if text_at(context, "webIdFederationData", "federatedProvider") is not None:
        return ABSENT
    if "/aws-reserved/sso.amazonaws.com/" in (caller.role or ""):
        return ABSENT
    return _is("false") if caller.kind is CallerKind.USER and written == "false" else UNKNOWN


def _mfa_age(record: Record, caller: Caller) -> KeyValue:
    """A user's session is made at the moment of its MFA, so its age is that of the credentials (K34)."""
    try:
        age = parse_time(text_at(record, "eventTime") or "") - parse_time(caller.issued or "")
    except ValueError:
        return UNKNOWN
    return _is(str(max(0, int(age.total_seconds()))))


def _forwarded(caller: Caller) -> Iterator[tuple[str, KeyValue]]:
    """Whether a service passed the call on (U10, E66)."""
    via = caller.via
    if caller.kind is CallerKind.SERVICE:
        return
    if via is None:
        yield "aws:ViaAWSService", _is("false")
        for key in ("aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"):
            yield key, ABSENT
    elif via in _OF_THE_CONSOLE:
        return
    elif caller.kind in (CallerKind.USER, CallerKind.FEDERATED):
        yield "aws:ViaAWSService", _is("true")
        yield "aws:CalledVia", KeyValue.listing((via,), _SOURCE)
    elif "/aws-service-role/" in (caller.role or ""):
        yield "aws:ViaAWSService", _is("false")


def _service(record: Record, caller: Caller) -> Iterator[tuple[str, KeyValue]]:
    """What a service says for whom it calls (U7)."""
    scope = members_at(record, "userIdentity", "inScopeOf")
    for key, member in (("aws:SourceArn", "sourceArn"), ("aws:SourceAccount", "sourceAccount")):
        if caller.kind is CallerKind.SERVICE and (value := text_at(scope, member)) is not None:
            yield key, _is(value)


_FROM_PARAMETERS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "sts": (
            ("sts:ExternalId", "externalId"),
            ("sts:RoleSessionName", "roleSessionName"),
            ("sts:SourceIdentity", "sourceIdentity"),
            ("sts:DurationSeconds", "durationSeconds"),
        ),
        "iam": (
            ("iam:PolicyARN", "policyArn"),
            ("iam:PermissionsBoundary", "permissionsBoundary"),
            ("iam:AWSServiceName", "aWSServiceName"),
        ),
        "s3": (("s3:prefix", "prefix"), ("s3:delimiter", "delimiter")),
        "ec2": (("ec2:InstanceType", "instanceType"),),
        "secretsmanager": (("secretsmanager:SecretId", "secretId"),),
    }
)
_S3_HEADERS = ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-storage-class", "x-amz-copy-source")
_AUTH_TYPES = MappingProxyType({"AuthHeader": "REST-HEADER", "QueryString": "REST-QUERY-STRING"})


def _parameters(record: Record) -> Iterator[tuple[str, KeyValue]]:
    """What a successful call's parameters lack was absent; of a refused one they are not recorded (U18, R11)."""
    service = (text_at(record, "eventSource") or "").removesuffix(".amazonaws.com")
    parameters = record.get("requestParameters")
    yield from _of_s3(record, service)
    if not isinstance(parameters, dict):
        return
    is_whole = not is_denial(text_at(record, "errorCode") or "")
    for key, member in _FROM_PARAMETERS.get(service, ()):
        value = parameters.get(member)
        if isinstance(value, (str, int)) and value != "":
            yield key, _is(str(value))
        elif is_whole and value is None:
            yield key, ABSENT
    yield from _tags(parameters)
    context = members_at(parameters, "encryptionContext")
    if service == "kms" and context:
        yield "kms:EncryptionContextKeys", KeyValue.listing(tuple(map(str, context)), _SOURCE)
        for name, value in context.items():
            yield f"kms:EncryptionContext:{name}", _is(str(value))
    via = text_at(record, "userIdentity", "invokedBy")
    if service == "kms" and via is not None and via not in _OF_THE_CONSOLE:
        region = text_at(record, "awsRegion")
        yield "kms:ViaService", _is(f"{via.removesuffix('.amazonaws.com')}.{region}.amazonaws.com")


def _of_s3(record: Record, service: str) -> Iterator[tuple[str, KeyValue]]:
    if service != "s3":
        return
    parameters, more = members_at(record, "requestParameters"), members_at(record, "additionalEventData")
    for name in _S3_HEADERS:
        if (value := text_at(parameters, name)) is not None:
            yield f"s3:{name}", _is(value)
    if (kind := _AUTH_TYPES.get(text_at(more, "AuthenticationMethod") or "")) is not None:
        yield "s3:authType", _is(kind)
    if text_at(more, "SignatureVersion") == "SigV4":
        yield "s3:signatureversion", _is("AWS4-HMAC-SHA256")


def _tags(parameters: Members) -> Iterator[tuple[str, KeyValue]]:
    """Tags that the call brings: `aws:RequestTag` and `aws:TagKeys`."""
    found = dict(tags_in(parameters.get("tags") or parameters.get("tagSet")))
    for name, value in found.items():
        yield f"aws:RequestTag/{name}", _is(value)
    if found:
        yield "aws:TagKeys", KeyValue.listing(tuple(found), _SOURCE)


def tags_in(value: Any) -> Iterator[tuple[str, str]]:
    """Keys and values of tags: a list of `{key, value}` in any letter case, or an object."""
    if isinstance(value, dict) and not isinstance(value.get("items"), list):
        yield from ((str(name), str(text)) for name, text in value.items() if isinstance(text, str))
        return
    for entry in items_at(value, "items") if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            folded = {str(name).lower().removeprefix("tag"): text for name, text in entry.items()}
            key, text = folded.get("key"), folded.get("value")
            if isinstance(key, str):
                yield key, text if isinstance(text, str) else ""


def _recorded_by_aws(record: Record) -> Iterator[tuple[str, KeyValue]]:
    """`eventContext.requestContext`: values are strings, lists are written `[a, b]` (U17)."""
    for name, value in members_at(record, "eventContext", "requestContext").items():
        if not isinstance(value, str):
            continue
        listed = _BRACKETED_LIST.fullmatch(value)
        if listed is not None:
            yield name, KeyValue.listing(tuple(part.strip() for part in listed[1].split(",") if part.strip()), "AWS")
        else:
            yield name, KeyValue.of(value.removesuffix("/32") if name.lower().endswith("sourceip") else value, "AWS")
