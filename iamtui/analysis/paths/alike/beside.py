"""What the documents of others say of actions: of organizations, endpoints and resources, and whom roles trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from iamtui.analysis.paths.alike.reading_keys import Reading
from iamtui.analysis.paths.requests.holding import Words
from iamtui.analysis.paths.requests.trusting import names_of
from iamtui.policy.document import Document
from iamtui.policy.elements import places_of
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot


class Beside:
    """The statements beside those of actors and their boundaries, in one snapshot."""

    def __init__(self, snapshot: Snapshot, words: Words) -> None:
        """Read documents as `words` does."""
        self._snapshot = snapshot
        self._words = words
        self._readings: dict[tuple[str, ...], Reading] = {}

    def guarding(self, action: str) -> tuple[Statement, ...]:
        """The statements of organizations and endpoints that take an action."""
        return tuple(self._guarding.get(action, ()))

    def reading(self, actions: tuple[str, ...]) -> Reading:
        """What the statements that take some actions read of an actor."""
        found = self._readings.get(actions)
        if found is None:
            said = [one for action in actions for one in (*self.guarding(action), *self._of_resources.get(action, ()))]
            found = self._readings[actions] = Reading.of({id(one): one for one in said}.values())
        return found

    def names(self, action: str) -> frozenset[str]:
        """The names and ids of the principals that policies of resources and trust policies mention."""
        return self._names.get(action, frozenset())

    @cached_property
    def _guarding(self) -> Mapping[str, Sequence[Statement]]:
        policies = (policy for one in self._snapshot.organizations.values() for policy in one.policies.values())
        endpoints = self._snapshot.endpoints.values()
        documents = (*(one.document for one in policies), *(one.policy for one in endpoints))
        return self._by_action(one for one in documents if one is not None)

    @cached_property
    def _of_resources(self) -> Mapping[str, Sequence[Statement]]:
        found = [one.policy for one in self._snapshot.resources.values() if one.policy is not None]
        for account in self._snapshot.accounts.values():
            found += [role.trust for role in (account.roles or {}).values() if role.trust is not None]
        return self._by_action({id(one): one for one in found}.values())

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        said = self._of_resources.items()
        return {action: frozenset(name for one in beside for name in names_of(one)) for action, beside in said}

    def _by_action(self, documents: Iterable[Document]) -> Mapping[str, Sequence[Statement]]:
        found: dict[str, list[Statement]] = {}
        for document in documents:
            said = self._words.of(document)
            for statement, taken in zip(said.statements, said.taken, strict=True):
                for place in places_of(taken):
                    found.setdefault(self._words.actions[place], []).append(statement)
        return found
