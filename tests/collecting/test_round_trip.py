"""Sixty requests on the invented organization: as it was collected once, as it is collected now, as loaded by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from iamtui.analysis.scenarios import CaseResult, load_scenarios
from iamtui.snapshot.model import Exported
from iamtui.snapshot.opening import open_snapshot
from tests.collecting.by_hand import write_by_hand
from tests.collecting.collected import COLLECTED, SCENARIOS, collect, with_ids_of
from tests.collecting.emulator import aws_command, running_emulator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

needs_emulator = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("moto", "flask", "boto3")) or aws_command() is None,
    reason="moto (with flask) and the AWS CLI are not installed",
)


def results(scenarios: Path, snapshot: Path) -> list[CaseResult]:
    return list(load_scenarios([scenarios], snapshot=snapshot, at=NOON).results())


@pytest.mark.parametrize("result", results(SCENARIOS, COLLECTED), ids=lambda result: result.name)
def test_a_request_on_the_collected_organization_is_decided_as_expected(result: CaseResult) -> None:
    assert (result.error, result.differences) == (None, ())


def test_everything_that_the_script_left_is_read() -> None:
    snapshot = open_snapshot([COLLECTED])
    assert {file.status for file in snapshot.files} == {"read"}
    assert [problem.expected for problem in snapshot.problems] == [
        "expected the answer to get-public-access-block, got NoAnswer"  # the emulator has no address for that call
    ]


@dataclass(frozen=True)
class Made:
    """The organization made anew: collected by the script, and loaded by other calls into other formats."""

    folder: Path
    collected: Path
    by_hand: Path
    said: str

    def scenarios(self) -> Path:
        path = self.folder / "scenarios.json"
        path.write_text(with_ids_of(open_snapshot([self.collected])), "utf-8")
        return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    from tests.collecting.orion import make_orion  # noqa: PLC0415 - needs what may not be installed

    folder = tmp_path_factory.mktemp("orion")
    collected, by_hand = folder / "collected", folder / "by-hand"
    with running_emulator(folder) as endpoint:
        orion = make_orion(endpoint)
        said = collect(orion, collected, folder)
        write_by_hand(orion, by_hand)
    yield Made(folder, collected, by_hand, said)


@needs_emulator
def test_the_script_refuses_nothing_that_the_emulator_answers(made: Made) -> None:
    refused = {line for line in made.said.splitlines() if line.startswith("refused")}
    assert {line.split()[1].partition("/")[0] for line in refused} == {"s3control-get-public-access-block"}


@needs_emulator
def test_no_secret_of_the_account_is_collected(made: Made) -> None:
    kept = b"".join(path.read_bytes() for path in made.collected.rglob("*") if path.is_file())
    assert b"never-on-disk" not in kept
    assert b"SecretString" not in kept


@needs_emulator
def test_the_collected_folder_decides_as_expected(made: Made) -> None:
    ran = results(made.scenarios(), made.collected)
    assert [(case.name, case.error, case.differences) for case in ran if not case.passed] == []


@needs_emulator
def test_the_account_loaded_by_hand_decides_the_same(made: Made) -> None:
    scenarios = made.scenarios()
    first, second = (
        [(case.name, case.got, case.decided_by, case.matched, case.error) for case in results(scenarios, snapshot)]
        for snapshot in (made.collected, made.by_hand)
    )
    assert first == second
    assert len(first) == len(json.loads(SCENARIOS.read_text("utf-8"))["cases"])


@needs_emulator
def test_both_hold_the_same_principals_and_resources(made: Made) -> None:
    collected, by_hand = open_snapshot([made.collected]), open_snapshot([made.by_hand])
    for account_id, account in by_hand.accounts.items():
        other = collected.accounts[account_id]
        assert (other.users or {}).keys() == (account.users or {}).keys()
        assert (other.roles or {}).keys() == (account.roles or {}).keys()
        assert (other.policies or {}).keys() == (account.policies or {}).keys()
    with_policy = {arn for arn, item in by_hand.resources.items() if item.policy_state is Exported.PRESENT}
    assert {arn for arn, item in collected.resources.items() if item.policy_state is Exported.PRESENT} == with_policy
    assert collected.endpoints.keys() == by_hand.endpoints.keys()
