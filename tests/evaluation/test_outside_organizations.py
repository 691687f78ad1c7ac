"""An account that the exported lists of accounts leave out is in another organization, or in none (K12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, role, snapshot, trust

OUTSIDER = "arn:aws:iam::999999999999:user/mallory"


def with_organization(found: Snapshot) -> Snapshot:
    targets: Mapping[str, OrganizationTarget] = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, scps=(), rcps=()),
        ACCOUNT: OrganizationTarget(ACCOUNT, "us", "ACCOUNT", "r-1", scps=(), rcps=()),
    }
    whole = frozenset({("ACCOUNT", "")})
    organization = Organization("o-ours", ACCOUNT, "r-1", targets, scps_enabled=True, rcps_enabled=True, listed=whole)
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


@pytest.mark.parametrize("key", ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID"])
def test_k12_an_account_that_is_in_no_organization_has_no_organization_keys(tmp_path: Path, key: str) -> None:
    only_none = {"Null": {key: "true"}}
    found = snapshot(tmp_path, RoleDetailList=[role("shared", trust({"AWS": arn("root")}, Condition=only_none))])
    alone = replace(found.accounts[ACCOUNT], in_organization=False)
    found = replace(found, accounts={ACCOUNT: alone})
    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/shared/s"
    asked = decide(found, Request(caller, "sts:AssumeRole", arn("role/shared")))
    (line,) = next(layer for layer in asked.layers if layer.layer is Layer.TRUST).policies[0].statements
    assert line.truth is Truth.TRUE
    assert asked.unknown_keys == ()


def test_k13_the_way_to_a_listed_account_that_was_not_exported_is_there(tmp_path: Path) -> None:
    only_with_a_path = {"Null": {"aws:PrincipalOrgPaths": "false"}}
    shared = role("shared", trust({"AWS": ACCOUNT}, Condition=only_with_a_path), allow("sts:*"))
    found = snapshot(tmp_path, RoleDetailList=[shared])
    organization = Organization(
        "o-ours", "999999999999", None, {ACCOUNT: OrganizationTarget(ACCOUNT, "", "ACCOUNT", None)}
    )
    found = replace(found, organizations={"o-ours": organization})
    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/shared/s"
    assert decide(found, Request(caller, "sts:AssumeRole", arn("role/shared"))).word == "allowed"


def test_a_stated_organization_wins(tmp_path: Path) -> None:
    only_ours = {"StringEquals": {"aws:PrincipalOrgID": "o-ours"}}
    shared = role("shared", trust({"AWS": "999999999999"}, Condition=only_ours))
    found = with_organization(snapshot(tmp_path, RoleDetailList=[shared]))
    context = {"aws:PrincipalOrgID": KeyValue.of("o-ours")}
    decision = decide(found, Request(OUTSIDER, "sts:AssumeRole", arn("role/shared"), context=context))
    assert decision.best.verdict is Verdict.ALLOWED
