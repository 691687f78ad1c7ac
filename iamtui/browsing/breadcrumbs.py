"""Where a subject lies: root, organizational units, account, path, owner."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.browsing.descriptions import account_id_of
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.surroundings import OrganizationNode
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, Snapshot, User
from iamtui.visible import shown


def breadcrumbs(snapshot: Snapshot, subject: Subject) -> str:
    """The way from the root of the organization to a subject, without the subject itself; empty where there is none."""
    match subject:
        case OrganizationNode():
            levels = subject.organization.levels(subject.target.target_id) or ()
            steps = [level.name or level.target_id for level in levels[:-1]]
        case Account():
            steps = list(_account(snapshot, subject.account_id))[:-1]
        case Inline():
            steps = [*_account(snapshot, account_id_of(subject)), *_path(subject.owner.path), subject.owner.name]
        case User() | Group() | Role() | ManagedPolicy():
            steps = [*_account(snapshot, account_id_of(subject)), *_path(subject.path)]
        case _:
            steps = list(_account(snapshot, account_id_of(subject)))
    return " › ".join(shown(step) for step in steps)


def _account(snapshot: Snapshot, account_id: str) -> Iterator[str]:
    """The levels of an account down to itself, or its alias where it is in no organization that is known whole."""
    ways = (organization.levels(account_id) for organization in snapshot.organizations.values())
    if (levels := next(filter(None, ways), None)) is not None:
        yield from (level.name or level.target_id for level in levels)
    elif (account := snapshot.accounts.get(account_id)) is not None and account.alias:
        yield account.alias


def _path(path: str) -> list[str]:
    return [path] if path.strip("/") else []
