"""What differs between two snapshots, thing by thing (CH1, CH2, CH7, CH8)."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Aspect, Change, ChangeKind, Changes, EntityKind, Weight, summary
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.queries.worlds import random_world
from tests.app.exports import ACCOUNT, COMES_WITH_IAMTUI, LIST, READ, arn, company, opened, role, trust, user, write
from tests.snapshot.s3_policies import ORG, ROOT, assigning, collected, effective, tree, write_all

CHANGED, ADDED, REMOVED = ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED
ALICE = arn("user", "alice", "/staff/")


def _compared(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> Changes:
    path = tmp_path / "company.json"
    old = opened(path, company())
    edited = copy.deepcopy(company())
    edit(edited)
    return compare_snapshots(old, open_snapshot([write(path, edited)], previous=old))


def _after(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> tuple[Change, ...]:
    return _compared(edit, tmp_path).objects


def _told(change: Change) -> tuple[object, ...]:
    """What became of a thing, and the names of what differs."""
    return change.kind, change.thing, change.key, change.name, tuple(one.aspect for one in change.aspects)


def _set_document(export: dict[str, Any]) -> None:
    export["Policies"][0]["PolicyVersionList"][0]["Document"] = LIST


def _edit_trust(export: dict[str, Any]) -> None:
    export["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Deny"


def _edit_inline(export: dict[str, Any]) -> None:
    export["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = READ


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (_set_document, (CHANGED, EntityKind.POLICY, arn("policy", "Reading"), "Reading", ("document",))),
        (_edit_trust, (CHANGED, EntityKind.ROLE, arn("role", "app"), "app", ("trust",))),
        (_edit_inline, (CHANGED, EntityKind.INLINE_POLICY, SubjectKey.inline(ALICE, "own"), "own", ("document",))),
        (
            lambda export: export["UserDetailList"].append(user("carol")),
            (ADDED, EntityKind.USER, arn("user", "carol"), "carol", ()),
        ),
        (lambda export: export["UserDetailList"].pop(1), (REMOVED, EntityKind.USER, arn("user", "bob"), "bob", ())),
        (
            lambda export: export["UserDetailList"][0]["Tags"].clear(),
            (CHANGED, EntityKind.USER, ALICE, "alice", ("tags",)),
        ),
        (
            lambda export: export["UserDetailList"][0]["UserPolicyList"].clear(),
            (REMOVED, EntityKind.INLINE_POLICY, SubjectKey.inline(ALICE, "own"), "own", ("document",)),
        ),
    ],
)
def test_one_edit_is_one_change(
    edit: Callable[[dict[str, Any]], object], expected: tuple[object, ...], tmp_path: Path
) -> None:
    """CH1."""
    (change,) = _after(edit, tmp_path)
    assert _told(change) == expected


def test_a_change_has_before_and_after_and_says_what_differs(tmp_path: Path) -> None:
    """CH1, CH3."""
    (change,) = _after(_edit_trust, tmp_path)
    (aspect,) = change.aspects
    allowing = trust({"Service": "ec2.amazonaws.com"})
    assert aspect.before == allowing
    assert aspect.after["Statement"][0]["Effect"] == "Deny"
    assert aspect.lines == ("statement 0: Effect: - Allow", "statement 0: Effect: + Deny")


def test_what_is_removed_says_all_that_it_had(tmp_path: Path) -> None:
    """CH1."""
    changes = _after(lambda export: export["UserDetailList"].pop(0), tmp_path)
    (gone,) = [change for change in changes if change.thing is EntityKind.USER]
    assert {aspect.aspect: (aspect.before, aspect.after) for aspect in gone.aspects} == {
        "boundary": (arn("policy", "Limit"), None),
        "groups": (["Readers"], None),
        "tags": ({"team": "Payments"}, None),
        "path": ("/staff/", None),
    }
    (own,) = [change for change in changes if change.thing is EntityKind.INLINE_POLICY]
    assert (own.kind, own.owner, own.aspects[0].before) == (REMOVED, ALICE, LIST)


def test_a_file_that_is_written_otherwise_changes_nothing(tmp_path: Path) -> None:
    """CH3: indented, with the members of each object in another order."""
    path = tmp_path / "company.json"
    old = opened(path, company())
    path.write_text(json.dumps(company(), indent=4, sort_keys=True), "utf-8")
    assert compare_snapshots(old, open_snapshot([path])) == Changes()


def test_a_document_that_says_the_same_is_rewritten(tmp_path: Path) -> None:
    """CH3, CH4."""

    def reverse(export: dict[str, Any]) -> None:
        export["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"].reverse()

    changes = _compared(reverse, tmp_path)
    (change,) = changes.objects
    assert (change.kind, change.weight, change.aspects[0].rewritten) == (ChangeKind.REWRITTEN, Weight.NONE, True)
    assert changes.complete


def test_what_has_no_meaning_is_counted_apart(tmp_path: Path) -> None:
    """CH1: a last use, a counter, the order of a list."""

    def edit(export: dict[str, Any]) -> None:
        export["RoleDetailList"][0]["RoleLastUsed"] = {"LastUsedDate": "2026-01-01T00:00:00Z", "Region": "eu-west-1"}
        export["Policies"][1]["AttachmentCount"] = 1
        export["UserDetailList"][0]["Tags"].append({"Key": "a", "Value": "b"})

    def reordered(export: dict[str, Any]) -> None:
        edit(export)
        export["UserDetailList"][0]["Tags"].reverse()

    path = tmp_path / "company.json"
    first, second = company(), company()
    edit(first)
    reordered(second)
    second["RoleDetailList"][0]["RoleLastUsed"]["Region"] = "us-east-1"
    second["Policies"][1]["AttachmentCount"] = 2
    old = opened(path, first)
    assert compare_snapshots(old, opened(path, second)) == Changes(noise=3)


def test_the_same_name_with_another_id_was_made_again_and_says_who_still_names_the_old_id(tmp_path: Path) -> None:
    """CH2."""
    path = tmp_path / "company.json"
    export = company()
    export["RoleDetailList"].append(role("waiting", trusts=trust({"AWS": "AROAAAAAAAAAAAAAAAAA1"})))
    export["RoleDetailList"][0]["RoleId"] = "AROAAAAAAAAAAAAAAAAA1"
    old = opened(path, export)
    export["RoleDetailList"][0]["RoleId"] = "AROAAAAAAAAAAAAAAAAA2"
    (change,) = compare_snapshots(old, opened(path, export)).objects
    assert (change.kind, change.name) == (ChangeKind.RECREATED, "app")
    assert [(one.aspect, one.before, one.after) for one in change.aspects] == [
        ("unique_id", "AROAAAAAAAAAAAAAAAAA1", "AROAAAAAAAAAAAAAAAAA2"),
        ("named_by_old_id", [arn("role", "waiting")], []),
    ]


def test_the_weightiest_stands_first(tmp_path: Path) -> None:
    """CH1: who may do everything, then what grants, then tags, then what was only written otherwise."""

    def edit(export: dict[str, Any]) -> None:
        export["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"].reverse()
        export["UserDetailList"][0]["Tags"].clear()
        _edit_trust(export)
        export["UserDetailList"][1]["AttachedManagedPolicies"] = [
            {"PolicyName": "AdministratorAccess", "PolicyArn": COMES_WITH_IAMTUI}
        ]

    changes = _after(edit, tmp_path)
    assert [(one.name, one.weight) for one in changes] == [
        ("bob", Weight.EVERYTHING),
        ("app", Weight.ACCESS),
        ("alice", Weight.IDENTITY),
        ("own", Weight.NONE),
    ]


def test_an_account_that_one_side_lacks_is_not_compared(tmp_path: Path) -> None:
    """CH8."""

    def move(export: dict[str, Any]) -> None:
        export["UserDetailList"].append(user("dave", account="999988887777"))

    changes = _compared(move, tmp_path)
    assert (changes.objects, changes.not_compared) == ((), ("account 999988887777: not in the old export",))


def test_a_list_that_one_side_lacks_is_not_compared(tmp_path: Path) -> None:
    """CH8."""
    changes = _compared(lambda export: export.pop("GroupDetailList"), tmp_path)
    assert changes.not_compared == (f"groups of account {ACCOUNT}: not in the new export",)
    assert changes.objects == ()


_MIRRORED = {ADDED: REMOVED, REMOVED: ADDED}


def _mirror(change: Change) -> tuple[object, ...]:
    kind = _MIRRORED.get(change.kind, change.kind)
    return kind, change.thing, change.key, change.weight, frozenset((a.aspect, repr(a.before)) for a in change.aspects)


def _other_side(change: Change) -> tuple[object, ...]:
    return (
        change.kind,
        change.thing,
        change.key,
        change.weight,
        frozenset((a.aspect, repr(a.after)) for a in change.aspects),
    )


def _law_of_the_mirror(seed: int) -> None:
    old, new = (random_world(Random(seed + place)).snapshot for place in (0, 1))  # noqa: S311
    there, back = compare_snapshots(old, new), compare_snapshots(new, old)
    assert {_mirror(one) for one in there.objects} == {_other_side(one) for one in back.objects}
    assert (there.noise, there.complete) == (back.noise, back.complete)
    assert compare_snapshots(old, old) == Changes()


def test_law_turned_round_a_comparison_is_its_mirror_image() -> None:
    """CH7."""
    for seed in range(15):
        _law_of_the_mirror(seed)


@pytest.mark.fuzz
def test_law_turned_round_a_comparison_is_its_mirror_image_at_length() -> None:
    for seed in range(3_000):
        _law_of_the_mirror(seed)


def test_another_assignment_of_an_s3_policy_is_a_change_of_the_organization(tmp_path: Path) -> None:
    old, new = (
        open_snapshot([write_all(tmp_path / value, {**tree(), **collected({"p-a": (assigning(value), (ROOT,))})})])
        for value in ("none", "all")
    )
    (change,) = compare_snapshots(old, new).objects
    assert _told(change) == (CHANGED, EntityKind.ORGANIZATION, ORG, ORG, ("s3_policies",))


def test_another_effective_s3_policy_is_a_change_of_the_account(tmp_path: Path) -> None:
    found = []
    for value in ("none", "all"):
        folder = write_all(tmp_path / value, {"effective": effective(ACCOUNT, value)})
        write(folder / "company.json", company())
        found.append(open_snapshot([folder]))
    (change,) = compare_snapshots(*found).objects
    assert change.key == SubjectKey.account(ACCOUNT)
    assert change.aspects == (Aspect("effective_s3_policies", False, True, ("- no", "+ yes")),)


def test_changes_are_counted_in_words(tmp_path: Path) -> None:
    def edit(export: dict[str, Any]) -> None:
        _set_document(export)
        _edit_inline(export)
        _edit_trust(export)
        export["UserDetailList"].append(user("carol"))

    assert summary(_after(edit, tmp_path)) == "1 role, 1 policy, 1 inline policy changed; 1 user added"


def test_nothing_is_nothing_in_words() -> None:
    assert summary(()) == ""
