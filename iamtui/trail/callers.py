"""Who called: the `userIdentity` of a record as the principal of a request (U1-U9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Required, TypedDict

from iamtui.arn import Arn, MalformedArnError
from iamtui.trail.records import Members, members_at, text_at


class CallerKind(StrEnum):
    """The kinds of caller, in the words of its JSON."""

    ROOT = "root"
    USER = "user"
    ROLE_SESSION = "role-session"
    ROLE = "role"
    FEDERATED = "federated"
    SERVICE = "service"
    ACCOUNT = "account"
    ANONYMOUS = "anonymous"
    EXTERNAL = "external"
    IDENTITY_CENTER = "identity-center"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who made a call.

    Attributes:
        kind: what it is.
        principal: the principal of the request, an ARN, a service or `anonymous`; None where the record does not say.
        account: the account that it belongs to.
        role: the ARN of the role behind a session, with its path; of the user behind a federated session.
        session: the name of the session.
        key: the access key id that signed.
        via: the service that passed the call on (`invokedBy`, U10).
        console: whether the console made the session or the call (U15).
        source_identity: set when the session was made (U13).
        unique_id: `AIDA…`, `AROA…:SESSION`, or what else `principalId` holds.
        issued: when the session's credentials were made, as written; None for long-term credentials.
        name: `userName`, for what has no ARN.
        delegate: the account of a vendor that acted for the caller (U15).
    """

    kind: CallerKind
    principal: str | None = None
    account: str | None = None
    role: str | None = None
    session: str | None = None
    key: str | None = None
    via: str | None = None
    console: bool = False
    source_identity: str | None = None
    unique_id: str | None = None
    issued: str | None = None
    name: str | None = None
    delegate: str | None = None

    @property
    def has_session(self) -> bool:
        """Whether it called with temporary credentials."""
        return self.issued is not None or (self.key or "").startswith("ASIA")

    @property
    def entity(self) -> str | None:
        """The user or role whose permissions it has, else the principal itself."""
        return self.role or self.principal

    @property
    def is_person_like(self) -> bool:
        """Whether it is neither an AWS service nor a service-linked role (N10)."""
        return self.kind is not CallerKind.SERVICE and "/aws-service-role/" not in (self.role or "")

    @property
    def label(self) -> str:
        """What to call it in one line."""
        return self.principal or self.name or self.unique_id or self.key or self.account or "unknown caller"


class _Known(TypedDict, total=False):
    """What the type of an identity says of the caller; the rest is the same for all types."""

    kind: Required[CallerKind]
    principal: str | None
    account: str | None
    role: str | None
    session: str | None


UNKNOWN_CALLER = Caller(kind=CallerKind.UNKNOWN)
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_BROWSERS = ("Mozilla/", "[S3Console/", "S3Console/", "console.amazonaws.com", "signin.amazonaws.com")


def caller_of(identity: Members, *, console: bool = False) -> Caller:
    """The caller that a `userIdentity` names; one that names none is `unknown`."""
    make = _BY_TYPE.get(text_at(identity, "type") or "", _by_arn)
    context = identity.get("sessionContext")
    held: Members = context if isinstance(context, dict) else {}
    name = text_at(identity, "userName")
    known = make(identity)
    return Caller(
        kind=known["kind"],
        principal=_once(known.get("principal")),
        account=_once(known.get("account")),
        role=_once(known.get("role")),
        session=_once(known.get("session")),
        key=text_at(identity, "accessKeyId"),
        via=_once(text_at(identity, "invokedBy")),
        console=console,
        source_identity=_once(text_at(held, "sourceIdentity")),
        unique_id=_once(text_at(identity, "principalId")),
        issued=_once(text_at(held, "attributes", "creationDate")),
        name=None if name == _HIDDEN else _once(name),
        delegate=_once(text_at(identity, "invokedByDelegate", "accountId")),
    )


def _once(text: str | None) -> str | None:
    """The same text as one object: the sessions of a role share all but their key."""
    return None if text is None else intern(text)


def is_console(from_console: object, agent: str | None) -> bool:
    """Whether the console made a call: the record says so, or its agent is a browser or the console's (U15)."""
    return from_console is True or from_console == "true" or _is_browser(agent)


@lru_cache(4096)
def _is_browser(agent: str | None) -> bool:
    return (agent or "").startswith(_BROWSERS)


def _root(identity: Members) -> _Known:
    """U1; `userName` is the account's alias."""
    account = text_at(identity, "accountId")
    arn = text_at(identity, "arn") or (f"arn:aws:iam::{account}:root" if account else None)
    if arn is not None and ":assumed-root" in arn:
        arn = f"arn:{_partition(arn)}:iam::{account}:root"
    return _Known(kind=CallerKind.ROOT, principal=arn, account=account)


