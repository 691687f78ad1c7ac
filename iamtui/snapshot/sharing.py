"""What two loads of nearly the same export have in common is held once (CH9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from iamtui.snapshot.facts import IamEntities
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, User

E = TypeVar("E", User, Group, Role, ManagedPolicy)


class EarlierLoad:
    """The load before, of which users, groups, roles and policies are taken again where nothing of them changed."""

    def __init__(self, opened: OpenedSnapshot | None) -> None:
        self._opened = opened

    @property
    def is_there(self) -> bool:
        """Whether there was one."""
        return self._opened is not None

    @cached_property
    def _entities(self) -> dict[tuple[type, str], object]:
        """What its files gave, by kind and ARN."""
        readings = () if self._opened is None else self._opened.readings.values()
        facts = [fact for reading in readings for fact in reading.facts if isinstance(fact, IamEntities)]
        lists = (kind for fact in facts for kind in (fact.users, fact.groups, fact.roles, fact.policies))
        return {(type(one), one.arn): one for entities in lists for one in entities or ()}

    def held(self, entity: E) -> E:
        """The equal entity of the load before, else this one."""
        earlier = self._entities.get((type(entity), entity.arn))
        return earlier if isinstance(earlier, type(entity)) and earlier == entity else entity

    def of_snapshot(self, snapshot: OpenedSnapshot) -> OpenedSnapshot:
        """A snapshot with what the load before has in place of what equals it."""
        earlier = self._opened
        if earlier is None:
            return snapshot
        accounts = {number: _account(one, earlier.accounts.get(number)) for number, one in snapshot.accounts.items()}
        return replace(snapshot, accounts=MappingProxyType(accounts))


def _account(account: Account, earlier: Account | None) -> Account:
    """An account with the mappings of the load before where they are equal."""
    if earlier is None:
        return account
    return replace(
        account,
        users=_shared(account.users, earlier.users),
        groups=_shared(account.groups, earlier.groups),
        roles=_shared(account.roles, earlier.roles),
        policies=_shared(account.policies, earlier.policies),
    )


def _shared(named: Mapping[str, E] | None, earlier: Mapping[str, E] | None) -> Mapping[str, E] | None:
    """The mapping of the load before where it is equal, else one with all of it that is."""
    if named is None or earlier is None:
        return named
    held = {name: _either(one, earlier.get(name)) for name, one in named.items()}
    if len(held) == len(earlier) and _are_same(held.values(), earlier.values()):
        return earlier
    return MappingProxyType(held)


def _either(entity: E, earlier: E | None) -> E:
    return earlier if earlier is not None and earlier == entity else entity


def _are_same(some: Iterable[object], others: Iterable[object]) -> bool:
    return all(one is other for one, other in zip(some, others, strict=True))
