"""The documents that take one action, once for all whose statements say the same of it, and who carries them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.index.action_lists import Speaker
from iamtui.analysis.queries.index.beginnings import Beginnings
from iamtui.analysis.queries.index.taking import Side, Taking, content_of
from iamtui.files.collector import collector_waiting

Carried = Mapping[int, Mapping[Side, Sequence[int]]]
"""For each document, by its identity, the places of those who carry it, by kind and account."""


class Speaking(NamedTuple):
    """Documents that say the same, by what the first of them says, and for each side the places of who carries one.

    `documents` are their identities.
    """

    taking: Taking
    members: Mapping[Side, Sequence[int]]
    documents: Sequence[int]


class _Unread:
    """Documents that are about the same resources, and what they say once it is read."""

    def __init__(self) -> None:
        self.documents: list[Speaker] = []
        self.speaking: Sequence[Speaking] | None = None


class SpeakingDocuments:
    """The documents that take an action; they are read when a question is about resources that they may speak of.

    Attributes:
        taking: by identity, what those say that were read.
    """

    def __init__(self, documents: Iterable[Speaker], carried: Carried) -> None:
        self.taking: dict[int, Taking] = {}
        self._carried = carried
        self._beginnings = Beginnings[_Unread]()
        about: dict[Hashable, _Unread] = {}
        for one in documents:
            resources = one.resources
            if resources not in about:
                about[resources] = _Unread()
                self._beginnings.add(about[resources], resources)
            about[resources].documents.append(one)
        self._all = tuple(about.values())

    def of(self, resources: Sequence[str] | None) -> Sequence[Speaking]:
        """Those that may say something of one of some resources, or of any; the unreadable too."""
        found: list[Speaking] = []
        with collector_waiting():
            for unread in self._all if resources is None else self._beginnings.reaching(resources):
                if unread.speaking is None:
                    unread.speaking = tuple(self._read(unread.documents))
                found += unread.speaking
        return found

    def _read(self, documents: Sequence[Speaker]) -> Iterator[Speaking]:
        alike: dict[Hashable, list[int]] = {}
        for one in documents:
            taking = self.taking[one.key] = one.taking
            content = one.key if taking.is_open else tuple([content_of(each.statement) for each in taking.statements])
            alike.setdefault(content, []).append(one.key)
        for keys in alike.values():
            yield Speaking(self.taking[keys[0]], _members(keys, self._carried), keys)


def _members(documents: Sequence[int], carried: Carried) -> Mapping[Side, Sequence[int]]:
    if len(documents) == 1:
        return carried[documents[0]]
    places: dict[Side, list[int]] = {}
    for document in documents:
        for side, some in carried[document].items():
            places.setdefault(side, []).extend(some)
    return places
