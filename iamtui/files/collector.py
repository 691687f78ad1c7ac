"""Holds the garbage collector back while many files are read."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FEW_OBJECTS = 50_000
_MANY_OF_A_QUESTION = 10_000
"""How many new objects of one question are not worth being looked through inside the next one."""

_MOST_GROWTH, _LEAST_GROWTH = 1.5, 1_000_000
"""How many times as many blocks of memory, and how many more, are in use before all objects are looked through again.

An object has some three. They are counted by pages; to count the objects is to walk through all of them.
"""


class _Collector:
    """How many loads hold the cyclic garbage collector back at this moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holding = 0
        self._was_enabled = False
        self._sound = 0  # how many blocks were in use when all were last looked through

    def hold(self) -> None:
        with self._lock:
            if self._holding == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._holding += 1

    def release(self, *, counts: bool = True, stays: bool = True) -> None:
        with self._lock:
            self._holding -= 1
            if self._holding == 0:
                if stays and counts:
                    self._freeze()
                elif stays and gc.get_count()[0] >= _MANY_OF_A_QUESTION:
                    gc.freeze()
                if self._was_enabled:
                    gc.enable()

    def _freeze(self) -> None:
        """Take what lives out of the collector's sight; what died in circles meanwhile must not stay there for ever.

        Few new objects are looked through at once. Of many that would take too long: then all are, from time to time.
        """
        if gc.get_count()[0] < _FEW_OBJECTS:
            gc.collect(1)
        gc.freeze()
        most = max(_MOST_GROWTH * self._sound, self._sound + _LEAST_GROWTH)
        if self._sound and sys.getallocatedblocks() > most:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._sound = 0
        self._sound = self._sound or sys.getallocatedblocks()


_COLLECTOR = _Collector()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Switch the cyclic garbage collector off, and take what was made meanwhile out of its sight.

    A snapshot has no cycles and hundreds of thousands of objects: looking through them time and again would cost more
    than making them.
    """
    _COLLECTOR.hold()
    try:
        yield
    finally:
        _COLLECTOR.release()


@contextmanager
def collector_waiting() -> Iterator[None]:
    """Switch the cyclic garbage collector off for a moment: what a short question makes is looked through later.

    Only where much was made, as by the first question to a snapshot, is that taken out of its sight.
    """
    _COLLECTOR.hold()
    try:
        yield
    finally:
        _COLLECTOR.release(counts=False)


@contextmanager
def collector_off() -> Iterator[None]:
    """Switch the cyclic garbage collector off while a long question is asked, by which nothing dies in circles.

    What is made stays in its sight: an answer is in circles with what it was asked of, and is let go of in one of them.
    """
    _COLLECTOR.hold()
    try:
        yield
    finally:
        _COLLECTOR.release(stays=False)
