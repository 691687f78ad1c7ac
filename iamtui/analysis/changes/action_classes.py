"""Actions that nothing in play tells apart: one stands for all of its class (CH5)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from functools import cache, reduce
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import listed_of
from iamtui.analysis.queries.index import action_sets
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.action_rules import seen_in_name
from iamtui.evaluation.keys.resource_keys import sends_resource_account
from iamtui.evaluation.request.services import NOT_MODELLED_SERVICES, RCP_SERVICES
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement

_BY_OPERATION = frozenset(("sts", "kms"))
"""Services of which AWS's rules single out operations."""

_BY_TYPE = RCP_SERVICES | NOT_MODELLED_SERVICES.keys() | {"iam", "lambda", "s3"}
"""Services of which AWS's rules tell types of resources apart."""


class ActionClass(NamedTuple):
    """Actions that are decided alike, and the statements that take them."""

    actions: tuple[str, ...]
    statements: tuple[Statement, ...]


def taken_by(statements: Iterable[Statement], only: Collection[str] | None = None) -> int:
    """The actions that statements take, as `action_sets` has them; none but `only` where that is given."""
    found = reduce(or_, (action_sets.taken_by(one.action) for one in statements), 0)
    return found if only is None else found & action_sets.of_names(only)


def classes_of(actions: int, in_play: Sequence[Statement], on_known: int) -> list[ActionClass]:
    """Cut actions into classes; `in_play` is all that can take them, `on_known` may be on known resources."""
    found = []
    for taken in action_sets.divided(actions, in_play):
        tested = keys_tested(taken.statements)
        is_on_all = all(map(_is_on_all, taken.statements))
        classes: dict[Hashable, list[str]] = {}
        known = frozenset(action_sets.names_in(taken.actions & on_known))
        for action in action_sets.names_in(taken.actions):
            by_type = not is_on_all or action in known
            classes.setdefault((nature(action, by_type=by_type), listed_of(action, tested)), []).append(action)
        found += [ActionClass(tuple(one), taken.statements) for one in classes.values()]
    return sorted(found, key=lambda one: one.actions[0])


def keys_tested(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The keys that statements name, in lower case and order."""
    return tuple(sorted({key for statement in statements for key in keys_named(statement)}))


@cache
def nature(action: str, *, by_type: bool) -> Hashable:
    """What AWS's own rules look at; `by_type` where resources of the service are told apart."""
    folded = action.lower()
    service = folded.partition(":")[0]
    details, seen = catalog.action(action), seen_in_name(action)
    types = () if details is None else tuple(sorted(one.name for one in details.resource_types))
    if service in _BY_OPERATION or seen is None:
        return action
    if service in _BY_TYPE or by_type:
        return service, types, seen, folded == "lambda:invokefunction", sends_resource_account(action)
    return bool(types), seen, sends_resource_account(action)


def _is_on_all(statement: Statement) -> bool:
    """Whether it says nothing of resources."""
    element = statement.resource
    return element is None or (not element.negated and ANY_RESOURCE in element.texts)
