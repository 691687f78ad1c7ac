"""An open question is asked of what is on the screen: of another snapshot at once, of the same never twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.help_screen import HelpScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.matrix_screen import MatrixScreen
from iamtui.app.screens.paths_screen import PathsScreen
from iamtui.app.screens.what_if_screen import WhatIfScreen
from iamtui.app.screens.who_can_screen import WhoCanScreen
from iamtui.browsing.findings import Findings
from tests.app.driving import Session, session
from tests.app.exports import arn, company
from tests.app.exports import write as write_export
from tests.app.test_watching import edited, until_changed, until_watching
from tests.app.test_what_if import READING, WRITTEN, choose, keep, write_document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_export(tmp_path / "company.json", company())


async def test_files_that_change_while_one_chooses_what_to_ask_are_asked(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        await running.select(arn("role", "app"))
        await running.press("w")
        actions = await running.above(ListScreen)
        write_export(path, edited())
        await until_changed(running, 2)
        assert running.app.screen is actions
        await running.press("enter")
        screen = await running.above(WhoCanScreen)
        await running.until(lambda: screen.answer is not None, "the answer")
        assert screen._snapshot is running.bench.snapshot


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The screens that asked, in their order."""
    asked: list[str] = []
    for kind in (MatrixScreen, PathsScreen):
        ask = kind._ask

        def note(screen: Any, handed: Any, *, ask: Any = ask) -> Any:
            asked.append(type(screen).__name__)
            return ask(screen, handed)

        monkeypatch.setattr(kind, "_ask", note)
    yield asked


@pytest.mark.parametrize(("key", "kind"), [("m", MatrixScreen), ("a", PathsScreen)], ids=["matrix", "paths"])
async def test_findings_that_come_do_not_begin_an_open_question_anew(
    path: Path, asked: list[str], key: str, kind: type[Any]
) -> None:
    async with session(path) as running:
        await running.press(key)
        await running.above(kind)
        await running.until(lambda: asked, "the question")
        reading, workspace = running.bench.reading, running.bench.workspace
        assert workspace is not None
        reading.workspace = replace(workspace, findings=Findings({}, 0))
        await running.settled()
        assert asked == [kind.__name__]
        await running.press("escape")


async def test_what_edits_do_is_asked_of_what_was_read_not_of_what_they_make_of_it(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        await running.select(READING)
        await write_document(running, WRITTEN)
        await keep(running)
        await running.press("W")
        await choose(running, "Show what the 1 edit laid over the picture do")
        screen = await running.above(WhatIfScreen)
        await running.until(lambda: screen.answer is not None, "the effect")
        await running.until_seen("gained and lost")
        elsewhere = company()
        elsewhere["UserDetailList"][1]["Tags"] = [{"Key": "new", "Value": "yes"}]
        write_export(path, elsewhere)
        await running.until_told("1 user changed on disk")
        await running.until(lambda: screen._snapshot is running.bench.reading.newest, "what was read")
        await running.settled()
        await running.until_seen("gained and lost")
        await running.press("escape")


async def found(running: Session, count: int) -> None:
    reading, workspace = running.bench.reading, running.bench.workspace
    assert workspace is not None
    reading.workspace = replace(workspace, findings=Findings({}, count))
    await running.settled()


async def test_a_list_of_findings_below_another_screen_shows_what_is_found_meanwhile(path: Path) -> None:
    async with session(path) as running:
        await running.press("f")
        screen = await running.above(FindingsScreen)
        await running.press("question_mark")
        await running.above(HelpScreen)
        await found(running, 7)
        assert screen._findings.looked_at == 7
        await running.press("escape")


async def test_findings_may_come_before_their_list_is_on_the_screen(path: Path) -> None:
    async with session(path) as running:
        running.bench.action_findings()
        assert isinstance(running.app.screen, FindingsScreen)  # it is not composed yet
        await found(running, 1)
        await running.press("escape")
