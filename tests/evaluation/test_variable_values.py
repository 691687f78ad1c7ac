"""An unknown variable is tried with the value that stands in what is asked: that one decides (T25, T29, T31)."""

from __future__ import annotations

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import UNKNOWN, KeyValue
from tests.evaluation.building import ACCOUNT, allow, named
from tests.tables import every_row

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/visitor/s1"
TAG, SUB = "aws:PrincipalTag/team", "cognito-identity.amazonaws.com:sub"
BUCKET = "arn:aws:s3:::photos/"


@every_row(
    ("pattern", "asked", "key", "value"),
    [
        ("${cognito-identity.amazonaws.com:sub}/*", "eu-west-1:1f2e/cat.jpg", SUB, "eu-west-1:1f2e"),
        ("home/${cognito-identity.amazonaws.com:sub}/*", "home/eu-west-1:1f2e/cat.jpg", SUB, "eu-west-1:1f2e"),
        ("${aws:PrincipalTag/team}", "red", TAG, "red"),
        ("${aws:PrincipalTag/team}/x", "red/x", TAG, "red"),
        ("${aws:PrincipalTag/team}/x", "a/x/x", TAG, "a/x"),
        ("${aws:PrincipalTag/team}-logs/*", "red-blue-logs/1", TAG, "red-blue"),
        ("${aws:PrincipalTag/team, 'all'}/*", "red/1", TAG, "red"),
        ("${aws:PrincipalAccount}/${aws:PrincipalTag/team}/*", f"{ACCOUNT}/red/1", TAG, "red"),
        ("${aws:PrincipalTag/team}*", "red/1", TAG, "red/1"),
    ],
)
def test_the_value_that_stands_in_the_resource_allows(pattern: str, asked: str, key: str, value: str) -> None:
    policies = GivenPolicies(identity=(named("p", allow("s3:GetObject", BUCKET + pattern)),))
    request = Request(SESSION, "s3:GetObject", BUCKET + asked, context={key: UNKNOWN})
    decision = decide_policies(policies, request)
    assert decision.is_conditional
    assert [one.key for one in decision.unknown_keys] == [key]
    allowing = {branch.state for branch in decision.unknown_keys[0].branches if branch.worst.verdict is Verdict.ALLOWED}
    assert value in " ".join(allowing)
    stated = decide_policies(
        policies, Request(SESSION, "s3:GetObject", BUCKET + asked, context={key: KeyValue.of(value)})
    )
    assert stated.word == "allowed"


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [("home/${aws:PrincipalTag/team}/*", "away/red/1"), ("${aws:PrincipalTag/team}/x", "red/y")],
)
def test_where_no_value_fits_nothing_depends_on_the_key(pattern: str, asked: str) -> None:
    policies = GivenPolicies(identity=(named("p", allow("s3:GetObject", BUCKET + pattern)),))
    decision = decide_policies(policies, Request(SESSION, "s3:GetObject", BUCKET + asked, context={TAG: UNKNOWN}))
    assert decision.word == "implicitDeny"


def test_a_value_that_a_condition_compares_is_found_in_the_key() -> None:
    condition = {"StringLike": {"s3:prefix": "home/${aws:PrincipalTag/team}/*"}}
    policies = GivenPolicies(identity=(named("p", allow("s3:ListBucket", "*", Condition=condition)),))
    context = {"s3:prefix": KeyValue.of("home/red/2026"), TAG: UNKNOWN}
    decision = decide_policies(policies, Request(SESSION, "s3:ListBucket", "arn:aws:s3:::photos", context=context))
    assert [one.key for one in decision.unknown_keys] == [TAG]
    assert "red" in {branch.state for branch in decision.unknown_keys[0].branches}
