"""IAM entities of a store, in the members that IAM itself would give (I112, I113)."""

from __future__ import annotations

from iamtui.files.source import MalformedError
from iamtui.snapshot.facts import ProviderFact
from iamtui.snapshot.model import IdentityProvider
from iamtui.snapshot.readers.iam_collect.folder import Folder, Metadata
from iamtui.snapshot.readers.iam_members import (
    Attached,
    Boundary,
    GroupDetail,
    Inline,
    PolicyDetail,
    Profile,
    RoleDetail,
    TagMember,
    UserDetail,
    Version,
)
from iamtui.snapshot.readers.reader import Intake


def user_of(folder: Folder) -> UserDetail:
    """A user, in the members of `UserDetail`."""
    metadata = folder.metadata()
    return UserDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        user_name=_name(metadata),
        user_id=metadata.id,
        user_policy_list=_inline(folder),
        group_list=[_last(arn) for arn in folder.get("groups", list[str]) or ()],
        attached_managed_policies=_managed(folder),
        permissions_boundary=_boundary(metadata),
        tags=_tag_list(folder),
    )


def group_of(folder: Folder) -> GroupDetail:
    """A group, in the members of `GroupDetail`."""
    metadata = folder.metadata()
    return GroupDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        group_name=_name(metadata),
        group_id=metadata.id,
        group_policy_list=_inline(folder),
        attached_managed_policies=_managed(folder),
    )


def role_of(folder: Folder) -> RoleDetail:
    """A role, in the members of `RoleDetail`."""
    metadata = folder.metadata()
    return RoleDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.created,
        role_name=_name(metadata),
        role_id=metadata.id,
        assume_role_policy_document=folder.raw("trust-policy"),
        instance_profile_list=[Profile(arn=arn) for arn in folder.get("instance-profiles", list[str]) or ()],
        role_policy_list=_inline(folder),
        attached_managed_policies=_managed(folder),
        permissions_boundary=_boundary(metadata),
        tags=_tag_list(folder),
        description=metadata.description,
    )


def policy_of(folder: Folder) -> PolicyDetail:
    """A managed policy with the one version that a store keeps."""
    metadata = folder.metadata()
    version = metadata.default_version_id or "v1"
    document = folder.raw("current-policy")
    return PolicyDetail(
        arn=metadata.arn,
        path=metadata.path,
        create_date=metadata.create_date,
        policy_name=_name(metadata),
        policy_id=metadata.id,
        default_version_id=version,
        permissions_boundary_usage_count=metadata.permissions_boundary_usage_count,
        is_attachable=metadata.is_attachable,
        description=metadata.description,
        update_date=metadata.update_date,
        policy_version_list=[Version(version_id=version, document=document, is_default_version=True)],
        tags=_tag_list(folder),
    )


def provider_of(folder: Folder, intake: Intake) -> ProviderFact:
    """A SAML or OIDC provider."""
    metadata = folder.metadata()
    if metadata.arn is None:
        raise MalformedError("metadata.json", "expected the ARN of an identity provider")
    until = intake.date(metadata.valid_until, "metadata.json")
    return ProviderFact(IdentityProvider(metadata.arn, metadata.url, tuple(metadata.audiences or ()), until))


def _name(metadata: Metadata) -> str | None:
    """The ARN is the identity of an entity (I110): a name that is not its own would put it in the place of another."""
    own = _last(metadata.arn or "")
    name = metadata.name
    return name if name is None or not own or name.lower() == own.lower() else own


def _boundary(metadata: Metadata) -> Boundary | None:
    boundary = metadata.permission_boundary
    return Boundary(permissions_boundary_arn=boundary) if isinstance(boundary, str) else boundary


def _inline(folder: Folder) -> list[Inline] | None:
    return folder.get("inline-policies", list[Inline])


def _managed(folder: Folder) -> list[Attached]:
    return [Attached(policy_arn=arn) for arn in folder.get("managed-policies", list[str]) or ()]


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _tag_list(folder: Folder) -> list[TagMember]:
    return [TagMember(key=key, value=value) for key, value in folder.tags()]
