"""As which of their policies holders carry a document: a managed one, one's own, or a group's."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol

from iamtui.analysis.queries.index.taking import Side
from iamtui.evaluation.applicable.policies import AppliedPolicy

Carried = Sequence[tuple[AppliedPolicy, Sequence[tuple[int, int]]]]
"""Policies with one document, each with the places of who carries it, and which of its policies it is for each."""


def carried_like(policy: AppliedPolicy) -> Hashable:
    """Equal where holders carry one and the same policy."""
    return policy.arn or policy.owner, policy.name, policy.origin, id(policy.document)


class Carrier(Protocol):
    """Somebody with policies."""

    @property
    def policies(self) -> Sequence[AppliedPolicy]:
        """All that it carries."""
        ...


class Carrying:
    """Finds it once for each document and for each kind and account; `carriers` are the places of who carries it."""

    def __init__(self, carriers: Mapping[int, Mapping[Side, Sequence[int]]], everybody: Sequence[Carrier]) -> None:
        self._carriers = carriers
        self._everybody = everybody
        self._found: dict[tuple[int, Side], Carried] = {}

    def of(self, document: int, side: Side) -> Carried:
        """The policies as which those of a kind and account carry a document."""
        found = self._found.get((document, side))
        if found is None:
            groups: dict[Hashable, tuple[AppliedPolicy, dict[int, int]]] = {}
            for place in self._carriers[document].get(side, ()):
                for number, policy in enumerate(self._everybody[place].policies):
                    if id(policy.document) == document:
                        groups.setdefault(carried_like(policy), (policy, {}))[1].setdefault(place, number)
            found = tuple([(policy, tuple(places.items())) for policy, places in groups.values()])
            self._found[document, side] = found
        return found
