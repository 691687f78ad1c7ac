"""How the work of a decision grows with what it is asked about, counted in calls: never with the square."""

from __future__ import annotations

import json

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies, judge_policies
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.request.request import NamedPolicy, Request
from iamtui.policy.document import Document
from tests.work import calls_of

DANA = "arn:aws:iam::111122223333:user/dana"


ASKED = Request(DANA, "s3:GetObject", "arn:aws:s3:::b/k")
UNKNOWN = ("SourceIp", "SourceVpce", "RequestedRegion", "Referer", "UserAgent", "SourceVpc", "RequestTag/a", "TagKeys")


def policy(*statements: dict[str, object], name: str = "own") -> NamedPolicy:
    document = {"Version": "2012-10-17", "Statement": statements}
    return NamedPolicy(name, Document(json.dumps(document).encode()))


def allows(action: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


@pytest.mark.parametrize("others", ["sqs:Name{}", "sqs:Name{}*", "s3:Other{}"])
def test_a_decision_visits_only_statements_that_take_its_action(others: str) -> None:
    def work(count: int) -> int:
        policies = GivenPolicies((policy(*map(allows, map(others.format, range(count))), allows("s3:Get*")),))
        judge_policies(policies, ASKED)
        return calls_of(lambda: judge_policies(policies, ASKED))

    assert work(1_000) == work(10)


def denies(key: str, value: str) -> dict[str, object]:
    return {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {key: value}}}


@pytest.mark.parametrize("key", ["aws:RequestTag/k{}", "aws:PrincipalTag/k{}", "s3:x-amz-{}", "aws:UserAgent"])
def test_a_decision_grows_with_its_open_statements_not_with_their_square(key: str) -> None:
    def work(count: int) -> int:
        own = (
            policy(*[denies(key.format(place), f"v{place}") for place in range(start, start + 40)])
            for start in range(0, count, 40)
        )
        policies = GivenPolicies((policy(allows("*")), *own))
        asked = Request(
            "arn:aws:iam::111122223333:role/r", "ec2:CreateTags", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"
        )
        decide_policies(policies, asked)
        return calls_of(lambda: decide_policies(policies, asked))

    assert work(240) < 2.3 * work(120)


LISTS = {
    "CIDRs": ("IpAddress", "aws:SourceIp", "10.{}.{}.0/24"),
    "numbers": ("NumericLessThan", "s3:max-keys", "{}{:03}"),
    "texts": ("StringEquals", "aws:UserAgent", "v{}-{:03}"),
    "patterns": ("StringLike", "aws:UserAgent", "arn:*:role/v{}-{:03}*"),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_decision_grows_with_a_list_of_values_not_with_its_square(kind: str) -> None:
    operator, key, form = LISTS[kind]

    def work(count: int) -> int:
        lists = ([form.format(start + place // 250, place % 250) for place in range(count)] for start in (1, 90))
        some, others = ({"Condition": {operator: {key: values}}} for values in lists)
        policies = GivenPolicies((policy(allows("*", **some), {**allows("*", **others), "Effect": "Deny"}),))
        asked = Request(DANA, "s3:ListBucket", "arn:aws:s3:::b")
        assert decide_policies(policies, asked).word in ("conditional", "denied")
        return calls_of(lambda: decide_policies(policies, asked))

    assert work(400) < 2.2 * work(200)


def test_an_open_statement_is_matched_once_for_each_way_in_which_its_keys_can_be() -> None:
    guardrail = [denies(f"aws:{key}", "10.0.0.1") for key in UNKNOWN]
    policies = GivenPolicies((policy(allows("*"), *guardrail),))
    assert decide_policies(policies, ASKED).word == "conditional"
    assert calls_of(lambda: decide_policies(policies, ASKED), match) < 5 * len(guardrail)
