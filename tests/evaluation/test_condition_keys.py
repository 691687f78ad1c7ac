"""What each condition key is where the request does not state it: absent, unknown, there, or a value (K rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Exported, Organization, OrganizationTarget, Resource, Snapshot, VpcEndpoint
from tests.evaluation.building import ACCOUNT, arn, document, policy, role, snapshot, trust, user
from tests.tables import every_row

Context = Mapping[str, str | list[str]]

ALICE = arn("user/alice")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-0123456789abcdef0"
CENTER = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ops_0123456789abcdef/dana"
ROOT = arn("root")
SERVICE, ANONYMOUS = "cloudtrail.amazonaws.com", "anonymous"
BUCKET, OBJECT = "arn:aws:s3:::b", "arn:aws:s3:::b/k"
ABSENT, UNKNOWN, PRESENT = "is absent", "is unknown", "is there, its value unknown"
PATHS = "o-ours/r-1/ou-1/"
ENDPOINT = {"aws:SourceVpce": "vpce-1"}
ONWARD = {"aws:CalledVia": ["athena.amazonaws.com", "dynamodb.amazonaws.com"]}
FOR_A_TRAIL = {"aws:SourceAccount": ACCOUNT}
READ = ("s3:GetObject", OBJECT)
ASSUME = ("sts:AssumeRole", arn("role/app"))


def export(folder: Path, condition: dict[str, object]) -> Snapshot:
    """An organization's account whose user, roles and bucket allow everything under one condition."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    center = CENTER.split("/")[1]
    reserved = {"Path": "/aws-reserved/sso.amazonaws.com/", "Arn": arn(f"role/aws-reserved/sso.amazonaws.com/{center}")}
    held = snapshot(
        folder,
        UserDetailList=[user("alice", statement)],
        RoleDetailList=[
            role("app", trust({"Service": "ec2.amazonaws.com", "AWS": ACCOUNT}), statement),
            role(center, trust({"Federated": arn("saml-provider/center")}), statement, **reserved),
        ],
    )
    shared = document(policy({"Principal": "*", **statement}))
    targets = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, scps=(), rcps=()),
        "ou-1": OrganizationTarget("ou-1", "Unit", "ORGANIZATIONAL_UNIT", "r-1", scps=(), rcps=()),
        ACCOUNT: OrganizationTarget(ACCOUNT, "us", "ACCOUNT", "ou-1", scps=(), rcps=()),
    }
    endpoint = VpcEndpoint("vpce-1", "vpc-1", "com.amazonaws.eu-central-1.s3", "Gateway", ACCOUNT)
    return replace(
        held,
        organizations={
            "o-ours": Organization("o-ours", ACCOUNT, "r-1", targets, scps_enabled=False, rcps_enabled=False)
        },
        resources={BUCKET: Resource(BUCKET, ACCOUNT, "s3:bucket", shared, Exported.PRESENT)},
        endpoints={"vpce-1": endpoint},
    )


def outcomes(
    folder: Path,
    condition: dict[str, object],
    principal: str,
    asked: tuple[str, str],
    context: Context,
    unstated: Unstated = Unstated.UNKNOWN,
) -> set[Verdict]:
    """The best and the worst decision of a request that is allowed under the condition only."""
    stated = {
        key: KeyValue.listing(tuple(value)) if isinstance(value, list) else KeyValue.of(value)
        for key, value in context.items()
    }
    action, resource = asked
    request = Request(principal, action, resource, None, stated, unstated=unstated)
    decision = decide(export(folder, condition), request)
    return {decision.best.verdict, decision.worst.verdict}


