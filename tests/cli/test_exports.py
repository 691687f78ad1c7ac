"""Real exports, where they lie beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Iamtui

EXPORTS = Path(__file__).parents[3] / "shared" / "data" / "exports"


def members(path: Path) -> dict[str, list[dict[str, str]]]:
    """The lists of an authorization-details export; nothing of any other file."""
    whole = json.loads(path.read_text("utf-8"))
    return whole if isinstance(whole, dict) and "UserDetailList" in whole else {}


def principals(path: Path) -> list[str]:
    """The ARNs of the users and roles that an export holds."""
    return [item["Arn"] for name in ("UserDetailList", "RoleDetailList") for item in members(path).get(name, [])]


DETAILS = [path for path in sorted(EXPORTS.rglob("*.json")) if members(path)]


@pytest.mark.skipif(not DETAILS, reason="no exports beside the checkout")
@pytest.mark.parametrize("path", DETAILS, ids=lambda path: str(path.relative_to(EXPORTS)))
def test_an_export_opens_in_simulate_for_each_of_its_principals(iamtui: Iamtui, path: Path) -> None:
    asked = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::bucket/key", "--format", "json")
    for arn in principals(path):
        ran = iamtui("simulate", path, "--principal", arn, *asked)
        assert ran.status == 0, ran.err
        made = json.loads(ran.out)
        assert made["request"]["principal"] == arn
        assert made["decision"] in ("allowed", "explicitDeny", "implicitDeny", "denied", "conditional")
