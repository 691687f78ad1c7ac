"""An organization: its tree, its policies and what is attached where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.policy.document import Document
from iamtui.snapshot.model.policies import Tags
from iamtui.snapshot.model.s3_policies import S3Policies


@dataclass(frozen=True, slots=True)
class OrganizationPolicy:
    """An SCP or RCP; `document` is `None` if its content was not exported (T22)."""

    policy_id: str
    arn: str
    name: str
    kind: str  # SERVICE_CONTROL_POLICY or RESOURCE_CONTROL_POLICY
    document: Document | None
    aws_managed: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationTarget:
    """The root, an OU or an account: its place and the policies attached directly to it.

    `scps` and `rcps` hold policy ids; `None` means that the attachments were not exported.
    """

    target_id: str
    name: str
    kind: str  # ROOT, ORGANIZATIONAL_UNIT, ACCOUNT
    parent: str | None
    scps: tuple[str, ...] | None = None
    rcps: tuple[str, ...] | None = None
    status: str | None = None  # accounts: ACTIVE, SUSPENDED, …
    email: str | None = None
    arn: str | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An AWS organization as far as it was exported (I50-I61, I114)."""

    organization_id: str
    management_account: str | None
    root_id: str | None
    targets: Mapping[str, OrganizationTarget] = field(default_factory=lambda: MappingProxyType({}))
    policies: Mapping[str, OrganizationPolicy] = field(default_factory=lambda: MappingProxyType({}))
    scps_enabled: bool | None = None  # None: not exported
    rcps_enabled: bool | None = None
    feature_set: str | None = None
    root_features: frozenset[str] | None = None  # of central root access, such as RootCredentialsManagement (FI14)
    s3_policies: S3Policies = field(default_factory=S3Policies)

    def levels(self, account: str) -> tuple[OrganizationTarget, ...] | None:
        """The way from the root to `account` (E22), root first; `None` where the tree was not exported whole."""
        way: list[OrganizationTarget] = []
        target = self.targets.get(account)
        while target is not None:
            way.append(target)
            if target.parent is None:
                return tuple(reversed(way)) if target.kind == "ROOT" else None
            if len(way) > len(self.targets):
                return None
            target = self.targets.get(target.parent)
        return None

    def blocks_public_access(self, account: str) -> bool | None:
        """Whether its S3 policies turn S3 Block Public Access on for `account` (S10); None: that was not exported."""
        if self.s3_policies.enabled is False:
            return False
        levels = self.levels(account)
        return None if levels is None else self.s3_policies.block(level.target_id for level in levels)
