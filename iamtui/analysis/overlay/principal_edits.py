"""Edits of users, groups and roles: each states what one thing of one of them shall be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iamtui.analysis.overlay.placing import (
    Bearer,
    MissingThingError,
    bearer_at,
    role_at,
    user_at,
    with_bearer,
)
from iamtui.policy.document import Document
from iamtui.snapshot.model import AccessKey, Credentials, Group, InlinePolicy, Role, Snapshot, User


@dataclass(frozen=True, slots=True)
class SetInlinePolicy:
    """An inline policy of a user, group or role says this; None: it has no policy of that name."""

    owner: str
    name: str
    document: Document | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        owner = bearer_at(snapshot, self.owner)
        kept = {policy.name: policy for policy in owner.inline if policy.name != self.name or self.document is not None}
        if self.document is not None:
            kept[self.name] = InlinePolicy(self.name, self.document)
        return with_bearer(snapshot, self.owner, replace(owner, inline=tuple(kept.values())))

    def as_held(self, snapshot: Snapshot) -> SetInlinePolicy:
        """What the picture holds in its place."""
        held = (one.document for one in bearer_at(snapshot, self.owner).inline if one.name == self.name)
        return replace(self, document=next(held, None))


@dataclass(frozen=True, slots=True)
class SetAttachment:
    """A managed policy is attached to a user, group or role, or is not."""

    target: str
    policy: str
    attached: bool

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        target = bearer_at(snapshot, self.target)
        if self.attached:
            attached = tuple(dict.fromkeys((*target.attached, self.policy)))
        else:
            attached = tuple(arn for arn in target.attached if arn != self.policy)
        return with_bearer(snapshot, self.target, replace(target, attached=attached))

    def as_held(self, snapshot: Snapshot) -> SetAttachment:
        """What the picture holds in its place."""
        return replace(self, attached=self.policy in bearer_at(snapshot, self.target).attached)


@dataclass(frozen=True, slots=True)
class SetBoundary:
    """The permissions boundary of a user or role is this policy; None: it has none."""

    principal: str
    policy: str | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        return with_bearer(snapshot, self.principal, replace(self._principal(snapshot), boundary=self.policy))

    def as_held(self, snapshot: Snapshot) -> SetBoundary:
        """What the picture holds in its place."""
        return replace(self, policy=self._principal(snapshot).boundary)

    def _principal(self, snapshot: Snapshot) -> User | Role:
        found = bearer_at(snapshot, self.principal)
        if isinstance(found, Group):
            raise MissingThingError(f"{self.principal}: a group has no permissions boundary")
        return found


@dataclass(frozen=True, slots=True)
class SetMembership:
    """A user is a member of a group, or is not; `group` is a name, of the same account."""

    user: str
    group: str
    member: bool

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        user = user_at(snapshot, self.user)
        others = tuple(name for name in user.groups if name.lower() != self.group.lower())
        groups = (*others, self.group) if self.member else others
        return with_bearer(snapshot, self.user, replace(user, groups=groups))

    def as_held(self, snapshot: Snapshot) -> SetMembership:
        """What the picture holds in its place."""
        held = {name.lower() for name in user_at(snapshot, self.user).groups}
        return replace(self, member=self.group.lower() in held)


@dataclass(frozen=True, slots=True)
class SetTrust:
    """The trust policy of a role says this."""

    role: str
    document: Document | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        return with_bearer(snapshot, self.role, replace(role_at(snapshot, self.role), trust=self.document))

    def as_held(self, snapshot: Snapshot) -> SetTrust:
        """What the picture holds in its place."""
        return replace(self, document=role_at(snapshot, self.role).trust)


@dataclass(frozen=True, slots=True)
class SetKey:
    """An access key of a user is active, or inactive; None: there is none of that id."""

    user: str
    key_id: str
    active: bool | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        user = user_at(snapshot, self.user)
        credentials = user.credentials or Credentials()
        kept = {key.key_id or f"#{place}": key for place, key in enumerate(credentials.access_keys or ())}
        if self.active is None:
            kept.pop(self.key_id, None)
        else:
            kept[self.key_id] = replace(kept.get(self.key_id) or AccessKey(self.key_id, None), active=self.active)
        changed = replace(credentials, access_keys=tuple(kept.values()))
        return with_bearer(snapshot, self.user, replace(user, credentials=changed))

    def as_held(self, snapshot: Snapshot) -> SetKey:
        """What the picture holds in its place."""
        credentials = user_at(snapshot, self.user).credentials
        held = () if credentials is None else credentials.access_keys or ()
        return replace(self, active=next((one.active for one in held if one.key_id == self.key_id), None))


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A user has a password for the console, or has none; None: nobody knows."""

    user: str
    has: bool | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        user = user_at(snapshot, self.user)
        changed = replace(user.credentials or Credentials(), console_password=self.has)
        return with_bearer(snapshot, self.user, replace(user, credentials=changed))

    def as_held(self, snapshot: Snapshot) -> SetPassword:
        """What the picture holds in its place."""
        credentials = user_at(snapshot, self.user).credentials
        return replace(self, has=None if credentials is None else credentials.console_password)


@dataclass(frozen=True, slots=True)
class SetBearer:
    """A user, group or role is this as a whole; None: it is deleted."""

    arn: str
    bearer: Bearer | None

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        return with_bearer(snapshot, self.arn, self.bearer)

    def as_held(self, snapshot: Snapshot) -> SetBearer:
        """What the picture holds in its place."""
        try:
            return replace(self, bearer=bearer_at(snapshot, self.arn))
        except MissingThingError:
            return replace(self, bearer=None)
