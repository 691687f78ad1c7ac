"""What readers say: small statements about accounts, resources and organizations, put together by `assembling`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.snapshot.model import Group, ManagedPolicy, Role, User


@dataclass(frozen=True, slots=True)
class IamEntities:
    """A page of IAM entities of one or several accounts; a kind that is `None` is not in the page (I12)."""

    users: tuple[User, ...] | None = None
    groups: tuple[Group, ...] | None = None
    roles: tuple[Role, ...] | None = None
    policies: tuple[ManagedPolicy, ...] | None = None
    is_truncated: bool = False


Fact: TypeAlias = IamEntities
