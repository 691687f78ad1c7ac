"""Whom an answer about everybody leaves out, as the export does not have them (WC4, I11, I12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamtui.arn import account_of, is_account_id
from iamtui.snapshot.model import Account, Snapshot
from iamtui.snapshot.wording import listed_names


def left_out(snapshot: Snapshot, resources: Iterable[str] = (), owner: str | None = None) -> Iterator[str]:
    """A sentence for each kind of principals that is missing, with the accounts of which it is.

    `resources` are the ARNs or patterns that are asked about, `owner` whose they are if that is stated: who is of an
    account needs no policy of its resources.
    """
    owners = (owner,) if owner is not None else _owners_of(resources, snapshot)
    if strange := sorted({one for one in owners if one not in snapshot.accounts}):
        owned = listed_names(strange, "account")
        yield f"the users and roles of {owned}, whose this is, were not exported: none of them is asked about"
    accounts = sorted(snapshot.accounts.values(), key=lambda one: one.account_id)
    without = {
        "users and roles": [one for one in accounts if one.users is None and one.roles is None],
        "users": [one for one in accounts if one.users is None and one.roles is not None],
        "roles": [one for one in accounts if one.users is not None and one.roles is None],
    }
    for plural, missing in without.items():
        if missing:
            yield f"the {plural} of {_named(missing)} were not exported: none of them is asked about"
    if cut := [one for one in accounts if not one.is_complete]:
        yield f"a page of the export of {_named(cut)} is missing: users and roles on it are not asked about"


def _owners_of(resources: Iterable[str], snapshot: Snapshot) -> Iterator[str]:
    """The accounts of some resources or patterns, as far as they are known."""
    for resource in resources:
        account, bucket = account_of(resource), resource.partition("/")[0]  # what has no account in its ARN is of S3
        if not account and bucket in snapshot.resources:
            account = snapshot.resources[bucket].account
        if is_account_id(account):
            yield account


def _named(accounts: list[Account]) -> str:
    return listed_names([one.account_id for one in accounts], "account")
