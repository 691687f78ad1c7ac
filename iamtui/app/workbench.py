"""The one main screen: it owns the picture, the place and the request, and wires the panes together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from iamtui.analysis.changes import summary
from iamtui.analysis.relations import inline_key
from iamtui.app import loading
from iamtui.app.deciding import Answer, Question, answer_to, flipped_from
from iamtui.app.explorer import Explorer
from iamtui.app.links import split_link
from iamtui.app.navigation import Place, Visits
from iamtui.app.picture import Picture
from iamtui.app.request_history import RequestHistory
from iamtui.app.review import Review
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.inventory_screen import InventoryScreen, is_worth_telling
from iamtui.app.screens.lists import changes_screen, problems_screen, requests_screen
from iamtui.app.simulation import SimulationPane
from iamtui.app.source import Source
from iamtui.app.status_line import contents
from iamtui.app.subjects import Inline, Outside, Root, Subject, arn_of, find_subject
from iamtui.app.tabs import DocumentTab, SubjectTab, TrustTab
from iamtui.app.taking_screen import TakingScreen
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Role, Snapshot, SourceProblem, User
from iamtui.visible import visible
from iamtui.widgets.request_form import RequestFields

Clock = Callable[[], datetime]


class Workbench(TakingScreen):
    """Reads `paths` and shows them; panes are told what to show, and tell what the user did."""

    HELP: ClassVar[str] = """\
