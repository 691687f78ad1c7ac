"""How far a principal reaches, by decision: what orders findings of one severity (FI3)."""

from __future__ import annotations

from enum import IntEnum
from itertools import islice

from iamtui.analysis.findings.hygiene_case import AccountCase
from iamtui.analysis.queries.action_sets import all_actions, names_in, of_levels, taken_by
from iamtui.snapshot.model import Role, User

_MOST_TRIED = 4


class Reach(IntEnum):
    """The farthest first."""

    ADMINISTRATOR = 0
    BECOMES_ONE = 1
    WRITES = 2
    READS = 3
    NOTHING = 4
    UNKNOWN = 9


def reach_of(case: AccountCase, principal: User | Role, *, follows_paths: bool) -> Reach:
    """How far a user or role reaches; paths to an administrator count where they were looked for."""
    judged = case.administrator(principal)
    if judged is not None and judged.verdict == "proven":
        return Reach.ADMINISTRATOR
    path = (case.everybody.paths or {}).get(principal.arn) if follows_paths else None
    if path is not None and path.verdict == "proven":
        return Reach.BECOMES_ONE
    if _may_some(case, principal, _changing()):
        return Reach.WRITES
    return Reach.READS if _may_some(case, principal, _reading()) else Reach.NOTHING


def _may_some(case: AccountCase, principal: User | Role, wanted: int) -> bool:
    """Whether one of some actions is allowed, for sure or where conditions hold; of each Allow one is tried."""
    everybody = case.everybody
    allows = (one.statement for one in everybody.statements(principal.arn) if one.is_allow)
    taking = ((one, next(names_in(found))) for one in allows if (found := taken_by(one.action) & wanted))
    examples = ((action, everybody.example(case.account, one, action)) for one, action in taking)
    asked = islice(((action, resource) for action, resource in examples if resource is not None), _MOST_TRIED)
    return any(everybody.label(principal.arn, action, resource) is not None for action, resource in asked)


def _changing() -> int:
    return all_actions() & ~_reading()


def _reading() -> int:
    return of_levels("Read", "List")
