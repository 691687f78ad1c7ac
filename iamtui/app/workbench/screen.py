"""The one main screen: it owns the place and the request, and wires the panes together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from iamtui.analysis.relations import inline_key
from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.tabs import DocumentTab, SubjectTab, TrustTab
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.lists import changes_screen, requests_screen
from iamtui.app.workbench.reading import Clock, ReadingScreen
from iamtui.browsing.links import split_link
from iamtui.browsing.navigation import Place, Visits
from iamtui.browsing.requests.answers import Answer, PreparedFields, answer_to, flipped_from
from iamtui.browsing.requests.history import RequestHistory
from iamtui.browsing.subjects import ExternalEntity, Inline, Root, Subject, arn_of, find_subject
from iamtui.content.requests import RequestFields
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Resource, Role, User


class Workbench(ReadingScreen):
    """Shows what is at some paths; panes are told what to show, and tell what the user did."""

    HELP: ClassVar[str] = """\
# iamtui
Explorer, subject and simulation stand side by side, or one at a time in a small terminal: `1` `2` `3` go to them,
`z` shows one alone, `escape` is one step back. `i` says what was opened and what is missing, `f` lists all findings,
`!` problems and files, `r` earlier requests, `d` what changed on disk. `ctrl+p` finds every action, and any principal
by name. The row under the cursor is shown in full; `E` opens the rules that it names, such as `E41`. A click moves the
cursor, another one opens; the wheel scrolls, with shift sideways.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "simulate", "Simulate", id="app.simulate"),
        Binding("d", "changes", "Changes", id="app.changes"),
        Binding("f", "findings", "Findings", show=False, id="app.findings"),
        Binding("r", "requests", "Earlier requests", show=False, id="app.requests"),
        Binding("alt+left,left_square_bracket", "go(-1)", "Back", show=False, id="app.back"),
        Binding("alt+right,right_square_bracket", "go(1)", "Forward", show=False, id="app.forward"),
    ]

    @dataclass
    class Answered(Message):
        """A request was decided."""

        question: PreparedFields
        answer: Answer

    def __init__(self, paths: tuple[Path, ...], *, bundled: bool = False, clock: Clock = datetime.now) -> None:
        """Show what is at `paths`; `bundled` says that it is the sample that comes with iamtui."""
        super().__init__(paths, bundled=bundled, clock=clock)
        self._visits = Visits()
        self._requests = RequestHistory()
        self._fields = RequestFields()

    # Places

    @on(Explorer.Passed)
    def _passed(self, event: Explorer.Passed) -> None:
        current = self._visits.current
        if current is None or event.key != current.key:
            self._go_to(Place(event.key), passing=True)

    @on(Explorer.Opened)
    def _opened(self, event: Explorer.Opened) -> None:
        self._go_to(Place(event.key))
        self.bring_to_front("subject")

    @on(SubjectTab.Followed)
    def _followed(self, event: SubjectTab.Followed) -> None:
        self.go_to(event.key, event.statement)

    def go_to(self, key: str, statement: int | None = None) -> None:
        """Show a subject, at a statement of its document if one is given."""
        if self._workspace is None:
            return
        subject = find_subject(self._workspace.snapshot, key)
        tab = "" if statement is None else TrustTab.key() if isinstance(subject, Role) else DocumentTab.key()
        self._go_to(Place(key, tab, statement))
        self.bring_to_front("subject")

    def _go_to(self, place: Place, *, passing: bool = False) -> None:
        self._visits.visit(place, passing=passing)
        self.subject.place = place
        if not passing:
            self.explorer.reveal(place.key)

    def action_go(self, step: int) -> None:
        """Go back or forward."""
        place = self._visits.step(step)
        if place is None:
            self.notify("that is the last place" if step > 0 else "that is the first place", markup=False, timeout=2)
            return
        self.subject.place = place
        self.explorer.reveal(place.key)

    @on(SimulationPane.StatementOpened)
    def _statement_opened(self, event: SimulationPane.StatementOpened) -> None:
        key = self._key_of_policy(event.statement)
        if key is None:
            self.notify("this policy is no part of the export", severity="warning", markup=False, timeout=3)
        else:
            self.go_to(key, event.statement.index)

    def _key_of_policy(self, statement: StatementRef) -> str | None:
        """The subject in which a policy of the trace can be seen."""
        policy = statement.policy
        if self._workspace is None:
            return None
        keys = [policy.arn] if policy.arn else []
        if policy.owner:
            keys += [inline_key(policy.owner, policy.name), policy.owner]
        for key in keys:
            subject = find_subject(self._workspace.snapshot, key)
            if not isinstance(subject, ExternalEntity | Root):
                return key
        return None

    # Requests

    def action_simulate(self) -> None:
        """Ask what the selected principal may do, or what may be done with the selected resource."""
        subject = self._selected()
        if isinstance(subject, Inline):
            subject = subject.owner
        if isinstance(subject, User | Role | Root):
            self._ask(replace(self._fields, principal=arn_of(subject)))
        elif isinstance(subject, Resource):
            self._ask(replace(self._fields, resource=arn_of(subject)))
        else:
            self.notify("select a user, a role, root or a resource first", severity="warning", markup=False, timeout=3)
        self.front = "simulation"
        self.simulation.form.focus()

    def _ask(self, fields: RequestFields) -> None:
        self._fields = fields
        self.simulation.form.set_fields(fields)
        self._decide()

    def _selected(self) -> Subject | None:
        key = self.explorer.subject if self.front == "explorer" else None
        if key is None and self._visits.current is not None:
            key = self._visits.current.key
        return None if key is None or self._workspace is None else find_subject(self._workspace.snapshot, key)

    @on(SimulationPane.Asked)
    def _asked(self, event: SimulationPane.Asked) -> None:
        self._fields = event.fields
        if event.final and self.simulation.wants_resource:
            self.simulation.form.focus()  # before the answer: who types on means the next field
        self._decide(is_final=event.final)

    def _decide(self, *, is_final: bool = False, is_anew: bool = False) -> None:
        if self._workspace is not None and (self._fields.principal or self._fields.action):
            self._decide_in_thread(PreparedFields(self._workspace.snapshot, self._fields, is_final, is_anew))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="decide", exit_on_error=False, description="decide a request")
    def _decide_in_thread(self, question: PreparedFields) -> None:
        worker = get_current_worker()
        answer = answer_to(question.snapshot, question.fields)
        if not worker.is_cancelled:
            self.post_message(self.Answered(question, answer))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        question, answer = event.question, event.answer
        if question.fields != self._fields:
            return
        was = flipped_from(self.simulation.answer, answer) if question.is_anew else ""
        self.simulation.answer = replace(answer, was=was)
        if was:
            self.notify(f"the decision flipped, it was {was}", severity="warning", markup=False, timeout=8)
        if question.is_final and answer.decision is not None:
            self._requests.note(answer)
            if not self.simulation.wants_resource:
                self.simulation.view.focus()

    def changed_on_disk(self) -> None:
        """Decide the request again."""
        self._decide(is_anew=True)

    # Lists that lead somewhere

    def action_requests(self) -> None:
        """List earlier requests."""

        def ask(key: str | None) -> None:
            fields = None if key is None else self._requests.fields(key)
            if fields is not None:
                self._ask(fields)
                self.bring_to_front("simulation")

        self.app.push_screen(requests_screen(self._requests), ask)

    def action_findings(self) -> None:
        """List all findings."""
        workspace = self._workspace
        if workspace is None or workspace.findings is None:
            self.notify("findings are still being looked for", markup=False, timeout=3)
            return

        def open_finding(link: str | None) -> None:
            if link is not None:
                self.go_to(*split_link(link))

        self.app.push_screen(FindingsScreen(workspace.snapshot, workspace.findings), open_finding)

    def action_changes(self) -> None:
        """List what changed on disk."""

        def open_changed(key: str | None) -> None:
            if key is not None:
                self.go_to(key)

        changes = () if self._workspace is None else self._workspace.changes
        self.app.push_screen(changes_screen(changes), open_changed)
