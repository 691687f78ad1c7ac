"""How far a search is, told at some of its many small steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from iamtui.analysis.paths.answer.results import Administrator

T = TypeVar("T")
_STEPS_UNTOLD = 16

Progress = Callable[[int, int], None]
"""Takes how many of how many steps are done."""

Early = Callable[[Sequence[Administrator]], object]
"""Takes the administrators: no path changes who is one, so that this part of an answer is there at once (EP58)."""


class Pace:
    """Tells how far a search is, at some of its many small steps: whoever listens may end it by raising."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress, self._count = progress, count
        self._done = self._steps = 0

    def at(self, done: int) -> None:
        """So many ways are done."""
        self._done = done
        self._progress(done, self._count)

    def step(self) -> None:
        """A small step is done."""
        self._steps += 1
        if self._steps % _STEPS_UNTOLD == 0:
            self._progress(self._done, self._count)

    def over(self, steps: Iterable[T]) -> Iterator[T]:
        """Some small steps, each told as one."""
        for one in steps:
            self.step()
            yield one
