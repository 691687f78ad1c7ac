"""What the generator writes is whole: every file is read, every reference leads somewhere."""

from __future__ import annotations

import json
from pathlib import Path

from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.opening import open_snapshot
from tests.benchmarks.generator.account import Size, account_details
from tests.benchmarks.generator.organization import UNITS, account_ids, write_organization

SMALL = Size(users=30, roles=30, groups=5, policies=10, aws_policies=10)


def test_every_file_is_read_and_no_policy_is_missing(tmp_path: Path) -> None:
    write_organization(tmp_path, 3, SMALL)
    snapshot = open_snapshot([tmp_path])
    assert snapshot.problems == ()
    assert {file.status for file in snapshot.files} == {"read"}
    assert set(account_ids(3)) <= set(snapshot.accounts)
    assert not [item for item in inventory(snapshot).missing if "attached managed" in str(item.what)]


def test_each_account_is_under_its_unit_with_its_scps(tmp_path: Path) -> None:
    write_organization(tmp_path, 3, SMALL)
    (organization,) = open_snapshot([tmp_path]).organizations.values()
    for account, unit in zip(account_ids(3), UNITS, strict=True):
        levels = organization.levels(account)
        assert levels is not None
        assert [level.target_id for level in levels][1:] == [unit, account]
        assert [len(level.scps or ()) for level in levels] == [1, 2, 1]


def test_the_same_account_is_the_same_bytes() -> None:
    first, second = (json.dumps(account_details("111122223333", SMALL)) for _ in range(2))
    assert first == second
    assert first != json.dumps(account_details("444455556666", SMALL))
