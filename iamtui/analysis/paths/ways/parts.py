"""A way falls into what depends on its end and the rest, without a common variable: each is decided once for all alike.

A way is as sure as the least sure of both (EP2), so that who may make a function is not asked again for every role that
could be passed to it (EP57).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from iamtui.analysis.paths.ways.catalogue import Bind, Step, Way
from iamtui.analysis.paths.ways.tasks import Task, tasks_of


class Parts(NamedTuple):
    """What is to be asked of a way: all of it, of its end, and all else; ways with one `key` ask the same of ends.

    What is asked of an end names it, or something `between` it and the actor.
    """

    whole: tuple[Task, ...]
    of_end: tuple[Task, ...]
    naming_end: tuple[Task, ...]
    between: tuple[Task, ...]
    rest: tuple[Task, ...]
    key: bytes
    actions_on_end: tuple[str, ...]
    """The actions that the actor is asked in the part of the end."""
    actions_beside: tuple[str, ...]
    """The actions that the actor is asked in the rest."""


_PARTS: dict[int, tuple[Way, Parts]] = {}


def parts_of(way: Way) -> Parts:
    """The parts of a way, each in the order of its steps."""
    known = _PARTS.get(id(way))
    if known is None:
        known = _PARTS[id(way)] = (way, _parts_of(way))
    return known[1]


def _parts_of(way: Way) -> Parts:
    tasks = (*(Task(state=one) for one in way.state), *tasks_of(way.steps))
    end = way.outcome.becomes or ""
    linked = _linked(way, end, [_variables(way, task) for task in tasks])
    of_end = tuple(task for task in tasks if linked & _variables(way, task))
    naming = tuple(task for task in of_end if end in _variables(way, task))
    between = tuple(task for task in of_end if end not in _variables(way, task))
    rest = tuple(task for task in tasks if not linked & _variables(way, task))
    binds = {name: way.bind[name] for name in sorted(linked & way.bind.keys())}
    is_whole = any(bind.kind == "managed" for bind in binds.values())  # which one does depends on all its requests
    key = msgspec.json.encode((of_end, binds, way.outcome, way.id if is_whole else ""))
    return Parts(tasks, of_end, naming, between, rest, key, _actions(of_end), _actions(rest))


def actions_on_end(way: Way) -> tuple[str, ...]:
    """The actions that the actor is asked in the part of the end."""
    return parts_of(way).actions_on_end


def actions_naming_end(way: Way) -> tuple[str, ...]:
    """The actions that the actor is asked on the end itself."""
    return _actions(parts_of(way).naming_end)


def actions_on(way: Way, names: Collection[str]) -> tuple[str, ...]:
    """The actions that the actor is asked on some variables."""
    steps = (step for step in way.asked() if step.is_own and any(one in names for one in step.on))
    return tuple(dict.fromkeys(step.ask for step in steps))


def actions_beside(way: Way) -> tuple[str, ...]:
    """The actions that the actor is asked in the rest."""
    return parts_of(way).actions_beside


def _actions(tasks: Iterable[Task]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.ask for task in tasks for step in _asked(task) if step.is_own))


def _asked(task: Task) -> Iterator[Step]:
    steps = [task.step] if task.step is not None else []
    if task.state is not None and task.state.unless is not None:
        steps.append(task.state.unless)
    for step in steps:
        if not step.any_of:
            yield step
        for each in step.any_of:
            yield from each


def _variables(way: Way, task: Task) -> frozenset[str]:
    """The variables of a way that a task names, in any of its lists."""
    tasks = [task]
    if task.step is not None and task.step.any_of:
        tasks = [one for steps in task.step.any_of for one in tasks_of(steps)]
    if task.state is not None and task.state.unless is not None:
        tasks += tasks_of((task.state.unless,))
    named = {name for one in tasks for name in one.variables}
    named |= {one.by.strip("{}") for each in tasks for one in _asked(each)}
    return frozenset(named & way.bind.keys())


def _linked(way: Way, end: str, groups: Iterable[frozenset[str]]) -> frozenset[str]:
    """The variables that are joined with one, by tasks or by what they may be."""
    links = [*groups, *(frozenset((name, *_named_by(bind))) & way.bind.keys() for name, bind in way.bind.items())]
    found = frozenset((end,))
    while True:
        grown = found.union(*(one for one in links if one & found))
        if grown == found:
            return found
        found = grown


def _named_by(bind: Bind) -> Iterator[str]:
    names = (bind.of, bind.attached_to, bind.assigned_to, bind.carried_by, bind.role, bind.administration)
    return (name for name in names if name is not None)
