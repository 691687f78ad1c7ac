"""Roles that principals may take or pass by a wildcard, counted by decision (FI45, FI46)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from iamtui.analysis.findings.asking.able import NO_KEYS
from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.review.hygiene_case import PRINCIPALS, SERVICES, AccountCase, Given, Meant
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern, resource_pattern
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.meeting import may_meet
from iamtui.snapshot.model import Role, User

_MOST_TOLD = 4
_MOST_ELSEWHERE = 12
"""So many roles of other accounts are asked about."""
_Find = Callable[[AccountCase, User | Role, Sequence[Role]], Iterator[tuple[Role, str]]]


def wild_assumption(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Roles that it can take today because a pattern names them, and whether it means other accounts too (FI45)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    patterns = _wild(case, principal, "sts:AssumeRole")
    if not patterns:
        return
    roles = case.trusting(PRINCIPALS, patterns)
    given = _shared(case, principal, "sts:AssumeRole", roles.first, _taken)
    others = list(islice(_roles_elsewhere(case, patterns), _MOST_ELSEWHERE))
    taken = [role for role, _ in (*given.found, *_taken(case, principal, others))]
    beyond = _beyond(case, principal, patterns)
    if taken:
        and_more = f", and roles of {beyond[1]} that trusts it" if beyond else ""
        yield Found(
            f"can take {_counted(taken, roles)} by {_meaning(patterns, taken)}: {_named(taken)}{and_more}",
            tuple(f"{principal.arn} sts:AssumeRole {role.arn}" for role in taken),
        )
    elif beyond:
        pattern, account, role = beyond
        message = f"may take by the pattern {pattern.text} roles of {account} that trusts it"
        yield Found(message, (f"{principal.arn} sts:AssumeRole {role}",))
    elif given.is_open:
        yield Unknown((EXPORTS["OR"], EXPORTS["GA"]))


def wild_passing(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Roles that it may pass to the services that they trust, because a pattern names them (FI46)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    patterns = _wild(case, principal, "iam:PassRole")
    if not patterns:
        return
    roles = case.trusting(SERVICES, patterns)
    given = _shared(case, principal, "iam:PassRole", roles.first, _passed)
    if given.found:
        found = [role for role, _ in given.found]
        yield Found(
            f"may pass {_counted(found, roles)} by {_meaning(patterns, found)}: {_named(found)}",
            tuple(
                f"{principal.arn} iam:PassRole {role.arn} iam:PassedToService {service}"
                for role, service in given.found
            ),
        )
    elif given.is_open:
        yield Unknown((EXPORTS["OR"], EXPORTS["GA"]))
    elif not roles.of and any(
        _may(case, principal, "iam:PassRole", one) for one in case.everybody.fresh(case.account, "iam:PassRole")
    ):
        message = f"may pass roles by the pattern {patterns[0].text}; none of today's trusts a service"
        yield Found(message, (f"iam:PassRole {patterns[0].text}",), FindingSeverity.INFO)


def _shared(case: AccountCase, principal: User | Role, action: str, roles: tuple[Role, ...], find: _Find) -> Given:
    """What is given of some roles, found once for all who are alike."""
    arns = tuple([role.arn for role in roles])
    key = (action, arns, case.everybody.situation(principal.arn, action, arns))
    given = case.roles_given.get(key)
    if given is None:
        found = tuple(find(case, principal, roles))
        is_open = not found and any(_is_open(case, principal, action, arn) for arn in arns)
        given = case.roles_given[key] = Given(found, is_open)
    return given


def _taken(case: AccountCase, principal: User | Role, roles: Sequence[Role]) -> Iterator[tuple[Role, str]]:
    others = (role for role in roles if role.arn != principal.arn)
    yield from ((role, "") for role in others if _may(case, principal, "sts:AssumeRole", role.arn))


def _passed(case: AccountCase, principal: User | Role, roles: Sequence[Role]) -> Iterator[tuple[Role, str]]:
    for role in roles:
        if case.everybody.label(principal.arn, "iam:PassRole", role.arn) is None:
            continue  # to whichever service
        for service in case.services_of(role):
            if _may(case, principal, "iam:PassRole", role.arn, {"iam:PassedToService": KeyValue.of(service)}):
                yield role, service
                break


def _may(
    case: AccountCase, principal: User | Role, action: str, role: str, context: Mapping[str, KeyValue] = NO_KEYS
) -> bool:
    """Whether one is allowed it, whatever is not known."""
    return case.everybody.label(principal.arn, action, role, context) == "allowed"


def _is_open(case: AccountCase, principal: User | Role, action: str, role: str) -> bool:
    """Whether something that was not exported decides it."""
    return role != principal.arn and case.everybody.label(principal.arn, action, role) == "possible"


def _meaning(patterns: Sequence[ResourcePattern], roles: Sequence[Role]) -> str:
    """The patterns that name some roles."""
    texts = [one.text for one in patterns if any(matcher_of(one.widest)(role.arn) for role in roles)]
    return f"the pattern {texts[0]}" if len(texts) == 1 else f"the patterns {', '.join(texts)}"


def _counted(found: Sequence[Role], roles: Meant) -> str:
    more = " or more" if roles.of > len(roles.first) else ""
    return f"{len(found)}{more} role{'s' if more or len(found) > 1 else ''}"


def _named(roles: Sequence[Role]) -> str:
    more = len(roles) - _MOST_TOLD
    return ", ".join(role.name for role in roles[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _wild(case: AccountCase, principal: User | Role, action: str) -> tuple[ResourcePattern, ...]:
    """The patterns with wildcards by which an Allow names roles for an action; NotResource means any.

    None where Denies take the action away whatever the role is.
    """
    if case.everybody.is_taken_away(principal.arn, action):
        return ()
    found: dict[ResourcePattern, None] = {}
    for statement in case.everybody.allows(principal.arn, action):
        element = statement.resource
        if element is not None:
            patterns = (_ANY,) if element.negated else element.patterns
            found.update(dict.fromkeys(one for one in patterns if _is_wild_role(case.account.partition, one)))
    return tuple(found)


_ANY = resource_pattern(ANY_RESOURCE, variables=False)


@lru_cache(maxsize=4096)
def _is_wild_role(partition: str, pattern: ResourcePattern) -> bool:
    """Whether a pattern with wildcards can mean roles: `role/ci-?`, `role*`, a role of that name of any account."""
    roles = resource_pattern(f"arn:{partition}:iam::*:role/*", variables=False)
    return ("*" in pattern.text or "?" in pattern.text) and may_meet(pattern.widest, roles.widest)


def _roles_elsewhere(case: AccountCase, patterns: Sequence[ResourcePattern]) -> Iterator[Role]:
    """Roles of other exported accounts that patterns name by account."""
    for pattern in patterns:
        account = case.snapshot.accounts.get(_account_in(pattern))
        if account is not None and account is not case.account:
            takes = matcher_of(pattern.widest)
            yield from (role for role in (account.roles or {}).values() if takes(role.arn))


def _beyond(
    case: AccountCase, principal: User | Role, patterns: Sequence[ResourcePattern]
) -> tuple[ResourcePattern, str, str] | None:
    """By which pattern one may take a role of an account that nobody exported: of which in words, and such a role."""
    for pattern in patterns:
        named = _account_in(pattern)
        if named not in case.snapshot.accounts:
            name = pattern.text.split(":", 5)[5].replace("*", FRESH).replace("?", "x") if named else ""
            name = name if name.startswith("role/") and "$" not in name else f"role/{FRESH}"
            role = f"arn:{case.account.partition}:iam::{named or unused_account(case.snapshot)}:{name}"
            if case.everybody.label(principal.arn, "sts:AssumeRole", role) is not None:
                return pattern, f"the account {named}" if named else "any other account", role
    return None


def _account_in(pattern: ResourcePattern) -> str:
    """The account whose roles a pattern names; empty where it names none."""
    segments = pattern.text.split(":", 5)
    return segments[4] if len(segments) > 5 and segments[4].isdecimal() else ""
