"""Every file that lies beside the checkout is taken for what it is, or passed over with the reason."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from iamtui.cli import run
from iamtui.snapshot.model import Severity, SourceFile
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.real_data.place import DATA, EXPORTS, require

require(EXPORTS)

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


def plain_counts(path: Path) -> Counter[str]:
    content = json.loads(path.read_bytes())
    lists = {"users": "UserDetailList", "groups": "GroupDetailList", "roles": "RoleDetailList", "policies": "Policies"}
    return Counter({kind: len({item["Arn"] for item in content.get(key) or ()}) for kind, key in lists.items()})


def test_every_export_of_the_developers_data_opens_with_the_counts_of_its_json() -> None:
    paths = [path for path in EXPORTS.rglob("*.json") if b'"GroupDetailList"' in path.read_bytes()]
    assert len(paths) >= 15
    for path in paths:
        snapshot = open_snapshot([path])
        counts: Counter[str] = Counter()
        for account in snapshot.accounts.values():
            for kind in ("users", "groups", "roles", "policies"):
                counts[kind] += len(getattr(account, kind) or ())
        assert +counts == +plain_counts(path), path
        assert not [problem for problem in snapshot.problems if problem.severity is Severity.ERROR], path


def members(path: Path) -> dict[str, list[dict[str, str]]]:
    """The lists of an authorization-details export; nothing of any other file."""
    whole = json.loads(path.read_text("utf-8"))
    return whole if isinstance(whole, dict) and "UserDetailList" in whole else {}


def principals(path: Path) -> list[str]:
    """The ARNs of the users and roles that an export holds."""
    return [item["Arn"] for name in ("UserDetailList", "RoleDetailList") for item in members(path).get(name, [])]


DETAILS = [path for path in sorted(EXPORTS.rglob("*.json")) if members(path)]


@pytest.mark.parametrize("path", DETAILS, ids=lambda path: str(path.relative_to(EXPORTS)))
def test_an_export_opens_in_simulate_for_each_of_its_principals(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::bucket/key", "--format", "json")
    for arn in principals(path):
        assert run(["simulate", str(path), "--principal", arn, *asked]) == 0
        made = json.loads(capsys.readouterr().out)
        assert made["request"]["principal"] == arn
        assert made["decision"] in ("allowed", "explicitDeny", "implicitDeny", "denied", "conditional")
