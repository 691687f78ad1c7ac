"""How users and root sign in, and when who was last used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LastUsed:
    """When and where a role was last used; both `None` if never in the 400 days that AWS tracks."""

    at: datetime | None = None
    region: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key: its id where known (never the secret), state, age and last use."""

    key_id: str | None
    active: bool | None
    created: datetime | None = None
    last_used: LastUsed | None = None


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """An X.509 certificate with which a user signs requests of old APIs: its id where known, and its state."""

    certificate_id: str | None
    active: bool | None


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A TLS certificate that is kept in IAM."""

    arn: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a user or root can sign in; each field `None` where no export says it (I20-I27).

    `tells_password_use` is whether one says when the password was last used, or that it never was.
    """

    console_password: bool | None = None
    password_last_used: datetime | None = None
    password_changed: datetime | None = None
    mfa: bool | None = None
    mfa_devices: tuple[str, ...] | None = None
    access_keys: tuple[AccessKey, ...] | None = None
    certificates: tuple[SigningCertificate, ...] | None = None
    made: datetime | None = None  # when the user was made; of root, the account
    tells_password_use: bool = False


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """When an entity was last used to call a service; `at` is `None` if never in the tracked time.

    `actions` are those of the service that AWS tracks, each with its last use; empty where that was not exported.
    """

    service: str  # the prefix of its actions
    at: datetime | None
    by: str | None = None  # the ARN of who did
    actions: tuple[tuple[str, datetime | None], ...] = ()
