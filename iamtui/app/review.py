"""Looks for findings behind the screen, anew after each reading; shows nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from iamtui.app.findings import Findings, find_findings
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:
    from iamtui.analysis.document_findings import KnownFindings


class Review(Widget):
    """Posts `Done`; a new snapshot ends the look at the one before. What was said of a document is not asked again."""

    DEFAULT_CSS: ClassVar[str] = "Review { display: none; }"

    @dataclass
    class Done(Message):
        """The findings of a snapshot are there."""

        snapshot: Snapshot
        findings: Findings

    def __init__(self) -> None:
        super().__init__()
        self._known: KnownFindings = {}

    def begin(self, snapshot: Snapshot) -> None:
        """Look through a snapshot."""
        self._look(snapshot)

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="review", exit_on_error=False, description="look for findings")
    def _look(self, snapshot: Snapshot) -> None:
        # The first frame does not wait for what reads files.
        from iamtui.snapshot.opening import collector_paused  # noqa: PLC0415

        worker = get_current_worker()
        with collector_paused():  # a full collection would hold the event loop for a tenth of a second
            findings = find_findings(snapshot, lambda: worker.is_cancelled, known=self._known)
        if findings is None or worker.is_cancelled:
            return
        if len(self._known) > 2 * findings.looked_at:  # most of it is of documents that are gone
            self._known = {}
        self.post_message(self.Done(snapshot, findings))
