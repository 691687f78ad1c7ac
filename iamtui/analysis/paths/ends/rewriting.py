"""Policies that an actor may rewrite: who carries none need not be tried as the end of a way that does so (EP56)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import reduce
from operator import and_

from iamtui.analysis.paths.alike.alike_policies import read_tags
from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.requests.asking import conditions_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.ways.catalogue import State, Step, Way
from iamtui.analysis.paths.ways.facts import holds

Policies = frozenset[str]


class Rewriting:
    """Finds the policies that actors may rewrite, each request asked once for all of them that are alike."""

    def __init__(self, likeness: Likeness, needed: Callable[[str], frozenset[tuple[str, str]] | None]) -> None:
        """Ask at the desk of `likeness`; `needed` is what makes one an administrator under conditions (EP8)."""
        self._likeness = likeness
        self._needed = needed
        self._known: dict[Hashable, Policies] = {}
        self._allowed: dict[Hashable, Policies] = {}
        self._same: dict[Policies, Policies] = {}
        self._held: dict[tuple[str, str, int | None], Policies] = {}
        self._ends: dict[tuple[str, Policies], int] = {}

    def left(self, way: Way, holding: Holding, ends: int) -> int:
        """Those of some ends with a policy that the actor may rewrite; all where the way rewrites none of theirs."""
        policies = self.policies(way, holding) if ends else None
        if policies is None:
            return ends
        key = (holding.account.account_id, policies)
        if key not in self._ends:
            self._ends[key] = self._likeness.carried.carrying_any(holding.account, policies)
        return ends & self._ends[key]

    def policies(self, way: Way, holding: Holding) -> Policies | None:
        """The policies on which nothing is denied that a way asks before it changes one; None where it changes none."""
        name = policy_of_end(way)
        if name is None or not self.is_asked(way):
            return None
        needed = self._needed(holding.arn)
        key = (way.id, holding.account.account_id, self._likeness.of_end_actions(way, holding), needed)
        if key not in self._known:
            asked = [self.allowed(step, holding) for step in _first_steps(way, name)]
            facts = [self._in_state(state, way, holding) for state in way.state if state.of == name]
            found = reduce(and_, (*asked, *facts), self._likeness.carried.policies(holding.account))
            self._known[key] = self._kept(found)
        return self._known[key]

    def is_asked(self, way: Way) -> bool:
        """Whether a way changes a policy of its end first, and its single steps are asked before the whole."""
        return policy_of_end(way) is not None and self._likeness.is_narrowed(way)

    def allowed(self, step: Step, holding: Holding) -> Policies:
        """The policies that somebody carries on which a step of an actor is not denied.

        Nor does it depend on all that makes the actor an administrator anyway (EP8).
        """
        key = (step.ask, self._likeness.stands(holding, step.ask), self._needed(holding.arn))
        if key not in self._allowed:
            self._allowed[key] = self._kept(frozenset(self._asked(step, holding)))
        return self._allowed[key]

    def _kept(self, policies: Policies) -> Policies:
        """The same, of many equal ones the first (EP58)."""
        return self._same.setdefault(policies, policies)

    def _asked(self, step: Step, holding: Holding) -> Iterator[str]:
        desk, needed = self._likeness.desk, self._needed(holding.arn)
        for group in self._alike(step, holding):
            asked = desk.ask(desk.snapshot, holding.arn, step.ask, min(group), {})
            is_new = needed is None or asked.label == "allowed" or not needed <= set(conditions_of(asked))
            if asked.label != "denied" and is_new:
                yield from group

    def _alike(self, step: Step, holding: Holding) -> Iterable[Policies]:
        """The policies, those together of which no statement in play tells one from others."""
        statements = self._likeness.in_play(holding, (step.ask,))
        carried, account = self._likeness.carried, holding.account
        groups: Iterable[Policies] = carried.by_tags(account) if read_tags(statements) else carried.by_path(account)
        for pattern in self._likeness.patterns(statements):
            for taken in carried.taken_by(pattern, holding):
                groups = [one for group in groups for one in (group & taken, group - taken) if one]
        return groups

    def _in_state(self, state: State, way: Way, holding: Holding) -> Policies:
        """The policies of which a fact holds, or may hold, or of which an actor may make it so."""
        account = holding.account
        key = (account.account_id, state.fact, state.below)
        if key not in self._held:
            policies = self._likeness.carried.policies(account)
            binds = {"account": account.account_id}
            snapshot = self._likeness.snapshot
            self._held[key] = frozenset(
                arn for arn in policies if holds(snapshot, state, {**binds, state.of: arn}, way) is not False
            )
        made = frozenset[str]() if state.unless is None else self.allowed(state.unless, holding)
        return self._held[key] | made


def policy_of_end(way: Way) -> str | None:
    """The variable that is a policy which the end of a way carries, and which is changed before all else."""
    first = next((step for step in way.steps if step.any_of or step.changes is not None), None)
    name = None if first is None or first.changes is None else first.changes.of
    bind = None if name is None else way.bind.get(name)
    is_of_end = bind is not None and bind.kind == "policy" and bind.attached_to in way.bind
    return name if is_of_end else None


def _first_steps(way: Way, name: str) -> Iterator[Step]:
    """The steps on a policy until it is changed."""
    for step in way.steps:
        if step.is_own and step.on == (name,) and not step.context:
            yield step
        if step.changes is not None:
            break
