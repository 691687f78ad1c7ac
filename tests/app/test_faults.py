"""No worker of the app ends by a fault in silence."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual import work
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget

import iamtui.app
from iamtui.app.application import FAULT_STATUS, IamtuiApp
from iamtui.app.faults import TellsFaults
from iamtui.app.screens.can_screen import CanScreen
from iamtui.app.screens.help_screen import HelpScreen
from tests.app.driving import session


class Failing(TellsFaults, Widget):
    @work(exit_on_error=False, description="count the roles")
    async def begin(self) -> None:
        raise ValueError("of what?")


class Host(App[None]):
    told: str = ""

    def compose(self) -> ComposeResult:
        yield Failing()

    def notify(self, message: str, **_: Any) -> None:
        self.told = message


async def test_a_fault_in_a_worker_is_told_with_what_it_was_about() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.query_one(Failing).begin()
        for _ in range(500):
            if app.told:
                break
            await asyncio.sleep(0.01)
        await pilot.pause(0)
    assert "could not count the roles" in app.told
    assert "ValueError: of what?" in app.told


def test_what_fails_while_the_app_ends_is_no_news_but_the_first_fault_is() -> None:
    """A screen that opens as the app is told to end is never filled: it looks for its list in vain."""
    for begins, status in ((lambda app: app.exit(return_code=143), 143), (lambda app: None, FAULT_STATUS)):
        app = IamtuiApp(())
        begins(app)
        app._handle_exception(NoMatches("No nodes match 'MatrixView' on MatrixScreen()"))
        app._handle_exception(NoMatches("No nodes match 'TreeList' on FindingsScreen()"))
        assert app.return_code == status
        assert len(app._exit_renderables) == (status == FAULT_STATUS)


class Going(Screen[None]):
    @work
    async def on_mount(self) -> None:
        self.dismiss(None)
        await self.app.push_screen_wait(Screen())


async def test_a_screen_that_opens_another_while_it_goes_does_not_take_the_app_along() -> None:
    async with session(Path(iamtui.app.__file__).parents[2] / "samples" / "acme-day1.json") as running:
        going = Going()
        running.app.push_screen(going)
        await running.until(lambda: not going.is_attached and running.app.screen is not running.bench, "the other one")
        assert running.app.is_running
        running.app.screen.dismiss(None)
        await running.until(lambda: running.app.screen is running.bench, "the workbench")


async def test_a_screen_that_is_left_below_another_stays() -> None:
    """A click that opens a row and a key that opens the help may come at once."""
    async with session(Path(iamtui.app.__file__).parents[2] / "samples" / "acme-day1.json") as running:
        await running.select("arn:aws:iam::111122223333:user/dana")
        await running.press("c")
        below = await running.above(CanScreen)
        await running.press("?")
        await running.above(HelpScreen)
        below.dismiss("leans on something")
        for left in ([CanScreen, HelpScreen], [CanScreen], []):
            assert [type(one) for one in running.app.screen_stack[2:]] == left
            await running.press("escape")
        below.dismiss(None)
        assert running.app.screen is running.bench, "it was left before"


def test_whoever_keeps_the_app_alive_after_a_fault_tells_it() -> None:
    sources = {path: path.read_text("utf-8") for path in Path(iamtui.app.__file__).parent.rglob("*.py")}
    keeping = {path.name: source for path, source in sources.items() if "exit_on_error=False" in source}
    assert len(keeping) > 8
    assert [name for name, source in keeping.items() if not ("WorkerState" in source or "TellsFaults" in source)] == []
