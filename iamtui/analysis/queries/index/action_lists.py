"""Documents by the lists of actions that their statements take: of others no statement takes an action.

Thousands of documents name the same few lists, so each list is asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.queries.index.taking import Taking, taking_with
from iamtui.patterns import is_plain
from iamtui.policy.document import Document
from iamtui.policy.elements import ActionIndex, places_of
from iamtui.policy.statement import PolicyDocument, Statement

Patterns = tuple[str, ...]
"""The Action of a statement as written."""

_ANY = ""
"""In place of a service: what can be of several."""


class _Services(dict[str, str]):
    """The service of each action pattern, in lower case."""

    def __missing__(self, pattern: str) -> str:
        service = pattern.partition(":")[0].lower()
        found = self[pattern] = service if is_plain(service) else _ANY
        return found


class _Lists(NamedTuple):
    """Some lists, each once, and what finds those of them in which an action is."""

    patterns: Sequence[Patterns]
    finder: ActionIndex

    @classmethod
    def of(cls, lists: Iterable[Patterns]) -> _Lists:
        patterns = tuple(dict.fromkeys(lists))
        return cls(patterns, ActionIndex(patterns))


class _Statements(dict[Patterns, list[tuple[int, int]]]):
    """The statements with each list: in which document, and where in it."""

    def note(self, patterns: Patterns, found: dict[int, list[int]]) -> None:
        """Note those with one list, by their document."""
        for place, statement in self[patterns]:
            found.setdefault(place, []).append(statement)


class Speaker(NamedTuple):
    """A document by its identity, and where those of its statements stand that take an action."""

    key: int
    document: Document
    places: tuple[int, ...] = ()

    @property
    def taking(self) -> Taking:
        """What it says of the action; its statements are read."""
        content = self.document.policy
        return taking_with(self.document, content.at(self.places) if isinstance(content, PolicyDocument) else ())

    @property
    def written(self) -> Hashable | None:
        """Equal for documents whose statements read alike; None where that is not told without reading them."""
        content = self.document.policy
        return content.written_at(self.places) if isinstance(content, PolicyDocument) else None

    def statement(self, number: int) -> Statement:
        """One of these statements, counted from 0."""
        return self._content.at((self.places[number],))[0]

    def label(self, number: int) -> str:
        """What one of them is called, without reading more of it."""
        return self._content.label_at(self.places[number])

    @property
    def _content(self) -> PolicyDocument:
        content = self.document.policy
        if not isinstance(content, PolicyDocument):
            raise TypeError("of a document that cannot be read no statement is known")
        return content

    @property
    def resources(self) -> tuple[tuple[str, ...] | None, ...] | None:
        """The Resource patterns of these statements, without reading more of them; None where nothing can be read."""
        content = self.document.policy
        return tuple(map(content.resource_at, self.places)) if isinstance(content, PolicyDocument) else None


class ActionLists:
    """Some documents by their identity, those that cannot be read too: these may take any action."""

    def __init__(self, documents: Mapping[int, Document]) -> None:
        self._documents = tuple(documents.items())
        self._unreadable: list[int] = []
        self._taking = _Statements()
        self._excluding = _Statements()
        for place, (_, document) in enumerate(self._documents):
            content = document.policy
            if not isinstance(content, PolicyDocument):
                self._unreadable.append(place)
                continue
            for number, patterns in enumerate(content.action_patterns):
                lists = self._excluding if content.excludes(number) else self._taking
                lists.setdefault(patterns, []).append((place, number))
        self._by_service: dict[str, list[Patterns]] = {}
        services = _Services()
        for patterns in self._taking:
            for service in {services[pattern] for pattern in patterns}:
                self._by_service.setdefault(service, []).append(patterns)
        self._found: dict[str, _Lists] = {}

    def taking(self, folded: str) -> Iterator[Speaker]:
        """The documents of which statements take an action, given in lower case, and the unreadable."""
        service = folded.partition(":")[0]
        found: dict[int, list[int]] = {place: [] for place in self._unreadable}
        lists = self._lists_of(service)
        for number in places_of(lists.finder.taking(folded, service)):
            self._taking.note(lists.patterns[number], found)
        excluded = self._all_excluding.finder.taking(folded, service)
        for number, patterns in enumerate(self._all_excluding.patterns):
            if not excluded >> number & 1:
                self._excluding.note(patterns, found)
        for place in sorted(found):
            yield Speaker(*self._documents[place], tuple(sorted(found[place])))

    @cached_property
    def _all_excluding(self) -> _Lists:
        return _Lists.of(self._excluding)

    def _lists_of(self, service: str) -> _Lists:
        found = self._found.get(service)
        if found is None:
            patterns = (*self._by_service.get(service, ()), *self._by_service.get(_ANY, ()))
            found = self._found[service] = _Lists.of(patterns)
        return found
