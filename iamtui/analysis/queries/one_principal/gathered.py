"""What is told of action after action, put together by service and by what takes away (WP1-WP3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from iamtui import catalog
from iamtui.analysis.queries.deciding.ways import WayKey
from iamtui.analysis.queries.everybody.results import Examples
from iamtui.analysis.queries.one_principal.can_results import ActionReach, ActionWay, Can, TakenAway


class Gathered:
    """Takes what is told of some actions at a time."""

    def __init__(self) -> None:
        self._services: defaultdict[str, list[ActionReach]] = defaultdict(list)
        self._taken: list[TakenAway] = []
        self._used: Counter[int] = Counter()

    def note_reach(self, reach: ActionReach, actions: Iterable[tuple[str, Examples]]) -> None:
        """Note what is reached of some actions, each with its examples."""
        found = [reach.of_action(action, _level(action), examples) for action, examples in actions]
        for one in found:
            self._services[one.action.partition(":")[0]].append(one)
        for place in reach.ways:
            self._used[place] += len(found)

    def note_away(self, away: TakenAway, actions: Iterable[str]) -> None:
        """Note what takes some actions away."""
        self._taken += [TakenAway(action, away.by, away.statement) for action in actions]

    def result(self, principal: str, ways: Mapping[WayKey, int], leans_on: tuple[str, ...], *, complete: bool) -> Can:
        """All of it; `ways` are numbered as what is reached names them."""
        services = sorted(self._services.items())
        return Can(
            principal=principal,
            services={service: tuple(sorted(each, key=lambda one: one.action)) for service, each in services},
            taken_away=tuple(sorted(self._taken, key=lambda one: one.action)),
            ways=tuple(ActionWay(*key, self._used[place]) for key, place in ways.items()),
            leans_on=leans_on,
            complete=complete,
        )


@cache
def _level(action: str) -> str:
    found = catalog.action(action)
    return "" if found is None else found.access_level.partition(",")[0]
