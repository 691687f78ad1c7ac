"""The resource of a request and its owner (K60-K63), and the services' own names for them."""

from __future__ import annotations

from iamtui.arn import Arn
from iamtui.evaluation.applicable.access_points import behind_access_point
from iamtui.evaluation.keys.derived import Derivation, TagDerivation, given, tag_value
from iamtui.evaluation.keys.organization_keys import org_id, org_paths
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN_VALUE, KeyState, KeyValue
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Tags

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


def sends_resource_account(action: str) -> bool:
    """Whether a request for an action tells the owner of its resource (K60)."""
    folded = action.lower()
    return not (
        folded.partition(":")[0] in _SERVICES_WITHOUT_RESOURCE_ACCOUNT
        or folded in _WITHOUT_RESOURCE_ACCOUNT
        or folded == "workspaces:describeworkspaceimages"
    )


def _resource_account(context: RequestContext) -> KeyValue:
    subject = context.subject
    if not sends_resource_account(subject.action):
        return ABSENT
    behind = behind_access_point(subject.snapshot, subject.resource_arn)
    if subject.resource_account is None or (behind is not None and behind.owner != subject.resource_account):
        return subject.otherwise  # AWS does not say which owner it sends where access point and bucket differ (S17)
    return KeyValue.of(subject.resource_account, "the resource's owner")


def _resource_org_id(context: RequestContext) -> KeyValue:
    account = _resource_account(context)
    return org_id(account.values[0], context.subject) if account.values else account


def _resource_org_paths(context: RequestContext) -> KeyValue:
    account = _resource_account(context)
    return org_paths(account.values[0], context.subject) if account.values else account


def _resource_tag(context: RequestContext, tag: str) -> KeyValue:
    return _tag_called(f"aws:resourcetag/{tag}", context, tag)


def _tag_called(key: str, context: RequestContext, tag: str) -> KeyValue:
    """A tag of the resource; where its tags were not exported nobody knows (K63, S32)."""
    subject = context.subject
    if subject.lacks_key(key):
        return ABSENT
    if subject.resource_arn is not None and subject.service == "s3" and subject.resource_arn.access_point is None:
        return _tag_of_bucket(subject, subject.resource_arn, tag)
    tags = None if subject.resource_arn is None else _tags_of_resource(subject, subject.resource_arn)
    return subject.otherwise if tags is None else tag_value(tags, tag, "tag of the resource")


def _tag_of_bucket(subject: ResolvedRequest, arn: Arn, tag: str) -> KeyValue:
    """Tags of a bucket count where attribute-based access control is enabled for it; AWS leaves it off (S32)."""
    if not subject.s3_abac:
        return ABSENT
    bucket = None if subject.snapshot is None else subject.snapshot.resources.get(bearer_of(arn) or str(arn))
    if bucket is None or bucket.abac is False:
        return subject.otherwise if bucket is None else ABSENT
    if bucket.tags is None:
        return subject.otherwise
    found = tag_value(bucket.tags, tag, "tag of the bucket")
    return found if bucket.abac or found.state is KeyState.ABSENT else subject.otherwise


def _tags_of_resource(subject: ResolvedRequest, arn: Arn) -> Tags | None:
    if subject.snapshot is None or arn.access_point is not None:
        return None  # neither which of the two counts nor tags of access points are known
    entity = subject.snapshot.user(subject.resource) or subject.snapshot.role(subject.resource)
    if entity is not None:
        return entity.tags
    found = subject.snapshot.resources.get(subject.resource)
    return None if found is None else found.tags


def _permissions_boundary_of_target(context: RequestContext) -> KeyValue:
    """The boundary of the user or role that an IAM action changes; most actions do not send it (K103)."""
    subject = context.subject
    if subject.service != "iam" or subject.operation == "passrole" or subject.lacks_key("iam:permissionsboundary"):
        return ABSENT
    asked = subject.operation.startswith(("create", "putuserpermissions", "putrolepermissions"))
    if asked or subject.snapshot is None:
        return subject.otherwise
    target = subject.snapshot.user(subject.resource) or subject.snapshot.role(subject.resource)
    if target is None:
        return subject.otherwise
    return given(target.boundary, "the target's boundary")


def _s3_resource_account(context: RequestContext) -> KeyValue:
    return _resource_account(context) if context.subject.service == "s3" else ABSENT


def _access_point_arn(context: RequestContext) -> KeyValue:
    arn = context.subject.resource_arn
    if context.subject.service != "s3" or arn is None or arn.access_point is None:
        return ABSENT
    return KeyValue.of(arn.access_point, "the access point")


def _network_origin(context: RequestContext) -> KeyValue:
    """Of a request through an access point always there: `VPC`, or `Internet` (S17)."""
    subject = context.subject
    point = None if subject.service != "s3" or subject.resource_arn is None else subject.resource_arn.access_point
    if point is None:
        return ABSENT
    known = None if subject.snapshot is None else subject.snapshot.resources.get(point)
    if known is not None and known.network_origin is not None:
        return KeyValue.of(known.network_origin, "the access point")
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT


def _access_point_account(context: RequestContext) -> KeyValue:
    whole = _access_point_arn(context)
    return KeyValue.of(whole.values[0].split(":")[4], "the access point") if whole.values else ABSENT


def _mirrored_tag(name: str) -> TagDerivation:
    """A service's own name for `aws:ResourceTag`, which only its own actions have (S32, K106)."""
    service = name.partition(":")[0]

    def tagged(context: RequestContext, tag: str) -> KeyValue:
        return _tag_called(f"{name}/{tag}", context, tag) if context.subject.service == service else ABSENT

    return tagged


DERIVATIONS: dict[str, Derivation] = {
    "aws:resourceaccount": _resource_account,
    "aws:resourceorgid": _resource_org_id,
    "aws:resourceorgpaths": _resource_org_paths,
    "iam:permissionsboundary": _permissions_boundary_of_target,
    "s3:resourceaccount": _s3_resource_account,
    "s3:dataaccesspointarn": _access_point_arn,
    "s3:dataaccesspointaccount": _access_point_account,
    "s3:accesspointnetworkorigin": _network_origin,
}


_MIRRORS = ("iam:resourcetag", "s3:buckettag", "ec2:resourcetag", "secretsmanager:resourcetag")

TAGS: dict[str, TagDerivation] = {"aws:resourcetag": _resource_tag} | {name: _mirrored_tag(name) for name in _MIRRORS}
