"""Every file that lies beside the checkout is taken for what it is, or passed over with the reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from iamtui.snapshot.model import SourceFile
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.snapshot.exports import EXPORTS

DATA = EXPORTS.parent

pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the exports for developers are not beside this checkout")

PASSED = {
    "Access Analyzer is not read",
    "CloudTrail trails are not read",
    "access control lists and owners of buckets are not evaluated",
    "instance profiles are in the authorization details",
}
"""All that the exports hold beside what is read."""


def looked_at(folder: Path) -> tuple[SourceFile, ...]:
    try:
        return open_snapshot([folder]).files
    except SnapshotError as error:
        return error.snapshot.files


@pytest.mark.parametrize("folder", sorted(EXPORTS.glob("*")), ids=lambda folder: folder.name)
def test_every_file_of_an_export_is_read_or_named_with_the_reason(folder: Path) -> None:
    files = looked_at(folder)
    assert {file.path for file in files} == {path for path in folder.rglob("*") if path.is_file()}
    assert {file.message for file in files if file.status == "skipped"} <= PASSED
    assert [file for file in files if file.status == "failed"] == []
    assert all(file.format != "unknown" for file in files if file.status == "read")


def test_lone_policies_are_named_as_such_and_the_malformed_one_with_its_place() -> None:
    files = looked_at(DATA / "policies")
    said = Counter((file.status, file.message.partition(":")[0]) for file in files if file.path.suffix == ".json")
    assert said.keys() == {("skipped", "a policy document alone"), ("failed", "line 15, column 13")}
    assert said["failed", "line 15, column 13"] == 1
    assert said["skipped", "a policy document alone"] > 100


def test_logs_and_other_data_are_passed_over_with_a_reason() -> None:
    for folder in ("cloudtrail", "pathfinding"):
        files = looked_at(DATA / folder)
        assert {file.status for file in files} == {"skipped"}
        assert all(file.message for file in files)
