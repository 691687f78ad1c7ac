"""How far long work is, for who waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

_APART = 0.3
"""Seconds between two words about the same work; what is done sooner is not spoken of."""


class Progress:
    """Tells in per cent how much is done of work that has several parts; whether all is done, others tell."""

    def __init__(self, tell: Callable[[int], object], *, parts: int) -> None:
        """`tell` is called in the thread that works."""
        self._tell, self._parts = tell, parts
        self._begun, self._told, self._last = 0, 0, time.monotonic()

    def through(self, items: Iterable[T], count: int) -> Iterator[T]:
        """The items of the next part, of which there are `count` or a few more."""
        part = self._begun
        self._begun += 1
        for done, item in enumerate(items):
            yield item
            self._say(100 * (part * count + min(done, count - 1)) // (self._parts * count))

    def _say(self, percent: int) -> None:
        if percent > self._told and (now := time.monotonic()) - self._last >= _APART:
            self._told, self._last = percent, now
            self._tell(percent)
