"""Reads what was written for a context key of a request."""

from __future__ import annotations

from iamtui import catalog
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.keys import KeyValue


def key_value(name: str, values: tuple[str, ...], *, is_list: bool) -> KeyValue:
    """Give what a request says of the key `name`.

    Whether a key holds one value or a list is a property of the key, not of how it is written (C20, C23). `is_list`
    says how it is written; it counts only for a key that AWS does not list.

    Raises:
        RequestError: several values for a key that has one.
    """
    key = catalog.condition_key(name)
    if key is not None and not key.multivalued and len(values) > 1:
        raise RequestError(f"{name} has one value in a request, and {len(values)} are given (C20)")
    if len(values) != 1 or (is_list if key is None else key.multivalued):
        return KeyValue.listing(values)
    return KeyValue.of(values[0])
