"""Two snapshots without what only one of them exported: its arrival changes no path (EP55, CH8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.snapshot.model import Account, Exported, Resource, Snapshot, User

_FACTS = ("console_password", "mfa", "mfa_devices", "access_keys")
"""Facts of users on which paths depend (EP43)."""


def comparable(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot, tuple[str, ...]]:
    """Both without what only one of them exported, which is no change, and what that is (CH8)."""
    sides = (old, new)
    lacking: list[str] = []
    accounts = [number for number in old.accounts if number in new.accounts]
    if any(len(one.accounts) > len(accounts) for one in sides):
        lacking.append("paths of accounts that one of the two did not export")
    guarded = [all(one.organization_of(number) is not None for number in accounts) for one in sides]
    if guarded[0] != guarded[1]:
        lacking.append("what SCPs and RCPs do to paths: one of the two did not export the organization")
    carriers = {kind.lower() for kind in catalogue().carriers}
    differing = (place for place in sorted(old.listed ^ new.listed) if place[0].lower() in carriers)
    only = [f"{kind} of account {account} in {region}" for kind, account, region in differing]
    lacking += [f"paths over each {place}: one of the two did not list them" for place in only]
    pictures = [
        replace(
            one,
            accounts={number: _as_told(one.accounts[number], other.accounts[number]) for number in accounts},
            organizations=one.organizations if all(guarded) else {},
            resources={arn: _run_as_told(held, other) for arn, held in one.resources.items()},
            listed=old.listed & new.listed,
        )
        for one, other in ((old, new), (new, old))
    ]
    return pictures[0], pictures[1], tuple(lacking)


def _as_told(account: Account, other: Account) -> Account:
    """An account with no more of the credentials of its users than the other side tells of them."""
    if account.users is None or other.users is None:
        return account
    users = {
        name: _user_as_told(user, other.users[name]) if name in other.users else user
        for name, user in account.users.items()
    }
    return replace(account, users=users)


def _user_as_told(user: User, other: User) -> User:
    if user.credentials is None or other.credentials is None:
        return replace(user, credentials=None)
    unknown: dict[str, Any] = {name: None for name in _FACTS if getattr(other.credentials, name) is None}
    return replace(user, credentials=replace(user.credentials, **unknown))


def _run_as_told(resource: Resource, other: Snapshot) -> Resource:
    """A resource without its role, or its policy, where the other side says nothing of it."""
    same = other.resources.get(resource.arn)
    place = resource.kind.lower(), resource.account, resource.arn.split(":", 4)[3]
    is_told = place in {(kind.lower(), *rest) for kind, *rest in other.listed}
    if resource.role is not None and not is_told and (same is None or same.role is None):
        resource = replace(resource, role=None)
    if same is not None and same.policy_state is Exported.UNKNOWN:
        resource = replace(resource, policy=None, policy_state=Exported.UNKNOWN)
    return resource
