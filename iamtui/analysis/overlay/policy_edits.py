"""Edits of managed policies, of policies of the organization, and of those that resources and endpoints carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from iamtui.analysis.overlay.placing import MissingThingError, account_holding, placed, with_account
from iamtui.arn import Arn
from iamtui.policy.document import Document
from iamtui.snapshot.model import (
    Exported,
    ManagedPolicy,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    PolicyVersion,
    Resource,
    Snapshot,
    VpcEndpoint,
)

MOST_VERSIONS = 5
"""Versions that AWS keeps of a managed policy (Q42)."""


@dataclass(frozen=True, slots=True)
class SetVersions:
    """The versions of a customer managed policy are these, and this one is in force."""

    policy: str
    default: str
    versions: tuple[PolicyVersion, ...]

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        account = account_holding(snapshot, self.policy)
        held = policy_at(snapshot, self.policy)
        versions = tuple(replace(one, is_default=one.version_id == self.default) for one in self.versions)
        changed = replace(held, default_version_id=self.default, versions=versions)
        return with_account(snapshot, replace(account, policies=placed(account.policies or {}, held.arn, changed)))

    def as_held(self, snapshot: Snapshot) -> SetVersions:
        """What the picture holds in its place."""
        held = policy_at(snapshot, self.policy)
        return SetVersions(self.policy, held.default_version_id, held.versions)


@dataclass(frozen=True, slots=True)
class SetDocument:
    """The version in force of a customer managed policy says this: a new version, as AWS edits policies.

    Where there are five already, the oldest that is not in force makes room.
    """

    policy: str
    document: Document

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        held = policy_at(snapshot, self.policy)
        if held.default is not None and held.default.document == self.document:
            return snapshot
        gone = version_to_drop(held)
        kept = tuple(one for one in held.versions if one is not gone)
        written = PolicyVersion(_next_version(held), self.document, is_default=True)
        return SetVersions(self.policy, written.version_id, (written, *kept)).laid_over(snapshot)

    def as_held(self, snapshot: Snapshot) -> SetVersions:
        """What the picture holds in its place: all versions."""
        held = policy_at(snapshot, self.policy)
        return SetVersions(self.policy, held.default_version_id, held.versions)


@dataclass(frozen=True, slots=True)
class SetDefaultVersion:
    """Another version of a customer managed policy is in force."""

    policy: str
    version: str

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        held = policy_at(snapshot, self.policy)
        if all(one.version_id != self.version for one in held.versions):
            raise MissingThingError(f"{self.policy} has no version {self.version} in the export")
        return SetVersions(self.policy, self.version, held.versions).laid_over(snapshot)

    def as_held(self, snapshot: Snapshot) -> SetDefaultVersion:
        """What the picture holds in its place."""
        return replace(self, version=policy_at(snapshot, self.policy).default_version_id)


@dataclass(frozen=True, slots=True)
class SetOrganizationDocument:
    """An SCP or RCP says this; `policy` is its ARN."""

    policy: str
    document: Document | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        organization, held = organization_policy_at(snapshot, self.policy)
        if held.aws_managed:
            raise MissingThingError(f"{self.policy} is AWS's own, and cannot be edited")
        changed = replace(held, document=self.document)
        policies = placed(organization.policies, held.policy_id, changed)
        return _with_organization(snapshot, replace(organization, policies=policies))

    def as_held(self, snapshot: Snapshot) -> SetOrganizationDocument:
        """What the picture holds in its place."""
        return replace(self, document=organization_policy_at(snapshot, self.policy)[1].document)


@dataclass(frozen=True, slots=True)
class SetOrganizationAttachment:
    """An SCP or RCP is attached directly to a root, unit or account (`target`, its id), or is not."""

    policy: str
    target: str
    attached: bool

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        organization, policy = organization_policy_at(snapshot, self.policy)
        target = self._target(organization)
        name = _list_of(policy)
        others = tuple(one for one in self._held(target, name) if one != policy.policy_id)
        ids = (*others, policy.policy_id) if self.attached else others
        changed = replace(target, scps=ids) if name == "scps" else replace(target, rcps=ids)
        targets = placed(organization.targets, self.target, changed)
        return _with_organization(snapshot, replace(organization, targets=targets))

    def as_held(self, snapshot: Snapshot) -> SetOrganizationAttachment:
        """What the picture holds in its place."""
        organization, policy = organization_policy_at(snapshot, self.policy)
        held = self._held(self._target(organization), _list_of(policy))
        return replace(self, attached=policy.policy_id in held)

    def _target(self, organization: Organization) -> OrganizationTarget:
        target = organization.targets.get(self.target)
        if target is None:
            raise MissingThingError(f"the organization has no root, unit or account {self.target}")
        return target

    def _held(self, target: OrganizationTarget, name: str) -> tuple[str, ...]:
        held = target.scps if name == "scps" else target.rcps
        if held is None:
            raise MissingThingError(f"what is attached to {self.target} was not exported")
        return held


@dataclass(frozen=True, slots=True)
class SetResourcePolicy:
    """The policy of a resource says this; None: it has none. `account` owns a resource that was not exported."""

    resource: str
    document: Document | None
    account: str = ""
    state: Exported | None = None  # where None is not "has none": not exported

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        state = self.state or (Exported.NONE if self.document is None else Exported.PRESENT)
        changed = replace(self._resource(snapshot), policy=self.document, policy_state=state)
        return replace(snapshot, resources=placed(snapshot.resources, self.resource, changed))

    def as_held(self, snapshot: Snapshot) -> SetResourcePolicy:
        """What the picture holds in its place."""
        held = self._resource(snapshot)
        return replace(self, document=held.policy, state=held.policy_state)

    def _resource(self, snapshot: Snapshot) -> Resource:
        held = snapshot.resources.get(self.resource)
        if held is not None:
            return held
        if not self.account:
            raise MissingThingError(f"the export has no resource {self.resource}")
        kind = f"{self.resource.split(':', 3)[2]}:{Arn.parse(self.resource).resource_type}"
        return Resource(self.resource, self.account, kind)


@dataclass(frozen=True, slots=True)
class SetEndpointPolicy:
    """The policy of a VPC endpoint says this; None: AWS's default, which allows all (E37)."""

    endpoint: str
    document: Document | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        changed = replace(self._endpoint(snapshot), policy=self.document)
        return replace(snapshot, endpoints=placed(snapshot.endpoints, self.endpoint, changed))

    def as_held(self, snapshot: Snapshot) -> SetEndpointPolicy:
        """What the picture holds in its place."""
        return replace(self, document=self._endpoint(snapshot).policy)

    def _endpoint(self, snapshot: Snapshot) -> VpcEndpoint:
        held = snapshot.endpoints.get(self.endpoint)
        if held is None:
            raise MissingThingError(f"the export has no VPC endpoint {self.endpoint}")
        return held


