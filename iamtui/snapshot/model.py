"""The picture of what was exported: accounts, principals, policies, resources, organizations.

Everything here is immutable. `None` for a collection means "not exported": unknown, not empty (I12, T22).
An attribute that AWS leaves out of an export is `None` or empty as its docstring says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from iamtui.policy.document import Document

Tags: TypeAlias = tuple[tuple[str, str], ...]
"""Tag keys and values in the order of the export."""


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy that lives inside one user, group or role."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    version_id: str
    document: Document
    is_default: bool
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer or AWS managed policy with every version that was exported, the newest first."""

    arn: str
    name: str
    path: str
    policy_id: str
    default_version_id: str
    versions: tuple[PolicyVersion, ...]
    description: str | None = None
    attachment_count: int | None = None
    boundary_count: int | None = None
    is_attachable: bool = True
    created: datetime | None = None
    updated: datetime | None = None
    tags: Tags = ()
    is_bundled: bool = False  # no export holds it: it comes with iamtui

    @property
    def default(self) -> PolicyVersion | None:
        """The version in force (E11, I15): the one `default_version_id` names, else the one marked default."""
        marked = None
        for version in self.versions:
            if version.version_id == self.default_version_id:
                return version
            if version.is_default:
                marked = version
        return marked

    @property
    def is_aws_managed(self) -> bool:
        """Whether AWS owns it: `arn:aws:iam::aws:policy/…`."""
        return self.arn.split(":", 5)[4] == "aws"


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """The container in which an EC2 instance receives a role."""

    arn: str
    name: str
    path: str
    profile_id: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class LastUsed:
    """When and where a role was last used; both `None` if never in the 400 days that AWS tracks."""

    at: datetime | None = None
    region: str | None = None
    service: str | None = None


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


Principal: TypeAlias = User | Role
Entity: TypeAlias = User | Group | Role | ManagedPolicy


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key: its id where known (never the secret), state, age and last use."""

    key_id: str | None
    active: bool | None
    created: datetime | None = None
    last_used: LastUsed | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a user or root can sign in; each field `None` where no export says it (I20-I27)."""

    console_password: bool | None = None
    password_last_used: datetime | None = None
    password_changed: datetime | None = None
    mfa: bool | None = None
    mfa_devices: tuple[str, ...] | None = None
    access_keys: tuple[AccessKey, ...] | None = None


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """When an entity was last used to call a service; `at` is `None` if never in the tracked time."""

    service: str  # the prefix of its actions
    at: datetime | None
    by: str | None = None  # the ARN of who did


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A SAML or OIDC provider of an account (I25, I26)."""

    arn: str
    url: str | None = None
    audiences: tuple[str, ...] = ()
    valid_until: datetime | None = None
    created: datetime | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of S3 Block Public Access (I31)."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


class Exported(StrEnum):
    """What an export says about one aspect of a thing."""

    PRESENT = "present"
    NONE = "none"  # known to have none
    UNKNOWN = "unknown"  # not exported


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with what the export says of its policy.

    `policy` counts only if `policy_state` is present. `tags` is `None` where tags were not exported (S32).
    """

    arn: str
    account: str
    kind: str  # "s3:bucket", "s3:accesspoint", "kms:key", "sqs:queue", "sns:topic", "lambda:function", …
    policy: Document | None = None
    policy_state: Exported = Exported.UNKNOWN
    region: str | None = None
    tags: Tags | None = None
    public_access_block: PublicAccessBlock | None = None
    is_public: bool | None = None  # GetBucketPolicyStatus, overrides our own judgement (I33)
    aliases: tuple[str, ...] = ()
    grants: int | None = None  # KMS grants: shown, never evaluated (S22)
    account_is_certain: bool = True
    bucket: str | None = None  # the name of the bucket behind an S3 access point (S17)
    bucket_account: str | None = None  # its owner, who need not own the access point


@dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """A VPC endpoint (I39); without a policy the default allows all (E37)."""

    endpoint_id: str
    vpc_id: str | None
    service_name: str
    endpoint_type: str  # Gateway, Interface, …
    owner: str | None
    policy: Document | None = None


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


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account. Users, groups and roles are keyed by their name in lower case (Q54), policies by ARN.

    A mapping that is `None` was not exported at all (I12).
    """

    account_id: str
    partition: str
    users: Mapping[str, User] | None
    groups: Mapping[str, Group] | None
    roles: Mapping[str, Role] | None
    policies: Mapping[str, ManagedPolicy] | None
    alias: str | None = None
    root: Credentials | None = None
    summary: Mapping[str, int] | None = None
    password_policy: Mapping[str, int | bool] | None = None
    password_policy_state: Exported = Exported.UNKNOWN
    providers: Mapping[str, IdentityProvider] | None = None
    public_access_block: PublicAccessBlock | None = None
    service_access: Mapping[str, tuple[ServiceAccess, ...]] | None = None  # by ARN
    in_organization: bool | None = None  # False: AWS said so, None: only an exported organization can say
    is_complete: bool = True  # False: a page of the export is missing (I11)
    exported: datetime | None = None


class Severity(StrEnum):
    """How much a problem costs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something in a file that could not be used: where it is, what was expected, what it costs."""

    path: Path
    place: str  # JSON pointer, or "line 12, column 8"; "" for the whole file
    expected: str
    consequence: str  # "this policy allows and denies nothing that we know", "the account is not shown"
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.path}: {self.place}" if self.place else str(self.path)
        return f"{where}: {self.expected}; {self.consequence}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was looked at, what it was taken for and what became of it."""

    path: Path
    format: str
    status: str  # read, skipped, failed
    message: str = ""
    size: int = 0
    modified_ns: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole picture. Never edited: a reload makes a new one."""

    accounts: Mapping[str, Account]
    organizations: Mapping[str, Organization] = field(default_factory=lambda: MappingProxyType({}))
    resources: Mapping[str, Resource] = field(default_factory=lambda: MappingProxyType({}))
    endpoints: Mapping[str, VpcEndpoint] = field(default_factory=lambda: MappingProxyType({}))
    aws_managed: Mapping[str, ManagedPolicy] = field(default_factory=lambda: MappingProxyType({}))  # by ARN
    files: tuple[SourceFile, ...] = ()
    problems: tuple[SourceProblem, ...] = ()

    def user(self, arn: str) -> User | None:
        """The user with exactly this ARN."""
        found = self._named(arn, "user")
        return found if isinstance(found, User) else None

    def role(self, arn: str) -> Role | None:
        """The role with exactly this ARN, path included."""
        found = self._named(arn, "role")
        return found if isinstance(found, Role) else None

    def role_of_session(self, partition: str, account: str, role_name: str) -> Role | None:
        """The role behind `assumed-role/NAME/SESSION`: names are unique regardless of case (E7)."""
        holder = self.accounts.get(account)
        if holder is None or holder.roles is None or holder.partition != partition:
            return None
        return holder.roles.get(role_name.lower())

    def group(self, account: str, name: str) -> Group | None:
        """The group of `account` with this name, regardless of case."""
        holder = self.accounts.get(account)
        return None if holder is None or holder.groups is None else holder.groups.get(name.lower())

    def policy(self, account: str, arn: str) -> ManagedPolicy | None:
        """The managed policy `arn` as `account` exported it.

        One of AWS that it did not export is taken from any other account, else from `aws_managed` (I12).
        """
        holder = self.accounts.get(account)
        if holder is not None and holder.policies is not None and (found := holder.policies.get(arn)):
            return found
        if arn.split(":", 5)[4:5] == ["aws"]:
            for other in self.accounts.values():
                if other.policies is not None and (found := other.policies.get(arn)):
                    return found
        return self.aws_managed.get(arn)

    def organization_of(self, account: str) -> Organization | None:
        """The exported organization that lists `account` or is managed by it."""
        for organization in self.organizations.values():
            if account in organization.targets or organization.management_account == account:
                return organization
        return None

    def _named(self, arn: str, kind: str) -> User | Role | None:
        parts = arn.split(":", 5)
        if len(parts) < 6 or not parts[5].startswith(f"{kind}/"):
            return None
        account = self.accounts.get(parts[4])
        names = None if account is None else account.users if kind == "user" else account.roles
        found = None if names is None else names.get(parts[5].rpartition("/")[2].lower())
        return found if found is not None and found.arn == arn else None
