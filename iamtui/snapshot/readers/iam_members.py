"""The members of users, groups, roles and policies as IAM spells them; null equals missing (I6)."""

from __future__ import annotations

import msgspec
from msgspec import Raw

_ABSENT = Raw(b"null")
Date = str | float | None


class Member(msgspec.Struct, rename="pascal", gc=False):
    """Members that every kind has; null equals missing (I6)."""

    arn: str | None = None
    path: str | None = None
    create_date: Date = None


class TagMember(msgspec.Struct, rename="pascal", gc=False):
    """A tag."""

    key: str
    value: str | None = None


class Attached(msgspec.Struct, rename="pascal", gc=False):
    """A managed policy that is attached."""

    policy_arn: str


class Inline(msgspec.Struct, rename="pascal", gc=False):
    """An inline policy."""

    policy_name: str
    policy_document: Raw = _ABSENT


class Boundary(msgspec.Struct, rename="pascal", gc=False):
    """What a permissions boundary is."""

    permissions_boundary_arn: str | None = None


class UserDetail(Member, rename="pascal", gc=False):
    """An item of `UserDetailList`."""

    user_name: str | None = None
    user_id: str | None = None
    user_policy_list: list[Inline] | None = None
    group_list: list[str] | None = None
    attached_managed_policies: list[Attached] | Attached | None = None  # I68
    permissions_boundary: Boundary | None = None
    tags: list[TagMember] | None = None


class GroupDetail(Member, rename="pascal", gc=False):
    """An item of `GroupDetailList`."""

    group_name: str | None = None
    group_id: str | None = None
    group_policy_list: list[Inline] | None = None
    attached_managed_policies: list[Attached] | Attached | None = None  # I68


class Profile(Member, rename="pascal", gc=False):
    """An instance profile of a role."""

    instance_profile_name: str | None = None
    instance_profile_id: str | None = None


class RoleLastUsed(msgspec.Struct, rename="pascal", gc=False):
    """When a role was last used; empty if never in the tracked time."""

    last_used_date: Date = None
    region: str | None = None


class RoleDetail(Member, rename="pascal", gc=False):
    """An item of `RoleDetailList`; `Description` and `MaxSessionDuration` come from other calls."""

    role_name: str | None = None
    role_id: str | None = None
    assume_role_policy_document: Raw = _ABSENT
    instance_profile_list: list[Profile] | None = None
    role_policy_list: list[Inline] | None = None
    attached_managed_policies: list[Attached] | Attached | None = None  # I68
    permissions_boundary: Boundary | None = None
    tags: list[TagMember] | None = None
    role_last_used: RoleLastUsed | None = None
    description: str | None = None
    max_session_duration: int | None = None


class Version(msgspec.Struct, rename="pascal", gc=False):
    """A version of a managed policy."""

    version_id: str
    document: Raw = _ABSENT
    is_default_version: bool | None = None
    create_date: Date = None


class PolicyDetail(Member, rename="pascal", gc=False):
    """An item of `Policies`."""

    policy_name: str | None = None
    policy_id: str | None = None
    default_version_id: str | None = None
    attachment_count: int | None = None
    permissions_boundary_usage_count: int | None = None
    is_attachable: bool | None = None
    description: str | None = None
    update_date: Date = None
    policy_version_list: list[Version] | None = None
    tags: list[TagMember] | None = None
