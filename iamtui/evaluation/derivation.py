"""How each condition key follows from a request and a snapshot (context-keys.md), one function a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TypeAlias

from iamtui import catalog
from iamtui.evaluation.caller import CallerKind
from iamtui.evaluation.context import RequestContext, Subject
from iamtui.evaluation.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN_VALUE, KeyState, KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Organization, Role, Tags, User

Derivation: TypeAlias = Callable[[RequestContext], KeyValue]


def derive(key: str, context: RequestContext) -> KeyValue:
    """What `key`, in lower case, is where the request does not state it."""
    found = _DERIVATIONS.get(key)
    if found is not None:
        return found(context)
    name, slash, rest = key.partition("/")
    if slash and (tagged := _TAGS.get(name)) is not None:
        return tagged(context, rest)
    return _other(key, context)


def _other(key: str, context: RequestContext) -> KeyValue:
    """A key without a rule of its own: service keys exist for their service's actions only (K3, K91)."""
    subject = context.subject
    prefix = key.partition(":")[0]
    if prefix == "aws":
        return subject.otherwise if key in _sometimes() else ABSENT
    if prefix == subject.service or "." in prefix or prefix in ("saml", "cognito-identity.amazonaws.com"):
        return _federation(prefix, context) if prefix != subject.service else subject.otherwise
    return ABSENT


def _federation(prefix: str, context: RequestContext) -> KeyValue:
    """Claims are there while a role is assumed with them, and some of them later in its sessions (K114, K115)."""
    subject = context.subject
    if subject.operation in ("assumerolewithwebidentity", "assumerolewithsaml"):
        return subject.otherwise
    if subject.caller.is_session_of_role and _trusts_provider(subject, prefix):
        return subject.otherwise
    return ABSENT


def _sometimes() -> frozenset[str]:
    return frozenset(key.name.partition("$")[0].lower() for key in catalog.all_global_keys())


# --- the principal (K10-K20) -------------------------------------------------------------------------------


def _principal_arn(context: RequestContext) -> KeyValue:
    """The role's ARN with its path for a session; absent for anonymous callers and services (K10)."""
    caller = context.subject.caller
    if caller.is_session_of_role:
        return _given(caller.entity_arn, "the role")
    return KeyValue.of(caller.text, "the principal") if caller.has_account else ABSENT


def _principal_account(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    if caller.kind is CallerKind.ANONYMOUS:
        return KeyValue.of("anonymous", "K11")
    if caller.kind is CallerKind.SERVICE:
        return context.subject.otherwise
    return _given(caller.account, "the principal's ARN")


_PRINCIPAL_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.ROLE_SESSION: "AssumedRole",
    CallerKind.ANONYMOUS: "Anonymous",
}


def _principal_type(context: RequestContext) -> KeyValue:
    kind = _PRINCIPAL_TYPES.get(context.subject.caller.kind)
    return context.subject.otherwise if kind is None else KeyValue.of(kind, "the principal's kind")


def _userid(context: RequestContext) -> KeyValue:
    """K19; the session part of a role without session is not known (E8)."""
    subject = context.subject
    caller = subject.caller
    match caller.kind:
        case CallerKind.ANONYMOUS:
            return KeyValue.of("anonymous", "K19")
        case CallerKind.ROOT:
            return _given(caller.account, "the account")
        case CallerKind.FEDERATED_USER:
            return KeyValue.of(f"{caller.account}:{caller.name}", "the federated user")
        case CallerKind.USER if caller.unique_id:
            return KeyValue.of(caller.unique_id, "the user")
        case CallerKind.ROLE_SESSION if caller.unique_id:
            return KeyValue.of(f"{caller.unique_id}:{caller.session}", "the role and session")
        case CallerKind.SERVICE | CallerKind.EXTERNAL:
            return subject.otherwise
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT


