"""What is to be asked of a way, one thing after the other, and the variables that each names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Formatter
from typing import NamedTuple

from iamtui.analysis.paths.catalogue import Change, State, Step


class Task(NamedTuple):
    """What is still to be asked: a step on one resource, a fact, or one of several lists."""

    step: Step | None = None
    resource: str = ""
    is_last: bool = True
    state: State | None = None


def tasks_of(steps: Sequence[Step]) -> Iterator[Task]:
    """What is to be asked of some steps, one resource after the other."""
    for step in steps:
        if step.any_of:
            yield Task(step)
        for place, on in enumerate(step.on):
            yield Task(step, on, is_last=place == len(step.on) - 1)


def variables_of(task: Task) -> tuple[str, ...]:
    """The variables that a task names, its own resource first."""
    if task.state is not None:
        return (task.state.of,)
    step = task.step
    if step is None:
        return ()
    texts = (task.resource, step.by, *(value for values in step.context.values() for value in values))
    named: list[str] = []
    for text in texts:
        named += [name for _, name, _, _ in Formatter().parse(text) if name] if "{" in text else [text]
    named += variables_changed(step.changes) if task.is_last and step.changes is not None else ()
    return tuple(dict.fromkeys(named))


def variables_changed(change: Change) -> tuple[str, ...]:
    """The variables on which it hangs what a change makes of the picture."""
    named = (change.of, change.to, change.without, change.names, "managed" if change.change == "attached" else None)
    return tuple(name for name in named if name)
