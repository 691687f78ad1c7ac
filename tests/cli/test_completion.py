"""What a shell completes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iamtui.cli import run
from tests.app.exports import arn, export, role, user
from tests.cli.conftest import write

Complete = Callable[..., list[str]]


@pytest.fixture
def complete(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Gives what Bash is offered for the last of the words that it has cut the line into."""

    def offered(*words: object) -> list[str]:
        monkeypatch.setenv("_IAMTUI_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", "\n".join(map(str, ("iamtui", *words))))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit) as ended:
            run([])
        assert ended.value.code == 0
        out, err = capfd.readouterr()
        assert err == ""
        return [line.partition(",")[2] for line in out.splitlines() if line]

    return offered


@pytest.fixture
def account(tmp_path: Path) -> Path:
    users = [user("dana", "/eng/"), user("dan.o"), user("eve"), user("x$(reboot)")]
    return write(tmp_path / "account.json", export(users=users, roles=[role("deploy"), role("Eve")]))


def test_principals_of_the_export_on_the_line_are_completed(complete: Complete, account: Path) -> None:
    assert complete("simulate", account, "--principal", "da") == ["dana", "dan.o"]
    assert complete("simulate", account, "--principal", "dep") == ["deploy"]
    assert complete("simulate", account, "--action", "s3:GetObject", "--principal", "DAN") == ["dana", "dan.o"]
    assert complete("can", account, "dep") == ["deploy"]
    assert complete("can", account, "--service", "s3", "nobod") == ["nobod"], "a file, which the shell completes"
    assert (
        complete("contain", account, "--who", "dep") == complete("matrix", account, "--principals", "dep") == ["deploy"]
    )
    assert complete("paths", account, "--from", "dep") == [arn("role", "deploy")]


def test_arns_are_completed_after_their_last_colon(complete: Complete, account: Path) -> None:
    words = ["arn", ":", "aws", ":", "iam", ":", ":", "111122223333", ":", "user/e"]
    assert complete("simulate", account, "--principal", *words) == ["user/eng/dana", "user/eve"]


def test_a_name_that_no_account_of_aws_takes_is_not_put_on_a_command_line(complete: Complete, account: Path) -> None:
    assert complete("simulate", account, "--principal", "x") == []


def test_without_a_readable_export_nobody_is_offered(complete: Complete, tmp_path: Path) -> None:
    assert complete("simulate", "--principal", "da") == []
    assert complete("simulate", tmp_path / "none.json", "--principal", "da") == []


@pytest.mark.parametrize("command", ["simulate", "who-can", "can", "trail"])
def test_services_then_actions_are_completed(complete: Complete, command: str) -> None:
    assert complete(command, "a.json", "--action", "dynam") == ["dynamodb:"]
    assert complete(command, "a.json", "--action", "s3", ":", "getobjectt") == ["GetObjectTagging", "GetObjectTorrent"]
    assert "GetObject" in complete(command, "a.json", "--action", "s3", ":")
    assert complete(command, "a.json", "--action", "=", "s3", ":", "GetObjectTa") == ["GetObjectTagging"]
    assert complete(command, "a.json", "--action", "nosuch", ":", "x") == []


def test_commands_and_choices_are_completed(complete: Complete) -> None:
    assert complete("simu") == ["simulate"]
    assert complete("lint", "p.json", "--type", "r") == ["resource", "rcp"]
    assert complete("check", "c.json", "--color", "a") == ["auto", "always"]


def test_two_principals_of_one_name_are_completed_as_arns(complete: Complete, tmp_path: Path) -> None:
    twins = write(tmp_path / "b.json", export(users=[user("eve"), user("eve", account="444455556666")]))
    assert complete("simulate", twins, "--principal", "eve") == [
        arn("user", "eve"),
        arn("user", "eve", account="444455556666"),
    ]
