"""What a decision sees of an action where no statement tells resources apart, nor reads what AWS lists for it (WP1).

So few things are left that all actions of the catalogue fall into a few dozen classes, across services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from functools import cache, reduce
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import TOLD_APART, nature_of, types_of
from iamtui.analysis.queries.actions.denied import OF_THE_CALLER, takes_all_resources
from iamtui.analysis.queries.index.action_sets import all_actions, names_in, of_names, of_service
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.arn import Arn
from iamtui.evaluation.keys.regions import region_of_global_service
from iamtui.evaluation.request.foreign_resources import can_have_policy, shared_how
from iamtui.evaluation.request.services import RCP_SERVICES
from iamtui.policy.statement import Statement

_PARTITION = "aws"
_ACCOUNT, _REGION = "123456789012", "eu-west-1"
"""What stands for any account and Region."""

_OF_NO_ACTION = OF_THE_CALLER | {
    "aws:assumedroot",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalisawsservice",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:securetransport",
    "aws:sourceip",
    "aws:useragent",
    "aws:viaawsservice",
}
"""Keys whose values depend on nothing of an action but its class."""


def tell_only_classes_apart(statements: Sequence[Statement]) -> bool:
    """Whether statements match actions of one class alike: all resources, and by keys that no action changes."""
    return all(map(takes_all_resources, statements)) and read_only_of_classes(statements)


def read_only_of_classes(statements: Sequence[Statement]) -> bool:
    """Whether statements read no keys but those that no action changes beyond its class."""
    return all(is_of_no_action(key) for one in statements for key in keys_named(one))


def is_of_no_action(key: str) -> bool:
    """Whether the value of a key depends on nothing of an action but its class."""
    return key in _OF_NO_ACTION or key.startswith("aws:principaltag/")


@cache
def classes() -> dict[Hashable, int]:
    """The classes, each with its actions; those that a rule names are in none.

    What RCPs can protect stands apart, and so does each service whose resources rules tell apart by more.
    """
    found: dict[Hashable, int] = defaultdict(int)
    for trait, _, actions in classes_by_service():
        found[trait] |= actions
    return found


class OfServices(NamedTuple):
    """Actions of one class whose resources are in the same places of the same `services`, type by type."""

    trait: Hashable
    services: frozenset[str]
    actions: int


@cache
def classes_by_service() -> tuple[OfServices, ...]:
    """The classes, divided by which services' resources are in each of the places."""
    found: dict[tuple[Hashable, tuple[Place, ...]], list[str]] = defaultdict(list)
    by_types: dict[Hashable, tuple[Place, ...]] = {}
    for action in names_in(all_actions()):
        nature, known = nature_of(action), catalog.action(action)
        if nature is not None and known is not None:
            types = (known.service, types_of(action))
            if types not in by_types:
                by_types[types] = tuple(dict.fromkeys(_places_of(known)))
            found[seen_of(action), by_types[types]].append(action)
    return tuple(_of_services(seen, places, of_names(actions)) for (seen, places), actions in found.items())


def _of_services(seen: Hashable, places: Sequence[Place], actions: int) -> OfServices:
    trait = (seen, frozenset(one.where for one in places))
    return OfServices(trait, frozenset(one.service for one in places), actions)


@cache
def in_plain_classes() -> int:
    """The actions in some class on whose resources no rule looks closer, whichever service they are of."""
    told = (one.actions for one in classes_by_service() if one.services.isdisjoint(TOLD_APART))
    return reduce(or_, told, 0) & ~reduce(or_, map(of_service, TOLD_APART))


class Place(NamedTuple):
    """What of the ARN of a resource counts: where it is, and of which service."""

    where: Hashable
    service: str


@cache
def seen_of(action: str) -> Hashable:
    """What a decision on one resource sees of an action; None for one that a rule names."""
    nature = nature_of(action)
    if nature is None:
        return None
    service = nature[0]
    apart = service if service in TOLD_APART else service in RCP_SERVICES
    return nature[1:], apart, region_of_global_service(_PARTITION, service)


@cache
def trait_of(action: str) -> Hashable:
    """The class of an action; None for one in none."""
    return _traits().get(action)


@cache
def _traits() -> dict[str, Hashable]:
    return {action: trait for trait, members in classes().items() for action in names_in(members)}


def _places_of(action: catalog.Action) -> Iterator[Place]:
    """What of the ARN of each form counts."""
    return (place for _, place in examples_of(action))


def examples_of(action: catalog.Action) -> Iterator[tuple[str, Place]]:
    """A resource of each form, and what of its ARN counts."""
    for form in forms_of(action, _PARTITION, (_ACCOUNT,), (_REGION,)):
        text = "".join(part if isinstance(part, str) else "x" for part in form.parts)
        arn = Arn.parse(text)
        yield text, Place((arn.region, arn.account, can_have_policy(arn), shared_how(arn)), arn.service)
