"""The request that a row of a finding names: who, what, on what, and keys with their values (FI1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from iamtui.analysis.requests.context import key_value
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.keys import ABSENT, KeyValue

_REQUEST = re.compile(
    r"(?:with others: )?(arn:\S+|anonymous|[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?) "
    r"([a-z0-9-]+:[A-Za-z0-9]+) (\*|arn:\S+)(?: (.*))?"
)
_KEY = re.compile(r"[\w./-]+(?::[\w./-]+)+", re.ASCII)
ABSENT_WORD = "absent"


class RowRequest(NamedTuple):
    """A request as a row writes it; a key whose value is `absent` is not sent."""

    principal: str
    action: str
    resource: str
    keys: tuple[tuple[str, str], ...]


def row_request(row: str) -> RowRequest | None:
    """The request of a row; None where the row is none. Words that are no keys with values are no part of it."""
    found = _REQUEST.fullmatch(row)
    if found is None:
        return None
    words = (found[4] or "").split()
    pairs = tuple(zip(words[::2], words[1::2], strict=False))
    is_stated = len(words) % 2 == 0 and all(_KEY.fullmatch(key) for key, _ in pairs)
    return RowRequest(found[1], found[2], found[3], pairs if is_stated else ())


def request_of_row(row: str, at: datetime | None = None) -> Request | None:
    """The same, to be decided."""
    found = row_request(row)
    if found is None:
        return None
    try:
        context = {key: _value(key, value) for key, value in found.keys}
    except RequestError:
        return None
    return Request(found.principal, found.action, found.resource, context=context, at=at)


def _value(key: str, value: str) -> KeyValue:
    return ABSENT if value == ABSENT_WORD else key_value(key, (value,), is_list=False)


def keys_row(context: dict[str, str]) -> str:
    """Keys with their values, as a row writes them after its request."""
    return "".join(f" {key} {value}" for key, value in context.items())
