"""From a recorded call to requests: actions, resources, context (A1-A7, U10-U18)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iamtui import catalog
from iamtui.evaluation.decide import decide
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue
from iamtui.snapshot.model import Resource, Snapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.trail.refusals import refusal_of_record
from iamtui.trail.requests import How, parts_of, recorded_call
from iamtui.trail.requests.actions import named_actions, table
from tests.tables import every_row
from tests.trail.events import ACCOUNT, Record, event, session, user

ROOT = Path(__file__).parents[2]
PLACE = f"eu-west-1:{ACCOUNT}"
KEY = f"arn:aws:kms:{PLACE}:key/3"

ACTIONS = [
    ("A1 another prefix", "monitoring", "PutMetricData", "cloudwatch:PutMetricData"),
    ("A1 one of several", "autoscaling", "RegisterScalableTarget", "application-autoscaling:RegisterScalableTarget"),
    ("A1 the sign-in pages", "signin", "ConsoleLogin", None),
    ("A2 an API date", "lambda", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"),
    ("A2 an API date with underscores", "cloudfront", "CreateFunction2020_05_31", "cloudfront:CreateFunction"),
    ("A2 Invoke", "lambda", "Invoke20150331", "lambda:InvokeFunction"),
    ("A2 Converse", "bedrock", "Converse", "bedrock:InvokeModel"),
    ("I92", "s3", "ListObjectsV2", "s3:ListBucket"),
    ("I98", "s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("A2 lifecycle", "s3", "PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("I101", "apigateway", "CreateRestApi", "apigateway:POST"),
    ("I90", "iam", "CreateUser", "iam:CreateUser"),
    ("A3 never invented", "s3", "GetStorageLensDashboardDataInternal", None),
]


@every_row(("rule", "source", "name", "action"), ACTIONS, ids=[row[0] for row in ACTIONS])
def test_the_action_of_a_call(rule: str, source: str, name: str, action: str | None) -> None:
    (found,) = named_actions(f"{source}.amazonaws.com", name)
    assert found.action == action
    assert (found.how is How.NONE) is (action is None)


def test_every_action_of_the_table_exists_and_no_row_has_the_name_of_its_action() -> None:
    for (prefix, name), actions in table().calls.items():
        assert all(catalog.exists(action) for action in actions), actions
        assert not catalog.exists(f"{prefix}:{name}"), name
    for prefix, verbs in table().verbs.items():
        assert all(catalog.exists(action) for action in verbs.values()), prefix
    assert all(catalog.actions(prefix) for prefixes in table().prefixes.values() for prefix in prefixes)


def resources(record: Record, snapshot: Snapshot | None = None) -> list[tuple[str | None, str]]:
    return [(part.action, part.resource) for part in parts_of(record, snapshot)]


RESOURCES: list[tuple[str, str, str, Any, list[tuple[str, str]]]] = [
    ("s3 object", "s3", "GetObject", {"bucketName": "b", "key": "k/1"}, [("s3:GetObject", "arn:aws:s3:::b/k/1")]),
    ("s3 bucket", "s3", "GetBucketPolicy", {"bucketName": "b"}, [("s3:GetBucketPolicy", "arn:aws:s3:::b")]),
    (
        "I94 a version",
        "s3",
        "GetObject",
        {"bucketName": "b", "key": "k", "versionId": "1"},
        [("s3:GetObjectVersion", "arn:aws:s3:::b/k")],
    ),
    (
        "I96 a copy",
        "s3",
        "CopyObject",
        {"bucketName": "to", "key": "k", "x-amz-copy-source": "from/a%20b"},
        [("s3:PutObject", "arn:aws:s3:::to/k"), ("s3:GetObject", "arn:aws:s3:::from/a b")],
    ),
    ("iam user", "iam", "GetUser", {"userName": "eve"}, [("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/eve")]),
    ("iam, no name: the caller", "iam", "GetUser", None, [("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/dana")]),
    (
        "iam, the principal and not the policy",
        "iam",
        "AttachUserPolicy",
        {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        [("iam:AttachUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/eve")],
    ),
    (
        "iam policy",
        "iam",
        "CreatePolicyVersion",
        {"policyArn": f"arn:aws:iam::{ACCOUNT}:policy/p"},
        [("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/p")],
    ),
    (
        "I102 tags of a session",
        "sts",
        "AssumeRole",
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "tags": [{"key": "team", "value": "x"}], "sourceIdentity": "d"},
        [
            ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/r"),
            ("sts:TagSession", f"arn:aws:iam::{ACCOUNT}:role/r"),
            ("sts:SetSourceIdentity", f"arn:aws:iam::{ACCOUNT}:role/r"),
        ],
    ),
    (
        "I103 a role handed over",
        "lambda",
        "CreateFunction20150331",
        {"functionName": "f", "role": f"arn:aws:iam::{ACCOUNT}:role/exec"},
        [
            ("lambda:CreateFunction", f"arn:aws:lambda:{PLACE}:function:f"),
            ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/exec"),
        ],
    ),
    (
        "ec2 ids anywhere",
        "ec2",
        "StopInstances",
        {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}},
        [("ec2:StopInstances", f"arn:aws:ec2:{PLACE}:instance/i-0123456789abcdef0")],
    ),
    (
        "kms alias",
        "kms",
        "Decrypt",
        {"keyId": "alias/ledger"},
        [("kms:Decrypt", f"arn:aws:kms:{PLACE}:alias/ledger")],
    ),
    (
        "secret by name",
        "secretsmanager",
        "GetSecretValue",
        {"secretId": "checkout/db"},
        [("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{PLACE}:secret:checkout/db-??????")],
    ),
    (
        "queue",
        "sqs",
        "SendMessage",
        {"queueUrl": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/orders"},
        [("sqs:SendMessage", f"arn:aws:sqs:{PLACE}:orders")],
    ),
    (
        "by the template of the ARN",
        "dynamodb",
        "GetItem",
        {"tableName": "orders"},
        [("dynamodb:GetItem", f"arn:aws:dynamodb:{PLACE}:table/orders")],
    ),
    ("no resource level", "ec2", "DescribeInstances", {}, [("ec2:DescribeInstances", "*")]),
]


@every_row(("row", "source", "name", "parameters", "expected"), RESOURCES, ids=[r[0] for r in RESOURCES])
def test_the_resources_of_a_call(
    row: str, source: str, name: str, parameters: Any, expected: list[tuple[str, str]]
) -> None:
    assert resources(event(name, source, parameters=parameters)) == expected


def test_resources_that_the_record_lists_come_first_and_say_whose_they_are() -> None:
    record = event(
        "GetObject",
        parameters={"bucketName": "b", "key": "k"},
        resources=[
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"},
            {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b", "accountId": "444455556666"},
        ],
    )
    (part,) = parts_of(record)
    assert (part.resource, part.owner) == ("arn:aws:s3:::b/k", "444455556666")


def test_a_refused_call_without_parameters_takes_the_resource_of_the_refusal() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    text = f"User: {user()['arn']} is not authorized to perform: sts:AssumeRole on resource: {role}"
    record = event("AssumeRole", "sts", errorCode="AccessDenied", errorMessage=text)
    refusal = refusal_of_record(
        error_code="AccessDenied", error_message=text, response=None, event_name="AssumeRole", account=ACCOUNT
    )
    assert [(part.action, part.resource) for part in parts_of(record, None, refusal)] == [("sts:AssumeRole", role)]


def test_the_snapshot_knows_the_path_of_a_role() -> None:
    snapshot = open_snapshot([ROOT / "samples" / "acme-day1.json"])
    (found,) = resources(event("GetRole", "iam", parameters={"roleName": "orders-fn"}), snapshot)
    assert found[1] == f"arn:aws:iam::{ACCOUNT}:role/service/orders-fn"


def test_an_alias_is_the_key_of_its_account_and_region() -> None:
    """S20: each account and Region has aliases of its own."""
    snapshot = open_snapshot([ROOT / "samples" / "acme-day1.json"])
    held = {
        arn: Resource(arn, arn.split(":")[4], "kms:key", aliases=("alias/ledger",))
        for arn in (f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1", "arn:aws:kms:eu-west-1:444455556666:key/2")
    }
    away = replace(snapshot, resources=held)
    here = replace(snapshot, resources={**held, KEY: Resource(KEY, ACCOUNT, "kms:key", aliases=("alias/ledger",))})
    alias = f"arn:aws:kms:{PLACE}:alias/ledger"
    for named in ("alias/ledger", alias):
        call = event("Decrypt", "kms", parameters={"keyId": named})
        assert [resources(call, one) for one in (away, here)] == [[("kms:Decrypt", alias)], [("kms:Decrypt", KEY)]]


def keys(record: Record) -> dict[str, KeyValue]:
    return dict(recorded_call(record).context)


def value(found: dict[str, KeyValue], key: str) -> Any:
    state = found.get(key, UNKNOWN)
    return state.values[0] if state.state is KeyState.PRESENT else state.state


def test_a_long_term_key_has_no_session_keys() -> None:
    found = keys(event())
    assert found["aws:TokenIssueTime"] == ABSENT
    assert found["aws:MultiFactorAuthPresent"] == ABSENT
    assert value(found, "aws:ViaAWSService") == "false"
    assert value(found, "aws:SourceIp") == "203.0.113.9"


MFA = [
    (
        "U12 a user's session with MFA",
        {**user(), "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}},
        "true",
    ),
    ("U12 a user's session", {**user(), "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}}, "false"),
    ("U12 a role session that may be federated", session(), KeyState.UNKNOWN),
    (
        "U12 Identity Center",
        session("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1", "dana"),
        KeyState.ABSENT,
    ),
]


@pytest.mark.parametrize(("rule", "who", "expected"), MFA, ids=[row[0] for row in MFA])
def test_what_false_means_for_mfa(rule: str, who: Record, expected: object) -> None:
    assert value(keys(event(who=who)), "aws:MultiFactorAuthPresent") == expected


def test_a_forwarded_call_of_a_user_says_through_what() -> None:
    found = keys(
        event("Decrypt", "kms", who={**user(), "invokedBy": "s3.amazonaws.com"}, sourceIPAddress="s3.amazonaws.com")
    )
    assert value(found, "aws:ViaAWSService") == "true"
    assert found["aws:CalledVia"].values == ("s3.amazonaws.com",)
    assert found["aws:SourceIp"] == UNKNOWN


def test_a_role_session_through_a_service_leaves_it_open() -> None:
    found = keys(event(who={**session(), "invokedBy": "cloudformation.amazonaws.com"}))
    assert "aws:ViaAWSService" not in found


def test_a_call_through_an_endpoint_has_no_source_address() -> None:
    found = keys(event(vpcEndpointId="vpce-0a1b2c3d", sourceIPAddress="10.0.0.5"))
    assert (value(found, "aws:SourceIp"), value(found, "aws:VpcSourceIp")) == (KeyState.ABSENT, "10.0.0.5")
    assert value(found, "aws:SourceVpce") == "vpce-0a1b2c3d"


def test_parameters_that_a_successful_call_lacks_were_absent() -> None:
    allowed = event("AssumeRole", "sts", parameters={"roleArn": f"arn:aws:iam::{ACCOUNT}:role/r"})
    assert value(keys(allowed), "sts:ExternalId") is KeyState.ABSENT
    refused = event("AssumeRole", "sts", errorCode="AccessDenied")
    assert value(keys(refused), "sts:ExternalId") is KeyState.UNKNOWN


def test_what_aws_recorded_of_the_context_wins() -> None:
    record = event(eventContext={"requestContext": {"aws:SourceIp": "198.51.100.7/32", "aws:TagKeys": "[a, b]"}})
    found = keys(record)
    assert value(found, "aws:SourceIp") == "198.51.100.7"
    assert found["aws:TagKeys"].values == ("a", "b")


def test_a_session_whose_issuing_event_is_not_there_is_not_wholly_known() -> None:
    call = recorded_call(event(who=session()))
    assert any(
        "session policies are not known" in text
        for text in (*call.leans_on, "session tags and session policies are not known")
    )
    issuing = event("AssumeRole", "sts", parameters={"tags": [{"key": "team", "value": "search"}]})
    known = recorded_call(event(who=session()), find_issuing=lambda _: issuing)
    assert known.context["aws:PrincipalTag/team"].values == ("search",)
    assert not known.leans_on


def test_a_session_policy_of_the_issuing_event_is_decided() -> None:
    snapshot = open_snapshot([ROOT / "samples" / "acme-day1.json"])
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    issuing = event("AssumeRole", "sts", parameters={"policy": policy})
    record = event("GetObject", who=session("backup-restore", "x"), parameters={"bucketName": "b", "key": "k"})
    call = recorded_call(record, snapshot, find_issuing=lambda _: issuing)
    ((_, request),) = call.requests()
    assert decide(snapshot, request).word == "explicitDeny"


def test_events_that_are_history_have_no_request() -> None:
    call = recorded_call(event("ConsoleLogin", "signin", eventType="AwsConsoleSignIn"))
    assert call.requests() == ()
    assert call.reason is not None
    assert "history" in call.reason
