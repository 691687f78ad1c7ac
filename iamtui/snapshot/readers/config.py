"""AWS Config: snapshot and history files, batch, select and aggregate answers, JSON lines (I65-I73)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw

from iamtui.snapshot.facts import AccountFact, Coverage, EndpointFact, Fact, IamEntities, ProviderFact, ResourceFact
from iamtui.snapshot.model import Exported, IdentityProvider, Severity, Tags, VpcEndpoint
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.iam_members import GroupDetail, PolicyDetail, RoleDetail, UserDetail
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.reading import Intake, MalformedError, Reader, Source, decode
from iamtui.snapshot.resources import ACCESS_POINT, kind_of, name_in

_CONTAINERS = ("configurationItems", "baseConfigurationItems")
_DOCUMENTS = frozenset(("policyDocument", "document", "assumeRolePolicyDocument", "PolicyDocument", "Document"))
_NULL = Raw(b"null")
_GONE = ("ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded")
_NOT_SHOWN = "this item is not shown"
_POLICY_PLACES: Mapping[str, tuple[str, str]] = {  # resource type: part of the item, member (I73)
    "AWS::KMS::Key": ("supplementaryConfiguration", "Policy"),
    "AWS::Lambda::Function": ("supplementaryConfiguration", "Policy"),
    "AWS::SQS::Queue": ("configuration", "Policy"),
    "AWS::SNS::Topic": ("configuration", "Policy"),
    "AWS::SecretsManager::ResourcePolicy": ("configuration", "ResourcePolicy"),
    "AWS::ECR::Repository": ("configuration", "RepositoryPolicyText"),
}

D = TypeVar("D", UserDetail, GroupDetail, RoleDetail, PolicyDetail)
E = TypeVar("E")


class _Item(msgspec.Struct, rename="camel"):
    resource_type: str
    configuration: Raw = _NULL
    supplementary_configuration: Raw = _NULL
    account_id: str | None = None
    aws_account_id: str | None = None
    arn: str | None = None
    upper_arn: str | None = msgspec.field(name="ARN", default=None)
    aws_region: str | None = None
    resource_name: str | None = None
    resource_id: str | None = None
    configuration_item_status: str | None = None
    configuration_item_capture_time: str | float | None = None
    tags: dict[str, str] | list[dict[str, str | None]] | None = None

    @property
    def account(self) -> str | None:
        return self.account_id or self.aws_account_id

    @property
    def the_arn(self) -> str | None:
        return self.arn or self.upper_arn

    @property
    def identity(self) -> tuple[str, str]:
        return self.resource_type, self.the_arn or self.resource_id or self.resource_name or ""


def _recognises(source: Source) -> bool:
    if any(key in source.keys for key in _CONTAINERS):
        return True
    if {"resourceType", "configuration"} <= (source.keys or source.first_keys):
        return True
    return "Results" in source.keys and b"resourceType" in bytes(source.members["Results"])[:4_000]


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    items = _newest(list(_items(source, intake)))
    yield from _entities(items, intake)
    for place, item in items:
        try:
            yield from _of_item(item, place, intake)
        except MalformedError as error:
            intake.problems.add_malformed(error, _NOT_SHOWN)


def _items(source: Source, intake: Intake) -> Iterator[tuple[str, _Item]]:
    for place, raw in _raw_items(source):
        try:
            yield place, decode(unwrapped(raw), _Item, place)
        except MalformedError as error:
            intake.problems.add_malformed(error, _NOT_SHOWN)


def _raw_items(source: Source) -> Iterator[tuple[str, Raw]]:
    for key in (*_CONTAINERS, "Results"):
        if key in source.keys:
            for index, raw in enumerate(decode(source.members[key], list[Raw], f"/{key}")):
                yield f"/{key}/{index}", raw
            return
    if source.items:
        for index, raw in enumerate(source.items):
            yield f"line {index + 1}" if source.is_lines else f"/{index}", raw
    else:
        yield "", Raw(source.data)


def unwrapped(raw: Raw) -> bytes:
    """A JSON value, taken out of a JSON string if it was put into one (I66)."""
    data = bytes(raw)
    return decode(raw, str).encode() if data.startswith(b'"') else data


def _newest(items: list[tuple[str, _Item]]) -> list[tuple[str, _Item]]:
    """The newest item of each thing, without what is deleted (I66)."""
    found: dict[tuple[str, str], tuple[str, _Item]] = {}
    for place, item in sorted(items, key=lambda pair: str(pair[1].configuration_item_capture_time or "")):
        found[item.identity] = (place, item)
    return [(place, item) for place, item in found.values() if item.configuration_item_status not in _GONE]


def _entities(items: list[tuple[str, _Item]], intake: Intake) -> Iterator[IamEntities]:
    entities = Entities(intake)
    found = IamEntities(
        users=_kind(items, "AWS::IAM::User", UserDetail, entities.user, intake),
        groups=_kind(items, "AWS::IAM::Group", GroupDetail, entities.group, intake),
        roles=_kind(items, "AWS::IAM::Role", RoleDetail, entities.role, intake),
        policies=_kind(items, "AWS::IAM::Policy", PolicyDetail, entities.policy, intake),
        coverage=Coverage.SELECTION,
    )
    if found != IamEntities(coverage=Coverage.SELECTION):
        yield found


def _kind(
    items: list[tuple[str, _Item]],
    resource_type: str,
    detail: type[D],
    make: Callable[[D, str], E],
    intake: Intake,
) -> tuple[E, ...] | None:
    """The entities of one type; `None` if there is none, as Config may not have been asked (I12)."""
    found = []
    for place, item in items:
        if item.resource_type == resource_type:
            inside = f"{place}/configuration"
            try:
                members = json.dumps(_pascal(json.loads(unwrapped(item.configuration)))).encode()
                found.append(make(_with_path(decode(members, detail, inside)), inside))
            except MalformedError as error:
                intake.problems.add_malformed(error, _NOT_SHOWN)
            except (ValueError, RecursionError) as error:
                intake.problems.add(inside, f"expected valid JSON: {error}", _NOT_SHOWN)
    return tuple(found) or None


def _pascal(value: object) -> object:
    """Keys spelled as IAM spells them; policy documents stay as they are (I2)."""
    if isinstance(value, dict):
        return {
            key[:1].upper() + key[1:]: member if key in _DOCUMENTS else _pascal(member) for key, member in value.items()
        }
    return [_pascal(member) for member in value] if isinstance(value, list) else value


def _with_path(detail: D) -> D:
    """Put the path into an ARN that was written without it (I65)."""
    head, _, name = (detail.arn or "").rpartition("/")
    if name and detail.path not in (None, "/") and head.count("/") == 0:
        detail.arn = f"{head}{detail.path}{name}"
    return detail


def _of_item(item: _Item, place: str, intake: Intake) -> Iterator[Fact]:
    configuration = _object(item.configuration, f"{place}/configuration")
    more = _object(item.supplementary_configuration, f"{place}/supplementaryConfiguration")
    match item.resource_type:
        case "AWS::S3::Bucket":
            yield _bucket(item, more, intake)
        case "AWS::S3::AccessPoint":
            yield _access_point(item, configuration, place, intake)
        case "AWS::S3::AccountPublicAccessBlock":
            yield AccountFact(account=item.account, public_access_block=block_of(_block(item.configuration)))
        case "AWS::EC2::VPCEndpoint":
            yield _endpoint(item, configuration, intake)
        case "AWS::SecretsManager::Secret" if (arn := item.the_arn) is not None:  # its policy is another item
            yield ResourceFact(kind_of(arn), name_in(arn), arn, item.account, item.aws_region, tags=_tags(item))
        case "AWS::IAM::OIDCProvider" | "AWS::IAM::SAMLProvider" if item.the_arn is not None:
            url = _text(configuration, "Url")
            yield ProviderFact(IdentityProvider(item.the_arn, url, _texts(configuration, "ClientIdList")))
        case kind if kind in _POLICY_PLACES:
            part, member = _POLICY_PLACES[kind]
            raw = (configuration if part == "configuration" else more).get(member)
            yield _resource(item, raw, place, intake)
        case kind if not kind.startswith("AWS::IAM::"):
            intake.problems.add(place, f"{kind} is not read", "items of this type are passed over", Severity.NOTE)


def _bucket(item: _Item, more: Mapping[str, Raw], intake: Intake) -> ResourceFact:
    policy = _object(more.get("BucketPolicy", _NULL), "/BucketPolicy").get("policyText")
    document = intake.documents.of(policy)
    state = Exported.PRESENT if document else Exported.NONE if "BucketPolicy" in more else Exported.UNKNOWN
    name = item.resource_name or item.resource_id or name_in(item.the_arn or "")
    return ResourceFact(
        kind="s3:bucket",
        name=name,
        arn=item.the_arn,
        account=item.account,
        region=item.aws_region,
        policy=document,
        policy_state=state,
        tags=_tags(item),
        public_access_block=block_of(_block(more.get("PublicAccessBlockConfiguration", _NULL))),
    )


def _access_point(item: _Item, members: Mapping[str, Raw], place: str, intake: Intake) -> ResourceFact:
    name = _text(members, "Name") or item.resource_name or name_in(item.the_arn or "")
    if not name:
        raise MalformedError(place, "expected the name or the ARN of the access point")
    document = intake.documents.of(members.get("Policy"))
    return ResourceFact(
        kind=ACCESS_POINT,
        name=name,
        arn=item.the_arn,
        account=item.account,
        region=item.aws_region,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
        tags=_tags(item),
        public_access_block=block_of(_block(members.get("PublicAccessBlockConfiguration", _NULL))),
        bucket=_text(members, "Bucket"),
        bucket_account=_text(members, "BucketAccountId") or item.account,
    )


def _resource(item: _Item, raw: Raw | None, place: str, intake: Intake) -> ResourceFact:
    arn = item.the_arn or item.resource_id
    if arn is None or not arn.startswith("arn:"):
        raise MalformedError(place, "expected the ARN of the resource")
    document = intake.documents.of(raw)
    state = Exported.NONE if document is None else Exported.PRESENT
    return ResourceFact(kind_of(arn), name_in(arn), arn, item.account, item.aws_region, document, state, _tags(item))


def _endpoint(item: _Item, members: Mapping[str, Raw], intake: Intake) -> EndpointFact:
    return EndpointFact(
        VpcEndpoint(
            endpoint_id=_text(members, "vpcEndpointId") or item.resource_id or "",
            vpc_id=_text(members, "vpcId"),
            service_name=_text(members, "serviceName") or "",
            endpoint_type=_text(members, "vpcEndpointType") or "Gateway",
            owner=_text(members, "ownerId") or item.account,
            policy=intake.documents.of(members.get("policyDocument")),
        )
    )


def _object(raw: Raw, place: str) -> dict[str, Raw]:
    if bytes(raw) in (b"null", b'""'):
        return {}
    return decode(unwrapped(raw), dict[str, Raw], place)


def _block(raw: Raw) -> Block | None:
    """Four settings in camelCase, or PascalCase as access points have them."""
    members = _object(raw, "/PublicAccessBlockConfiguration")
    if not members:
        return None
    spelled = {key[:1].upper() + key[1:]: json.loads(bytes(value)) for key, value in members.items()}
    return decode(json.dumps(spelled).encode(), Block, "/PublicAccessBlockConfiguration")


def _text(members: Mapping[str, Raw], key: str) -> str | None:
    return decode(members[key], str | None, f"/{key}") if key in members else None  # type: ignore[arg-type]


def _texts(members: Mapping[str, Raw], key: str) -> tuple[str, ...]:
    return tuple(decode(members[key], list[str], f"/{key}")) if key in members else ()


def _tags(item: _Item) -> Tags | None:
    if isinstance(item.tags, list):
        return tuple(
            (str(tag.get("key", tag.get("Key"))), tag.get("value", tag.get("Value")) or "") for tag in item.tags
        )
    return None if item.tags is None else tuple(item.tags.items())


READER = Reader("aws-config", _recognises, _read)
