"""Actions for which AWS lists no resource type: which ARN it asks about is known of some, and open for others (L36)."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies, judge_policies
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from tests.evaluation.building import ACCOUNT, allow, arn, deny, named, snapshot, user
from tests.tables import every_row

ALICE, AWAY = arn("user/alice"), "444455556666"
EVERYWHERE = f"arn:aws:ssm:*:{ACCOUNT}:*"
GROUPS = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"


def ask(action: str, *statements: object, resource: str = "*", **context: str) -> Decision:
    stated = {f"aws:{key}": KeyValue.of(value) for key, value in context.items()}
    policies = GivenPolicies(identity=(named("p", *statements),))
    request = Request(ALICE, action, resource, context=stated)
    decision = decide_policies(policies, request)
    bounds = judge_policies(policies, request)
    assert (bounds.best.verdict, bounds.worst.verdict) == (decision.best.verdict, decision.worst.verdict)
    return decision


def fence(pattern: str) -> dict[str, object]:
    fenced: dict[str, object] = {**deny(), "NotResource": pattern}
    del fenced["Resource"]
    return fenced


@every_row(
    ("action", "statements", "word"),
    [
        ("ssm:DescribeSessions", [allow("ssm:*", EVERYWHERE)], "conditional"),
        ("ssm:DescribeSessions", [allow("ssm:*", "arn:aws:ssm:*:*:session/*")], "conditional"),
        ("ssm:DescribeSessions", [allow("ssm:*", "arn:aws:s*")], "conditional"),
        ("ssm:DescribeSessions", [allow("ssm:*")], "allowed"),
        ("ssm:DescribeSessions", [allow("ssm:*", "arn:aws:s3:::b/*")], "implicitDeny"),
        ("ssm:DescribeSessions", [allow("ssm:*", f"arn:aws:ssm:*:{AWAY}:*")], "implicitDeny"),
        ("ssm:DescribeSessions", [allow(), deny("ssm:*", "arn:aws:ssm:*:*:session/*")], "conditional"),
        ("ssm:DescribeSessions", [allow(), fence(EVERYWHERE)], "conditional"),
        ("ssm:DescribeSessions", [allow(), fence("arn:aws:s3:::*")], "explicitDeny"),
        ("logs:DescribeLogGroups", [allow("logs:*", GROUPS)], "conditional"),
        ("logs:DescribeLogGroups", [allow("logs:*", f"arn:aws:logs:*:{ACCOUNT}:log-group:*")], "allowed"),
        ("logs:DescribeLogGroups", [allow("logs:*", f"arn:aws:logs:*:{ACCOUNT}:log-group:/aws/*")], "implicitDeny"),
        ("iam:ListUsers", [allow("iam:*", "arn:aws:iam::*:*")], "allowed"),
        ("iam:ListUsers", [allow("iam:*", arn("role/*"))], "implicitDeny"),
        ("iam:ListServerCertificates", [allow("iam:*", "arn:aws:iam::*:*")], "conditional"),
        ("ec2:DescribeInstances", [allow("ec2:*", "arn:aws:ec2:*:*:*")], "implicitDeny"),
        ("s3:ListAllMyBuckets", [allow("s3:*", "arn:aws:s3:::*")], "allowed"),
        ("s3:ListAllMyBuckets", [allow("s3:*", "arn:aws:s3:::b")], "implicitDeny"),
        ("kms:ListKeys", [allow("kms:*", "arn:aws:kms:*:*:key/*")], "implicitDeny"),
    ],
)
def test_what_aws_asks_about_where_it_lists_no_resource(action: str, statements: list[object], word: str) -> None:
    decision = ask(action, *statements)
    assert decision.word == word
    assert any("the ARN that AWS asks about" in text for text in decision.unknown_data) is (word == "conditional")


def test_the_region_of_such_an_arn_is_the_one_that_is_stated() -> None:
    assert ask("logs:DescribeLogGroups", allow("logs:*", GROUPS), RequestedRegion="eu-west-1").word == "allowed"
    assert ask("logs:DescribeLogGroups", allow("logs:*", GROUPS), RequestedRegion="us-east-1").word == "implicitDeny"


@pytest.mark.parametrize(
    ("path", "word"), [("user/team/", "allowed"), ("user/team/core/", "allowed"), ("user/", "implicitDeny")]
)
def test_an_arn_that_the_request_states_is_matched_as_it_stands(path: str, word: str) -> None:
    decision = ask("iam:ListUsers", allow("iam:*", arn("user/team/*")), resource=arn(path))
    assert decision.word == word
    assert any(f"asked about {arn(path)}" in note for note in decision.notes)


def test_a_denial_names_the_arn_as_aws_does() -> None:
    decision = ask("iam:ListRoles", allow("s3:*"))
    assert decision.aws_message is not None
    assert f"not authorized to perform: iam:ListRoles on resource: {arn('role/')} because" in decision.aws_message


def test_what_depends_on_something_else_does_not_name_the_arn() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    decision = ask("ssm:DescribeSessions", allow("ssm:*", Condition=condition))
    assert decision.is_conditional
    assert not any("the ARN that AWS asks about" in text for text in decision.unknown_data)


UNDER_A_PATH = "with one AWS asks about arn:aws:iam::ACCOUNT:user/PATH/ and the like (L36)"
LISTED = f"iam:ListUsers: asked without a path prefix; {UNDER_A_PATH}"


@every_row(
    ("pattern", "resource", "said"),
    [
        (arn("user/team/*"), None, [LISTED]),
        (arn("user/team/*"), arn("user/team/"), []),
        (arn("user/team/*"), arn("user/*"), [LISTED]),
        ("*", None, [LISTED]),
    ],
)
def test_l36_who_can_says_that_a_list_is_asked_without_a_path(
    tmp_path: Path, pattern: str, resource: str | None, said: list[str]
) -> None:
    account = snapshot(tmp_path, UserDetailList=[user("alice", allow("iam:ListUsers", pattern))])
    question = Question(actions=("iam:ListUsers",), resources=() if resource is None else (resource,))
    assert [text for text in who_can(account, question).leans_on if "L36" in text] == said


@every_row(("pattern", "said"), [(arn("user/team/*"), [LISTED]), ("*", []), (arn("user/"), [])])
def test_l36_what_can_says_it_where_a_statement_may_allow_the_list_under_a_path(
    tmp_path: Path, pattern: str, said: list[str]
) -> None:
    account = snapshot(tmp_path, UserDetailList=[user("alice", allow("iam:ListUsers", pattern))])
    found = can(account, CanQuestion(principal=ALICE, services=("iam",)))
    assert [text for text in found.leans_on if "L36" in text] == said
