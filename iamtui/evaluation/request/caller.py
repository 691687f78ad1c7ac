"""Who asks: the principal of a request, by kind, tied to the entity whose policies it carries (E7-E9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from iamtui.arn import Arn, MalformedArnError, is_account_id
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.principals import COGNITO
from iamtui.snapshot.model import Role, Snapshot, User


class CallerKind(StrEnum):
    """The kinds of principal that a request can come from (E7)."""

    USER = "user"
    ROLE = "role"  # some session of the role, its name unknown (E8)
    ROLE_SESSION = "role session"
    FEDERATED_USER = "federated user"
    ROOT = "root user"
    SERVICE = "AWS service"
    ANONYMOUS = "anonymous"
    EXTERNAL = "external identity"


WEB_IDENTITY_PROVIDERS = frozenset((*COGNITO, "www.amazon.com", "graph.facebook.com", "accounts.google.com"))
"""The providers that trust policies name without an ARN (L50)."""

_SERVICE = re.compile(
    r"[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\."
    r"(?:amazonaws\.(?:com|com\.cn|eu)|amazon\.com|c2s\.ic\.gov|sc2s\.sgov\.gov|aws\.internal)",
    re.ASCII,
)
"""How services name themselves: Alexa, that invokes functions, as `alexa-appkit.amazon.com` (Lambda Developer Guide,
Using AWS Lambda with Alexa), and those of partitions of their own by other domains (L73).
"""


class Caller(NamedTuple):
    """The principal of a request.

    Attributes:
        kind: what it is.
        text: as the request names it.
        partition: of its ARN; None for services, anonymous callers and providers without an ARN.
        account: its account; None where it has none (E3).
        name: of the user, role, federated user, service or provider.
        session: the name of a role session.
        entity: the user or role whose policies it carries; None where the snapshot does not hold it.
        entity_arn: the ARN of that user or role, path included as far as it is known.
        exported: whether the snapshot holds what there is to know of its identity policies.
        has_boundary: whether a permissions boundary is set (E50).
    """

    kind: CallerKind
    text: str
    name: str
    partition: str | None = None
    account: str | None = None
    session: str | None = None
    entity: User | Role | None = None
    entity_arn: str | None = None
    exported: bool = True
    has_boundary: bool = False

    @property
    def is_service_linked(self) -> bool:
        """A service-linked role: SCPs and RCPs do not bind it (E24, E35).

        Where it was not exported, by its path, or by the name that AWS gives such roles where only a session is named.
        """
        if isinstance(self.entity, Role):
            return self.entity.is_service_linked
        if self.kind is CallerKind.ROLE_SESSION:
            return self.name.startswith("AWSServiceRoleFor")
        return self.kind is CallerKind.ROLE and ":role/aws-service-role/" in self.text

    @property
    def unique_id(self) -> str | None:
        """The `AIDA…` or `AROA…` id of the entity behind it."""
        return self.entity.unique_id if self.entity is not None else None

    @property
    def has_account(self) -> bool:
        """Whether it belongs to an account, and so can be inside or outside the resource's (E3)."""
        return self.kind not in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL)

    @property
    def may_have_boundary(self) -> bool:
        """Users and roles can have a permissions boundary; it limits their sessions too (E47, E51)."""
        return self.has_account and self.kind is not CallerKind.ROOT

    @property
    def is_session_of_role(self) -> bool:
        """A role session, named or not."""
        return self.kind in (CallerKind.ROLE, CallerKind.ROLE_SESSION)


def identify(text: str, snapshot: Snapshot | None) -> Caller:
    """Recognise the principal of a request, and tie it to its user or role.

    Without a snapshot nothing but the text is known, and all that it says is taken as exported.

    Raises:
        RequestError: no form of a principal, or one that its exported account does not have.
    """
    if text == "anonymous":
        return Caller(CallerKind.ANONYMOUS, text, text)
    if not text.startswith("arn:"):
        return _without_arn(text)
    try:
        arn = Arn.parse(text)
    except MalformedArnError as error:
        raise RequestError(str(error)) from error
    if snapshot is not None and not is_account_id(arn.account):
        arn = arn._replace(account=snapshot.account_of(text))
    if not is_account_id(arn.account) and (snapshot is None or arn.account not in snapshot.accounts):
        raise RequestError(f"not an account id: {arn.account!r} in the principal {text!r}")
    named = _named(text, arn)
    tied = _Tied(None, named.entity_arn) if snapshot is None else _tied(text, named, arn, snapshot)
    entity = tied.entity
    return Caller(
        named.kind,
        text,
        named.name,
        arn.partition,
        arn.account,
        named.session,
        entity,
        tied.entity_arn,
        tied.exported,
        entity is not None and entity.boundary is not None,
    )


