"""Which changes cause an effect: leave one out, and it is not there; where none alone, two (CH6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from types import MappingProxyType
from typing import Any

from iamtui.analysis.changes.results import Change, EntityKind
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User

_LISTS = {
    EntityKind.USER: "users",
    EntityKind.ROLE: "roles",
    EntityKind.GROUP: "groups",
    EntityKind.POLICY: "policies",
    EntityKind.PROVIDER: "providers",
}
_MOST_IN_PAIRS = 24
"""Of how many changes all pairs are tried."""


def causes_of(candidates: Sequence[int], is_there: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...] | None:
    """Which of the changes an effect needs; `is_there` says whether it is without some of them.

    None where it is there without all of them: then what only one of the two exported makes it (CH8).
    """
    if is_there(tuple(candidates)):
        return None
    alone = tuple(one for one in candidates if not is_there((one,)))
    if alone:
        return alone
    for pair in combinations(candidates[:_MOST_IN_PAIRS], 2):
        if not is_there(pair):
            return pair
    return tuple(candidates)


class Undoing:
    """The new snapshot without some of the changes that led to it."""

    def __init__(self, old: Snapshot, new: Snapshot, changes: Sequence[Change]) -> None:
        self._old = old
        self._new = new
        self._changes = changes
        self._made: dict[tuple[int, ...], Snapshot] = {}

    def without(self, places: tuple[int, ...]) -> Snapshot:
        """What the snapshot would be if the changes at these places had not been made."""
        if places not in self._made:
            self._made[places] = reduce(self._undo, (self._changes[place] for place in places), self._new)
        return self._made[places]

    def _undo(self, snapshot: Snapshot, change: Change) -> Snapshot:
        match change.thing:
            case EntityKind.INLINE_POLICY:
                return self._undo_inline(snapshot, change)
            case EntityKind.USER | EntityKind.ROLE | EntityKind.GROUP | EntityKind.POLICY | EntityKind.PROVIDER:
                return self._undo_in_account(snapshot, change)
            case EntityKind.ACCOUNT:
                return self._undo_settings(snapshot, change)
            case EntityKind.RESOURCE:
                return replace(snapshot, resources=_put_back(snapshot.resources, self._old.resources, change.key))
            case EntityKind.ENDPOINT:
                return replace(snapshot, endpoints=_put_back(snapshot.endpoints, self._old.endpoints, change.key))
            case _:
                return self._undo_in_organization(snapshot, change)

    def _undo_in_account(self, snapshot: Snapshot, change: Change) -> Snapshot:
        number, name = change.key.split(":", 5)[4], _LISTS[change.thing]
        before, after = self._old.accounts[number], snapshot.accounts[number]
        is_named = change.thing in (EntityKind.USER, EntityKind.ROLE, EntityKind.GROUP)
        key = change.name.lower() if is_named else change.key
        there = getattr(after, name) or {}
        undone = _put_back(there, getattr(before, name) or {}, key)
        if is_named and key in there and key in undone:  # inline policies are changes of their own
            undone = {**undone, key: replace(undone[key], inline=there[key].inline)}
        return _with_account(snapshot, number, _with_list(after, name, undone))

    def _undo_inline(self, snapshot: Snapshot, change: Change) -> Snapshot:
        owner, name = SubjectKey(change.key).inline_name or ("", "")
        number = owner.split(":", 5)[4]
        kind = {"user": "users", "role": "roles", "group": "groups"}[owner.split(":", 5)[5].partition("/")[0]]
        key = owner.rpartition("/")[2].lower()
        lists = [getattr(side.accounts[number], kind) or {} for side in (self._old, snapshot)]
        before: User | Role | Group | None = lists[0].get(key)
        after: User | Role | Group | None = lists[1].get(key)
        if after is None:
            return snapshot
        kept = [policy for policy in after.inline if policy.name != name]
        kept += [policy for policy in (before.inline if before is not None else ()) if policy.name == name]
        undone = {**lists[1], key: replace(after, inline=tuple(kept))}
        return _with_account(snapshot, number, _with_list(snapshot.accounts[number], kind, undone))

    def _undo_settings(self, snapshot: Snapshot, change: Change) -> Snapshot:
        number = change.key.partition(":")[2]
        before = self._old.accounts[number]
        account = replace(
            snapshot.accounts[number],
            public_access_block=before.public_access_block,
            in_organization=before.in_organization,
        )
        effective = _put_back(snapshot.effective_s3_policies, self._old.effective_s3_policies, number)
        return replace(_with_account(snapshot, number, account), effective_s3_policies=effective)

    def _undo_in_organization(self, snapshot: Snapshot, change: Change) -> Snapshot:
        organizations: dict[str, Any] = {}
        for key, after in snapshot.organizations.items():
            before = self._old.organizations.get(key)
            organizations[key] = after
            if before is None:
                continue
            if change.thing is EntityKind.ORGANIZATION and change.key == key:
                organizations[key] = replace(before, targets=after.targets, policies=after.policies)
            elif change.thing is EntityKind.ORGANIZATION_TARGET:
                organizations[key] = replace(after, targets=_put_back(after.targets, before.targets, change.key))
            elif change.thing is EntityKind.ORGANIZATION_POLICY:
                named = (one for one in (*before.policies.values(), *after.policies.values()) if one.arn == change.key)
                policy_id = next((one.policy_id for one in named), "")
                organizations[key] = replace(after, policies=_put_back(after.policies, before.policies, policy_id))
        return replace(snapshot, organizations=MappingProxyType(organizations))


def _put_back(there: Mapping[str, Any], before: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A mapping with one key as it was before."""
    kept = {name: value for name, value in there.items() if name != key}
    return {**kept, key: before[key]} if key in before else kept


def _with_account(snapshot: Snapshot, number: str, account: Account) -> Snapshot:
    return replace(snapshot, accounts={**snapshot.accounts, number: account})


def _with_list(account: Account, name: str, entities: Mapping[str, Any]) -> Account:
    lists: dict[str, Any] = {name: entities}
    return replace(account, **lists)
