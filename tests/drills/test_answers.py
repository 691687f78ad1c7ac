"""The answer on the screen is that of what is on disk, and of the whole question; or there is none."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.widgets.verdict_bar import VerdictBar
from tests.app.driving import Session, session
from tests.app.exports import ACCOUNT, READ, arn, export, role, user, write
from tests.app.test_simulating import ask, verdict
from tests.app.test_watching import until_watching

DANA = arn("user", "dana")
OBJECT = "arn:aws:s3:::b/k"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
NOT_IN_USE = """
An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is \
not a member of an organization.
"""


def sentence(running: Session) -> str:
    bar = running.bench.query_one(VerdictBar).verdict
    return f"{bar.kind}: {bar.sentence} {bar.caution}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    users, roles = [user("dana", inline={"own": READ})], [role("app", inline={"own": READ})]
    write(folder / "account.json", export(users=users, roles=roles))
    return folder


async def test_news_that_change_nothing_that_is_listed_change_the_answer(folder: Path) -> None:
    async with session(folder) as running:
        await until_watching(running)
        await ask(running, DANA, "s3:GetObject", OBJECT)
        decision = running.bench.simulation.decision
        assert decision is not None
        assert any("organization" in told for told in decision.assumed)
        write(folder / "sts-get-caller-identity.json", {"Account": ACCOUNT})
        (folder / "organizations-describe-organization.err").write_text(NOT_IN_USE)
        await running.until(lambda: running.bench.simulation.decision is not decision, "another decision")
        answer = running.bench.simulation.decision
        assert answer is not None
        assert not any("organization" in told for told in answer.assumed)


@pytest.mark.fuzz
async def test_a_list_that_turns_from_not_exported_to_empty_changes_the_answer(folder: Path) -> None:
    path = folder / "account.json"
    content = export(users=[user("dana", inline={"own": READ})])
    write(path, {key: value for key, value in content.items() if key != "GroupDetailList"})
    async with session(folder) as running:
        await until_watching(running)
        await ask(running, DANA, "s3:GetObject", OBJECT)
        before = running.bench.simulation.decision
        write(path, content)
        await running.until(lambda: running.bench.simulation.decision is not before, "another decision")
        assert running.bench.simulation.decision is not None


@pytest.mark.fuzz
async def test_reading_again_decides_again(folder: Path) -> None:
    async with session(folder) as running:
        await until_watching(running)
        await ask(running, DANA, "s3:GetObject", OBJECT)
        before = running.bench.simulation.decision
        await running.press("escape", "1", "R")
        await running.until(lambda: running.bench.simulation.decision is not before, "another decision")


async def test_a_session_policy_that_cannot_be_read_leaves_nothing_decided(folder: Path) -> None:
    async with session(folder) as running:
        await ask(running, DANA, "s3:GetObject", OBJECT)
        asked = running.bench.desk.fields
        for path in ("~nobody-at-all/p.json", "p\0.json", "/dev/zero", ".", "missing.json", "x" * 300):
            running.bench.desk.take(asked)
            await running.until(lambda: verdict(running) == "allowed", "the answer without it")
            running.bench.desk.take(replace(asked, extra=path))
            await running.until(lambda: verdict(running) == "error", f"no decision for {path!r}")
            assert "session policy" in sentence(running)
            assert running.bench.simulation.decision is None


async def test_a_session_policy_that_changes_on_disk_changes_the_answer(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "session.json", ALL)
    async with session(folder) as running:
        await ask(running, arn("role", "app"), "s3:GetObject", OBJECT)
        running.bench.desk.take(replace(running.bench.desk.fields, extra=str(path)))
        nothing = json.dumps({**ALL, "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]})
        for content, expected in ((nothing, "implicitDeny"), ("{", "error")):
            path.write_text(content)
            await running.until(lambda wanted=expected: verdict(running) == wanted, expected)  # type: ignore[misc]
        write(path, ALL)
        await running.until(lambda: verdict(running) == "allowed", "the whole session")
        path.unlink()
        await running.until(lambda: verdict(running) == "error", "no decision")
