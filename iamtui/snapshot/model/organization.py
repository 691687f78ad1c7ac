"""An organization: its tree, its policies and what is attached where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.policy.document import Document
from iamtui.snapshot.model.policies import Tags
from iamtui.snapshot.model.s3_policies import S3Policies

ROOT, UNIT, ACCOUNT = "ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"
"""The kinds of targets."""
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
"""The kinds of policies that bind requests."""


@dataclass(frozen=True, slots=True)
class OrganizationPolicy:
    """An SCP or RCP; `document` is `None` if its content was not exported (T22)."""

    policy_id: str
    arn: str
    name: str
    kind: str  # SCP or RCP
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
    kind: str  # ROOT, UNIT or ACCOUNT
    parent: str | None
    scps: tuple[str, ...] | None = None
    rcps: tuple[str, ...] | None = None
    status: str | None = None  # accounts: ACTIVE, SUSPENDED, …
    email: str | None = None
    arn: str | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An AWS organization as far as it was exported (I50-I61, I114).

    `listed` holds the kinds of policies and targets of which all were listed, each with the parent below which that is
    so, or with nothing where it is so everywhere: what such a list leaves out is not there (CH8, T22).
    """

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
    listed: frozenset[tuple[str, str]] = frozenset()

    def levels(self, account: str) -> tuple[OrganizationTarget, ...] | None:
        """The way from the root to `account` (E22), root first; `None` where the tree was not exported whole."""
        way: list[OrganizationTarget] = []
        target = self.targets.get(account)
        while target is not None:
            way.append(target)
            if target.parent is None:
                return tuple(reversed(way)) if target.kind == ROOT else None
            if len(way) > len(self.targets):
                return None
            target = self.targets.get(target.parent)
        return None

    def lists_all(self, kind: str) -> bool:
        """Whether all policies or targets of a kind are here: listed at once, or below the root and every unit."""
        if (kind, "") in self.listed:
            return True
        parents = [one.target_id for one in self.targets.values() if one.kind != ACCOUNT]
        return self.root_id is not None and all(
            (child, parent) in self.listed for child in (UNIT, kind) for parent in parents
        )

    def known_to_lack(self, other: Organization) -> frozenset[str]:
        """The policies and targets of another export of the organization that are known not to be here (CH8)."""
        policies = [one for policy_id, one in other.policies.items() if policy_id not in self.policies]
        targets = [one for target_id, one in other.targets.items() if target_id not in self.targets]
        kinds = {*(one.kind for one in policies), *(one.kind for one in targets)}
        whole = {kind for kind in kinds if self.lists_all(kind)}
        return frozenset(
            (
                *(one.policy_id for one in policies if one.kind in whole),
                *(one.target_id for one in targets if one.kind in whole or self._has_lost(one, other)),
            )
        )

    def _has_lost(self, target: OrganizationTarget, other: Organization) -> bool:
        """Whether a unit of another export went, or one that it was below: AWS moves no unit to another parent."""
        below: set[str] = set()
        while target.kind == UNIT and target.parent is not None and target.target_id not in below:
            if (UNIT, target.parent) in self.listed:
                return True
            parent = other.targets.get(target.parent)
            if parent is None or parent.target_id in self.targets:
                return False
            below.add(target.target_id)
            target = parent
        return False

    def blocks_public_access(self, account: str) -> bool | None:
        """Whether its S3 policies turn S3 Block Public Access on for `account` (S10); None: that was not exported."""
        if self.s3_policies.enabled is False:
            return False
        levels = self.levels(account)
        return None if levels is None else self.s3_policies.block(level.target_id for level in levels)
