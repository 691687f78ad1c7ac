"""The classes of actions where statements read tags of resources: AWS sends a tag with an action or not (WP1, E71)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from functools import cache, lru_cache

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import keys_in
from iamtui.analysis.queries.actions.denied import takes_all_resources
from iamtui.analysis.queries.actions.traits import classes, examples_of, is_of_no_action, trait_of
from iamtui.analysis.queries.index.action_sets import of_names, services_in
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement


def classes_with(keys: tuple[str, ...], actions: int) -> dict[Hashable, int]:
    """The classes, divided by the resources with which AWS sends some tags that statements read (E71).

    With tags only those of the services are told of which some actions are.
    """
    return _classes_with(keys, services_in(actions)) if keys else classes()


@lru_cache(maxsize=1_024)
def _classes_with(keys: tuple[str, ...], services: tuple[str, ...]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = {}
    for service in services:
        by_name = _tags_by_name(service)
        listed = tuple(sorted({key if key in by_name else _OF_TAGS for key in keys}))
        for trait, members in _classes_in(service, listed).items():
            found[listed, trait] = found.get((listed, trait), 0) | members
    return found


@lru_cache(maxsize=4_096)
def _classes_in(service: str, keys: tuple[str, ...]) -> dict[Hashable, int]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    for name in catalog.actions(service):
        action = f"{service}:{name}"
        if (trait := trait_of(action)) is not None:
            found[trait, _sent_with(action, keys)].append(action)
    return {trait: of_names(actions) for trait, actions in found.items()}


@cache
def _tags_by_name(service: str) -> frozenset[str]:
    """The tags of resources that AWS lists by name in a service: all others are sent where any tag is."""
    listed = (key.lower() for key in keys_in(service))
    return frozenset(key for key in listed if key.startswith(_OF_TAGS) and "$" not in key)


def _sent_with(action: str, keys: Sequence[str]) -> Hashable:
    """Which of some keys AWS sends with an action on a resource of each form, by what of its ARN counts beside."""
    known = catalog.action(action)
    if known is None:
        return None
    examples = [(one, place.where) for one, place in examples_of(known)] or [(ANY_RESOURCE, ())]
    return frozenset([(place, tuple([catalog.sends(known, one, key) for key in keys])) for one, place in examples])


def tags_read(statements: Sequence[Statement]) -> tuple[str, ...] | None:
    """The tags of resources that statements read, in lower case; None where they tell more than classes apart."""
    if not all(map(takes_all_resources, statements)):
        return None
    return tags_read_by(statements)


def tags_read_by(statements: Sequence[Statement]) -> tuple[str, ...] | None:
    """The same, whatever resources they match."""
    keys = [key for one in statements for key in keys_named(one) if not is_of_no_action(key)]
    if not keys:
        return ()
    return tuple(sorted(set(keys))) if all(key.startswith(_OF_TAGS) for key in keys) else None


_OF_TAGS = "aws:resourcetag/"
"""How the keys begin that depend on nothing of an action but its class, and whether AWS sends them with it."""
