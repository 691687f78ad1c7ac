"""What tells actions apart, and which are decided alike (WP1)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.arn import Arn
from iamtui.evaluation.action_rules import seen_in_name
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.keys.resource_keys import sends_resource_account
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.foreign_resources import can_have_policy, shared_how
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Role, Snapshot


class Alike(NamedTuple):
    """Actions that are decided the same on every resource, of which the first is asked for all.

    `nature` is all by which a decision tells them from other actions that the same statements take.
    `kind` is all by which a decision tells them from other actions on the same resource; None where that is not told.
    `takes_whole` says that their statements tell no resources of one place apart.
    `trait` is all by which it tells them from actions of any service, where their statements tell only classes apart;
    `seen` is so on one resource.
    """

    actions: tuple[str, ...]
    statements: tuple[Statement, ...]
    kind: Hashable = None
    takes_whole: bool = False
    nature: Hashable = None
    trait: Hashable = None
    seen: Hashable = None

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


def takes_whole(action: str, statements: Sequence[Statement]) -> bool:
    """Whether statements match all resources or none, and test no key that AWS lists for the action or its types."""
    for statement in statements:
        element = statement.resource
        if element is None or element.negated or any(pattern.text != ANY_RESOURCE for pattern in element.patterns):
            return False
    return reads_nothing_listed(action, statements)


def reads_nothing_listed(action: str, statements: Sequence[Statement]) -> bool:
    """Whether statements test no key that AWS lists for an action or its types."""
    tested = tuple({key for statement in statements for key in keys_named(statement)})
    return listed_of(action, tested) == ()


Nature = tuple[str, bool, bool, Hashable]
"""Service, whether it takes resources, whether it tells their owner, and what rules see in its name."""


@cache
def nature_of(action: str) -> Nature | None:
    """What of an action decisions see beside its name; None for one that a rule names."""
    found, seen = catalog.action(action), seen_in_name(action)
    if found is None or seen is None:
        return None
    return found.service, bool(found.resource_types), sends_resource_account(action), seen


def place_of(resource: str, snapshot: Snapshot | None) -> Hashable:
    """All of a resource that counts where statements take the whole: service, Region, account, what may open it.

    A resource that the snapshot knows, and what lies in a bucket, counts by itself.
    """
    arn = Arn.parse(resource)
    bearer = bearer_of(arn)
    known = {} if snapshot is None else snapshot.resources
    if arn.service in TOLD_APART or resource in known or (bearer is not None and bearer in known):
        return resource
    return arn.service, arn.region, arn.account, can_have_policy(arn), shared_how(arn)


TOLD_APART = ("iam", "kms", "lambda", "s3", "sts")
"""Services whose resources rules tell apart by more."""


@cache
def types_of(action: str) -> tuple[str, ...]:
    """The names of the resource types that an action takes."""
    found = catalog.action(action)
    return () if found is None else tuple(part.name for part in found.resource_types)


@cache
def _keys_of(action: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The condition keys that AWS lists for an action, for each type of resources with it, and for each type itself.

    What it lists for one type with the action, a request on another does not have, though its type lists it (E71).
    """
    found = catalog.action(action)
    if found is None:
        return ()
    types = [(part, catalog.resource_type(found.service, part.name)) for part in found.resource_types]
    return (
        ("", found.condition_keys),
        *((part.name, part.condition_keys) for part, _ in types),
        *((part.name, () if kind is None else kind.condition_keys) for part, kind in types),
    )


@lru_cache(maxsize=65_536)
def listed_of(action: str, tested: tuple[str, ...]) -> Hashable:
    """Which of the keys that statements test AWS lists for an action, and where; nothing where it lists none."""
    if not tested:
        return ()
    found = tuple(
        (name, tuple(key for key in tested if catalog.lists_key(keys, key))) for name, keys in _keys_of(action)
    )
    return found if any(keys for _, keys in found) else ()


def listed_on(action: str, kind: str, tested: tuple[str, ...]) -> Hashable:
    """Which of some keys AWS lists for one type of resources of an action: with it, and for the type itself."""
    listed = (keys for name, keys in _keys_of(action) if name == kind)
    return tuple([tuple([key for key in tested if catalog.lists_key(keys, key)]) for keys in listed])


@lru_cache(maxsize=16_384)
def is_listed_in(service: str, key: str) -> bool:
    """Whether AWS lists a key for some action of a service, or for one of its types."""
    return catalog.lists_key(keys_in(service), key)


@cache
def keys_in(service: str) -> tuple[str, ...]:
    """All condition keys that AWS lists in a service."""
    listed = (keys for name in catalog.actions(service) for _, keys in _keys_of(f"{service}:{name}"))
    return tuple(dict.fromkeys(chain.from_iterable(listed)))
