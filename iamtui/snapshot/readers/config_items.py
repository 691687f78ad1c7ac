"""What one configuration item of AWS Config says, type by type (I66-I73)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from msgspec import Raw, Struct, field

from iamtui.files.source import MalformedError, decode, load
from iamtui.policy.document import Document
from iamtui.snapshot.facts import (
    AccountFact,
    Coverage,
    EndpointFact,
    Fact,
    IamEntities,
    ProviderFact,
    RecordedFact,
    ResourceFact,
)
from iamtui.snapshot.model import Exported, Group, IdentityProvider, ManagedPolicy, Role, Tags, User, VpcEndpoint
from iamtui.snapshot.readers.carriers import RUNNING, running_with
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.iam_members import GroupDetail, PolicyDetail, RoleDetail, UserDetail
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.readers.reader import Intake
from iamtui.snapshot.resource_kinds import ACCESS_POINT, kind_of, name_in

_DOCUMENTS = frozenset(("policyDocument", "document", "assumeRolePolicyDocument", "PolicyDocument", "Document"))
_NULL = Raw(b"null")
_BLOCK = "PublicAccessBlockConfiguration"
_WITH_POLICY = {  # resource type: part of the item, member (I73)
    "AWS::KMS::Key": ("supplementaryConfiguration", "Policy"),
    "AWS::Lambda::Function": ("supplementaryConfiguration", "Policy"),
    "AWS::SQS::Queue": ("configuration", "Policy"),
    "AWS::SNS::Topic": ("configuration", "Policy"),
    "AWS::SecretsManager::ResourcePolicy": ("configuration", "ResourcePolicy"),
    "AWS::ECR::Repository": ("configuration", "RepositoryPolicyText"),
}
_INNER = ("policyText", "policy", "Policy")  # around the document, in a member of its own

D = TypeVar("D", UserDetail, GroupDetail, RoleDetail, PolicyDetail)
Members = Mapping[str, Raw]


class ConfigItem(Struct, rename="camel"):
    """The members that items of all types have (I66)."""

    resource_type: str
    configuration: Raw = _NULL
    supplementary_configuration: Raw = _NULL
    account_id: str | None = None
    aws_account_id: str | None = None
    arn: str | None = None
    upper_arn: str | None = field(name="ARN", default=None)
    aws_region: str | None = None
    resource_name: str | None = None
    resource_id: str | None = None
    configuration_item_status: str | None = None
    configuration_item_capture_time: str | float | None = None
    tags: dict[str, str | None] | list[dict[str, str | None]] | None = None

    @property
    def account(self) -> str | None:
        """The account that recorded it."""
        return self.account_id or self.aws_account_id

    @property
    def the_arn(self) -> str | None:
        """The ARN, however its name is spelled."""
        return self.arn or self.upper_arn or None

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells the things that items are about apart."""
        return self.resource_type, self.account or "", self.the_arn or self.resource_id or self.resource_name or ""


def unwrapped(raw: Raw, place: str) -> bytes:
    """A JSON value, taken out of a JSON string if it was put into one (I66)."""
    data = bytes(raw)
    return decode(raw, str, place).encode() if data.startswith(b'"') else data


def is_read(resource_type: str) -> bool:
    """Whether items of a type say something of permissions."""
    return resource_type in _MAKERS or resource_type in _ENTITIES or resource_type in _WITH_POLICY


def facts_of_item(item: ConfigItem, captured: datetime | None, place: str, intake: Intake) -> Iterator[RecordedFact]:
    """What an item says.

    Raises:
        MalformedError: nothing of it can be used.
    """
    made: Fact
    if item.resource_type in _ENTITIES:
        made = _ENTITIES[item.resource_type](item, f"{place}/configuration", intake)
    else:
        configuration = _object(item.configuration, f"{place}/configuration")
        more = _object(item.supplementary_configuration, f"{place}/supplementaryConfiguration")
        if item.resource_type in _WITH_POLICY:
            part, member = _WITH_POLICY[item.resource_type]
            members = configuration if part == "configuration" else more
            said = _resource(item, members, member, f"{place}/{part}/{member}", intake)
            made = replace(said, role=running_with(item.resource_type, configuration, place))
        else:
            made = _MAKERS[item.resource_type](item, configuration, more, place, intake)
    yield RecordedFact(item.identity, captured, made)


