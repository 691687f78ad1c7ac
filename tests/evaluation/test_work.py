"""How the work of a decision grows with what it is asked about, counted in calls: never with the square."""

from __future__ import annotations

import json

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import judge_policies
from iamtui.evaluation.request.request import NamedPolicy, Request
from iamtui.policy.document import Document
from tests.work import calls_of

DANA = "arn:aws:iam::111122223333:user/dana"


def policy(*statements: dict[str, object], name: str = "own") -> NamedPolicy:
    document = {"Version": "2012-10-17", "Statement": statements}
    return NamedPolicy(name, Document(json.dumps(document).encode()))


def allows(action: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


@pytest.mark.parametrize("others", ["sqs:Name{}", "sqs:Name{}*", "s3:Other{}"])
def test_a_decision_visits_only_statements_that_take_its_action(others: str) -> None:
    def work(count: int) -> int:
        policies = GivenPolicies((policy(*map(allows, map(others.format, range(count))), allows("s3:Get*")),))
        asked = Request(DANA, "s3:GetObject", "arn:aws:s3:::b/k")
        judge_policies(policies, asked)
        return calls_of(lambda: judge_policies(policies, asked))

    assert work(1_000) == work(10)
