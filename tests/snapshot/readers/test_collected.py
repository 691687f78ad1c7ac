"""What the collecting script leaves beside the answers that other formats have too."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.model import Exported, PublicAccessBlock, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, Json, details, user, write
from tests.tables import every_row

REFUSED = "\nAn error occurred ({}) when calling the {} operation: …\n"


def opened(folder: Path, files: dict[str, Json]) -> Snapshot:
    write(folder / "iam-get-account-authorization-details.json", details(UserDetailList=[user("alice")]))
    for name, content in files.items():
        path = folder / name
        if isinstance(content, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        else:
            write(path, content)
    return open_snapshot([folder])


def test_the_caller_says_which_account_the_files_beside_it_are_of(tmp_path: Path) -> None:
    write(tmp_path / "sts-get-caller-identity.json", {"Account": ACCOUNT})
    write(tmp_path / "iam-list-account-aliases.json", {"AccountAliases": ["prod"]})
    snapshot = open_snapshot([tmp_path])
    assert snapshot.accounts[ACCOUNT].alias == "prod"
    assert snapshot.problems == ()


@pytest.mark.parametrize(
    "url", [f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs", f"http://local:1/{ACCOUNT}/jobs"]
)
def test_a_listed_queue_exists_and_its_policy_is_unknown(tmp_path: Path, url: str) -> None:
    resources = opened(tmp_path, {"sqs-list-queues/eu-west-1.json": {"QueueUrls": [url]}}).resources
    assert resources[f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"].policy_state is Exported.UNKNOWN


def test_no_queues_are_no_problem(tmp_path: Path) -> None:
    assert opened(tmp_path, {"sqs-list-queues/eu-west-1.json": {"QueueUrls": None}}).problems == ()


def test_a_key_without_tags_is_known_to_have_none(tmp_path: Path) -> None:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    name = arn.replace(":", "%3A").replace("/", "%2F")
    files: dict[str, Json] = {
        "kms-list-keys/eu-west-1.json": {"Keys": [{"KeyId": "1", "KeyArn": arn}]},
        f"kms-list-resource-tags/{name}.json": {"Tags": []},
    }
    assert opened(tmp_path, files).resources[arn].tags == ()


def test_a_function_without_policy_is_told_by_its_arn_in_either_region(tmp_path: Path) -> None:
    arns = [f"arn:aws:lambda:{region}:{ACCOUNT}:function:get-orders" for region in ("eu-west-1", "us-east-1")]
    listed = {"Functions": [{"FunctionName": "get-orders", "FunctionArn": arn} for arn in arns]}
    refused = f"lambda-get-policy/{arns[0].replace(':', '%3A')}.err"
    snapshot = opened(
        tmp_path,
        {"lambda-list-functions.json": listed, refused: REFUSED.format("ResourceNotFoundException", "GetPolicy")},
    )
    assert [snapshot.resources[arn].policy_state for arn in arns] == [Exported.NONE, Exported.UNKNOWN]


def test_a_bucket_that_is_called_like_a_call_is_a_bucket(tmp_path: Path) -> None:
    block = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    resources = opened(tmp_path, {"s3api-get-public-access-block/get-orders.json": block}).resources
    assert resources["arn:aws:s3:::get-orders"].public_access_block == PublicAccessBlock(block_public_acls=True)


def test_a_bucket_whose_policy_status_says_that_there_is_no_policy_has_none(tmp_path: Path) -> None:
    refused = REFUSED.format("NoSuchBucketPolicy", "GetBucketPolicyStatus")
    resources = opened(tmp_path, {"s3api-get-bucket-policy-status/one.err": refused}).resources
    assert resources["arn:aws:s3:::one"].policy_state is Exported.NONE


def test_an_account_in_no_organization_has_no_scps_and_nothing_is_assumed(tmp_path: Path) -> None:
    refused = {
        f"organizations-{operation}.err": REFUSED.format("AWSOrganizationsNotInUseException", call)
        for operation, call in (("describe-organization", "DescribeOrganization"), ("list-roots", "ListRoots"))
    }
    alone = opened(tmp_path / "alone", dict(refused))
    assert alone.problems == ()
    request = Request(f"arn:aws:iam::{ACCOUNT}:user/alice", "s3:GetObject", "arn:aws:s3:::one/x")
    said = {layer.layer: layer.reason for layer in decide(alone, request).layers}
    assert said[Layer.SCP] == f"account {ACCOUNT} is in no organization"
    assert "organization, SCPs and RCPs" not in {missing.what for missing in inventory(alone).missing}
    silent = opened(tmp_path / "silent", {})
    assert "organization, SCPs and RCPs" in {missing.what for missing in inventory(silent).missing}


def test_what_is_refused_without_an_error_of_the_service_counts_as_not_exported(tmp_path: Path) -> None:
    refused = "An error occurred (NoAnswer) when calling the get-bucket-policy operation: Could not connect"
    snapshot = opened(
        tmp_path, {"s3api-get-bucket-policy/one.err": refused, "buckets.json": {"Buckets": [{"Name": "one"}]}}
    )
    assert snapshot.resources["arn:aws:s3:::one"].policy_state is Exported.UNKNOWN
    assert "expected the answer to get-bucket-policy, got NoAnswer" in str(snapshot.problems[0])


def test_a_call_that_is_told_of_by_the_wrong_account_is_named(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"sts-get-caller-identity.json": {"Account": "me"}})
    assert "/Account: expected an account of twelve digits, got 'me'" in str(snapshot.problems[0])


LISTED = [
    (f"sns-list-tags-for-resource/{quote(f'arn:aws:sns:eu-west-1:{ACCOUNT}:t', safe='')}", "Tags"),
    (f"ecr-list-tags-for-resource/{quote(f'arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/a/b', safe='')}", "tags"),
    (f"lambda-list-tags/{quote(f'arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f', safe='')}", "Tags"),
    (f"sqs-list-queue-tags/{quote(f'https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/q', safe='')}", "Tags"),
]


@every_row(("name", "member"), LISTED, ids=[name.partition("/")[0] for name, _ in LISTED])
@every_row(
    ("written", "read"),
    [
        ([{"Key": "team", "Value": "red"}], (("team", "red"),)),
        ({"team": "red"}, (("team", "red"),)),
        (None, ()),
        ([], ()),
    ],
    ids=["list", "object", "null", "empty"],
)
def test_s32_the_tags_of_a_resource_are_listed_for_it(
    tmp_path: Path, name: str, member: str, written: Json, read: tuple[tuple[str, str], ...]
) -> None:
    write(tmp_path / f"{name}.json", {member: written})
    (resource,) = open_snapshot([tmp_path]).resources.values()
    assert resource.tags == read
