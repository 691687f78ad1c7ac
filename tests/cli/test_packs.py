"""Evidence packs: their files, that they are the same twice, and that `iamtui check` passes on them (B19-B21)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Iamtui
from tests.cli.test_contain import QUIET, assumed, export
from tests.cli.test_trail import PLANTED, TOKEN, story
from tests.trail.events import delivered

ASKED = [
    ("trail", "logs", "account", "--changes", "--denials"),
    ("trail", "logs", "account", "--event", "00000000-0000-0000-0000-000000000004"),
    ("trail", "logs"),
    ("key", "AKIAQGH5DJSQ7XAMPLE2", "--in", "logs", "--in", "account"),
    ("contain", "logs", "account", "--who", "dana"),
]
FILES = ["answer.json", "events.jsonl", "inputs.sha256", "report.md", "scenarios.json"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    export(tmp_path / "account")
    delivered(tmp_path / "logs" / "a.json.gz", [*story(), *assumed(number=20, at="2026-11-23T10:05:00Z"), *QUIET])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", ASKED, ids=[" ".join(words[:1] + words[3:4]) for words in ASKED])
def test_a_pack_is_whole_checked_and_the_same_twice(iamtui: Iamtui, here: Path, words: tuple[str, ...]) -> None:
    for name in ("one", "two"):
        assert iamtui(*words, "--pack", name).status in (0, 1)
    assert sorted(path.name for path in (here / "one").iterdir()) == FILES
    for name in FILES:
        content = (here / "one" / name).read_bytes()
        assert content == (here / "two" / name).read_bytes()
        assert PLANTED.encode() not in content
        assert TOKEN.encode() not in content
        assert str(here).encode() not in content
    cases = json.loads((here / "one" / "scenarios.json").read_bytes())["cases"]
    assert bool(cases) == ("account" in words)
    if cases:
        ran = iamtui("check", "one/scenarios.json")
        assert (ran.status, f"{len(cases)} passed" in ran.out) == (0, True)


def test_the_check_fails_where_an_input_changes_a_verdict(iamtui: Iamtui, here: Path) -> None:
    iamtui("contain", "logs", "account", "--who", "dana", "--pack", "pack")
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    export(here / "account", dana=[deny], ops=[deny])
    assert iamtui("check", "pack/scenarios.json").status == 1


def test_the_sums_are_those_of_the_files(iamtui: Iamtui, here: Path) -> None:
    iamtui("trail", "logs", "account", "--changes", "--pack", "pack")
    lines = (here / "pack" / "inputs.sha256").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["account/details.json", "account/keys.json", "logs/a.json.gz"]
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((here / name).read_bytes()).hexdigest() == digest


def test_the_sums_hold_for_any_name(iamtui: Iamtui, here: Path) -> None:
    hostile = here / "logs" / "a\nb\\c.json.gz"
    (here / "logs" / "a.json.gz").rename(hostile)
    iamtui("trail", "logs", "account", "--pack", "pack")
    written = (here / "pack" / "inputs.sha256").read_text()
    assert f"\\{hashlib.sha256(hostile.read_bytes()).hexdigest()}  logs/a\\nb\\\\c.json.gz\n" in written


def test_events_are_in_the_order_of_time(iamtui: Iamtui, here: Path) -> None:
    iamtui("trail", "logs", "--pack", "pack")
    times = [json.loads(line)["eventTime"] for line in (here / "pack" / "events.jsonl").read_text().splitlines()]
    assert times == sorted(times)
    assert len(times) == 11


def test_a_folder_that_holds_something_is_refused(iamtui: Iamtui, here: Path) -> None:
    ran = iamtui("trail", "logs", "--pack", "logs")
    assert ran.status == 2
    assert "expected a folder that is empty" in ran.err


def test_exports_in_several_places_cannot_be_named(iamtui: Iamtui, here: Path) -> None:
    (here / "account" / "keys.json").rename(here / "keys.json")
    ran = iamtui("trail", "logs", "account", "keys.json", "--changes", "--pack", "pack")
    assert ran.status == 2
    assert "expected the exports below one path" in ran.err


def test_the_sql_reads_nothing(iamtui: Iamtui) -> None:
    ran = iamtui("trail", "--sql", "athena", "--table", "logs", "--who", "dana", "--error", "denied")
    assert ran.status == 0
    assert ran.out.startswith('SELECT * FROM "logs"\nWHERE (')
    assert iamtui("trail", "nowhere", "--sql", "athena").status == 2
    assert "no newest event" in iamtui("trail", "--sql", "lake", "--from", "-1h").err
