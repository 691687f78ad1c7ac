"""Looks for findings behind the screen, anew after each reading; shows nothing itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from iamtui.app.handed import Handed
from iamtui.browsing.findings import Findings, find_findings
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:
    from iamtui.analysis.findings.documents import KnownFindings


_AT_ONCE, _PATIENCE = 0.003, 0.5
"""Seconds in which an event loop answers that has nothing to do, and for which an answer is waited for."""
_REST, _RESTS = 0.02, 20
"""Seconds between two questions to a loop that is busy, and how often it is asked: a look ends also there."""


class FindingsWorker(Widget):
    """Posts `Done`; a new snapshot ends the look at the one before. What was said of a document is not asked again."""

    DEFAULT_CSS: ClassVar[str] = "FindingsWorker { display: none; }"

    @dataclass
    class Done(Message):
        """The findings of a snapshot are there."""

        snapshot: Snapshot
        findings: Findings

    def __init__(self) -> None:
        super().__init__()
        self._known: KnownFindings = {}

    def _rest(self) -> None:
        """Leave the interpreter to the event loop until that answers at once: it runs one thread at a time."""
        for _ in range(_RESTS):
            asked, answered = time.monotonic(), threading.Event()
            self.call_later(answered.set)
            answered.wait(_PATIENCE)
            if time.monotonic() - asked < _AT_ONCE:
                return
            time.sleep(_REST)

    def begin(self, snapshot: Snapshot, trees: Sequence[TreeSource]) -> None:
        """Look through a snapshot; the nodes of `trees` above what has findings get signs."""
        self._look(Handed((snapshot, trees)))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="review", exit_on_error=False, description="look for findings")
    def _look(self, handed: Handed[tuple[Snapshot, Sequence[TreeSource]]]) -> None:
        # The first frame does not wait for what reads files.
        from iamtui.files.collector import collector_paused  # noqa: PLC0415

        worker = get_current_worker()
        snapshot, trees = handed.take()
        with collector_paused():  # a full collection would hold the event loop for a tenth of a second
            findings = find_findings(snapshot, lambda: worker.is_cancelled, self._rest, known=self._known, trees=trees)
        if findings is None or worker.is_cancelled:
            return
        if len(self._known) > 2 * findings.looked_at:  # most of it is of documents that are gone
            self._known = {}
        self.post_message(self.Done(snapshot, findings))
