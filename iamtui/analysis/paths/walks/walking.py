"""One way, tried for one actor: variables are bound step by step, every step is decided (EP20-EP22)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from iamtui.analysis.paths.privileges.administrators import context_of
from iamtui.analysis.paths.requests.asking import LABELS, Asked, Desk, conditions_of
from iamtui.analysis.paths.requests.binding import (
    candidates,
    known_carriers,
    may_be_allowed,
    policies_of,
)
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.overlay import overlaid
from iamtui.analysis.paths.requests.sources import sources_of, thing_of
from iamtui.analysis.paths.requests.steps import FactHeld
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE
from iamtui.analysis.paths.ways.catalogue import ACTOR, Change, State, Step, Way, catalogue
from iamtui.analysis.paths.ways.facts import holds
from iamtui.analysis.paths.ways.tasks import Task, tasks_of, variables_changed
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot

ACCOUNT_VARIABLES = ("account", "partition", "region")


_NOT_EXPORTED = frozenset(("carrier", "cluster", "instance-profile", "permission-set"))
"""What no reader takes from an export yet: that it is there, and with which role, is a fact that is needed (EP41)."""


class Taken(NamedTuple):
    """A step that was asked, in the picture in which it was; by whom and on what, as its answer may be another's."""

    step: Step
    asked: Asked
    picture: Snapshot
    principal: str
    resource: str

    @property
    def request(self) -> Request:
        """The request of this very step."""
        return replace(self.asked.request, principal=self.principal, resource=self.resource)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a way was gone: what is bound, what was asked, and the picture that it left."""

    binds: Mapping[str, str]
    picture: Snapshot
    taken: tuple[Taken, ...] = ()
    state: tuple[FactHeld, ...] = ()

    @property
    def level(self) -> int:
        """The place in `LABELS` of the least sure step or fact."""
        steps = [LABELS.index(one.asked.label) for one in self.taken]
        facts = [0 if one.holds else LABELS.index("possible") for one in self.state]
        return max((*steps, *facts), default=0)


class Failed(Exception):  # noqa: N818 - no error, but the end of a search
    """No binding does; `names` are the variables that it depends on."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names


