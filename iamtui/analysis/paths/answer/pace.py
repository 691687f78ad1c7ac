"""How far a search is, told at some of its many small steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import TypeVar

from iamtui.analysis.paths.answer.results import Administrator

T = TypeVar("T")
_SILENCE = 0.05
"""Seconds; a step takes from a hundredth of a millisecond to a tenth of a second."""

Progress = Callable[[int, int], None]
"""Takes how many of how many steps are done."""

Early = Callable[[Sequence[Administrator]], object]
"""Takes the administrators: no path changes who is one, so that this part of an answer is there at once (EP58)."""


class Pace:
    """Tells how far a search is, at some of its many small steps: whoever listens may end it by raising."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress, self._count = progress, count
        self._done, self._told = 0, 0.0

    def at(self, done: int) -> None:
        """So many ways are done."""
        self._done = done
        self.sign()

    def step(self) -> None:
        """A small step is done: told if nothing was for a moment."""
        if monotonic() - self._told >= _SILENCE:
            self.sign()

    def sign(self) -> None:
        """Tell that the search goes on."""
        self._told = monotonic()
        self._progress(self._done, self._count)

    def over(self, steps: Iterable[T]) -> Iterator[T]:
        """Some small steps, each told as one."""
        for one in steps:
            self.step()
            yield one
