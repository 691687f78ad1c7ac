"""Which changes cause what one principal gained or lost; asked where it does not follow from what they reach (CH6).

What changes reach is all that can be decided otherwise (CH5): without those that reach a principal or a resource, the
two are as before. So where one change does, there is nothing to ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from iamtui.analysis.changes.affected import Reaching, all_is_told, entities_of
from iamtui.analysis.changes.causes import Undoing, causes_of
from iamtui.analysis.changes.labels import ABSENT, Asker
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.changes.shares import Asked
from iamtui.arn import account_of
from iamtui.policy.document import Document
from iamtui.snapshot.model import Snapshot


class Reasons:
    """Finds the causes of effects among the changes between two snapshots."""

    def __init__(self, old: Snapshot, new: Snapshot, changes: Changes, reaching: Reaching, asker: Asker) -> None:
        self._sides = (old, new)
        self._asker = asker
        self._undoing = Undoing(old, new, changes.objects)
        self._of_principals: dict[str, list[int]] = defaultdict(list)
        self._of_resources: list[tuple[str, int]] = []
        for place, change in enumerate(changes.objects):
            reached = reaching.of((change,))
            for arn in reached.principals:
                self._of_principals[arn].append(place)
            self._of_resources += [(arn, place) for arn in reached.resources]
        self._places: dict[str, tuple[int, ...]] = {}
        self._untold = frozenset(_untold(old, new, reaching)) if all_is_told(changes) else None

    def because(self, arn: str, action: str, example: Asked, *, gained: bool, is_own: bool) -> tuple[int, ...] | None:
        """The places of the changes; None where what only one side exported makes it (CH8).

        `is_own` says whether the policies and attributes of the principal can tell the sides apart for the action.
        """
        own, others = self._of_principals.get(arn, ()), self._of_resource(example.resource)
        candidates = tuple(sorted({*own, *others}))
        if self._untold is not None and arn not in self._untold:
            if len(own) == 1 and own[0] not in others and not is_own:
                candidates = others
            if len(candidates) == 1:
                return candidates

        def is_there(places: tuple[int, ...]) -> bool:
            snapshot = self._undoing.without(places)
            exists = snapshot.user(arn) or snapshot.role(arn)
            label = self._asker.label(snapshot, arn, action, example.resource) if exists else ABSENT
            return label.label > example.old.label if gained else label.label < example.old.label

        return causes_of(candidates, is_there)

    def _of_resource(self, resource: str) -> tuple[int, ...]:
        """The places of the changes that reach a resource, or what it lies in."""
        found = self._places.get(resource)
        if found is None:
            places = (place for arn, place in self._of_resources if resource.startswith(arn))
            found = self._places[resource] = tuple(dict.fromkeys(places))
        return found


def _untold(old: Snapshot, new: Snapshot, reaching: Reaching) -> Iterator[str]:
    """Of whom the changes do not tell all: an id is known on one side only, or a policy of AWS stands there (CH1)."""
    for entity in entities_of(old):
        other = new.user(entity.arn) or new.role(entity.arn)
        if other is not None and bool(other.unique_id) != bool(entity.unique_id):
            yield entity.arn
    for number in old.accounts.keys() & new.accounts.keys():
        before, after = (side.accounts[number].policies or {} for side in (old, new))
        for arn in before.keys() ^ after.keys():
            if account_of(arn) == "aws" and _in_force(old, number, arn) != _in_force(new, number, arn):
                yield from reaching.carriers(arn)


def _in_force(snapshot: Snapshot, account: str, arn: str) -> Document | None:
    policy = snapshot.policy(account, arn)
    return None if policy is None or policy.default is None else policy.default.document
