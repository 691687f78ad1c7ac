"""Roles that principals may take or pass by a wildcard, counted by decision (FI45, FI46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.everybody import NO_KEYS
from iamtui.analysis.findings.hygiene_case import AccountCase
from iamtui.analysis.findings.hygiene_results import Answer, Found
from iamtui.analysis.findings.outsiders import stranger_of
from iamtui.analysis.findings.own_statements import own_statements
from iamtui.analysis.findings.powers import told_elsewhere
from iamtui.analysis.paths.asking import FRESH
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Role, User

_MOST_ROLES = 12
"""So many roles are asked about, administrators first; where there are more the count is a least one."""
_MOST_TOLD = 4


def wild_assumption(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Roles that it can take today because a pattern names them, and whether it means other accounts too (FI45)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    patterns = _wild(case, principal, "sts:AssumeRole")
    if not patterns:
        return
    roles = [role for role in case.roles_for_principals if role.arn != principal.arn]
    taken = [role for role in roles[:_MOST_ROLES] if _may(case, principal, "sts:AssumeRole", role.arn)]
    elsewhere_arn = f"arn:{case.account.partition}:iam::{stranger_of(case.snapshot)}:role/{FRESH}"
    reaches_out = case.everybody.label(principal.arn, "sts:AssumeRole", elsewhere_arn) is not None
    if taken:
        beyond = ", and roles of any other account that trusts it" if reaches_out else ""
        yield Found(
            f"can take {_counted(taken, roles)} by the pattern {patterns[0]}: {_named(taken)}{beyond}",
            tuple(f"{principal.arn} sts:AssumeRole {role.arn}" for role in taken),
        )
    elif reaches_out:
        message = f"may take by the pattern {patterns[0]} roles of any other account that trusts it"
        yield Found(message, (f"{principal.arn} sts:AssumeRole {elsewhere_arn}",))


def wild_passing(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Roles that it may pass to the services that they trust, because a pattern names them (FI46)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    patterns = _wild(case, principal, "iam:PassRole")
    if not patterns:
        return
    roles = case.roles_for_services
    passed: dict[str, tuple[Role, str]] = {}
    for role in roles[:_MOST_ROLES]:
        for service in _services(role):
            if _may(case, principal, "iam:PassRole", role.arn, {"iam:PassedToService": KeyValue.of(service)}):
                passed.setdefault(role.arn, (role, service))
    if passed:
        found = [role for role, _ in passed.values()]
        yield Found(
            f"may pass {_counted(found, roles)} by the pattern {patterns[0]}: {_named(found)}",
            tuple(f"{principal.arn} iam:PassRole {role.arn} to {service}" for role, service in passed.values()),
        )
    elif not roles and any(
        _may(case, principal, "iam:PassRole", one) for one in case.everybody.fresh(case.account, "iam:PassRole")
    ):
        message = f"may pass roles by the pattern {patterns[0]}; none of today's trusts a service"
        yield Found(message, (f"iam:PassRole {patterns[0]}",), FindingSeverity.INFO)


def _may(
    case: AccountCase, principal: User | Role, action: str, role: str, context: Mapping[str, KeyValue] = NO_KEYS
) -> bool:
    """Whether one is allowed it, whatever is not known."""
    return case.everybody.asked(action, role, context).get(principal.arn) == "allowed"


def _counted(found: list[Role], roles: list[Role]) -> str:
    more = " or more" if len(roles) > _MOST_ROLES else ""
    return f"{len(found)}{more} role{'s' if more or len(found) > 1 else ''}"


def _named(roles: list[Role]) -> str:
    more = len(roles) - _MOST_TOLD
    return ", ".join(role.name for role in roles[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _wild(case: AccountCase, principal: User | Role, action: str) -> list[str]:
    """The patterns with wildcards by which an Allow names roles for an action."""
    service = action.partition(":")[0]
    found: dict[str, None] = {}
    for owned in own_statements(case.snapshot, principal):
        element = owned.statement.resource
        if owned.is_allow and element is not None and owned.statement.action.matches(action.lower(), service):
            texts = ["*"] if element.negated else [one.text for one in element.patterns]
            found.update(dict.fromkeys(text for text in texts if text == "*" or _is_wild_role(text)))
    return list(found)


def _is_wild_role(pattern: str) -> bool:
    resource = pattern.split(":", 5)[5:6]
    return bool(resource) and resource[0].startswith(("role/", "*")) and "*" in pattern


def _services(role: Role) -> list[str]:
    if role.trust is None:
        return []
    entries = external_access(role.trust, "", PolicyKind.TRUST)
    return list(dict.fromkeys(one.entry.text for one in entries if one.entry.kind is EntryKind.SERVICE))
