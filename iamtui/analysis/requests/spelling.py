"""Finds actions, context keys and values of a request that AWS does not know, and names the nearest that it does."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from iamtui import catalog
from iamtui.analysis.requests.values import impossible_values
from iamtui.catalog.unlisted import DEPRECATED_KEYS, SHUT_DOWN_SERVICES, UNLISTED_ACTIONS
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import ACTIONS_OF_CALLS, FURTHER_ACTIONS

_SERVICES_TRIED = 5
_CLOSE_SERVICE = 0.5
_OPEN_PART = re.compile(r"[/:]?(?:\$\{|<)")


def misspellings(request: Request) -> Iterator[str]:
    """Give each action, key and value of a request that cannot be, in a sentence.

    A request with one is decided as it is written, and then mostly denied for no true reason (E89).
    """
    yield from _of_action(request.action)
    for name, value in request.context.items():
        if _is_listed(name):
            yield from impossible_values(name, value)
        else:
            yield f"AWS lists no condition key {name}{_meant(_nearest_key(name, request.action))}"


def _meant(nearest: str | None) -> str:
    return "" if nearest is None else f"; is {nearest} meant?"


def _of_action(action: str) -> Iterator[str]:
    service, _, name = action.partition(":")
    folded = action.lower()
    if catalog.exists(action) or folded in UNLISTED_ACTIONS or service.lower() in SHUT_DOWN_SERVICES:
        return
    if folded in FURTHER_ACTIONS and folded not in ACTIONS_OF_CALLS:
        needed = ", ".join(related.action for related in FURTHER_ACTIONS[folded])
        yield f"{action} is a call, not an action: IAM asks for {needed} (E70)"
        return
    nearest = ACTIONS_OF_CALLS.get(folded) or _nearest_action(service, name)
    if service.lower() not in catalog.services():
        yield f"AWS lists no service {service}{_meant(nearest)}"
    else:
        yield f"AWS lists no action {action}{_meant(nearest)}"


def _nearest_action(service: str, name: str) -> str | None:
    """The action that is called most alike; of a service that there is not, in those that are called most alike."""
    services = [service.lower()] if service.lower() in catalog.services() else _near_services(service)
    for exact in (True, False):
        for near in services:
            found = _closest(name, catalog.actions(near), exact=exact)
            if found is not None:
                return f"{near}:{found}"
    return None


def _near_services(service: str) -> list[str]:
    return difflib.get_close_matches(service.lower(), catalog.services(), _SERVICES_TRIED, _CLOSE_SERVICE)


def _closest(name: str, known: Iterable[str], *, exact: bool = False) -> str | None:
    """The known name that is most like `name`, letter case aside; None if none is."""
    spellings = {one.lower(): one for one in known}
    if exact:
        return spellings.get(name.lower())
    close = difflib.get_close_matches(name.lower(), spellings, 1)
    return spellings[close[0]] if close else None


def _is_listed(key: str) -> bool:
    return catalog.condition_key(key) is not None or key.lower() in DEPRECATED_KEYS


def _nearest_key(name: str, action: str) -> str | None:
    """The key that is called most alike; what fills the open part of a key, such as a tag, is taken over."""
    prefixes = dict.fromkeys((name.partition(":")[0].lower(), action.partition(":")[0].lower()))
    of_services = chain.from_iterable(catalog.service_keys(prefix) for prefix in prefixes)
    keys = (*catalog.all_global_keys(), *catalog.iam_and_sts_keys(), *of_services)
    stems = {_OPEN_PART.split(key.name, maxsplit=1)[0]: key.name for key in keys}
    stem, slash, rest = name.partition("/")
    found = _closest(stem, stems)
    if found is None:
        return None
    return f"{found}/{rest}" if slash and stems[found] != found else stems[found]
