"""What is to be asked of a way, one thing after the other, and the variables that each names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

from iamtui.analysis.paths.ways.catalogue import Change, State, Step


@dataclass(frozen=True)
class Task:
    """What is still to be asked: a step on one resource, a fact, or one of several lists."""

    step: Step | None = None
    resource: str = ""
    is_last: bool = True
    state: State | None = None

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that it names, its own resource first."""
        if self.state is not None:
            return (self.state.of,)
        step = self.step
        if step is None:
            return ()
        texts = (self.resource, step.by, *(value for values in step.context.values() for value in values))
        named: list[str] = []
        for text in texts:
            named += [name for _, name, _, _ in Formatter().parse(text) if name] if "{" in text else [text]
        named += variables_changed(step.changes) if self.is_last and step.changes is not None else ()
        return tuple(dict.fromkeys(named))


def tasks_of(steps: Sequence[Step]) -> Iterator[Task]:
    """What is to be asked of some steps, one resource after the other."""
    for step in steps:
        if step.any_of:
            yield Task(step)
        for place, on in enumerate(step.on):
            yield Task(step, on, is_last=place == len(step.on) - 1)


def variables_changed(change: Change) -> tuple[str, ...]:
    """The variables that decide what a change makes of the picture."""
    named = (change.of, change.to, change.without, change.names, "managed" if change.change == "attached" else None)
    return tuple(name for name in named if name)
