"""The actions of which AWS lists no resource type, by whether patterns take what it asks about for them (L36)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.askers import Asker, Askers
from iamtui.analysis.queries.index.action_sets import Taken, of_names, of_service, services_in, without_types
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.policy.elements import ResourceElement
from iamtui.policy.truth import Truth


class _Alike(NamedTuple):
    """Actions that AWS asks about alike, with one of them.

    `is_unknown` where nothing is known of on what: then values in patterns make no difference.
    """

    example: str
    is_unknown: bool
    actions: int


class UntypedActions:
    """Finds for one question what elements take of them; what tells the actions apart is found once."""

    def __init__(self, ground: Ground, askers: Askers) -> None:
        self._ground = ground
        self._askers = askers
        self._found: dict[str, tuple[_Alike, ...]] = {}

    def by_truth(self, asker: Asker, element: ResourceElement | None, actions: int) -> tuple[dict[Truth, int], int]:
        """Some actions by whether an element takes them, and those for which it counts how it is written."""
        sets: dict[Truth, int] = {}
        written = 0
        has_values = element is not None and any("${" in text for text in element.texts)
        for service in services_in(actions):
            for alike in self._in_service(service):
                if not (members := alike.actions & actions):
                    continue
                if element is None or (has_values and not alike.is_unknown):
                    written |= members
                    continue
                truth = self._askers.taking_unlisted(asker, alike.example, element.texts)
                sets[truth] = sets.get(truth, 0) | members
        return sets, written

    def _in_service(self, service: str) -> tuple[_Alike, ...]:
        found = self._found.get(service)
        if found is None:
            every = self._ground.grouping.alike(Taken(without_types() & of_service(service), ()))
            found = self._found[service] = tuple(
                _Alike(one.actions[0], one.kind is not None and service != "s3", of_names(one.actions)) for one in every
            )
        return found
