"""One AWS account with everything that is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model.credentials import Credentials, ServerCertificate, ServiceAccess
from iamtui.snapshot.model.policies import ManagedPolicy, Tags
from iamtui.snapshot.model.principals import Group, Role, User
from iamtui.snapshot.model.resources import Exported, PublicAccessBlock


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
    listed_providers: frozenset[str] = frozenset()  # kinds of which all are known: saml-provider, oidc-provider
    server_certificates: tuple[ServerCertificate, ...] | None = None
    public_access_block: PublicAccessBlock | None = None
    service_access: Mapping[str, tuple[ServiceAccess, ...]] | None = None  # by ARN
    in_organization: bool | None = None  # False: AWS said so, None: only an exported organization can say
    is_complete: bool = True  # False: a page of the export is missing (I11)
    exported: datetime | None = None
