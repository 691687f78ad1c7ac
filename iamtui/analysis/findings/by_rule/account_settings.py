"""The password policy of an account, how people sign in to it, and its certificates (FI31, FI32, FI71)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.analysis.findings.by_rule.root_user import days_ago
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Limits, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.snapshot.model import Exported

_SEVERAL = 3  # people with passwords before federation is worth its effort
_SAML = ":saml-provider/"
_KINDS = frozenset(("saml-provider", "oidc-provider"))
_ASKED = (
    ("RequireSymbols", "asks for no symbol"),
    ("RequireNumbers", "asks for no number"),
    ("RequireUppercaseCharacters", "asks for no upper case letter"),
    ("RequireLowercaseCharacters", "asks for no lower case letter"),
)


def password_policy(case: AccountCase) -> Iterator[Answer]:
    """No password policy, or one that asks for less than the limits (FI32); expiry is left to taste."""
    account, limits = case.account, case.limits
    if account.password_policy_state is Exported.NONE:
        if _people(case) == 0:
            yield Clear("no user has a password")
        else:
            yield Found("no password policy is set, so 8 characters are enough", ("NoSuchEntity",))
        return
    policy = account.password_policy
    if account.password_policy_state is Exported.UNKNOWN or policy is None:
        yield Unknown()
    elif _people(case) == 0:
        yield Clear("no user has a password")
    else:
        length, reuse = int(policy.get("MinimumPasswordLength", 0)), int(policy.get("PasswordReusePrevention", 0))
        lacks = [words for name, words in _ASKED if not policy.get(name)]
        if length < limits.password_length:
            lacks.insert(0, f"is content with {length} characters instead of {limits.password_length}")
        if reuse < limits.password_reuse:
            lacks.append(f"remembers {reuse} passwords instead of {limits.password_reuse}")
        lacks += _as_set(policy, limits)
        if lacks:
            yield Found(f"the password policy {', '.join(lacks)}", (f"MinimumPasswordLength {length}",))


def _as_set(policy: Mapping[str, int | bool], limits: Limits) -> Iterator[str]:
    """What the policy lacks of own change, age and hard expiry, as far as they are asked for."""
    if limits.password_change and not policy.get("AllowUsersToChangePassword"):
        yield "does not let users change their own password"
    age = int(policy.get("MaxPasswordAge", 0))
    if limits.password_age and not 0 < age <= limits.password_age:
        yield f"lets passwords live {f'{age} days' if age else 'for ever'} instead of {limits.password_age} days"
    if limits.password_hard_expiry and not policy.get("HardExpiry"):
        yield "lets whoever holds an expired password set a new one"


def _people(case: AccountCase) -> int | None:
    """How many users have a password; None where that was not exported of each."""
    users = case.account.users
    if users is None:
        return None
    known = [None if user.credentials is None else user.credentials.console_password for user in users.values()]
    return None if None in known and not any(known) else sum(bool(one) for one in known)


def federation(case: AccountCase) -> Iterator[Answer]:
    """Several people with passwords and no provider; a SAML provider that expired or that no role trusts (FI71)."""
    account = case.account
    for provider in (account.providers or {}).values():
        if _is_of_aws(provider.arn):
            continue
        days = case.days_since(provider.valid_until)
        if _SAML in provider.arn and days is None:
            yield Unknown()
        if days is not None and days >= 0:
            yield Found(f"the SAML provider {provider.arn} expired {days_ago(days)}", (provider.arn,))
        elif _SAML in provider.arn and provider.arn not in case.trusted_providers:
            if case.reads_every_trust:
                yield Found(f"no role trusts the SAML provider {provider.arn}", (provider.arn,))
            else:
                yield Unknown((EXPORTS["GA"],))
    reserved = any(role.is_identity_center for role in (account.roles or {}).values())
    people = _people(case)
    if reserved or account.providers:
        return
    is_open = account.roles is None or not account.listed_providers >= _KINDS
    if people is None or is_open or (people < _SEVERAL and _may_be_more(case)):
        yield Unknown()
    elif people >= _SEVERAL:
        yield Found(f"{people} users sign in with passwords of their own, and nobody through a provider")


def _is_of_aws(provider: str) -> bool:
    """Whether Identity Center made a provider: who has no permission set in the account cannot delete it."""
    name = provider.rpartition("/")[2]
    return name.startswith("AWSSSO_") and name.endswith("_DO_NOT_DELETE")


def _may_be_more(case: AccountCase) -> bool:
    """Whether it was not exported of some user that he has no password."""
    credentials = (user.credentials for user in (case.account.users or {}).values())
    return any(one is None or one.console_password is None for one in credentials)


def expired_certificates(case: AccountCase) -> Iterator[Answer]:
    """Server certificates of the account that have expired (FI31)."""
    certificates = case.account.server_certificates
    if certificates is None:
        yield Unknown((EXPORTS["SC"],))
        return
    for one in certificates:
        days = case.days_since(one.expires)
        if days is None:
            yield Unknown((EXPORTS["SC"],))
        elif days >= 0:
            message = f"the server certificate {one.arn.rpartition('/')[2]} expired {days_ago(days)}"
            yield Found(message, (one.arn,), fix="Delete the certificate; keep new ones in AWS Certificate Manager.")
