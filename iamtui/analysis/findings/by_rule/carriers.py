"""Functions that outsiders can run and whose role is an administrator, or becomes one (FI72)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.asking.strangers import SOMEBODY, asked, stranger_of
from iamtui.analysis.findings.by_rule import becoming
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.paths.requests.binding import role_of
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.principals import EntryKind
from iamtui.snapshot.model import Exported, Resource

_RUNNING = {"lambda": ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")}
"""Actions that run something and that its own policy can give to others."""


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
    if not power or resource.policy is None:
        return
    for who in dict.fromkeys(_outsiders(case, resource)):
        for action in actions:
            request = Request(who, action, resource.arn, resource.account, unstated=Unstated.ABSENT)
            if asked(case.snapshot, request) == "allowed":
                yield Found(
                    f"can be run from outside, and its role {role.rpartition('/')[2]} {power}", _rows(request, role)
                )
                return


def _rows(request: Request, role: str) -> tuple[str, ...]:
    return (f"{request.principal} {request.action} {request.resource}", role)


def _power_of(case: AccountCase, role: str) -> str:
    judged = case.everybody.administrators.get(role)
    if judged is not None and judged.verdict == "proven":
        return "is an administrator"
    path = (case.everybody.paths or {}).get(role) if becoming.is_asked(case.snapshot) else None
    return "can become one" if path is not None and path.verdict == "proven" else ""


def _outsiders(case: AccountCase, resource: Resource) -> Iterator[str]:
    """A stranger where everybody is let in, and somebody of each account that the policy names."""
    start = f"arn:{case.account.partition}:iam::"
    for access in () if resource.policy is None else external_access(resource.policy, resource.account):
        entry = access.entry
        if access.is_everybody or access.negated:
            yield f"{start}{stranger_of(case.snapshot)}:{SOMEBODY}"
        elif entry.kind in (EntryKind.USER, EntryKind.ROLE):
            yield entry.text
        elif entry.account:
            yield f"{start}{entry.account}:{SOMEBODY}"
