"""Who can become an administrator, by paths of decided requests (FI41)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.asking.row_requests import keys_row
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.requests.steps import StepTaken
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Role, Snapshot, User

MOST_PRINCIPALS = 500
"""Of so many principals paths are looked for in a review; of more `iamtui paths` tells, which takes longer."""
_ELSEWHERE = ("nothing more: iamtui paths looks for paths among many principals",)


def can_become(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """The surest and shortest path of a principal to an administrator (FI41)."""
    paths = case.everybody.paths if is_asked(case.snapshot) else None
    if paths is None:
        yield Unknown(_ELSEWHERE)
    elif principal.arn in paths:
        yield _told(paths[principal.arn])


def is_asked(snapshot: Snapshot) -> bool:
    """Whether there are few enough principals."""
    held = (len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
    return sum(held) <= MOST_PRINCIPALS


def _told(path: Path) -> Answer:
    ways = ", then ".join(edge.way.name for edge in path.edges)
    rows = tuple(_row(step) for edge in path.edges for step in edge.steps)
    words = {"proven": "can become", "conditional": "can become, where conditions hold,", "possible": "could become"}
    severity = FindingSeverity.SECURITY if path.verdict == "proven" else None
    is_own = path.end == path.start or FRESH in path.end
    end = "an administrator" if is_own else f"the administrator {path.end.rpartition('/')[2]}"
    return Found(f"{words[path.verdict]} {end}: {ways}", rows, severity)


def _row(step: StepTaken) -> str:
    """The request of a step, with a value of each key that it depends on, so that the row opens as its trace."""
    keys = {}
    for key, when in step.conditions:
        held = step.context.get(key, ())
        keys[key] = held[0] if held else when
    stated = {key: value for key, value in keys.items() if value and " " not in value}
    return f"{step.principal} {step.action} {step.resource}{keys_row(stated)}"