def policy_at(snapshot: Snapshot, arn: str) -> ManagedPolicy:
    """The customer managed policy with this ARN.

    Raises:
        MissingThingError: there is none, or it is AWS's, which nobody else can edit (S8).
    """
    if arn.split(":", 5)[4:5] == ["aws"]:
        raise MissingThingError(f"{arn} is AWS's own, and cannot be edited; attach a copy in its place")
    found = (account_holding(snapshot, arn).policies or {}).get(arn)
    if found is None:
        raise MissingThingError(f"the export has no policy {arn}")
    return found


def organization_policy_at(snapshot: Snapshot, arn: str) -> tuple[Organization, OrganizationPolicy]:
    """The SCP or RCP with this ARN, and the organization that holds it.

    Raises:
        MissingThingError: there is none.
    """
    for organization in snapshot.organizations.values():
        for policy in organization.policies.values():
            if policy.arn == arn:
                return organization, policy
    raise MissingThingError(f"the export has no policy {arn}")


def version_to_drop(policy: ManagedPolicy) -> PolicyVersion | None:
    """The version that makes room for a new one: the oldest that is not in force; None where there is room."""
    if len(policy.versions) < MOST_VERSIONS:
        return None
    others = [one for one in policy.versions if one is not policy.default]
    return min(others, key=lambda one: _number(one.version_id), default=None)


def _next_version(policy: ManagedPolicy) -> str:
    return f"v{max((_number(one.version_id) for one in policy.versions), default=0) + 1}"


def _number(version_id: str) -> int:
    found = re.fullmatch(r"v(\d{1,9})", version_id)
    return int(found[1]) if found is not None else 0


def _list_of(policy: OrganizationPolicy) -> str:
    return "rcps" if policy.kind == "RESOURCE_CONTROL_POLICY" else "scps"


def _with_organization(snapshot: Snapshot, organization: Organization) -> Snapshot:
    organizations = placed(snapshot.organizations, organization.organization_id, organization)
    return replace(snapshot, organizations=organizations)
