"""Finding and replacing one thing of a snapshot: a new snapshot that shares all the others (EP31)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from iamtui.snapshot.model import Account, Group, Role, Snapshot, User

Bearer: TypeAlias = User | Group | Role
"""Who carries policies."""

_LISTS = {"user": "users", "group": "groups", "role": "roles", "policy": "policies"}
T = TypeVar("T")


class MissingThingError(ValueError):
    """An edit is of something that the picture does not hold, or that nobody can edit."""


def account_holding(snapshot: Snapshot, arn: str) -> Account:
    """The account that holds a user, group, role or policy; else the one that its ARN says (I7).

    Raises:
        MissingThingError: it was not exported.
    """
    said = snapshot.accounts.get(arn.split(":", 5)[4]) if arn.count(":") >= 5 else None
    if said is not None and _holds(said, arn):
        return said
    found = next((one for one in snapshot.accounts.values() if _holds(one, arn)), said)
    if found is None:
        raise MissingThingError(f"the account of {arn} was not exported")
    return found


def bearer_at(snapshot: Snapshot, arn: str) -> Bearer:
    """The user, group or role with this ARN.

    Raises:
        MissingThingError: there is none.
    """
    found: Bearer | None = _list_of(account_holding(snapshot, arn), arn).get(_key(arn))
    if found is None or found.arn != arn:
        raise MissingThingError(f"the export has no {_kind(arn)} {arn}")
    return found


def user_at(snapshot: Snapshot, arn: str) -> User:
    """The user with this ARN.

    Raises:
        MissingThingError: there is none.
    """
    found = bearer_at(snapshot, arn)
    if not isinstance(found, User):
        raise MissingThingError(f"expected a user, got {arn}")
    return found


def role_at(snapshot: Snapshot, arn: str) -> Role:
    """The role with this ARN.

    Raises:
        MissingThingError: there is none.
    """
    found = bearer_at(snapshot, arn)
    if not isinstance(found, Role):
        raise MissingThingError(f"expected a role, got {arn}")
    return found


def with_bearer(snapshot: Snapshot, arn: str, bearer: Bearer | None) -> Snapshot:
    """The snapshot with this user, group or role at its place; None takes it away."""
    account = account_holding(snapshot, arn)
    lists: dict[str, Any] = {_LISTS[_kind(arn)]: placed(_list_of(account, arn), _key(arn), bearer)}
    return with_account(snapshot, replace(account, **lists))


def with_account(snapshot: Snapshot, account: Account) -> Snapshot:
    """The snapshot with this account at its place."""
    return replace(snapshot, accounts=placed(snapshot.accounts, account.account_id, account))


class Placed(Mapping[str, T]):
    """A mapping with some values at their places, laid over one that it shares: it costs the same over any number."""

    __slots__ = ("_changed", "_under")

    def __init__(self, under: Mapping[str, T], changed: Mapping[str, T | None]) -> None:
        """Lay `changed` over `under`; None takes a value away."""
        self._under = under
        self._changed = changed

    def with_value(self, key: str, value: T | None) -> Placed[T]:
        """The mapping with one more value at its place."""
        return Placed(self._under, {**self._changed, key: value})

    def __getitem__(self, key: str) -> T:
        if key not in self._changed:
            return self._under[key]
        found = self._changed[key]
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._under if self._changed.get(key, self) is not None)
        yield from (key for key, value in self._changed.items() if value is not None and key not in self._under)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)  # whether it is empty is asked at each look: not how many there are


def placed(held: Mapping[str, T], key: str, value: T | None) -> Mapping[str, T]:
    """A mapping with a value at its place; None takes it away."""
    return held.with_value(key, value) if isinstance(held, Placed) else Placed(held, {key: value})


def _kind(arn: str) -> str:
    return arn.split(":", 5)[-1].partition("/")[0]


def _key(arn: str) -> str:
    return arn if _kind(arn) == "policy" else arn.rpartition("/")[2].lower()


def _holds(account: Account, arn: str) -> bool:
    held = _list_of(account, arn).get(_key(arn))
    return held is not None and held.arn == arn


def _list_of(account: Account, arn: str) -> Mapping[str, Any]:
    name = _LISTS.get(_kind(arn))
    if name is None:
        raise MissingThingError(f"expected a user, group, role or managed policy, got {arn}")
    return getattr(account, name) or {}
