"""The surest walk of a way for one actor, and what of a way is found once for all who start (EP22, EP56)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from iamtui.analysis.paths.requests.asking import LABELS, Desk
from iamtui.analysis.paths.requests.binding import roles_for, strong_policies
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.naming import DEFAULT_REGION
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE, let_in_by
from iamtui.analysis.paths.walks.walking import Attempt, Failed, Walk
from iamtui.analysis.paths.ways.catalogue import ACTOR, Way
from iamtui.analysis.paths.ways.parts import parts_of
from iamtui.analysis.paths.ways.tasks import Task, tasks_of
from iamtui.arn import account_of


class Walker:
    """Tries ways for actors."""

    def __init__(
        self,
        desk: Desk,
        needed: Callable[[str], frozenset[tuple[str, str]] | None] | None = None,
        chooses_freely: Callable[[Way, Holding], bool] = lambda way, holding: False,
    ) -> None:
        """Ask at `desk`; `needed` is what makes one an administrator under conditions (EP8).

        `chooses_freely` says that no statement in play tells managed policies apart: the first does if any does.
        """
        self._desk = desk
        self._chooses_freely = chooses_freely
        self.needed = needed or (lambda arn: None)
        self._taking: dict[tuple[str, str, str], Sequence[str]] = {}

    def walk(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Walk | None:
        """The surest walk with some variables given: proven before conditional before possible (EP22)."""
        return self._surest(way, holding, given, parts_of(way).whole)

    def begins(self, way: Way, holding: Holding, given: Mapping[str, str]) -> bool:
        """Whether the first step of a way may be taken."""
        first = next(tasks_of(way.steps))
        if first.step is None or first.step.any_of:
            return True
        asked = replace(first, step=structs.replace(first.step, changes=None))  # what it would change is not looked at
        return self._surest(way, holding, given, (asked,)) is not None

    def rest(self, way: Way, holding: Holding) -> Walk | None:
        """The surest walk of what does not depend on the end of a way."""
        return self._surest(way, holding, {}, parts_of(way).rest)

    def to_end(self, way: Way, holding: Holding, rest: Mapping[str, str], given: Mapping[str, str]) -> Walk | None:
        """The surest walk of what depends on the end, after the rest was gone, which bound what `rest` says."""
        bound = {name: rest[name] for name in way.bind if name in rest}
        return self._surest(way, holding, {**bound, **given}, parts_of(way).of_end)

    def between(self, way: Way, holding: Holding, rest: Mapping[str, str], given: Mapping[str, str]) -> Walk | None:
        """The surest walk of what depends on the end without naming it, after the rest was gone."""
        return self._surest(way, holding, {**rest, **given}, parts_of(way).between)

    def _surest(
        self,
        way: Way,
        holding: Holding,
        given: Mapping[str, str],
        tasks: Sequence[Task],
    ) -> Walk | None:
        start = Walk({**_fixed(holding), **given}, self._desk.snapshot)
        choices, needed = self._choices(way, holding, given), self.needed(holding.arn)
        possible = Attempt(self._desk, way, holding, LABELS.index("possible"), needed, choices)
        try:  # most ways fail: what is not even possible is found out at once
            found = possible.take(start, tasks)
        except Failed:
            return None
        for most in range(found.level):
            try:
                return replace(possible, most=most).take(start, tasks)
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
        taker = self._desk.snapshot.role(arn)
        names = ("*", arn, account_of(arn), "" if taker is None else taker.unique_id)
        may_be_let_in = role is None or not let_in_by(role).isdisjoint(names)
        return may_be_let_in and self._desk.ask(self._desk.snapshot, arn, ASSUME_ROLE, end, {}).label != "denied"


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
