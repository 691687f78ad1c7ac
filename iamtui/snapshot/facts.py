"""What readers say: small statements about accounts, resources and organizations, put together by `assembling`.

Whatever a file does not say is `None`. Where `account` is `None`, the files around say it (`neighbours`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

from iamtui.policy.document import Document
from iamtui.snapshot.model import (
    Credentials,
    Exported,
    Group,
    IdentityProvider,
    ManagedPolicy,
    PublicAccessBlock,
    Role,
    ServerCertificate,
    ServiceAccess,
    Tags,
    User,
    VpcEndpoint,
)
from iamtui.snapshot.organization_facts import OrganizationsFact


class Coverage(IntEnum):
    """How much of an account a list of entities stands for; the more comes first when lists are merged."""

    SELECTION = 0  # what somebody recorded or asked for: fills kinds that nothing else has
    PAGE = 1  # a page of several
    WHOLE = 2  # the only page or the last one


@dataclass(frozen=True, slots=True)
class IamEntities:
    """IAM entities of one or several accounts; a kind that is `None` is not in the file (I12)."""

    users: tuple[User, ...] | None = None
    groups: tuple[Group, ...] | None = None
    roles: tuple[Role, ...] | None = None
    policies: tuple[ManagedPolicy, ...] | None = None
    coverage: Coverage = Coverage.WHOLE


@dataclass(frozen=True, slots=True)
class AwsManagedFact:
    """AWS managed policies of no account: they serve every account that has them attached (I12)."""

    policies: tuple[ManagedPolicy, ...]


@dataclass(frozen=True, slots=True)
class RoleFact:
    """What authorization details leave out of a role, from `get-role` or `list-roles`."""

    arn: str
    description: str | None
    max_session_seconds: int | None


@dataclass(frozen=True, slots=True)
class CredentialsFact:
    """How one user, or root, can sign in: as far as one file says (I20-I27). Named by ARN or by user name."""

    credentials: Credentials
    arn: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class AccountFact:
    """Settings of an account (I23-I26, I32)."""

    account: str | None = None
    alias: str | None = None
    summary: Mapping[str, int] | None = None
    password_policy: Mapping[str, int | bool] | None = None
    password_policy_state: Exported = Exported.UNKNOWN
    saml_providers: tuple[IdentityProvider, ...] | None = None
    oidc_providers: tuple[IdentityProvider, ...] | None = None
    server_certificates: tuple[ServerCertificate, ...] | None = None
    public_access_block: PublicAccessBlock | None = None
    in_organization: bool | None = None


@dataclass(frozen=True, slots=True)
class ProviderFact:
    """The details of one identity provider; where its ARN is empty, the account and the URL make it."""

    provider: IdentityProvider


@dataclass(frozen=True, slots=True)
class ServiceAccessJob:
    """Which entity a job of `generate-service-last-accessed-details` is about."""

    job_id: str
    arn: str


@dataclass(frozen=True, slots=True)
class ServiceAccessFact:
    """Which services an entity last used, by its ARN or by the id of the job that asked."""

    services: tuple[ServiceAccess, ...]
    arn: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceFact:
    """One aspect of a resource. Facts on the same ARN, or else kind and name, are put together."""

    kind: str  # "s3:bucket", "kms:key", …
    name: str  # what the service calls it: bucket name, key id, queue name, …
    arn: str | None = None
    account: str | None = None
    region: str | None = None
    policy: Document | None = None
    policy_state: Exported = Exported.UNKNOWN
    tags: Tags | None = None
    public_access_block: PublicAccessBlock | None = None
    is_public: bool | None = None
    aliases: tuple[str, ...] = ()
    grants: int | None = None
    doubt: str | None = None  # why it is not certain that the aspect is this resource's
    only_adds: bool = False  # says something of a resource only if another fact names it
    bucket: str | None = None  # behind an access point
    bucket_account: str | None = None
    network_origin: str | None = None
    vpc_id: str | None = None
    abac: bool | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class ManifestFact:
    """Which resource a bare policy or public access block belongs to (I40)."""

    path: Path
    arn: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class EndpointFact:
    """A VPC endpoint."""

    endpoint: VpcEndpoint


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """What AWS Config recorded of one thing at one time; of all captures the newest counts (I66)."""

    identity: tuple[str, ...]
    captured: datetime | None
    fact: Fact | None  # None: it was deleted by then


@dataclass(frozen=True, slots=True)
class StoreFile:
    """One file of an iam-collect store: an aspect of the thing that its folder stands for (I112)."""

    folder: tuple[str, ...]  # below the store: ("accounts", "111122223333", "iam", "user", "alice")
    aspect: str  # the file's name without `.json`
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListedFact:
    """All things of a kind that are in one Region of an account were listed, be it none (EP41, CH8).

    Where the account is `None`, the files around say it.
    """

    kind: str
    account: str | None
    region: str


Fact: TypeAlias = (
    IamEntities
    | AwsManagedFact
    | RoleFact
    | CredentialsFact
    | AccountFact
    | ProviderFact
    | ServiceAccessJob
    | ServiceAccessFact
    | ResourceFact
    | ManifestFact
    | EndpointFact
    | OrganizationsFact
    | RecordedFact
    | StoreFile
    | ListedFact
)


def arn_of(fact: Fact) -> str | None:
    """The ARN of what a fact is about, where it is told by one."""
    match fact:
        case (
            RoleFact() | CredentialsFact() | ServiceAccessJob() | ServiceAccessFact() | ResourceFact() | ManifestFact()
        ):
            return fact.arn
        case ProviderFact():
            return fact.provider.arn or None
        case RecordedFact(fact=about) if about is not None:
            return arn_of(about)
        case _:
            return None
