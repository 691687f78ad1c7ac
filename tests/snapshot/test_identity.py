"""The ARN is the identity of an entity: not its name, and not an account that it does not say (I7, I110)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, managed, user


def test_i110_files_of_a_store_that_give_one_name_to_two_arns_are_two_entities(tmp_path: Path) -> None:
    users = tmp_path / "aws" / "aws" / "accounts" / ACCOUNT / "iam" / "user"
    for name in ("alice", "bob"):
        (users / name).mkdir(parents=True)
        metadata = {"arn": arn(f"user/{name}"), "name": "alice", "path": "/", "id": f"AIDA{name.upper()}"}
        (users / name / "metadata.json").write_text(json.dumps(metadata), "utf-8")
    held = open_snapshot([tmp_path])
    assert {found.arn for found in (held.accounts[ACCOUNT].users or {}).values()} == {
        arn("user/alice"),
        arn("user/bob"),
    }


NAMELESS = "arn:aws:iam::aws:user/robot"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    robot = {
        **user("robot", allow("s3:*")),
        "Arn": NAMELESS,
        "AttachedManagedPolicies": [{"PolicyName": "More", "PolicyArn": arn("policy/More")}],
    }
    members = {
        "UserDetailList": [user("alice", allow()), robot],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [managed("More", allow("sqs:*"))],
    }
    (tmp_path / "account.json").write_text(json.dumps(members), "utf-8")
    return tmp_path


def test_i7_an_entity_whose_arn_names_no_account_is_of_the_account_of_its_file(export: Path) -> None:
    held = open_snapshot([export])
    assert set(held.accounts) == {ACCOUNT}
    assert {found.arn for found in (held.accounts[ACCOUNT].users or {}).values()} == {arn("user/alice"), NAMELESS}
    said = [problem for problem in held.problems if "twelve digits" in problem.expected]
    assert [ACCOUNT in problem.consequence for problem in said] == [True]


@pytest.mark.parametrize(
    ("action", "resource", "word"),
    [
        ("s3:ListAllMyBuckets", "*", "allowed"),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", "allowed"),
        ("ec2:DescribeInstances", "*", "implicitDeny"),
    ],
)
def test_i7_and_it_has_the_policies_of_that_account(export: Path, action: str, resource: str, word: str) -> None:
    held = open_snapshot([export])
    assert decide(held, Request(NAMELESS, action, resource, unstated=Unstated.ABSENT)).word == word


def test_i7_what_another_file_says_of_it_is_said_of_that_account(export: Path) -> None:
    (export / "iam-get-user").mkdir()
    made = {"Arn": NAMELESS, "UserName": "robot", "PasswordLastUsed": "2026-11-01T00:00:00+00:00"}
    (export / "iam-get-user" / "robot.json").write_text(json.dumps({"User": made}), "utf-8")
    held = open_snapshot([export])
    assert set(held.accounts) == {ACCOUNT}
    robot = held.user(NAMELESS)
    assert robot is not None
    assert robot.credentials is not None
    assert robot.credentials.password_last_used is not None
    assert decide(held, Request(NAMELESS, "s3:ListAllMyBuckets", "*", unstated=Unstated.ABSENT)).word == "allowed"


def test_an_export_of_which_no_arn_names_an_account_is_shown_as_it_is(tmp_path: Path) -> None:
    members = {"UserDetailList": [{**user("robot"), "Arn": NAMELESS}], "GroupDetailList": [], "RoleDetailList": []}
    (tmp_path / "account.json").write_text(json.dumps({**members, "Policies": []}), "utf-8")
    assert set(open_snapshot([tmp_path]).accounts) == {"aws"}


@pytest.mark.parametrize("beside", [True, False])
def test_what_list_roles_holds_and_is_not_used_is_said_where_nothing_else_shows_the_roles(
    tmp_path: Path,
    beside: bool,
) -> None:
    trusting = {"Version": "2012-10-17", "Statement": []}
    made = {"RoleName": "r", "Arn": arn("role/r"), "AssumeRolePolicyDocument": trusting, "MaxSessionDuration": 3600}
    (tmp_path / "roles.json").write_text(json.dumps({"Roles": [made]}), "utf-8")
    if beside:
        members = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [managed("More")]}
        (tmp_path / "account.json").write_text(json.dumps(members), "utf-8")
    said = [problem for problem in open_snapshot([tmp_path]).problems if "trust policies" in problem.consequence]
    assert [problem.path.name for problem in said] == ([] if beside else ["roles.json"])
