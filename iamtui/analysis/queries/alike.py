"""What tells actions apart, and which are decided alike (WP1)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Role


class Alike(NamedTuple):
    """Actions that are decided the same on every resource, of which the first is asked for all.

    `kind` is all by which a decision tells them from other actions on the same resource; None where that is not told.
    """

    actions: tuple[str, ...]
    statements: tuple[Statement, ...]
    kind: Hashable = None

    @property
    def key(self) -> Hashable:
        """What their answers on one resource are kept under."""
        return self.actions[0] if self.kind is None else self.kind


def tells_all_apart(base: PreparedRequest) -> bool:
    """Whether layers take part that no statement of the principal's shows: an endpoint, a session for guests."""
    entity = base.subject.caller.entity
    if isinstance(entity, Role) and lets_guests_in(entity):
        return True
    return any(key.lower() in ("aws:sourcevpc", "aws:sourcevpce") for key in base.request.context)


@cache
def types_of(action: str) -> tuple[str, ...]:
    """The names of the resource types that an action takes."""
    found = catalog.action(action)
    return () if found is None else tuple(part.name for part in found.resource_types)


@cache
def _keys_of(action: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The condition keys that AWS lists for an action, and for each type of its resources."""
    found = catalog.action(action)
    if found is None:
        return ()
    types = ((part, catalog.resource_type(found.service, part.name)) for part in found.resource_types)
    return (
        ("", found.condition_keys),
        *((part.name, (*part.condition_keys, *(() if kind is None else kind.condition_keys))) for part, kind in types),
    )


def listed_of(action: str, tested: Sequence[str]) -> Hashable:
    """Which of the keys that statements test AWS lists for an action, and where; nothing where it lists none."""
    if not tested:
        return ()
    found = tuple(
        (name, tuple(key for key in tested if catalog.lists_key(keys, key))) for name, keys in _keys_of(action)
    )
    return found if any(keys for _, keys in found) else ()
