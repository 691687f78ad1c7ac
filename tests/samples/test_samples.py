from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from iamtui import catalog

SAMPLES = Path(__file__).parents[2] / "samples"
LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList")
ORDER = {
    "UserDetailList": "Path UserName UserId Arn CreateDate UserPolicyList GroupList AttachedManagedPolicies "
    "PermissionsBoundary Tags",
    "GroupDetailList": "Path GroupName GroupId Arn CreateDate GroupPolicyList AttachedManagedPolicies",
    "RoleDetailList": "Path RoleName RoleId Arn CreateDate AssumeRolePolicyDocument InstanceProfileList "
    "RolePolicyList AttachedManagedPolicies PermissionsBoundary Tags RoleLastUsed",
    "Policies": "PolicyName PolicyId Arn Path DefaultVersionId AttachmentCount PermissionsBoundaryUsageCount "
    "IsAttachable CreateDate UpdateDate PolicyVersionList",
}


def read(name: str) -> dict[str, Any]:
    loaded = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(params=["acme-day1.json", "acme-day2.json"])
def sample(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


def objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part)


def strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


@pytest.mark.parametrize(("name", "users"), [("acme-day1.json", 10), ("acme-day2.json", 11)])
def test_the_account_has_the_size_that_its_readme_says(name: str, users: int) -> None:
    sample = read(name)
    counts = [len(sample[part]) for part in (*LISTS, "Policies")]
    assert counts == [users, 7, 22, 19]


def test_members_stand_in_the_order_in_which_the_cli_prints_them(sample: dict[str, Any]) -> None:
    assert list(sample) == [*LISTS, "Policies"]
    for part, order in ORDER.items():
        for entity in sample[part]:
            expected = [member for member in order.split() if member in entity]
            assert list(entity) == expected


def test_the_text_is_the_cli_s_own() -> None:
    for name in ("acme-day1.json", "acme-day2.json"):
        text = (SAMPLES / name).read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=4, ensure_ascii=False) + "\n"


def test_unique_ids_are_unique_and_of_their_kind(sample: dict[str, Any]) -> None:
    ids = [
        entity[member]
        for part, member in zip((*LISTS, "Policies"), ("UserId", "GroupId", "RoleId", "PolicyId"), strict=True)
        for entity in sample[part]
    ]
    assert len(ids) == len(set(ids))
    prefixes = {"UserId": "AIDA", "GroupId": "AGPA", "RoleId": "AROA", "PolicyId": "ANPA", "InstanceProfileId": "AIPA"}
    for entity in objects(sample):
        for member, prefix in prefixes.items():
            if member in entity:
                assert re.fullmatch(prefix + "[A-Z0-9]{17}", entity[member])


def test_dates_are_iso_8601_with_offset(sample: dict[str, Any]) -> None:
    dates = [value for entity in objects(sample) for key, value in entity.items() if key.endswith("Date")]
    assert len(dates) > 60
    for date in dates:
        assert date.endswith("+00:00")
        datetime.fromisoformat(date)


def test_every_attached_arn_and_every_boundary_has_a_document(sample: dict[str, Any]) -> None:
    known = {policy["Arn"] for policy in sample["Policies"]}
    named = {value for entity in objects(sample) if (value := entity.get("PolicyArn"))}
    boundaries = {value for entity in objects(sample) if (value := entity.get("PermissionsBoundaryArn"))}
    assert named
    assert boundaries
    assert named | boundaries <= known


def test_every_group_of_a_user_exists(sample: dict[str, Any]) -> None:
    groups = {group["GroupName"] for group in sample["GroupDetailList"]}
    assert {name for user in sample["UserDetailList"] for name in user["GroupList"]} == groups


def test_each_policy_has_one_default_version_and_the_counts_agree(sample: dict[str, Any]) -> None:
    entities = [entity for part in LISTS for entity in sample[part]]
    for policy in sample["Policies"]:
        marked = [version["VersionId"] for version in policy["PolicyVersionList"] if version["IsDefaultVersion"]]
        assert marked == [policy["DefaultVersionId"]]
        attached = [part for entity in entities for part in entity["AttachedManagedPolicies"]]
        assert policy["AttachmentCount"] == sum(part["PolicyArn"] == policy["Arn"] for part in attached)
        bounds = [entity["PermissionsBoundary"] for entity in entities if "PermissionsBoundary" in entity]
        used = sum(part["PermissionsBoundaryArn"] == policy["Arn"] for part in bounds)
        assert policy["PermissionsBoundaryUsageCount"] == used


def test_every_action_and_every_condition_key_exists(sample: dict[str, Any]) -> None:
    for entity in objects(sample):
        for pattern in (*strings(entity.get("Action")), *strings(entity.get("NotAction"))):
            assert catalog.matching(pattern), pattern
        if "Effect" in entity:
            for keys in entity.get("Condition", {}).values():
                for key in keys:
                    assert catalog.condition_key(key) is not None, key


def test_the_second_day_differs_in_what_the_readme_tells() -> None:
    before, after = read("acme-day1.json"), read("acme-day2.json")
    changed = set()
    for part, name in zip((*LISTS, "Policies"), ("UserName", "GroupName", "RoleName", "PolicyName"), strict=True):
        old, new = ({entity[name]: entity for entity in day[part]} for day in (before, after))
        changed |= {key for key in old | new if old.get(key) != new.get(key)}
    policies = {"DeveloperAccess", "DeveloperBoundary"}
    assert changed == policies | {"aws-support-sync", "frank", "erin", "monitoring-vendor", "orders-fn"}


def test_the_document_written_in_another_order_means_the_same() -> None:
    def canonical(value: object) -> object:
        if isinstance(value, dict):
            return tuple(sorted((key, canonical(part)) for key, part in value.items()))
        if isinstance(value, list):
            return tuple(sorted(map(repr, map(canonical, value))))
        return value

    before, after = (
        next(role for role in read(name)["RoleDetailList"] if role["RoleName"] == "orders-fn")["RolePolicyList"]
        for name in ("acme-day1.json", "acme-day2.json")
    )
    assert before != after
    assert canonical(before) == canonical(after)
