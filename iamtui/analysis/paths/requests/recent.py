"""Answers that were wanted of late: of what is asked millions of times only so much is kept (EP58)."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(dict[K, V]):
    """A table that lets go of all that it holds before it holds more than `most`."""

    def __init__(self, most: int) -> None:
        """Hold nothing yet."""
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        """Keep a value."""
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, value)
