"""What is reached of actions by the cells of their resources, and what takes them away: once for all alike (WP1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation
from iamtui.analysis.queries.deciding.ways import WayKey, grants_of
from iamtui.analysis.queries.everybody.results import Examples
from iamtui.analysis.queries.everybody.row_details import conditions_of_answer, in_general
from iamtui.analysis.queries.one_principal.can_details import examples, having, reaches, taken_away
from iamtui.analysis.queries.one_principal.can_results import ActionReach, TakenAway
from iamtui.analysis.queries.one_principal.ground import Standing


class OfClass(NamedTuple):
    """What is told of all actions of a class whose resources are in the same places.

    `labels` are those of the principal's own cells, by place; where that `is_mixed`, as those of different Regions may
    be, some are allowed. `naming` are the situations, by place, that lean on policies which the export lacks: these are
    told by service.
    """

    reach: ActionReach | None
    away: TakenAway | None
    labels: dict[Hashable, str]
    naming: dict[Hashable, Situation]
    is_mixed: bool

    def on(self, standing: Standing) -> ActionReach | None:
        """What is reached of actions for whose resources `standing` stands."""
        return self.reach and replace(self.reach, examples=self.examples(standing))

    def covers(self, standing: Standing) -> bool:
        """Whether the resources for which `standing` stands are in these places."""
        return self.labels.keys() >= set(standing.places)

    def examples(self, standing: Standing) -> Examples:
        """A resource that has the label, and one that has a lesser, of those of some actions."""
        if not self.is_mixed:
            return Examples(standing.resources[0], None)
        labels = {resource: self.labels[place] for place, resource in standing.by_service}
        told = [one for one in standing.resources if one in labels]
        allowed = next(one for one in told if labels[one] == "allowed")
        return Examples(allowed, next(one for one in told if labels[one] != "allowed"))

    def assumed(self, standing: Standing) -> Iterator[str]:
        """What it leans on by the services of those resources."""
        for place, resource in standing.by_service if self.naming else ():
            if place in self.naming:
                yield from _told_of(self.naming[place], resource)


def of_class(
    told: tuple[ActionReach | None, TakenAway | None], cells: tuple[Sequence[Cell], Sequence[Cell]], standing: Standing
) -> OfClass | None:
    """What is told of the class; None where a cell matters for itself.

    Where some of the principal's own are allowed, no others are asked about: then labels may differ by place.
    """
    own, others = ({cell.resource: cell.answer for cell in each} for each in cells)
    found = {answer.label for answer in (*own.values(), *others.values())}
    if not own or (len(found) > 1 and (others or "allowed" not in found)):
        return None
    named = [set(chain.from_iterable(_named_by(*one) for one in each.items())) for each in (own, others)]
    if not named[1] <= named[0]:
        return None
    labels = {place: own[resource].label for place, resource in standing.by_service}
    by_place = {place: own[resource].situation for place, resource in standing.by_service}
    naming = {place: one for place, one in by_place.items() if one is not None and _names_resource(one)}
    return OfClass(*told, labels, naming, is_mixed=len(found) > 1)


def _named_by(resource: str, answer: Answer) -> Iterator[str]:
    situation = answer.situation
    if situation is not None and _names_resource(situation):
        yield from _told_of(situation, resource)


def _told_of(situation: Situation, resource: str) -> Iterator[str]:
    return in_general(situation.settled.assumed, situation.question, resource)


def _names_resource(situation: Situation) -> bool:
    assumed = situation.settled.assumed
    return bool(assumed) and tuple(in_general(assumed, situation.question)) != assumed


class ActionReaches:
    """Tells what is reached, and numbers each way to it."""

    def __init__(self) -> None:
        self.ways: dict[WayKey, int] = {}
        self._reaches: dict[Hashable, ActionReach | None] = {}
        self._taken: dict[Hashable, TakenAway | None] = {}

    def reach(self, alike: Alike, own: Sequence[Cell], others: Sequence[Cell]) -> ActionReach | None:
        """What is reached of some actions, made once for all of which the cells have the same answers."""
        if alike.trait is None:
            return self._reach_of(alike, own, others)
        key = tuple([tuple([id(cell.answer.situation) for cell in cells]) for cells in (own, others)])
        if key not in self._reaches:
            self._reaches[key] = self._reach_of(alike, own, others)
        found = self._reaches[key]
        return found and replace(found, examples=examples([*own, *others], own))

    def away(self, alike: Alike, cells: Sequence[Cell]) -> TakenAway | None:
        """What takes some actions away, found once for all of which the cells have the same answers."""
        if alike.trait is None:
            return taken_away(alike.actions[0], cells)
        key = tuple([id(cell.answer.situation) for cell in cells])
        if key not in self._taken:
            self._taken[key] = taken_away(alike.actions[0], cells)
        return self._taken[key]

    def _reach_of(self, alike: Alike, own: Sequence[Cell], others: Sequence[Cell]) -> ActionReach | None:
        cells = [*own, *others]
        best = having(cells)
        if not best:
            return None
        allowed = best[0].answer.label == "allowed"
        everywhere = bool(own) and all(cell.answer.label == "allowed" for cell in own)
        ways: dict[int, None] = {}
        resources: dict[str, None] = {}
        for cell in best:
            for grant in grants_of(cell.answer):
                ways[self.ways.setdefault(grant.key, len(self.ways))] = None
                element = grant.statement.resource
                if element is None or element.negated:
                    resources["*"] = None
                else:
                    texts = (one.text for one in element.patterns if reaches(one.text, cell.resource))
                    resources.update(dict.fromkeys(texts))
        return ActionReach(
            action=alike.actions[0],
            level="",
            extent="everywhere" if everywhere else "somewhere" if allowed else "conditional",
            resources=("*",) if everywhere or "*" in resources else tuple(resources),
            examples=examples(cells, own),
            conditions=() if allowed else tuple(conditions_of_answer(best[0].answer)),
            ways=tuple(sorted(ways)),
        )
