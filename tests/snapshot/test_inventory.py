from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.snapshot.inventory import PolicyCounts, inventory
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, details, policy, role, user, write


def test_kinds_are_counted_and_what_was_not_exported_is_none(tmp_path: Path) -> None:
    alice = user("alice", UserPolicyList=[{"PolicyName": "i", "PolicyDocument": ALLOW}])
    content = {
        "UserDetailList": [alice],
        "RoleDetailList": [role("web")],
        "Policies": [policy("p"), policy("q", "aws")],
    }
    (account,) = inventory(open_snapshot([write(tmp_path / "export.json", content)])).accounts
    assert (account.users, account.groups, account.roles) == (1, None, 1)
    assert account.policies == PolicyCounts(customer=1, aws=1, inline=1)


def test_t22_what_is_missing_is_named_with_the_answers_that_it_weakens(tmp_path: Path) -> None:
    attached = [{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/X"}]
    content = details(UserDetailList=[user("alice", AttachedManagedPolicies=attached)], IsTruncated=True)
    del content["RoleDetailList"]
    missing = inventory(open_snapshot([write(tmp_path / "export.json", content)])).missing
    assert {item.what for item in missing} == {
        "roles",
        "the rest of the authorization details",
        "the document of attached managed policy arn:aws:iam::aws:policy/X",
        "credential report",
        "password policy",
        "SAML and OIDC providers",
        "S3 public access block of the account",
        "organization, SCPs and RCPs",
        "resource policies",
        "VPC endpoints",
    }
    assert {item.account for item in missing} == {ACCOUNT, None}
    assert all(item.weakens for item in missing)


def test_nothing_is_missing_where_nothing_is(tmp_path: Path) -> None:
    write(tmp_path / "events.json", {"Records": []})
    with pytest.raises(SnapshotError) as caught:
        open_snapshot([tmp_path])
    assert inventory(caught.value.snapshot).missing == ()


def test_resources_are_counted_also_where_nothing_else_of_their_account_is_known(tmp_path: Path) -> None:
    ledger = {"Resource": "arn:aws:s3:::ledger", "Policy": None}
    write(tmp_path / "1" / "ledger.json", [ledger])
    assert inventory(open_snapshot([tmp_path / "1"])).resources_only == {"": {"s3:bucket": 1}}
    write(tmp_path / "2" / "ledger.json", [{**ledger, "Account": OTHER}])
    write(tmp_path / "2" / "export.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "2" / "queue.json", {"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"}})
    found = inventory(open_snapshot([tmp_path / "2"]))
    assert [(account.account_id, account.resources) for account in found.accounts] == [(ACCOUNT, {"sqs:queue": 1})]
    assert found.resources_only == {OTHER: {"s3:bucket": 1}}
