"""How the root user is locked away (FI10-FI13)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.by_rule.guardrails import CENTRAL_ROOT
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.policy.lint import FindingSeverity


def root_key(case: AccountCase) -> Iterator[Answer]:
    """Access keys of root: active ones, else those that are there (FI10)."""
    root, summary = case.account.root, case.account.summary
    keys = None if root is None else root.access_keys
    if keys is not None:
        active = sum(key.active is not False for key in keys)
        if active:
            yield Found(
                f"root has {_keys(active)} that {'is' if active == 1 else 'are'} active", ("access_key_active",)
            )
        elif keys:
            yield Found(f"root has {_keys(len(keys))}, not active", ("access_key_active",), FindingSeverity.WARNING)
        return
    count = None if summary is None else summary.get("AccountAccessKeysPresent")
    if count is None:
        yield Unknown()
    elif count:
        yield Found("root has an access key", (f"AccountAccessKeysPresent {count}",))


def _keys(count: int) -> str:
    return "an access key" if count == 1 else f"{count} access keys"


def root_mfa(case: AccountCase) -> Iterator[Answer]:
    """Root without MFA, unless it has no password to protect (FI11)."""
    root, summary = case.account.root, case.account.summary or {}
    mfa = root.mfa if root is not None and root.mfa is not None else _flag(summary.get("AccountMFAEnabled"))
    if mfa is None:
        yield Unknown()
    elif not mfa:
        if (root is not None and root.console_password is False) or summary.get("AccountPasswordPresent") == 0:
            yield from _without_password(case)
        else:
            yield Found("root can sign in with its password alone", ("mfa_active false",))


def _without_password(case: AccountCase) -> Iterator[Answer]:
    """Root of a member that has no password: it can recover one, unless the organization manages it."""
    organization = case.snapshot.organization_of(case.account.account_id)
    if organization is None or organization.management_account == case.account.account_id:
        yield Clear("root has no password")
    elif organization.root_features is None:
        yield Unknown((EXPORTS["FE"],))
    elif CENTRAL_ROOT in organization.root_features:
        yield Clear("root has no password, and the organization manages it")
    else:
        yield Found("root has no password, and may recover one: without MFA", ("AccountPasswordPresent 0",))


def _flag(count: int | None) -> bool | None:
    return None if count is None else bool(count)


def virtual_mfa(case: AccountCase) -> Iterator[Answer]:
    """An MFA device of root that is virtual; that none is proves another only where root has MFA (FI12).

    The serial number of a virtual device is its ARN, whatever it is called: root may have several.
    """
    root = case.account.root
    devices = None if root is None else root.mfa_devices
    if devices is None:
        yield Unknown()
    elif any(":mfa/" in serial for serial in devices):
        yield Found("root's MFA is a virtual device", devices)
    elif any(isinstance(answer, Unknown) for answer in root_mfa(case)):
        yield Unknown()


def root_use(case: AccountCase) -> Iterator[Answer]:
    """When root last signed in or used a key (FI13); an account that is young was made with it."""
    root = case.account.root
    if root is None or case.at is None:
        yield Unknown()
        return
    uses = [("with its password", root.password_last_used, "")]
    for key in root.access_keys or ():
        if key.last_used is not None:
            where = f" for {key.last_used.service} in {key.last_used.region}" if key.last_used.service else ""
            uses.append(("with a key", key.last_used.at, where))
    age = case.days_since(root.made)
    is_young = age is not None and age <= case.limits.root_used
    young, severity = (f"; the account was made {days_ago(age or 0)}", FindingSeverity.INFO) if is_young else ("", None)
    for how, moment, where in uses:
        days = case.days_since(moment)
        if days is not None and days <= case.limits.root_used:
            yield Found(f"root was used {how}{where} {days_ago(days)}{young}", (f"last used {moment}",), severity)
    keys = root.access_keys
    if not root.tells_password_use or keys is None or any(key.last_used is None for key in keys):
        yield Unknown()


def days_ago(days: int) -> str:
    """`today`, `1 day ago`, `412 days ago`."""
    return "on the day of the export" if days <= 0 else f"{days:,} day{'' if days == 1 else 's'} before the export"
