"""Accounts whose resources decisions tell apart: by their place in an organization, and what was exported of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from iamtui.arn import is_account_id
from iamtui.policy.document import statements_written
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot

_OF_THE_OWNER = ("aws:resourceaccount", "s3:resourceaccount")


def accounts_told_apart(*snapshots: Snapshot) -> tuple[str, ...]:
    """One account for all that are alike but for their number: exported ones, and those of exported organizations.

    Of several snapshots they are alike in each of them.
    """
    found: dict[Hashable, str] = {}
    for number in dict.fromkeys(number for snapshot in snapshots for number in _numbers(snapshot)):
        found.setdefault(tuple(_signature(snapshot, number) for snapshot in snapshots), number)
    named = (number for snapshot in snapshots for number in _named_by_organizations(snapshot))
    return tuple(dict.fromkeys((*found.values(), *named)))


def _numbers(snapshot: Snapshot) -> Iterator[str]:
    yield from snapshot.accounts
    for organization in snapshot.organizations.values():
        yield from filter(is_account_id, organization.targets)


def _signature(snapshot: Snapshot, number: str) -> Hashable:
    account = snapshot.accounts.get(number)
    exported = None
    if account is not None:
        exported = (account.partition, account.is_complete, account.in_organization, account.public_access_block)
    organization = snapshot.organization_of(number)
    if organization is None:
        return exported, None
    levels = organization.levels(number)
    above = None if levels is None else tuple(level.target_id for level in levels[:-1])
    target = organization.targets.get(number)
    own = None if target is None else target.rcps
    is_managing = organization.management_account == number
    return exported, organization.organization_id, above, own, is_managing


def _named_by_organizations(snapshot: Snapshot) -> Iterator[str]:
    """Accounts that organization policies compare the owner of a resource with."""
    for organization in snapshot.organizations.values():
        for policy in organization.policies.values():
            for statement in statements_written(policy.document):
                yield from owners_compared(statement)


def owners_compared(statement: Statement) -> Iterator[str]:
    """The accounts that a statement compares the owner of a resource with."""
    for test in statement.conditions:
        if test.folded_key in _OF_THE_OWNER:
            yield from (value.text for value in test.values if is_account_id(value.text))