KEYS: list[tuple[str, str, str, tuple[str, str], Context, str]] = [
    ("K5", "aws:PrincipalOrgPaths", ALICE, READ, {}, PATHS),
    ("K13", "aws:PrincipalOrgPaths", ANONYMOUS, READ, {}, ABSENT),
    ("K33", "aws:SignInSessionArn", ALICE, READ, {}, ABSENT),
    ("K33", "aws:SignInSessionArn", SESSION, READ, {}, UNKNOWN),
    ("K36", "aws:ChatbotSourceArn", ALICE, READ, {}, ABSENT),
    ("K36", "aws:ChatbotSourceArn", SESSION, READ, {}, UNKNOWN),
    ("K37", "aws:Ec2InstanceSourceVpc", ALICE, READ, {}, ABSENT),
    ("K37", "aws:Ec2InstanceSourceVpc", SESSION, READ, {}, UNKNOWN),
    ("K38", "aws:Ec2InstanceSourcePrivateIPv4", ALICE, READ, {}, ABSENT),
    ("K38", "aws:Ec2InstanceSourcePrivateIPv4", SESSION, READ, {}, UNKNOWN),
    ("K40", "ec2:RoleDelivery", ALICE, READ, {}, ABSENT),
    ("K40", "ec2:RoleDelivery", SESSION, READ, {}, UNKNOWN),
    ("K41", "ec2:SourceInstanceArn", SESSION, READ, {}, UNKNOWN),
    ("K42", "glue:RoleAssumedBy", ALICE, READ, {}, ABSENT),
    ("K42", "glue:RoleAssumedBy", SESSION, READ, {}, UNKNOWN),
    ("K43", "glue:CredentialIssuingService", ALICE, READ, {}, ABSENT),
    ("K43", "glue:CredentialIssuingService", SESSION, READ, {}, UNKNOWN),
    ("K44", "codebuild:BuildArn", ALICE, READ, {}, ABSENT),
    ("K44", "codebuild:BuildArn", SESSION, READ, {}, UNKNOWN),
    ("K45", "codebuild:ProjectArn", ALICE, READ, {}, ABSENT),
    ("K45", "codebuild:ProjectArn", SESSION, READ, {}, UNKNOWN),
    ("K46", "lambda:SourceFunctionArn", SESSION, READ, {}, UNKNOWN),
    ("K47", "ssm:SourceInstanceArn", ALICE, READ, {}, ABSENT),
    ("K47", "ssm:SourceInstanceArn", SESSION, READ, {}, UNKNOWN),
    ("K48", "identitystore:UserId", SESSION, READ, {}, ABSENT),
    ("K48", "identitystore:UserId", CENTER, READ, {}, PRESENT),
    ("K51", "aws:SourceVpc", ALICE, READ, {}, UNKNOWN),
    ("K51", "aws:SourceVpc", ALICE, READ, ENDPOINT, "vpc-1"),
    ("K52", "aws:SourceVpcArn", ALICE, READ, ENDPOINT, f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc/vpc-1"),
    ("K52", "aws:SourceVpcArn", ALICE, ("sqs:ListQueues", "*"), ENDPOINT, UNKNOWN),
    ("K53", "aws:SourceVpce", ALICE, READ, {}, UNKNOWN),
    ("K53", "aws:SourceVpce", ALICE, READ, {"aws:SourceIp": "203.0.113.9"}, ABSENT),
    ("K54", "aws:VpceAccount", ALICE, READ, ENDPOINT, ACCOUNT),
    ("K54", "aws:VpceAccount", ALICE, ("sqs:ListQueues", "*"), ENDPOINT, UNKNOWN),
    ("K55", "aws:VpceOrgID", ALICE, READ, ENDPOINT, "o-ours"),
    ("K56", "aws:VpceOrgPaths", ALICE, READ, ENDPOINT, PATHS),
    ("K57", "aws:VpcSourceIp", ALICE, READ, {}, UNKNOWN),
    ("K57", "aws:VpcSourceIp", ALICE, READ, {"aws:SourceIp": "203.0.113.9"}, ABSENT),
    ("K59", "aws:SourceVpc", ALICE, READ, {**ENDPOINT, **ONWARD}, ABSENT),
    ("K59", "aws:SourceVpce", SERVICE, READ, {}, ABSENT),
    ("K59", "aws:SourceIp", SERVICE, READ, {}, ABSENT),
    ("K61", "aws:ResourceOrgID", ALICE, READ, {}, "o-ours"),
    ("K62", "aws:ResourceOrgPaths", ALICE, READ, {}, PATHS),
    ("K70", "aws:CalledVia", ALICE, READ, {}, ABSENT),
    ("K70", "aws:CalledVia", ALICE, READ, ONWARD, "athena.amazonaws.com"),
    ("K71", "aws:CalledViaFirst", ALICE, READ, ONWARD, "athena.amazonaws.com"),
    ("K72", "aws:CalledViaLast", ALICE, READ, ONWARD, "dynamodb.amazonaws.com"),
    ("K74", "aws:CalledViaAWSMCP", ALICE, READ, {}, ABSENT),
    ("K75", "aws:ViaAWSMCPService", ALICE, READ, {}, ABSENT),
    ("K75", "aws:ViaAWSMCPService", ALICE, READ, {"aws:CalledViaAWSMCP": "aws-mcp.amazonaws.com"}, "true"),
    ("K76", "aws:IsMcpServiceAction", ALICE, READ, {}, ABSENT),
    ("K79", "aws:referer", ALICE, READ, {}, UNKNOWN),
    ("K81", "aws:RequestTag/team", ALICE, READ, {}, ABSENT),
    ("K81", "aws:RequestTag/team", ALICE, ("sqs:CreateQueue", f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"), {}, UNKNOWN),
    ("K86", "aws:SourceOrgID", SERVICE, READ, FOR_A_TRAIL, "o-ours"),
    ("K87", "aws:SourceOrgPaths", SERVICE, READ, FOR_A_TRAIL, PATHS),
    ("K89", "aws:SourceOrgID", ALICE, READ, {}, ABSENT),
    ("K88", "aws:UserAgent", ALICE, READ, {}, PRESENT),
    ("K101", "iam:AssociatedResourceArn", ALICE, ("iam:PassRole", arn("role/app")), {}, UNKNOWN),
    (
        "K102",
        "iam:AWSServiceName",
        ALICE,
        ("iam:CreateServiceLinkedRole", arn("role/aws-service-role/x/y")),
        {},
        UNKNOWN,
    ),
    ("K105", "iam:OrganizationsPolicyId", ALICE, ("iam:GenerateOrganizationsAccessReport", "*"), {}, UNKNOWN),
    ("K107", "sts:ExternalId", ALICE, ASSUME, {}, UNKNOWN),
    ("K107", "sts:ExternalId", ALICE, READ, {}, ABSENT),
    ("K108", "sts:RoleSessionName", ALICE, ASSUME, {}, UNKNOWN),
    ("K109", "sts:SourceIdentity", ALICE, ASSUME, {}, UNKNOWN),
    ("K111", "sts:DurationSeconds", ALICE, ("sts:GetServiceBearerToken", "*"), {}, UNKNOWN),
    ("K112", "sts:AWSServiceName", ALICE, ("sts:GetServiceBearerToken", "*"), {}, UNKNOWN),
    ("K113", "sts:TaskPolicyArn", ALICE, ("sts:AssumeRoot", ROOT), {}, UNKNOWN),
]


@every_row(("rule", "key", "principal", "asked", "context", "expected"), KEYS)
def test_a_key_that_is_not_stated_is_what_its_rule_says(
    tmp_path: Path,
    rule: str,
    key: str,
    principal: str,
    asked: tuple[str, str],
    context: Context,
    expected: str,
) -> None:
    def verdicts(operator: str, value: str) -> set[Verdict]:
        return outcomes(tmp_path, {operator: {key: value}}, principal, asked, context)

    is_absent, is_there = verdicts("Null", "true"), verdicts("Null", "false")
    if expected == ABSENT:
        assert (is_absent, is_there) == ({Verdict.ALLOWED}, {Verdict.IMPLICIT_DENY})
    elif expected == UNKNOWN:
        assert is_absent == is_there == {Verdict.ALLOWED, Verdict.IMPLICIT_DENY}
    else:
        assert (is_absent, is_there) == ({Verdict.IMPLICIT_DENY}, {Verdict.ALLOWED})
        wanted = {Verdict.ALLOWED} if expected != PRESENT else {Verdict.ALLOWED, Verdict.IMPLICIT_DENY}
        assert verdicts("ForAnyValue:StringEquals", expected) == wanted


@every_row(("rule", "key", "principal", "asked"), [row[:4] for row in KEYS if row[5] == UNKNOWN and not row[4]])
def test_k4_what_nobody_knows_is_absent_where_every_answer_is_to_be_definite(
    tmp_path: Path, rule: str, key: str, principal: str, asked: tuple[str, str]
) -> None:
    """T20."""
    assert outcomes(tmp_path, {"Null": {key: "true"}}, principal, asked, {}, Unstated.ABSENT) == {Verdict.ALLOWED}