def _members(item: ConfigItem, detail: type[D], place: str) -> D:
    """The members of an IAM entity as IAM spells them; the item's own ARN, and the path, complete its ARN (I65)."""
    said = _pascal(load(unwrapped(item.configuration, place), place))
    found = decode(json.dumps(said, separators=(",", ":")).encode(), detail, place)
    found.arn = found.arn or item.the_arn
    head, _, name = (found.arn or "").rpartition("/")
    if name and found.path not in (None, "", "/") and head.count("/") == 0:
        found.arn = f"{head}{found.path}{name}"
    return found


def _pascal(value: object) -> object:
    """Keys spelled as IAM spells them; policy documents stay as they are (I2)."""
    if isinstance(value, dict):
        return {
            key[:1].upper() + key[1:]: member if key in _DOCUMENTS else _pascal(member) for key, member in value.items()
        }
    return [_pascal(member) for member in value] if isinstance(value, list) else value


def _user(item: ConfigItem, place: str, intake: Intake) -> IamEntities:
    made: User = Entities(intake).user(_members(item, UserDetail, place), place)
    return IamEntities(users=(made,), coverage=Coverage.SELECTION)


def _group(item: ConfigItem, place: str, intake: Intake) -> IamEntities:
    made: Group = Entities(intake).group(_members(item, GroupDetail, place), place)
    return IamEntities(groups=(made,), coverage=Coverage.SELECTION)


def _role(item: ConfigItem, place: str, intake: Intake) -> IamEntities:
    made: Role = Entities(intake).role(_members(item, RoleDetail, place), place)
    return IamEntities(roles=(made,), coverage=Coverage.SELECTION)


def _policy(item: ConfigItem, place: str, intake: Intake) -> IamEntities:
    made: ManagedPolicy = Entities(intake).policy(_members(item, PolicyDetail, place), place)
    return IamEntities(policies=(made,), coverage=Coverage.SELECTION)


def _bucket(item: ConfigItem, _: Members, more: Members, place: str, intake: Intake) -> ResourceFact:
    where = f"{place}/supplementaryConfiguration"
    document = _document(more.get("BucketPolicy"), f"{where}/BucketPolicy", intake)
    state = Exported.PRESENT if document else Exported.NONE if "BucketPolicy" in more else Exported.UNKNOWN
    return ResourceFact(
        kind="s3:bucket",
        name=item.resource_name or item.resource_id or name_in(item.the_arn or ""),
        arn=item.the_arn,
        account=item.account,
        region=item.aws_region,
        policy=document,
        policy_state=state,
        tags=_tags(item),
        public_access_block=block_of(_block(more.get(_BLOCK, _NULL), f"{where}/{_BLOCK}")),
    )


def _document(raw: Raw | None, place: str, intake: Intake) -> Document | None:
    """The document, also one within an object of its own such as `{"policyText": …}`."""
    if raw is None:
        return None
    try:
        members = _object(raw, place)
    except MalformedError:
        return intake.document(raw, place)
    inner = next((members[key] for key in _INNER if key in members), None)
    return intake.document(raw if inner is None else inner, place) if members else None


def _account_block(item: ConfigItem, configuration: Members, _: Members, place: str, __: Intake) -> AccountFact:
    block = _block(item.configuration, f"{place}/configuration") if configuration else None
    return AccountFact(account=item.account, public_access_block=block_of(block))


def _access_point(item: ConfigItem, members: Members, _: Members, place: str, intake: Intake) -> ResourceFact:
    where = f"{place}/configuration"
    name = _text(members, "Name", where) or item.resource_name or name_in(item.the_arn or "")
    if not name:
        raise MalformedError(place, "expected the name or the ARN of the access point")
    document = intake.document(members.get("Policy"), where, "/Policy")
    return ResourceFact(
        kind=ACCESS_POINT,
        name=name,
        arn=item.the_arn,
        account=item.account,
        region=item.aws_region,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
        tags=_tags(item),
        public_access_block=block_of(_block(members.get(_BLOCK, _NULL), f"{where}/{_BLOCK}")),
        bucket=_text(members, "Bucket", where),
        bucket_account=_text(members, "BucketAccountId", where) or item.account,
        network_origin=_text(members, "NetworkOrigin", where),
        vpc_id=_vpc_of(members, where),
    )


