"""Actions that nothing in play tells apart: one stands for all of its class (CH5)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from functools import cache, lru_cache

from iamtui import catalog
from iamtui.evaluation.fixed_outcomes import CHANGES
from iamtui.evaluation.keys.resource_keys import sends_resource_account
from iamtui.evaluation.request.accepted_calls import OF_THE_OWNER
from iamtui.evaluation.request.services import BUCKET_POLICY_ACTIONS, NOT_MODELLED_SERVICES, RCP_SERVICES
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement

_BY_OPERATION = frozenset(("sts", "kms"))
"""Services of which AWS's rules single out operations."""

_BY_TYPE = RCP_SERVICES | NOT_MODELLED_SERVICES.keys() | {"iam", "lambda", "s3"}
"""Services of which AWS's rules tell types of resources apart."""

_OF_IAM = frozenset(
    (
        *("passrole", "createservicelinkedrole", "deleteservicelinkedrole", "updaterole", "updateroledescription"),
        *("putuserpermissionsboundary", "putrolepermissionsboundary"),
    )
)
"""Operations of IAM with rules of their own (S7, S8, K103)."""


def taken_by(statements: Iterable[Statement], only: Collection[str] | None = None) -> tuple[str, ...]:
    """The actions that statements take, in AWS's spelling and order; none but `only` where that is given."""
    found: set[str] = set()
    for statement in statements:
        found |= _taken(statement.action.patterns, statement.action.negated)
    return tuple(sorted(found if only is None else found.intersection(only)))


@cache
def every_action() -> frozenset[str]:
    """All actions of the catalogue."""
    return frozenset(catalog.matching("*"))


@lru_cache(maxsize=4_096)
def _taken(patterns: tuple[str, ...], negated: bool) -> frozenset[str]:  # noqa: FBT001 - of the element
    matched = frozenset(action for pattern in patterns for action in catalog.matching(pattern))
    return every_action() - matched if negated else matched


def classes_of(
    actions: Iterable[str], in_play: Sequence[Statement], own_services: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """Cut actions into classes; `in_play` is all that can take them, `own_services` have resources that are known."""
    keys = frozenset(test.folded_key for statement in in_play for test in statement.conditions)
    taking: dict[str, list[Statement]] = {action: [] for action in actions}
    for statement in in_play:
        for action in _taken(statement.action.patterns, statement.action.negated) & taking.keys():
            taking[action].append(statement)
    found: dict[Hashable, list[str]] = {}
    for action, statements in taking.items():
        by_type = not all(map(_is_on_all, statements)) or action.partition(":")[0] in own_services
        signature = tuple(map(id, statements)), nature(action, by_type=by_type), keys & keys_sent(action)
        found.setdefault(signature, []).append(action)
    yield from map(tuple, found.values())


@cache
def nature(action: str, *, by_type: bool) -> Hashable:
    """What AWS's own rules look at; `by_type` where resources of the service are told apart."""
    folded = action.lower()
    service = folded.partition(":")[0]
    details = catalog.action(action)
    types = () if details is None else tuple(sorted(one.name for one in details.resource_types))
    if service in _BY_OPERATION:
        return action
    if service in _BY_TYPE or by_type:
        return service, types, _singled_out(folded), sends_resource_account(action)
    return bool(types), sends_resource_account(action)


def _singled_out(folded: str) -> Hashable:
    """What else AWS's rules look at in the name of an action, in lower case (S8, S19, S21)."""
    operation = folded.partition(":")[2]
    if folded.startswith("iam:"):
        return operation if operation in _OF_IAM else (operation.startswith("create"), operation.startswith(CHANGES))
    return folded in BUCKET_POLICY_ACTIONS, folded in OF_THE_OWNER, folded == "lambda:invokefunction"


def _is_on_all(statement: Statement) -> bool:
    """Whether it says nothing of resources."""
    element = statement.resource
    return element is None or (not element.negated and ANY_RESOURCE in element.texts)


@cache
def keys_sent(action: str) -> frozenset[str]:
    """The condition keys that an action sends, in lower case, without the name of a tag."""
    details = catalog.action(action)
    if details is None:
        return frozenset()
    names = [*details.condition_keys, *(key for one in details.resource_types for key in one.condition_keys)]
    return frozenset(name.lower() for name in names)
