"""Where services and organizations stand beside the ordinary rules: what is noted, and what does not apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, role, snapshot, trust, user

AWAY = "444455556666"
ALICE = arn("user/alice")
TABLES = "dynamodb:DescribeEndpoints"


def ask(held: Snapshot, action: str, resource: str = "*", owner: str | None = None) -> Decision:
    return decide(held, Request(ALICE, action, resource, owner, unstated=Unstated.ABSENT))


@pytest.mark.parametrize(("enabled", "word"), [(True, "implicitDeny"), (False, "allowed")])
def test_e25_scps_count_only_where_their_type_is_enabled(tmp_path: Path, enabled: bool, word: str) -> None:
    targets = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, scps=(), rcps=()),
        ACCOUNT: OrganizationTarget(ACCOUNT, "us", "ACCOUNT", "r-1", scps=(), rcps=()),
    }
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    organization = Organization("o-1", AWAY, "r-1", targets, scps_enabled=enabled, rcps_enabled=False)
    held = replace(held, organizations={"o-1": organization})
    assert ask(held, "s3:GetObject", "arn:aws:s3:::b/k", ACCOUNT).word == word


@pytest.mark.parametrize(("statements", "word"), [([], "implicitDeny"), ([allow("dynamodb:*")], "allowed")])
def test_e82_describe_endpoints_is_decided_as_any_action(
    tmp_path: Path, statements: list[dict[str, object]], word: str
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", *statements)])
    assert ask(held, TABLES).word == word


@pytest.mark.parametrize(("principal", "word"), [("*", "allowed"), ({"Service": "ec2.amazonaws.com"}, "implicitDeny")])
def test_everybody_in_a_trust_policy_counts(tmp_path: Path, principal: object, word: str) -> None:
    """rule S3."""
    held = snapshot(tmp_path, UserDetailList=[user("alice")], RoleDetailList=[role("open", trust(principal))])
    assert ask(held, "sts:AssumeRole", arn("role/open")).word == word


@pytest.mark.parametrize(("owner", "noted"), [(AWAY, True), (ACCOUNT, False)])
def test_s23_a_bucket_policy_is_not_read_from_outside(tmp_path: Path, owner: str, noted: bool) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    notes = ask(held, "s3:GetBucketPolicy", "arn:aws:s3:::b", owner).notes
    assert any("from outside the owner's account (S23)" in note for note in notes) is noted


@pytest.mark.parametrize(
    ("action", "resource", "noted"),
    [
        ("execute-api:Invoke", f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a1b2/prod/GET/pets", True),
        ("iot:Publish", f"arn:aws:iot:eu-west-1:{ACCOUNT}:topic/t", True),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", False),
    ],
)
def test_s30_services_that_decide_in_a_way_of_their_own_are_noted(
    tmp_path: Path, action: str, resource: str, noted: bool
) -> None:
    """E14."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    assert any(note.startswith("not evaluated: ") for note in ask(held, action, resource).notes) is noted
