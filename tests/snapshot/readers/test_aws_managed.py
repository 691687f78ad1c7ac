from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, details, policy, user, write

READ_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def listed(arn: str = READ_ONLY, **more: object) -> dict[str, object]:
    return {"arn": arn, "version_id": "v7", "document": ALLOW, "update_date": "2026-01-02T03:04:05+00:00", **more}


def managed(*policies: object) -> dict[str, object]:
    return {"source": "somebody", "commit": "0", "date": "2026-03-07", "policies": list(policies)}


def holder(arn: str, account: str = ACCOUNT) -> dict[str, object]:
    attached = [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}]
    return user("alice", account, AttachedManagedPolicies=attached)


def holding(arn: str, *policies: object, account: str = ACCOUNT) -> dict[str, object]:
    return details(UserDetailList=[holder(arn, account)], Policies=list(policies))


def version_in_force(snapshot: Snapshot, arn: str, account: str = ACCOUNT) -> str | None:
    found = snapshot.policy(account, arn)
    return None if found is None or found.default is None else found.default.version_id


def test_i12_documents_beside_the_accounts_serve_every_account(tmp_path: Path) -> None:
    one = write(tmp_path / "one.json", holding(READ_ONLY))
    other = write(tmp_path / "other.json", holding(READ_ONLY, account=OTHER))
    beside = write(tmp_path / "managed.json.gz", managed(listed()))
    snapshot = open_snapshot([one, other, beside])
    assert [version_in_force(snapshot, READ_ONLY, account) for account in (ACCOUNT, OTHER)] == ["v7", "v7"]
    assert sorted(snapshot.accounts) == [ACCOUNT, OTHER]
    assert snapshot.problems == ()


def test_i12_without_them_the_document_is_missing_and_named(tmp_path: Path) -> None:
    snapshot = open_snapshot([write(tmp_path / "one.json", holding(READ_ONLY))])
    assert version_in_force(snapshot, READ_ONLY) is None
    assert f"no document of policy {READ_ONLY}" in str(snapshot.problems[0])


def test_a_folder_of_such_files_is_read(tmp_path: Path) -> None:
    security = "arn:aws:iam::aws:policy/SecurityAudit"
    write(tmp_path / "managed" / "1.json", managed(listed()))
    write(tmp_path / "managed" / "2.json", managed(listed(security)))
    snapshot = open_snapshot([write(tmp_path / "one.json", holding(READ_ONLY)), tmp_path / "managed"])
    assert [version_in_force(snapshot, arn) for arn in (READ_ONLY, security)] == ["v7", "v7"]


def test_i12_what_an_account_exported_comes_before_the_files_beside_it(tmp_path: Path) -> None:
    exported = policy("ViewOnlyAccess", Arn=READ_ONLY, Path="/job-function/")
    write(tmp_path / "one.json", holding(READ_ONLY, exported))
    write(tmp_path / "managed.json", managed(listed()))
    assert version_in_force(open_snapshot([tmp_path]), READ_ONLY) == "v1"


def test_i12_an_export_filtered_to_aws_managed_policies_serves_the_accounts_beside_it(tmp_path: Path) -> None:
    exported = policy("ViewOnlyAccess", Arn=READ_ONLY, Path="/job-function/")
    filtered = write(tmp_path / "a" / "aws.json", {"Policies": [exported]})
    accounts = [
        write(tmp_path / f"{account}.json", holding(READ_ONLY, account=account)) for account in (ACCOUNT, OTHER)
    ]
    snapshot = open_snapshot([filtered, *accounts])
    assert [version_in_force(snapshot, READ_ONLY, account) for account in (ACCOUNT, OTHER)] == ["v1", "v1"]


def test_name_and_path_come_from_the_arn_where_they_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "managed.json", managed(listed()))
    write(tmp_path / "one.json", holding(READ_ONLY))
    found = open_snapshot([tmp_path]).policy(ACCOUNT, READ_ONLY)
    assert found is not None
    assert (found.name, found.path, found.is_aws_managed) == ("ViewOnlyAccess", "/job-function/", True)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (listed("arn:aws:iam::111122223333:policy/mine"), "/policies/0/arn: expected the ARN of an AWS managed policy"),
        (listed(document=None), "/policies/0/document: expected a policy document"),
        ({"arn": READ_ONLY}, "/policies/0: expected the member document"),
        (7, "/policies/0: expected object, got int"),
    ],
)
def test_a_bad_policy_costs_only_itself(tmp_path: Path, bad: object, said: str) -> None:
    write(tmp_path / "one.json", holding(READ_ONLY))
    write(tmp_path / "managed.json", managed(bad, listed()))
    snapshot = open_snapshot([tmp_path])
    assert version_in_force(snapshot, READ_ONLY) == "v7"
    assert [said in str(problem) for problem in snapshot.problems] == [True]


def test_such_documents_alone_are_nothing_to_show(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="got only aws-managed-policies; there is nothing to show"):
        open_snapshot([write(tmp_path / "managed.json", managed(listed()))])


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_i12_administrator_access_is_never_unknown(tmp_path: Path, partition: str) -> None:
    arn = ADMINISTRATOR.replace("arn:aws:", f"arn:{partition}:")
    mine = holder(arn) | {"Arn": f"arn:{partition}:iam::{ACCOUNT}:user/alice"}
    snapshot = open_snapshot([write(tmp_path / "one.json", details(UserDetailList=[mine]))])
    assert snapshot.problems == ()
    request = Request(f"arn:{partition}:iam::{ACCOUNT}:user/alice", "ec2:DescribeInstances")
    decision = decide(snapshot, request)
    assert decision.word == "allowed"
    (applied,) = next(layer for layer in decision.layers if layer.layer is Layer.IDENTITY).policies
    assert applied.origin == "attached, document bundled with iamtui"


def test_an_exported_administrator_access_is_not_called_bundled(tmp_path: Path) -> None:
    exported = policy("AdministratorAccess", Arn=ADMINISTRATOR)
    snapshot = open_snapshot([write(tmp_path / "one.json", holding(ADMINISTRATOR, exported))])
    found = snapshot.policy(ACCOUNT, ADMINISTRATOR)
    assert found is not None
    assert not found.is_bundled
