"""Which documents of everybody take an action, found once for all who carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from iamtui.analysis.queries.index.holders import Holders
from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, PolicyDocument, Statement

_Read = tuple[int, PolicyDocument]
"""A document that can be read, by its identity."""


class TakingDocuments:
    """The identity policies of a snapshot's users and roles, each read once for an action.

    Whoever carries none of those that allow an action is granted it by no policy of its own (E2).
    """

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._speaking: dict[str, list[_Read]] = {}
        self._statements: dict[str, Mapping[int, Sequence[Statement]]] = {}
        self._granted: dict[tuple[str, ...], frozenset[int]] = {}
        self._granted_both: dict[tuple[tuple[str, ...], tuple[str, ...]], frozenset[int]] = {}
        self._of_boundaries: dict[tuple[int, str], Sequence[Statement]] = {}

    @cached_property
    def _documents(self) -> list[_Read]:
        carried = (policy.document for holder in self._holders.all for policy in holder.policies)
        distinct: dict[int, Document] = {id(one): one for one in carried if one is not None}
        contents = ((key, document.policy) for key, document in distinct.items())
        return [(key, content) for key, content in contents if isinstance(content, PolicyDocument)]

    def _speaking_of(self, service: str) -> list[_Read]:
        found = self._speaking.get(service)
        if found is None:
            found = self._speaking[service] = [one for one in self._documents if one[1].speaks_of(service)]
        return found

    def statements(self, action: str) -> Mapping[int, Sequence[Statement]]:
        """The statements that take an action, by the identity of their document."""
        found = self._statements.get(action)
        if found is None:
            folded = action.lower()
            service = folded.partition(":")[0]
            taking = ((key, content.taking(folded, service)) for key, content in self._speaking_of(service))
            found = self._statements[action] = {key: statements for key, statements in taking if statements}
        return found

    def known(self, action: str) -> Mapping[int, Sequence[Statement]] | None:
        """The same where everybody was asked about the action; None: nobody was, or few."""
        return self._statements.get(action)

    def granted(self, *actions: str) -> frozenset[int]:
        """The places of those whom an Allow of their own policies gives one of some actions."""
        found = self._granted.get(actions)
        if found is None:
            found = self._granted[actions] = frozenset(
                place
                for action in actions
                for key, statements in self.statements(action).items()
                if any(one.effect is Effect.ALLOW for one in statements)
                for places in self._holders.carrying.carriers[key].values()
                for place in places
            )
        return found

    def granted_both(self, first: tuple[str, ...], second: tuple[str, ...]) -> frozenset[int]:
        """The places of those whom Allows of their own policies give one of some actions, and one of some others."""
        found = self._granted_both.get((first, second))
        if found is None:
            found = self._granted_both[first, second] = self.granted(*first) & self.granted(*second)
        return found

    def of_boundary(self, boundary: Document, action: str) -> Sequence[Statement]:
        """The statements of a boundary that take an action, found once for all who have it."""
        key = (id(boundary), action)
        found = self._of_boundaries.get(key)
        if found is None:
            folded, content = action.lower(), boundary.policy
            if isinstance(content, PolicyDocument):
                found = content.taking(folded, folded.partition(":")[0])
            self._of_boundaries[key] = found = found or ()
        return found
