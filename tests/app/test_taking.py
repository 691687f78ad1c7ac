import json
from pathlib import Path

import pytest

from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.widgets.line_input import LineInput
from tests.app.driving import Session, session
from tests.app.exports import READ, arn, company, export, policy, write
from tests.app.test_simulating import ask

ALICE = arn("user", "alice", "/staff/")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "company.json", company())


async def save_as(running: Session, name: str) -> None:
    await running.press("ctrl+s")
    dialog = await running.above(SaveDialog)
    box = dialog.query_one(LineInput)
    box.put(name)
    await running.press("enter")


async def test_the_arn_under_the_cursor_is_sent_to_the_clipboard(path: Path) -> None:
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("y")
        assert running.app.clipboard == ALICE
        await running.until_told("ARN sent to the clipboard")


async def test_a_document_in_front_is_copied_whole(path: Path) -> None:
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("2", "T", "y")
        assert json.loads(running.app.clipboard)["UserName"] == "alice"


async def test_half_a_character_in_a_document_is_copied_as_its_code(tmp_path: Path) -> None:
    content = export(policies=[policy("Odd", READ)])
    content["Policies"][0]["PolicyVersionList"][0]["Document"] = r'{"Version": "\ud800"}'
    async with session(write(tmp_path / "a.json", content)) as running:
        running.bench.go_to(arn("policy", "Odd"))
        await running.until_about("Odd")
        while running.bench.subject.tab.LABEL != "Document":
            await running.press("t")
        await running.press("y")
        await running.until_told("document sent")
        assert "\\ud800" in running.app.clipboard


async def test_the_trace_is_copied(path: Path) -> None:
    async with session(path) as running:
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        await running.press("y")
        assert "ALLOWED" in running.app.clipboard
        assert "Reading" in running.app.clipboard


@pytest.mark.parametrize("ending", ["txt", "json", "md", "svg"])
async def test_a_decision_is_saved_in_every_form(ending: str, path: Path) -> None:
    async with session(path) as running:
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        target = path.with_name(f"out.{ending}")
        await save_as(running, str(target))
        await running.until(target.exists)
        text = target.read_text("utf-8")
        assert "s3:GetObject" in text
        if ending == "json":
            assert json.loads(text)
        if ending == "svg":
            assert "Simulate" in text
            assert "Save what is on the screen" not in text


async def test_a_name_is_suggested_that_is_not_taken(path: Path) -> None:
    path.with_name("alice-overview.txt").touch()
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("2", "ctrl+s")
        assert running.app.screen.query_one(LineInput).value == "alice-overview-2.txt"
        await running.press("enter")
        await running.until(path.with_name("alice-overview-2.txt").exists)
        assert "AIDAALICE" in path.with_name("alice-overview-2.txt").read_text()


async def test_a_file_that_is_there_is_replaced_only_after_asking(path: Path) -> None:
    target = path.with_name("mine.txt")
    target.write_text("precious")
    async with session(path) as running:
        await save_as(running, str(target))
        await running.until_seen("is there already")
        assert target.read_text() == "precious"
        await running.press("enter")
        await running.until(lambda: target.read_text() != "precious")


@pytest.mark.parametrize(
    ("name", "words"), [("out.exe", "must end in .txt or .svg"), ("/no/such/folder/a.txt", "there is no folder")]
)
async def test_a_name_that_will_not_do_is_told_why(name: str, words: str, path: Path) -> None:
    async with session(path) as running:
        await save_as(running, name)
        assert words in running.seen()
        await running.press("escape")
        assert not isinstance(running.app.screen, SaveDialog)
