"""Services that a principal may use and never did, as far back as AWS keeps it (FI55)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.analysis.findings.hygiene_case import AccountCase
from iamtui.analysis.findings.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.findings.own_statements import Owned, is_aws_managed, statements_in
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Role, User

_MOST_NAMED = 6
_UNTRACKED = ("iam:passrole",)
"""Actions that are no calls, so that last-accessed data never shows them (duo-labs/cloudmapper#678)."""


def unused_services(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Services that it is allowed and never called in the tracked time, and statements that could go (FI55)."""
    if isinstance(principal, Role) and (principal.is_service_linked or principal.is_identity_center):
        yield Clear("AWS made it")
        return
    known = (case.account.service_access or {}).get(principal.arn)
    age = case.days_since(principal.created)
    if known is None:
        yield Unknown()
    elif age is not None and age < case.limits.new:
        yield Clear("new")
    else:
        never = sorted(one.service for one in known if one.at is None)
        if never:
            more = len(never) - _MOST_NAMED
            named = ", ".join(never[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
            policies = [one for one in case.everybody.policies(principal.arn) if not is_aws_managed(one)]
            idle = [one for one in statements_in(policies) if _is_idle(one, frozenset(never))]
            could_go = [f"statement {one.statement.label} of {one.policy}" for one in idle]
            words = f"; {', '.join(could_go)} could go" if could_go else ""
            rows = (*(f"{service}: never" for service in never), *could_go)
            yield Found(f"may use {len(never):,} of {len(known):,} services that it never called: {named}{words}", rows)


def _is_idle(owned: Owned, never: frozenset[str]) -> bool:
    """Whether every action of an Allow is of services that were never called; a Deny is not unused."""
    return owned.is_allow and _services_of(owned.statement) <= never


def _services_of(statement: Statement) -> frozenset[str]:
    """The services whose actions a statement takes; of what is no call, one that nobody never called."""
    if statement.action.negated or any(statement.action.matches(one, one.partition(":")[0]) for one in _UNTRACKED):
        return frozenset(("",))
    found = (pattern.lower().partition(":")[0] for pattern in statement.action.patterns)
    return frozenset(one for service in found for one in (catalog.services() if "*" in service else (service,)))
