"""Reads what was opened, and reads it again when it changes on disk; shows nothing itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual import on, work
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.loading.ahead import SECONDS, import_what_keys_open
from iamtui.app.loading.giving_way import GivingWay
from iamtui.app.loading.messages import Task
from iamtui.snapshot.model import Snapshot

Watch: TypeAlias = Callable[[Sequence[Path], asyncio.Event], AsyncIterator[frozenset[Path]]]
"""Yields what changed at some paths until the event is set."""


class Loader(Widget):
    """Posts the messages of `loading`, and its own about the files that it follows."""

    DEFAULT_CSS: ClassVar[str] = "Loader { display: none; }"

    @dataclass
    class FilesChanged(Message):
        """Files may have changed since they were read; at first, that the watch has begun."""

    @dataclass
    class Failed(Message):
        """The reading ended in an error that nobody foresaw."""

        reason: str

    @dataclass
    class NotWatched(Message):
        """Changes on disk are not seen, and why."""

        reason: str

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self._paths = paths
        self.way = GivingWay()
        self._stop_watch = asyncio.Event()
        self._read_again = False
        self._given_up = threading.Event()

    @property
    def is_reading(self) -> bool:
        """Whether something is being read now."""
        return any(worker.node is self and worker.group == "load" and worker.is_running for worker in self.workers)

    def give_up(self) -> None:
        """Stop a reading that is under way: `Cancelled` follows."""
        self._given_up.set()

    def read(
        self,
        on_screen: Snapshot | None = None,
        acknowledged: Snapshot | None = None,
        *,
        keeps_what_was_read: bool = True,
    ) -> None:
        """Read all. A reading that is under way is finished first: then `FilesChanged` says that there may be news."""
        if self.is_reading and keeps_what_was_read:
            self._read_again = True
            return
        self._given_up = threading.Event()
        self._read(Handed(Task(self._paths, on_screen, acknowledged, keeps_what_was_read)), self._given_up)

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="load", exit_on_error=False, description="read files")
    def _read(self, task: Handed[Task], given_up: threading.Event) -> None:
        self.way.give()
        # The first frame does not wait for what reads files.
        from iamtui.app.loading.task import run_task  # noqa: PLC0415

        worker = get_current_worker()

        def tell(message: Message) -> None:
            if not worker.is_cancelled:
                self.post_message(message)

        def stops() -> bool:
            self.way.give()
            return worker.is_cancelled or given_up.is_set()

        run_task(task.take(), tell, stops)

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        event.stop()
        if event.worker.group != "load" or not event.worker.is_finished:
            return
        if event.state is WorkerState.ERROR:
            self.post_message(self.Failed(f"{type(event.worker.error).__name__}: {event.worker.error}"))
        if self._read_again and event.state is not WorkerState.CANCELLED:
            self._read_again = False
            self.post_message(self.FilesChanged())
        self.set_timer(SECONDS, self._import_ahead)

    @work(thread=True, exclusive=True, group="ahead", exit_on_error=False, description="import what keys open")
    def _import_ahead(self) -> None:
        import_what_keys_open()

    def follow(self) -> None:
        """Post `FilesChanged` for each change on disk until the app ends; a watch that is on goes on."""
        if not any(one.node is self and one.group == "follow" and one.is_running for one in self.workers):
            self._follow()

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        watch = await asyncio.to_thread(_watch_with_all_that_it_imports)
        try:
            async for _ in watch(self._paths, self._stop_watch):
                self.post_message(self.FilesChanged())
        except (OSError, RuntimeError) as error:
            self.post_message(self.NotWatched(str(error)))

    def on_unmount(self) -> None:
        """End the watch."""
        self._stop_watch.set()


def _watch_with_all_that_it_imports() -> Watch:
    """What watches files. Its imports hold the event loop too long; anyio, beneath it, imports at its first run."""
    import anyio  # noqa: PLC0415

    from iamtui.snapshot.watching import watch  # noqa: PLC0415

    anyio.run(anyio.sleep, 0)
    return watch
