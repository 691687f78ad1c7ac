"""Sets of the catalogue's actions as bits of integers, and how statements divide them (WP1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.patterns import bits_of, places_in
from iamtui.policy.elements import ActionElement
from iamtui.policy.statement import Statement


@cache
def _everything() -> tuple[str, ...]:
    return tuple(sorted(catalog.matching("*")))


@cache
def _places() -> dict[str, int]:
    return {action: place for place, action in enumerate(_everything())}


@cache
def all_actions() -> int:
    """All of them."""
    return (1 << len(_everything())) - 1


@cache
def of_service(service: str) -> int:
    """The actions of a service."""
    return bits_of((_places()[f"{service}:{name}"] for name in catalog.actions(service)), len(_everything()))


@cache
def on_resources_of(service: str) -> int:
    """The actions that take resources of a service: its own, and some of others."""
    return of_service(service) | of_names(catalog.borrowing_actions(service))


def of_names(names: Iterable[str]) -> int:
    """Actions by their names, in AWS's spelling; names of none are left out."""
    return bits_of((_places()[name] for name in names if name in _places()), len(_everything()))


@cache
def of_levels(*levels: str) -> int:
    """The actions that have one of some access levels; an action may have two."""
    found = ((action, catalog.action(action)) for action in _everything())
    held = ((action, one.access_level.split(", ")) for action, one in found if one is not None)
    return of_names(action for action, own in held if any(one in levels for one in own))


@cache
def without_types() -> int:
    """The actions of which AWS lists no resource type (L36)."""
    return of_names(action for action in _everything() if not _has_types(action))


def _has_types(action: str) -> bool:
    found = catalog.action(action)
    return found is not None and bool(found.resource_types)


def taken_by(element: ActionElement) -> int:
    """What an Action or NotAction element takes."""
    meant = _meant(element.patterns)
    return all_actions() & ~meant if element.negated else meant


@lru_cache(maxsize=4_096)
def _meant(patterns: tuple[str, ...]) -> int:
    return reduce(or_, map(_meant_by, patterns), 0)


@lru_cache(maxsize=8_192)
def _meant_by(pattern: str) -> int:
    """What one pattern takes: lists are many, and made of few patterns."""
    places = [_places()[action] for action in catalog.matching(pattern)]
    return 1 << places[0] if len(places) == 1 else bits_of(places, len(_everything()))


def names_in(actions: int) -> Iterator[str]:
    """The names, in the order of the alphabet."""
    everything = _everything()
    for place in places_in(actions):
        yield everything[place]


@lru_cache(maxsize=65_536)
def services_in(actions: int) -> tuple[str, ...]:
    """The services of which a set has actions, in the order of these."""
    found = []
    while actions:
        service = _everything()[(actions & -actions).bit_length() - 1].partition(":")[0]
        found.append(service)
        actions &= ~of_service(service)
    return tuple(found)


class Taken(NamedTuple):
    """Actions that the same statements take."""

    actions: int
    statements: tuple[Statement, ...]


def taken_by_statement(statement: Statement) -> int:
    """What the Action or NotAction element of a statement takes."""
    return taken_by(statement.action)


def divided(
    actions: int, statements: Iterable[Statement], taking: Callable[[Statement], int] = taken_by_statement
) -> list[Taken]:
    """Divide actions by which of some statements take them, or by what else `taking` says of each statement."""
    parts = [Taken(actions, ())] if actions else []
    for statement in statements:
        taken = taking(statement)
        after: list[Taken] = []
        for part in parts:
            inside = part.actions & taken
            if not inside:
                after.append(part)
                continue
            after.append(Taken(inside, (*part.statements, statement)))
            if inside != part.actions:
                after.append(Taken(part.actions ^ inside, part.statements))
        parts = after
    return parts


MANY = 256
"""How many actions are divided further, so that what is the same for others is met again."""


def in_services(taken: Taken) -> Iterator[Taken]:
    """Many actions service by service, so that what is the same for others is met again; few as they are."""
    if taken.actions.bit_count() < MANY:
        yield taken
        return
    for service in catalog.services():
        actions = taken.actions & of_service(service)
        if actions:
            yield Taken(actions, taken.statements)
