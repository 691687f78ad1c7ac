"""Tags of buckets count only where attribute-based access control was enabled, which AWS leaves off (S32)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import allow, arn, named, user
from tests.tables import every_row

ALICE, OBJECT = arn("user/alice"), "arn:aws:s3:::lake/x"


def opened(folder: Path, key: str, *, abac: str | None, tags: list[dict[str, str]] | None) -> Snapshot:
    asking = allow("s3:*", Condition={"StringEquals": {f"{key}/team": "red"}})
    export = {"UserDetailList": [user("alice", asking)], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    answers: dict[str, object] = {
        "account.json": export,
        "s3api-get-public-access-block/lake.json": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    }
    if abac is not None:
        answers["s3api-get-bucket-abac/lake.json"] = {"AbacStatus": {"Status": abac}}
    if tags is not None:
        answers["s3api-get-bucket-tagging/lake.json"] = {"TagSet": tags}
    for name, answer in answers.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(answer), "utf-8")
    return open_snapshot([folder])


RED, BLUE = [{"Key": "team", "Value": "red"}], [{"Key": "team", "Value": "blue"}]


@every_row("key", ["aws:ResourceTag", "s3:BucketTag"])
@every_row(
    ("abac", "tags", "word", "in_scenarios"),
    [
        ("Enabled", RED, "allowed", "allowed"),
        ("Enabled", BLUE, "implicitDeny", "implicitDeny"),
        ("Enabled", [], "implicitDeny", "implicitDeny"),
        ("Disabled", RED, "implicitDeny", "implicitDeny"),
        ("Disabled", None, "implicitDeny", "implicitDeny"),
        (None, RED, "conditional", "implicitDeny"),
        (None, [], "implicitDeny", "implicitDeny"),
        (None, None, "conditional", "implicitDeny"),
    ],
)
def test_s32_of_a_bucket(
    tmp_path: Path, key: str, abac: str | None, tags: list[dict[str, str]] | None, word: str, in_scenarios: str
) -> None:
    held = opened(tmp_path, key, abac=abac, tags=tags)
    assert decide(held, Request(ALICE, "s3:GetObject", OBJECT)).word == word
    assert decide(held, Request(ALICE, "s3:GetObject", OBJECT, unstated=Unstated.ABSENT)).word == in_scenarios


@pytest.mark.parametrize(("abac", "word"), [(True, "conditional"), (False, "implicitDeny")])
def test_s32_of_documents_alone(abac: bool, word: str) -> None:
    asking = named("p", allow(Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}))
    policies = GivenPolicies(identity=(asking,), s3_abac=abac)
    assert decide_policies(policies, Request(ALICE, "s3:GetObject", OBJECT)).word == word
    stated = {"aws:ResourceTag/team": KeyValue.of("red")}
    assert decide_policies(policies, Request(ALICE, "s3:GetObject", OBJECT, context=stated)).word == "allowed"
