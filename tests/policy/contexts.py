"""A context of condition keys for tests that need no request."""

from __future__ import annotations

from collections.abc import Mapping

from iamtui.policy.keys import ABSENT, KeyValue

Given = str | list[str] | KeyValue | None


class Keys:
    """What each key is: a text, a list of texts, a state of its own; None and every other key are absent."""

    def __init__(self, given: Mapping[str, Given] | None = None) -> None:
        self._values = {key.lower(): _value(value) for key, value in (given or {}).items()}

    def lookup(self, key: str) -> KeyValue:
        assert key == key.lower(), "contexts are asked in lower case (C3)"
        return self._values.get(key, ABSENT)


def _value(given: Given) -> KeyValue:
    if given is None:
        return ABSENT
    if isinstance(given, list):
        return KeyValue.listing(tuple(given))
    return given if isinstance(given, KeyValue) else KeyValue.of(given)
