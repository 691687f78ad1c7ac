"""The moment of a snapshot: the newest date in it, unless somebody states it (J5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from iamtui.snapshot.model import Account, Credentials, Snapshot


def snapshot_moment(snapshot: Snapshot) -> datetime | None:
    """The newest date that the export itself holds: it was made no earlier. None where it holds none."""
    found = [moment for account in snapshot.accounts.values() for moment in _dates(account) if moment is not None]
    return max((_in_utc(moment) for moment in found), default=None)


def _dates(account: Account) -> Iterator[datetime | None]:
    for user in (account.users or {}).values():
        yield user.created
        yield from _of_credentials(user.credentials)
    for group in (account.groups or {}).values():
        yield group.created
    for role in (account.roles or {}).values():
        yield role.created
        yield None if role.last_used is None else role.last_used.at
    for policy in (account.policies or {}).values():
        if not policy.is_aws_managed:
            yield from (policy.created, policy.updated, *(version.created for version in policy.versions))


def _of_credentials(credentials: Credentials | None) -> Iterator[datetime | None]:
    if credentials is None:
        return
    yield from (credentials.password_last_used, credentials.password_changed)
    for key in credentials.access_keys or ():
        yield key.created
        yield None if key.last_used is None else key.last_used.at


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
