"""The keys of subjects: what something is known by in relations, comparisons and lists, and found by after a reload."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class KeyKind(StrEnum):
    """What a key names; the value stands before the name in the key's text."""

    ACCOUNT = "account"
    """An account as such, and as a principal (`arn:aws:iam::ID:root` in a policy)."""
    ROOT = "root"
    """The root user of an account."""
    INLINE = "inline"
    """An inline policy of a user, group or role."""
    ORGANIZATION = "organization"
    TARGET = "target"
    """The root or an organizational unit of an organization."""
    NAMED = ""
    """What has a name of its own: an ARN, the id of a VPC endpoint, a service principal, a provider, `*`."""


class InlineName(NamedTuple):
    """What an inline policy is known by: the ARN of its owner and its name."""

    owner: str
    name: str


class SubjectKey(str):
    """The key of a subject.

    It is text, so that a widget takes it as the key of a row and relations over 100,000 principals compare fast; only
    this class knows how the text is made. `SubjectKey(text)` reads what a widget gives back, and an ARN is its own key.
    """

    __slots__ = ()

    @classmethod
    def account(cls, account_id: str) -> SubjectKey:
        """The key of an account."""
        return cls(f"{KeyKind.ACCOUNT}:{account_id}")

    @classmethod
    def root(cls, account_id: str) -> SubjectKey:
        """The key of an account's root user."""
        return cls(f"{KeyKind.ROOT}:{account_id}")

    @classmethod
    def inline(cls, owner: str, name: str) -> SubjectKey:
        """The key of an inline policy: unambiguous whatever its owner's ARN and its name hold."""
        return cls(f"{KeyKind.INLINE}:{len(owner)}:{owner}{name}")

    @classmethod
    def organization(cls, organization_id: str) -> SubjectKey:
        """The key of an organization."""
        return cls(f"{KeyKind.ORGANIZATION}:{organization_id}")

    @classmethod
    def target(cls, target_id: str) -> SubjectKey:
        """The key of a root or an organizational unit."""
        return cls(f"{KeyKind.TARGET}:{target_id}")

    @property
    def kind(self) -> KeyKind:
        """What the key names."""
        prefix, colon, _ = self.partition(":")
        return KeyKind(prefix) if colon and prefix in _PREFIXES else KeyKind.NAMED

    @property
    def name(self) -> str:
        """The id after the kind; of what has a name of its own, that name."""
        return str(self) if self.kind is KeyKind.NAMED else self.partition(":")[2]

    @property
    def account_id(self) -> str:
        """The id of an account; empty for any other key."""
        return self.name if self.kind is KeyKind.ACCOUNT else ""

    @property
    def inline_name(self) -> InlineName | None:
        """Owner and name of an inline policy; `None` for any other key."""
        if self.kind is not KeyKind.INLINE:
            return None
        length, colon, rest = self.name.partition(":")
        if not colon or not length.isdecimal():
            return None
        return InlineName(rest[: int(length)], rest[int(length) :])


_PREFIXES = frozenset(kind.value for kind in KeyKind) - {KeyKind.NAMED}
EVERYONE = SubjectKey("*")
"""The key under which roles stand that anybody may try to assume."""
