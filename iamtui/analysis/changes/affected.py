"""Which principals and resources the changes of two snapshots can reach; all others are as before (CH5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from iamtui.analysis.changes.results import Change, ChangeKind, Changes, EntityKind
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.snapshot.model import Role, Snapshot, User

_ORGANIZATION = frozenset((EntityKind.ORGANIZATION, EntityKind.ORGANIZATION_POLICY, EntityKind.ORGANIZATION_TARGET))
_SEEN_FROM_OUTSIDE = frozenset(("trust", "tags", "boundary"))
"""What requests about a user or role look at (S1, K63, K103)."""
_BESIDE = frozenset((EntityKind.ACCOUNT, EntityKind.ENDPOINT))
"""Of these `Affected` does not tell all that a change reaches."""
_PUBLIC_ACCESS = frozenset(("public_access_block", "effective_s3_policies"))


@dataclass(frozen=True, slots=True)
class Affected:
    """ARNs of users and roles whose own inputs may differ, and of resources that do, users and roles among them."""

    principals: tuple[str, ...]
    resources: tuple[str, ...]


class Reaching:
    """Finds what changes from one snapshot to another reach; who carries what is found once."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self._sides = (old, new)

    def of(self, changes: Iterable[Change]) -> Affected:
        """What the changes reach, on either side."""
        counting = [change for change in changes if change.kind is not ChangeKind.REWRITTEN]
        principals: set[str] = set()
        for change in counting:
            if change.thing in _ORGANIZATION:
                principals.update(self._everybody)
            elif change.thing not in (EntityKind.RESOURCE, EntityKind.ACCOUNT):
                inline = SubjectKey(change.key).inline_name
                for arn in (change.key if inline is None else inline.owner, *_moved_from(change, self._sides[0])):
                    principals.update(self._carriers.get(arn, ()))
        resources = {arn for change in counting for arn in _resources(change, *self._sides)}
        return Affected(tuple(sorted(principals)), tuple(sorted(resources)))

    def carriers(self, arn: str) -> Set[str]:
        """The users and roles that have a policy or are in a group, on either side."""
        return self._carriers.get(arn, frozenset())

    @cached_property
    def _everybody(self) -> frozenset[str]:
        return frozenset(entity.arn for side in self._sides for entity in entities_of(side))

    @cached_property
    def _carriers(self) -> Mapping[str, Set[str]]:
        """By the ARN of a principal, group or policy the users and roles that have it, on either side."""
        found: dict[str, set[str]] = defaultdict(set)
        for side in self._sides:
            for entity in entities_of(side):
                for name in _carried(side, entity):
                    found[name].add(entity.arn)
        return found


def all_is_told(changes: Changes) -> bool:
    """Whether nothing can be decided otherwise but what the changes are said to reach."""
    moved = (aspect.aspect == "path" for change in changes.objects for aspect in change.aspects)
    return not changes.not_compared and not any(moved) and not any(one.thing in _BESIDE for one in changes.objects)


def entities_of(snapshot: Snapshot) -> Iterator[User | Role]:
    """Every user and role."""
    for account in snapshot.accounts.values():
        yield from (account.users or {}).values()
        yield from (account.roles or {}).values()


def _carried(snapshot: Snapshot, entity: User | Role) -> Iterator[str]:
    """What a change can be about that reaches a user or role: itself, its policies and groups, and theirs."""
    yield entity.arn
    yield from entity.attached
    if entity.boundary is not None:
        yield entity.boundary
    for name in entity.groups if isinstance(entity, User) else ():
        group = snapshot.group(snapshot.account_of(entity.arn), name)
        if group is not None:
            yield group.arn
            yield from group.attached


def _moved_from(change: Change, old: Snapshot) -> Iterator[str]:
    """The ARN that a user or role had under another path: to policies it was somebody else."""
    if change.thing in (EntityKind.USER, EntityKind.ROLE) and any(one.aspect == "path" for one in change.aspects):
        account = old.accounts.get(account_of(change.key))
        named = None if account is None else account.users if change.thing is EntityKind.USER else account.roles
        held = (named or {}).get(change.name.lower())
        if held is not None and held.arn != change.key:
            yield held.arn


def _resources(change: Change, old: Snapshot, new: Snapshot) -> Iterator[str]:
    if change.thing is EntityKind.RESOURCE:
        yield change.key
    elif moved_from := tuple(_moved_from(change, old)):
        yield from (change.key, *moved_from)
    elif change.thing in (EntityKind.USER, EntityKind.ROLE):
        if any(one.aspect in _SEEN_FROM_OUTSIDE and not one.rewritten for one in change.aspects):
            yield change.key
    elif change.thing is EntityKind.ACCOUNT and any(one.aspect in _PUBLIC_ACCESS for one in change.aspects):
        account = change.key.partition(":")[2]
        for side in (old, new):
            yield from (
                arn for arn, one in side.resources.items() if one.account == account and one.kind == "s3:bucket"
            )
