"""The commands that our READMEs show are run as they stand there, and answer as they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Iamtui, Ran, iamtui

__all__ = ["iamtui"]

Run = Callable[[str], Ran]
ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^ +(iamtui (?:simulate|check|inspect) (?:.*\\\n)*.*)$", re.MULTILINE)


def commands(readme: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return [match.replace("\\\n", " ") for match in _BLOCK.findall(text)]


QUESTIONS = [command for command in commands("samples/README.md") if command.startswith("iamtui simulate")]


@pytest.fixture
def run(iamtui: Iamtui, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as it stands in a README."""
    monkeypatch.chdir(ROOT)
    return lambda command: iamtui(*shlex.split(command)[1:])


def test_there_are_five_questions_to_each_sample_and_each_says_what_it_expects() -> None:
    assert ["acme-org" in question for question in QUESTIONS] == [False] * 5 + [True] * 5
    assert all("--expect" in question for question in QUESTIONS)


def test_the_commands_that_ask_nothing_are_run_too(run: Run) -> None:
    others = [command for command in commands("samples/README.md") if command not in QUESTIONS]
    assert [command.split()[1] for command in others] == ["inspect", "check"]
    assert [run(command).status for command in others] == [0, 0]


@pytest.mark.parametrize("command", QUESTIONS, ids=range(1, len(QUESTIONS) + 1))
def test_a_guided_question_has_the_answer_that_the_readme_gives(command: str, run: Run) -> None:
    ran = run(command)
    assert ran.status == 0, ran.out + ran.err


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (1, "--context aws:MultiFactorAuthPresent=true --expect allowed"),
        (
            1,
            "--context aws:MultiFactorAuthPresent=true --resource arn:aws:s3:::acme-team-x/y --expect implicitDeny",
        ),
        (2, "--principal dana --expect implicitDeny"),
        (3, "--context aws:SourceIp=203.0.113.9 --expect allowed"),
        (6, "--resource arn:aws:s3:::acme-ledger/2026/q3.csv --expect implicitDeny"),
        (6, "--context aws:SecureTransport=false --expect explicitDeny"),
        (9, "--resource arn:aws:kms:eu-west-1:111122223333:key/5f0c1f3e-7f0a-4b6d-9a35-2f6f0c8f4c11 --expect allowed"),
        (
            10,
            "--context aws:SourceAccount=111122223333 --context aws:SourceArn=arn:aws:s3:::acme-public-site "
            "--expect allowed",
        ),
    ],
)
def test_a_changed_question_has_the_answer_that_the_readme_gives(command: int, answer: str, run: Run) -> None:
    asked = QUESTIONS[command - 1]
    for option in re.findall(r"--(?:resource|principal|expect) |--context aws:SourceIp=", answer):
        asked = re.sub(rf"{option}\S+", "", asked)
    ran = run(f"{asked} {answer}")
    assert ran.status == 0, ran.out + ran.err


def test_a_question_with_another_answer_leaves_1(run: Run) -> None:
    ran = run(QUESTIONS[0].replace("explicitDeny", "allowed"))
    assert ran.status == 1


@pytest.mark.parametrize("command", commands("README.md"))
def test_a_command_of_the_readme_works(command: str, run: Run) -> None:
    ran = run(command)
    assert ran.status == 0, ran.out + ran.err
