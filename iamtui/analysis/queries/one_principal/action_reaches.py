"""What is reached of actions by the cells of their resources, and what takes them away: once for all alike (WP1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.deciding.answers import Cell, Situation
from iamtui.analysis.queries.deciding.ways import WayKey, grants_of
from iamtui.analysis.queries.everybody.results import Examples
from iamtui.analysis.queries.everybody.row_details import conditions_of_answer, in_general
from iamtui.analysis.queries.one_principal.can_details import examples, having, reaches, taken_away
from iamtui.analysis.queries.one_principal.can_results import ActionReach, TakenAway
from iamtui.analysis.queries.one_principal.ground import Standing


class OfClass(NamedTuple):
    """What is told of all actions of a class whose resources are in the same places: each cell has the same label.

    `naming` are situations that lean on policies of the resources that the export lacks, which are told by service.
    """

    reach: ActionReach | None
    away: TakenAway | None
    naming: tuple[Situation, ...]

    def on(self, standing: Standing) -> ActionReach | None:
        """What is reached of actions for whose resources `standing` stands."""
        return self.reach and replace(self.reach, examples=Examples(standing.resources[0], None))

    def assumed(self, standing: Standing) -> Iterator[str]:
        """What it leans on by the services of those resources."""
        services = {resource.split(":", 3)[2]: resource for resource in reversed(standing.resources)}
        for situation in self.naming:
            for resource in services.values():
                yield from in_general(situation.settled.assumed, situation.question, resource)


def of_class(
    reach: ActionReach | None, away: TakenAway | None, own: Sequence[Cell], others: Sequence[Cell]
) -> OfClass | None:
    """What is told of the class; None where a cell matters for itself."""
    situations = {id(one): one for one in _situations((*own, *others))}.values()
    if not own or len({cell.answer.label for cell in (*own, *others)}) > 1:
        return None
    return OfClass(reach, away, tuple(one for one in situations if _names_resource(one)))


def _situations(cells: Iterable[Cell]) -> Iterator[Situation]:
    return (cell.answer.situation for cell in cells if cell.answer.situation is not None)


def _names_resource(situation: Situation) -> bool:
    assumed = situation.settled.assumed
    return tuple(in_general(assumed, situation.question)) != assumed


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
