"""Users, groups and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from iamtui.policy.document import Document
from iamtui.snapshot.model.credentials import Credentials, LastUsed
from iamtui.snapshot.model.policies import InlinePolicy, ManagedPolicy, Tags


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """The container in which an EC2 instance receives a role."""

    arn: str
    name: str
    path: str
    profile_id: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user. `attached` and `boundary` are policy ARNs; `groups` are group names."""

    arn: str
    name: str
    path: str
    unique_id: str
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Tags = ()
    created: datetime | None = None
    credentials: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """An IAM group: never a principal itself (E11)."""

    arn: str
    name: str
    path: str
    unique_id: str
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[str, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role. `trust` is `None` if the export lacks the trust policy."""

    arn: str
    name: str
    path: str
    unique_id: str
    trust: Document | None
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Tags = ()
    instance_profiles: tuple[InstanceProfile, ...] = ()
    last_used: LastUsed | None = None
    created: datetime | None = None
    description: str | None = None
    max_session_seconds: int | None = None

    @property
    def is_service_linked(self) -> bool:
        """A role that an AWS service owns (I17); SCPs and RCPs do not bind it (E24, E35)."""
        return self.path.startswith("/aws-service-role/")

    @property
    def is_identity_center(self) -> bool:
        """A role that a permission set of IAM Identity Center became (E54, I17)."""
        return self.path.startswith("/aws-reserved/sso.amazonaws.com/")

    @property
    def is_made_by_aws(self) -> bool:
        """A role that nobody but AWS can mend (FI8)."""
        return self.is_service_linked or self.is_identity_center


Principal: TypeAlias = User | Role
Entity: TypeAlias = User | Group | Role | ManagedPolicy
