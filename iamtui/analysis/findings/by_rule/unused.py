"""Services and actions that a principal may use and never did, as far back as AWS keeps it (FI55)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.findings.asking.own_statements import is_aws_managed, statements_in
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Role, ServiceAccess, User

_MOST_NAMED = 6
_UNTRACKED = frozenset(("iam:passrole",))
"""Actions that are no calls, so that last-accessed data never shows them (duo-labs/cloudmapper#678)."""


class _Never(NamedTuple):
    """What was never called, attempts included: services, and actions of services that were; in lower case."""

    services: frozenset[str]
    actions: frozenset[str]

    def has(self, action: str) -> bool:
        """Whether an action is of it; one that AWS does not track is not known to be."""
        folded = action.lower()
        return folded not in _UNTRACKED and (folded.partition(":")[0] in self.services or folded in self.actions)


def unused_services(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """What it is allowed and never called in the tracked time, and statements that could go (FI55)."""
    if isinstance(principal, Role) and principal.is_made_by_aws:
        yield Clear("AWS made it")
        return
    known = (case.account.service_access or {}).get(principal.arn)
    age = case.days_since(principal.created)
    if known is None:
        yield Unknown()
    elif age is not None and age < case.limits.new:
        yield Clear("new")
    else:
        yield from _unused(case, principal, known)


def _unused(case: AccountCase, principal: User | Role, known: tuple[ServiceAccess, ...]) -> Iterator[Answer]:
    services = sorted(one.service for one in known if one.at is None)
    actions = list(_actions(case, principal, known))
    if not services and not actions:
        return
    told = []
    if services:
        told.append(f"{len(services):,} of {len(known):,} services that it never called: {_named(services)}")
    if actions:
        told.append(f"{len(actions):,} action{'s' if len(actions) > 1 else ''} that it never called: {_named(actions)}")
    never = _Never(frozenset(map(str.lower, services)), frozenset(map(str.lower, actions)))
    policies = [one for one in case.everybody.policies(principal.arn) if not is_aws_managed(one)]
    idle = [one for one in statements_in(policies) if _is_idle(one.statement, never)]
    could_go = [f"statement {one.statement.label} of {one.policy}" for one in idle]
    rows = (*(f"{one}: never" for one in (*services, *actions)), *could_go)
    words = f"; {', '.join(could_go)} could go" if could_go else ""
    yield Found(f"may use {', and '.join(told)}{words}", rows)


def _actions(case: AccountCase, principal: User | Role, known: tuple[ServiceAccess, ...]) -> Iterator[str]:
    """Tracked actions of services that were called, which are allowed and were never called themselves."""
    for service in known:
        for name, used in service.actions if service.at is not None else ():
            action = f"{service.service}:{name}"
            able = case.everybody.able(case.account, principal.arn, action) if used is None else None
            if able is not None and able.label != "possible":
                yield action


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _is_idle(statement: Statement, never: _Never) -> bool:
    """Whether every action of an Allow was never called; a Deny is not unused."""
    element = statement.action
    if statement.effect is not Effect.ALLOW or element.negated:
        return False
    return all(_was_never(pattern.lower(), never) for pattern in element.patterns)


def _was_never(pattern: str, never: _Never) -> bool:
    """Whether all that a pattern takes was never called; of what AWS does not list only the service is known."""
    found = catalog.matching(pattern)
    return all(map(never.has, found)) if found else never.has(pattern)
