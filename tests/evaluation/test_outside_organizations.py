"""An account that the exported lists of accounts leave out is in another organization, or in none (K12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot
from tests.evaluation.building import ACCOUNT, arn, role, snapshot, trust

OUTSIDER = "arn:aws:iam::999999999999:user/mallory"


def with_organization(found: Snapshot) -> Snapshot:
    targets: Mapping[str, OrganizationTarget] = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, scps=(), rcps=()),
        ACCOUNT: OrganizationTarget(ACCOUNT, "us", "ACCOUNT", "r-1", scps=(), rcps=()),
    }
    organization = Organization("o-ours", ACCOUNT, "r-1", targets, scps_enabled=True, rcps_enabled=True)
    return replace(found, organizations={"o-ours": organization})


@pytest.mark.parametrize(
    ("condition", "best"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-ours"}}, Verdict.IMPLICIT_DENY),
        ({"StringEquals": {"aws:PrincipalOrgID": ["o-ours", "o-other"]}}, Verdict.ALLOWED),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-ours"}}, Verdict.ALLOWED),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-ours"}}, Verdict.ALLOWED),
    ],
    ids=["ours only", "ours or another", "not ours", "ours if any"],
)
def test_k12_an_account_off_the_list_is_not_in_the_listed_organization(
    tmp_path: Path, condition: object, best: Verdict
) -> None:
    shared = role("shared", trust({"AWS": "999999999999"}, Condition=condition))
    found = with_organization(snapshot(tmp_path, RoleDetailList=[shared]))
    decision = decide(found, Request(OUTSIDER, "sts:AssumeRole", arn("role/shared")))
    assert decision.best.verdict is best
    words = [branch.state for unknown in decision.unknown_keys for branch in unknown.branches]
    assert not any("o-ours" in word for word in words)


def test_a_stated_organization_wins(tmp_path: Path) -> None:
    only_ours = {"StringEquals": {"aws:PrincipalOrgID": "o-ours"}}
    shared = role("shared", trust({"AWS": "999999999999"}, Condition=only_ours))
    found = with_organization(snapshot(tmp_path, RoleDetailList=[shared]))
    context = {"aws:PrincipalOrgID": KeyValue.of("o-ours")}
    decision = decide(found, Request(OUTSIDER, "sts:AssumeRole", arn("role/shared"), context=context))
    assert decision.best.verdict is Verdict.ALLOWED
