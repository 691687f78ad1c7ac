"""The surest walk of a way for one actor, and what of a way is found once for all who start (EP22, EP56)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from iamtui.analysis.paths.asking import LABELS, Desk
from iamtui.analysis.paths.binding import DEFAULT_REGION, roles_for, strong_policies
from iamtui.analysis.paths.catalogue import ACTOR, Way
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.trusting import ASSUME_ROLE, let_in_by
from iamtui.analysis.paths.walking import Attempt, Failed, Walk, tasks_of, variables_of
from iamtui.arn import account_of


class Walker:
    """Tries ways for actors."""

    def __init__(
        self,
        desk: Desk,
        needed: Mapping[str, frozenset[tuple[str, str]]] | None = None,
        chooses_freely: Callable[[Way, Holding], bool] = lambda way, holding: False,
    ) -> None:
        """Ask at `desk`; `needed` is what makes a conditional administrator, of which nothing new is told (EP8).

        `chooses_freely` says that no statement in play tells managed policies apart: the first does if any does.
        """
        self._desk = desk
        self._chooses_freely = chooses_freely
        self._needed = needed or {}
        self._taking: dict[tuple[str, str, str], Sequence[str]] = {}
        self._may_go: dict[tuple[str, str], bool] = {}

    def walk(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Walk | None:
        """The surest walk with some variables given: proven before conditional before possible (EP22)."""
        start = Walk({**_fixed(holding), **given}, self._desk.snapshot)
        needed = self._needed.get(holding.arn)
        possible = Attempt(
            self._desk, way, holding, LABELS.index("possible"), needed, self._choices(way, holding, given)
        )
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

    def _choices(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
        """The variables of which not every candidate need be tried, each with those that are."""
        found = dict(self._takers(way, holding, given))
        for name, bind in way.bind.items():
            if bind.kind == "managed" and not bind.denies and self._chooses_freely(way, holding):
                found[name] = strong_policies(holding.account)[:1]
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
        tasks = [one for one in tasks_of(way.steps) if one.step and one.step.is_own and not one.step.any_of]
        rest = [task for task in tasks if end not in variables_of(task)]
        try:
            Attempt(self._desk, way, holding, LABELS.index("possible"), self._needed.get(holding.arn)).take(
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


def _is_role(way: Way, name: str) -> bool:
    return name in way.bind and way.bind[name].kind == "role"
