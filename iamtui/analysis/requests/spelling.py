"""Finds actions, context keys and values of a request that AWS does not know, and names the nearest that it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from iamtui import catalog
from iamtui.catalog.nearest import nearest_action, nearest_key, nearest_service_principal
from iamtui.catalog.unlisted import DEPRECATED_KEYS, SHUT_DOWN_SERVICES, UNLISTED_ACTIONS
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import ACTIONS_OF_CALLS, FURTHER_ACTIONS
from iamtui.policy.keys import KeyValue
from iamtui.policy.possible_values import expected_instead


def misspellings(request: Request) -> Iterator[str]:
    """Give each action, key and value of a request that cannot be, in a sentence.

    A request with one is decided as it is written, and then mostly denied for no true reason (E89).
    """
    service = nearest_service_principal(request.principal)
    if service is not None:
        yield f"no service is known as {request.principal}{_meant(service)}"
    yield from _of_action(request.action)
    yield from misspelt_context(request.context, [request.action])


def misspelt_context(context: Mapping[str, KeyValue], actions: Iterable[str]) -> Iterator[str]:
    """Give each key and value of a context that cannot be; `actions` are what it is stated for."""
    services = {action.partition(":")[0] for action in actions}
    for name, value in context.items():
        if _is_listed(name):
            yield from _impossible_values(name, value)
        else:
            yield f"AWS lists no condition key {name}{_meant(nearest_key(name, services))}"


def _meant(nearest: str | None) -> str:
    return "" if nearest is None else f"; is {nearest} meant?"


def _of_action(action: str) -> Iterator[str]:
    service = action.partition(":")[0]
    folded = action.lower()
    if catalog.exists(action) or folded in UNLISTED_ACTIONS or service.lower() in SHUT_DOWN_SERVICES:
        return
    if folded in FURTHER_ACTIONS and folded not in ACTIONS_OF_CALLS:
        needed = ", ".join(related.action for related in FURTHER_ACTIONS[folded])
        yield f"{action} is a call, not an action: IAM asks for {needed} (E70)"
        return
    nearest = ACTIONS_OF_CALLS.get(folded) or nearest_action(action)
    if service.lower() not in catalog.services():
        yield f"AWS lists no service {service}{_meant(nearest)}"
    else:
        yield f"AWS lists no action {action}{_meant(nearest)}"


def _impossible_values(name: str, stated: KeyValue) -> Iterator[str]:
    for value in stated.values:
        expected = expected_instead(name, value)
        if expected is not None:
            yield f"{name} cannot be {value!r}: expected {expected}"


def _is_listed(key: str) -> bool:
    return catalog.condition_key(key) is not None or key.lower() in DEPRECATED_KEYS
