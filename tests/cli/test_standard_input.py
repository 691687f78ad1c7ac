"""`-` is standard input wherever a command reads a file."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui, Ran, allow, write

GET = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::ledger/q3.csv")
Piped = Callable[..., Ran]


@pytest.fixture
def piped(iamtui: Iamtui, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """Runs a command with bytes on its standard input."""

    def ran(data: bytes, *arguments: object) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return iamtui(*arguments)

    return ran


def test_an_export_comes_on_standard_input(piped: Piped, export: Path) -> None:
    data = export.read_bytes()
    ran = piped(data, "simulate", "-", "--principal", "user/alice", *GET, "--format", "json")
    assert json.loads(ran.out)["decision"] == "allowed"
    assert "1 user" in piped(data, "inspect", "-").out
    assert "user/eng/alice" in piped(data, "who-can", "-", *GET).out


def test_what_is_packed_is_unpacked(piped: Piped, export: Path) -> None:
    assert "1 user" in piped(gzip.compress(export.read_bytes()), "inspect", "-").out


def test_a_policy_comes_on_standard_input_and_is_called_after_it(piped: Piped) -> None:
    policy = json.dumps(allow("s3:Get*")).encode()
    ran = piped(policy, "simulate", "--policy", "-", "--principal", ALICE, *GET, "--format", "json")
    assert json.loads(ran.out)["matched"] == ["standard-input#Read"]


def test_lint_takes_a_policy_or_an_export(piped: Piped, iamtui: Iamtui, export: Path) -> None:
    policy = json.dumps(allow("s3:GetObjekt")).encode()
    assert "standard input  identity-based policy\n" in piped(policy, "lint", "-").out
    open_trust = export.read_text("utf-8").replace('{"Service": "lambda.amazonaws.com"}', '"*"')
    export.write_text(open_trust, "utf-8")
    ran = piped(open_trust.encode(), "lint", "-")
    assert "FI62" in ran.out
    assert ran.out == iamtui("lint", export).out


def test_scenarios_come_on_standard_input_and_find_their_snapshot(
    piped: Piped, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export.parent)
    request = {"principal": "user/alice", "action": "s3:GetObject", "resource": "arn:aws:s3:::ledger/q3.csv"}
    case = {"name": "reads", "request": request, "expect": "allowed"}
    file = {"version": 1, "snapshot": export.name, "cases": [case]}
    ran = piped(json.dumps(file).encode(), "check", "-")
    assert (ran.status, ran.out) == (0, "1 passed, 0 failed, 0 errors\n")
    scenarios = write(export.parent / "cases.json", {**file, "snapshot": "none.json"})
    assert piped(export.read_bytes(), "check", scenarios, "--snapshot", "-").status == 0


@pytest.mark.parametrize("data", [b"", b"not an export", b"{"])
def test_what_is_no_export_is_one_line(piped: Piped, data: bytes) -> None:
    ran = piped(data, "simulate", "-", "--principal", ALICE, *GET)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("iamtui: error: -: ")
    assert len(ran.err.splitlines()) == 1


def test_the_explorer_takes_its_keys_from_there(piped: Piped) -> None:
    ran = piped(b"{}", "-")
    assert ran.status == 2
    assert ran.err == "iamtui: -: the explorer takes its keys from standard input; expected a file or folder\n"
