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
        speakers: by identity, those that may speak of a resource that was asked about.
    """

    def __init__(self, documents: Iterable[Speaker], carried: Carried) -> None:
        self.speakers: dict[int, Speaker] = {}
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
        """Those that say the same; of documents that are written alike the first alone is read."""
        taking: dict[int, Taking] = {}
        contents: dict[Hashable, Hashable] = {}
        alike: dict[Hashable, list[int]] = {}
        for one in documents:
            self.speakers[one.key] = one
            written = one.written
            content = None if written is None else contents.get(written)
            if content is None:
                said = taking[one.key] = one.taking
                content = one.key if said.is_open else tuple([content_of(each.statement) for each in said.statements])
                if written is not None:
                    contents[written] = content
            alike.setdefault(content, []).append(one.key)
        for keys in alike.values():
            yield Speaking(taking[keys[0]], _members(keys, self._carried), keys)


def _members(documents: Sequence[int], carried: Carried) -> Mapping[Side, Sequence[int]]:
    if len(documents) == 1:
        return carried[documents[0]]
    places: dict[Side, list[int]] = {}
    for document in documents:
        for side, some in carried[document].items():
            places.setdefault(side, []).extend(some)
    return places
