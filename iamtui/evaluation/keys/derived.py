"""What the derivations of condition keys share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from iamtui.evaluation.request.context import RequestContext
from iamtui.policy.keys import ABSENT, KeyState, KeyValue
from iamtui.snapshot.model import Tags

Derivation: TypeAlias = Callable[[RequestContext], KeyValue]
"""Says what one key is where the request does not state it."""

TagDerivation: TypeAlias = Callable[[RequestContext, str], KeyValue]
"""The same for keys that end in a tag's key, given in lower case."""


def given(value: str | None, source: str) -> KeyValue:
    """A value that is absent where it is None."""
    return ABSENT if value is None else KeyValue.of(value, source)


def tag_value(tags: Tags, wanted: str, source: str) -> KeyValue:
    """A tag by its key, regardless of case (S31)."""
    for key, value in tags:
        if key.lower() == wanted:
            return KeyValue(KeyState.PRESENT, (value,), source=f"{source} {key}")
    return ABSENT


def absent(_: RequestContext) -> KeyValue:
    """A key that is only there when the request states it."""
    return ABSENT
