"""Writing never destroys: what was there is there until the new file is whole, and what cannot be is one message."""

import os
import re
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from iamtui.app.saving import Target, Writing
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.cli import run
from iamtui.widgets.plain_text import PlainText
from tests.app.driving import session
from tests.app.exports import company
from tests.app.exports import write as write_export

OLD = "old" * 1_000


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("replaces", [True, False])
def test_what_cannot_be_written_whole_leaves_all_as_it_was(tmp_path: Path, replaces: bool) -> None:
    path = tmp_path / "a.txt"
    if replaces:
        path.write_text(OLD)
    writing = Writing(Target(path, "txt", replaces=replaces), ["new"] * 1_000)
    with room_for(1_000):
        writing.run()
    assert "large" in writing.trouble
    assert [one.name for one in tmp_path.iterdir()] == (["a.txt"] if replaces else [])
    assert not replaces or path.read_text() == OLD


def test_a_link_and_the_permissions_of_what_is_replaced_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "a.txt", tmp_path / "link.txt"
    path.write_text(OLD)
    path.chmod(0o640)
    link.symlink_to(path)
    Writing(Target(link, "txt", replaces=True), ["n", "ew"]).run()
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "missing/a.txt", "folder.txt"])
def test_what_cannot_be_a_file_is_an_error_of_the_system(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.txt").mkdir()
    writing = Writing(Target(tmp_path / name, "txt", replaces=True), ["new"])
    writing.run()
    assert re.search("name|file|directory", writing.said)


def test_a_report_that_cannot_be_written_is_one_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "s.json"
    scenario.write_text('{"version": 1, "cases": [{"name": "a"}]}')
    for report in ("/dev/full", str(tmp_path / ("x" * 300)), str(tmp_path)):
        assert run(["check", str(scenario), "--junit", report]) == 2
        assert "no JUnit XML is written" in capfd.readouterr().err


async def test_every_name_that_cannot_be_saved_under_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    async with session(write_export(tmp_path / "a.json", company())) as running:
        os.rmdir(gone)  # noqa: PTH106
        for name in ("x" * 300 + ".txt", "~nobody-at-all/a.txt", "a\0.txt", f"{tmp_path}/a.json/b.txt", "here.txt"):
            await running.press("2", "ctrl+s")
            dialog = await running.above(SaveDialog)
            dialog.query_one(Input).value = name
            await running.press("enter")
            if running.app.screen is dialog:
                told = str(dialog.query_one("#save-help", PlainText).render())
                assert "cannot be the name" in told or "no folder" in told
                await running.press("escape")
        await running.until_told("not saved: here.txt")
