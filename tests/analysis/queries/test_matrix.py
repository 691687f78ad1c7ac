"""The access matrix and its facts (AM1, AM3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.analysis.queries.matrix import Fact, MatrixQuestion, facts, matrix
from iamtui.analysis.queries.questions import QuestionError
from iamtui.snapshot.model import Snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, managed, role, snapshot, trust, user

LAMBDA = trust({"Service": "lambda.amazonaws.com"})
OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


@pytest.fixture
def world(tmp_path: Path) -> Snapshot:
    """Users who can as much as their names say, of SNS."""
    narrow = managed("narrow", allow("sns:Get*"))
    return snapshot(
        tmp_path,
        UserDetailList=[
            user("lists", allow("sns:ListTopics")),
            user("reads", allow("sns:GetTopicAttributes", f"arn:aws:sns:*:{ACCOUNT}:t")),
            user("writes-at-work", allow("sns:Publish", Condition=OFFICE), allow("sns:ListTopics")),
            user("permits", allow("sns:AddPermission")),
            user("all", allow("sns:*"), Tags=[{"Key": "team", "Value": "red"}]),
            user("bounded", allow("sns:*"), PermissionsBoundary={"PermissionsBoundaryArn": narrow["Arn"]}),
            user("none", Tags=[{"Key": "team", "Value": "red"}]),
        ],
        Policies=[narrow],
    )


def letters(world: Snapshot, **more: object) -> dict[str, str]:
    """The letter of each row for SNS."""
    question = MatrixQuestion(services=("sns",), **more)  # type: ignore[arg-type]
    rows = matrix(world, question).rows
    return {row.principal.rpartition("/")[2]: row.cells.get("sns", "·") for row in rows if row.kind != "root"}


def test_a_cell_is_the_highest_level_that_is_allowed_somewhere(world: Snapshot) -> None:
    assert letters(world) == {
        "lists": "L",
        "reads": "R",
        "writes-at-work": "w",
        "permits": "P",
        "all": "*",
        "bounded": "R",
        "none": "·",
    }


def test_actions_that_are_alike_count_each_with_its_own_level(tmp_path: Path) -> None:
    both = {**allow("sns:Publish"), "Action": ["sns:GetTopicAttributes", "sns:Publish"]}
    assert letters(snapshot(tmp_path, UserDetailList=[user("ann", both)])) == {"ann": "W"}


def test_teams_have_the_highest_of_their_members(world: Snapshot) -> None:
    assert letters(world, by="tag:team") == {"red": "*"}


def test_principals_are_chosen_by_name(world: Snapshot) -> None:
    assert letters(world, principals=("re*",)) == {"reads": "R"}


@pytest.mark.parametrize(
    "more", [{"services": ("nothing",)}, {"principals": ("nobody",)}, {"by": "colour"}, {"by": "group"}]
)
def test_what_cannot_be_asked_is_refused(world: Snapshot, more: dict[str, object]) -> None:
    with pytest.raises(QuestionError):
        matrix(world, MatrixQuestion(**more))  # type: ignore[arg-type]


def test_a_fact_is_one_action_of_one_principal(tmp_path: Path) -> None:
    statements = [allow("sns:Publish", Condition=OFFICE), allow("sns:ListTopics")]
    world = snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA, *statements)])
    found = list(facts(world, MatrixQuestion(principals=("app",), services=("sns",))))
    assert found == [
        Fact(ACCOUNT, arn("role/app"), "sns:ListTopics", "allowed", "everywhere", "inline app-inline#1"),
        Fact(ACCOUNT, arn("role/app"), "sns:Publish", "conditional", "", "inline app-inline#0"),
    ]