def _vpc_of(members: Members, where: str) -> str | None:
    """The only VPC that an access point admits."""
    configuration = members.get("VpcConfiguration", _NULL)
    return None if configuration == _NULL else decode(configuration, dict[str, str | None], where).get("VpcId")


def _resource(item: ConfigItem, members: Members, member: str, place: str, intake: Intake) -> ResourceFact:
    arn = item.the_arn or item.resource_id
    if arn is None or not arn.startswith("arn:"):
        raise MalformedError(place, "expected the ARN of the resource")
    document = _document(members.get(member), place, intake)
    state = Exported.NONE if document is None else Exported.PRESENT
    return ResourceFact(kind_of(arn), name_in(arn), arn, item.account, item.aws_region, document, state, _tags(item))


def _named(item: ConfigItem, members: Members, _: Members, place: str, __: Intake) -> ResourceFact:
    """A secret, whose policy is another item (I73), or something that runs with a role (EP41)."""
    if (arn := item.the_arn) is None:
        raise MalformedError(place, "expected the ARN of the resource")
    fact = ResourceFact(kind_of(arn), name_in(arn), arn, item.account, item.aws_region, tags=_tags(item))
    return replace(fact, role=running_with(item.resource_type, members, place))


def _endpoint(item: ConfigItem, members: Members, _: Members, place: str, intake: Intake) -> EndpointFact:
    where = f"{place}/configuration"
    return EndpointFact(
        VpcEndpoint(
            endpoint_id=_text(members, "vpcEndpointId", where) or item.resource_id or "",
            vpc_id=_text(members, "vpcId", where),
            service_name=_text(members, "serviceName", where) or "",
            endpoint_type=_text(members, "vpcEndpointType", where) or "Gateway",
            owner=_text(members, "ownerId", where) or item.account,
            policy=intake.document(members.get("policyDocument"), where, "/policyDocument"),
        )
    )


def _provider(item: ConfigItem, members: Members, _: Members, place: str, __: Intake) -> ProviderFact:
    if (arn := item.the_arn) is None:
        raise MalformedError(place, "expected the ARN of the provider")
    where = f"{place}/configuration"
    audiences = decode(members.get("ClientIdList", _NULL), list[str] | None, f"{where}/ClientIdList")  # type: ignore[arg-type]
    return ProviderFact(IdentityProvider(arn, _text(members, "Url", where), tuple(audiences or ())))


def _object(raw: Raw, place: str) -> dict[str, Raw]:
    if bytes(raw) in (b"null", b'""'):
        return {}
    return decode(unwrapped(raw, place), dict[str, Raw], place)


def _block(raw: Raw, place: str) -> Block | None:
    """Four settings in camelCase, or PascalCase as access points have them."""
    members = _object(raw, place)
    if not members:
        return None
    spelled = {key[:1].upper() + key[1:]: load(value, place) for key, value in members.items()}
    return decode(json.dumps(spelled).encode(), Block, place)


def _text(members: Members, key: str, place: str) -> str | None:
    return decode(members[key], str | None, f"{place}/{key}") if key in members else None  # type: ignore[arg-type]


def _tags(item: ConfigItem) -> Tags | None:
    if isinstance(item.tags, list):
        return tuple(
            (str(tag.get("key", tag.get("Key"))), tag.get("value", tag.get("Value")) or "") for tag in item.tags
        )
    return None if item.tags is None else tuple((key, value or "") for key, value in item.tags.items())


_ENTITIES: Mapping[str, Callable[[ConfigItem, str, Intake], IamEntities]] = {
    "AWS::IAM::User": _user,
    "AWS::IAM::Group": _group,
    "AWS::IAM::Role": _role,
    "AWS::IAM::Policy": _policy,
}
_MAKERS: Mapping[str, Callable[[ConfigItem, Members, Members, str, Intake], Fact]] = {
    **dict.fromkeys(RUNNING, _named),
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::AccessPoint": _access_point,
    "AWS::S3::AccountPublicAccessBlock": _account_block,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::SecretsManager::Secret": _named,
    "AWS::IAM::OIDCProvider": _provider,
    "AWS::IAM::SAMLProvider": _provider,
}
