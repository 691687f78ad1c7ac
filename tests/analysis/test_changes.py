from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.changes.entities import Change, ChangeKind, EntityKind, compare_snapshots, summary
from iamtui.analysis.relations import account_key, inline_key
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import ACCOUNT, LIST, READ, arn, company, opened, user, write
from tests.snapshot.s3_policies import ORG, ROOT, assigning, collected, effective, tree, write_all

CHANGED, ADDED, REMOVED = ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED
ALICE = arn("user", "alice", "/staff/")


def _after(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> tuple[Change, ...]:
    path = tmp_path / "company.json"
    old = opened(path, company())
    edited = company()
    edit(edited)
    new = open_snapshot([write(path, edited)], previous=old)
    return compare_snapshots(old, new)


def _set_document(export: dict[str, Any]) -> None:
    export["Policies"][0]["PolicyVersionList"][0]["Document"] = LIST


def _edit_trust(export: dict[str, Any]) -> None:
    export["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Deny"


def _edit_inline(export: dict[str, Any]) -> None:
    export["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = READ


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (_set_document, Change(CHANGED, EntityKind.POLICY, arn("policy", "Reading"), "Reading", ("versions",))),
        (_edit_trust, Change(CHANGED, EntityKind.ROLE, arn("role", "app"), "app", ("trust",))),
        (_edit_inline, Change(CHANGED, EntityKind.POLICY, inline_key(ALICE, "own"), "own", ("document",))),
        (
            lambda export: export["UserDetailList"].append(user("carol")),
            Change(ADDED, EntityKind.USER, arn("user", "carol"), "carol"),
        ),
        (lambda export: export["UserDetailList"].pop(1), Change(REMOVED, EntityKind.USER, arn("user", "bob"), "bob")),
        (
            lambda export: export["UserDetailList"][0]["Tags"].clear(),
            Change(CHANGED, EntityKind.USER, ALICE, "alice", ("tags",)),
        ),
        (
            lambda export: export["UserDetailList"][0]["UserPolicyList"].clear(),
            Change(REMOVED, EntityKind.POLICY, inline_key(ALICE, "own"), "own"),
        ),
    ],
)
def test_one_edit_is_one_change(edit: Callable[[dict[str, Any]], object], expected: Change, tmp_path: Path) -> None:
    assert _after(edit, tmp_path) == (expected,)


def test_a_reading_of_the_same_content_changes_nothing(tmp_path: Path) -> None:
    assert _after(lambda export: None, tmp_path) == ()


def test_how_often_a_policy_is_attached_is_told_by_whoever_it_is_attached_to(tmp_path: Path) -> None:
    def attach(export: dict[str, Any]) -> None:
        export["Policies"][1]["AttachmentCount"] = 1
        export["UserDetailList"][1]["AttachedManagedPolicies"].append(
            {"PolicyName": "Limit", "PolicyArn": arn("policy", "Limit")}
        )

    assert _after(attach, tmp_path) == (Change(CHANGED, EntityKind.USER, arn("user", "bob"), "bob", ("attached",)),)


def test_another_account_is_added_with_all_that_is_in_it(tmp_path: Path) -> None:
    def move(export: dict[str, Any]) -> None:
        export["UserDetailList"].append(user("dave", account="999988887777"))

    changes = _after(move, tmp_path)
    assert {(change.kind, change.thing, change.name) for change in changes} == {
        (ADDED, EntityKind.ACCOUNT, "999988887777"),
        (ADDED, EntityKind.USER, "dave"),
    }


def test_another_assignment_of_an_s3_policy_is_a_change_of_the_organization(tmp_path: Path) -> None:
    old, new = (
        open_snapshot([write_all(tmp_path / value, {**tree(), **collected({"p-a": (assigning(value), (ROOT,))})})])
        for value in ("none", "all")
    )
    assert compare_snapshots(old, new) == (Change(CHANGED, EntityKind.ORGANIZATION, ORG, ORG, ("s3_policies",)),)


def test_another_effective_s3_policy_is_a_change_of_the_account(tmp_path: Path) -> None:
    found = []
    for value in ("none", "all"):
        folder = write_all(tmp_path / value, {"effective": effective(ACCOUNT, value)})
        write(folder / "company.json", company())
        found.append(open_snapshot([folder]))
    (change,) = compare_snapshots(*found)
    assert (change.key, change.aspects) == (account_key(ACCOUNT), ("effective_s3_policies",))


def test_changes_are_counted_in_words(tmp_path: Path) -> None:
    def edit(export: dict[str, Any]) -> None:
        _set_document(export)
        _edit_inline(export)
        _edit_trust(export)
        export["UserDetailList"].append(user("carol"))

    assert summary(_after(edit, tmp_path)) == "2 policies, 1 role changed; 1 user added"


def test_nothing_is_nothing_in_words() -> None:
    assert summary(()) == ""
