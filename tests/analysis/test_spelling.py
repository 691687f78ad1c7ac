"""What AWS does not know in a request, and what is not taken for a slip."""

from __future__ import annotations

import pytest

from iamtui.analysis.requests.context import key_value
from iamtui.analysis.requests.spelling import misspellings
from iamtui.evaluation.request.request import Request
from tests.tables import every_row

ALICE = "arn:aws:iam::111122223333:user/alice"


def said(action: str = "s3:GetObject", **context: str) -> list[str]:
    stated = {name: key_value(name, (value,), is_list=False) for name, value in context.items()}
    return list(misspellings(Request(ALICE, action, "*", context=stated)))


@every_row(
    ("action", "words"),
    [
        ("s3:DeleteObjekt", "AWS lists no action s3:DeleteObjekt; is s3:DeleteObject meant?"),
        ("S3:getobjekt", "AWS lists no action S3:getobjekt; is s3:GetObject meant?"),
        ("s4:GetObject", "AWS lists no service s4; is s3:GetObject meant?"),
        ("dynamo:GetItem", "AWS lists no service dynamo; is dynamodb:GetItem meant?"),
        ("lamda:InvokeFuntion", "AWS lists no service lamda; is lambda:InvokeFunction meant?"),
        ("nosuch:Thing", "AWS lists no service nosuch"),
        ("s3:Xyzzy", "AWS lists no action s3:Xyzzy"),
        ("s3:HeadObject", "AWS lists no action s3:HeadObject; is s3:GetObject meant?"),
    ],
)
def test_e89_a_misspelt_action_is_told_with_the_nearest(action: str, words: str) -> None:
    assert said(action) == [words]


@pytest.mark.parametrize(
    ("principal", "meant"),
    [
        ("lamda.amazonaws.com", "lambda.amazonaws.com"),
        ("cloudfomation.amazonaws.com", "cloudformation.amazonaws.com"),
        ("lambda.amazonaws.com", ""),
        *(
            (f"{name}.amazonaws.com", "")
            for name in ("ecs-tasks", "edgelambda", "pods.eks", "delivery.logs", "spotfleet")
        ),
        *((f"{name}.amazonaws.com", "") for name in ("securityhubv2", "lexv2", "macie", "application-insights")),
        ("graph.facebook.com", ""),
        (ALICE, ""),
    ],
)
def test_a_service_that_is_all_but_another_is_doubted(principal: str, meant: str) -> None:
    told = [f"no service is known as {principal}; is {meant} meant?"] if meant else []
    assert list(misspellings(Request(principal, "s3:GetObject", "*"))) == told


@pytest.mark.parametrize("action", ["s3:GetObject", "S3:GETOBJECT", "sns:Receive", "codestar:CreateProject"])
def test_an_action_that_aws_lists_writes_itself_or_has_retired_is_no_slip(action: str) -> None:
    assert said(action) == []


@every_row(
    ("key", "nearest"),
    [
        ("aws:MultiFactorAuthPressent", "aws:MultiFactorAuthPresent"),
        ("aws:multifactorauthpressent", "aws:MultiFactorAuthPresent"),
        ("awz:SourceIp", "aws:SourceIp"),
        ("aws:PrincipleTag/team", "aws:PrincipalTag/team"),
        ("aws:PrincipalTag", "aws:PrincipalTag/${TagKey}"),
        ("s3:prefiks", "s3:prefix"),
        ("iam:PassedToServise", "iam:PassedToService"),
        ("sts:ExternalID2", "sts:ExternalId"),
        ("kms:EncryptionContxt:app", "kms:EncryptionContext:${EncryptionContextKey}"),
    ],
)
def test_k91_a_misspelt_key_is_told_with_the_nearest(key: str, nearest: str) -> None:
    assert said(**{key: "x"}) == [f"AWS lists no condition key {key}; is {nearest} meant?"]


