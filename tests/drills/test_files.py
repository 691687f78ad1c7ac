"""Every file that cannot be used is one line: what is in it, what it is, and what its times say."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui.cli import run
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.app.driving import NARROW, session
from tests.app.exports import export, policy, role, user
from tests.app.exports import write as write_export
from tests.samples.test_samples import SAMPLES

ORGANIZATION = SAMPLES / "acme-org"
DIGITS = "1" * 5_000
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def nested(depth: int, opening: str = "{") -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value} if opening == "{" else [value]
    return value


def ran(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    """The status of a command and the lines of its errors."""
    status = run(words)
    return status, capfd.readouterr().err.splitlines()


# What is named on the command line


@pytest.mark.parametrize(
    "kind", ["/dev/zero", "/dev/full", "pipe", "silent pipe", "folder", "x" * 300, "~nobody/p.json"]
)
def test_what_is_no_file_is_one_line(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iamtui.files.reading.SILENCE_SECONDS", 0.05)
    path = {"folder": tmp_path}.get(kind, tmp_path / kind if "pipe" in kind else Path(kind))
    held = []
    if "pipe" in kind:
        os.mkfifo(path)
    if kind == "silent pipe":
        held = [os.open(path, os.O_RDWR)]
    for words in (["simulate", "--policy", str(path), "--action", "s3:GetObject"], ["check", str(path)]):
        status, errors = ran(capfd, *words)
        assert status == 2
        assert len(errors) == 1
        assert "expected" in errors[0]
        assert ("nobody writes" in errors[0]) is (kind == "pipe")
    for descriptor in held:
        os.close(descriptor)


def test_a_pipe_that_speaks_is_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, json.dumps(ALLOW).encode())
    os.close(writer)
    assert run(["simulate", "--policy", f"/dev/fd/{reader}", "--action", "s3:GetObject"]) == 0
    os.close(reader)


def test_a_scenario_whose_snapshot_cannot_be_a_path_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case = {"name": "one", "request": {"principal": "dana", "action": "s3:GetObject"}, "expect": "allowed"}
    path = tmp_path / "s.json"
    path.write_text(json.dumps({"version": 1, "snapshot": "a\0b", "cases": [case]}))
    status, errors = ran(capfd, "check", str(path))
    assert status == 2
    assert "cannot be opened" in errors[0]


@pytest.mark.parametrize(
    "content", ["a = " + "[" * 40_000, "a." * 40_000 + "b = 1", "pipe"], ids=["list", "name", "pipe"]
)
async def test_settings_that_cannot_be_read_are_a_notice(tmp_path: Path, content: str) -> None:
    settings = tmp_path / "config.toml"
    if content == "pipe":
        os.mkfifo(settings)
    else:
        settings.write_text(content)
    async with session(write_export(tmp_path / "a.json", export(users=[user("dana")])), settings=settings) as running:
        await running.until_told("config.toml")


# What exports hold


@pytest.mark.parametrize("row", [0, 1, 5])
def test_a_report_with_a_long_column_is_said(tmp_path: Path, row: int) -> None:
    report = (ORGANIZATION / "prod" / "credential-report.csv").read_text("utf-8").splitlines()
    report[row] += "," + "x" * 200_000
    (tmp_path / "report.csv").write_text("\n".join(report))
    write_export(tmp_path / "a.json", export(users=[user("grace")]))
    snapshot = open_snapshot([tmp_path])
    assert len(snapshot.accounts) == 1
    assert any("field larger than field limit" in problem.expected for problem in snapshot.problems)


@pytest.mark.parametrize("seconds", [1_000_000_000_000, 253_402_300_800, -62_135_596_801, -1])
def test_a_time_that_no_calendar_has_costs_nothing(tmp_path: Path, seconds: int) -> None:
    path = write_export(tmp_path / "a.json", export(users=[user("dana")]))
    try:
        os.utime(path, (seconds, seconds))
    except OverflowError:
        pytest.skip("this file system has no such time")
    assert run(["inspect", str(path)]) == 0
    assert len(open_snapshot([path]).accounts) == 1


@pytest.mark.parametrize(
    "depth", [260, pytest.param(400, marks=pytest.mark.fuzz), pytest.param(900, marks=pytest.mark.fuzz)]
)
async def test_documents_that_are_very_deep_are_shown(tmp_path: Path, depth: int) -> None:
    deep = [{"Statement": [{"Effect": "Allow", "Action": "*", "Condition": nested(depth, one)}]} for one in "{["]
    trust = {"Statement": [{"Effect": "Allow", "Principal": nested(depth), "Action": "sts:AssumeRole"}]}
    path = write_export(
        tmp_path / "a.json",
        export(
            users=[user("dana", inline={"own": deep[0]})],
            roles=[role("r", trusts=trust)],
            policies=[policy("P", *deep, {"Statement": [nested(depth)], "Id": "\\u0061\u2028"})],
        ),
    )
    async with session(path, size=NARROW) as running:
        assert running.bench.workspace is not None
        for index in running.bench.workspace.filters.values():
            for entry in index.matches(""):
                running.bench.go_to(entry.key)
                for _ in range(len(running.bench.subject.tabs)):
                    await running.press("t")


def hostile_values() -> Iterator[Any]:
    yield from (
        None,
        True,
        -1,
        1e308,
        10**400,
        "",
        "\0",
        "x" * 300,
        [],
        {},
        [[]],
        {"": {}},
        nested(50),
        nested(50, "["),
    )
    yield from (
        "9" * 400,
        "9999-99-99T99:99:99Z",
        "-",
        "arn:aws:iam::111122223333:",
        "{",
        '{"a": ',
        "%7B",
        "[]",
        "\ud800",
    )


def spoil(value: Any, rng: Random, chance: float) -> Any:
    """The same JSON with some of its values replaced by what nobody expects there."""
    if rng.random() < chance:
        return rng.choice(list(hostile_values()))
    if isinstance(value, dict):
        return {key: spoil(item, rng, chance) for key, item in value.items()}
    return [spoil(item, rng, chance) for item in value] if isinstance(value, list) else value


def assert_opens(folder: Path, rng: Random) -> None:
    """Spoil every file of an organization, and open it; nothing but an error of the snapshot may come of it."""
    for source in sorted(ORGANIZATION.rglob("*.json")):
        target = folder / source.relative_to(ORGANIZATION)
        target.parent.mkdir(parents=True, exist_ok=True)
        spoiled = spoil(json.loads(source.read_bytes()), rng, 0.02)
        target.write_text(json.dumps(spoiled).replace(f"{10**400}", DIGITS if rng.random() < 0.2 else "1"))
    try:
        open_snapshot([folder])
    except SnapshotError as error:
        assert error.problems


def test_what_nobody_expects_in_a_file_costs_no_more_than_the_file(tmp_path: Path) -> None:
    for seed in range(10):
        assert_opens(tmp_path / str(seed), Random(seed))  # noqa: S311 - test data


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(8))
def test_what_nobody_expects_in_any_file_costs_no_more_than_the_file(tmp_path: Path, part: int) -> None:
    for seed in range(200):
        assert_opens(tmp_path / "organization", Random(1_000 * part + seed))  # noqa: S311 - test data
