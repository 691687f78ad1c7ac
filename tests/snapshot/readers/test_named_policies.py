"""Policies of services whose answers name the resource (S26), and where there is none."""

from __future__ import annotations

import json
from pathlib import Path

from iamtui.policy.document import Document
from iamtui.snapshot.model import Exported
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, Json, details, user, write
from tests.tables import every_row


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{resource}"


def text(resource: str | None = "*") -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*"} | (
        {} if resource is None else {"Resource": resource}
    )
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


FILE_SYSTEM = arn("elasticfilesystem", "file-system/fs-0a1b2c3d")
QUEUE = {"Attributes": {"QueueArn": arn("sqs", "jobs")}}


@every_row(
    ("answer", "resource", "kind"),
    [
        (
            {"BackupVaultName": "v", "BackupVaultArn": arn("backup", "backup-vault:v"), "Policy": text()},
            arn("backup", "backup-vault:v"),
            "backup:backup-vault",
        ),
        ({"SinkArn": arn("oam", "sink/1"), "SinkId": "1", "Policy": text()}, arn("oam", "sink/1"), "oam:sink"),
        (
            {"ResourceArn": arn("cloudtrail", "channel/c"), "ResourcePolicy": text()},
            arn("cloudtrail", "channel/c"),
            "cloudtrail:channel",
        ),
        (
            {"Name": "b", "Arn": arn("events", "event-bus/b"), "Policy": text()},
            arn("events", "event-bus/b"),
            "events:event-bus",
        ),
        (
            {"policy": {"resourceArn": arn("codeartifact", "domain/d"), "revision": "1", "document": text()}},
            arn("codeartifact", "domain/d"),
            "codeartifact:domain",
        ),
        (
            {"resourcePolicy": {"policy": text(), "resourceArn": arn("redshift-serverless", "snapshot/s")}},
            arn("redshift-serverless", "snapshot/s"),
            "redshift-serverless:snapshot",
        ),
        (
            {"DomainStatus": {"DomainName": "d", "ARN": arn("es", "domain/d"), "AccessPolicies": text()}},
            arn("es", "domain/d"),
            "es:domain",
        ),
        ({"FileSystemId": "fs-0a1b2c3d", "Policy": text(FILE_SYSTEM)}, FILE_SYSTEM, "elasticfilesystem:file-system"),
    ],
)
def test_s26_a_policy_is_read_of_an_answer_that_names_its_resource(
    tmp_path: Path, answer: dict[str, Json], resource: str, kind: str
) -> None:
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "answer.json", answer)
    snapshot = open_snapshot([tmp_path])
    assert not snapshot.problems
    (found,) = snapshot.resources.values()
    assert (found.arn, found.kind, found.account) == (resource, kind, ACCOUNT)
    assert found.policy == Document(text(FILE_SYSTEM if "file-system" in kind else "*").encode())


@every_row(
    ("answer", "resource"),
    [
        ({"Name": "b", "Arn": arn("events", "event-bus/b")}, arn("events", "event-bus/b")),
        ({"DomainStatus": {"ARN": arn("es", "domain/d"), "AccessPolicies": ""}}, arn("es", "domain/d")),
    ],
)
def test_s26_an_answer_without_policy_says_that_there_is_none(
    tmp_path: Path, answer: dict[str, Json], resource: str
) -> None:
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "answer.json", answer)
    snapshot = open_snapshot([tmp_path])
    assert [(one.arn, one.policy_state) for one in snapshot.resources.values()] == [(resource, Exported.NONE)]


def test_s26_a_file_system_is_told_by_its_id_where_its_policy_names_no_resource(tmp_path: Path) -> None:
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "queue.json", QUEUE)
    write(tmp_path / "policy.json", {"FileSystemId": "fs-0a1b2c3d", "Policy": text(None)})
    snapshot = open_snapshot([tmp_path])
    assert snapshot.resources[FILE_SYSTEM].policy == Document(text(None).encode())
    assert [problem.expected for problem in snapshot.problems] == ["expected a region"]


def test_s26_another_answer_with_an_arn_and_a_name_is_no_bus(tmp_path: Path) -> None:
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "answer.json", {"Name": "x", "Arn": arn("events", "rule/x")})
    snapshot = open_snapshot([tmp_path])
    assert not snapshot.resources
    assert any("not recognised" in file.message for file in snapshot.files)


@every_row(
    ("name", "code", "operation"),
    [
        ("efs-describe-file-system-policy/fs-0a1b2c3d.json", "PolicyNotFound", "DescribeFileSystemPolicy"),
        ("backup-get-backup-vault-access-policy/v.json", "ResourceNotFoundException", "GetBackupVaultAccessPolicy"),
    ],
)
def test_i8_a_policy_that_was_not_found_is_no_problem(tmp_path: Path, name: str, code: str, operation: str) -> None:
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(f"\nAn error occurred ({code}) when calling the {operation} operation: none\n")
    snapshot = open_snapshot([tmp_path])
    assert not snapshot.problems
    assert not snapshot.resources  # only another file says that it exists
