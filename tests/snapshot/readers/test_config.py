"""AWS Config (I65-I73)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from iamtui.snapshot.model import Exported, PublicAccessBlock, Severity, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, TRUST, Json, details, role, user, write
from tests.tables import every_row

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/web"


def item(kind: str, configuration: Json, **more: Json) -> dict[str, Json]:
    return {
        "version": "1.3",
        "accountId": ACCOUNT,
        "configurationItemCaptureTime": "2026-01-01T00:00:00Z",
        "configurationItemStatus": "OK",
        "resourceType": kind,
        "awsRegion": "eu-west-1",
        "configuration": configuration,
        **more,
    }


def role_item(**more: Json) -> dict[str, Json]:
    members = {
        "path": "/app/",
        "roleName": "web",
        "roleId": "AROAWEB",
        "arn": f"arn:aws:iam::{ACCOUNT}:role/web",
        "assumeRolePolicyDocument": quote(json.dumps(TRUST)),
        "rolePolicyList": [{"policyName": "p", "policyDocument": quote(json.dumps(ALLOW))}],
        "attachedManagedPolicies": {"policyName": "x", "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/x"},
        "permissionsBoundary": {"permissionsBoundaryArn": "arn:aws:iam::aws:policy/B"},
        "tags": [{"key": "team", "value": "red"}],
    }
    return {**item("AWS::IAM::Role", members, arn=members["arn"]), **more}


def containers(found: dict[str, Json]) -> dict[str, str]:
    text = json.dumps(found)
    return {
        "snapshot": json.dumps({"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": [found]}),
        "batch": json.dumps({"baseConfigurationItems": [found], "unprocessedResourceKeys": []}),
        "select": json.dumps({"Results": [text], "QueryInfo": {}}),
        "lines": f"{text}\n{text}\n",
        "list": json.dumps([found]),
        "single": text,
    }


def opened(tmp_path: Path, text: str) -> Snapshot:
    (tmp_path / "config.json").write_text(text)
    return open_snapshot([tmp_path])


@every_row("container", ["snapshot", "batch", "select", "lines", "list", "single"])
@every_row("is_string", [False, True], ids=["object", "string"])
def test_i65_i66_a_role_is_read_from_every_container(tmp_path: Path, container: str, *, is_string: bool) -> None:
    found = role_item()
    if is_string:
        found["configuration"] = json.dumps(found["configuration"])
    web = opened(tmp_path, containers(found)[container]).role(ROLE)
    assert web is not None
    assert (web.path, web.unique_id, web.boundary) == ("/app/", "AROAWEB", "arn:aws:iam::aws:policy/B")
    assert web.trust is not None
    assert json.loads(web.trust.source) == TRUST
    assert json.loads(web.inline[0].document.source) == ALLOW
    assert web.attached == (f"arn:aws:iam::{ACCOUNT}:policy/x",)
    assert web.tags == (("team", "red"),)


def test_i66_the_newest_capture_wins_and_what_was_deleted_is_gone(tmp_path: Path) -> None:
    older = role_item(configurationItemCaptureTime="2025-01-01T00:00:00Z")
    deleted = role_item(configurationItemStatus="ResourceDeleted", configuration=None)
    other = item("AWS::SQS::Queue", {"Policy": json.dumps(ALLOW)}, arn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs")
    snapshot = opened(tmp_path, json.dumps({"configurationItems": [deleted, older, other]}))
    assert snapshot.accounts == {}
    assert list(snapshot.resources) == [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"]


def test_kinds_that_config_was_not_asked_for_are_unknown(tmp_path: Path) -> None:
    account = opened(tmp_path, containers(role_item())["batch"]).accounts[ACCOUNT]
    assert account.users is None
    assert not account.is_complete


def test_authorization_details_count_more_than_config(tmp_path: Path) -> None:
    write(tmp_path / "export.json", details(UserDetailList=[user("alice")], RoleDetailList=[role("other")]))
    snapshot = opened(tmp_path, containers(role_item())["batch"])
    assert list(snapshot.accounts[ACCOUNT].roles or ()) == ["other"]
    assert snapshot.problems == ()


def test_i72_a_bucket_with_and_without_policy(tmp_path: Path) -> None:
    def bucket(name: str, policy: Json) -> dict[str, Json]:
        more = {
            "BucketPolicy": json.dumps({"policyText": policy}),
            "PublicAccessBlockConfiguration": {"blockPublicAcls": True, "blockPublicPolicy": False},
        }
        return item(
            "AWS::S3::Bucket",
            json.dumps({"name": name}),
            arn=f"arn:aws:s3:::{name}",
            resourceName=name,
            supplementaryConfiguration=more,
            tags={"team": "red"},
        )

    found = [bucket("a", json.dumps(ALLOW)), bucket("b", None)]
    resources = opened(tmp_path, json.dumps({"configurationItems": found})).resources
    assert [item.policy_state for item in resources.values()] == [Exported.PRESENT, Exported.NONE]
    assert resources["arn:aws:s3:::a"].public_access_block == PublicAccessBlock(block_public_acls=True)
    assert (resources["arn:aws:s3:::a"].account, resources["arn:aws:s3:::a"].tags) == (ACCOUNT, (("team", "red"),))


def test_i73_other_kinds_are_read(tmp_path: Path) -> None:
    key, function = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/x"
    items = [
        item("AWS::KMS::Key", {}, arn=key, supplementaryConfiguration={"Policy": json.dumps(ALLOW)}),
        item("AWS::Lambda::Function", {}, arn=function, supplementaryConfiguration={"Policy": json.dumps(ALLOW)}),
        item("AWS::S3::AccountPublicAccessBlock", {"blockPublicAcls": True}, resourceId=ACCOUNT),
        item("AWS::EC2::VPCEndpoint", {"vpcEndpointId": "vpce-1", "policyDocument": json.dumps(ALLOW)}),
        item("AWS::IAM::OIDCProvider", {"Url": "x", "ClientIdList": ["sts"]}, arn=provider),
        item("AWS::EC2::Volume", {}, arn="i-1"),
    ]
    snapshot = opened(tmp_path, json.dumps({"configurationItems": items}))
    assert {found.policy_state for found in snapshot.resources.values()} == {Exported.PRESENT}
    assert list(snapshot.endpoints) == ["vpce-1"]
    account = snapshot.accounts[ACCOUNT]
    assert account.public_access_block == PublicAccessBlock(block_public_acls=True)
    assert account.providers is not None
    assert account.providers[provider].audiences == ("sts",)
    assert "AWS::EC2::Volume (1): not read" in str(snapshot.problems[-1])


@pytest.mark.parametrize("bad", [7, {"resourceType": 1}, role_item(configuration="{"), role_item(configuration=[1])])
def test_a_bad_item_costs_only_itself(tmp_path: Path, bad: Json) -> None:
    queue = item("AWS::SQS::Queue", {"Policy": None}, arn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs")
    snapshot = opened(tmp_path, json.dumps({"configurationItems": [bad, queue]}))
    assert len(snapshot.resources) == 1
    assert snapshot.problems
    assert all(problem.place.startswith("/configurationItems/0") for problem in snapshot.problems)


def test_the_tags_of_a_secret_are_read_and_its_policy_from_another_item(tmp_path: Path) -> None:
    arn = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf"
    secret = item("AWS::SecretsManager::Secret", {}, arn=arn, tags={"team": "red"})
    found = opened(tmp_path, json.dumps({"configurationItems": [secret]})).resources[arn]
    assert (found.tags, found.policy_state) == ((("team", "red"),), Exported.UNKNOWN)
    policy = item("AWS::SecretsManager::ResourcePolicy", {"ResourcePolicy": json.dumps(ALLOW)}, arn=arn)
    found = opened(tmp_path, json.dumps({"configurationItems": [policy, secret]})).resources[arn]
    assert (found.tags, found.policy_state) == ((("team", "red"),), Exported.PRESENT)


def test_i66_the_newest_capture_wins_in_whatever_file_and_offset_it_is(tmp_path: Path) -> None:
    newest = role_item(configurationItemCaptureTime="2026-01-01T20:00:00Z")
    tagged = {**json.loads(json.dumps(newest["configuration"])), "tags": []}
    earlier = role_item(configurationItemCaptureTime="2026-01-02T01:00:00+09:00", configuration=tagged)
    write(tmp_path / "newest.json", {"configurationItems": [newest]})
    os.utime(tmp_path / "newest.json", (1, 1))
    write(tmp_path / "earlier.json", {"configurationItems": [earlier]})
    web = open_snapshot([tmp_path]).role(ROLE)
    assert web is not None
    assert web.tags == (("team", "red"),)


def test_i66_what_another_file_says_is_deleted_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "1.json", {"configurationItems": [role_item(configurationItemStatus="ResourceDeleted")]})
    write(tmp_path / "2.json", {"configurationItems": [role_item(configurationItemCaptureTime=1)]})
    bucket = item("AWS::S3::Bucket", {}, arn="arn:aws:s3:::a", resourceName="a", configurationItemCaptureTime=1)
    write(tmp_path / "3.json", {"configurationItems": [bucket]})
    snapshot = open_snapshot([tmp_path])
    assert list(snapshot.resources) == ["arn:aws:s3:::a"]
    assert snapshot.accounts == {}


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda found: {"BaseConfigurationItems": [found], "UnprocessedResourceIdentifiers": []},
        lambda found: {"ConfigurationItem": found},
        lambda found: {"messageType": "ConfigurationItemChangeNotification", "configurationItem": found},
        lambda found: {"Results": [found]},
    ],
    ids=["aggregate batch", "aggregate", "notification", "results that are no strings"],
)
def test_i65_more_containers(tmp_path: Path, wrapped: Callable[[Json], Json]) -> None:
    assert opened(tmp_path, json.dumps(wrapped(role_item()))).role(ROLE) is not None


def test_a_line_that_is_cut_off_costs_only_itself(tmp_path: Path) -> None:
    text = json.dumps(role_item())
    snapshot = opened(tmp_path, f"{text}\n\n{text[:40]}")
    assert snapshot.role(ROLE) is not None
    assert snapshot.problems[0].place == "line 3"


@pytest.mark.parametrize("policy", [json.dumps(json.dumps(ALLOW)), json.dumps({"policy": json.dumps(ALLOW)}), ALLOW])
def test_i66_a_policy_may_be_put_into_strings_and_objects(tmp_path: Path, policy: Json) -> None:
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    found = item("AWS::Lambda::Function", {}, arn=function, supplementaryConfiguration={"Policy": policy})
    document = opened(tmp_path, json.dumps({"configurationItems": [found]})).resources[function].policy
    assert document is not None
    assert json.loads(document.source) == ALLOW


def test_a_bad_bucket_policy_costs_only_the_policy(tmp_path: Path) -> None:
    more = {"BucketPolicy": "{cut", "PublicAccessBlockConfiguration": {"blockPublicAcls": True}}
    found = item("AWS::S3::Bucket", {}, arn="arn:aws:s3:::a", resourceName="a", supplementaryConfiguration=more)
    snapshot = opened(tmp_path, json.dumps({"configurationItems": [found]}))
    assert snapshot.resources["arn:aws:s3:::a"].public_access_block == PublicAccessBlock(block_public_acls=True)
    (problem,) = snapshot.problems
    assert problem.place == "/configurationItems/0/supplementaryConfiguration/BucketPolicy"


def test_an_entity_without_its_arn_takes_that_of_the_item(tmp_path: Path) -> None:
    configuration = {"path": "/", "userName": "alice", "userId": "AIDA"}
    found = item("AWS::IAM::User", configuration, arn=f"arn:aws:iam::{ACCOUNT}:user/alice")
    assert opened(tmp_path, json.dumps([found])).user(f"arn:aws:iam::{ACCOUNT}:user/alice") is not None


def test_items_of_other_types_are_counted_not_listed(tmp_path: Path) -> None:
    others = [item(f"AWS::EC2::Type{number % 7}", {}) for number in range(70)]
    snapshot = opened(tmp_path, json.dumps({"configurationItems": [role_item(), *others]}))
    (note,) = [problem for problem in snapshot.problems if problem.severity is Severity.NOTE]
    assert note.expected.endswith("(10) and 2 other types: not read")


def test_config_alone_does_not_ask_for_a_last_page(tmp_path: Path) -> None:
    text = str(opened(tmp_path, json.dumps(role_item())).problems[0])
    assert "expected the whole of get-account-authorization-details, got a part" in text


BUCKET_POLICY = {"policyText": json.dumps(ALLOW)}


@every_row(
    ("found", "place", "member"),
    [
        (role_item(), "", "configuration"),
        (role_item(), "", "configurationItemStatus"),
        (role_item(), "/configuration", "assumeRolePolicyDocument"),
        (role_item(), "/configuration", "rolePolicyList"),
        (role_item(), "/configuration/permissionsBoundary", "permissionsBoundaryArn"),
        (
            item("AWS::S3::Bucket", {"name": "b"}, supplementaryConfiguration={"BucketPolicy": BUCKET_POLICY}),
            "/supplementaryConfiguration",
            "BucketPolicy",
        ),
        (
            item("AWS::SQS::Queue", {"Policy": json.dumps(ALLOW)}, arn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"),
            "/configuration",
            "Policy",
        ),
    ],
)
def test_l1_a_member_twice_in_an_item_is_told_and_costs_the_item(
    tmp_path: Path, found: dict[str, Json], place: str, member: str
) -> None:
    holder: Json = found
    for step in place.split("/")[1:]:
        assert isinstance(holder, dict)
        holder = holder[step]
    assert isinstance(holder, dict)
    holder["Again"] = None
    write(tmp_path / "export.json", details(UserDetailList=[user("alice")]))
    text = json.dumps({"configurationItems": [found]}).replace('"Again"', f'"{member}"')
    (tmp_path / "config.json").write_text(text)
    snapshot = open_snapshot([tmp_path])
    (problem,) = [one for one in snapshot.problems if one.severity is Severity.ERROR]
    assert problem.place.endswith(f"/{member}")
    assert problem.expected == "expected each member once, and it stands there again"
    assert problem.consequence == "this item is not shown"
    assert not snapshot.resources
    assert not snapshot.accounts[ACCOUNT].roles


@every_row(
    ("path", "written", "arn"),
    [
        ("/app/", f"arn:aws:iam::{ACCOUNT}:role/web", ROLE),
        ("/app/", ROLE, ROLE),
        ("/", f"arn:aws:iam::{ACCOUNT}:role/web", f"arn:aws:iam::{ACCOUNT}:role/web"),
        (None, f"arn:aws:iam::{ACCOUNT}:role/web", f"arn:aws:iam::{ACCOUNT}:role/web"),
        (None, ROLE, ROLE),
    ],
)
def test_i65_the_path_completes_an_arn_that_lacks_it(tmp_path: Path, path: str | None, written: str, arn: str) -> None:
    found = role_item(arn=written)
    configuration = found["configuration"]
    assert isinstance(configuration, dict)
    configuration |= {"path": path, "arn": written}
    write(tmp_path / "config.json", {"configurationItems": [found]})
    roles = open_snapshot([tmp_path]).accounts[ACCOUNT].roles
    assert roles is not None
    assert [one.arn for one in roles.values()] == [arn]
