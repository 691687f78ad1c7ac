"""How far a principal reaches, by decision: what orders findings of one severity (FI3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from itertools import islice

from iamtui.analysis.findings.asking.able import SIGN_IN_KEYS
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.queries.index.action_sets import all_actions, names_in, of_levels, taken_by
from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Role, User

_MOST_TRIED = 4
_Examples = tuple[tuple[str, str], ...]


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
    if judged is not None and (judged.verdict == "proven" or _by_sign_in(judged)):
        return Reach.ADMINISTRATOR
    path = (case.everybody.paths or {}).get(principal.arn) if follows_paths else None
    if path is not None and path.verdict == "proven":
        return Reach.BECOMES_ONE
    if _may_some(case, principal, _changing):
        return Reach.WRITES
    return Reach.READS if _may_some(case, principal, _reading) else Reach.NOTHING


def _by_sign_in(judged: Judged) -> bool:
    """Whether one is an administrator as soon as one signs in anew, with MFA."""
    return judged.verdict == "conditional" and all(one.key.lower() in SIGN_IN_KEYS for one in judged.conditions)


def _may_some(case: AccountCase, principal: User | Role, find: Callable[[AccountCase, Document], _Examples]) -> bool:
    """Whether one of some actions is allowed, for sure or where conditions hold; of each Allow one is tried."""
    documents = (policy.document for policy in case.everybody.policies(principal.arn))
    examples = (example for one in documents if one is not None for example in case.once(find, one))
    asked = islice(examples, _MOST_TRIED)
    return any(case.everybody.may(principal.arn, action, resource) for action, resource in asked)


def _changing(case: AccountCase, document: Document) -> _Examples:
    """What changes something."""
    return tuple(islice(_examples(case, document, all_actions() & ~_reading_levels()), _MOST_TRIED))


def _reading(case: AccountCase, document: Document) -> _Examples:
    """What reads."""
    return tuple(islice(_examples(case, document, _reading_levels()), _MOST_TRIED))


def _examples(case: AccountCase, document: Document, wanted: int) -> Iterator[tuple[str, str]]:
    """Of each Allow one of some actions, and a resource that it means."""
    for one in statements_written(document):
        found = taken_by(one.action) & wanted if one.effect is Effect.ALLOW else 0
        if found:
            action = next(names_in(found))
            resource = case.everybody.example(case.account, one, action)
            if resource is not None:
                yield action, resource


def _reading_levels() -> int:
    return of_levels("Read", "List")
