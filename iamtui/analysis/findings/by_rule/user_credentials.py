"""Passwords, MFA and access keys of users (FI20, FI22, FI23, FI25-FI31, FI51).

A date of last use counts only while the password is enabled or the key active: AWS keeps it after both are gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from iamtui.analysis.findings.by_rule.root_user import days_ago
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import AccessKey, LastUsed, User

_MACHINES = frozenset(
    ("bot", "ci", "cd", "svc", "service", "jenkins", "terraform", "backup", "deploy", "deployer", "pipeline", "app")
)
_WITH_THE_USER = timedelta(hours=1)


def password_without_mfa(_: AccountCase, user: User) -> Iterator[Answer]:
    """A password that is enabled, and no MFA device (FI20)."""
    known = user.credentials
    if known is None or known.console_password is None:
        yield Unknown()
    elif not known.console_password:
        yield Clear("no password")
    elif known.mfa is None and known.mfa_devices is None:
        yield Unknown()
    elif not known.mfa and not known.mfa_devices:
        yield Found("has a password for the console and no MFA", ("password_enabled true", "mfa_active false"))


def password_and_keys(_: AccountCase, user: User) -> Iterator[Answer]:
    """Both a password and active keys (FI22)."""
    keys = _active(user)
    if keys is None or user.credentials is None or user.credentials.console_password is None:
        yield Unknown()
    elif user.credentials.console_password and keys:
        yield Found(f"has a password and {_count(len(keys))}", ("password_enabled true", _active_row(keys)))


def machine_with_password(case: AccountCase, user: User) -> Iterator[Answer]:
    """A user that looks like a program and has a password (FI23); that it is one is a guess, which is told."""
    known, keys = user.credentials, _active(user)
    if known is None or known.console_password is None or keys is None:
        yield Unknown()
        return
    named = next((word for word in re.split(r"[^a-z0-9]+", user.name.lower()) if word in _MACHINES), "")
    calls = any(key.last_used is not None and key.last_used.at is not None for key in keys)
    age = case.days_since(known.password_changed or user.created) or 0
    never = known.password_last_used is None and age >= case.limits.new
    if not known.console_password:
        return
    if not named and calls and never and not known.tells_password_use:
        yield Unknown()
    elif named or (calls and never):
        guess = f"its name has {named!r}" if named else "its key is used and its password never was"
        yield Found(f"has a password and looks like a program: {guess}", ("password_enabled true",))


def two_keys(case: AccountCase, user: User) -> Iterator[Answer]:
    """Two active keys; a rotation is under way while the newer one is new (FI25)."""
    keys = _active(user)
    if keys is None:
        yield Unknown()
    elif len(keys) > 1:
        ages = [age for key in keys if (age := case.days_since(key.created)) is not None]
        rotating = bool(ages) and min(ages) < case.limits.new
        message = f"has {len(keys)} active access keys" + (", the newer one made in these days" if rotating else "")
        yield Found(message, (_active_row(keys),), FindingSeverity.INFO if rotating else None)


def old_key(case: AccountCase, user: User) -> Iterator[Answer]:
    """An active key past the age limit (FI26)."""
    keys = _active(user)
    if keys is None:
        yield Unknown()
        return
    for key in keys:
        age = case.days_since(key.created)
        if age is None:
            yield Unknown()
        elif age > case.limits.key_age:
            yield Found(f"has a key{_name(key)} of {age:,} days", (f"last_rotated {key.created}",))


def unused_key(case: AccountCase, user: User) -> Iterator[Answer]:
    """An active key without use within the limit; never used counts from its making (FI27)."""
    keys = _active(user)
    if keys is None:
        yield Unknown()
        return
    for key in keys:
        yield from _unused(case, f"a key{_name(key)}", key.created, key.last_used)


def unused_password(case: AccountCase, user: User) -> Iterator[Answer]:
    """An enabled password without sign-in within the limit (FI28)."""
    known = user.credentials
    if known is None or known.console_password is None:
        yield Unknown()
    elif not known.console_password:
        yield Clear("no password")
    else:
        used = LastUsed(known.password_last_used) if known.tells_password_use else None
        yield from _unused(case, "a password", known.password_changed or user.created, used)


def _unused(case: AccountCase, what: str, made: datetime | None, used: LastUsed | None) -> Iterator[Answer]:
    age, idle = case.days_since(made), case.days_since(None if used is None else used.at)
    if age is not None and age < case.limits.new:
        yield Clear("new")
    elif used is None:
        yield Unknown()
    elif idle is not None:
        if idle > case.limits.unused:
            yield Found(f"has {what} last used {days_ago(idle)}", (f"last used {used.at}",))
    elif age is None:
        yield Unknown()
    elif age > case.limits.unused:
        yield Found(f"has {what} made {days_ago(age)} and never used", (f"made {made}", "never used"))


def key_by_habit(_: AccountCase, user: User) -> Iterator[Answer]:
    """A key made with a user who has a password, and never used (FI29)."""
    keys, known = _active(user), user.credentials
    if keys is None or known is None or known.console_password is None:
        yield Unknown()
    elif not known.console_password:
        yield Clear("no password")
    elif user.created is None:
        if keys:
            yield Unknown()
    else:
        for key in keys:
            never = key.last_used is not None and key.last_used.at is None
            if key.last_used is None or (never and key.created is None):
                yield Unknown()
            elif never and key.created is not None and abs(key.created - user.created) <= _WITH_THE_USER:
                yield Found(
                    f"has a key{_name(key)} that was made with the user and never used", (f"made {key.created}",)
                )


def long_term_key(_: AccountCase, user: User) -> Iterator[Answer]:
    """A key that is in use, with where (FI30)."""
    keys = _active(user)
    if keys is None:
        yield Unknown()
        return
    for key in keys:
        if key.last_used is None:
            yield Unknown()
        elif key.last_used.at is not None:
            where = f" for {key.last_used.service}" if key.last_used.service else ""
            where += f" in {key.last_used.region}" if key.last_used.region else ""
            yield Found(f"uses a long-term key{_name(key)}, last{where}", (f"last used {key.last_used.at}",))


def left_credentials(_: AccountCase, user: User) -> Iterator[Answer]:
    """Neither password nor key nor certificate; or a certificate, which only old APIs take (FI31)."""
    keys, known = _active(user), user.credentials
    certificates = None if known is None else known.certificates
    if known is None or certificates is None or any(one.active is None for one in certificates):
        yield Unknown()
        return
    active = [one for one in certificates if one.active]
    if active:
        named = ", ".join(one.certificate_id for one in active if one.certificate_id)
        what = "an active signing certificate" if len(active) == 1 else f"{len(active)} active signing certificates"
        rows = (f"{len(active)} × cert_active true",)
        yield Found(f"has {what}{f' ({named})' if named else ''}", rows, fix="Delete the certificate.")
    elif keys is None or known.console_password is None:
        yield Unknown()
    elif not keys and not known.console_password:
        yield Found("has neither a password nor an active access key", ("password_enabled false",))


def unused_user(case: AccountCase, user: User) -> Iterator[Answer]:
    """Everything that the user has to sign in with is unused (FI51)."""
    keys, known = _active(user), user.credentials
    if keys is None or known is None or known.console_password is None or case.at is None:
        yield Unknown()
        return
    ways = [*unused_key(case, user), *(unused_password(case, user) if known.console_password else ())]
    held = len(keys) + bool(known.console_password)
    if not held or sum(isinstance(way, Found | Unknown) for way in ways) < held:
        return
    if any(isinstance(way, Unknown) for way in ways):
        yield Unknown()
    else:
        yield Found("neither signed in nor used a key within the limit", tuple(_rows(ways)))


def _rows(ways: list[Answer]) -> Iterator[str]:
    for way in ways:
        if isinstance(way, Found):
            yield from way.rows


def _active(user: User) -> tuple[AccessKey, ...] | None:
    """The keys that are active; None where the export does not say what keys there are, or whether one is active."""
    keys = None if user.credentials is None else user.credentials.access_keys
    if keys is None or any(key.active is None for key in keys):
        return None
    return tuple(key for key in keys if key.active)


def _name(key: AccessKey) -> str:
    return "" if key.key_id is None else f" {key.key_id}"


def _count(count: int) -> str:
    return "an active access key" if count == 1 else f"{count} active access keys"


def _active_row(keys: tuple[AccessKey, ...]) -> str:
    return f"{len(keys)} × access_key_active true"
