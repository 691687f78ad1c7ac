"""A store of the collector iam-collect: a tree of small files, put together folder by folder (I110-I118)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import msgspec
from msgspec import Raw

from iamtui.arn import is_account_id
from iamtui.snapshot.facts import (
    AccountFact,
    AttachmentsFact,
    EndpointFact,
    Fact,
    IamEntities,
    OrganizationFact,
    PolicyFact,
    ProviderFact,
    ResourceFact,
    StoreFile,
    TargetFact,
)
from iamtui.snapshot.model import (
    Exported,
    IdentityProvider,
    OrganizationPolicy,
    Tags,
    VpcEndpoint,
)
from iamtui.snapshot.readers.authorization_details import (
    Attached,
    Boundary,
    Entities,
    GroupDetail,
    Inline,
    PolicyDetail,
    Profile,
    RoleDetail,
    TagMember,
    UserDetail,
    Version,
)
from iamtui.snapshot.readers.organizations import ACCOUNT, RCP, ROOT, SCP, UNIT
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.reading import Documents, Intake, MalformedError, Problems, Reader, Source, decode
from iamtui.snapshot.resources import kind_of, name_in

T = TypeVar("T")
_NULL = Raw(b"null")
_NOT_SHOWN = "it is not shown"
_BRANCHES = ("accounts", "organizations", "indexes")


def _place_in_store(path: Path) -> tuple[str, ...] | None:
    """The folders below `aws/` of a store: partition, branch and on (I110)."""
    parts = path.absolute().parts[:-1]
    for index in range(len(parts) - 2):
        if parts[index] == "aws" and parts[index + 1].startswith("aws") and parts[index + 2] in _BRANCHES:
            below = parts[index + 1 :]
            if below[1] == "indexes" or (len(below) > 2 and (is_account_id(below[2]) or below[2].startswith("o-"))):
                return below
    return None


def _recognises(source: Source) -> bool:
    return source.looks_like_json and source.path.suffix == ".json" and _place_in_store(source.path) is not None


def _read(source: Source, _: Intake) -> Iterator[StoreFile]:
    folder = _place_in_store(source.path)
    if folder is not None:
        yield StoreFile(folder, source.path.name.removesuffix(".json"), source.data)


READER = Reader("iam-collect", _recognises, _read)


class _Metadata(msgspec.Struct, rename="camel"):
    """Members of any `metadata.json`."""

    arn: str | None = None
    path: str | None = None
    name: str | None = None
    id: str | None = None
    created: str | float | None = None
    permission_boundary: str | Boundary | None = None
    description: str | None = None
    default_version_id: str | None = None
    permissions_boundary_usage_count: int | None = None
    is_attachable: bool | None = None
    create_date: str | float | None = None
    update_date: str | float | None = None
    audiences: list[str] | None = None
    url: str | None = None
    valid_until: str | float | None = None
    region: str | None = None
    vpc: str | None = None
    bucket: str | None = None
    bucket_account: str | None = None
    type: str | None = None
    service_name: str | None = None
    aws_managed: bool | None = None
    root_ou: str | None = None
    root_account_id: str | None = None
    features: dict[str, bool] | None = None


class _Level(msgspec.Struct, rename="camel"):
    ou: str | None = None
    parent: str | None = None
    scps: list[str] | None = None
    rcps: list[str] | None = None


class _Bucket(msgspec.Struct, rename="camel"):
    account_id: str
    region: str | None = None


class _Folder:
    """The aspects of one thing; a missing file is an empty aspect (I113)."""

    def __init__(self, place: tuple[str, ...]) -> None:
        self.place = place
        self._files: dict[str, tuple[Path, bytes]] = {}

    def add(self, path: Path, file: StoreFile) -> None:
        self._files.setdefault(file.aspect, (path, file.content))

    @property
    def path(self) -> Path:
        """A file of the folder, `metadata.json` if there is one."""
        return (self._files.get("metadata") or next(iter(self._files.values())))[0]

    def __contains__(self, aspect: str) -> bool:
        return aspect in self._files

    def raw(self, aspect: str) -> Raw:
        return Raw(self._files[aspect][1]) if aspect in self._files else _NULL

    def get(self, aspect: str, kind: type[T]) -> T | None:
        return decode(self._files[aspect][1], kind, f"{aspect}.json") if aspect in self._files else None

    def metadata(self) -> _Metadata:
        return self.get("metadata", _Metadata) or _Metadata()

    def tags(self) -> Tags | None:
        tags = self.get("tags", dict[str, str])
        return () if tags is None else tuple(tags.items())


@dataclass(frozen=True, slots=True)
class Expanded:
    """A fact with the file that stands for its folder."""

    path: Path
    fact: Fact


class StoreExpander:
    """Makes the facts of all files of stores."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.problems: list[Problems] = []

    def expand(self, files: Iterable[tuple[Path, StoreFile]]) -> Iterator[Expanded]:
        """All facts; `files` come newest first."""
        folders: dict[tuple[str, ...], _Folder] = {}
        for path, file in files:
            folders.setdefault(file.folder, _Folder(file.folder)).add(path, file)
        accounts: dict[tuple[str, str], list[_Folder]] = defaultdict(list)
        for place, folder in sorted(folders.items()):
            try:
                match place:
                    case (partition, "accounts", account, "iam", *_):
                        accounts[partition, account].append(folder)
                    case (partition, "accounts", account, *rest):
                        yield from self._of_account(folder, partition, account, tuple(rest))
                    case (_, "organizations", organization, *rest):
                        yield from self._of_organization(folder, organization, tuple(rest))
                    case (_, "indexes"):
                        yield from _of_indexes(folder)
            except MalformedError as error:
                self._intake(folder).problems.add_malformed(error, _NOT_SHOWN)
        for (_, account), entities in accounts.items():
            yield from self._entities(account, entities)

    def _intake(self, folder: _Folder) -> Intake:
        problems = Problems(folder.path)
        self.problems.append(problems)
        return Intake(self._documents, problems)

    def _entities(self, account: str, folders: list[_Folder]) -> Iterator[Expanded]:
        """All IAM entities of an account: what has no folder does not exist."""
        users, groups, roles, policies = [], [], [], []
        for folder in folders:
            intake = self._intake(folder)
            make = Entities(intake)
            try:
                match folder.place[4:]:
                    case ("user", _):
                        users.append(make.user(_user(folder), ""))
                    case ("group", _):
                        groups.append(make.group(_group(folder), ""))
                    case ("role", _):
                        roles.append(make.role(_role(folder), ""))
                    case ("policy", _) | ("aws", "policy", _):
                        policies.append(make.policy(_policy(folder), ""))
                    case ("oidc-provider" | "saml-provider", _):
                        yield Expanded(folder.path, _provider(folder, intake))
            except MalformedError as error:
                intake.problems.add_malformed(error, _NOT_SHOWN)
        yield Expanded(folders[0].path, AccountFact(account=account, saml_providers=(), oidc_providers=()))
        yield Expanded(folders[0].path, IamEntities(tuple(users), tuple(groups), tuple(roles), tuple(policies)))

    def _of_account(self, folder: _Folder, partition: str, account: str, rest: tuple[str, ...]) -> Iterator[Expanded]:
        if not rest:
            block = _block(folder, "s3-bpa")
            yield Expanded(folder.path, AccountFact(account=account, public_access_block=block_of(block)))
            return
        if "metadata" not in folder and "policy" not in folder:
            return
        metadata = folder.metadata()
        if rest[0] == "ec2" and "vpc-endpoint" in rest:
            yield Expanded(folder.path, self._endpoint(folder, metadata, account))
            return
        arn = metadata.arn or _arn(partition, account, rest, metadata.name)
        document = self._documents.of(folder.raw("policy"))
        yield Expanded(
            folder.path,
            ResourceFact(
                kind=kind_of(arn),
                name=name_in(arn),
                arn=arn,
                account=account,
                region=metadata.region,
                policy=document,
                policy_state=Exported.NONE if document is None else Exported.PRESENT,
                tags=folder.tags(),
                public_access_block=block_of(_block(folder, "bpa")),
                bucket=metadata.bucket,
                bucket_account=metadata.bucket_account,
            ),
        )

    def _endpoint(self, folder: _Folder, metadata: _Metadata, account: str) -> EndpointFact:
        return EndpointFact(
            VpcEndpoint(
                endpoint_id=metadata.id or folder.place[-1],
                vpc_id=(metadata.vpc or "").rpartition("/")[2] or None,
                service_name=metadata.service_name or "",
                endpoint_type=metadata.type or "Gateway",
                owner=account,
                policy=self._documents.of(folder.raw("endpoint-policy")),
            )
        )

    def _of_organization(self, folder: _Folder, organization: str, rest: tuple[str, ...]) -> Iterator[Expanded]:
        for fact in self._organization_facts(folder, organization, rest):
            yield Expanded(folder.path, fact)

    def _organization_facts(self, folder: _Folder, organization: str, rest: tuple[str, ...]) -> Iterator[Fact]:
        metadata = folder.metadata()
        match rest:
            case ():
                features = metadata.features or {}
                yield OrganizationFact(
                    organization, metadata.root_account_id, None, features.get(SCP), features.get(RCP)
                )
                yield from _levels(folder, organization)
            case ("ous", target):
                yield TargetFact(target, name=metadata.name, arn=metadata.arn, tags=folder.tags())
            case ("scps" | "rcps" as kind, policy_id):
                yield PolicyFact(
                    OrganizationPolicy(
                        policy_id=_id_in(metadata.arn) or policy_id,
                        arn=metadata.arn or "",
                        name=metadata.name or policy_id,
                        kind=SCP if kind == "scps" else RCP,
                        document=self._documents.of(folder.raw("policy")),
                        aws_managed=metadata.aws_managed is True,
                        description=metadata.description,
                    ),
                    organization,
                )


