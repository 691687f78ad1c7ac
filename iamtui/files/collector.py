"""Holds the garbage collector back while many files are read."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

_FEW_OBJECTS = 20_000
"""How many new objects are looked through at once: that takes less than 20 ms."""
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
        self._is_told = False  # whether somebody says when that may be done

    def hold(self) -> None:
        with self._lock:
            if self._holding == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._holding += 1

    def release(self, *, counts: bool = True) -> None:
        with self._lock:
            self._holding -= 1
            if self._holding == 0:
                if counts:
                    self._freeze()
                elif gc.get_count()[0] >= _MANY_OF_A_QUESTION:
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
        if self._is_due and not self._is_told:
            self._look_through_all()
        self._sound = self._sound or sys.getallocatedblocks()

    @property
    def _is_due(self) -> bool:
        most = max(_MOST_GROWTH * self._sound, self._sound + _LEAST_GROWTH)
        return bool(self._sound) and sys.getallocatedblocks() > most

    def _look_through_all(self) -> None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._sound = sys.getallocatedblocks()

    def look_if_due(self) -> None:
        with self._lock:
            if self._is_due and not self._holding:
                self._look_through_all()

    @contextmanager
    def told(self) -> Iterator[None]:
        self._is_told = True
        try:
            yield
        finally:
            self._is_told = False


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
    """Switch the cyclic garbage collector off while a question is asked, by which nothing dies in circles.

    What a short one makes is looked through later. Where much was made, as by the first question to a snapshot or by a
    search for paths, that is taken out of its sight: it goes with the last who holds it.
    """
    _COLLECTOR.hold()
    try:
        yield
    finally:
        _COLLECTOR.release(counts=False)


def collector_told() -> AbstractContextManager[None]:
    """Look through all objects only when told to: for seconds nothing else runs, in no thread."""
    return _COLLECTOR.told()


def look_if_due() -> None:
    """Look through all objects if much came since that was done, and no load or question goes on."""
    _COLLECTOR.look_if_due()
