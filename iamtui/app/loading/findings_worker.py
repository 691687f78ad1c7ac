"""Looks for findings behind the screen, anew after each reading; shows nothing itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import on, work
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.browsing.finding_history import FindingHistory
from iamtui.browsing.findings import Findings, Looking, find_findings, rearranged
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:
    from iamtui.analysis.findings.linting.documents import KnownFindings
    from iamtui.analysis.findings.review.hygiene_results import Mute


_AT_ONCE, _PATIENCE = 0.003, 0.5
"""Seconds in which an event loop answers that has nothing to do, and for which an answer is waited for."""
_REST, _RESTS = 0.02, 20
"""Seconds between two questions to a loop that is busy, and how often it is asked: a look ends also there."""


_Task: TypeAlias = tuple[Snapshot, Sequence[TreeSource], datetime | None, Findings | None]
"""A snapshot, its trees, when it was loaded, and its findings where they are only sorted anew."""


_Thorough: TypeAlias = tuple[Snapshot, Sequence[TreeSource], Findings, Callable[[int], object]]
"""A snapshot, its trees, what was found in it, and who is told how far the look is."""


class FindingsWorker(Widget):
    """Posts `Done`; a new snapshot ends the look at the one before. What was said of a document is not asked again."""

    DEFAULT_CSS: ClassVar[str] = "FindingsWorker { display: none; }"

    @dataclass
    class Progressed(Message):
        """So much of the look through a snapshot is done, in per cent; after `Done` or `Failed` it counts no more."""

        snapshot: Snapshot
        percent: int

    @dataclass
    class Done(Message):
        """The findings of a snapshot are there."""

        snapshot: Snapshot
        findings: Findings

    @dataclass
    class Failed(Message):
        """The look ended by a fault of iamtui: what is found is not known."""

        reason: str

    def __init__(self) -> None:
        super().__init__()
        self._known: KnownFindings = {}
        self._history = FindingHistory()
        self._mutes: tuple[Mute, ...] = ()
        self._answered = threading.Event()
        self._thorough: Worker[None] | None = None

    def on_unmount(self) -> None:
        """Answer a look that rests: the event loop does so no more."""
        self._answered.set()

    def _rest(self) -> None:
        """Leave the interpreter to the event loop until that answers at once: it runs one thread at a time."""
        for _ in range(_RESTS):
            asked, self._answered = time.monotonic(), threading.Event()
            if not self.call_later(self._answered.set):
                return  # the app ends
            self._answered.wait(_PATIENCE)
            if time.monotonic() - asked < _AT_ONCE:
                return
            time.sleep(_REST)

    def begin(self, snapshot: Snapshot, trees: Sequence[TreeSource], at: datetime | None) -> None:
        """Look through a snapshot; the nodes of `trees` above what has findings get signs.

        `at` is when it was loaded, where it is the newest load; None: it is an older one that is looked at.
        """
        self._look(Handed((snapshot, trees, at, None)))

    def take_mutes(
        self, mutes: tuple[Mute, ...], snapshot: Snapshot, trees: Sequence[TreeSource], findings: Findings | None
    ) -> None:
        """From now on these findings are accepted; what was found in a snapshot is sorted anew."""
        self._mutes = mutes
        if findings is not None:
            self._look(Handed((snapshot, trees, None, findings)))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="review", exit_on_error=False, description="look for findings")
    def _look(self, handed: Handed[_Task]) -> None:
        # The first frame does not wait for what reads files.
        from iamtui.files.collector import collector_paused  # noqa: PLC0415

        worker = get_current_worker()
        snapshot, trees, at, before = handed.take()
        history = self._history if at is not None or before is not None else None

        def tell(percent: int) -> None:
            self.post_message(self.Progressed(snapshot, percent))

        looking = Looking(known=self._known, trees=trees, mutes=self._mutes, history=history, at=at, tell=tell)
        with collector_paused():  # a full collection would hold the event loop for a tenth of a second
            if before is None:
                findings = find_findings(snapshot, lambda: worker.is_cancelled, self._rest, looking=looking)
            else:
                findings = rearranged(snapshot, before, lambda: worker.is_cancelled, self._rest, looking)
        if findings is None or worker.is_cancelled:
            return
        if len(self._known) > 2 * findings.looked_at:  # most of it is of documents that are gone
            self._known = {}
        self.post_message(self.Done(snapshot, findings))

    @property
    def is_thorough(self) -> bool:
        """Whether a thorough look goes on."""
        return self._thorough is not None and not self._thorough.is_finished

    def look_thoroughly(
        self, snapshot: Snapshot, trees: Sequence[TreeSource], before: Findings, tell: Callable[[int], object]
    ) -> None:
        """Ask the thorough rules too, behind what was found; asked while that goes on, it ends.

        `tell` is called by the event loop with how far it is, in per cent. Another snapshot ends it as well.
        """
        if self._thorough is not None and self.is_thorough:
            self._thorough.cancel()
            self._thorough = None
        else:
            self._thorough = self._look_behind(Handed((snapshot, trees, before, tell)))

    @work(thread=True, exclusive=True, group="review", exit_on_error=False, description="look thoroughly")
    def _look_behind(self, handed: Handed[_Thorough]) -> None:
        from iamtui.browsing.thorough_findings import look_thoroughly  # noqa: PLC0415 - the first frame does not wait

        worker = get_current_worker()
        snapshot, trees, before, tell = handed.take()

        def say(percent: int) -> None:
            self.call_later(tell, percent)

        looking = Looking(trees=trees, mutes=self._mutes, history=self._history, tell=say)
        findings = look_thoroughly(snapshot, before, lambda: worker.is_cancelled, self._rest, looking)
        if findings is not None and not worker.is_cancelled:
            self.post_message(self.Done(snapshot, findings))

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        event.stop()
        if event.state is WorkerState.ERROR:
            self.post_message(self.Failed(f"{type(event.worker.error).__name__}: {event.worker.error}"))
