"""What a call needs besides its own action (E70)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import iamtui.analysis.calls
from iamtui import catalog
from iamtui.analysis.calls import further_actions
from tests.tables import every_row

TABLE = Path(iamtui.analysis.calls.__file__).parent / "data" / "passed_roles.toml"


@every_row(
    "action",
    [
        "ec2:RunInstances",
        "ec2:AssociateIamInstanceProfile",
        "ecs:RunTask",
        "glue:CreateJob",
        "cloudformation:CreateStack",
        "states:CreateStateMachine",
        "s3:PutReplicationConfiguration",
        "iam:AddRoleToInstanceProfile",
    ],
)
def test_e70_a_call_that_hands_a_role_to_its_service_needs_pass_role_once(action: str) -> None:
    assert [one.action for one in further_actions(action)].count("iam:PassRole") == 1


@pytest.mark.parametrize("action", ["s3:GetObject", "ec2:DescribeInstances", "iam:PassRole", "no:Such"])
def test_e70_other_calls_hand_no_role(action: str) -> None:
    assert "iam:PassRole" not in {one.action for one in further_actions(action)}


def test_every_call_of_the_table_is_an_action_that_aws_lists() -> None:
    calls = tomllib.loads(TABLE.read_text("utf-8"))["calls"]
    named = [f"{service}:{name}" for service, names in calls.items() for name in names]
    assert len(named) > 800
    assert [name for name in named if catalog.action(name) is None] == []
