import json
import shlex
from pathlib import Path

import pytest

from iamtui.app.clipboard import for_terminal, proviso
from iamtui.app.screens.copy_screen import CopyScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.browsing.copies import request_copies
from iamtui.cli.running import run_safely
from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, rows, session
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


async def test_arn_and_document_are_copied_and_a_decision_is_saved_in_every_form(path: Path) -> None:
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("y")
        assert running.app.clipboard == ALICE
        await running.until_told("ARN sent to the clipboard")
        await running.press("2", "T", "y")
        assert json.loads(running.app.clipboard)["UserName"] == "alice"
        await running.press("1")
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        saved = {ending: path.with_name(f"out.{ending}") for ending in ("txt", "json", "md", "svg")}
        for target in saved.values():
            await save_as(running, str(target))
            await running.until(target.exists, target.name)
            assert "s3:GetObject" in target.read_text("utf-8")
        assert json.loads(saved["json"].read_text("utf-8"))
        picture = saved["svg"].read_text("utf-8")
        assert "Simulate" in picture
        assert "Save what is on the screen" not in picture


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


async def test_more_rows_than_a_terminal_takes_are_not_written_out_for_the_menu(path: Path) -> None:
    async with session(path) as running:
        for count, has_all in ((700, True), (701, False)):
            running.app.push_screen(ListScreen("Rows", [Node(str(n), "row") for n in range(count)], empty=""))
            await running.above(ListScreen)
            assert ("all that is unfolded" in await running.copy_menu("escape")) is has_all
            await running.press("escape")


async def test_a_name_is_suggested_asked_about_or_refused(path: Path) -> None:
    path.with_name("alice-overview.txt").touch()
    precious = path.with_name("mine.txt")
    precious.write_text("precious")
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("2", "ctrl+s")
        assert running.app.screen.query_one(LineInput).value == "alice-overview-2.txt"
        await running.press("enter")
        await running.until(path.with_name("alice-overview-2.txt").exists)
        assert "AIDAALICE" in path.with_name("alice-overview-2.txt").read_text()
        await save_as(running, str(precious))
        await running.until_seen("is there already")
        assert precious.read_text() == "precious"
        await running.press("enter")
        await running.until(lambda: precious.read_text() != "precious")
        for name, words in (("out.exe", "must end in .txt"), ("/no/such/folder/a.txt", "there is no folder")):
            await save_as(running, name)
            await running.until_seen(words)
            await running.press("escape")
            assert not isinstance(running.app.screen, SaveDialog)


async def test_the_menu_copies_arn_statement_json_and_a_command_that_answers_the_same(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with session(path) as running:

        async def menu(*choosing: str) -> list[str]:
            await running.press("Y")
            listed = rows((await running.above(CopyScreen)).query_one(TreeList))
            await running.press(*choosing)
            await running.until(lambda: running.app.screen is running.bench, "the menu is closed")
            return listed

        await running.select(arn("role", "app"))
        listed = await menu("down", "enter")
        assert [row.split("  ")[0] for row in listed] == ["ARN", "name", "JSON", "command: can", "command: who-can"]
        assert running.app.clipboard == "app"

        await running.press("s")
        await running.paste("s3:GetObject")
        await running.press("tab")
        await running.paste("arn:aws:s3:::b/it's")
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.decision is not None and running.trace.has_focus)
        running.trace.cursor = next(i for i, row in enumerate(rows(running.trace)) if row.startswith("Allow Read"))
        await menu("enter")
        assert running.app.clipboard.startswith("principal   arn:aws:iam")
        assert "Reading" in running.app.clipboard
        await menu("down", "enter")
        assert json.loads(running.app.clipboard)["Sid"] == "Read"
        await menu("end", "enter")
        await running.until_told("command: simulate sent to the clipboard")
        command = running.app.clipboard
        await running.press("Y")
        await running.above(CopyScreen)
        await running.press("end")
        await save_as(running, "command.txt")
        await running.until(path.with_name("command.txt").exists)
        assert path.with_name("command.txt").read_text() == command + "\n"
    program, *words = shlex.split(command)
    assert program == "iamtui"
    assert run_safely([*words, "--color", "never"]) == 0
    assert "ALLOWED  an identity-based policy allows it" in capsys.readouterr().out


def test_no_command_is_offered_in_which_a_shell_would_see_more_than_is_seen() -> None:
    hidden = RequestFields("dana\x1b[201~\nrm -rf ~", "s3:GetObject")
    assert request_copies(hidden, ()) == []
    odd = RequestFields("dana", "s3:GetObject", "arn:aws:s3:::b/$(x) `y`", (ContextField("k", "value", ("@a", "b")),))
    (copy,) = request_copies(odd, (Path("-x.json"),))
    assert shlex.split(copy.text)[2:] == [
        *("./-x.json", "--principal", "dana", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/$(x) `y`"),
        *("--context", "k=@@a", "--context", "k=b"),
    ]


def test_below_tmux_a_copy_also_goes_round_it(monkeypatch: pytest.MonkeyPatch) -> None:
    copied = "\x1b]52;c;YQ==\a"
    monkeypatch.delenv("TMUX", raising=False)
    assert for_terminal(copied) == copied
    monkeypatch.setenv("TMUX", "socket,1,0")
    assert for_terminal(copied) == f"{copied}\x1bPtmux;\x1b\x1b]52;c;YQ==\a\x1b\\"
    assert for_terminal("a frame") == "a frame"
    assert "set-clipboard" in proviso()
