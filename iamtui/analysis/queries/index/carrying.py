"""Which policies everybody carries: those that many carry alike, a managed one or a group's, have one number."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, Protocol

from iamtui.analysis.queries.index.taking import Side
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.policy.document import Document


def carried_like(policy: AppliedPolicy) -> Hashable:
    """Equal where holders carry one and the same policy."""
    return policy.arn or policy.owner, policy.name, policy.origin, id(policy.document)


class Carried(NamedTuple):
    """A policy as those of one kind and account carry it."""

    policy: AppliedPolicy
    side: Side


class Carrier(Protocol):
    """Somebody with policies."""

    @property
    def policies(self) -> Sequence[AppliedPolicy]:
        """All that it carries."""
        ...


class Carrying:
    """Who carries what, noted once.

    Attributes:
        documents: each document by its identity.
        carriers: for each document, by its identity, the places of those who carry it, by kind and account.
        policies: what is carried, by number.
        numbers: for each document, by its identity, the numbers of the policies with it.
        of_each: by place the numbers of what one carries, each once, in the order in which it has them.
        unread: the places of those who carry a policy whose document was not exported.
    """

    def __init__(self, everybody: Sequence[Carrier], sides: Mapping[Side, range]) -> None:
        self.documents: dict[int, Document] = {}
        self.carriers: dict[int, dict[Side, list[int]]] = {}
        self.policies: list[Carried] = []
        self.numbers: dict[int, list[int]] = {}
        self.of_each: list[tuple[int, ...]] = []
        self.unread: set[int] = set()
        for side, places in sides.items():
            self._note(side, places, everybody)

    def _note(self, side: Side, places: range, everybody: Sequence[Carrier]) -> None:
        """Note what those of one kind and account carry; they stand side by side."""
        known: dict[Hashable, int] = {}
        carriers: dict[int, list[int]] = {}
        for place in places:
            own: dict[int, None] = {}
            for policy in everybody[place].policies:
                if policy.document is None:
                    self.unread.add(place)
                    continue
                like = carried_like(policy)
                number = known.get(like)
                if number is None:
                    number = known[like] = self._add(policy, policy.document, side)
                own[number] = None
                carriers.setdefault(id(policy.document), []).append(place)
            self.of_each.append(tuple(own))
        for key, some in carriers.items():
            self.carriers.setdefault(key, {})[side] = list(dict.fromkeys(some))

    def _add(self, policy: AppliedPolicy, document: Document, side: Side) -> int:
        number = len(self.policies)
        self.policies.append(Carried(policy, side))
        self.documents[id(document)] = document
        self.numbers.setdefault(id(document), []).append(number)
        return number