def _levels(folder: _Folder, organization: str) -> Iterator[Fact]:
    """Accounts and OUs with what is attached directly to each (I115)."""
    for target, level in (folder.get("ous", dict[str, _Level]) or {}).items():
        yield TargetFact(target, UNIT if level.parent else ROOT, parent=level.parent, organization_id=organization)
        yield from _attachments(target, level)
    for account, level in (folder.get("accounts", dict[str, _Level]) or {}).items():
        yield TargetFact(account, ACCOUNT, parent=level.ou, organization_id=organization)
        yield from _attachments(account, level)


def _attachments(target: str, level: _Level) -> Iterator[Fact]:
    for kind, arns in ((SCP, level.scps), (RCP, level.rcps)):
        yield AttachmentsFact(target, kind, tuple(_id_in(arn) or arn for arn in arns or ()))


def _id_in(arn: str | None) -> str | None:
    return (arn or "").rpartition("/")[2] or None


def _of_indexes(folder: _Folder) -> Iterator[Expanded]:
    for name, bucket in (folder.get("buckets-to-accounts", dict[str, _Bucket]) or {}).items():
        yield Expanded(folder.path, ResourceFact("s3:bucket", name, account=bucket.account_id, region=bucket.region))


def _arn(partition: str, account: str, place: tuple[str, ...], name: str | None) -> str:
    """The ARN that the folders stand for (I112); paths are in lower case, so a name inside counts first."""
    service, *middle, last = place
    resource = unquote(last)
    if name is not None and name.lower() == resource.lower():
        resource = name
    if service == "s3" and not middle:
        return f"arn:{partition}:s3:::{resource}"
    region = middle[0] if middle else ""
    separator = ":" if service in ("lambda", "secretsmanager") else "/"
    typed = separator.join((*middle[1:], resource))
    return f"arn:{partition}:{service}:{region}:{account}:{typed}"


