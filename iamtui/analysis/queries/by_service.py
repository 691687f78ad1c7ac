"""Documents by the services that their statements speak of: in all others no statement takes an action of a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.patterns import is_plain
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument

_ANY = ""
"""In place of a service: what can be of several."""


class _Services(dict[str, str]):
    """The service of each action pattern, in lower case."""

    def __missing__(self, pattern: str) -> str:
        service = pattern.partition(":")[0].lower()
        found = self[pattern] = service if is_plain(service) else _ANY
        return found


class DocumentsByService:
    """Some documents by their identity; those that cannot be read may speak of any service."""

    def __init__(self, documents: Mapping[int, Document]) -> None:
        self._documents = tuple(documents.items())
        self._found: dict[str, list[int]] = {}
        services = _Services()
        for place, (_, document) in enumerate(self._documents):
            content = document.policy
            spoken = {_ANY}
            if isinstance(content, PolicyDocument) and not content.has_not_action:
                spoken = {services[pattern] for patterns in content.action_patterns for pattern in patterns}
            for service in spoken:
                self._found.setdefault(service, []).append(place)

    def speaking_of(self, service: str) -> Iterator[tuple[int, Document]]:
        """Those that may speak of a service, given in lower case, in their order."""
        for place in sorted({*self._found.get(service, ()), *self._found.get(_ANY, ())}):
            yield self._documents[place]
