"""One way, tried for one actor: variables are bound step by step, every step is decided (EP20-EP22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import NamedTuple

from iamtui.analysis.paths.administrators import context_of
from iamtui.analysis.paths.asking import LABELS, Asked, Desk, conditions_of
from iamtui.analysis.paths.binding import DEFAULT_REGION, candidates, may_be_allowed, roles_for
from iamtui.analysis.paths.catalogue import ACTOR, State, Step, Way, catalogue
from iamtui.analysis.paths.facts import holds
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.overlay import overlaid
from iamtui.analysis.paths.results import FactHeld
from iamtui.analysis.paths.trusting import ASSUME_ROLE, let_in_by
from iamtui.arn import account_of
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot

ACCOUNT_VARIABLES = ("account", "partition", "region")


_NOT_EXPORTED = frozenset(("carrier", "cluster", "instance-profile", "permission-set"))
"""What no reader takes from an export yet: that it is there, and with which role, is a fact that is needed (EP41)."""


class Taken(NamedTuple):
    """A step that was asked, in the picture in which it was."""

    step: Step
    asked: Asked
    picture: Snapshot


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


class _Task(NamedTuple):
    """What is still to be asked: a step on one resource, a fact, or one of several lists."""

    step: Step | None = None
    resource: str = ""
    is_last: bool = True
    state: State | None = None


class Failed(Exception):  # noqa: N818 - no error, but the end of a search
    """No binding does; `names` are the variables that it hangs on."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names


