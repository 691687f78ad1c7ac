"""What may speak of a resource, found by how resource patterns begin, without matching the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Generic, TypeVar

from iamtui.policy.elements import ANY_RESOURCE

T = TypeVar("T")

_LITERAL = re.compile(r"[^*?$]*")
"""What a pattern begins with, up to a wildcard or a variable: whatever it matches begins so too (L30, V4)."""


class Beginnings(Generic[T]):
    """Things that speak of resources, by the beginnings of their patterns."""

    def __init__(self) -> None:
        self._found: dict[str, dict[int, T]] = {}
        self._lengths: tuple[int, ...] = ()

    def add(self, thing: T, elements: Iterable[Sequence[str] | None] | None) -> None:
        """Take a thing in, with the patterns of its Resource elements; None: it may speak of anything."""
        beginnings = {""} if elements is None else set(chain.from_iterable(map(_beginnings_of, elements)))
        for beginning in {""} if "" in beginnings else beginnings:
            self._found.setdefault(beginning, {})[id(thing)] = thing

    def reaching(self, resources: Sequence[str]) -> Iterable[T]:
        """Whatever may speak of one of some resources; nothing else does."""
        if not self._lengths:
            self._lengths = tuple(sorted(set(map(len, self._found))))
        found: dict[int, T] = {}
        for resource in resources:
            for length in self._lengths:
                if length <= len(resource):
                    found.update(self._found.get(resource[:length], {}))
        return found.values()


def _beginnings_of(texts: Sequence[str] | None) -> Iterator[str]:
    for text in ("",) if texts is None else texts:
        beginning = _LITERAL.match(text)
        yield "" if text == ANY_RESOURCE or beginning is None else beginning[0]
