"""What differs between two exports of an organization, where a list of one is cut off or missing (CH7, CH8, T22)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import ChangeKind, Changes, EntityKind
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER
from tests.snapshot.organization import (
    INNER,
    LAB,
    RCP,
    S3,
    SCP,
    cut_off,
    left_out,
    opened,
    whole,
)
from tests.snapshot.s3_policies import ORG, ROOT, UNIT
from tests.tables import every_row

SHAPES = {
    "by policy": whole(),
    "by target": whole(by_target=True),
    "by parent": whole(by_parent=True),
}


def _lists() -> Iterator[tuple[str, str, str]]:
    for shape, files in SHAPES.items():
        for name in files:
            if "organizations-list-" in name:
                yield from ((shape, name, harm) for harm in ("left out", "cut off", "cut off at the end"))


def _harmed(shape: str, name: str, harm: str) -> dict[str, Any]:
    files = SHAPES[shape]
    if harm == "left out":
        return left_out(files, name)
    (items,) = files[name].values()
    return cut_off(files, name, len(items) - 1 if harm == "cut off at the end" and items else 0)


def _compared(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> Changes:
    return compare_snapshots(opened(folder / "old", old), opened(folder / "new", new))


@every_row(("shape", "name", "harm"), _lists)
def test_ch8_a_list_that_is_cut_off_or_left_out_removes_and_adds_nothing(
    tmp_path: Path, shape: str, name: str, harm: str
) -> None:
    whole_one, harmed = (
        opened(tmp_path / "whole", SHAPES[shape]),
        opened(tmp_path / "harmed", _harmed(shape, name, harm)),
    )
    for old, new, side in ((whole_one, harmed, "the new export"), (harmed, whole_one, "the old export")):
        found = compare_snapshots(old, new)
        assert found.objects == ()
        assert all(one.endswith(side) for one in found.not_compared)


@every_row(
    ("shape", "name", "told"),
    [
        ("by policy", "list-accounts", f"accounts of organization {ORG} (3)"),
        ("by policy", "list-roots", f"roots of organization {ORG}"),
        ("by policy", f"for-parent/{ROOT}", f"units of organization {ORG}"),
        ("by policy", f"list-policies/{SCP}", f"SCPs of organization {ORG} (2)"),
        ("by policy", f"list-policies/{RCP}", "rcps of organization target (6)"),
        ("by policy", f"list-policies/{S3}", f"attachments of S3 policies of organization {ORG} (6)"),
        ("by policy", "list-targets-for-policy/p-guard", "scps of organization target (6)"),
        ("by policy", "list-targets-for-policy/p-RCPFullAWSAccess", "rcps of organization target (6)"),
        ("by policy", "list-targets-for-policy/p-open", f"attachments of S3 policies of organization {ORG} (6)"),
        ("by target", f"list-policies-for-target/{SCP}/{INNER}", "scps of organization target"),
        ("by target", f"list-policies-for-target/{S3}/{ROOT}", f"attachments of S3 policies of organization {ORG}"),
        ("by parent", f"list-accounts-for-parent/{UNIT}", f"accounts of organization {ORG}"),
    ],
)
def test_what_is_not_compared_for_it_is_said_once(tmp_path: Path, shape: str, name: str, told: str) -> None:
    (missing,) = (one for one in SHAPES[shape] if one.endswith(name))
    gone = [missing, *(["organizations-describe-policy/p-guard"] if name.endswith(SCP) else [])]
    found = _compared(tmp_path, SHAPES[shape], left_out(SHAPES[shape], *gone))
    assert found.not_compared.count(f"{told}: not in the new export") == 1


@every_row("shape", SHAPES)
def test_what_is_in_no_whole_list_is_removed_and_the_other_way_round_added(tmp_path: Path, shape: str) -> None:
    gone = _without(SHAPES[shape], LAB, INNER, "p-guard", "p-fence")
    found = _compared(tmp_path / "removed", SHAPES[shape], gone)
    expected = {
        (EntityKind.ORGANIZATION_TARGET, LAB),
        (EntityKind.ORGANIZATION_TARGET, INNER),
        (EntityKind.ORGANIZATION_POLICY, "p-guard"),
        (EntityKind.ORGANIZATION_POLICY, "p-fence"),
    }
    removed = {(one.thing, one.key.rpartition("/")[2]) for one in found.objects if one.kind is ChangeKind.REMOVED}
    assert removed == expected
    assert found.not_compared == ()
    back = _compared(tmp_path / "added", gone, SHAPES[shape])
    assert {(one.thing, one.key.rpartition("/")[2]) for one in back.objects if one.kind is ChangeKind.ADDED} == expected


def _without(files: dict[str, Any], *ids: str) -> dict[str, Any]:
    """The answers after some targets and policies were deleted."""
    named = ("Id", "TargetId")
    kept: dict[str, Any] = {}
    for name, answer in files.items():
        if name.rpartition("/")[2] not in ids:
            kept[name] = {
                member: [one for one in items if not any(one.get(key) in ids for key in named)]
                if isinstance(items, list)
                else items
                for member, items in answer.items()
            }
    return kept


def test_a_unit_is_gone_with_the_one_that_it_was_in(tmp_path: Path) -> None:
    """What was in it goes with it; an account may have moved where not all accounts are listed."""
    new = left_out(_without(SHAPES["by parent"], UNIT, INNER), "organizations-list-accounts-for-parent/" + ROOT)
    found = _compared(tmp_path, SHAPES["by parent"], new)
    assert {one.key for one in found.objects if one.kind is ChangeKind.REMOVED} == {UNIT, INNER}
    assert f"accounts of organization {ORG} (3): not in the new export" in found.not_compared


def test_i11_the_pages_of_a_list_are_put_together(tmp_path: Path) -> None:
    files = SHAPES["by policy"]
    paged = dict(files)
    for name, answer in files.items():
        (member, items) = next(iter(answer.items()))
        if "organizations-list-" in name and len(items) > 1:
            paged[name] = {member: items[:1], "NextToken": "more"}
            paged[name.replace("organizations-list", "page-2/organizations-list")] = {member: items[1:]}
    assert len(paged) > len(files) + 5
    found = _compared(tmp_path, files, paged)
    assert (found.objects, found.not_compared) == ((), ())


def test_what_only_one_export_names_is_no_change(tmp_path: Path) -> None:
    """Without the lists that name them, a policy and an account are known by their ids alone."""
    old = SHAPES["by target"]
    new = left_out(old, "organizations-describe-policy/p-guard")
    for name, answer in new.items():
        if "Policies" in answer:
            items = [{key: one[key] for key in ("Id", "Type")} for one in answer["Policies"]]
            new[name] = {"Policies": items}
    found = _compared(tmp_path, old, new)
    assert found.objects == ()
    assert any(one.startswith("name of organization policy") for one in found.not_compared)


def test_a_policy_that_a_store_has_no_folder_of_is_removed(tmp_path: Path) -> None:
    place = f"aws/aws/organizations/{ORG}"
    arns = {
        name: f"arn:aws:organizations::{OTHER}:policy/{ORG}/service_control_policy/{name}" for name in ("p-a", "p-b")
    }
    level = {"scps": [arns["p-a"]], "rcps": []}
    new = {
        f"{place}/metadata": {"id": ORG, "rootOu": ROOT, "rootAccountId": OTHER, "features": {SCP: True}},
        f"{place}/ous": {ROOT: level},
        f"{place}/accounts": {OTHER: {"ou": ROOT, **level}},
        f"{place}/scps/p-a/metadata": {"arn": arns["p-a"], "name": "a"},
        f"{place}/scps/p-a/policy": ALLOW,
    }
    old = {
        **new,
        f"{place}/ous": {ROOT: level, UNIT: {"parent": ROOT, **level}},
        f"{place}/accounts": {OTHER: {"ou": ROOT, **level}, ACCOUNT: {"ou": UNIT, **level}},
        f"{place}/scps/p-b/metadata": {"arn": arns["p-b"], "name": "b"},
        f"{place}/scps/p-b/policy": ALLOW,
    }
    found = _compared(tmp_path, old, new)
    assert {one.key for one in found.objects if one.kind is ChangeKind.REMOVED} == {UNIT, ACCOUNT, arns["p-b"]}
    assert found.not_compared == ()
