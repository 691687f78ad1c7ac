"""The Python interface: documented examples that are run, a quick import, the JSON of the commands."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

import iamtui
from iamtui import public
from iamtui.cli import run

ROOT = Path(__file__).parents[2]


def test_the_examples_are_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = doctest.testmod(public)
    assert ran.attempted > 8
    assert ran.failed == 0


def test_everything_public_is_there_and_documented() -> None:
    for name in iamtui.__all__:
        assert getattr(iamtui, name)
        assert name == "__version__" or getattr(iamtui, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        iamtui.nothing  # noqa: B018 - asking is the test


def test_importing_it_loads_nothing() -> None:
    said = (
        "import sys, iamtui; print([name for name in sys.modules if name.startswith('iamtui.') or name == 'textual'])"
    )
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == "[]"


def test_asking_loads_no_textual() -> None:
    said = "import sys, iamtui; iamtui.who_can; print('textual' in sys.modules or 'rich' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == "False"


def test_it_is_the_json_of_the_command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    day, action, resource = "samples/acme-day1.json", "s3:GetObject", "arn:aws:s3:::acme-ledger/x"
    snapshot = iamtui.open_snapshot(day)
    told = ("--context", "aws:SourceIp=203.0.113.9", "--at", "2026-11-23T14:00:00Z", "--format", "json")
    assert run(["who-can", day, "--action", action, "--resource", resource, *told]) == 0
    context = {"aws:SourceIp": "203.0.113.9"}
    answer = iamtui.who_can(snapshot, action, resource, context=context)
    assert json.loads(capfd.readouterr().out) == answer.to_dict()


def test_what_cannot_be_asked_is_a_value_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    snapshot = iamtui.open_snapshot("samples/acme-day1.json")
    with pytest.raises(ValueError, match="expected an action that exists"):
        iamtui.who_can(snapshot, "s3:Nothing")
