"""FI62 on documents: statements that let everybody in, and near ones that do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity, lint
from iamtui.policy.statement import PolicyKind
from tests.tables import every_row

TRUST, RESOURCE, KEY = PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.KMS_KEY
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
OPEN = {"Version": "2012-10-17", "Statement": [ALLOW]}


def places(document: object, kind: PolicyKind = RESOURCE) -> list[str]:
    found = lint(Document(json.dumps(document).encode()), kind)
    return [one.pointer for one in found if one.rule == "FI62" and one.severity is FindingSeverity.SECURITY]


def allowed(**elements: object) -> dict[str, object]:
    statement = {name: value for name, value in {**ALLOW, **elements}.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [statement]}


def when(operator: str, key: str, *values: str) -> dict[str, object]:
    return allowed(Condition={operator: {key: list(values)}})


@pytest.mark.parametrize(
    ("document", "kind", "place"),
    [
        (OPEN, RESOURCE, "/Statement/0/Principal"),
        (allowed(Principal={"AWS": "*"}), RESOURCE, "/Statement/0/Principal/AWS"),
        (allowed(Principal={"AWS": ["111122223333", "*"]}), RESOURCE, "/Statement/0/Principal/AWS/1"),
        (allowed(Action="kms:Decrypt"), KEY, "/Statement/0/Principal"),
        (allowed(Action="sts:AssumeRole", Resource=None), TRUST, "/Statement/0/Principal"),
        (allowed(Action="s3:GetObject"), RESOURCE, "/Statement/0/Principal"),
        (allowed(Action=None, NotAction="s3:DeleteBucket"), RESOURCE, "/Statement/0/Principal"),
    ],
)
def test_fi62_a_star_without_a_condition_lets_everybody_in(document: object, kind: PolicyKind, place: str) -> None:
    assert places(document, kind) == [place]


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (allowed(Principal={"AWS": "111122223333"}), RESOURCE),
        (allowed(Principal={"Service": "sns.amazonaws.com"}), RESOURCE),
        (allowed(Effect="Deny"), RESOURCE),
        (OPEN, PolicyKind.VPC_ENDPOINT),
        (allowed(Effect="Deny"), PolicyKind.RCP),
        (allowed(Principal=None), PolicyKind.IDENTITY),
    ],
)
def test_named_principals_denies_and_policies_that_give_nothing_are_left(document: object, kind: PolicyKind) -> None:
    assert places(document, kind) == []


@every_row(
    "document",
    [
        when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        when("StringEquals", "AWS:SourceOwner", "111122223333"),
        when("StringLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
        when("StringLike", "aws:userid", "AROAEXAMPLE100000000:*"),
        when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
        when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:111122223333:*"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        when("StringEquals", "aws:SourceVpce", "vpce-0a1b2c3d4e5f60718"),
        when("StringEquals", "kms:CallerAccount", "111122223333"),
        when("Bool", "elasticfilesystem:AccessedViaMountTarget", "true"),
        when("Bool", "aws:PrincipalIsAWSService", "true"),
    ],
)
def test_s13_a_condition_on_who_or_from_where_narrows_a_star(document: object) -> None:
    assert places(document) == []


@every_row(
    "document",
    [
        when("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/"),
        when("StringLike", "aws:PrincipalOrgID", "*"),
        when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy"),
        when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        when("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "::/0"),
        when("Bool", "aws:SecureTransport", "true"),
        when("StringEquals", "sts:ExternalId", "tip-top"),
        when("StringLike", "aws:Referer", "https://example.com/*"),
        when("StringEquals", "aws:PrincipalTag/team", "blue"),
        when("Null", "aws:PrincipalOrgID", "false"),
        when("Bool", "aws:PrincipalIsAWSService", "false"),
    ],
)
def test_c12_c14_a_condition_that_anybody_meets_narrows_nothing(document: object) -> None:
    assert places(document) == ["/Statement/0/Principal"]


def deny(**elements: object) -> dict[str, Any]:
    fence = {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}}
    return {**ALLOW, "Effect": "Deny", "Condition": fence, **elements}


@every_row(
    ("fence", "open_"),
    [
        (deny(), False),
        (deny(Action="*"), False),
        (deny(Action="SQS:*", Resource="arn:*"), True),
        (deny(Action="sqs:SendMessage"), True),
        (deny(Principal={"AWS": "111122223333"}), True),
        (deny(Condition={"Bool": {"aws:SecureTransport": "false"}}), True),
        (deny(Condition={"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), True),
        (
            deny(
                Condition={
                    "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
            False,
        ),
        (
            deny(
                Condition={
                    "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "Bool": {"aws:SecureTransport": "false"},
                }
            ),
            True,
        ),
    ],
)
def test_a_deny_of_the_same_policy_keeps_others_out_where_it_covers_the_allow(fence: object, open_: bool) -> None:
    document = {"Version": "2012-10-17", "Statement": [ALLOW, fence]}
    assert places(document) == (["/Statement/0/Principal"] if open_ else [])


def test_the_message_says_what_the_condition_is_worth() -> None:
    (finding,) = (one for one in lint(Document(json.dumps(OPEN).encode()), RESOURCE) if one.rule == "FI62")
    assert finding.message == (
        "everybody is let in, as far as this policy goes: the principal is '*', and there is no condition"
    )
    assert finding.statement == 0
    trust = allowed(Action="sts:AssumeRole", Resource=None, Condition={"StringEquals": {"sts:ExternalId": "x"}})
    (finding,) = (one for one in lint(Document(json.dumps(trust).encode()), TRUST) if one.rule == "FI62")
    assert finding.message.startswith("anybody, in any account, can assume the role")
    assert finding.message.endswith("the condition is on what the caller chooses")
