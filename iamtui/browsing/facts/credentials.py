"""How a user or root can sign in, and when they last did; what no export says is said to be not exported (I20-I27)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iamtui.browsing.dates import last_used, moment
from iamtui.content.facts import Fact, FactSection
from iamtui.content.numbers import number_of
from iamtui.snapshot.model import AccessKey, Account, Credentials, ServiceAccess, User

_NOT_EXPORTED = "not exported"


def user_sections(account: Account | None, user: User) -> Iterator[FactSection]:
    """Password, MFA, keys and last activity of a user."""
    services = (account.service_access or {}).get(user.arn) if account is not None else None
    exported = account.exported if account is not None else None
    yield FactSection("Sign-in", tuple(_facts(user.credentials, services, exported)))


def root_sections(account: Account) -> Iterator[FactSection]:
    """The same of root; where no credential report was exported, what the account summary says (I23)."""
    summary = account.summary or {}
    known = account.root
    if known is None and summary:
        keys = summary.get("AccountAccessKeysPresent")
        yield FactSection("Sign-in", (_mfa(_flag(summary.get("AccountMFAEnabled")), None), _root_keys(keys)))
        yield FactSection("", (Fact("", "from the account summary: no credential report says more", tone="muted"),))
        return
    yield FactSection("Sign-in", tuple(_facts(known, None, account.exported)))


def _root_keys(count: int | None) -> Fact:
    if count is None:
        return Fact("access keys", _NOT_EXPORTED)
    return Fact("access keys", "⚠ there are some" if count else "none", tone="warn" if count else "plain")


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _facts(
    credentials: Credentials | None, services: tuple[ServiceAccess, ...] | None, exported: datetime | None
) -> Iterator[Fact]:
    if credentials is None:
        yield Fact("credentials", _NOT_EXPORTED, tone="muted")
    else:
        yield from _passwords(credentials)
        yield _mfa(credentials.mfa, credentials.mfa_devices)
        yield from _keys(credentials.access_keys, exported)
    last = _last_activity(credentials, services)
    if last is not None:
        yield Fact("last activity", last)


def _passwords(credentials: Credentials) -> Iterator[Fact]:
    has = credentials.console_password
    yield Fact("console password", _NOT_EXPORTED if has is None else "yes" if has else "no")
    if has is False:
        return
    used, changed = credentials.password_last_used, credentials.password_changed
    if has or used is not None:
        never = "never" if credentials.tells_password_use else _NOT_EXPORTED
        yield Fact("password last used", moment(used) if used is not None else never)
    if changed is not None:
        yield Fact("password changed", moment(changed))


def _mfa(has: bool | None, devices: tuple[str, ...] | None) -> Fact:  # noqa: FBT001 - the three states of one field
    if has is None and not devices:  # that no virtual device is listed says nothing of others
        return Fact("MFA", _NOT_EXPORTED)
    if not (has or devices):
        return Fact("MFA", "⚠ no", tone="warn")
    return Fact("MFA", f"yes: {', '.join(devices)}" if devices else "yes")


def _keys(keys: tuple[AccessKey, ...] | None, exported: datetime | None) -> Iterator[Fact]:
    if keys is None:
        yield Fact("access keys", _NOT_EXPORTED)
    elif not keys:
        yield Fact("access keys", "none")
    for key in keys or ():
        state = "active" if key.active else "state not exported" if key.active is None else "inactive"
        parts = [f"{key.key_id or 'id not exported'}, {state}", _age(key.created, exported)]
        parts.append(f"last used {last_used(key.last_used)}")
        yield Fact("access key", ", ".join(parts))


def _age(created: datetime | None, exported: datetime | None) -> str:
    if created is None:
        return "age not exported"
    if exported is None or exported < created:
        return f"created {created:%Y-%m-%d}"
    return f"created {created:%Y-%m-%d}, {number_of((exported - created).days, 'day')} before the export was written"


def _last_activity(credentials: Credentials | None, services: tuple[ServiceAccess, ...] | None) -> str | None:
    """The latest of all that is known; None if nothing is."""
    found: list[tuple[datetime, str]] = []
    if credentials is not None and credentials.password_last_used is not None:
        found.append((credentials.password_last_used, "password"))
    uses = [key.last_used for key in (credentials.access_keys if credentials is not None else None) or ()]
    found += [
        (use.at, f"access key, {use.service or 'service not exported'}")
        for use in uses
        if use is not None and use.at is not None
    ]
    found += [(access.at, access.service) for access in services or () if access.at is not None]
    if not found:
        return None
    at, how = max(found)
    return f"{moment(at)}, {how}"
