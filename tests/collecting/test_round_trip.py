"""Requests on the invented organization: as it was collected once, as it is collected now, as loaded by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from iamtui.analysis.scenarios.running import CaseResult, load_scenarios
from iamtui.snapshot.model import Exported, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.collecting.by_hand import write_by_hand
from tests.collecting.collected import COLLECTED, SCENARIOS, collect, with_ids_of
from tests.collecting.emulator import REGION, running_emulator
from tests.tables import every_row

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

needs_emulator = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("moto", "flask", "boto3", "awscli")),
    reason="moto (with flask) and the AWS CLI are not installed",
)


def results(scenarios: Path, snapshot: Path) -> list[CaseResult]:
    return list(load_scenarios([scenarios], snapshot=snapshot, at=NOON).results())


@every_row("result", partial(results, SCENARIOS, COLLECTED), ids=lambda result: result.name)
def test_a_request_on_the_collected_organization_is_decided_as_expected(result: CaseResult) -> None:
    assert (result.error, result.differences) == (None, ())


def test_everything_that_the_script_left_is_read() -> None:
    snapshot = open_snapshot([COLLECTED])
    assert {file.status for file in snapshot.files} == {"read"}
    assert snapshot.problems == ()


@dataclass(frozen=True)
class Made:
    """The organization made anew: collected by the script, and loaded by other calls into other formats."""

    collected: Path
    by_hand: Path
    said: str


def make(folder: Path) -> Made:
    from tests.collecting.orion import make_orion  # noqa: PLC0415 - needs what may not be installed

    made = folder / "collected", folder / "by-hand"
    with running_emulator(folder) as endpoint:
        orion = make_orion(endpoint)
        said = collect(orion, made[0], folder)
        write_by_hand(orion, made[1])
    return Made(*made, said)


@needs_emulator
def test_collected_or_loaded_by_hand_an_organization_decides_the_same(tmp_path: Path) -> None:
    """One test for all, because the emulator and a hundred runs of the AWS CLI take a minute."""
    made = make(tmp_path)
    check_that_nothing_is_refused_that_the_emulator_answers(made.said)
    check_that_no_secret_is_collected(made.collected)
    check_that_both_hold_the_same(open_snapshot([made.collected]), open_snapshot([made.by_hand]))
    scenarios = tmp_path / "scenarios.json"
    scenarios.write_text(with_ids_of(open_snapshot([made.collected])), "utf-8")
    collected, by_hand = results(scenarios, made.collected), results(scenarios, made.by_hand)
    assert [(case.name, case.error, case.differences) for case in collected if not case.passed] == []
    assert [traced(case) for case in collected] == [traced(case) for case in by_hand]
    assert len(collected) == len(json.loads(SCENARIOS.read_text("utf-8"))["cases"])


def traced(case: CaseResult) -> tuple[object, ...]:
    return case.name, case.got, case.decided_by, case.matched, case.error


def check_that_nothing_is_refused_that_the_emulator_answers(said: str) -> None:
    refused = {line.split()[1] for line in said.splitlines() if line.startswith("refused")}
    unknown = {"organizations-list-policies/S3_POLICY", "iam-list-organizations-features"}
    services = ("cloudformation", "glue", "sagemaker-list-user", "apprunner", "bedrock-agentcore-control")
    assert {word for word in refused if not word.startswith(services)} == unknown
    assert {word.rpartition("/")[2] for word in refused - unknown} == {REGION}  # for these more is needed than there is


def check_that_no_secret_is_collected(folder: Path) -> None:
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"never-on-disk" not in kept
    assert b"SecretString" not in kept


def check_that_both_hold_the_same(collected: Snapshot, by_hand: Snapshot) -> None:
    for account_id, account in by_hand.accounts.items():
        other = collected.accounts[account_id]
        assert (other.users or {}).keys() == (account.users or {}).keys()
        assert (other.roles or {}).keys() == (account.roles or {}).keys()
        assert (other.policies or {}).keys() == (account.policies or {}).keys()
    first, second = (
        {arn for arn, item in snapshot.resources.items() if item.policy_state is Exported.PRESENT}
        for snapshot in (collected, by_hand)
    )
    assert first == second
    tagged, also_tagged = (
        {arn: item.tags for arn, item in snapshot.resources.items() if item.kind not in ("s3:bucket", "s3:accesspoint")}
        for snapshot in (collected, by_hand)
    )
    assert tagged == also_tagged
    assert collected.endpoints.keys() == by_hand.endpoints.keys()