class Walker:
    """Tries ways for actors."""

    def __init__(self, desk: Desk, needed: Mapping[str, frozenset[tuple[str, str]]] | None = None) -> None:
        """Ask at `desk`; `needed` is what makes a conditional administrator, of which nothing new is told (EP8)."""
        self._desk = desk
        self._needed = needed or {}
        self._taking: dict[tuple[str, str, str], Sequence[str]] = {}
        self._may_go: dict[tuple[str, str], bool] = {}

    def walk(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Walk | None:
        """The surest walk with some variables given: proven before conditional before possible (EP22)."""
        start = Walk({**_fixed(holding), **given}, self._desk.snapshot)
        needed = self._needed.get(holding.arn)
        possible = _Try(self._desk, way, holding, LABELS.index("possible"), needed, self._takers(way, holding, given))
        try:  # most ways fail: what is not even possible is found out at once
            found = possible.go(start)
        except Failed:
            return None
        for most in range(found.level):
            try:
                return replace(possible, most=most).go(start)
            except Failed:
                continue
        return found

    def _takers(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
        """Of a role that takes the end for a service, those that may: found once, whoever starts (EP56)."""
        end = way.outcome.becomes or ""
        found: dict[str, Sequence[str]] = {}
        for step in way.steps:
            name = step.by.strip("{}")
            if step.ask == ASSUME_ROLE and step.on == (end,) and end in given and _is_role(way, name):
                key = (way.id, given[end], holding.account.account_id)
                if key not in self._taking:
                    roles = [role.arn for role in roles_for(way.bind[name], holding, {}, way)]
                    self._taking[key] = [arn for arn in roles if self._may_assume(arn, given[end])]
                found[name] = self._taking[key]
        return found

    def _may_assume(self, arn: str, end: str) -> bool:
        role = self._desk.snapshot.role(end)
        may_be_let_in = role is None or any(who in ("*", arn, account_of(arn)) for who in let_in_by(role))
        return may_be_let_in and self._desk.ask(self._desk.snapshot, arn, ASSUME_ROLE, end, {}).label != "denied"

    def may_go(self, way: Way, holding: Holding, end: str) -> bool:
        """Whether the steps that do not name the end may be taken, whatever the end is: asked once for all of them."""
        key = (way.id, holding.entity.arn)
        if key not in self._may_go:
            self._may_go[key] = self._goes_without(way, holding, end)
        return self._may_go[key]

    def _goes_without(self, way: Way, holding: Holding, end: str) -> bool:
        if any(step.changes is not None for step in way.asked()):
            return True
        tasks = [one for one in _tasks(way.steps) if one.step and one.step.is_own and not one.step.any_of]
        rest = [task for task in tasks if end not in _variables(task)]
        try:
            _Try(self._desk, way, holding, LABELS.index("possible"), self._needed.get(holding.arn)).take(
                Walk(_fixed(holding), self._desk.snapshot), rest
            )
        except Failed:
            return False
        return True


def _fixed(holding: Holding) -> dict[str, str]:
    account = holding.account
    return {
        "account": account.account_id,
        "partition": account.partition,
        "region": DEFAULT_REGION,
        ACTOR: holding.entity.arn,
    }


@dataclass(frozen=True, slots=True)
class _Try:
    """A search for a walk none of whose steps is less sure than the label at `most`."""

    desk: Desk
    way: Way
    holding: Holding
    most: int
    needed: frozenset[tuple[str, str]] | None = None
    takers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def go(self, walk: Walk) -> Walk:
        """The walk to the end."""
        return self.take(walk, (*(_Task(state=one) for one in self.way.state), *_tasks(self.way.steps)))

    def take(self, walk: Walk, tasks: Sequence[_Task]) -> Walk:
        """The walk after some tasks.

        Raises:
            Failed: no binding does.
        """
        return self._next(walk, tasks)

    def _next(self, walk: Walk, tasks: Sequence[_Task]) -> Walk:
        if not tasks:
            return walk
        task, rest = tasks[0], tasks[1:]
        if task.step is not None and task.step.any_of:
            return self._any(walk, task.step, rest)
        wanted = next((name for name in _variables(task) if name not in walk.binds and name in self.way.bind), None)
        if wanted is not None:
            return self._bound(walk, wanted, tasks)
        if task.state is not None:
            return self._fact(walk, task.state, rest)
        return walk if task.step is None else self._step(walk, task.step, task, rest)

    def _any(self, walk: Walk, step: Step, rest: Sequence[_Task]) -> Walk:
        names: frozenset[str] = frozenset()
        for steps in step.any_of:
            try:
                return self._next(walk, (*_tasks(steps), *rest))
            except Failed as failed:
                names |= failed.names
        raise Failed(names)

    def _bound(self, walk: Walk, name: str, tasks: Sequence[_Task]) -> Walk:
        bind = self.way.bind[name]
        needed = [one for one in (bind.of, bind.attached_to, bind.carried_by) if one and one in self.way.bind]
        missing = next((one for one in needed if one not in walk.binds and bind.kind != "role"), None)
        if missing is not None:
            return self._bound(walk, missing, tasks)
        is_open = bind.kind in _NOT_EXPORTED or bind.type == "sso:Instance"
        if is_open and self.most < LABELS.index("possible"):
            raise Failed(frozenset())
        if not self._may_carry(walk, name):
            raise Failed(frozenset((bind.role or "",)))
        names = frozenset(needed)
        texts = candidates(self.way, name, self.holding, walk.binds)
        if name in self.takers:
            texts = [arn for arn in self.takers[name] if arn != self.holding.arn]
        for text in texts:
            try:
                state = (
                    (*walk.state, FactHeld("exists" if bind.kind == "some" else bind.kind, text, None))
                    if is_open
                    else walk.state
                )
                return self._next(replace(walk, binds={**walk.binds, name: text}, state=state), tasks)
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

    def _fact(self, walk: Walk, state: State, rest: Sequence[_Task]) -> Walk:
        held = holds(self.desk.snapshot, state, walk.binds, self.way)
        if held is not None and not held and state.unless is not None:
            made = replace(walk, state=(*walk.state, FactHeld(state.fact, walk.binds[state.of], holds=True)))
            return self._next(made, (*_tasks((state.unless,)), *rest))
        if held is False or (held is None and self.most < LABELS.index("possible")):
            raise Failed(frozenset((state.of,)))
        told = FactHeld(state.fact, walk.binds[state.of], held)
        return self._next(replace(walk, state=(*walk.state, told)), rest)

    def _step(self, walk: Walk, step: Step, task: _Task, rest: Sequence[_Task]) -> Walk:
        if not self._may_be_asked(walk, step, task.resource):
            raise Failed(frozenset(_variables(task)))
        asked = self._asked(walk, step, task.resource)
        if LABELS.index(asked.label) > self.most:
            raise Failed(frozenset(_variables(task)))
        picture = walk.picture
        if task.is_last and step.changes is not None:
            picture = overlaid(picture, step.changes, walk.binds)
        taken = (*walk.taken, Taken(step, asked, walk.picture))
        if self.needed is not None and asked.label != "allowed" and self.needed <= _conditions(taken):
            raise Failed(frozenset(_variables(task)))  # it hangs on all that makes an administrator anyway (EP8)
        return self._next(replace(walk, taken=taken, picture=picture), rest)

    def _may_be_asked(self, walk: Walk, step: Step, on: str) -> bool:
        """Whether some Allow of the actor may match, where nothing else can grant a step of its own (EP56)."""
        if not step.is_own or not step.ask.startswith("iam:") or self.holding.is_open:
            return True
        if walk.picture is not self.desk.snapshot:
            return True
        return may_be_allowed(self.holding, step.ask, walk.binds.get(on) or on.format_map(walk.binds))

    def _asked(self, walk: Walk, step: Step, on: str) -> Asked:
        binds = walk.binds
        resource = binds.get(on) or on.format_map(binds)
        context = context_of(step, binds)
        principal = binds[ACTOR] if step.is_own else step.by.format_map(binds)
        makes = on == "*" or (on in self.way.bind and self.way.bind[on].kind in ("some", "new"))
        if not step.is_own and not principal.startswith("arn:"):
            made = next((binds[one] for one in self.way.bind if one in binds and self._is_made(one)), None)
            if made is not None:
                context["aws:SourceArn"] = KeyValue.of(made, "what the step makes")
        picture = self.desk.snapshot if self._is_untouched(walk, step) else walk.picture
        return self.desk.ask(picture, principal, step.ask, resource, context, makes=makes and step.is_own)

    def _is_untouched(self, walk: Walk, step: Step) -> bool:
        """Whether nothing that was changed so far counts for a step of the actor (EP31)."""
        actor = walk.binds[ACTOR]
        changes = [one.step.changes for one in walk.taken if one.step.changes is not None]
        of_policies = all(one.change in ("inline", "attached") and walk.binds[one.of] != actor for one in changes)
        are_entities = all(self.way.bind[one.of].kind in ("user", "role") for one in changes if one.of != ACTOR)
        return step.is_own and of_policies and are_entities

    def _is_made(self, name: str) -> bool:
        return self.way.bind[name].kind in ("some", "carrier")


def _conditions(taken: Sequence[Taken]) -> frozenset[tuple[str, str]]:
    return frozenset(
        condition for one in taken if one.asked.label != "allowed" for condition in conditions_of(one.asked)
    )


def _is_role(way: Way, name: str) -> bool:
    return name in way.bind and way.bind[name].kind == "role"


def _tasks(steps: Sequence[Step]) -> Iterator[_Task]:
    for step in steps:
        if step.any_of:
            yield _Task(step)
        for place, on in enumerate(step.on):
            yield _Task(step, on, is_last=place == len(step.on) - 1)


def _variables(task: _Task) -> tuple[str, ...]:
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
    change = step.changes if task.is_last else None
    if change is not None:
        named += [name for name in (change.of, change.to, change.without, change.names) if name]
        named += ["managed"] if change.change == "attached" else []
    return tuple(dict.fromkeys(named))
