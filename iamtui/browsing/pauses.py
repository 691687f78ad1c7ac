"""Rests between the slices of long work in a thread, so that the thread that draws gets its turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Pauses:
    """Parts long work in slices, with a rest after each."""

    def __init__(self, stop: Callable[[], bool], rest: Callable[[], object], seconds: float) -> None:
        self._stop, self._rest, self._seconds = stop, rest, seconds
        self.stopped = False

    def between(self, items: Iterable[T]) -> Iterator[T]:
        """The items, until it is to stop."""
        began = time.monotonic()
        for item in items:
            yield item
            if time.monotonic() - began > self._seconds:
                self.stopped = self.stopped or self._stop()
                if self.stopped:
                    return
                self._rest()
                began = time.monotonic()
