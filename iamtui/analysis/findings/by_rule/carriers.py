"""Functions that outsiders can run and whose role is an administrator, or becomes one (FI72)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.findings.asking.ways_in import is_by_url, named_by, people_of, row_of, strangers_of, way_in
from iamtui.analysis.findings.by_rule.becoming import is_asked
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.paths.requests.binding import role_of
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Exported, Resource

_RUNNING = {"lambda": ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")}
"""Actions that run something and that its own policy can give to others."""
_IF_CONDITIONS_HOLD = ", where conditions hold"


def run_by_outsiders(case: AccountCase, resource: Resource) -> Iterator[Answer]:
    """Whether strangers, or other accounts that the policy names, can run it with the role of an administrator."""
    actions = _RUNNING.get(resource.arn.split(":", 3)[2])
    role = None if resource.role is None else role_of(case.account, resource.role)
    if actions is None:
        yield Clear("it has no policy of its own")
        return
    if role is None or resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    power = _power_of(case, role)
    found = None if power is None else _run(case, resource, actions)
    if power is None or found is None:
        return
    words, verdict = power
    if verdict == "possible":
        yield Unknown()
        return
    how = " by its URL, if it has one of that type," if is_by_url(found) else ""
    where = _IF_CONDITIONS_HOLD if verdict == "conditional" else ""
    yield Found(
        f"can be run from outside{how or ','} and its role {role.rpartition('/')[2]} {words}{where}",
        (row_of(found), role),
        FindingSeverity.WARNING if verdict == "conditional" else None,
    )


def _run(case: AccountCase, resource: Resource, actions: tuple[str, ...]) -> Request | None:
    """The first request by which somebody outside runs it."""
    for access in () if resource.policy is None else external_access(resource.policy, resource.account):
        for who in _people(case, access):
            for action in actions:
                request = Request(who, action, resource.arn, resource.account, unstated=Unstated.ABSENT, at=case.at)
                found = way_in(case.snapshot, request, access.statement)
                if found is not None:
                    return found
    return None


def _people(case: AccountCase, access: ExternalAccess) -> Iterator[str]:
    """Strangers where everybody is let in, and people of each account that the policy names."""
    if access.is_everybody:
        yield from (*strangers_of(case.snapshot, case.account.partition, access.statement), "anonymous")
    for account in access.accounts:
        yield from named_by(access) or people_of(account, case.account.partition)


def _power_of(case: AccountCase, role: str) -> tuple[str, Sureness] | None:
    """In what way a role is an administrator or becomes one, and how surely; None: it does not."""
    judged = case.everybody.administrators.get(role)
    paths = case.everybody.paths if is_asked(case.snapshot) else None
    path = None if paths is None else paths.get(role)
    ways: list[tuple[str, Sureness]] = [] if judged is None else [("is an administrator", judged.verdict)]
    if path is not None:
        ways.append(("can become one", path.verdict))
    elif paths is None:  # nobody looked for them
        ways.append(("can become one", "possible"))
    return min(ways, key=lambda way: SURENESS.index(way[1]), default=None)
