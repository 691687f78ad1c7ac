"""How callers are taken to have signed in is said where it matters, by who can, by can and by `decide` (K35, E81)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.evaluation.brief import decide_briefly
from iamtui.evaluation.decide import decide, prepare_for
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.evaluation.building import (
    ACCOUNT,
    allow,
    arn,
    deny,
    document,
    managed,
    policy,
    role,
    snapshot,
    trust,
    user,
    value,
)

BUCKET = "arn:aws:s3:::ledger"
READ = ("s3:GetObject", f"{BUCKET}/*")
WITH_MFA: dict[str, Any] = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
WITHOUT_MFA: dict[str, Any] = {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
ALL_BUT_IAM: dict[str, Any] = {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", **WITHOUT_MFA}
AN_HOUR_AGO: dict[str, Any] = {"Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "3600"}}}
OLD: dict[str, Any] = {"Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}}
OF_USERS, OF_ROLES = "taken to come with a long-term access key", "taken as a session of the role without MFA"
KEYS = {"ann": arn("user/ann"), "deploy": arn("role/deploy")}


def world(tmp_path: Path, *own: object, boundary: object = None, bucket: object = None) -> Snapshot:
    """A user and a role who carry the same statements, and a bucket."""
    bound = managed("bound", *([boundary] if boundary else []))
    more = {"PermissionsBoundary": {"PermissionsBoundaryArn": bound["Arn"]}} if boundary else {}
    found = snapshot(
        tmp_path,
        UserDetailList=[user("ann", *own, **more)],
        RoleDetailList=[role("deploy", trust({"Service": "lambda.amazonaws.com"}), *own, **more)],
        Policies=[bound],
    )
    if bucket is None:
        return found
    written = document(policy(bucket))
    return replace(found, resources={BUCKET: Resource(BUCKET, ACCOUNT, "s3:bucket", written, Exported.PRESENT)})


def said(texts: tuple[str, ...]) -> set[str]:
    """Of whom it is said how they are taken to have signed in."""
    words = {"ann": OF_USERS, "deploy": OF_ROLES}
    return {name for name, word in words.items() if any(word in text for text in texts)}


@pytest.mark.parametrize(
    ("own", "boundary", "bucket", "expected"),
    [
        ([allow("s3:*")], None, None, set()),
        ([allow(*READ, **WITH_MFA)], None, None, {"ann", "deploy"}),
        ([allow("s3:*"), ALL_BUT_IAM], None, None, {"ann", "deploy"}),
        ([allow("s3:*"), deny("s3:*", **OLD)], None, None, {"ann"}),
        ([allow("s3:*")], allow("s3:*", **WITH_MFA), None, {"ann", "deploy"}),
        ([allow("s3:*")], None, {**deny("s3:*", **AN_HOUR_AGO), "Principal": "*"}, {"ann", "deploy"}),
        ([allow("s3:*"), allow("iam:*", **WITH_MFA)], None, None, set()),
        ([allow("s3:*"), allow("s3:*", "arn:aws:s3:::other/*", **WITH_MFA)], None, None, set()),
    ],
    ids=["unread", "allow", "deny", "issue-time", "boundary", "bucket", "other-action", "other-resource"],
)
@pytest.mark.parametrize("stated", [{}, {"aws:MultiFactorAuthPresent": value("true")}], ids=["unstated", "stated"])
def test_e81_how_callers_sign_in_is_said_where_a_statement_in_play_reads_it(
    tmp_path: Path,
    own: list[object],
    boundary: object,
    bucket: object,
    expected: set[str],
    stated: dict[str, KeyValue],
) -> None:
    given = world(tmp_path, *own, boundary=boundary, bucket=bucket)
    expected = set() if stated else expected
    resource = f"{BUCKET}/q3.csv"
    everybody = who_can(given, Question(actions=("s3:GetObject",), resources=(resource,), context=stated))
    assert said(everybody.leans_on) == expected
    for name, principal in KEYS.items():
        request = Request(principal, "s3:GetObject", resource, context=stated)
        assert said(decide(given, request).notes) == expected & {name}, "the trace"
        assert said(decide_briefly(prepare_for(given, request)).notes) == expected & {name}, "a row of a table"
        question = CanQuestion(principal=principal, actions=("s3:GetObject",), resource=resource, context=stated)
        found = can(given, question).leans_on
        assert expected & {name} <= said(found), "what it can do"
        assert said(found) <= {name}
