"""The request under test: decides it behind the screen, tells the simulation pane, and remembers what was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from iamtui.app.panes.simulation import SimulationPane
from iamtui.browsing.requests.answers import Answer, PreparedFields, answer_to, flipped_from
from iamtui.browsing.requests.history import RequestHistory
from iamtui.content.requests import RequestFields
from iamtui.snapshot.model import Snapshot


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

    @property
    def _pane(self) -> SimulationPane:
        return self.screen.query_one(SimulationPane)

    def set_snapshot(self, snapshot: Snapshot, *, decides: bool) -> None:
        """Ask of another snapshot from now on; `decides` says that the request is to be decided on it at once."""
        self._snapshot = snapshot
        if decides:
            self._decide(is_anew=True)

    def ask(self, fields: RequestFields) -> None:
        """Fill in the form and decide."""
        self._pane.form.set_fields(fields)
        self.take(fields)

    def take(self, fields: RequestFields, *, is_final: bool = False) -> None:
        """Decide what the form holds; `is_final` says that the user has finished it."""
        self.fields = fields
        if is_final and self._pane.wants_resource:
            self._pane.form.focus()  # before the answer: who types on means the next field
        self._decide(is_final=is_final)

    def _decide(self, *, is_final: bool = False, is_anew: bool = False) -> None:
        if self._snapshot is not None and (self.fields.principal or self.fields.action):
            self._decide_in_thread(PreparedFields(self._snapshot, self.fields, is_final, is_anew))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="decide", exit_on_error=False, description="decide a request")
    def _decide_in_thread(self, question: PreparedFields) -> None:
        worker = get_current_worker()
        answer = answer_to(question.snapshot, question.fields)
        if not worker.is_cancelled:
            self.post_message(self.Answered(question, answer))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        question, answer, pane = event.question, event.answer, self._pane
        if question.fields != self.fields:
            return
        was = flipped_from(pane.answer, answer) if question.is_anew else ""
        pane.answer = replace(answer, was=was)
        if was:
            self.notify(f"the decision flipped, it was {was}", severity="warning", markup=False, timeout=8)
        if question.is_final and answer.decision is not None:
            self.history.note(answer)
            if not pane.wants_resource:
                pane.view.focus()