def caller_of(entity: User | Role, account: str) -> Caller:
    """The caller that the ARN of a user or role of an exported account names."""
    partition = entity.arn.split(":", 2)[1]
    kind = CallerKind.USER if isinstance(entity, User) else CallerKind.ROLE
    has_boundary = entity.boundary is not None
    return Caller(
        kind, entity.arn, entity.name, partition, account, None, entity, entity.arn, has_boundary=has_boundary
    )


def needs_no_arn(text: str) -> bool:
    """Whether a request names this principal without an ARN: a service, a web identity provider, or `anonymous`."""
    return text == "anonymous" or text in WEB_IDENTITY_PROVIDERS or _is_service(text)


def _is_service(text: str) -> bool:
    return text not in WEB_IDENTITY_PROVIDERS and _SERVICE.fullmatch(text) is not None


def _without_arn(text: str) -> Caller:
    if text in WEB_IDENTITY_PROVIDERS:
        return Caller(CallerKind.EXTERNAL, text, text)
    if _is_service(text):
        return Caller(CallerKind.SERVICE, text, text)
    raise RequestError(
        f"not a principal: {text!r} (expected the ARN of a user, role, session, federated user, root or provider, "
        "a service such as lambda.amazonaws.com, a web identity provider, or anonymous)"
    )


class _Named(NamedTuple):
    """What an ARN says of its bearer; `entity_arn` is as much as it tells of the user or role."""

    kind: CallerKind
    name: str
    entity_arn: str | None = None
    session: str | None = None


def _named(text: str, arn: Arn) -> _Named:
    kind, _, rest = arn.resource.partition("/")
    match (arn.service, kind):
        case ("iam", "root") if not rest:
            return _Named(CallerKind.ROOT, "root")
        case ("iam", "user") if arn.name:
            return _Named(CallerKind.USER, arn.name, text)
        case ("iam", "role") if arn.name:
            return _Named(CallerKind.ROLE, arn.name, text)
        case ("iam", "saml-provider" | "oidc-provider") if rest:
            return _Named(CallerKind.EXTERNAL, rest)
        case ("sts", "assumed-role"):
            role, _, session = rest.partition("/")
            if role and session and "/" not in session:
                role_arn = f"arn:{arn.partition}:iam::{arn.account}:role/{role}"
                return _Named(CallerKind.ROLE_SESSION, role, role_arn, session)
        case ("sts", "federated-user") if rest:
            return _Named(CallerKind.FEDERATED_USER, rest, f"arn:{arn.partition}:iam::{arn.account}:user/{rest}")  # E9
    raise RequestError(f"not the ARN of a principal: {text!r}")


class _Tied(NamedTuple):
    """What a snapshot holds of a caller."""

    entity: User | Role | None
    entity_arn: str | None
    exported: bool = True


def _tied(text: str, named: _Named, arn: Arn, snapshot: Snapshot) -> _Tied:
    if named.kind in (CallerKind.ROOT, CallerKind.EXTERNAL):
        return _Tied(None, named.entity_arn)
    account = snapshot.accounts.get(arn.account)
    if account is None or account.partition != arn.partition:
        return _Tied(None, named.entity_arn, exported=False)
    if named.kind is CallerKind.FEDERATED_USER:
        return _tied_federated(named, account.users)
    names = account.users if named.kind is CallerKind.USER else account.roles
    if names is None:
        return _Tied(None, named.entity_arn, exported=False)
    entity: User | Role | None = names.get(named.name.lower())
    if entity is None or (named.kind is not CallerKind.ROLE_SESSION and entity.arn != text):
        if not account.is_complete:
            return _Tied(None, named.entity_arn, exported=False)
        hint = f"; it has {entity.arn}" if entity is not None else ""
        raise RequestError(f"the exported account {arn.account} has no {named.kind} {text!r}{hint}")
    return _Tied(entity, entity.arn)


def _tied_federated(named: _Named, users: Mapping[str, User] | None) -> _Tied:
    """The parent is the user of the same name, if there is one (E9, UNCONFIRMED)."""
    if users is None:
        return _Tied(None, named.entity_arn, exported=False)
    parent = users.get(named.name.lower())
    if parent is None or parent.name != named.name:
        return _Tied(None, None)
    return _Tied(parent, parent.arn)
