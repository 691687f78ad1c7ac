"""S3 access points in every export that shows them (I73, S17)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.policy.document import Document
from iamtui.snapshot.model import Exported, Resource
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, user, write

ARN = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/reports"
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/object/*"}],
}
ACCESS_POINT = {
    "Name": "reports",
    "Bucket": "ledger",
    "NetworkOrigin": "Internet",
    "PublicAccessBlockConfiguration": BLOCK,
    "CreationDate": "2026-01-02T03:04:05+00:00",
    "AccessPointArn": ARN,
    "BucketAccountId": OTHER,
}
LISTED = {key: ACCESS_POINT[key] for key in ("Name", "Bucket", "NetworkOrigin", "AccessPointArn", "BucketAccountId")}
NOT_FOUND = (
    "\nAn error occurred (NoSuchAccessPointPolicy) when calling the GetAccessPointPolicy operation: "
    "The specified accesspoint does not have a policy\n"
)


def opened(folder: Path, files: dict[str, Json]) -> Resource:
    write(folder / "account.json", details(UserDetailList=[user("alice")]))
    for name, content in files.items():
        if isinstance(content, str):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        else:
            write(folder / name, content)
    snapshot = open_snapshot([folder])
    assert list(snapshot.resources) == [ARN], [str(problem) for problem in snapshot.problems]
    assert not snapshot.problems
    return snapshot.resources[ARN]


GOT = "s3control-get-access-point/reports.json"
GOT_POLICY = "s3control-get-access-point-policy/reports.json"


def test_one_file_a_call(tmp_path: Path) -> None:
    found = opened(tmp_path, {GOT: ACCESS_POINT, GOT_POLICY: {"Policy": json.dumps(POLICY)}})
    assert (found.kind, found.account, found.region) == ("s3:accesspoint", ACCOUNT, "eu-west-1")
    assert (found.bucket, found.bucket_account) == ("ledger", OTHER)
    assert found.policy == Document(json.dumps(POLICY).encode())
    assert found.public_access_block is not None
    assert found.public_access_block.restrict_public_buckets


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({GOT: ACCESS_POINT}, Exported.UNKNOWN),
        ({GOT: ACCESS_POINT, GOT_POLICY: NOT_FOUND}, Exported.NONE),
        ({"s3control-list-access-points.json": {"AccessPointList": [LISTED]}}, Exported.UNKNOWN),
        ({GOT_POLICY: {"Policy": json.dumps(POLICY)}}, Exported.PRESENT),
    ],
    ids=["no policy file", "no policy", "only listed", "policy alone, whose Resource names the access point"],
)
def test_what_is_known_of_its_policy(tmp_path: Path, files: dict[str, Json], state: Exported) -> None:
    assert opened(tmp_path, files).policy_state is state


def test_a_policy_status_is_of_the_access_point_not_of_a_bucket_of_its_name(tmp_path: Path) -> None:
    status = "s3control-get-access-point-policy-status/reports.json"
    found = opened(tmp_path, {GOT: ACCESS_POINT, status: {"PolicyStatus": {"IsPublic": True}}})
    assert found.is_public is True


@pytest.mark.parametrize("policy", [POLICY, None])
def test_i73_aws_config(tmp_path: Path, policy: Json) -> None:
    item = {
        "resourceType": "AWS::S3::AccessPoint",
        "accountId": ACCOUNT,
        "arn": ARN,
        "awsRegion": "eu-west-1",
        "configuration": {
            "Name": "reports",
            "Bucket": "ledger",
            "BucketAccountId": OTHER,
            "Policy": policy,
            "PublicAccessBlockConfiguration": BLOCK,
        },
    }
    found = opened(tmp_path, {"config.json": {"configurationItems": [item]}})
    assert (found.bucket, found.bucket_account, found.account) == ("ledger", OTHER, ACCOUNT)
    assert found.policy_state is (Exported.NONE if policy is None else Exported.PRESENT)
    assert found.public_access_block is not None


def test_an_iam_collect_store(tmp_path: Path) -> None:
    folder = f"aws/aws/accounts/{ACCOUNT}/s3/eu-west-1/accesspoint/reports"
    files: dict[str, Json] = {
        f"{folder}/metadata.json": {"name": "reports", "bucket": "ledger", "bucketAccount": OTHER},
        f"{folder}/policy.json": POLICY,
        f"{folder}/bpa.json": BLOCK,
    }
    found = opened(tmp_path, files)
    assert (found.bucket, found.bucket_account) == ("ledger", OTHER)
    assert found.policy_state is Exported.PRESENT
    assert found.public_access_block is not None


@pytest.mark.parametrize("name", [GOT, "s3control-list-access-points.json"])
def test_i73_an_access_point_tells_whose_the_bucket_behind_it_is(tmp_path: Path, name: str) -> None:
    for account in (ACCOUNT, OTHER):
        whole = details(UserDetailList=[user("alice")])
        write(tmp_path / f"{account}.json", json.loads(json.dumps(whole).replace(ACCOUNT, account)))
    write(tmp_path / name, ACCESS_POINT if name == GOT else {"AccessPointList": [LISTED]})
    write(tmp_path / "s3api-list-buckets.json", {"Buckets": [{"Name": "ledger"}]})
    snapshot = open_snapshot([tmp_path])
    assert snapshot.resources["arn:aws:s3:::ledger"].account == OTHER
    assert not [problem for problem in snapshot.problems if "ledger" in problem.expected]
