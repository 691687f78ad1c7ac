"""The request under test: decides it behind the screen, tells the simulation pane, and remembers what was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.panes.simulation import SimulationPane
from iamtui.browsing.requests.answers import Answer, PreparedFields, answer_to, flipped_from
from iamtui.browsing.requests.fields import session_policy_stamp
from iamtui.browsing.requests.history import RequestHistory
from iamtui.content.requests import RequestFields
from iamtui.files.reading import Stamp
from iamtui.snapshot.model import Snapshot

_LOOK_SECONDS = 1.0
"""How often the file of the session policy is looked at."""


class RequestDesk(Widget):
    """Holds the fields of the request. A new request ends the work on the one before."""

    DEFAULT_CSS: ClassVar[str] = "RequestDesk { display: none; }"

    @dataclass
    class Answered(Message):
        """A request was decided."""

        question: PreparedFields
        answer: Answer

    def __init__(self) -> None:
        super().__init__()
        self.fields = RequestFields()
        self.history = RequestHistory()
        self._snapshot: Snapshot | None = None
        self._session_policy: Stamp | None = None

    @property
    def _pane(self) -> SimulationPane:
        return self.screen.query_one(SimulationPane)

    def on_mount(self) -> None:
        """Look after the session policy: it is part of the question, and no part of what is opened."""
        self.set_interval(_LOOK_SECONDS, self._look_at_session_policy)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Ask of a snapshot from now on: what was asked of another is decided anew, whatever differs."""
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._decide(is_anew=True)

    def _look_at_session_policy(self) -> None:
        if not self.fields.extra:  # also while the pane is not there yet
            return
        if self._pane.answer is not None and session_policy_stamp(self.fields) != self._session_policy:
            self._decide(is_anew=True)

    def ask(self, fields: RequestFields) -> None:
        """Fill in the form and decide."""
        self._pane.form.set_fields(fields)
        self.take(fields)

    def take(self, fields: RequestFields, *, is_final: bool = False) -> None:
        """Decide what the form holds; `is_final` says that the user has finished it."""
        self.fields = fields
        if is_final:  # before the answer: who types on means the next field, or the trace
            wanted = self._pane.form if self._pane.wants_resource else self._pane.view
            wanted.focus()
        self._decide(is_final=is_final)

    def _decide(self, *, is_final: bool = False, is_anew: bool = False) -> None:
        if self._snapshot is not None and (self.fields.principal or self.fields.action):
            self._session_policy = session_policy_stamp(self.fields)
            if is_anew:
                self._pane.forget_verdict()
            self._decide_in_thread(Handed(PreparedFields(self._snapshot, self.fields, is_final, is_anew)))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="decide", exit_on_error=False, description="decide a request")
    def _decide_in_thread(self, handed: Handed[PreparedFields]) -> None:
        worker, question = get_current_worker(), handed.take()
        answer = answer_to(question.snapshot, question.fields)
        if not worker.is_cancelled:
            self.post_message(self.Answered(question, answer))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        question, answer, pane = event.question, event.answer, self._pane
        if question.fields != self.fields or question.snapshot is not self._snapshot:
            return
        was = flipped_from(pane.answer, answer) if question.is_anew else ""
        pane.answer = replace(answer, was=was)
        if was:
            self.notify(f"the decision flipped, it was {was}", severity="warning", markup=False, timeout=8)
        if question.is_final and answer.decision is not None:
            self.history.note(answer)
        elif question.is_final and answer.table is None and pane.view.has_focus:
            pane.form.focus()  # nothing was decided: the request wants to be mended

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """An answer that could not be found leaves none on the screen."""
        event.stop()
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            reason = f"this is a fault of iamtui, please report it: {type(error).__name__}: {error}"
            self._pane.answer = Answer(self.fields, None, reason)
