"""Which of two readings goes first: that of which the user asked to see something."""

from __future__ import annotations

import threading

_PATIENCE = 1.0
"""Seconds after which nobody is waited for any more."""


class GivingWay:
    """Lets threads that read stand still until the first rows that the user asked for are on the screen.

    The interpreter runs one thread at a time: two that read beside each other take twice as long each.
    """

    def __init__(self) -> None:
        """Nobody is waited for."""
        self._is_free = threading.Event()
        self._is_free.set()

    def ask(self) -> None:
        """Something is wanted on the screen before more is read."""
        self._is_free.clear()

    def free(self) -> None:
        """It is there, or will not come."""
        self._is_free.set()

    def give(self) -> None:
        """Stand still while something else is wanted, but not for long."""
        if not self._is_free.wait(_PATIENCE):
            self._is_free.set()
