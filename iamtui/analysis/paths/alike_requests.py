"""Requests that are decided alike: their answer is made once (EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING

from iamtui.analysis.paths.trusting import ASSUME_ROLE
from iamtui.analysis.queries.taking import keys_named
from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Statement

if TYPE_CHECKING:
    from iamtui.analysis.paths.likeness import Likeness

_BOUNDARY = "iam:permissionsboundary"

_Side = tuple[Hashable, tuple[Callable[[str], Hashable], ...] | None]
"""What a request can see of who asks, and what the patterns in play say of its resource; None where more is read."""


class AlikeRequests:
    """Tells requests in one snapshot apart."""

    def __init__(self, likeness: Likeness) -> None:
        """Tell them apart as `likeness` tells actors apart."""
        self._likeness = likeness
        self._names_in: dict[int, frozenset[str]] = {}
        self._sides: dict[tuple[str, str], _Side | None] = {}

    def key(self, principal: str, action: str, resource: str) -> Hashable:
        """Equal for requests that are decided alike, whoever asks; None where that is not told."""
        key = (principal, action)
        if key not in self._sides:
            self._sides[key] = self._side(principal, action)
        side = self._sides[key]
        if side is None:
            return None
        seen, matchers = side
        if matchers is None:
            return seen, resource
        if action == ASSUME_ROLE:
            role = self._likeness.snapshot.role(resource)
            trust = None if role is None else role.trust
            named = principal if self._names_actor(trust, principal) else None
            return seen, resource if trust is None else id(trust), named, tuple([takes(resource) for takes in matchers])
        place = resource.rpartition("/")[0]  # account, kind and path: what AWS itself tells apart (S8)
        return seen, place, tuple([takes(resource) for takes in matchers])

    def _names_actor(self, trust: Document | None, principal: str) -> bool:
        """Whether a trust policy speaks of this very actor."""
        if trust is None:
            return False
        if id(trust) not in self._names_in:
            said = self._likeness.words.of(trust).get(ASSUME_ROLE, ())
            self._names_in[id(trust)] = frozenset(name for one in said for name in names_of(one))
        names = self._names_in[id(trust)]
        entity = self._likeness.snapshot.user(principal) or self._likeness.snapshot.role(principal) if names else None
        return entity is not None and (entity.name.lower() in names or entity.unique_id.lower() in names)

    def _side(self, principal: str, action: str) -> _Side | None:
        if self._likeness.places.entity(principal) is None:
            return None
        holding = self._likeness.holding(principal)
        if action != ASSUME_ROLE and self._likeness.may_name(action, holding):
            return None
        seen = (action, self._likeness.seen(holding, (action,)))
        if not action.startswith("iam:") and action != ASSUME_ROLE:
            return seen, None
        statements = self._likeness.in_play(holding, (action,))
        if any("resourcetag/" in key or key == _BOUNDARY for one in statements for key in keys_named(one)):
            return seen, None
        return seen, tuple(self._likeness.matchers(holding, statements))


def names_of(statement: Statement) -> Iterator[str]:
    """The names and ids, in lower case, of the users and roles that a statement names, of sessions their role's."""
    for entry in () if statement.principal is None else statement.principal.entries:
        if entry.kind is EntryKind.ROLE_SESSION:
            yield entry.text.split("/")[1].lower()
        elif entry.kind in (EntryKind.USER, EntryKind.ROLE, EntryKind.FEDERATED_USER, EntryKind.UNIQUE_ID):
            yield entry.text.rpartition("/")[2].lower()
