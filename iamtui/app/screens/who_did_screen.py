"""Looks through recorded events for who did and who tried, once it is known who can (B14)."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.analysis.queries.everybody.who_did import WhoDid
from iamtui.app.faults import tell_fault
from iamtui.app.handed import Handed
from iamtui.app.screens.query_screen import QueryScreen
from iamtui.app.screens.showing import ShowsRecorded
from iamtui.browsing.trail.recorded import Recorded
from iamtui.snapshot.model import Snapshot
from iamtui.trail.trail import GoneError, Trail


class WhoDidScreen(ShowsRecorded, QueryScreen[WhoCan]):
    """The half of the screen that knows events: `did` is what they say of the answer on the screen."""

    did: WhoDid | None = None
    _recorded: Recorded | None = None
    _question: Question

    @dataclass
    class _Looked(Message):
        answer: WhoCan
        trail: Trail
        did: WhoDid | None
        trouble: str = ""

    def show(self, recorded: Recorded) -> None:
        """Look through other events."""
        if self._recorded is None or recorded.trail is not self._recorded.trail:
            self._recorded = recorded
            self.look()

    def look(self) -> None:
        """Look through the events, where there are any and the answer is known."""
        if self.answer is not None and self._recorded is not None and len(self._recorded.trail):
            self._look(Handed((self._snapshot, self._question, self.answer, self._recorded.trail)))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @on(Worker.StateChanged)
    def _look_ended(self, event: Worker.StateChanged) -> None:
        if event.worker.group == "who-did" and event.state is WorkerState.ERROR:
            tell_fault(event.worker)

    @work(thread=True, exclusive=True, group="who-did", exit_on_error=False, description="look through events")
    def _look(self, handed: Handed[tuple[Snapshot, Question, WhoCan, Trail]]) -> None:
        from iamtui.analysis.queries.everybody.who_did import who_did  # noqa: PLC0415 - the first frame does not wait for it

        worker, (snapshot, question, answer, trail) = get_current_worker(), handed.take()
        try:
            told = self._Looked(answer, trail, who_did(snapshot, question, answer, trail))
        except GoneError as error:
            told = self._Looked(answer, trail, None, str(error))
        if not worker.is_cancelled:
            self.post_message(told)

    @on(_Looked)
    def _looked(self, event: _Looked) -> None:
        event.stop()
        if event.trouble:
            self.notify(event.trouble, severity="warning")
        elif event.answer is self.answer:
            self.did = event.did
            self.show_answer()

    @property
    def said_of_events(self) -> str:
        """What the heading says of events."""
        if self._recorded is None or not len(self._recorded.trail) or self.answer is None:
            return ""
        if self.did is None:
            return " · looking through events …"
        every = [calls for row in self.answer.principals if (calls := self.did.calls_of(row)).did or calls.tried]
        return f" · {len(every) + len(self.did.others):,} did or tried"
