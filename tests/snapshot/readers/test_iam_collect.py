"""A store of iam-collect (I110-I116)."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from iamtui.snapshot.model import Exported, PublicAccessBlock, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, TRUST, Json, write
from tests.tables import every_row

ORG, ROOT, UNIT = "o-abcdefghij", "r-ab12", "ou-ab12-11111111"
HOME = f"accounts/{ACCOUNT}"
SCP_ARN = f"arn:aws:organizations::{OTHER}:policy/{ORG}/service_control_policy/p-guard"
USER = {"arn": f"arn:aws:iam::{ACCOUNT}:user/Staff/Alice", "path": "/Staff/", "name": "Alice", "id": "AIDA1"}
ROLE = {"arn": f"arn:aws:iam::{ACCOUNT}:role/Web", "path": "/", "name": "Web", "id": "AROA1"}
POLICY = {"arn": f"arn:aws:iam::{ACCOUNT}:policy/P", "name": "P", "id": "ANPA1", "defaultVersionId": "v3", "path": "/"}
SCP_METADATA = {"arn": SCP_ARN, "name": "guard", "awsManaged": False}
ATTACHED = {"scps": [SCP_ARN], "rcps": []}

STORE: dict[str, Json] = {
    f"{HOME}/organization": {"organizationId": ORG},
    f"{HOME}/s3-bpa": {"blockPublicAcls": True, "restrictPublicBuckets": False},
    f"{HOME}/iam/user/staff%2falice/metadata": {**USER, "permissionBoundary": "arn:aws:iam::aws:policy/B"},
    f"{HOME}/iam/user/staff%2falice/inline-policies": [{"PolicyName": "i", "PolicyDocument": ALLOW}],
    f"{HOME}/iam/user/staff%2falice/managed-policies": [POLICY["arn"]],
    f"{HOME}/iam/user/staff%2falice/groups": [f"arn:aws:iam::{ACCOUNT}:group/path/Admins"],
    f"{HOME}/iam/user/staff%2falice/tags": {"team": "red"},
    f"{HOME}/iam/group/admins/metadata": {"arn": f"arn:aws:iam::{ACCOUNT}:group/path/Admins", "name": "Admins"},
    f"{HOME}/iam/role/web/metadata": ROLE,
    f"{HOME}/iam/role/web/trust-policy": TRUST,
    f"{HOME}/iam/policy/p/metadata": POLICY,
    f"{HOME}/iam/policy/p/current-policy": ALLOW,
    f"{HOME}/iam/aws/policy/b/metadata": {"arn": "arn:aws:iam::aws:policy/B", "name": "B", "defaultVersionId": "v1"},
    f"{HOME}/iam/aws/policy/b/current-policy": ALLOW,
    f"{HOME}/iam/oidc-provider/x/metadata": {
        "arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/x",
        "url": "x",
        "audiences": ["sts"],
    },
    f"{HOME}/s3/ledger/metadata": {"name": "ledger", "region": "eu-west-1", "arn": "arn:aws:s3:::ledger"},
    f"{HOME}/s3/ledger/policy": ALLOW,
    f"{HOME}/s3/ledger/bpa": {"blockPublicPolicy": True},
    f"{HOME}/s3/ledger/tags": {"team": "red"},
    f"{HOME}/sqs/eu-west-1/jobs/metadata": {"name": "Jobs"},
    f"{HOME}/lambda/eu-west-1/function/pay/metadata": {"name": "Pay", "role": "x"},
    f"{HOME}/lambda/eu-west-1/function/pay/policy": ALLOW,
    f"{HOME}/ec2/eu-west-1/vpc-endpoint/vpce-1/metadata": {
        "id": "vpce-1",
        "vpc": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1",
        "type": "Gateway",
        "serviceName": "s3",
    },
    f"{HOME}/ec2/eu-west-1/vpc-endpoint/vpce-1/endpoint-policy": ALLOW,
    f"organizations/{ORG}/metadata": {
        "id": ORG,
        "rootOu": ROOT,
        "rootAccountId": OTHER,
        "features": {"SERVICE_CONTROL_POLICY": True, "RESOURCE_CONTROL_POLICY": False},
    },
    f"organizations/{ORG}/accounts": {ACCOUNT: {"ou": UNIT, "scps": [], "rcps": []}},
    f"organizations/{ORG}/ous": {ROOT: {"scps": [], "rcps": []}, UNIT: {"parent": ROOT, **ATTACHED}},
    f"organizations/{ORG}/ous/{UNIT}/metadata": {"arn": "x", "name": "Prod"},
    f"organizations/{ORG}/scps/p-guard/metadata": SCP_METADATA,
    f"organizations/{ORG}/scps/p-guard/policy": ALLOW,
    "indexes/buckets-to-accounts": {"elsewhere": {"accountId": OTHER, "region": "eu-west-1"}},
}


def laid(folder: Path, store: dict[str, Json]) -> Path:
    for name, content in store.items():
        write(folder / "aws" / "aws" / f"{name}.json", content)
    return folder


def opened(folder: Path, store: dict[str, Json]) -> Snapshot:
    return open_snapshot([laid(folder, store)])


def test_i112_entities_keep_the_true_case_of_their_arns(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, STORE)
    account = snapshot.accounts[ACCOUNT]
    alice = snapshot.user(str(USER["arn"]))
    assert alice is not None
    assert (alice.groups, alice.attached, alice.boundary) == (
        ("Admins",),
        (POLICY["arn"],),
        "arn:aws:iam::aws:policy/B",
    )
    assert alice.tags == (("team", "red"),)
    assert [json.loads(item.document.source) for item in alice.inline] == [ALLOW]
    assert (len(account.users or ()), len(account.groups or ()), len(account.roles or ())) == (1, 1, 1)
    assert sorted(account.policies or ()) == [POLICY["arn"], "arn:aws:iam::aws:policy/B"]
    policy = snapshot.policy(ACCOUNT, str(POLICY["arn"]))
    assert policy is not None
    assert policy.default is not None
    assert policy.default.version_id == "v3"
    assert list(account.providers or ()) == [f"arn:aws:iam::{ACCOUNT}:oidc-provider/x"]
    assert account.public_access_block == PublicAccessBlock(block_public_acls=True)
    assert snapshot.problems == ()


def test_i113_a_missing_file_is_an_empty_aspect(tmp_path: Path) -> None:
    resources = opened(tmp_path, STORE).resources
    queue = resources[f"arn:aws:sqs:eu-west-1:{ACCOUNT}:Jobs"]
    assert (queue.policy_state, queue.tags) == (Exported.NONE, ())
    assert resources[f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:Pay"].policy_state is Exported.PRESENT
    ledger = resources["arn:aws:s3:::ledger"]
    assert ledger.public_access_block == PublicAccessBlock(block_public_policy=True)
    assert (ledger.account, ledger.region, ledger.tags) == (ACCOUNT, "eu-west-1", (("team", "red"),))


def test_endpoints_are_read(tmp_path: Path) -> None:
    endpoint = opened(tmp_path, STORE).endpoints["vpce-1"]
    assert (endpoint.vpc_id, endpoint.owner) == ("vpc-1", ACCOUNT)
    assert endpoint.policy is not None


def test_i115_levels_follow_accounts_and_ous(tmp_path: Path) -> None:
    organization = opened(tmp_path, STORE).organizations[ORG]
    levels = organization.levels(ACCOUNT)
    assert levels is not None
    assert [(level.name, level.scps, level.rcps) for level in levels] == [
        (ROOT, (), ()),
        ("Prod", ("p-guard",), ()),
        (ACCOUNT, (), ()),
    ]
    assert organization.management_account == OTHER
    assert (organization.scps_enabled, organization.rcps_enabled) == (True, False)
    assert organization.policies["p-guard"].document is not None


def test_i116_the_index_says_the_account_of_a_bucket_that_was_not_collected(tmp_path: Path) -> None:
    found = opened(tmp_path, STORE).resources["arn:aws:s3:::elsewhere"]
    assert (found.account, found.policy_state) == (OTHER, Exported.UNKNOWN)


DAMAGED = ["[1", "7", '{"arn": 7}', "[]", "null"]


@every_row("name, content", zip(STORE, itertools.cycle(DAMAGED), strict=False))
def test_any_file_damaged_costs_only_its_folder(tmp_path: Path, name: str, content: str) -> None:
    check_that_a_damaged_file_costs_only_its_folder(tmp_path, name, content)


@pytest.mark.fuzz
@every_row("name, content", itertools.product(STORE, DAMAGED))
def test_any_damage_costs_only_its_folder(tmp_path: Path, name: str, content: str) -> None:
    check_that_a_damaged_file_costs_only_its_folder(tmp_path, name, content)


def check_that_a_damaged_file_costs_only_its_folder(tmp_path: Path, name: str, content: str) -> None:
    laid(tmp_path, STORE)
    (tmp_path / "aws" / "aws" / f"{name}.json").write_text(content)
    snapshot = open_snapshot([tmp_path])
    assert ACCOUNT in snapshot.accounts
    assert len(snapshot.resources) >= 3


def test_a_file_that_cannot_be_read_is_not_an_empty_aspect(tmp_path: Path) -> None:
    for name, content in STORE.items():
        write(tmp_path / "aws" / "aws" / f"{name}.json", content)
    folder = tmp_path / "aws" / "aws" / HOME
    (folder / "iam/role/web/inline-policies.json").write_text("{cut")
    (folder / "s3/ledger/policy.json").write_text("")
    snapshot = open_snapshot([tmp_path])
    assert snapshot.role(str(ROLE["arn"])) is None
    assert "arn:aws:s3:::ledger" not in snapshot.resources
    assert [(problem.path.name, problem.consequence) for problem in snapshot.problems[:3]] == [
        ("inline-policies.json", "nothing of this file is used"),
        ("policy.json", "it is not shown"),
        ("inline-policies.json", "it is not shown"),
    ]


def test_i110_the_folder_of_the_cloud_may_be_missing(tmp_path: Path) -> None:
    for name, content in STORE.items():
        write(tmp_path / "aws-cn" / f"{name}.json", content)
    assert open_snapshot([tmp_path]).user(str(USER["arn"])) is not None


def test_answers_of_the_cli_in_a_folder_named_like_a_store_are_read_as_such(tmp_path: Path) -> None:
    write(tmp_path / "aws" / HOME / "export.json", {"UserDetailList": []})
    write(tmp_path / "aws" / HOME / "s3api-get-bucket-policy" / "ledger.json", {"Policy": json.dumps(ALLOW)})
    assert list(open_snapshot([tmp_path]).resources) == ["arn:aws:s3:::ledger"]


def test_i111_an_account_without_organization_is_in_none(tmp_path: Path) -> None:
    store = {name: content for name, content in STORE.items() if "organization" not in name}
    assert opened(tmp_path, store).accounts[ACCOUNT].in_organization is False


def test_aspects_that_decide_nothing_are_named(tmp_path: Path) -> None:
    more = {
        f"organizations/{ORG}/structure": {ROOT: {}},
        f"organizations/{ORG}/policy": ALLOW,
        f"{HOME}/s3/ledger/encryption": {},
        f"{HOME}/ram/global/arn-aws-x": {},
    }
    messages = {file.path.stem: file.message for file in opened(tmp_path, {**STORE, **more}).files if file.message}
    assert messages == {
        "structure": "the tree of the organization is in ous.json and accounts.json",
        "policy": "the resource policy of an organization is not evaluated",
        "encryption": "the encryption of buckets decides nothing",
        "arn-aws-x": "shares of RAM are not evaluated",
    }


def test_a_resource_with_a_bad_arn_costs_only_itself(tmp_path: Path) -> None:
    more = {f"{HOME}/sns/eu-west-1/t/metadata": {"arn": "t"}, f"{HOME}/s3/ledger/bpa": {"blockPublicAcls": None}}
    snapshot = opened(tmp_path, {**STORE, **more})
    assert "arn:aws:s3:::ledger" in snapshot.resources
    assert "expected an ARN, got 't'" in str(snapshot.problems[0])


def test_a_resource_whose_arn_begins_with_a_slash_has_a_kind(tmp_path: Path) -> None:
    arn = "arn:aws:apigateway:eu-west-1::/restapis/abc"
    more = {f"{HOME}/apigateway/eu-west-1/restapis/abc/metadata": {"arn": arn, "name": "pay"}}
    assert opened(tmp_path, {**STORE, **more}).resources[arn].kind == "apigateway:restapis"
