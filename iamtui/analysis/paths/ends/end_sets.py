"""Ways whose end is asked in single requests: each is answered for all ends as sets, and the answers joined (EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import and_, or_

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.ends.narrowing import Answers, Narrowing, Sets, named_in
from iamtui.analysis.paths.ends.through import Through, is_carried, is_single
from iamtui.analysis.paths.privileges.administrators import context_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.sources import sources_of
from iamtui.analysis.paths.ways.catalogue import State, Step, Way
from iamtui.analysis.paths.ways.facts import holds
from iamtui.analysis.paths.ways.parts import parts_of
from iamtui.analysis.paths.ways.tasks import Task
from iamtui.policy.keys import KeyValue

_Ends = tuple[int, Mapping[str, str] | None]
"""Ends, and what the rest of a way bound, where that was asked."""


class EndSets:
    """Answers what depends on the ends of ways, as sets of ends."""

    def __init__(self, likeness: Likeness, narrowing: Narrowing, through: Through) -> None:
        """Ask own steps as `narrowing` does, each once for all who are alike, and others by `through`."""
        self._likeness = likeness
        self._narrowing = narrowing
        self._through = through
        self._served: dict[Hashable, Answers] = {}
        self._held: dict[Hashable, Answers] = {}
        self._plain: dict[str, bool] = {}

    def answer(self, way: Way) -> bool:
        """Whether sets answer what depends on the ends of a way."""
        if way.id not in self._plain:
            self._plain[way.id] = self._likeness.parts(way) and (is_plain(way) or self._through.leads(way))
        return self._plain[way.id]

    def reached(self, way: Way, members: Sequence[Holding], ends: int, binds: Mapping[str, str] | None = None) -> Sets:
        """Those of some ends on which each request of actors who are alike is at least so sure.

        `binds` says what the rest of the way bound; without it nobody is left out on whom it depends.
        """
        found: Sets = (ends, ends, ends)
        if ends and is_carried(way):
            found = self._through.carried(way, members[0], ends, binds)
        for task in parts_of(way).naming_end:
            if found[-1]:
                found = _each(and_, found, self._within(way, task, members, (found[-1], binds)))
        return found

    def _within(self, way: Way, task: Task, members: Sequence[Holding], asked: _Ends) -> Sets:
        ends, binds = asked
        if task.state is not None:
            return self._facts(way, task.state, members[0], ends).within(ends)
        if task.step is None:
            return ends, ends, ends
        if task.step.is_own:
            return self._own(task.step, members, ends).within(ends)
        if "{" in task.step.by:
            return (ends, ends, ends) if binds is None else self._through.reached(way, members[0], ends, binds)
        reading = ends & self._likeness.trusted.reading_source
        plain = self._by(task.step, members[0], ends & ~reading, {})
        if binds is None:
            return _each(or_, plain, (reading, reading, reading))
        for source in sources_of(way, task.step.by, members[0].account, binds):
            plain = _each(or_, plain, self._by(task.step, members[0], reading, source))
        return plain

    def _own(self, step: Step, members: Sequence[Holding], ends: int) -> Answers:
        for holding in members[1:2]:  # who asks where the end is the first of them
            self._narrowing.answers(step, holding, ends & self._likeness.places.one(members[0].arn))
        return self._narrowing.answers(step, members[0], ends)

    def _by(self, step: Step, holding: Holding, ends: int, source: Mapping[str, KeyValue]) -> Sets:
        """Which of some roles a service may take, for `source` where a trust policy reads that."""
        context = {**context_of(step, named_in(holding.account)), **source}
        key = (step.ask, step.by, holding.account.account_id, tuple(context.items()))
        answers = self._served.setdefault(key, Answers())
        desk = self._likeness.desk
        for group in self._likeness.trusted.taken_alike(answers.new(ends)):
            end = self._likeness.places.first(group)
            answers.note(group, desk.ask(desk.snapshot, step.by, step.ask, end, context).label)
        return answers.within(ends)

    def _facts(self, way: Way, state: State, holding: Holding, ends: int) -> Answers:
        """Of which of some ends a fact holds, as far as an export says."""
        snapshot, places, account = self._likeness.snapshot, self._likeness.places, holding.account.account_id
        answers = self._held.setdefault((account, state.fact, state.holds, state.below, state.at_least), Answers())
        found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
        for arn in places.each(answers.new(ends)):
            found[holds(snapshot, state, {state.of: arn, "account": account}, way)].append(arn)
        answers.note(places.of(found[True]), "allowed")
        answers.note(places.of(found[None]), "possible")
        return answers


def is_plain(way: Way) -> bool:
    """Whether all that depends on the end of a way is facts of it, and single requests of the actor and of services."""
    end = way.outcome.becomes
    return all(is_single(task, end) for task in parts_of(way).of_end)


def _each(join: Callable[[int, int], int], one: Sets, other: Sets) -> Sets:
    """Two answers joined, each as sure as the other."""
    return join(one[0], other[0]), join(one[1], other[1]), join(one[2], other[2])
