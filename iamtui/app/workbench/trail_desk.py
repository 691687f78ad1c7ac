"""The recorded events among the opened paths: reads them when they are first asked for, and opens their screens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.screens.list_screen import ListPlace
from iamtui.app.workbench.query_desk import QueryDesk
from iamtui.browsing.descriptions import arn_of
from iamtui.browsing.subjects import Subject
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import ManagedPolicy, Resource, Role, Snapshot, User

if TYPE_CHECKING:
    from iamtui.trail.reading import ReadProgress
    from iamtui.trail.trail import Trail

_PARTIAL_AFTER = 0.5
"""Seconds between two partial trails while many files are read."""
_EVENTS = "CloudTrail events"


class TrailDesk(Widget):
    """Holds the trail. Nothing of it is read before it is asked for: who only looks at exports does not wait."""

    DEFAULT_CSS: ClassVar[str] = "TrailDesk { display: none; }"

    @dataclass
    class StatementChosen(Message):
        """The policy of a statement is to be opened there."""

        statement: StatementRef

    @dataclass
    class _Read(Message):
        """Events were read, all or part of them."""

        trail: Trail
        said: str
        is_whole: bool
        firsts: Mapping[int, str] = field(default_factory=dict)

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self._paths = paths
        self._snapshot: Snapshot | None = None
        self._held: TrailDesk._Read | None = None
        self._place = ListPlace()
        self._stop = threading.Event()
        self._stop_watch = asyncio.Event()
        self._told = False

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Decide with another snapshot; say once that there are events among the paths."""
        self._snapshot = snapshot
        files = sum(file.status == "skipped" and file.message.startswith(_EVENTS) for file in snapshot.files)
        if files and not self._told:
            self._told = True
            self.notify(f"{files:,} files with CloudTrail events · L shows the timeline", timeout=5)
        self._show()

    # Reading

    def _begin(self) -> None:
        if self._held is None:
            self._stop = threading.Event()
            self._read_files(self._stop)

    @work(thread=True, exclusive=True, group="trail", exit_on_error=False, description="read events")
    def _read_files(self, stop: threading.Event) -> None:
        # The first frame does not wait for what reads files.
        from iamtui.browsing.trail.rows import firsts_of  # noqa: PLC0415
        from iamtui.trail.reading import ReadingCancelledError, read_trail  # noqa: PLC0415

        worker, last, latest = get_current_worker(), time.monotonic(), None

        def tell(progress: ReadProgress) -> None:
            nonlocal last, latest
            latest = progress
            if time.monotonic() - last > _PARTIAL_AFTER and progress.done < progress.total:
                said = f"read {progress.done:,} of {progress.total:,} files"
                self.post_message(self._Read(progress.so_far(), said, is_whole=False))
                last = time.monotonic()

        try:
            trail = read_trail(self._paths, progress=tell, stop=lambda: stop.is_set() or worker.is_cancelled)
            said = f"{trail.read.files:,} files"
        except ReadingCancelledError:
            if worker.is_cancelled or latest is None:
                return
            trail, said = latest.so_far(), f"stopped after {latest.done:,} of {latest.total:,} files"
        said += f" · {len(trail.problems):,} problems" if trail.problems else ""
        self.post_message(self._Read(trail, said, is_whole=True, firsts=firsts_of(trail)))

    def _stop_reading(self) -> None:
        """What was read so far is shown."""
        self._stop.set()

    @on(_Read)
    def _was_read(self, event: _Read) -> None:
        event.stop()
        self._held = event
        self._show()

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        if event.worker.group == "trail" and event.state is WorkerState.ERROR:
            event.stop()
            self.notify(f"events were not read: {event.worker.error}", severity="error")

    # Screens

    def _show(self) -> None:
        """Hand what was read to the timeline, if it is open."""
        from iamtui.app.screens.timeline_screen import Recorded, TimelineScreen  # noqa: PLC0415 - not before a key

        for screen in self.app.screen_stack:
            if isinstance(screen, TimelineScreen) and self._held is not None:
                screen.show(Recorded(self._held.trail, self._held.firsts, self._snapshot, self._held.said))

    def activity(self, subject: Subject | None) -> None:
        """Show what a principal did, or what was done to anything else."""
        if isinstance(subject, User | Role | Resource | ManagedPolicy):
            arn = arn_of(subject)
            did = isinstance(subject, User | Role)
            self.timeline(f"who={arn}" if did else f"resource={arn} resource={arn}/*")
        else:
            self.notify("select a user, a role, a policy or a resource first", severity="warning", timeout=3)

    @work(exclusive=True, group="timeline", description="show the timeline")
    async def timeline(self, text: str | None = None) -> None:
        """Show the timeline, where the user was or the events that a filter means; reading begins with it."""
        from iamtui.app.screens.timeline_screen import TimelineScreen  # noqa: PLC0415 - the first frame does not wait

        screen = TimelineScreen(self._place if text is None else ListPlace(text), self._stop_reading)
        closed = self.app.push_screen_wait(screen)
        self._begin()
        self.call_after_refresh(self._show)
        await closed
        if screen.chosen is not None:
            self.post_message(QueryDesk.RequestChosen(screen.chosen))
        elif screen.statement is not None:
            self.post_message(self.StatementChosen(screen.statement))
