"""What is given to a thread, once."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Handed(Generic[T]):
    """Something for a thread to take.

    Textual's workers keep their arguments, in circles that nobody collects soon: what is taken out of here, such as a
    whole snapshot, is not among them.
    """

    def __init__(self, thing: T) -> None:
        self._things = [thing]

    def take(self) -> T:
        """The thing; only once."""
        return self._things.pop()
