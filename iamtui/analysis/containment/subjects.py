"""Who is to be contained: from what a user types to the entity, its keys and its sessions (B3, B9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamtui.snapshot.model import Role, Snapshot, User
from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.selecting import is_caller
from iamtui.trail.trail import Trail
from iamtui.trail.views.keys import owner_of

_LONGEST = 200  # characters of a name in a message


class SubjectError(ValueError):
    """Nobody, or several, are meant; the message lists them."""


class SubjectKind(StrEnum):
    """What is to be contained."""

    USER = "user"
    ROLE = "role"
    ROOT = "root"
    IDENTITY_CENTER = "Identity Center user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is to be contained.

    Attributes:
        kind: what it is.
        principal: the ARN of the user, role or root.
        account: its account.
        key: the access key that was named; None if the principal was.
        session: the session that was named, of a role or of Identity Center.
    """

    kind: SubjectKind
    principal: str
    account: str
    key: str | None = None
    session: str | None = None

    @property
    def name(self) -> str:
        """The name without path."""
        return self.principal.rpartition("/")[2]

    def is_caller(self, caller: Caller) -> bool:
        """Whether a call was the subject's own: its keys', or its sessions'."""
        if self.session is not None and caller.session != self.session:
            return False
        return self.principal in (caller.principal, caller.role) or (
            self.kind is SubjectKind.ROLE and is_caller(caller, self.principal)
        )


def subject_of(who: str, trail: Trail | None, snapshot: Snapshot | None) -> Subject:
    """The subject that `who` means: an ARN, a name, a unique id, or an access key id.

    Raises:
        SubjectError: nothing of that name, or several.
    """
    if who[:4] in ("AKIA", "ASIA"):
        owner = owner_of(who, trail, snapshot)
        if owner is None:
            raise SubjectError(f"{_brief(who)}: nothing that was read says whose key this is")
        return _of_arn(owner.principal, key=who)
    found = dict.fromkeys([*_exported(who, snapshot), *_seen(who, trail)])
    if len(found) > 1:
        named = ", ".join(_brief(arn) for arn in list(found)[:8])
        raise SubjectError(f"{_brief(who)}: expected one principal, {len(found)} are called so: {named}")
    if not found:
        if who.startswith("arn:"):
            return _of_arn(who)
        raise SubjectError(f"{_brief(who)}: neither the events nor the export know who this is")
    return _of_arn(next(iter(found)), session=who.rpartition("/")[2] if ":assumed-role/" in who else None)


def _exported(who: str, snapshot: Snapshot | None) -> list[str]:
    found: list[str] = []
    for account in snapshot.accounts.values() if snapshot is not None else ():
        entities: list[User | Role] = [*(account.users or {}).values(), *(account.roles or {}).values()]
        for entity in entities:
            kind = "user" if isinstance(entity, User) else "role"
            names = (entity.arn, entity.unique_id, entity.name, f"{kind}/{entity.name}")
            if who in names or _is_session(who, entity):
                found.append(entity.arn)
    return found


def _is_session(who: str, entity: User | Role) -> bool:
    parts = who.split(":", 5)
    return (
        isinstance(entity, Role)
        and len(parts) == 6
        and parts[5].startswith("assumed-role/")
        and parts[5].split("/")[1] == entity.name
        and parts[4] == entity.arn.split(":", 5)[4]
    )


def _seen(who: str, trail: Trail | None) -> list[str]:
    found = []
    for caller in trail.columns.callers.in_order if trail is not None else ():
        names = (caller.principal, caller.role, caller.name, (caller.entity or "").rpartition("/")[2], caller.unique_id)
        if caller.entity is not None and caller.kind is not CallerKind.SERVICE and who in names:
            found.append(caller.entity)
    return found


def _of_arn(arn: str, key: str | None = None, session: str | None = None) -> Subject:
    parts = arn.split(":", 5)
    if len(parts) != 6:
        raise SubjectError(f"{_brief(arn)}: expected a user, a role or root")
    account, resource = parts[4], parts[5]
    if resource.startswith("assumed-role/"):
        name = resource.split("/")[1]
        arn, session = f"arn:{parts[1]}:iam::{account}:role/{name}", session or resource.rpartition("/")[2]
        resource = f"role/{name}"
    if resource == "root":
        return Subject(kind=SubjectKind.ROOT, principal=arn, account=account, key=key)
    if resource.startswith("user/"):
        return Subject(kind=SubjectKind.USER, principal=arn, account=account, key=key)
    if resource.startswith("role/aws-reserved/sso.amazonaws.com/") or "role/AWSReservedSSO_" in arn:
        return Subject(kind=SubjectKind.IDENTITY_CENTER, principal=arn, account=account, key=key, session=session)
    if resource.startswith("role/"):
        return Subject(kind=SubjectKind.ROLE, principal=arn, account=account, key=key, session=session)
    raise SubjectError(f"{_brief(arn)}: expected a user, a role or root")


def _brief(name: str) -> str:
    """A name as a message shows it; an export may hold one of any length."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
