"""Sets of principals as the bits of an integer, so that what holds of thousands is joined in one operation (EP57)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, reduce
from operator import or_

from iamtui.analysis.queries.index.holders import can_be_named
from iamtui.patterns import Part, matcher_of, merge
from iamtui.policy.elements import places_of
from iamtui.snapshot.model import Account, Role, Snapshot, User

_AFTER = "\U0010ffff"
_MANY = 32


class SortedArns:
    """ARNs in order, so that a pattern is tried on those alone that begin as it does."""

    def __init__(self, arns: Iterable[str]) -> None:
        self._sorted = sorted(arns)

    def taken(self, parts: tuple[Part, ...]) -> list[str]:
        """The ARNs that a pattern takes."""
        merged = merge(parts)
        head = merged[0] if merged and isinstance(merged[0], str) else ""
        if len(merged) == 1 and head:
            return [head]
        first, last = bisect_left(self._sorted, head), bisect_left(self._sorted, head + _AFTER)
        return list(filter(matcher_of(parts), self._sorted[first:last]))


class Places:
    """The users and roles of a snapshot, each with its place: a set of them is an integer with a bit for each."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.arns: list[str] = []
        self._entities: dict[str, tuple[Account, User | Role]] = {}
        self._users = 0
        self._held: dict[str, int] = {}
        for account in snapshot.accounts.values():
            users = list(filter(can_be_named, (account.users or {}).values()))
            roles = filter(can_be_named, (account.roles or {}).values())
            first, between = len(self.arns), len(self.arns) + len(users)
            entities: tuple[User | Role, ...] = (*users, *roles)
            for one in entities:
                self.arns.append(one.arn)
                self._entities[one.arn] = (account, one)
            self._users |= _bits(first, between)
            self._held[account.account_id] = self._held.get(account.account_id, 0) | _bits(first, len(self.arns))
        self.all = _bits(0, len(self.arns))
        self._matching: dict[tuple[Part, ...], int] = {}
        self._containing: dict[str, int] = {}

    def entity(self, arn: str) -> tuple[Account, User | Role] | None:
        """The user or role of an ARN, with the account that holds it, whatever the ARN says (I7)."""
        return self._entities.get(arn)

    def of_kind(self, kind: str) -> int:
        """All users, or all roles; nobody of another kind."""
        return self._users if kind == "user" else self.all & ~self._users if kind == "role" else 0

    def held_by(self, account: str) -> int:
        """The principals that an account holds, whatever their ARNs say."""
        return self._held.get(account, 0)

    def of(self, arns: Iterable[str]) -> int:
        """Some principals; what is none of the snapshot is left out."""
        found = [place for arn in arns if (place := self._places.get(arn)) is not None]
        if len(found) < _MANY:
            return reduce(or_, (1 << place for place in found), 0)
        bits = bytearray(max(found) // 8 + 1)
        for place in found:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def one(self, arn: str) -> int:
        """The set of one principal; of nobody where it is none of the snapshot."""
        place = self._places.get(arn)
        return 0 if place is None else 1 << place

    def each(self, those: int) -> Iterator[str]:
        """The ARNs of some principals, in the order of the export."""
        return (self.arns[place] for place in _places_of(those))

    def first(self, those: int) -> str:
        """The first of some principals."""
        return self.arns[(those & -those).bit_length() - 1]

    def containing(self, name: str) -> int:
        """The principals whose ARN has a text in it."""
        found = self._containing.get(name)
        if found is None:
            found = self._containing[name] = self.of(self._having(name))
        return found

    def _having(self, name: str) -> Iterator[str]:
        at = self._joined.find(name)
        while at >= 0 and name:
            first = self._joined.rfind("\n", 0, at) + 1
            end = self._joined.index("\n", at)
            yield self._joined[first:end]
            at = self._joined.find(name, end)

    def matching(self, parts: tuple[Part, ...]) -> int:
        """The principals whose ARN a pattern takes."""
        found = self._matching.get(parts)
        if found is None:
            found = self._matching[parts] = self.taken(parts)
        return found

    def taken(self, parts: tuple[Part, ...]) -> int:
        """As `matching`, for a pattern that nobody else has."""
        return self.of(self._order.taken(parts))

    @cached_property
    def in_profile(self) -> int:
        """The roles that an instance can run with: those in an instance profile."""
        held = ((arn, one) for arn, (_, one) in self._entities.items() if isinstance(one, Role))
        return self.of(arn for arn, role in held if role.instance_profiles)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {arn: place for place, arn in enumerate(self.arns)}

    @cached_property
    def _joined(self) -> str:
        return "".join(f"{arn}\n" for arn in self.arns)

    @cached_property
    def _order(self) -> SortedArns:
        return SortedArns(self.arns)


def _places_of(those: int) -> Iterator[int]:
    """The numbers of the bits of a set, of many at once."""
    if those.bit_count() < _MANY:
        yield from places_of(those)
        return
    text = f"{those:b}"[::-1]
    place = text.find("1")
    while place >= 0:
        yield place
        place = text.find("1", place + 1)


def _bits(first: int, end: int) -> int:
    """The bits from one place up to another."""
    return (1 << end) - (1 << first)
