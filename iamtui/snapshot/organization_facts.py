"""What readers say of organizations: see `facts`. Whatever a file does not say is `None`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.snapshot.model import OrganizationPolicy, S3Policy, Tags


@dataclass(frozen=True, slots=True)
class OrganizationFact:
    """An organization itself (I50, I51)."""

    organization_id: str
    management_account: str | None = None
    feature_set: str | None = None
    scps_enabled: bool | None = None
    rcps_enabled: bool | None = None
    s3_policies_enabled: bool | None = None
    root_features: frozenset[str] | None = None  # of central root access; None: not exported


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A root, OU or account of an organization, or only its parent (I51-I54)."""

    target_id: str
    kind: str | None = None
    name: str | None = None
    parent: str | None = None
    arn: str | None = None
    status: str | None = None
    email: str | None = None
    tags: Tags | None = None
    organization_id: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """An SCP or RCP; without document, only that it exists (I55, I56)."""

    policy: OrganizationPolicy
    organization_id: str | None = None


@dataclass(frozen=True, slots=True)
class AttachmentsFact:
    """The policies of one kind that are attached directly to one target: all of them if the list is whole (I58)."""

    target_id: str
    kind: str
    policy_ids: tuple[str, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class TargetsFact:
    """The targets that one policy is attached to: all of them if the list is whole (I57)."""

    policy_id: str
    target_ids: tuple[str, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class S3PolicyFact:
    """An S3 policy; without content, only that it exists (I55, I56, S10)."""

    policy: S3Policy
    organization_id: str | None = None
    has_content: bool = False


@dataclass(frozen=True, slots=True)
class OrganizationListedFact:
    """All policies of a kind, or all targets of a kind, were listed, be it none (I51-I55).

    With a parent these are the targets directly below it. An empty list does not say whose organization it is.
    """

    kind: str
    parent: str = ""
    organization_id: str | None = None


@dataclass(frozen=True, slots=True)
class EffectiveS3PolicyFact:
    """Whether the S3 policies of an account block public access, as AWS computed it (S10)."""

    account: str
    blocks: bool


OrganizationsFact: TypeAlias = (
    OrganizationFact
    | TargetFact
    | PolicyFact
    | AttachmentsFact
    | TargetsFact
    | S3PolicyFact
    | OrganizationListedFact
    | EffectiveS3PolicyFact
)
