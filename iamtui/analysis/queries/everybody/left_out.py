"""Whom an answer about everybody leaves out, as the export does not have them (WC4, I11, I12)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.snapshot.model import Account, Snapshot
from iamtui.snapshot.wording import listed_names


def left_out(snapshot: Snapshot) -> Iterator[str]:
    """A sentence for each kind of principals that is missing, with the accounts of which it is."""
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


def _named(accounts: list[Account]) -> str:
    return listed_names([one.account_id for one in accounts], "account")
