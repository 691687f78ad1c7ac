"""What every check of an account is given: the picture, the day, the limits, and who is an administrator (FI3-FI5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType

from iamtui.analysis.findings.hygiene_results import Limits
from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import Desk
from iamtui.policy.document import Document
from iamtui.snapshot.model import Account, Role, Snapshot, User


@dataclass(frozen=True)
class AccountCase:
    """One account under review."""

    snapshot: Snapshot
    account: Account
    at: datetime | None
    limits: Limits
    administrators: Administrators

    @property
    def root_arn(self) -> str:
        """The ARN of the account's root user."""
        return f"arn:{self.account.partition}:iam::{self.account.account_id}:root"

    def days_since(self, moment: datetime | None) -> int | None:
        """Whole days from a moment to the day of the review; None where either is not known."""
        if moment is None or self.at is None:
            return None
        return (self.at - (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))).days

    def administrator(self, principal: User | Role) -> Judged | None:
        """Whether a principal is an administrator, by what it is allowed (EP3); None: it is not."""
        return self._judged(principal.arn)

    @cached_property
    def _known(self) -> dict[str, Judged | None]:
        return {}

    def _judged(self, arn: str) -> Judged | None:
        if arn not in self._known:
            self._known[arn] = self.administrators.judge(self.snapshot, arn, self.account.account_id)
        return self._known[arn]

    def with_role(self, role: Role) -> Snapshot:
        """The picture with one role more."""
        roles = MappingProxyType({**(self.account.roles or {}), role.name.lower(): role})
        changed = replace(self.account, roles=roles)
        accounts = MappingProxyType({**self.snapshot.accounts, self.account.account_id: changed})
        return replace(self.snapshot, accounts=accounts)

    @cached_property
    def has_every_entity(self) -> bool:
        """Whether all users, groups and roles of the account were exported (I12)."""
        account = self.account
        return account.is_complete and None not in (account.users, account.groups, account.roles)

    @cached_property
    def attachments(self) -> Counter[str]:
        """How often each managed policy is attached or a boundary, as far as was exported."""
        return Counter(self._attached())

    def _attached(self) -> Iterator[str]:
        account = self.account
        for group in (account.groups or {}).values():
            yield from group.attached
        principals: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
        for entity in principals:
            yield from entity.attached
            if entity.boundary is not None:
                yield entity.boundary

    @cached_property
    def inline_holders(self) -> Counter[Document]:
        """How many users, groups and roles have each text inline."""
        account = self.account
        holders = [(names or {}).values() for names in (account.users, account.groups, account.roles)]
        return Counter(policy.document for group in holders for entity in group for policy in entity.inline)

    @cached_property
    def members(self) -> frozenset[str]:
        """The groups, in lower case, that have a member."""
        return frozenset(name.lower() for user in (self.account.users or {}).values() for name in user.groups)


def administrators_of(snapshot: Snapshot, at: datetime | None) -> Administrators:
    """Who judges administrators of a snapshot, for all its accounts."""
    return Administrators(Desk(snapshot, {}, at))