@dataclass(frozen=True, slots=True)
class Attempt:
    """A search for a walk none of whose steps is less sure than the label at `most`."""

    desk: Desk
    way: Way
    holding: Holding
    most: int
    needed: frozenset[tuple[str, str]] | None = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def take(self, walk: Walk, tasks: Sequence[Task]) -> Walk:
        """The walk after some tasks.

        Raises:
            Failed: no binding does.
        """
        return self._next(walk, tasks)

    def _next(self, walk: Walk, tasks: Sequence[Task]) -> Walk:
        if not tasks:
            return walk
        task, rest = tasks[0], tasks[1:]
        if task.step is not None and task.step.any_of:
            return self._any(walk, task.step, rest)
        names = (*task.variables, *self._things(task.step))
        wanted = next((name for name in names if name not in walk.binds and name in self.way.bind), None)
        if wanted is not None:
            return self._bound(walk, wanted, tasks)
        if task.state is not None:
            return self._fact(walk, task.state, rest)
        return walk if task.step is None else self._step(walk, task.step, task, rest)

    def _things(self, step: Step | None) -> Iterator[str]:
        """The variable for which a service takes a role by a step (EP16)."""
        thing = None if step is None or step.is_own else thing_of(self.way, step.by)
        if thing is not None:
            yield thing

    def _any(self, walk: Walk, step: Step, rest: Sequence[Task]) -> Walk:
        names: frozenset[str] = frozenset()
        for steps in step.any_of:
            try:
                return self._next(walk, (*tasks_of(steps), *rest))
            except Failed as failed:
                names |= failed.names
        raise Failed(names)

    def _bound(self, walk: Walk, name: str, tasks: Sequence[Task]) -> Walk:
        bind = self.way.bind[name]
        needed = [one for one in (bind.of, bind.attached_to, bind.carried_by) if one and one in self.way.bind]
        missing = next((one for one in needed if one not in walk.binds and bind.kind != "role"), None)
        if missing is not None:
            return self._bound(walk, missing, tasks)
        is_open = bind.kind in _NOT_EXPORTED or bind.type == "sso:Instance"
        if is_open and bind.kind != "carrier" and self.most < LABELS.index("possible"):
            raise Failed(frozenset())
        known = frozenset(known_carriers(self.way, name, self.holding, walk.binds) if bind.kind == "carrier" else ())
        if not self._may_carry(walk, name):
            raise Failed(frozenset((bind.role or "",)))
        names = frozenset(needed)
        chosen = self.choices.get(name)
        if chosen is not None:
            texts: Iterable[str] = [arn for arn in chosen if arn != self.holding.arn]
        else:
            texts = candidates(self.way, name, self.holding, walk.binds)
        for text in texts:
            is_needed = is_open and text not in known
            if is_needed and self.most < LABELS.index("possible"):
                continue
            try:
                state = (
                    (*walk.state, FactHeld("exists" if bind.kind == "some" else bind.kind, text, None))
                    if is_needed
                    else walk.state
                )
                return self._next(Walk({**walk.binds, name: text}, walk.picture, walk.taken, state), tasks)
            except Failed as failed:
                if name not in failed.names:
                    raise
                names |= failed.names - {name}
        raise Failed(names)

    def _may_carry(self, walk: Walk, name: str) -> bool:
        """Whether the service of a carrier may take the role that it is to run with (EP41)."""
        bind = self.way.bind[name]
        if bind.role is None or bind.role not in walk.binds or self.way.bind[bind.role].carried_by != name:
            return True
        service = catalogue().carriers[bind.type or ""]["service"]
        context = {"aws:SourceAccount": KeyValue.of(walk.binds["account"])}
        role = walk.binds[bind.role]
        return self.desk.ask(walk.picture, service, "sts:AssumeRole", role, context).label != "denied"

    def _fact(self, walk: Walk, state: State, rest: Sequence[Task]) -> Walk:
        held = holds(self.desk.snapshot, state, walk.binds, self.way)
        if held is not None and not held and state.unless is not None:
            made = replace(walk, state=(*walk.state, FactHeld(state.fact, walk.binds[state.of], holds=True)))
            return self._next(made, (*tasks_of((state.unless,)), *rest))
        if held is False or (held is None and self.most < LABELS.index("possible")):
            raise Failed(frozenset((state.of,)))
        told = FactHeld(state.fact, walk.binds[state.of], held)
        return self._next(replace(walk, state=(*walk.state, told)), rest)

    def _step(self, walk: Walk, step: Step, task: Task, rest: Sequence[Task]) -> Walk:
        if not self._may_be_asked(walk, step, task.resource):
            raise Failed(frozenset(task.variables))
        found = self._asked(walk, step, task.resource)
        if LABELS.index(found.asked.label) > self.most:
            raise Failed(frozenset((*task.variables, *self._things(step), *self._changed_before(walk, step))))
        picture = walk.picture
        if task.is_last and step.changes is not None:
            picture = overlaid(picture, step.changes, walk.binds)
        taken = (*walk.taken, found)
        if self.needed is not None and found.asked.label != "allowed" and self.needed <= _conditions(taken):
            raise Failed(frozenset(walk.binds))  # it depends on all that makes an administrator anyway (EP8)
        return self._next(Walk(walk.binds, picture, taken, walk.state), rest)

    def _may_be_asked(self, walk: Walk, step: Step, on: str) -> bool:
        """Whether some Allow of the actor may match, where nothing else can grant a step of its own (EP56)."""
        if not step.is_own or self.holding.is_open or walk.picture is not self.desk.snapshot:
            return True
        if self.desk.may_be_granted(step.ask) or (on == "*" and not step.ask.startswith("iam:")):
            return True  # of some actions AWS does not list which resources they are asked on (L36)
        return may_be_allowed(self.holding, step.ask, walk.binds.get(on) or on.format_map(walk.binds))

    def _asked(self, walk: Walk, step: Step, on: str) -> Taken:
        binds = walk.binds
        resource = binds.get(on) or on.format_map(binds)
        context = context_of(step, binds)
        principal = binds[ACTOR] if step.is_own else step.by.format_map(binds)
        makes = on == "*" or (on in self.way.bind and self.way.bind[on].kind in ("some", "new"))
        is_service = not step.is_own and not principal.startswith("arn:")
        sources = sources_of(self.way, principal, self.holding.account, binds) if is_service else ({},)
        changes = [one.step.changes for one in walk.taken if one.step.changes is not None]
        counting = [one for one in changes if self._counts(one, walk.binds)] if step.is_own else changes
        picture = walk.picture if counting else self.desk.snapshot
        is_let_in = len(counting) == 1 and step.ask == ASSUME_ROLE and _lets_in(counting[0], on)
        if is_let_in and step.is_own:
            asked = self.desk.ask_let_in(picture, principal, resource, context)
        else:
            makes = makes and step.is_own
            each = (
                self.desk.ask(picture, principal, step.ask, resource, context | one, makes=makes) for one in sources
            )
            asked = min(each, key=lambda one: LABELS.index(one.label))
        return Taken(step, asked, walk.picture, principal, resource)

    def _changed_before(self, walk: Walk, step: Step) -> Iterator[str]:
        """The variables of the changes before a step that count for it, or would if they were bound to others."""
        for change in (one.step.changes for one in walk.taken if one.step.changes is not None):
            bound = [walk.binds[change.of]]
            if change.change in ("document", "default") and change.of in self.way.bind:
                bound += candidates(self.way, change.of, self.holding, walk.binds)
            if not step.is_own or any(self._counts(change, {**walk.binds, change.of: one}) for one in bound):
                yield from variables_changed(change)

    def _counts(self, change: Change, binds: Mapping[str, str]) -> bool:
        """Whether something that was changed counts for a step of the actor, as far as is told (EP31)."""
        changed, entity = binds[change.of], self.holding.entity
        if change.change in ("inline", "attached"):
            return changed == entity.arn or self.way.bind[change.of].kind not in ("user", "role")
        if change.change in ("document", "default"):
            return changed == entity.boundary or changed in policies_of(self.holding.account, entity.arn)
        return True


def _lets_in(change: Change, name: str) -> bool:
    """Whether a change is that the trust policy of a role names the actor, and nobody else."""
    return change.change == "trust" and change.of == name and change.names in (None, ACTOR)


def _conditions(taken: Sequence[Taken]) -> frozenset[tuple[str, str]]:
    return frozenset(
        condition for one in taken if one.asked.label != "allowed" for condition in conditions_of(one.asked)
    )