def _username(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.of(caller.name, "the user") if caller.kind is CallerKind.USER else ABSENT


def _principal_tag(context: RequestContext, tag: str) -> KeyValue:
    """Tags of the user or role; session tags are stated by the request and win (K14, E53)."""
    subject = context.subject
    caller = subject.caller
    if not caller.has_account or caller.kind is CallerKind.ROOT:
        return ABSENT
    if caller.entity is None:
        return ABSENT if caller.exported and caller.kind is CallerKind.FEDERATED_USER else subject.otherwise
    return _tag(caller.entity.tags, tag, "tag of the " + ("user" if isinstance(caller.entity, User) else "role"))


def _is_aws_service(context: RequestContext) -> KeyValue:
    kind = context.subject.caller.kind
    if kind in (CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return ABSENT
    return KeyValue.of("true" if kind is CallerKind.SERVICE else "false", "the principal's kind")


def _service_name(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.of(caller.text, "the principal") if caller.kind is CallerKind.SERVICE else ABSENT


def _service_names(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.listing((caller.text,), "the principal") if caller.kind is CallerKind.SERVICE else ABSENT


# --- organizations (K5, K12, K13, K61, K62) ----------------------------------------------------------------


def _org_id(account: str | None, subject: Subject) -> KeyValue:
    organization = _organization(account, subject)
    if organization is None:
        return subject.otherwise
    return KeyValue.of(organization.organization_id, "the organization")


def _org_paths(account: str | None, subject: Subject) -> KeyValue:
    organization = _organization(account, subject)
    levels = organization.levels(account) if organization is not None and account is not None else None
    if organization is None or levels is None:
        return subject.otherwise
    path = "/".join((organization.organization_id, *(level.target_id for level in levels[:-1]), ""))
    return KeyValue.listing((path,), "the organization")


def _organization(account: str | None, subject: Subject) -> Organization | None:
    if account is None or subject.snapshot is None:
        return None
    return subject.snapshot.organization_of(account)


def _principal_org_id(context: RequestContext) -> KeyValue:
    subject = context.subject
    return _org_id(subject.caller.account, subject) if subject.caller.has_account else ABSENT


def _principal_org_paths(context: RequestContext) -> KeyValue:
    subject = context.subject
    return _org_paths(subject.caller.account, subject) if subject.caller.has_account else ABSENT


# --- the session (K30-K48) ---------------------------------------------------------------------------------


def _of_session(context: RequestContext) -> KeyValue:
    """A key that travels in a session token: long-term keys cannot carry it."""
    subject = context.subject
    return subject.otherwise if subject.caller.is_session_of_role else ABSENT


def _token_issue_time(context: RequestContext) -> KeyValue:
    """Present, its value unknown; for scenarios the instant of evaluation (K32)."""
    subject = context.subject
    if not (subject.caller.is_session_of_role or subject.caller.kind is CallerKind.FEDERATED_USER):
        return ABSENT
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else _current_time(context)


def _mfa_present(context: RequestContext) -> KeyValue:
    """`false` for role sessions unless stated; absent with long-term keys and for federated ones (K35)."""
    caller = context.subject.caller
    if not caller.is_session_of_role:
        return ABSENT
    role = caller.entity
    if isinstance(role, Role) and (role.is_identity_center or _only_federated(role)):
        return ABSENT
    return KeyValue.of("false", "role sessions without MFA")


def _federated_provider(context: RequestContext) -> KeyValue:
    """The one provider that the role trusts, if it trusts nobody else (K31)."""
    subject = context.subject
    caller = subject.caller
    if caller.kind is CallerKind.EXTERNAL:
        return KeyValue.of(caller.text, "the principal")
    if not caller.is_session_of_role:
        return ABSENT
    if not isinstance(caller.entity, Role):
        return subject.otherwise
    providers = _providers(caller.entity)
    if not providers:
        return ABSENT
    if len(providers) == 1 and _only_federated(caller.entity):
        return KeyValue.of(next(iter(providers)), "the role's trust policy")
    return subject.otherwise


def _trusted(role: Role) -> list[tuple[EntryKind, str]]:
    if role.trust is None or isinstance(role.trust.policy, InvalidDocument):
        return []
    return [
        (entry.kind, entry.text)
        for statement in role.trust.policy.statements
        if statement.principal is not None
        for entry in statement.principal.entries
    ]


def _providers(role: Role) -> set[str]:
    return {text for kind, text in _trusted(role) if kind is EntryKind.PROVIDER}


def _only_federated(role: Role) -> bool:
    trusted = _trusted(role)
    return bool(trusted) and all(kind is EntryKind.PROVIDER for kind, _ in trusted)


def _trusts_provider(subject: Subject, prefix: str) -> bool:
    role = subject.caller.entity
    if not isinstance(role, Role):
        return subject.caller.entity is None
    kind = "saml-provider/" if prefix == "saml" else prefix
    return any(kind in text.lower() for text in _providers(role))


def _identity_store_user(context: RequestContext) -> KeyValue:
    role = context.subject.caller.entity
    if isinstance(role, Role) and role.is_identity_center and context.subject.unstated is Unstated.UNKNOWN:
        return UNKNOWN_VALUE
    return ABSENT


# --- the network (K50-K59) ---------------------------------------------------------------------------------


def _source_ip(context: RequestContext) -> KeyValue:
    subject = context.subject
    if subject.caller.kind is CallerKind.SERVICE:
        return ABSENT
    if context.stated("aws:sourcevpce") or context.stated("aws:sourcevpc"):
        return ABSENT
    return subject.otherwise


def _through_endpoint(context: RequestContext) -> KeyValue:
    """A key that only requests through a VPC endpoint have (K51-K57, K59)."""
    subject = context.subject
    if subject.caller.kind is CallerKind.SERVICE or context.stated("aws:sourceip") or context.stated("aws:calledvia"):
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
    return _org_id(account.values[0], context.subject) if account.values else account


def _vpce_org_paths(context: RequestContext) -> KeyValue:
    account = _vpce_account(context)
    return _org_paths(account.values[0], context.subject) if account.values else account


def _endpoint(context: RequestContext) -> tuple[str | None, str | None] | None:
    snapshot = context.subject.snapshot
    if snapshot is None or not context.stated("aws:sourcevpce"):
        return None
    endpoint = snapshot.endpoints.get(context.lookup("aws:sourcevpce").values[0])
    return None if endpoint is None else (endpoint.vpc_id, endpoint.owner)


# --- the resource (K60-K63) --------------------------------------------------------------------------------

_WITHOUT_RESOURCE_ACCOUNT = frozenset(
    f"ec2:{name}".lower()
    for name in [
        "AcceptTransitGatewayPeeringAttachment",
        "AcceptVpcEndpointConnections",
        "AcceptVpcPeeringConnection",
        "CopyFpgaImage",
        "CopyImage",
        "CopySnapshot",
        "CreateTransitGatewayPeeringAttachment",
        "CreateVolume",
        "CreateVpcEndpoint",
        "CreateVpcPeeringConnection",
        "DeleteTransitGatewayPeeringAttachment",
        "DeleteVpcPeeringConnection",
        "RejectTransitGatewayPeeringAttachment",
        "RejectVpcEndpointConnections",
        "RejectVpcPeeringConnection",
    ]
) | frozenset(
    f"route53:{name}".lower()
    for name in [
        "AssociateVpcWithHostedZone",
        "CreateVPCAssociationAuthorization",
        "DeleteVPCAssociationAuthorization",
        "DisassociateVPCFromHostedZone",
        "ListHostedZonesByVPC",
    ]
)
_SERVICES_WITHOUT_RESOURCE_ACCOUNT = frozenset(("ebs", "events"))
"""Actions that do not send the owner's account (K60, list of 2023)."""


def _resource_account(context: RequestContext) -> KeyValue:
    subject = context.subject
    folded = subject.action.lower()
    if (
        subject.service in _SERVICES_WITHOUT_RESOURCE_ACCOUNT
        or folded in _WITHOUT_RESOURCE_ACCOUNT
        or folded == "workspaces:describeworkspaceimages"
    ):
        return ABSENT
    if subject.resource_account is None:
        return subject.otherwise
    return KeyValue.of(subject.resource_account, "the resource's owner")


def _resource_org_id(context: RequestContext) -> KeyValue:
    account = _resource_account(context)
    return _org_id(account.values[0], context.subject) if account.values else account


def _resource_org_paths(context: RequestContext) -> KeyValue:
    account = _resource_account(context)
    return _org_paths(account.values[0], context.subject) if account.values else account


def _resource_tag(context: RequestContext, tag: str) -> KeyValue:
    """Tags of the resource; where they were not exported nobody knows (K63, S32)."""
    subject = context.subject
    if subject.resource_arn is None:
        return subject.otherwise
    tags = _tags_of_resource(subject)
    return subject.otherwise if tags is None else _tag(tags, tag, "tag of the resource")


def _tags_of_resource(subject: Subject) -> Tags | None:
    if subject.snapshot is None or subject.resource_arn is None:
        return None
    arn = subject.resource
    if subject.service == "s3":
        bucket = f"arn:{subject.resource_arn.partition}:s3:::{subject.resource_arn.resource.partition('/')[0]}"
        found = subject.snapshot.resources.get(bucket)
        return found.tags if found is not None and subject.s3_abac else None
    entity = subject.snapshot.user(arn) or subject.snapshot.role(arn)
    if entity is not None:
        return entity.tags
    found = subject.snapshot.resources.get(arn)
    return None if found is None else found.tags


# --- the request (K70-K88) ---------------------------------------------------------------------------------


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


_GLOBAL_SERVICES = frozenset(
    ("iam", "organizations", "route53", "cloudfront", "sts", "account", "support", "shield", "globalaccelerator")
)
_GLOBAL_REGION = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}  # UNCONFIRMED (K80)


def _requested_region(context: RequestContext) -> KeyValue:
    subject = context.subject
    arn = subject.resource_arn
    if arn is not None and arn.region:
        return KeyValue.of(arn.region, "the resource's ARN")
    if subject.service in _GLOBAL_SERVICES:
        partition = subject.caller.partition or "aws"
        return KeyValue.of(_GLOBAL_REGION.get(partition, "us-east-1"), "a global service")
    if arn is not None and subject.snapshot is not None and subject.service == "s3":
        bucket = subject.snapshot.resources.get(f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}")
        if bucket is not None and bucket.region:
            return KeyValue.of(bucket.region, "the bucket")
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT


def _request_tag(context: RequestContext, _: str) -> KeyValue:
    subject = context.subject
    if context.stated_prefix("aws:requesttag/") or not subject.takes_key("aws:requesttag"):
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
    return _org_id(account.values[0], context.subject) if account.values else _for_a_service(context)


def _source_org_paths(context: RequestContext) -> KeyValue:
    account = context.lookup("aws:sourceaccount")
    return _org_paths(account.values[0], context.subject) if account.values else _for_a_service(context)


def _user_agent(context: RequestContext) -> KeyValue:
    return UNKNOWN_VALUE if context.subject.unstated is Unstated.UNKNOWN else ABSENT


def _secure_transport(_: RequestContext) -> KeyValue:
    return KeyValue.of("true", "SDK, CLI and console use TLS")


def _absent(_: RequestContext) -> KeyValue:
    return ABSENT


# --- service keys (K100-K122) ------------------------------------------------------------------------------


def _permissions_boundary_of_target(context: RequestContext) -> KeyValue:
    """The boundary of the user or role that an IAM action changes (K103)."""
    subject = context.subject
    if subject.service != "iam" or subject.operation == "passrole":
        return ABSENT
    asked = subject.operation.startswith(("create", "putuserpermissions", "putrolepermissions"))
    if asked or subject.snapshot is None:
        return subject.otherwise
    target = subject.snapshot.user(subject.resource) or subject.snapshot.role(subject.resource)
    if target is None:
        return subject.otherwise
    return _given(target.boundary, "the target's boundary")


def _s3_resource_account(context: RequestContext) -> KeyValue:
    return _resource_account(context) if context.subject.service == "s3" else ABSENT


def _access_point_arn(context: RequestContext) -> KeyValue:
    subject = context.subject
    arn = subject.resource_arn
    if subject.service != "s3" or arn is None or not arn.resource.startswith("accesspoint/"):
        return ABSENT
    name = arn.resource.split("/")[1]
    whole = f"arn:{arn.partition}:s3:{arn.region}:{arn.account}:accesspoint/{name}"
    return KeyValue.of(whole, "the access point")


def _access_point_account(context: RequestContext) -> KeyValue:
    whole = _access_point_arn(context)
    return KeyValue.of(whole.values[0].split(":")[4], "the access point") if whole.values else ABSENT


def _kms_caller_account(context: RequestContext) -> KeyValue:
    subject = context.subject
    return _given(subject.caller.account, "the principal") if subject.service == "kms" else ABSENT


def _given(value: str | None, source: str) -> KeyValue:
    return ABSENT if value is None else KeyValue.of(value, source)


def _tag(tags: Tags, wanted: str, source: str) -> KeyValue:
    """A tag by its key, regardless of case (S31)."""
    for key, value in tags:
        if key.lower() == wanted:
            return KeyValue(KeyState.PRESENT, (value,), source=f"{source} {key}")
    return ABSENT


_TAGS: dict[str, Callable[[RequestContext, str], KeyValue]] = {
    "aws:principaltag": _principal_tag,
    "aws:resourcetag": _resource_tag,
    "aws:requesttag": _request_tag,
    "iam:resourcetag": lambda context, tag: _mirrored_tag("iam", context, tag),
    "s3:buckettag": lambda context, tag: _mirrored_tag("s3", context, tag),
    "ec2:resourcetag": lambda context, tag: _mirrored_tag("ec2", context, tag),
    "secretsmanager:resourcetag": lambda context, tag: _mirrored_tag("secretsmanager", context, tag),
}


def _mirrored_tag(service: str, context: RequestContext, tag: str) -> KeyValue:
    """A service's own name for `aws:ResourceTag` (S32, K106)."""
    return _resource_tag(context, tag) if context.subject.service == service else ABSENT


_DERIVATIONS: dict[str, Derivation] = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": _principal_account,
    "aws:principalorgid": _principal_org_id,
    "aws:principalorgpaths": _principal_org_paths,
    "aws:principalisawsservice": _is_aws_service,
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_names,
    "aws:principaltype": _principal_type,
    "aws:userid": _userid,
    "aws:username": _username,
    "aws:assumedroot": _absent,
    "aws:federatedprovider": _federated_provider,
    "aws:tokenissuetime": _token_issue_time,
    "aws:multifactorauthpresent": _mfa_present,
    "aws:multifactorauthage": _of_session,
    "aws:signinsessionarn": _of_session,
    "aws:chatbotsourcearn": _of_session,
    "aws:ec2instancesourcevpc": _of_session,
    "aws:ec2instancesourceprivateipv4": _of_session,
    "aws:sourceidentity": _of_session,
    "ec2:roledelivery": _of_session,
    "ec2:sourceinstancearn": _of_session,
    "glue:roleassumedby": _of_session,
    "glue:credentialissuingservice": _of_session,
    "codebuild:buildarn": _of_session,
    "codebuild:projectarn": _of_session,
    "lambda:sourcefunctionarn": _of_session,
    "ssm:sourceinstancearn": _of_session,
    "identitystore:userid": _identity_store_user,
    "aws:sourceip": _source_ip,
    "aws:sourcevpc": _source_vpc,
    "aws:sourcevpcarn": _through_endpoint,
    "aws:sourcevpce": _through_endpoint,
    "aws:vpceaccount": _vpce_account,
    "aws:vpceorgid": _vpce_org_id,
    "aws:vpceorgpaths": _vpce_org_paths,
    "aws:vpcsourceip": _through_endpoint,
    "aws:resourceaccount": _resource_account,
    "aws:resourceorgid": _resource_org_id,
    "aws:resourceorgpaths": _resource_org_paths,
    "aws:calledvia": _absent,
    "aws:calledviafirst": _called_via_first,
    "aws:calledvialast": _called_via_last,
    "aws:viaawsservice": _via_aws_service,
    "aws:calledviaawsmcp": _absent,
    "aws:viaawsmcpservice": _via_mcp,
    "aws:ismcpserviceaction": _absent,
    "aws:currenttime": _current_time,
    "aws:epochtime": _epoch_time,
    "aws:requestedregion": _requested_region,
    "aws:tagkeys": _tag_keys,
    "aws:securetransport": _secure_transport,
    "aws:sourceaccount": _for_a_service,
    "aws:sourcearn": _for_a_service,
    "aws:sourceorgid": _source_org_id,
    "aws:sourceorgpaths": _source_org_paths,
    "aws:sourceowner": _for_a_service,
    "aws:useragent": _user_agent,
    "iam:permissionsboundary": _permissions_boundary_of_target,
    "s3:resourceaccount": _s3_resource_account,
    "s3:dataaccesspointarn": _access_point_arn,
    "s3:dataaccesspointaccount": _access_point_account,
    "kms:calleraccount": _kms_caller_account,
}
