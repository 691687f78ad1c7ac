"""Ends that a role takes which an actor passes on: whom each such role may take is joined as sets (EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.ends.between import Between
from iamtui.analysis.paths.ends.narrowing import Answers, Narrowing, Sets
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE
from iamtui.analysis.paths.walks.walker import Walker
from iamtui.analysis.paths.ways.catalogue import Step, Way, catalogue
from iamtui.analysis.paths.ways.parts import parts_of
from iamtui.analysis.paths.ways.tasks import Task
from iamtui.policy.keys import KeyValue


class Through:
    """Joins what an actor may do with a role between it and its ends, and whom that role may take."""

    def __init__(self, likeness: Likeness, narrowing: Narrowing, between: Between, walker: Walker) -> None:
        """Go ways up to such a role with `walker`, those alone that `between` leaves."""
        self._likeness = likeness
        self._narrowing = narrowing
        self._between = between
        self._walker = walker
        self._answers: dict[tuple[str, str], Answers] = {}
        self._levels: dict[Hashable, int | None] = {}
        self._same: dict[Hashable, Hashable] = {}

    def leads(self, way: Way) -> bool:
        """Whether ends are told by who takes them: a role that is passed on, or something that may run with any."""
        name = _name_of_taker(way)
        is_role = name is not None and way.bind[name].kind == "role"
        return (is_role or is_carried(way)) and not self._kinds_running_with_end(way) & self._kinds

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(one.kind.lower() for one in self._likeness.snapshot.resources.values())

    def _kinds_running_with_end(self, way: Way) -> frozenset[str]:
        """What an export would say of it which role it runs with."""
        binds = (bind for bind in way.bind.values() if bind.role == way.outcome.becomes)
        return frozenset((bind.type or "").lower() for bind in binds)

    def carried(self, way: Way, holding: Holding, ends: int, rest: Mapping[str, str] | None) -> Sets:
        """Those of some ends with which something may run that an actor can use; without `rest` that anybody can."""
        carrier = way.bind[way.bind[way.outcome.becomes or ""].carried_by or ""]
        taken = self._served(catalogue().carriers[carrier.type or ""]["service"], holding.account.account_id, ends)
        level = self._level(way, holding, rest, {}) if rest is not None and taken else 0
        if level is None:
            return 0, 0, 0
        return taken if level == 0 else 0, taken if level <= 1 else 0, taken

    def _served(self, service: str, account: str, ends: int) -> int:
        """The roles that a service may take, whatever for."""
        answers = self._answers.setdefault((service, account), Answers())
        desk, context = self._likeness.desk, {"aws:SourceAccount": KeyValue.of(account)}
        for group in self._likeness.trusted.taken_alike(answers.new(ends)):
            end = self._likeness.places.first(group)
            answers.note(group, desk.ask(desk.snapshot, service, ASSUME_ROLE, end, context).label)
        return answers.possible & ends

    def reached(self, way: Way, holding: Holding, ends: int, rest: Mapping[str, str]) -> Sets:
        """Those of some ends that such a role takes, by how sure all of the way up to them is."""
        step = _taking(way)
        name = step.by.strip("{}")
        found = [0, 0, 0]
        for arn in self._likeness.places.each(self._between.passed(way, name, holding)):
            taken = self._taken(step, arn, ends)
            level = self._level(way, holding, rest, {name: arn}) if taken[-1] and arn != holding.arn else None
            for place in range(len(found) if level is None else level, len(found)):
                found[place] |= taken[place]
        return found[0], found[1], found[2]

    def _level(self, way: Way, holding: Holding, rest: Mapping[str, str], given: Mapping[str, str]) -> int | None:
        """The place in `LABELS` of how sure all is that does not name the end; None where it is denied."""
        bound = {name: rest[name] for name in way.bind if name in rest}
        stands, needed = self._kept(self._likeness.of_end(way, holding)), self._walker.needed(holding.arn)
        key = (way.id, holding.account.account_id, stands, needed, self._kept(tuple(bound.items())), *given.values())
        if key not in self._levels:
            walk = self._walker.between(way, holding, bound, given)
            self._levels[key] = None if walk is None else walk.level
        return self._levels[key]

    def _kept(self, seen: Hashable) -> Hashable:
        """The same, of many equal ones the first (EP58)."""
        return self._same.setdefault(seen, seen)

    def _taken(self, step: Step, arn: str, ends: int) -> Sets:
        """Whom a role may take; that it takes itself is asked apart."""
        itself = ends & self._likeness.places.one(arn)
        taken = self._narrowing.answers(step, self._likeness.holding(arn), ends).within(ends & ~itself)
        if not itself:
            return taken
        desk, own = self._likeness.desk, Answers()
        own.note(itself, desk.ask(desk.snapshot, arn, step.ask, arn, {}).label)
        return taken[0] | own.allowed, taken[1] | own.conditional, taken[2] | own.possible


def is_carried(way: Way) -> bool:
    """Whether nothing is asked of the end of a way but that something runs with it."""
    end = way.outcome.becomes or ""
    carrier = None if end not in way.bind else way.bind.get(way.bind[end].carried_by or "")
    if carrier is None or carrier.kind != "carrier" or carrier.role != end or parts_of(way).naming_end:
        return False
    is_tied = any(end in (bind.of, bind.attached_to, bind.assigned_to, bind.carried_by) for bind in way.bind.values())
    changes = (step.changes for step in way.asked() if step.changes is not None)
    return not is_tied and all(one.change == "resource_policy" and one.of != end for one in changes)


def is_single(task: Task, end: str | None) -> bool:
    """Whether a task depends on the end of its way alone, and leaves the picture as it is for the actor."""
    if task.state is not None:
        return task.state.of == end and task.state.unless is None
    step = task.step
    if step is None or task.resource != end or step.any_of or "{" in step.by:
        return False
    if step.changes is not None and (step.changes.change != "inline" or step.changes.of != end):
        return False  # by what is written into an end, who reaches it is allowed no more
    values = (value.replace("{account}", "") for values in step.context.values() for value in values)
    is_told_apart = step.ask == ASSUME_ROLE or (step.is_own and step.ask.startswith("iam:"))
    return is_told_apart and not any("{" in value for value in values)


def _taking(way: Way) -> Step:
    """The step by which an end is taken."""
    return next(step for step in way.steps if step.by.strip("{}") in way.bind)


def _name_of_taker(way: Way) -> str | None:
    """The variable that takes the end of a way, where nothing else depends on both."""
    end, parts = way.outcome.becomes or "", parts_of(way)
    by = [task.step for task in parts.naming_end if task.step is not None and "{" in task.step.by]
    others = [task for task in parts.naming_end if task.step not in by]
    if len(by) != 1 or by[0].ask != ASSUME_ROLE or by[0].on != (end,) or by[0].context or by[0].changes is not None:
        return None
    binds = [bind for name, bind in way.bind.items() if name != end]
    is_tied = any(end in (bind.of, bind.attached_to, bind.assigned_to, bind.carried_by) for bind in binds)
    is_changed = any(step.changes is not None for step in way.asked())
    is_told = not is_tied and not is_changed and all(is_single(task, end) for task in others)
    return by[0].by.strip("{}") if is_told and by[0].by.strip("{}") in way.bind else None
