"""Two snapshots of one scene of which the second is the first with a few things changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot
from tests.analysis.queries.worlds import _Builder


def random_days(rng: Random, most: int = 3) -> tuple[Snapshot, Snapshot, Request]:
    """Both days, and a request that the policies are about."""
    builder = _Builder(rng)
    old, other, _ = builder.world(), builder.world(), None
    new = old.snapshot
    for _ in range(rng.randint(1, most)):
        new = rng.choice(EDITS)(rng, new, other.snapshot)
    return old.snapshot, new, old.request


def _entities(kind: str, *fields: str) -> Callable[[Random, Snapshot, Snapshot], Snapshot]:
    """Takes some attributes of one entity from the other snapshot."""

    def edit(rng: Random, snapshot: Snapshot, other: Snapshot) -> Snapshot:
        number = rng.choice(sorted(snapshot.accounts.keys() & other.accounts.keys()) or sorted(snapshot.accounts))
        account = snapshot.accounts[number]
        theirs = other.accounts.get(number)
        if theirs is None:
            return snapshot
        held: dict[str, Any] = dict(getattr(account, kind))
        key = rng.choice(sorted(held))
        taken = {name: getattr(getattr(theirs, kind)[key], name) for name in (rng.choice(fields),)}
        held[key] = replace(held[key], **taken)
        changed: dict[str, Any] = {kind: held}
        return replace(snapshot, accounts={**snapshot.accounts, number: replace(account, **changed)})

    return edit


def _resources(_: Random, snapshot: Snapshot, other: Snapshot) -> Snapshot:
    found = dict(snapshot.resources)
    for arn, resource in found.items():
        theirs = other.resources.get(arn)
        if theirs is not None and theirs.policy_state is resource.policy_state:
            found[arn] = replace(resource, policy=theirs.policy, public_access_block=theirs.public_access_block)
    return replace(snapshot, resources=found)


def _removal(rng: Random, snapshot: Snapshot, _: Snapshot) -> Snapshot:
    number = rng.choice(sorted(snapshot.accounts))
    account = snapshot.accounts[number]
    users = dict(account.users or {})
    if len(users) > 1:
        del users[rng.choice(sorted(users))]
    return replace(snapshot, accounts={**snapshot.accounts, number: replace(account, users=users)})


def _organization(rng: Random, snapshot: Snapshot, other: Snapshot) -> Snapshot:
    if not (snapshot.organizations and other.organizations):
        return snapshot
    ours, theirs = snapshot.organizations["o-1"], other.organizations["o-1"]
    key = rng.choice(sorted(ours.targets.keys() & theirs.targets.keys()))
    targets = {**ours.targets, key: replace(theirs.targets[key], parent=ours.targets[key].parent)}
    organization = replace(ours, targets=targets, policies={**theirs.policies, **ours.policies})
    return replace(snapshot, organizations={"o-1": organization})


EDITS: tuple[Callable[[Random, Snapshot, Snapshot], Snapshot], ...] = (
    _entities("users", "inline", "attached", "groups", "boundary", "tags"),
    _entities("roles", "inline", "attached", "boundary", "tags", "trust"),
    _entities("groups", "inline", "attached"),
    _entities("policies", "versions"),
    _resources,
    _organization,
    _removal,
)