def _block(folder: _Folder, aspect: str) -> Block | None:
    settings = folder.get(aspect, dict[str, bool])
    if settings is None:
        return None
    spelled = {key[:1].upper() + key[1:]: value for key, value in settings.items()}
    return msgspec.convert(spelled, Block)


def _boundary(metadata: _Metadata) -> Boundary | None:
    boundary = metadata.permission_boundary
    return Boundary(permissions_boundary_arn=boundary) if isinstance(boundary, str) else boundary


def _inline(folder: _Folder) -> list[Inline] | None:
    return folder.get("inline-policies", list[Inline])


def _managed(folder: _Folder) -> list[Attached]:
    return [Attached(policy_arn=arn) for arn in folder.get("managed-policies", list[str]) or ()]


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _user(folder: _Folder) -> UserDetail:
    metadata = folder.metadata()
    return UserDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        user_name=metadata.name,
        user_id=metadata.id,
        user_policy_list=_inline(folder),
        group_list=[_last(arn) for arn in folder.get("groups", list[str]) or ()],
        attached_managed_policies=_managed(folder),
        permissions_boundary=_boundary(metadata),
        tags=_tag_list(folder),
    )


def _group(folder: _Folder) -> GroupDetail:
    metadata = folder.metadata()
    return GroupDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        group_name=metadata.name,
        group_id=metadata.id,
        group_policy_list=_inline(folder),
        attached_managed_policies=_managed(folder),
    )


def _role(folder: _Folder) -> RoleDetail:
    metadata = folder.metadata()
    return RoleDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        role_name=metadata.name,
        role_id=metadata.id,
        assume_role_policy_document=folder.raw("trust-policy"),
        instance_profile_list=[Profile(arn=arn) for arn in folder.get("instance-profiles", list[str]) or ()],
        role_policy_list=_inline(folder),
        attached_managed_policies=_managed(folder),
        permissions_boundary=_boundary(metadata),
        tags=_tag_list(folder),
        description=metadata.description,
    )


def _policy(folder: _Folder) -> PolicyDetail:
    metadata = folder.metadata()
    version = metadata.default_version_id or "v1"
    document = folder.raw("current-policy")
    return PolicyDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.create_date,
        policy_name=metadata.name,
        policy_id=metadata.id,
        default_version_id=version,
        permissions_boundary_usage_count=metadata.permissions_boundary_usage_count,
        is_attachable=metadata.is_attachable,
        description=metadata.description,
        update_date=metadata.update_date,
        policy_version_list=[Version(version_id=version, document=document, is_default_version=True)],
        tags=_tag_list(folder),
    )


def _provider(folder: _Folder, intake: Intake) -> ProviderFact:
    metadata = folder.metadata()
    if metadata.arn is None:
        raise MalformedError("metadata.json", "expected the ARN of an identity provider")
    until = intake.date(metadata.valid_until, "metadata.json")
    return ProviderFact(IdentityProvider(metadata.arn, metadata.url, tuple(metadata.audiences or ()), until))


def _tag_list(folder: _Folder) -> list[TagMember]:
    return [TagMember(key=key, value=value) for key, value in folder.tags() or ()]