def test_a_key_like_no_other_is_told_alone() -> None:
    assert said(**{"zz:qqqqqqqqqqqq": "x"}) == ["AWS lists no condition key zz:qqqqqqqqqqqq"]


@every_row(
    ("key", "value", "expected"),
    [
        ("aws:MultiFactorAuthPresent", "maybe", "true or false"),
        ("aws:MultiFactorAuthAge", "an hour", "a number"),
        ("aws:SourceIp", "300.1.1.1", "an IP address"),
        ("aws:SourceIp", "203.0.113.0/24", "an IP address"),
        ("aws:CurrentTime", "yesterday", "a date such as 2026-11-23T14:00:00Z"),
        ("aws:TokenIssueTime", "2026-13-01T00:00:00Z", "a date such as 2026-11-23T14:00:00Z"),
        ("aws:PrincipalArn", "alice", "an ARN"),
        ("aws:SourceArn", "arn:aws:s3", "an ARN"),
        ("aws:PrincipalAccount", "11112222", "an account id of twelve digits"),
        ("aws:SourceAccount", "1111-2222-3333", "an account id of twelve digits"),
        ("aws:PrincipalOrgID", "acme", "the id of an organization such as o-a1b2c3d4e5"),
        ("aws:PrincipalType", "Role", "one of Account, User, FederatedUser, AssumedRole, Anonymous"),
        ("aws:RequestedRegion", "Frankfurt", "a Region such as eu-west-1"),
        ("aws:RequestedRegion", "eu-west", "a Region such as eu-west-1"),
        ("aws:SourceVpce", "vpc-0a1b2c3d", "the id of a VPC endpoint: vpce-…"),
        ("aws:SourceVpc", "vpce-0a1b2c3d", "the id of a VPC: vpc-…"),
        ("iam:PassedToService", "lambda", "a service such as lambda.amazonaws.com"),
        ("s3:max-keys", "few", "a number"),
        ("aws:EpochTime", "soon", "a date, or seconds since 1970"),
    ],
)
def test_a_value_that_its_key_cannot_have_is_told(key: str, value: str, expected: str) -> None:
    assert said(**{key: value}) == [f"{key} cannot be {value!r}: expected {expected}"]


@every_row(
    ("key", "value"),
    [
        ("aws:MultiFactorAuthPresent", "True"),
        ("aws:MultiFactorAuthAge", "3600"),
        ("aws:SourceIp", "203.0.113.7"),
        ("aws:SourceIp", "2001:db8::1"),
        ("aws:CurrentTime", "2026-11-23T14:00:00Z"),
        ("aws:EpochTime", "1780315200"),
        ("aws:EpochTime", "2026-11-23T14:00:00Z"),
        ("aws:PrincipalArn", ALICE),
        ("aws:PrincipalAccount", "111122223333"),
        ("aws:ResourceAccount", "aws"),
        ("aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"),
        ("aws:PrincipalType", "AssumedRole"),
        ("aws:RequestedRegion", "us-gov-west-1"),
        ("aws:RequestedRegion", "eusc-de-east-1"),
        ("aws:SourceVpce", "vpce-0a1b2c3d4e5f60718"),
        ("aws:FederatedProvider", "accounts.google.com"),
        ("aws:SourceOwner", "111122223333"),
        ("aws:PrincipalTag/any thing", "*"),
        ("aws:SourceIp", ""),
        ("sts:ExternalId", "maybe"),
        ("kms:ViaService", "s3.eu-west-1.amazonaws.com"),
        ("kms:EncryptionContext:app", "x"),
        ("token.actions.githubusercontent.com:sub", "repo:acme/app:ref:refs/heads/main"),
        ("oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud", "sts.amazonaws.com"),
        ("saml:aud", "https://signin.aws.amazon.com/saml"),
        ("cognito-identity.amazonaws.com:amr", "authenticated"),
    ],
)
def test_a_key_and_value_that_aws_knows_are_no_slip(key: str, value: str) -> None:
    assert said(**{key: value}) == []
