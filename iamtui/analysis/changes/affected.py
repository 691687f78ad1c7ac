"""Which principals and resources the changes of two snapshots can reach; all others are as before (CH5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iamtui.analysis.changes.results import Change, ChangeKind, EntityKind
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.snapshot.model import Role, Snapshot, User

_ORGANIZATION = frozenset((EntityKind.ORGANIZATION, EntityKind.ORGANIZATION_POLICY, EntityKind.ORGANIZATION_TARGET))
_SEEN_FROM_OUTSIDE = frozenset(("trust", "tags", "boundary"))
"""What requests about a user or role look at (S1, K63, K103)."""
_PUBLIC_ACCESS = frozenset(("public_access_block", "effective_s3_policies"))


@dataclass(frozen=True, slots=True)
class Affected:
    """ARNs of users and roles whose own inputs may differ, and of resources that do, users and roles among them."""

    principals: tuple[str, ...]
    resources: tuple[str, ...]


def affected_by(changes: Iterable[Change], old: Snapshot, new: Snapshot) -> Affected:
    """What the changes reach, on either side."""
    counting = [change for change in changes if change.kind is not ChangeKind.REWRITTEN]
    reached = {change.key for change in counting if change.thing not in (EntityKind.RESOURCE, EntityKind.ACCOUNT)}
    owners = {key: SubjectKey(key).inline_name for key in reached}
    reached = {key if found is None else found.owner for key, found in owners.items()}
    everybody = any(change.thing in _ORGANIZATION for change in counting)
    own = {key for key in reached if key.split(":", 5)[5:] and key.split(":", 5)[5].startswith(("user/", "role/"))}
    principals = [arn for side in (old, new) for arn in own if side.user(arn) or side.role(arn)]
    if everybody or reached - own:  # a group or a policy: whoever has it
        principals += [arn for side in (old, new) for arn in _principals(side, reached, everybody=everybody)]
    resources = [arn for change in counting for arn in _resources(change, old, new)]
    return Affected(tuple(sorted(set(principals))), tuple(sorted(set(resources))))


def entities_of(snapshot: Snapshot) -> Iterator[User | Role]:
    """Every user and role."""
    for account in snapshot.accounts.values():
        yield from (account.users or {}).values()
        yield from (account.roles or {}).values()


def _principals(snapshot: Snapshot, reached: set[str], *, everybody: bool) -> Iterator[str]:
    for entity in entities_of(snapshot):
        own = {entity.arn, entity.boundary, *entity.attached}
        if everybody or not reached.isdisjoint(own) or _is_in_reached_group(snapshot, entity, reached):
            yield entity.arn


def _is_in_reached_group(snapshot: Snapshot, entity: User | Role, reached: set[str]) -> bool:
    names = entity.groups if isinstance(entity, User) else ()
    return any(_is_reached(snapshot, entity, name, reached) for name in names)


def _is_reached(snapshot: Snapshot, entity: User | Role, name: str, reached: set[str]) -> bool:
    group = snapshot.group(entity.arn.split(":", 5)[4], name)
    return group is not None and (group.arn in reached or not reached.isdisjoint(group.attached))


def _resources(change: Change, old: Snapshot, new: Snapshot) -> Iterator[str]:
    if change.thing is EntityKind.RESOURCE:
        yield change.key
    elif change.thing in (EntityKind.USER, EntityKind.ROLE):
        if any(one.aspect in _SEEN_FROM_OUTSIDE and not one.rewritten for one in change.aspects):
            yield change.key
    elif change.thing is EntityKind.ACCOUNT and any(one.aspect in _PUBLIC_ACCESS for one in change.aspects):
        account = change.key.partition(":")[2]
        for side in (old, new):
            yield from (
                arn for arn, one in side.resources.items() if one.account == account and one.kind == "s3:bucket"
            )
