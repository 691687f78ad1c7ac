"""Documents by the lists of actions that their statements take: of others no statement takes an action.

Thousands of documents name the same few lists, so each list is asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

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
    """The lists that may take actions of one service, and what finds those of them that take an action."""

    patterns: Sequence[Patterns]
    finder: ActionIndex


class ActionLists:
    """Some documents by their identity; those that cannot be read, or exclude actions, are looked at one by one."""

    def __init__(self, documents: Mapping[int, Document]) -> None:
        self._documents = tuple(documents.items())
        self._apart: list[int] = []
        self._statements: dict[Patterns, list[tuple[int, int]]] = {}
        for place, (_, document) in enumerate(self._documents):
            content = document.policy
            if not isinstance(content, PolicyDocument) or content.has_not_action:
                self._apart.append(place)
                continue
            for number, patterns in enumerate(content.action_patterns):
                self._statements.setdefault(patterns, []).append((place, number))
        self._by_service: dict[str, list[Patterns]] = {}
        services = _Services()
        for patterns in self._statements:
            for service in {services[pattern] for pattern in patterns}:
                self._by_service.setdefault(service, []).append(patterns)
        self._found: dict[str, _Lists] = {}

    def taking(self, folded: str) -> Iterator[tuple[int, Document, Sequence[Statement]]]:
        """The documents of which statements take an action, given in lower case, with these; the unreadable without."""
        service = folded.partition(":")[0]
        lists = self._lists_of(service)
        found: dict[int, list[int]] = {}
        for number in places_of(lists.finder.taking(folded, service)):
            for place, statement in self._statements[lists.patterns[number]]:
                found.setdefault(place, []).append(statement)
        for place in sorted((*found, *self._apart)):
            key, document = self._documents[place]
            content = document.policy
            if not isinstance(content, PolicyDocument):
                yield key, document, ()
            elif place in found:
                yield key, document, content.at(sorted(found[place]))
            elif statements := content.taking(folded, service):
                yield key, document, statements

    def _lists_of(self, service: str) -> _Lists:
        found = self._found.get(service)
        if found is None:
            patterns = tuple(dict.fromkeys((*self._by_service.get(service, ()), *self._by_service.get(_ANY, ()))))
            found = self._found[service] = _Lists(patterns, ActionIndex(patterns))
        return found
