"""How far a principal reaches, by decision: what orders findings of one severity (FI3)."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from itertools import chain, islice

from iamtui import catalog
from iamtui.analysis.findings.everybody import written_witnesses
from iamtui.analysis.findings.hygiene_case import AccountCase
from iamtui.analysis.findings.own_statements import own_statements, taken_by
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


def _may_some(case: AccountCase, principal: User | Role, wanted: frozenset[str]) -> bool:
    """Whether one of some actions is allowed, for sure or where conditions hold; of each Allow one is tried."""
    allows = (one.statement for one in own_statements(case.snapshot, principal) if one.is_allow)
    taking = ((one, taken_by(one) & wanted) for one in allows)
    for statement, actions in islice(((one, found) for one, found in taking if found), _MOST_TRIED):
        action = min(actions)
        resource = next(
            chain(written_witnesses(statement, action, case.account), case.everybody.fresh(case.account, action))
        )
        if case.everybody.label(principal.arn, action, resource) is not None:
            return True
    return False


@cache
def _changing() -> frozenset[str]:
    return frozenset(_every()) - _reading()


@cache
def _reading() -> frozenset[str]:
    found = ((action, catalog.action(action)) for action in _every())
    return frozenset(name for name, one in found if one is not None and one.access_level in ("Read", "List"))


def _every() -> tuple[str, ...]:
    return catalog.matching("*")
