"""`iamtui trail --replay`: the logs beside the exported policies, in every format (B2, B5, J2-J5)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Iamtui
from tests.cli.test_why_denied import event

READ = {"eventName": "GetObject", "errorCode": None, "errorMessage": None, "eventID": "read"}


@pytest.fixture
def logs(export: Path) -> Path:
    """Alice may read and not write; the trail has her refused to write, and allowed to read and to delete."""
    events = [event(), event(**READ), event(**{**READ, "eventName": "DeleteObject", "eventID": "delete"})]
    path = export.parent / "trail.json"
    path.write_text(json.dumps({"Records": events}))
    return path


def test_the_logs_are_laid_beside_the_export(iamtui: Iamtui, export: Path, logs: Path) -> None:
    ran = iamtui("trail", export.parent, "--replay", "--format", "json")
    found: dict[str, Any] = json.loads(ran.out)["replay"]
    assert ran.status == 0
    assert (found["comparable"], found["distinct"]) == (3, 3)
    assert round(found["agreement"], 3) == 0.667
    assert found["scores"]["result"] == {
        "allowed": {"comparable": 2, "agreement": 0.5},
        "refused": {"comparable": 1, "agreement": 1.0},
    }
    assert {row["event"]: row["class"] for row in found["rows"]} == {
        event()["eventID"]: "agrees",
        "read": "agrees",
        "delete": "aws-allowed-we-deny",
    }
    (row,) = [row for row in found["rows"] if row["event"] == "delete"]
    assert row["aws"] == {"result": "allowed", "layer": None}
    assert [(part["action"], part["decision"], part["decided_by"]) for part in row["parts"]] == [
        ("s3:DeleteObject", "implicitDeny", "none")
    ]
    assert row["causes"]


def test_text_says_what_disagrees_and_why(iamtui: Iamtui, export: Path, logs: Path) -> None:
    ran = iamtui("trail", export, logs, "--replay")
    assert "● Replay  66.7% agree or fit  2 of 3 distinct requests" in ran.out
    assert "≠ 1 AWS allowed, the export denies" in ran.out
    assert "s3:DeleteObject" in ran.out


def test_filters_choose_what_is_replayed(iamtui: Iamtui, export: Path, logs: Path) -> None:
    ran = iamtui("trail", export, logs, "--replay", "--error", "denied", "--format", "json")
    assert json.loads(ran.out)["replay"]["classes"]["agrees"] == 1
    assert json.loads(ran.out)["replay"]["distinct"] == 1


def test_rows_are_written_for_other_programs(iamtui: Iamtui, export: Path, logs: Path) -> None:
    ran = iamtui("trail", export, logs, "--replay", "--format", "csv")
    rows = [*csv.DictReader(io.StringIO(ran.out))]
    assert {(row["action"], row["class"]) for row in rows} == {
        ("s3:PutObject", "agrees"),
        ("s3:GetObject", "agrees"),
        ("s3:DeleteObject", "aws-allowed-we-deny"),
    }
    lines = iamtui("trail", export, logs, "--replay", "--format", "jsonl").out.splitlines()
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("classes", "status"),
    [(("aws-allowed-we-deny",), 1), (("aws-refused-we-allow",), 0), (("fits", "aws-allowed-we-deny"), 1)],
)
def test_a_class_can_be_made_to_fail(
    iamtui: Iamtui, export: Path, logs: Path, classes: tuple[str, ...], status: int
) -> None:
    """B2."""
    options = [word for name in classes for word in ("--fail-on", name)]
    assert iamtui("trail", export, logs, "--replay", *options).status == status


def test_the_time_of_the_export_can_be_stated(iamtui: Iamtui, export: Path, logs: Path) -> None:
    """J5."""
    stated = ("--snapshot-time", "2026-11-30T00:00:00Z", "--format", "json")
    found = json.loads(iamtui("trail", export, logs, "--replay", *stated).out)["replay"]
    assert (found["snapshot_time"], found["older"]) == ("2026-11-30T00:00:00+00:00", 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--replay",), "--replay: expected an export among the paths"),
        (("--fail-on", "fits"), "--snapshot-time and --fail-on: expected beside --replay"),
        (("--replay", "--snapshot-time", "soon"), "--snapshot-time"),
        (("--replay", "--fail-on", "everything"), "--fail-on"),
    ],
)
def test_bad_input_is_one_sentence(iamtui: Iamtui, logs: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui("trail", logs, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_pack_of_a_replay_holds_each_decision_as_a_case(
    iamtui: Iamtui, export: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B19, B20."""
    monkeypatch.chdir(export.parent)
    assert iamtui("trail", export.name, logs.name, "--replay", "--pack", "pack").status == 0
    answer = json.loads((export.parent / "pack" / "answer.json").read_text())
    assert answer["replay"]["distinct"] == 3
    cases = json.loads((export.parent / "pack" / "scenarios.json").read_text())["cases"]
    assert {case["request"]["action"]: case["expect"] for case in cases} == {
        "s3:PutObject": "implicitDeny",
        "s3:GetObject": "allowed",
        "s3:DeleteObject": "implicitDeny",
    }
    assert iamtui("check", "pack/scenarios.json").out == "3 passed, 0 failed, 0 errors\n"
