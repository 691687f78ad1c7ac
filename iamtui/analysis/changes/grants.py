"""Which actions somebody may be allowed at all: what no policy grants is denied on both sides (E40-E51, E72-E78).

Within an account an identity policy grants, or the policy of the resource; across accounts an identity policy must.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from iamtui.analysis.changes.inputs import Inputs
from iamtui.analysis.queries.actions.reached import spoken_of
from iamtui.analysis.queries.index.action_sets import all_actions, names_in, of_names, on_resources_of, taken_by
from iamtui.evaluation.applicable.default_policies import has_default_policy
from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import Effect, InvalidDocument, Statement


class Grants:
    """Finds the actions for any principal."""

    def __init__(self, of_resources: Iterable[Document | None]) -> None:
        """`of_resources` are the policies of resources and roles, on both sides."""
        self._taken: dict[Document, int] = {}
        known = [one for one in dict.fromkeys(of_resources) if one is not None]
        self._by_resources = reduce(or_, map(self._taken_by, known), _whatever_is_exported())

    def among(self, actions: int, *sides: Inputs) -> int:
        """Those of some actions that a principal may be allowed on one of its sides."""
        levels = [level for side in sides for level in side.identity]
        if any(side.lets_guests_in for side in sides) or any(None in level for level in levels):
            return actions
        found = actions & self._by_resources
        for document in dict.fromkeys(one for level in levels for one in level if one is not None):
            if self._taken_by(document) & actions & ~found:
                found |= actions & _granted_by(document)
        return found

    def _taken_by(self, document: Document) -> int:
        """The actions that statements which allow something take, whatever they are about."""
        found = self._taken.get(document)
        if found is None:
            found = reduce(or_, (taken_by(one.action) for one in _allowing(document)), 0)
            found = self._taken[document] = all_actions() if isinstance(document.policy, InvalidDocument) else found
        return found


def _granted_by(document: Document) -> int:
    is_read = not isinstance(document.policy, InvalidDocument)
    return reduce(or_, map(spoken_of, _allowing(document)), 0) if is_read else all_actions()


def _allowing(document: Document) -> Iterator[Statement]:
    return (one for one in statements_written(document) if one.effect is Effect.ALLOW)


def _whatever_is_exported() -> int:
    """The actions that a policy may grant which no export holds: of keys, of roles, or one in force by default."""
    by_default = (name for name in names_in(all_actions()) if has_default_policy(*name.lower().split(":", 1)))
    return on_resources_of("kms") | on_resources_of("sts") | of_names(by_default)
