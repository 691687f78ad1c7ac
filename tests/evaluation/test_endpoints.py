"""The VPC endpoint of a request that names only its VPC (E39), in an export that holds endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision, Layer, Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot, VpcEndpoint
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, policy, snapshot, user
from tests.tables import every_row

QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
SQS, ELSEWHERE = "com.amazonaws.eu-central-1.sqs", "com.amazonaws.us-east-1.sqs"
CLOSED = deny(Principal="*")
VPC = {"aws:SourceVpc": KeyValue.of("vpc-1")}


def endpoint(name: str, service: str, statement: object = None, vpc: str = "vpc-1") -> VpcEndpoint:
    held = None if statement is None else document(policy(statement))
    return VpcEndpoint(name, vpc, service, "Interface", ACCOUNT, held)


def asked(
    folder: Path, *endpoints: VpcEndpoint, context: Mapping[str, KeyValue] = VPC, unstated: Unstated = Unstated.ABSENT
) -> Decision:
    held: Snapshot = snapshot(folder, UserDetailList=[user("alice", allow())])
    held = replace(held, endpoints={one.endpoint_id: one for one in endpoints})
    request = Request(arn("user/alice"), "sqs:SendMessage", QUEUE, context=context, unstated=unstated)
    return decide(held, request)


@every_row(
    ("endpoints", "verdict"),
    [
        ([endpoint("vpce-1", SQS, CLOSED)], Verdict.EXPLICIT_DENY),
        ([endpoint("vpce-1", SQS, allow("sqs:*", Principal="*"))], Verdict.ALLOWED),
        ([endpoint("vpce-1", SQS, allow("s3:*", Principal="*"))], Verdict.IMPLICIT_DENY),
        ([endpoint("vpce-1", SQS)], Verdict.ALLOWED),
        ([endpoint("vpce-1", ELSEWHERE, CLOSED)], Verdict.ALLOWED),
        ([endpoint("vpce-1", "com.amazonaws.eu-central-1.sns", CLOSED)], Verdict.ALLOWED),
        ([endpoint("vpce-1", SQS, CLOSED, vpc="vpc-2")], Verdict.ALLOWED),
        ([endpoint("vpce-1", SQS), endpoint("vpce-2", "cn.com.amazonaws.eu-central-1.sqs")], Verdict.ALLOWED),
    ],
    ids=["denies", "allows", "silent", "default", "other Region", "other service", "other VPC", "two defaults"],
)
def test_e39_the_endpoint_of_a_vpc_is_looked_up(tmp_path: Path, endpoints: list[VpcEndpoint], verdict: Verdict) -> None:
    decision = asked(tmp_path, *endpoints)
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict


def test_e39_a_vpc_whose_endpoint_was_not_exported_is_said(tmp_path: Path) -> None:
    assert any("the VPC endpoint of vpc-1 for sqs" in text for text in asked(tmp_path).assumed)


def test_e39_which_of_two_endpoints_it_is_must_be_stated(tmp_path: Path) -> None:
    two = (endpoint("vpce-1", SQS, CLOSED), endpoint("vpce-2", SQS))
    decision = asked(tmp_path, *two, unstated=Unstated.UNKNOWN)
    assert decision.outcome is None
    assert decision.unknown_data == ("by which of vpce-1, vpce-2 the request comes is not stated",)
    stated = asked(tmp_path, *two, context={"aws:SourceVpce": KeyValue.of("vpce-2")})
    assert stated.word == "allowed"


def test_e66_what_a_service_calls_onward_leaves_the_endpoint(tmp_path: Path) -> None:
    context = {**VPC, "aws:CalledVia": KeyValue.listing(("athena.amazonaws.com",))}
    decision = asked(tmp_path, endpoint("vpce-1", SQS, CLOSED), context=context)
    assert decision.word == "allowed"
    layer = next(one for one in decision.layers if one.layer is Layer.VPC_ENDPOINT)
    assert layer.reason is not None
    assert "(E39)" in layer.reason


S3 = "com.amazonaws.eu-central-1.s3"
OBJECT = "arn:aws:s3:::b/k"
VPC_ARN = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc/vpc-1"
THROUGH = {"aws:SourceVpce": KeyValue.of("vpce-1")}


@pytest.mark.parametrize(
    ("key", "value", "action", "resource", "service", "matches"),
    [
        ("aws:SourceVpc", "vpc-1", "sqs:SendMessage", QUEUE, SQS, True),
        ("aws:SourceVpcArn", VPC_ARN, "s3:GetObject", OBJECT, S3, True),
        ("aws:SourceVpcArn", VPC_ARN, "sqs:SendMessage", QUEUE, SQS, False),
        ("aws:VpceAccount", ACCOUNT, "s3:GetObject", OBJECT, S3, True),
        ("aws:VpceAccount", ACCOUNT, "dynamodb:ListStreams", "*", "com.amazonaws.eu-central-1.dynamodb", True),
        ("aws:VpceAccount", ACCOUNT, "sqs:SendMessage", QUEUE, SQS, False),
    ],
)
def test_k51_to_k54_follow_from_the_endpoint_for_the_services_that_send_them(
    tmp_path: Path, key: str, value: str, action: str, resource: str, service: str, *, matches: bool
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow(Condition={"StringEquals": {key: value}}))])
    held = replace(held, endpoints={"vpce-1": endpoint("vpce-1", service)})
    asked = Request(arn("user/alice"), action, resource, context=THROUGH, unstated=Unstated.ABSENT)
    assert decide(held, asked).word == ("allowed" if matches else "implicitDeny")
    assert decide(held, replace(asked, unstated=Unstated.UNKNOWN)).word == ("allowed" if matches else "conditional")
    onward = {**THROUGH, "aws:CalledVia": KeyValue.listing(("athena.amazonaws.com",))}
    assert decide(held, replace(asked, context=onward)).word == "implicitDeny"


@every_row(
    ("name", "action", "resource"),
    [
        ("kinesis-streams", "kinesis:PutRecord", "stream/clicks"),
        ("kinesis-firehose", "firehose:PutRecord", "deliverystream/clicks"),
        ("bedrock-runtime", "bedrock:InvokeModel", "provisioned-model/abc"),
        ("git-codecommit", "codecommit:GitPull", "app"),
        ("appconfigdata", "appconfig:GetLatestConfiguration", "application/a/environment/e/configuration/c"),
        ("monitoring", "cloudwatch:DescribeAlarms", "alarm:a"),
        ("kms-fips", "kms:Decrypt", "key/1a2b3c4d-1111-2222-3333-444455556666"),
        ("ecr.api", "ecr:BatchGetImage", "repository/r"),
        ("email-smtp", "ses:SendRawEmail", "identity/example.com"),
        ("aws.api.eu-central-1.kendra-ranking", "kendra-ranking:Rescore", "rescore-execution-plan/r"),
        ("aws.sagemaker.eu-central-1.notebook", "sagemaker:DescribeNotebookInstance", "notebook-instance/n"),
    ],
)
def test_e39_an_endpoint_is_found_by_the_prefix_of_its_services_actions(
    tmp_path: Path, name: str, action: str, resource: str
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    closed = endpoint("vpce-1", name if name.startswith("aws.") else f"com.amazonaws.eu-central-1.{name}", CLOSED)
    asked_about = f"arn:aws:{action.partition(':')[0]}:eu-central-1:{ACCOUNT}:{resource}"
    request = Request(arn("user/alice"), action, asked_about, context=VPC, unstated=Unstated.ABSENT)
    decision = decide(replace(held, endpoints={"vpce-1": closed}), request)
    assert decision.best.decided_by is Layer.VPC_ENDPOINT, decision.assumed


@every_row(
    ("lacking", "is_known"),
    [
        ({}, True),
        ({"owner": None}, False),
        ({"vpc_id": None}, False),
        ({"service_name": "s3"}, False),
        ({"service_name": "com.amazonaws.vpce.x"}, False),
    ],
)
def test_k52_the_arn_of_a_vpc_follows_only_from_an_endpoint_that_tells_all_of_it(
    tmp_path: Path,
    lacking: dict[str, Any],
    is_known: bool,
) -> None:
    fenced = deny(Condition={"StringNotEquals": {"aws:SourceVpcArn": VPC_ARN}})
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow(), fenced)])
    held = replace(held, endpoints={"vpce-1": replace(endpoint("vpce-1", S3), **lacking)})
    asked = Request(arn("user/alice"), "s3:GetObject", OBJECT, context=THROUGH, unstated=Unstated.UNKNOWN)
    assert decide(held, asked).word == ("allowed" if is_known else "conditional")
