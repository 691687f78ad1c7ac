"""Which keys AWS sends with which action on which resource: others are absent, however little is known (E71, S32)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, named, snapshot, user
from tests.tables import every_row

ALICE = arn("user/alice")
OBJECT, BUCKET = "arn:aws:s3:::b/x", "arn:aws:s3:::b"
EC2 = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
NEVER, PERHAPS = False, True


@every_row(
    ("action", "resource", "key", "may_be_sent"),
    [
        ("s3:GetObject", OBJECT, "s3:prefix", NEVER),
        ("s3:GetObject", OBJECT, "s3:delimiter", NEVER),
        ("s3:GetObject", OBJECT, "s3:VersionId", NEVER),
        ("s3:GetObjectVersion", OBJECT, "s3:VersionId", PERHAPS),
        ("s3:ListBucket", BUCKET, "s3:prefix", PERHAPS),
        ("s3:ListBucket", BUCKET, "s3:x-amz-acl", NEVER),
        ("s3:PutObject", OBJECT, "s3:x-amz-acl", PERHAPS),
        ("s3:PutObject", OBJECT, "s3:ExistingObjectTag/team", NEVER),
        ("s3:PutObject", OBJECT, "s3:RequestObjectTag/team", PERHAPS),
        ("s3:GetObject", OBJECT, "s3:ExistingObjectTag/team", PERHAPS),
        ("s3:GetObject", OBJECT, "aws:ResourceTag/team", PERHAPS),
        ("s3:ListAllMyBuckets", "*", "aws:ResourceTag/team", NEVER),
        ("ec2:DescribeInstances", "*", "aws:ResourceTag/team", NEVER),
        ("ec2:DescribeInstances", "*", "ec2:ResourceTag/team", NEVER),
        ("ec2:CreateTags", EC2 + "instance/i-1", "ec2:CreateAction", PERHAPS),
        ("ec2:DescribeInstances", "*", "ec2:CreateAction", NEVER),
        ("ec2:DescribeInstances", "*", "ec2:InstanceType", NEVER),
        ("ec2:StartInstances", EC2 + "instance/i-1", "aws:ResourceTag/team", PERHAPS),
        ("ec2:RunInstances", EC2 + "instance/*", "aws:ResourceTag/team", NEVER),
        ("ec2:RunInstances", EC2 + "instance/*", "ec2:InstanceType", PERHAPS),
        ("ec2:RunInstances", EC2 + "subnet/subnet-1", "ec2:InstanceType", NEVER),
        ("ec2:RunInstances", EC2 + "subnet/subnet-1", "ec2:ResourceTag/team", PERHAPS),
        ("kms:Decrypt", KEY, "kms:KeySpec", PERHAPS),
        ("kms:Decrypt", KEY, "kms:EncryptionContext:team", PERHAPS),
        ("kms:Decrypt", KEY, "kms:GrantOperations", NEVER),
        ("kms:ListKeys", "*", "kms:KeySpec", NEVER),
        ("iam:CreateUser", arn("user/bob"), "iam:PolicyARN", NEVER),
        ("iam:AttachUserPolicy", arn("user/bob"), "iam:PolicyARN", PERHAPS),
        ("iam:PassRole", arn("role/r"), "iam:PassedToService", PERHAPS),
        ("iam:GetRole", arn("role/r"), "iam:PassedToService", NEVER),
        ("sts:AssumeRole", arn("role/r"), "sts:TaskPolicyArn", NEVER),
        ("dynamodb:Query", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t/index/i", "dynamodb:LeadingKeys", PERHAPS),
        ("dynamodb:DescribeTable", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t", "dynamodb:LeadingKeys", NEVER),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf",
            "secretsmanager:ResourceTag/team",
            PERHAPS,
        ),
        ("secretsmanager:ListSecrets", "*", "secretsmanager:ResourceTag/team", NEVER),
        ("s3:NoSuchAction", OBJECT, "s3:prefix", PERHAPS),  # what AWS does not list may send anything of its service
    ],
)
def test_a_key_that_the_action_never_sends_is_absent(
    action: str, resource: str, key: str, *, may_be_sent: bool
) -> None:
    delegating = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "*"}
    if not action.startswith("sts:"):
        delegating["Resource"] = "*"
    identity = named("p", allow(Condition={"Null": {key: "false"}}))
    policies = GivenPolicies(identity=(identity,), resource=named("resource", delegating))
    decision = decide_policies(policies, Request(ALICE, action, resource))
    assert decision.is_conditional is may_be_sent
    if not may_be_sent:
        assert key in decision.missing_context


@pytest.mark.parametrize(
    ("action", "resource", "verdict"),
    [
        ("iam:GetUser", arn("user/bob"), Verdict.ALLOWED),
        ("iam:ListUsers", "*", Verdict.IMPLICIT_DENY),
        ("s3:GetObject", OBJECT, Verdict.IMPLICIT_DENY),
    ],
)
def test_a_tag_of_the_export_counts_only_where_the_action_sends_it(
    tmp_path: Path, action: str, resource: str, verdict: Verdict
) -> None:
    """S32: with the tags of bob known, and of the bucket that there are none."""
    tagged = {**user("bob"), "Tags": [{"Key": "team", "Value": "red"}]}
    asking = user("alice", allow(Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}))
    export = {"UserDetailList": [asking, tagged], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    bucket = {
        "resourceType": "AWS::S3::Bucket",
        "accountId": ACCOUNT,
        "arn": BUCKET,
        "resourceName": "b",
        "tags": {},
        "configuration": {"name": "b"},
    }
    (tmp_path / "account.json").write_text(json.dumps(export), "utf-8")
    (tmp_path / "config.json").write_text(json.dumps({"configurationItems": [bucket]}), "utf-8")
    decision = decide(open_snapshot([tmp_path]), Request(ALICE, action, resource))
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict


@every_row(
    ("action", "word"),
    [
        ("iam:PutUserPolicy", "allowed"),
        ("iam:DetachUserPolicy", "allowed"),
        ("iam:CreateAccessKey", "implicitDeny"),
        ("iam:CreateLoginProfile", "implicitDeny"),
        ("iam:GetUser", "implicitDeny"),
    ],
)
def test_k103_the_boundary_of_a_target_is_sent_with_some_actions_alone(tmp_path: Path, action: str, word: str) -> None:
    limit = arn("policy/limit")
    asking = user("alice", allow(Condition={"ArnEquals": {"iam:PermissionsBoundary": limit}}))
    bounded = user("bob", PermissionsBoundary={"PermissionsBoundaryArn": limit})
    held = snapshot(tmp_path, UserDetailList=[asking, bounded])
    assert decide(held, Request(ALICE, action, arn("user/bob"))).word == word
