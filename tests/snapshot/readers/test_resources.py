"""Resource policies and what goes with them (I30-I40)."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from iamtui.snapshot.model import Exported, PublicAccessBlock, Resource, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, user, write
from tests.tables import every_row

KEY = "11111111-2222-3333-4444-555555555555"
KEY_ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{KEY}"


def policy(resource: Json, action: str = "s3:GetObject") -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def opened(folder: Path, files: dict[str, Json]) -> Snapshot:
    write(folder / "export.json", details(UserDetailList=[user("alice")]))
    for name, content in files.items():
        if isinstance(content, str):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        else:
            write(folder / name, content)
    return open_snapshot([folder])


def one(folder: Path, files: dict[str, Json]) -> Resource:
    snapshot = opened(folder, files)
    (resource,) = snapshot.resources.values()
    return resource


def texts(snapshot: Snapshot) -> str:
    return "\n".join(str(problem) for problem in snapshot.problems)


@pytest.mark.parametrize("form", [str, json.loads], ids=["string", "object"])
def test_i5_i30_a_bucket_policy_belongs_to_the_bucket_that_it_names(tmp_path: Path, form: type) -> None:
    said = policy(["arn:aws:s3:::ledger", "arn:aws:s3:::ledger/*"])
    snapshot = opened(tmp_path, {"s3api-get-bucket-policy/ledger.json": {"Policy": form(said)}})
    found = snapshot.resources["arn:aws:s3:::ledger"]
    assert (found.kind, found.account, found.policy_state) == ("s3:bucket", ACCOUNT, Exported.PRESENT)
    assert found.account_is_certain
    assert snapshot.problems == ()


def test_i30_the_policy_counts_more_than_the_name_and_a_contradiction_is_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"s3api-get-bucket-policy/other.json": {"Policy": policy("arn:aws:s3:::ledger/*")}})
    assert list(snapshot.resources) == ["arn:aws:s3:::ledger"]
    assert "the file is named other, the policy names ledger" in texts(snapshot)


def test_i30_a_policy_that_names_no_bucket_belongs_to_the_files_name(tmp_path: Path) -> None:
    found = one(tmp_path, {"s3api-get-bucket-policy/ledger.json": {"Policy": policy("*")}})
    assert found.arn == "arn:aws:s3:::ledger"


def test_i40_a_policy_that_nothing_names_is_told_and_not_used(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"stray.json": {"Policy": policy("*", "sqs:SendMessage")}})
    assert snapshot.resources == {}
    assert "expected to learn which resource this is of" in texts(snapshot)


def test_i40_a_manifest_says_whose_policies_are(tmp_path: Path) -> None:
    entry = {"arn": KEY_ARN, "account": ACCOUNT, "policy_file": "stray.json"}
    snapshot = opened(
        tmp_path, {"stray.json": {"Policy": policy("*", "kms:*")}, "manifest.json": {"resources": [entry]}}
    )
    assert snapshot.resources[KEY_ARN].policy_state is Exported.PRESENT
    assert snapshot.problems == ()


def test_i8_no_such_bucket_policy_means_that_there_is_none(tmp_path: Path) -> None:
    refused = "An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: …"
    found = one(tmp_path, {"s3api-get-bucket-policy/ledger.json": refused})
    assert (found.policy, found.policy_state) == (None, Exported.NONE)


def test_a_bucket_that_is_only_listed_has_an_unknown_policy(tmp_path: Path) -> None:
    found = one(tmp_path, {"s3api-list-buckets.json": {"Buckets": [{"Name": "ledger"}], "Owner": {"ID": "x"}}})
    assert found.policy_state is Exported.UNKNOWN
    assert found.tags is None


def test_i31_i33_the_aspects_of_a_bucket_come_together(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        {
            "s3api-list-buckets.json": {"Buckets": [{"Name": "ledger"}]},
            "s3api-get-public-access-block/ledger.json": {
                "PublicAccessBlockConfiguration": {"BlockPublicPolicy": True}
            },
            "s3api-get-bucket-policy-status/ledger.json": {"PolicyStatus": {"IsPublic": True}},
            "s3api-get-bucket-tagging/ledger.json": {"TagSet": [{"Key": "team", "Value": "red"}]},
        },
    )
    assert found.public_access_block == PublicAccessBlock(block_public_policy=True)
    assert found.is_public is True
    assert found.tags == (("team", "red"),)


def test_i31_no_such_block_means_that_all_four_are_off(tmp_path: Path) -> None:
    refused = (
        "An error occurred (NoSuchPublicAccessBlockConfiguration) when calling the GetPublicAccessBlock operation: …"
    )
    assert (
        one(tmp_path, {"s3api-get-public-access-block/ledger.json": refused}).public_access_block == PublicAccessBlock()
    )


def test_i34_a_key_policy_is_joined_with_key_aliases_and_grants(tmp_path: Path) -> None:
    alias = {"AliasName": "alias/lake", "AliasArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/lake", "TargetKeyId": KEY}
    other = {**alias, "AliasName": "alias/aws/s3", "TargetKeyId": "unlisted"}
    found = one(
        tmp_path,
        {
            f"kms-get-key-policy/{KEY}.json": {"Policy": policy("*", "kms:*"), "PolicyName": "default"},
            f"kms-list-grants/{KEY}.json": {"Grants": [{"KeyId": KEY_ARN, "GrantId": "1"}]},
            "kms-list-aliases.json": {"Aliases": [alias, other]},
        },
    )
    assert (found.arn, found.kind, found.region) == (KEY_ARN, "kms:key", "eu-west-1")
    assert (found.policy_state, found.aliases, found.grants) == (Exported.PRESENT, ("alias/lake",), 1)


def test_s22_how_many_grants_a_key_has_no_cut_list_says(tmp_path: Path) -> None:
    answers: list[tuple[Json, int | None]] = [
        ({"Grants": [], "Truncated": False}, 0),
        ({"Grants": [], "Truncated": True, "NextMarker": "x"}, None),
    ]
    for number, (answer, grants) in enumerate(answers):
        files = {f"kms-list-grants/{KEY}.json": answer, "keys.json": {"Keys": [{"KeyArn": KEY_ARN}]}}
        assert one(tmp_path / str(number), files).grants == grants


def test_i34_a_key_whose_region_nothing_says_is_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {f"kms-get-key-policy/{KEY}.json": {"Policy": policy("*", "kms:*")}})
    assert snapshot.resources == {}
    assert "expected to learn which kms:key this is of" in texts(snapshot)


QUEUE, TOPIC = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs", f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:pay"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf"
QUEUE_URL = f"sqs-get-queue-attributes/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F{ACCOUNT}%2Fjobs"


@pytest.mark.parametrize(
    ("name", "content", "arn"),
    [
        ("q.json", {"Attributes": {"QueueArn": QUEUE, "Policy": policy("*")}}, QUEUE),
        (QUEUE_URL, {"Attributes": {"Policy": policy("*")}}, QUEUE),
        ("t.json", {"Attributes": {"TopicArn": TOPIC, "Policy": policy("*")}}, TOPIC),
        ("l.json", {"Policy": policy(FUNCTION), "RevisionId": "x"}, FUNCTION),
        ("s.json", {"ARN": SECRET, "Name": "db", "ResourcePolicy": policy("*")}, SECRET),
    ],
    ids=["I35 queue", "I35 queue named by its URL", "I36 topic", "I37 function", "I38 secret"],
)
def test_each_service_names_its_resource(tmp_path: Path, name: str, content: Json, arn: str) -> None:
    found = one(tmp_path, {name: content})
    assert (found.arn, found.account, found.region) == (arn, ACCOUNT, "eu-west-1")
    assert found.policy_state is Exported.PRESENT


def test_i35_i38_a_missing_policy_is_none(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path,
        {
            "q.json": {"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"}},
            "s.json": {"ARN": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf", "Name": "db"},
        },
    )
    assert {found.policy_state for found in snapshot.resources.values()} == {Exported.NONE}


def test_a_repository_takes_the_only_region_of_its_account_and_it_is_told(tmp_path: Path) -> None:
    files: dict[str, Json] = {
        "ecr.json": {"registryId": ACCOUNT, "repositoryName": "app", "policyText": policy("*")},
        "q.json": {"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"}},
    }
    snapshot = opened(tmp_path, files)
    assert f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/app" in snapshot.resources
    assert "eu-west-1 is taken, as of all other resources of the account" in texts(snapshot)


def test_the_account_of_a_bucket_is_told_if_it_is_not_certain(tmp_path: Path) -> None:
    export = write(tmp_path / "a" / "export.json", details(UserDetailList=[user("alice")]))
    bucket = write(tmp_path / "b" / "get-bucket-policy" / "ledger.json", {"Policy": policy("arn:aws:s3:::ledger")})
    snapshot = open_snapshot([export, bucket])
    found = snapshot.resources["arn:aws:s3:::ledger"]
    assert (found.account, found.account_is_certain) == (ACCOUNT, False)
    assert "the only one" in texts(snapshot)


def test_of_several_accounts_the_nearest_folder_decides(tmp_path: Path) -> None:
    for account, bucket in ((ACCOUNT, "one"), (OTHER, "two")):
        folder = tmp_path / f"profile-{bucket}"
        write(folder / "iam" / "export.json", details(UserDetailList=[user("alice", account)]))
        write(folder / "s3api-get-bucket-policy" / f"{bucket}.json", {"Policy": policy(f"arn:aws:s3:::{bucket}/*")})
    found = open_snapshot([tmp_path]).resources
    assert [found[f"arn:aws:s3:::{name}"].account for name in ("one", "two")] == [ACCOUNT, OTHER]


def test_an_account_number_in_the_path_decides_where_folders_do_not(tmp_path: Path) -> None:
    write(tmp_path / "1.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "2.json", details(UserDetailList=[user("alice", OTHER)]))
    write(tmp_path / f"get-bucket-policy-{OTHER}" / "x.json", {"Policy": policy("arn:aws:s3:::x")})
    assert open_snapshot([tmp_path]).resources["arn:aws:s3:::x"].account == OTHER


def test_i39_vpc_endpoints_are_read(tmp_path: Path) -> None:
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.eu-west-1.s3",
        "OwnerId": ACCOUNT,
        "PolicyDocument": policy("*"),
    }
    found = opened(tmp_path, {"e.json": {"VpcEndpoints": [endpoint]}}).endpoints["vpce-1"]
    assert (found.owner, found.endpoint_type, found.vpc_id) == (ACCOUNT, "Interface", "vpc-1")
    assert found.service_name == "com.amazonaws.eu-west-1.s3"
    assert found.policy is not None


def test_l1_a_policy_that_stands_twice_is_told_though_another_item_has_none(tmp_path: Path) -> None:
    first, second = ({"VpcEndpointId": name, "PolicyDocument": policy("*")} for name in ("vpce-1", "vpce-2"))
    text = json.dumps({"VpcEndpoints": [first, {"VpcEndpointId": "vpce-3"}, {**second, "Again": None}]})
    (tmp_path / "e.json").write_text(text.replace("Again", "PolicyDocument"))
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    snapshot = open_snapshot([tmp_path])
    assert sorted(snapshot.endpoints) == ["vpce-1", "vpce-3"]
    assert [one.place for one in snapshot.problems] == ["/VpcEndpoints/2/PolicyDocument"]


def test_i33_lists_say_that_there_are_more_resources(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path,
        {
            "f.json": {"Functions": [{"FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:pay"}, {}]},
            "t.json": {"Topics": [{"TopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"}]},
            "tags.json": {"ResourceTagMappingList": [{"ResourceARN": KEY_ARN, "Tags": [{"Key": "a", "Value": "b"}]}]},
        },
    )
    assert {found.kind for found in snapshot.resources.values()} == {"lambda:function", "sns:topic", "kms:key"}
    assert snapshot.resources[KEY_ARN].tags == (("a", "b"),)
    assert "/Functions/1" in texts(snapshot)


@every_row(
    "text",
    [
        "\r\nAn error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: none",
        "aws: [ERROR]: An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: none\n\nMore",
        "ClientError: An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation",
        '{"Error": {"Code": "NoSuchBucketPolicy", "Message": "none"}, "ResponseMetadata": {}}',
        '{"Code": "NoSuchBucketPolicy", "Message": "none"}',
        '<?xml version="1.0"?>\n<Error><Code>NoSuchBucketPolicy</Code></Error>',
        "NoSuchBucketPolicy",
        "Code: NoSuchBucketPolicy\nMessage: The bucket policy does not exist\n",
    ],
)
@every_row("name", ["s3api-get-bucket-policy/ledger.json", "get-bucket-policy-ledger.txt"])
def test_i8_every_form_of_no_such_policy_says_that_there_is_none(tmp_path: Path, text: str, name: str) -> None:
    snapshot = opened(tmp_path, {name: text})
    assert snapshot.resources["arn:aws:s3:::ledger"].policy_state is Exported.NONE
    assert snapshot.problems == ()


def test_i6_a_null_policy_or_setting_is_none(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        {
            "s3api-get-bucket-policy/ledger.json": {"Policy": None},
            "s3api-get-public-access-block/ledger.json": {
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "IgnorePublicAcls": None}
            },
        },
    )
    assert found.policy_state is Exported.NONE
    assert found.public_access_block == PublicAccessBlock(block_public_acls=True)


def test_a_bare_document_belongs_to_the_call_and_subject_of_its_name(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"s3api-get-bucket-policy/ledger.json": policy("*"), "policy.json": policy("*")})
    assert list(snapshot.resources) == ["arn:aws:s3:::ledger"]


def test_i35_a_queue_that_was_not_asked_for_its_arn_is_told_by_its_policy(tmp_path: Path) -> None:
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    assert one(tmp_path, {"queue.json": {"Attributes": {"Policy": policy(arn, "sqs:SendMessage")}}}).arn == arn


def test_what_says_nothing_of_a_policy_leaves_it_unknown(tmp_path: Path) -> None:
    topic, secret = f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf"
    files: dict[str, Json] = {
        "topics.json": {"Topics": [{"TopicArn": topic}]},
        "subscription.json": {"Attributes": {"SubscriptionArn": f"{topic}:1", "TopicArn": topic}},
        "described.json": {"ARN": secret, "Name": "s", "Tags": [{"Key": "a", "Value": "b"}], "VersionIdsToStages": {}},
        "value.json": {"ARN": secret, "Name": "s", "SecretString": "hunter2"},
    }
    snapshot = opened(tmp_path, files)
    assert {found.policy_state for found in snapshot.resources.values()} == {Exported.UNKNOWN}
    assert snapshot.resources[secret].tags == (("a", "b"),)
    assert "the values of secrets are not read" in [file.message for file in snapshot.files]


def test_an_arn_that_is_none_is_told_and_costs_only_its_resource(tmp_path: Path) -> None:
    files: dict[str, Json] = {
        "manifest.json": {"version": 1, "resources": [{"arn": "ledger", "policy_file": "p.json"}]},
        "secrets.json": {"SecretList": [{"ARN": "s"}, {"ARN": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:t"}]},
        "providers.json": {"SAMLProviderList": [{"Arn": "saml"}]},
        "roles.json": {"Roles": [{"RoleName": "r", "Arn": "role"}]},
    }
    snapshot = opened(tmp_path, files)
    assert len(snapshot.resources) == 1
    assert [problem.expected for problem in snapshot.problems] == [
        f"expected an ARN, got '{name}'" for name in ("ledger", "saml", "role", "s")
    ]


def test_a_list_with_a_bad_item_keeps_the_others(tmp_path: Path) -> None:
    functions = [{"FunctionName": "f"}, None, {"FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:g"}]
    snapshot = opened(tmp_path, {"functions.json": {"Functions": functions}})
    assert len(snapshot.resources) == 1
    assert [problem.place for problem in snapshot.problems] == ["/Functions/0", "/Functions/1"]


def test_only_the_name_of_a_file_is_not_certain(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"ledger.json": {"PolicyStatus": {"IsPublic": True}}})
    assert "not certain whose this is: only the name of the file says it" in texts(snapshot)


def test_a_file_named_by_an_arn_counts_more_than_the_policy_in_it(tmp_path: Path) -> None:
    point = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/readers"
    said = policy(f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/readers/object/*")
    snapshot = opened(tmp_path, {f"s3control-get-access-point-policy/{quote(point, safe='')}.json": {"Policy": said}})
    assert list(snapshot.resources) == [point]
    assert f"the file is named {point}, the policy names arn:aws:s3:eu-west-1" in texts(snapshot)


def test_i40_a_file_that_only_the_manifest_has_is_told(tmp_path: Path) -> None:
    files: dict[str, Json] = {
        "manifest.json": {"resources": [{"arn": "arn:aws:s3:::ledger", "policy_file": "gone.json"}]},
    }
    snapshot = opened(tmp_path, files)
    assert "gone.json: expected a policy or public access block of arn:aws:s3:::ledger" in texts(snapshot)


def test_a_queue_url_that_is_none_costs_only_itself(tmp_path: Path) -> None:
    urls = [5, f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"]
    assert one(tmp_path, {"sqs-list-queues/eu-west-1.json": {"QueueUrls": urls}}).kind == "sqs:queue"
