"""S3 policies of an organization: what they assign, where, and what that comes to for an account (S10, I55)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from iamtui.reports.inventory import inventory_as_json, inventory_lines
from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.model import Assigned, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, user, write
from tests.snapshot.s3_policies import (
    ORG,
    ROOT,
    SETTING,
    UNIT,
    assigning,
    collected,
    effective,
    summary,
    tree,
    write_all,
)
from tests.tables import every_row

ALL, NONE = assigning("all"), assigning("none")
FINAL = {"@@operators_allowed_for_child_policies": ["@@none"]}


def opened(folder: Path, files: Mapping[str, Json]) -> Snapshot:
    return open_snapshot([write_all(folder, files)])


def said(snapshot: Snapshot) -> str:
    return "\n".join(map(str, snapshot.problems))


@pytest.mark.parametrize(
    ("content", "assigns"),
    [
        (ALL, Assigned.ALL),
        (json.dumps(ALL), Assigned.ALL),
        (NONE, Assigned.NONE),
        ({"s3_attributes": {SETTING: "all"}}, Assigned.ALL),
        ({"s3_attributes": {SETTING: FINAL}}, Assigned.NOTHING),
        ({"s3_attributes": {}}, Assigned.NOTHING),
    ],
)
def test_the_content_of_a_policy_says_what_it_assigns(tmp_path: Path, content: Json, assigns: Assigned) -> None:
    snapshot = opened(tmp_path, {**tree(), **collected({"p-s3": (content, ())})})
    (policy,) = snapshot.organizations[ORG].s3_policies.policies.values()
    assert (policy.policy_id, policy.name, policy.assigns) == ("p-s3", "s3", assigns)
    assert snapshot.problems == ()


@pytest.mark.parametrize(
    ("content", "place", "expected"),
    [
        (assigning("some"), f"/Policy/Content/s3_attributes/{SETTING}", 'expected "all" or "none", got \'some\''),
        ({"tags": {}}, "/Policy/Content", "expected the member s3_attributes"),
        ("{cut", "/Policy/Content", "expected"),
        ("[" * 5_000, "/Policy/Content", "expected"),
        ([], "/Policy/Content", "expected object, got array"),
    ],
    ids=["another value", "another type", "cut off", "deep", "a list"],
)
def test_content_that_cannot_be_read_is_told_and_unknown(
    tmp_path: Path, content: Json, place: str, expected: str
) -> None:
    snapshot = opened(tmp_path, {**tree(), **collected({"p-s3": (content, (ROOT,))})})
    (problem,) = snapshot.problems
    assert (problem.path.name, problem.place) == ("p-s3.json", place)
    assert problem.expected.startswith(expected)
    assert "S10" in problem.consequence
    assert snapshot.organization_blocks_public_access(ACCOUNT) is None


@every_row(
    ("policies", "blocks"),
    [
        ({}, False),
        ({"p-a": (ALL, (ROOT,))}, True),
        ({"p-a": (ALL, (UNIT,))}, True),
        ({"p-a": (ALL, (ACCOUNT,))}, True),
        ({"p-a": (ALL, (OTHER,))}, False),
        ({"p-a": (ALL, (ROOT,)), "p-n": (NONE, (UNIT,))}, False),
        ({"p-a": (ALL, (ROOT, ACCOUNT)), "p-n": (NONE, (UNIT,))}, True),
        ({"p-a": (ALL, (UNIT,)), "p-n": (NONE, (UNIT,))}, True),
        ({"p-a": (assigning("all", **FINAL), (ROOT,)), "p-n": (NONE, (UNIT,))}, True),
        ({"p-a": (ALL, (ROOT,)), "p-x": (None, (UNIT,))}, None),
        ({"p-a": (ALL, (ACCOUNT,)), "p-x": (None, (UNIT,))}, True),
        ({"p-a": (ALL, (UNIT,)), "p-x": (None, (UNIT,))}, True),
    ],
    ids=[
        "no policy",
        "root",
        "unit",
        "account",
        "elsewhere",
        "none below all",
        "all below none",
        "both at one place",
        "none below all that is final",
        "unknown below all",
        "all below unknown",
        "all beside unknown",
    ],
)
def test_s10_the_nearest_assignment_counts(
    tmp_path: Path, policies: Mapping[str, tuple[Json, tuple[str, ...]]], *, blocks: bool | None
) -> None:
    snapshot = opened(tmp_path, {**tree(), **collected(policies)})
    assert snapshot.organization_blocks_public_access(ACCOUNT) is blocks


def test_s10_the_management_account_is_not_spared(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {**tree(), **collected({"p-a": (ALL, (ROOT,))})})
    assert snapshot.organizations[ORG].management_account == OTHER
    assert snapshot.organization_blocks_public_access(OTHER) is True


@pytest.mark.parametrize(
    ("status", "blocks"), [(None, False), ("DISABLED", False), ("PENDING_ENABLE", True), ("ENABLED", True)]
)
def test_i51_the_root_decides_whether_s3_policies_are_enabled(
    tmp_path: Path, status: str | None, *, blocks: bool
) -> None:
    snapshot = opened(tmp_path, {**tree(status), **collected({"p-a": (ALL, (ROOT,))})})
    assert snapshot.organization_blocks_public_access(ACCOUNT) is blocks


def test_i58_policies_listed_by_target_count_as_well(tmp_path: Path) -> None:
    call = "organizations-list-policies-for-target/S3_POLICY"
    files = {**tree(), **collected({"p-a": (ALL, ())})}
    del files["organizations-list-targets-for-policy/p-a"]
    listed = {ROOT: ["p-a"], UNIT: [], ACCOUNT: [], OTHER: []}
    files |= {f"{call}/{target}": {"Policies": [*map(summary, ids)]} for target, ids in listed.items()}
    snapshot = opened(tmp_path, files)
    assert snapshot.organization_blocks_public_access(ACCOUNT) is True
    assert snapshot.problems == ()


def test_t22_a_policy_without_content_or_targets_is_told(tmp_path: Path) -> None:
    files = {**tree(), **collected({"p-a": (ALL, (ROOT,))})}
    del files["organizations-list-targets-for-policy/p-a"]
    del files["organizations-describe-policy/p-a"]
    snapshot = opened(tmp_path, files)
    assert snapshot.organization_blocks_public_access(ACCOUNT) is None
    assert f"{ORG}: no content of S3 policy a" in said(snapshot)
    assert f"{ORG}: expected all targets of S3 policy a" in said(snapshot)
    assert all("restricted is not known (S10, T22)" in problem.consequence for problem in snapshot.problems)


def test_t22_enabled_policies_that_were_not_listed_are_missing(tmp_path: Path) -> None:
    write(tmp_path / "details.json", details(UserDetailList=[user("alice")]))
    snapshot = opened(tmp_path, tree())
    lacking = "S3 policies that bind the account"
    assert snapshot.organization_blocks_public_access(ACCOUNT) is None
    assert lacking in {missing.what for missing in inventory(snapshot).missing}
    listed = opened(tmp_path, collected({}))
    assert lacking not in {missing.what for missing in inventory(listed).missing}


@pytest.mark.parametrize(("value", "blocks"), [("all", True), ("none", False)])
def test_s10_what_aws_computed_for_an_account_comes_first(tmp_path: Path, value: str, *, blocks: bool) -> None:
    contrary = {"p-a": (NONE if blocks else ALL, (ROOT,))}
    files = {**tree(), **collected(contrary), "organizations-describe-effective-policy": effective(ACCOUNT, value)}
    snapshot = opened(tmp_path, files)
    assert snapshot.organization_blocks_public_access(ACCOUNT) is blocks
    assert snapshot.organization_blocks_public_access(OTHER) is not blocks
    assert {file.status for file in snapshot.files} == {"read"}


def test_effective_content_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {**tree(), "effective": effective(ACCOUNT, "some")})
    assert snapshot.effective_s3_policies == {}
    assert 'expected "all" or "none"' in said(snapshot)


def test_s3_policies_are_no_iam_policies_and_are_counted(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {**tree(), **collected({"p-a": (ALL, (ROOT,))})})
    assert snapshot.organizations[ORG].policies == {}
    found = inventory(snapshot)
    (line,) = [line for line in inventory_lines(found) if ORG in line.text]
    assert line.detail.endswith("0 SCPs, 0 RCPs · 1 S3 policy")
    (organization,) = json.loads(inventory_as_json(found))["organizations"]
    assert organization["s3_policies"] == 1
