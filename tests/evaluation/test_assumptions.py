"""What was not exported is named wherever the answer leans on it, and only there (T22)."""

from __future__ import annotations

from pathlib import Path

from iamtui.evaluation.decide import decide, judge
from iamtui.evaluation.request.request import Request
from tests.evaluation.building import allow, arn, deny, snapshot, user

OBJECT = "arn:aws:s3:::bucket/key"


def leaning(folder: Path, *statements: object, action: str = "s3:GetObject") -> str:
    found = snapshot(folder, UserDetailList=[user("alice", *statements)])
    asked = Request(arn("user/alice"), action, OBJECT)
    assumed = decide(found, asked).assumed
    assert judge(found, asked).assumed == assumed
    return " ".join(assumed)


def test_an_allow_leans_on_everything_that_could_deny_it(tmp_path: Path) -> None:
    said = leaning(tmp_path, allow("s3:*"))
    assert all(word in said for word in ("SCPs", "RCPs", "policy of arn:aws:s3:::bucket", "whose bucket"))


def test_an_implicit_deny_leans_only_on_what_could_allow_it(tmp_path: Path) -> None:
    said = leaning(tmp_path, allow("ec2:*"))
    assert "policy of arn:aws:s3:::bucket" in said
    assert "SCPs" not in said


def test_an_explicit_deny_leans_on_nothing(tmp_path: Path) -> None:
    assert leaning(tmp_path, allow("s3:*"), deny("s3:GetObject")) == ""


def test_what_no_policy_decides_leans_on_nothing(tmp_path: Path) -> None:
    """E79."""
    assert leaning(tmp_path, action="sts:GetCallerIdentity") == ""
