"""Lines about recorded events that are found in a thread, and anew when more events or other exports were read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.screens.lines_screen import LinesScreen
from iamtui.app.screens.showing import ShowsRecorded
from iamtui.browsing.trail.recorded import Recorded
from iamtui.reports.lines import Line

T = TypeVar("T")


class RecordedScreen(ShowsRecorded, LinesScreen, Generic[T]):
    """Shows what `find` finds. `filter` is what the timeline is to show next, if the user did not just close it."""

    @dataclass
    class _Found(Message):
        asked: object
        found: object

    def __init__(self, heading: str, *, footer: str) -> None:
        """Show nothing until `show`."""
        super().__init__(heading, (), footer=footer, empty="reading …")
        self._title = heading
        self.recorded: Recorded | None = None
        self.found: T | None = None
        self.filter: str | None = None
        self._asked: object = None
        self._is_ready = False

    def on_mount(self) -> None:
        """Ask for what was read by now."""
        super().on_mount()
        self._is_ready = True
        self.ask()

    def show(self, recorded: Recorded) -> None:
        """Show other events, or other exports."""
        if recorded is not self.recorded:
            self.recorded = recorded
            self.ask()

    def ask(self) -> None:
        """Find the lines in a thread."""
        if self.recorded is not None and self._is_ready:
            self._asked = asked = object()
            self._find(Handed((self.recorded, asked)))

    @abstractmethod
    def find(self, recorded: Recorded) -> T:
        """What is shown; reads files, in a thread.

        Raises:
            ValueError: there is nothing to show; its words say why.
            GoneError: a file changed since it was read.
        """

    @abstractmethod
    def lines_of(self, found: T) -> Sequence[Line]:
        """The lines of what was found."""

    @work(thread=True, exclusive=True, group="recorded", exit_on_error=False, description="look through events")
    def _find(self, handed: Handed[tuple[Recorded, object]]) -> None:
        worker, (recorded, asked) = get_current_worker(), handed.take()
        found = self.find(recorded)
        if not worker.is_cancelled:
            self.post_message(self._Found(asked, found))

    @on(_Found)
    def _was_found(self, event: _Found) -> None:
        if event.asked is self._asked:
            self.found = event.found  # type: ignore[assignment]
            self.show_found()

    def show_found(self) -> None:
        """Show the lines; cursor and filter stay."""
        if self.found is not None and self.recorded is not None:
            self._say(self.recorded.said)
            self.set_lines(self.lines_of(self.found))

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say what cannot be shown, and why."""
        if event.worker.group == "recorded" and event.state is WorkerState.ERROR:
            event.stop()
            self._tree.empty = str(event.worker.error)
            self._say("not known" if self.found is None else f"as it was: {event.worker.error}")
            self._tree.refresh()

    def _say(self, words: str) -> None:
        self.set_heading(f"{self._title} · {words}")

    def leave_to(self, text: str) -> None:
        """Close, and show the events that a filter means."""
        self.filter = text
        self.dismiss(None)
