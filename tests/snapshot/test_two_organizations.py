"""Two organizations in one picture, alike in every id that is unique within one only (I60)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot

ROOT, UNIT, POLICY = "r-ab12", "ou-ab12-11111111", "p-00000001"
FIRST, SECOND = "o-aaaa111111", "o-bbbb222222"
ACCOUNTS = {FIRST: "111122223333", SECOND: "444455556666"}
MANAGERS = {FIRST: "777788889999", SECOND: "999988887777"}
FULL = {"Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"}


def arn(organization: str, kind: str, *parts: str) -> str:
    return f"arn:aws:organizations::{MANAGERS[organization]}:{kind}/{'/'.join((organization, *parts))}"


def written(folder: Path, organization: str, denied: str) -> None:
    """An organization of one unit with one account, whose SCP denies one action; a file for each call of the CLI."""
    account = ACCOUNTS[organization]
    scp = {
        "Id": POLICY,
        "Arn": arn(organization, "policy", "service_control_policy", POLICY),
        "Name": f"no-{denied}",
        "Type": "SERVICE_CONTROL_POLICY",
    }
    full = {**FULL, "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": True}
    statement = {"Effect": "Deny", "Action": denied, "Resource": "*"}
    content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    policy_types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    files: dict[str, object] = {
        "describe-organization.json": {
            "Organization": {"Id": organization, "MasterAccountId": MANAGERS[organization], "FeatureSet": "ALL"}
        },
        "list-roots.json": {
            "Roots": [{"Id": ROOT, "Arn": arn(organization, "root", ROOT), "Name": "Root", "PolicyTypes": policy_types}]
        },
        f"list-organizational-units-for-parent/{ROOT}.json": {
            "OrganizationalUnits": [{"Id": UNIT, "Arn": arn(organization, "ou", UNIT), "Name": "Unit"}]
        },
        f"list-accounts-for-parent/{UNIT}.json": {
            "Accounts": [{"Id": account, "Arn": arn(organization, "account", account), "Name": account}]
        },
        f"list-policies-for-target/{UNIT}.json": {"Policies": [full, scp]},
        f"list-policies-for-target/{ROOT}.json": {"Policies": [full]},
        f"list-policies-for-target/{account}.json": {"Policies": [full]},
        f"describe-policy/{POLICY}.json": {"Policy": {"PolicySummary": scp, "Content": content}},
    }
    for name, answer in files.items():
        path = folder / organization / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer), "utf-8")


@pytest.fixture
def both(tmp_path: Path) -> Snapshot:
    written(tmp_path, FIRST, "s3:*")
    written(tmp_path, SECOND, "ec2:*")
    for account in ACCOUNTS.values():
        alice = {
            "Path": "/",
            "UserName": "alice",
            "UserId": f"AIDA{account}",
            "Arn": f"arn:aws:iam::{account}:user/alice",
            "CreateDate": "2026-01-02T03:04:05+00:00",
            "UserPolicyList": [
                {
                    "PolicyName": "all",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
                    },
                }
            ],
        }
        export = {"UserDetailList": [alice], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        (tmp_path / f"{account}.json").write_text(json.dumps(export), "utf-8")
    return open_snapshot([tmp_path])


def test_each_organization_has_its_own_tree_and_policies(both: Snapshot) -> None:
    assert set(both.organizations) == {FIRST, SECOND}
    for organization, account in ACCOUNTS.items():
        held = both.organizations[organization]
        levels = held.levels(account)
        assert levels is not None
        assert [level.target_id for level in levels] == [ROOT, UNIT, account]
        assert levels[1].scps == ("p-FullAWSAccess", POLICY)
        assert held.policies[POLICY].arn == arn(organization, "policy", "service_control_policy", POLICY)
        assert held.root_id == ROOT
    assert not [problem for problem in both.problems if "which of" in problem.expected]


@pytest.mark.parametrize(
    ("organization", "action", "verdict"),
    [
        (FIRST, "s3:ListAllMyBuckets", Verdict.EXPLICIT_DENY),
        (FIRST, "ec2:DescribeInstances", Verdict.ALLOWED),
        (SECOND, "s3:ListAllMyBuckets", Verdict.ALLOWED),
        (SECOND, "ec2:DescribeInstances", Verdict.EXPLICIT_DENY),
    ],
)
def test_a_request_meets_the_scps_of_its_own_organization(
    both: Snapshot, organization: str, action: str, verdict: Verdict
) -> None:
    request = Request(f"arn:aws:iam::{ACCOUNTS[organization]}:user/alice", action, unstated=Unstated.ABSENT)
    decision = decide(both, request)
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict


def test_what_could_be_of_either_is_named_and_not_used(tmp_path: Path) -> None:
    written(tmp_path, FIRST, "s3:*")
    written(tmp_path, SECOND, "ec2:*")
    folder = tmp_path / "list-policies-for-target"
    folder.mkdir()
    stray = folder / f"{UNIT}.json"
    stray.write_text(json.dumps({"Policies": [{**FULL, "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"}]}))
    held = open_snapshot([tmp_path])
    assert [problem.path for problem in held.problems if "which of" in problem.expected] == [stray]
    assert all(len(one.targets[UNIT].scps or ()) == 2 for one in held.organizations.values())
