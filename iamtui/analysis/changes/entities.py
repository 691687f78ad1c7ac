"""What differs between two snapshots, thing by thing (CH1, CH2, CH8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from iamtui.analysis.changes import facets
from iamtui.analysis.changes.breaking import named_by_old_id
from iamtui.analysis.changes.comparing import NEW, OLD, Comparing, Named, allows_everything
from iamtui.analysis.changes.organizations import compare_organizations
from iamtui.analysis.changes.placed_things import compare_placed_things
from iamtui.analysis.changes.results import Change, ChangeKind, Changes, EntityKind, Weight
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.snapshot.model import (
    Account,
    Group,
    IdentityProvider,
    InlinePolicy,
    ManagedPolicy,
    Role,
    Snapshot,
    User,
)

T = TypeVar("T")


def compare_snapshots(old: Snapshot, new: Snapshot) -> Changes:
    """All that differs from `old` to `new`, the weightiest first.

    An inline policy counts as a thing of its own: when only it differs, its owner is not reported too.
    """
    comparing = Comparing(lambda arn: _gives_everything(arn, old, new))
    found = [
        *_accounts(comparing, old, new),
        *compare_placed_things(comparing, old, new),
        *compare_organizations(comparing, old, new),
    ]
    found = [_with_breaking(change, new) if change.kind is ChangeKind.RECREATED else change for change in found]
    weights, things = list(Weight), list(EntityKind)
    found.sort(key=lambda change: (weights.index(change.weight), things.index(change.thing), change.key))
    return Changes(
        objects=tuple(found),
        not_compared=comparing.not_compared,
        noise=comparing.noise,
        complete=comparing.is_proved,
    )


def _gives_everything(arn: str, *snapshots: Snapshot) -> bool:
    """Whether a managed policy allows everything, in one of the snapshots."""
    found = (snapshot.policy(arn.split(":", 5)[4], arn) for snapshot in snapshots)
    return any(one is not None and one.default is not None and allows_everything(one.default.document) for one in found)


def _with_breaking(change: Change, new: Snapshot) -> Change:
    """What deleting and making again broke: who still names the old id (CH2)."""
    unique_id = change.aspects and next(one for one in change.aspects if one.aspect == "unique_id").before
    broken = named_by_old_id(new, str(unique_id))
    return replace(change, aspects=(*change.aspects, broken)) if broken is not None else change


def _accounts(comparing: Comparing, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for account_id in dict.fromkeys((*old.accounts, *new.accounts)):
        before, after = old.accounts.get(account_id), new.accounts.get(account_id)
        if before is None or after is None:
            comparing.lacks(f"account {account_id}", OLD if before is None else NEW)
            continue
        key, name = SubjectKey.account(account_id), after.alias or account_id
        yield from comparing.thing(
            (before, old),
            (after, new),
            lambda _, key=key, name=name: Named(EntityKind.ACCOUNT, key, name),  # type: ignore[misc]
            lambda side: facets.facets_of_account(*side),
        )
        if before is not after:
            yield from _entities(comparing, before, after)


def _entities(comparing: Comparing, before: Account, after: Account) -> Iterator[Change]:
    lists = _Lists(comparing, before, after)
    yield from lists.principals(before.users, after.users, EntityKind.USER, "users", facets.facets_of_principal)
    yield from lists.principals(before.roles, after.roles, EntityKind.ROLE, "roles", facets.facets_of_principal)
    yield from lists.principals(before.groups, after.groups, EntityKind.GROUP, "groups", facets.facets_of_group)
    yield from lists.policies()
    yield from lists.providers()


Owner = TypeVar("Owner", User, Role, Group)


class _Lists:
    """The lists of one account on both sides."""

    def __init__(self, comparing: Comparing, before: Account, after: Account) -> None:
        self._comparing = comparing
        self._before = before
        self._after = after

    def _both(
        self, old: Mapping[str, T] | None, new: Mapping[str, T] | None, what: str
    ) -> tuple[Mapping[str, T], Mapping[str, T]] | None:
        """Both lists, without what a missing page may hold on the other side (I11); None: not compared."""
        name = f"{what} of account {self._before.account_id}"
        if old is None or new is None:
            if old is not new:
                self._comparing.lacks(name, OLD if old is None else NEW)
            return None
        return (
            self._known(old, new, self._after, name, NEW),
            self._known(new, old, self._before, name, OLD),
        )

    def _known(
        self, own: Mapping[str, T], other: Mapping[str, T], account: Account, name: str, side: str
    ) -> Mapping[str, T]:
        if account.is_complete or own.keys() <= other.keys():
            return own
        self._comparing.lacks(f"some {name}", side)
        return {key: value for key, value in own.items() if key in other}

    def principals(
        self,
        old: Mapping[str, Owner] | None,
        new: Mapping[str, Owner] | None,
        thing: EntityKind,
        what: str,
        facets_of: Callable[[Owner], Iterable[facets.Facet]],
    ) -> Iterator[Change]:
        """Users, roles or groups, and the inline policies of each."""
        both = self._both(old, new, what)
        if both is None:
            return
        left: Mapping[str, Owner] = both[0]
        right: Mapping[str, Owner] = both[1]
        for key in dict.fromkeys((*left, *right)):
            before, after = left.get(key), right.get(key)
            if before is after or before == after:
                continue
            yield from self._comparing.thing(before, after, lambda one: Named(thing, one.arn, one.name), facets_of)
            yield from self._inline(before, after)

    def _inline(self, before: Owner | None, after: Owner | None) -> Iterator[Change]:
        there = before if after is None else after
        owner = "" if there is None else there.arn

        def named(policy: InlinePolicy) -> Named:
            return Named(EntityKind.INLINE_POLICY, SubjectKey.inline(owner, policy.name), policy.name, owner)

        yield from self._comparing.things(_inline_of(before), _inline_of(after), named, facets.facets_of_inline)

    def policies(self) -> Iterator[Change]:
        """Managed policies; those of AWS come and go with their attachments, which whoever has them tells (CH1)."""
        both = self._both(self._before.policies, self._after.policies, "policies")
        if both is None:
            return
        old, new = (
            {arn: one for arn, one in side.items() if not one.is_aws_managed or (arn in both[0] and arn in both[1])}
            for side in both
        )
        yield from self._comparing.things(old, new, _named_policy, facets.facets_of_policy)

    def providers(self) -> Iterator[Change]:
        """Identity providers; one is gone, or new, only where the other side lists all of its kind."""
        both = self._both(self._before.providers, self._after.providers, "identity providers")
        if both is None:
            return
        old = self._listed(both[0], both[1], self._after, NEW)
        new = self._listed(both[1], both[0], self._before, OLD)
        yield from self._comparing.things(old, new, _named_provider, facets.facets_of_provider)

    def _listed(
        self, own: Mapping[str, IdentityProvider], other: Mapping[str, IdentityProvider], account: Account, side: str
    ) -> Mapping[str, IdentityProvider]:
        kept: dict[str, IdentityProvider] = {}
        for arn, one in own.items():
            if arn in other or _provider_kind(arn) in account.listed_providers:
                kept[arn] = one
            else:
                self._comparing.lacks(f"{_provider_kind(arn)} of account {account.account_id}", side)
        return kept


def _inline_of(owner: User | Role | Group | None) -> Mapping[str, InlinePolicy]:
    return {} if owner is None else {policy.name: policy for policy in owner.inline}


def _named_policy(policy: ManagedPolicy) -> Named:
    return Named(EntityKind.POLICY, policy.arn, policy.name)


def _named_provider(provider: IdentityProvider) -> Named:
    return Named(EntityKind.PROVIDER, provider.arn, provider.arn.partition("/")[2])


def _provider_kind(arn: str) -> str:
    return arn.split(":", 5)[5].partition("/")[0]
