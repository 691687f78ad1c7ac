"""Accounts outside the organization that are let in, each with all that lets it in, by decision (FI60)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.findings.asking.ways_in import asked, named_by, requests_on, whoever_of
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Exported, Resource, Role

_MOST_NAMED = 6
_ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
"""How a role is taken."""


def foreign_accounts(case: AccountCase) -> Iterator[Answer]:
    """Accounts outside the organization, each with all roles and resource policies that let it in (FI60)."""
    doors: dict[str, dict[str, Role | Resource]] = {}
    own = [one for one in case.snapshot.resources.values() if one.account == case.account.account_id]
    if not own or any(one.policy_state is Exported.UNKNOWN for one in own):
        yield Unknown((EXPORTS["RP"],))
    if case.account.roles is None:
        yield Unknown((EXPORTS["GA"],))
    for role in (case.account.roles or {}).values():
        if role.trust is None:
            yield Unknown()
        for account, access in foreign_to_role(case, role):
            if _may(case, account, access, _taken_by(access.statement, role)):
                doors.setdefault(account, {})[role.name] = role
    for resource in own:
        for account, access in _foreign(case, let_in(resource)):
            requests = tuple(requests_on(resource, access.statement))  # of actions that AWS lists
            if not requests or _may(case, account, access, requests):
                doors.setdefault(account, {})[resource.arn] = resource
    for account, open_ones in doors.items():
        yield _let_in_by(case, account, open_ones)


def _taken_by(statement: Statement, role: Role) -> Iterator[tuple[str, str]]:
    """The requests by which a statement lets a role be taken."""
    yield from ((action, role.arn) for action in _ASSUMING if statement.action.matches(action.lower(), "sts"))


def _may(case: AccountCase, account: str, access: ExternalAccess, requests: Iterable[tuple[str, str]]) -> bool:
    """Whether somebody of an account may make one of some requests: nothing of what is known keeps all out."""
    people = named_by(access) or whoever_of(account, case.account.partition, access.statement)
    asking = (
        Request(who, action, target, case.account.account_id, unstated=Unstated.UNKNOWN, at=case.at)
        for action, target in requests
        for who in people
    )
    return any(asked(case.snapshot, one) != "denied" for one in asking)


def _let_in_by(case: AccountCase, account: str, doors: Mapping[str, Role | Resource]) -> Found:
    """An account, with roles and resources by which it comes: new where the roles are, for no policy has a date."""
    roles = [one for one in doors.values() if isinstance(one, Role)]
    others = [one.arn for one in doors.values() if isinstance(one, Resource)]
    ages = [case.days_since(role.created) for role in roles]
    is_new = bool(roles) and all(age is not None and age < case.limits.new for age in ages)
    since = f", made within {case.limits.new} days" if is_new else ""
    said = []
    if roles:
        said.append(f"{'the role' if len(roles) == 1 else 'roles'} {_listed([role.name for role in roles])}{since}")
    if others:
        said.append(f"the polic{'y' if len(others) == 1 else 'ies'} of {_listed(others)}")
    severity = FindingSeverity.WARNING if is_new else None
    return Found(f"lets the account {account} in by {' and '.join(said)}", (account, *doors), severity)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def let_in(resource: Resource) -> tuple[ExternalAccess, ...]:
    """Whom the policy of a resource lets in from outside its account."""
    if resource.policy is None:
        return ()
    kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
    return external_access(resource.policy, resource.account, kind)


def foreign_to_role(case: AccountCase, role: Role) -> Iterator[tuple[str, ExternalAccess]]:
    """Accounts neither exported nor of the organization that a trust names, each with what does."""
    if role.trust is not None:
        yield from _foreign(case, external_access(role.trust, case.account.account_id, PolicyKind.TRUST))


def _foreign(case: AccountCase, entries: Iterable[ExternalAccess]) -> Iterator[tuple[str, ExternalAccess]]:
    """The accounts of entries that are neither exported nor of the organization."""
    organization = case.snapshot.organization_of(case.account.account_id)
    inside = {"", *case.snapshot.accounts, *(() if organization is None else organization.targets)}
    yield from ((account, one) for one in entries for account in one.accounts if account not in inside)