def _user(identity: Members) -> _Known:
    """U2: with a session context it is a session of the user, with the user's ARN (E57)."""
    arn = text_at(identity, "arn")
    return _Known(kind=CallerKind.USER, principal=arn, account=text_at(identity, "accountId") or _account(arn))


def _role_session(identity: Members) -> _Known:
    """U3: the session's ARN; the role is that of the issuer, with its path."""
    arn = text_at(identity, "arn")
    issuer = members_at(identity, "sessionContext", "sessionIssuer")
    session = arn.rpartition("/")[2] if arn is not None and "/" in arn else None
    session = session or (text_at(identity, "principalId") or "").partition(":")[2] or None
    return _Known(
        kind=CallerKind.ROLE_SESSION,
        principal=arn,
        account=text_at(identity, "accountId") or _account(arn),
        role=text_at(issuer, "arn"),
        session=session,
    )


def _role(identity: Members) -> _Known:
    """U4: some session of the role."""
    arn = text_at(identity, "arn")
    return _Known(
        kind=CallerKind.ROLE, principal=arn, account=text_at(identity, "accountId") or _account(arn), role=arn
    )


def _federated(identity: Members) -> _Known:
    """U5: the parent is the issuer that the record names, never guessed."""
    arn = text_at(identity, "arn")
    issuer = members_at(identity, "sessionContext", "sessionIssuer")
    return _Known(
        kind=CallerKind.FEDERATED,
        principal=arn,
        account=text_at(identity, "accountId") or _account(arn),
        role=text_at(issuer, "arn"),
        session=arn.rpartition("/")[2] if arn is not None else None,
    )


def _external(identity: Members) -> _Known:
    """U6: the provider, as far as the identity itself names it; the request looks into the parameters."""
    return _Known(kind=CallerKind.EXTERNAL, principal=text_at(identity, "identityProvider"))


def _service(identity: Members) -> _Known:
    """U7."""
    return _Known(kind=CallerKind.SERVICE, principal=text_at(identity, "invokedBy"))


def _account_seen(identity: Members) -> _Known:
    """U8: another account's principal as the resource's side saw it, or nobody."""
    account = text_at(identity, "accountId")
    if (account or "").lower() == "anonymous" or text_at(identity, "principalId") == "ANONYMOUS_PRINCIPAL":
        return _Known(kind=CallerKind.ANONYMOUS, principal="anonymous")
    return _Known(kind=CallerKind.ACCOUNT, principal=text_at(identity, "arn"), account=account)


def _identity_center(identity: Members) -> _Known:
    """U9: shown by the user id of the identity store."""
    user = text_at(identity, "onBehalfOf", "userId")
    return _Known(kind=CallerKind.IDENTITY_CENTER, principal=None, account=text_at(identity, "accountId"), session=user)


def _by_arn(identity: Members) -> _Known:
    """U9: of a type that says nothing, an ARN by its form; else no principal is known."""
    arn = text_at(identity, "arn")
    account = text_at(identity, "accountId")
    if arn is None:
        service = text_at(identity, "invokedBy")
        if service is not None and service.endswith(".amazonaws.com") and "userName" not in identity:
            return _Known(kind=CallerKind.SERVICE, principal=service, account=account)
        return _Known(kind=CallerKind.UNKNOWN, account=account)
    resource = arn.split(":", 5)[-1]
    for start, make in _BY_FORM.items():
        if resource.startswith(start):
            return make(identity)
    return _Known(kind=CallerKind.UNKNOWN, account=account or _account(arn), principal=arn)


def _account(arn: str | None) -> str | None:
    try:
        return (Arn.parse(arn).account or None) if arn is not None else None
    except MalformedArnError:
        return None


def _partition(arn: str) -> str:
    return arn.split(":", 2)[1]


_BY_TYPE: Mapping[str, Callable[[Members], _Known]] = MappingProxyType(
    {
        "Root": _root,
        "IAMUser": _user,
        "AssumedRole": _role_session,
        "Role": _role,
        "FederatedUser": _federated,
        "SAMLUser": _external,
        "WebIdentityUser": _external,
        "AWSService": _service,
        "AWSAccount": _account_seen,
        "IdentityCenterUser": _identity_center,
    }
)
_BY_FORM: Mapping[str, Callable[[Members], _Known]] = MappingProxyType(
    {
        "root": _root,
        "user/": _user,
        "assumed-role/": _role_session,
        "role/": _role,
        "federated-user/": _federated,
    }
)
