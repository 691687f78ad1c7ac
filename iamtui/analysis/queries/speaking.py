"""The documents that take one action, once for all whose statements say the same of it, and who carries them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.beginnings import Beginnings
from iamtui.analysis.queries.taking import Side, Taking, content_of

Carried = Mapping[int, Mapping[Side, Sequence[int]]]
"""For each document, by its identity, the places of those who carry it, by kind and account."""


class Speaking(NamedTuple):
    """Documents that say the same, by the first of them, and for each side the places of those who carry one."""

    taking: Taking
    members: Mapping[Side, Sequence[int]]


class SpeakingDocuments:
    """The documents that take an action; `first` has for each, by identity, the first of those that say the same."""

    def __init__(self, documents: Mapping[int, Taking], carried: Carried) -> None:
        self.first: dict[int, Taking] = {}
        self._beginnings = Beginnings[Speaking]()
        self._all: list[Speaking] = []
        alike: dict[Hashable, list[int]] = {}
        for key, taking in documents.items():
            content = key if taking.is_open else tuple(content_of(one.statement) for one in taking.statements)
            alike.setdefault(content, []).append(key)
        for keys in alike.values():
            self.first.update(dict.fromkeys(keys, documents[keys[0]]))
            speaking = Speaking(documents[keys[0]], _members(keys, carried))
            self._all.append(speaking)
            statements = speaking.taking.statements
            self._beginnings.add(
                speaking, None if speaking.taking.is_open else [one.statement.resource for one in statements]
            )

    def of(self, resources: Sequence[str] | None) -> Iterable[Speaking]:
        """Those that may say something of one of some resources, or of any; the unreadable too."""
        return self._all if resources is None else self._beginnings.reaching(resources)


def _members(documents: Sequence[int], carried: Carried) -> Mapping[Side, Sequence[int]]:
    if len(documents) == 1:
        return carried[documents[0]]
    places: dict[Side, list[int]] = {}
    for document in documents:
        for side, some in carried[document].items():
            places.setdefault(side, []).extend(some)
    return places
