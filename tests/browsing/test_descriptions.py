"""Every kind of subject is described, in one place."""

from typing import get_args

import pytest

from iamtui.browsing.descriptions import describe, key_of, short_name
from iamtui.browsing.subjects import Subject, find_subject
from iamtui.snapshot.opening import open_snapshot
from tests.app.surroundings import ACME


def kinds(alias: object) -> set[type]:
    members = get_args(alias)
    return {alias} if isinstance(alias, type) else {kind for member in members for kind in kinds(member)}


@pytest.mark.parametrize("kind", sorted(kinds(Subject), key=str))
def test_a_kind_of_subject_has_a_description(kind: type) -> None:
    assert describe.dispatch(kind) is not describe.dispatch(object)


def test_a_subject_is_found_again_by_the_key_of_its_description() -> None:
    snapshot = open_snapshot([ACME])
    account = next(account for account in snapshot.accounts.values() if account.users)
    keys = [
        *(user.arn for user in (account.users or {}).values()),
        *(group.arn for group in (account.groups or {}).values()),
        *(role.arn for role in (account.roles or {}).values()),
        *snapshot.resources,
        *(f"{kind}:{account.account_id}" for kind in ("account", "root")),
        *(f"organization:{name}" for name in snapshot.organizations),
    ]
    assert [key_of(find_subject(snapshot, key)) for key in keys] == keys
    assert all(short_name(snapshot, key) for key in keys)
