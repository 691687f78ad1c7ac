"""What a row of one outside opens: the request that was asked for it, so that its trace says what the row says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.browsing.queries.who_can import fields_of
from iamtui.browsing.requests.fields import request_of
from iamtui.content.requests import RequestFields
from iamtui.evaluation.decide import decide
from iamtui.snapshot.model import Exported, Resource
from tests.evaluation.building import ACCOUNT, document, policy, snapshot, user

BUCKET, OTHER = "arn:aws:s3:::ledger", "444455556666"
LETS_IN: tuple[tuple[object, object], ...] = (
    ({"AWS": OTHER}, {}),
    ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),
    ("*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/r-x/ou-y/*"}}),
    ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci-*"}}),
    ("*", {"Null": {"aws:PrincipalArn": "false"}}),
    ({"Service": "logs.amazonaws.com"}, {}),
)


def test_the_request_of_a_row_from_outside_is_decided_as_the_row_says(tmp_path: Path) -> None:
    statements = [
        {"Effect": "Allow", "Principal": who, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*", "Condition": when}
        for who, when in LETS_IN
    ]
    bucket = Resource(BUCKET, ACCOUNT, "s3:bucket", document(policy(*statements)), Exported.PRESENT)
    world = replace(snapshot(tmp_path, UserDetailList=[user("ann")]), resources={BUCKET: bucket})
    question = Question(actions=("s3:GetObject",), resources=(f"{BUCKET}/q3.csv",))
    rows = [row for row in who_can(world, question).principals if row.outside]
    decided = [decide(world, request_of(world, fields_of(row, question, RequestFields()))) for row in rows]
    assert len(rows) == len(LETS_IN)
    assert [one.word for one in decided] == [row.decision for row in rows]