# iamtui
Explorer, subject and simulation stand side by side, or one at a time in a small terminal: `1` `2` `3` go to them,
`z` shows one alone, `escape` is one step back. `i` says what was opened and what is missing, `f` lists all findings,
`!` problems and files, `r` earlier requests, `d` what changed on disk. `ctrl+p` finds every action, and any principal
by name.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "simulate", "Simulate", id="app.simulate"),
        Binding("d", "changes", "Changes", id="app.changes"),
        Binding("x", "acknowledge", "Take note of changes", show=False, id="app.acknowledge"),
        Binding("f", "findings", "Findings", show=False, id="app.findings"),
        Binding("i", "inventory", "What was opened", show=False, id="app.inventory"),
        Binding("r", "requests", "Earlier requests", show=False, id="app.requests"),
        Binding("exclamation_mark", "problems", "Problems and files", show=False, id="app.problems"),
        Binding("R", "reload", "Read again", show=False, id="app.reload"),
        Binding("alt+left,left_square_bracket", "go(-1)", "Back", show=False, id="app.back"),
        Binding("alt+right,right_square_bracket", "go(1)", "Forward", show=False, id="app.forward"),
    ]

    @dataclass
    class Answered(Message):
        """A request was decided."""

        question: Question
        answer: Answer

    def __init__(self, paths: tuple[Path, ...], *, bundled: bool = False, clock: Clock = datetime.now) -> None:
        """Show what is at `paths`; `bundled` says that it is the sample that comes with iamtui."""
        super().__init__()
        self._source = Source(paths)
        self._review = Review()
        self._bundled = bundled
        self._clock = clock
        self._picture: Picture | None = None
        self._acknowledged: Snapshot | None = None
        self._problems: tuple[SourceProblem, ...] = ()
        self._watching = False
        self._was_told = False
        self._visits = Visits()
        self._requests = RequestHistory()
        self._fields = RequestFields()

    def compose(self) -> ComposeResult:
        """The panes, and the reader behind them."""
        yield self._source
        yield self._review
        yield from super().compose()

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.explorer.focus()
        self.status.contents = "the bundled sample" if self._bundled else ""
        self.status.state = "reading …"
        self.call_after_refresh(self._source.read)

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    @property
    def snapshot(self) -> Snapshot | None:
        """What was read."""
        return None if self._picture is None else self._picture.snapshot

    # Reading

    @on(loading.Progressed)
    def _progressed(self, event: loading.Progressed) -> None:
        if event.total > 1 and event.done < event.total:
            self.status.state = f"reading {event.done}/{event.total} {event.path.name} · escape stops"

    @on(loading.Loaded)
    def _loaded(self, event: loading.Loaded) -> None:
        self.call_after_refresh(event.drawn.set)
        if event.lost:
            self._say_problem(f"showing what was read before: {event.lost} · R takes what is there")
            return
        is_first = self._picture is None
        relations = None if is_first or event.changes or self._picture is None else self._picture.relations
        filters = {} if self._picture is None else self._picture.filters
        self._problems = event.snapshot.problems
        findings = None if relations is None or self._picture is None else self._picture.findings
        self._show(Picture(event.snapshot, relations, filters, event.unacknowledged, findings))
        self._say_state()
        self._tell_at_first(event.snapshot, is_partial=event.is_partial)
        if event.is_partial:
            return
        if self._acknowledged is None:
            self._acknowledged = event.snapshot
            self._source.follow()
        self.banner.text = ""
        if event.changes:
            self.notify(f"{summary(event.changes)} on disk", title="Read again", markup=False, timeout=6)
            self._decide(is_anew=True)
        if is_first and self._problems and not self._was_told:
            worst = loading.first_problem(self._problems)
            self.notify(visible(f"{worst} · ! lists them"), severity="warning", markup=False, timeout=8)

    @on(loading.Indexed)
    def _indexed(self, event: loading.Indexed) -> None:
        if self._picture is not None and self._picture.snapshot is event.snapshot:
            self._show(replace(self._picture, relations=event.indexes.relations, filters=event.indexes.filters))
            self._review.begin(event.snapshot)

    @on(Review.Done)
    def _reviewed(self, event: Review.Done) -> None:
        if self._picture is not None and self._picture.snapshot is event.snapshot:
            self._show(replace(self._picture, findings=event.findings))

    @on(loading.NotLoaded)
    def _not_loaded(self, event: loading.NotLoaded) -> None:
        kept = "showing what was read before: " if self._picture is not None else ""
        self._problems = event.problems
        self._say_problem(f"{kept}{loading.first_problem(event.problems)}")
        if self._picture is None:
            self.status.state = "nothing read · R tries again · ! lists problems"
            self._source.follow()

    @on(loading.Unchanged)
    def _unchanged(self) -> None:
        self.banner.text = ""

    @on(loading.Cancelled)
    def _cancelled(self) -> None:
        self._say_problem("reading was stopped: what is shown is not all · R reads again")
        self._say_state()

    @on(Source.Stirred)
    def _stirred(self) -> None:
        self._watching = True
        self._say_state()
        self._source.read(self.snapshot, self._acknowledged)

    @on(Source.Failed)
    def _failed(self, event: Source.Failed) -> None:
        self._say_problem(f"this should not happen, please report it: {event.reason}")

    @on(Source.NotWatched)
    def _not_watched(self, event: Source.NotWatched) -> None:
        self._watching = False
        self._say_state()
        self._say_problem(f"changes on disk are not seen: {event.reason}")

    def _show(self, picture: Picture) -> None:
        self._picture = picture
        self.status.contents = contents(picture.snapshot) + (" · the bundled sample" if self._bundled else "")
        self.explorer.picture = picture
        self.subject.picture = picture
        self.simulation.picture = picture

    def _say_problem(self, text: str) -> None:
        self.banner.tone = "warn"
        self.banner.text = text

    def _say_state(self) -> None:
        if self._picture is None:
            return
        changed = len(self._picture.changes)
        marks = f"● {changed} changed · " if changed else ""
        self.status.state = f"{marks}{'watching' if self._watching else 'read'} {self._clock():%H:%M:%S}"

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
        if self._picture is None:
            return
        subject = find_subject(self._picture.snapshot, key)
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
        if self._picture is None:
            return None
        keys = [policy.arn] if policy.arn else []
        if policy.owner:
            keys += [inline_key(policy.owner, policy.name), policy.owner]
        for key in keys:
            subject = find_subject(self._picture.snapshot, key)
            if not isinstance(subject, Outside | Root):
                return key
        return None

    # Requests

    def action_simulate(self) -> None:
        """Ask what the selected principal may do."""
        subject = self._selected()
        if isinstance(subject, Inline):
            subject = subject.owner
        if not isinstance(subject, User | Role | Root):
            self.notify("select a user, a role or root first", severity="warning", markup=False, timeout=3)
        else:
            self._fields = replace(self._fields, principal=arn_of(subject))
            self.simulation.form.set_fields(self._fields)
            self._decide()
        self.front = "simulation"
        self.simulation.form.focus()

    def _selected(self) -> Subject | None:
        key = self.explorer.subject if self.front == "explorer" else None
        if key is None and self._visits.current is not None:
            key = self._visits.current.key
        return None if key is None or self._picture is None else find_subject(self._picture.snapshot, key)

    @on(SimulationPane.Asked)
    def _asked(self, event: SimulationPane.Asked) -> None:
        self._fields = event.fields
        self._decide(is_final=event.final)

    def _decide(self, *, is_final: bool = False, is_anew: bool = False) -> None:
        if self._picture is not None and (self._fields.principal or self._fields.action):
            self._decide_in_thread(Question(self._picture.snapshot, self._fields, is_final, is_anew))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="decide", exit_on_error=False, description="decide a request")
    def _decide_in_thread(self, question: Question) -> None:
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
            if self.simulation.wants_resource:
                self.simulation.form.focus()
            else:
                self.simulation.view.focus()

    # Screens above, and the rest

    def action_requests(self) -> None:
        """List earlier requests."""

        def ask(key: str | None) -> None:
            fields = None if key is None else self._requests.fields(key)
            if fields is not None:
                self._fields = fields
                self.simulation.form.set_fields(fields)
                self._decide()
                self.bring_to_front("simulation")

        self.app.push_screen(requests_screen(self._requests), ask)

    def action_problems(self) -> None:
        """List files and problems."""
        self.app.push_screen(problems_screen(self.snapshot, self._problems))

    def action_inventory(self) -> None:
        """Say what was opened, what is missing and which answers that weakens."""
        if self.snapshot is not None:
            self._tell_what_was_opened(self.snapshot)

    def _tell_at_first(self, snapshot: Snapshot, *, is_partial: bool) -> None:
        """Say before the trees what was opened: once, if there is more to it, and only to who has not begun to work."""
        top = self.app.screen
        if isinstance(top, InventoryScreen):
            if top.is_mounted:
                top.show(snapshot, is_partial=is_partial)
            return
        is_idle = top is self and self.front == "explorer" and self._fields == RequestFields()
        if is_idle and self._acknowledged is None and not self._was_told and is_worth_telling(snapshot):
            self._was_told = True
            self._tell_what_was_opened(snapshot, is_partial=is_partial)

    def _tell_what_was_opened(self, snapshot: Snapshot, *, is_partial: bool = False) -> None:
        def go(key: str | None) -> None:
            if key is not None:
                self.explorer.reveal(key)
                self.bring_to_front("explorer")

        self.app.push_screen(InventoryScreen(snapshot, is_partial=is_partial), go)

    def action_findings(self) -> None:
        """List all findings."""
        picture = self._picture
        if picture is None or picture.findings is None:
            self.notify("findings are still being looked for", markup=False, timeout=3)
            return

        def open_finding(link: str | None) -> None:
            if link is not None:
                self.go_to(*split_link(link))

        self.app.push_screen(FindingsScreen(picture.snapshot, picture.findings), open_finding)

    def action_changes(self) -> None:
        """List what changed on disk."""

        def open_changed(key: str | None) -> None:
            if key is not None:
                self.go_to(key)

        changes = () if self._picture is None else self._picture.changes
        self.app.push_screen(changes_screen(changes), open_changed)

    def action_acknowledge(self) -> None:
        """Take the signs of changes away."""
        if self._picture is not None and self._picture.changes:
            self._acknowledged = self._picture.snapshot
            self._show(replace(self._picture, changes=()))
            self._say_state()

    def action_reload(self) -> None:
        """Read again, and show what is there even if it is less than before."""
        self._source.read(self.snapshot, self._acknowledged, keeps_what_was_read=False)

    def action_step_back(self) -> None:
        """One step out; while files are read for the first time, stop that."""
        if self._source.is_reading and self._acknowledged is None:
            self._source.give_up()
            return
        super().action_step_back()
