"""Driving the app as a user does: keys, and waiting for what is to be seen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from textual.events import Paste
from textual.message import Message
from textual.notifications import Notify
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from iamtui.app.application import IamtuiApp
from iamtui.app.loading.findings_worker import FindingsWorker
from iamtui.app.screens.copy_screen import CopyScreen
from iamtui.app.workbench.screen import Workbench
from iamtui.browsing.findings import Findings
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.facts import Facts
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.tree_list import TreeList
from tests.piloting import as_key, quiet, settled

S = TypeVar("S", bound=Screen[Any])
ScreenClass = type[S]
NARROW, WIDE = (80, 24), (160, 48)
both_sizes = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


async def until(pilot: Pilot[None], condition: Callable[[], object], what: str = "") -> None:
    """Wait until a condition holds, or fail; then until its consequences are drawn too."""
    for waited in range(1500):  # half a minute: a loaded machine is slow, and waiting costs nothing where all is well
        if condition():
            if waited:
                await settled(pilot.app)
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"gave up waiting{f' for {what}' if what else ''}")


class Session:
    """One running app."""

    def __init__(self, app: IamtuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.told: list[str] = []  # all notices; on a loaded machine they go before a test can look

    @property
    def bench(self) -> Workbench:
        return cast("Workbench", self.app.screen_stack[1])

    @property
    def tree(self) -> TreeList:
        return self.bench.explorer.front_tree

    @property
    def trace(self) -> TreeList:
        return self.bench.simulation.query_one("#trace", TreeList)

    async def press(self, *keys: str) -> None:
        """Press keys as fast as they come, and wait for what they do; an app that has ended takes none."""
        assert self.app.is_running, "the app has ended"
        for key in keys:
            self.app.post_message(as_key(key))
        await self.settled()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def paste(self, text: str) -> None:
        """Put a text into the field that has the focus, where typing is not the point."""
        self.app.post_message(Paste(text))
        await self.settled()

    async def settled(self) -> None:
        """Wait until keys are handed on, threads that they began have ended, and all widgets have heard of it."""
        stack, others = tuple(self.app.screen_stack), {one for one in self.app.workers if not one._thread_worker}
        await quiet(self.app)
        while (task := self.app._key_queue._task) is not None and not task.done():
            await asyncio.wait([task], timeout=0.1)
        for _ in range(1500):  # as patient as `until`
            begun = {*self.app.workers} - others
            if tuple(self.app.screen_stack) != stack or not any(ends_soon(one) for one in begun):
                break  # what waits for a screen of its own ends with that
            await asyncio.sleep(0.02)
        else:
            raise TimeoutError(f"{begun} do not end")
        await settled(self.app)

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        await until(self.pilot, condition, what)

    async def until_begun(self) -> None:
        await self.until(lambda: len(self.app.screen_stack) > 1, "the workbench")
        await self.until(lambda: self.bench.query("#request-principal"), "the panes")

    async def until_read(self) -> None:
        await self.until_begun()
        await self.until(lambda: self.bench.workspace is not None and self.bench.workspace.relations, "the indexes")
        await self.settled()

    async def select(self, key: str) -> None:
        """Put the explorer's cursor on a subject."""
        self.bench.explorer.reveal(key)
        await self.until(lambda: self.bench.subject.place is not None and self.bench.subject.place.key == key, key)

    async def copy_menu(self, *choosing: str) -> list[str]:
        """Open the copy menu, choose by keys, and give what it offered."""
        below = self.app.screen
        await self.press("Y")
        offered = rows((await self.above(CopyScreen)).query_one(TreeList))
        await self.press(*choosing)
        await self.until(lambda: self.app.screen is below, "the menu is closed")
        return [row.split("  ")[0] for row in offered]

    def heading(self) -> str:
        return str(self.bench.subject.query_one("#subject-heading").render())

    def focus_path(self) -> list[str]:
        """The ids from what has the focus outwards."""
        focused = self.app.focused
        return [] if focused is None else [node.id or "" for node in focused.ancestors_with_self]

    async def above(self, kind: ScreenClass[S]) -> S:
        """Wait for a screen above the workbench, ready for keys."""
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.focused is not None, kind.__name__)
        return cast("S", self.app.screen)

    async def until_seen(self, text: str) -> None:
        await self.until(lambda: text in self.seen(), text)

    async def until_about(self, start: str) -> None:
        """Wait until the subject on show has a heading that begins so."""
        await self.until(lambda: self.heading().startswith(start), start)

    async def until_told(self, text: str) -> None:
        """Wait for a notice; one that is gone from the screen again counts too."""
        await self.until(lambda: any(text in told for told in self.told), text)

    def seen(self) -> str:
        """All that is on the screen, as text."""
        return screen_text(self.app)


def ends_soon(worker: Worker[Any]) -> bool:
    """Whether a worker runs because of a key, and not for long."""
    return worker.is_running and worker.group not in {"review", "load", "follow", "trail"}


def screen_text(app: IamtuiApp) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def rows(view: Widget) -> list[str]:
    assert isinstance(view, LineCursor)
    return [view.row_text(index) for index in range(view.row_count)]


def links(facts: Facts) -> list[str]:
    return [fact.link for _, fact in facts._rows if fact is not None and fact.link]


def find_nothing(worker: FindingsWorker, snapshot: Snapshot, *_: object) -> None:
    worker.post_message(FindingsWorker.Done(snapshot, Findings({}, 0)))


@asynccontextmanager
async def session(
    *paths: Path,
    size: tuple[int, int] = WIDE,
    settings: Path | None = None,
    bundled: bool = False,
    state: Path | None = None,
    is_ascii: bool = False,
    reads: bool = True,
    pins: Path | None = None,
    finds: bool = False,
) -> AsyncIterator[Session]:
    """Run the app on some paths until they are read; it looks for findings only if they matter."""
    clock = lambda: datetime(2026, 1, 2, 14, 2, 11)  # noqa: E731 - once
    app = IamtuiApp(paths, bundled=bundled, settings=settings, state=state, is_ascii=is_ascii, pins=pins, clock=clock)
    told: list[str] = []

    def note(message: Message) -> None:
        if isinstance(message, Notify):
            told.append(message.notification.message)

    with pytest.MonkeyPatch.context() as patch:
        if not finds:
            patch.setattr(FindingsWorker, "begin", find_nothing)
        async with app.run_test(size=size, notifications=True, message_hook=note) as pilot:
            running = Session(app, pilot)
            running.told = told
            await running.until_begun()
            if reads:
                await running.until_read()
            yield running
            await running.settled()
            list(app.screen._compositor._get_renders())  # what it ends with can be drawn
