"""IAMSpy's lists, and files that are told apart without being read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.snapshot.model import Exported
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, Json, details, user, write

ORG, ROOT, UNIT = "o-abcdefghij", "r-ab12", "ou-ab12-11111111"


def test_iamspy_resources_are_read(tmp_path: Path) -> None:
    items = [{"Resource": "arn:aws:s3:::a", "Policy": ALLOW, "Account": ACCOUNT}]
    found = open_snapshot([write(tmp_path / "r.json", items)]).resources["arn:aws:s3:::a"]
    assert (found.account, found.policy_state) == (ACCOUNT, Exported.PRESENT)


def test_iamspy_organization_is_read(tmp_path: Path) -> None:
    policy = {"Id": "p-1", "Name": "guard", "Type": "SERVICE_CONTROL_POLICY", "Content": ALLOW}
    tree = {
        "Id": ROOT,
        "Arn": f"arn:aws:organizations::{OTHER}:root/{ORG}/{ROOT}",
        "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
        "Policies": [policy],
        "Children": [{"Id": UNIT, "Policies": [], "Children": [{"Id": ACCOUNT, "Policies": [policy], "Children": []}]}],
    }
    organization = open_snapshot([write(tmp_path / "o.json", tree)]).organizations[ORG]
    levels = organization.levels(ACCOUNT)
    assert levels is not None
    assert [level.scps for level in levels] == [("p-1",), (), ("p-1",)]
    assert organization.policies["p-1"].document is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"Owner": {}, "Grants": []}, "access control lists and owners of buckets are not evaluated"),
        ({"InstanceProfiles": []}, "instance profiles are in the authorization details"),
        ({"Policies": [{"PolicyName": "p", "Arn": "x", "AttachmentCount": 1}]}, "policies without documents"),
        (ALLOW, "a policy document alone"),
        ({"Records": []}, "CloudTrail events are no export"),
    ],
)
def test_files_that_are_known_and_not_needed_say_so(tmp_path: Path, content: Json, reason: str) -> None:
    write(tmp_path / "export.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "other.json", content)
    other = next(file for file in open_snapshot([tmp_path]).files if file.path.name == "other.json")
    assert other.status == "skipped"
    assert reason in other.message


EVENT = {"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "GetObject"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Records": [EVENT]}),
        json.dumps([EVENT]),
        json.dumps(EVENT),
        f"{json.dumps(EVENT)}\n{json.dumps(EVENT)}\n",
        json.dumps({"Events": [{"EventId": "x", "CloudTrailEvent": json.dumps(EVENT)}]}),
    ],
    ids=["delivered", "list", "one", "lines", "lookup-events"],
)
def test_cloudtrail_is_recognised_in_every_form(tmp_path: Path, text: str) -> None:
    write(tmp_path / "export.json", details(UserDetailList=[user("alice")]))
    (tmp_path / "events.json").write_text(text)
    assert "CloudTrail events are no export" in open_snapshot([tmp_path]).files[0].message
