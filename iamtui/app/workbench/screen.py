"""The one main screen: it owns the place and the request, and wires the panes together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from iamtui.analysis.changes.results import summary
from iamtui.app.loading.reading import Clock, Reading
from iamtui.app.messages import EventsWanted, RecordedWanted, RequestChosen
from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.pane import Pane
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.subject import SubjectPane
from iamtui.app.panes.tabs import ActivityTab
from iamtui.app.screens import exporting
from iamtui.app.screens.changes_screen import ChangesScreen, Chosen
from iamtui.app.screens.inventory_screen import InventoryScreen, first_words
from iamtui.app.screens.list_screen import ListPlace
from iamtui.app.screens.lists import problems_screen, requests_screen
from iamtui.app.workbench.findings_desk import FindingsDesk
from iamtui.app.workbench.panes import Panes
from iamtui.app.workbench.paste_desk import PasteDesk
from iamtui.app.workbench.request_desk import RequestDesk
from iamtui.app.workbench.status_line import StatusLine
from iamtui.app.workbench.trail_desk import TrailDesk
from iamtui.app.workbench.trying import TryingScreen
from iamtui.app.workbench.what_if_desk import WhatIfDesk
from iamtui.browsing.descriptions import arn_of
from iamtui.browsing.links import split_link
from iamtui.browsing.subjects import Inline, Root
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import Resource, Role, Snapshot, User
from iamtui.widgets.banner import Banner
from iamtui.widgets.key_bar import KeyBar

WIDE, TALL = 120, 45
"""Columns from which on the panes stand side by side, and lines from which on there is room to spare."""


class Workbench(TryingScreen):
    """Shows what is at some paths; panes are told what to show, and tell what the user did."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - so declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - so declared by Textual

    HELP: ClassVar[str] = """\
# iamtui
Explorer, subject and simulation stand side by side, or one at a time in a small terminal: `1` `2` `3` go to them, `z`
shows one alone, `escape` is one step back. `i` says what was opened and what is missing, `f` lists all findings, `!`
problems and files, `r` earlier requests, `d` what changed on disk, `L` what CloudTrail recorded. `p` pins the decision
on the screen, `P` lists pins, `B` containment boards. `W` tries an edit and shows what it would do. `ctrl+p` finds
every action, and any principal by name. Paste an ARN, a key id or an error of AWS, and what can be done with it is
offered. The row under the cursor is shown in full; `E` opens the rules that it names, such as `E41`. A click moves the
cursor, another one opens; parts of the first and last line can be clicked; the wheel scrolls, with shift sideways.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "changes", "Changes", id="app.changes"),
        Binding("f", "findings", "Findings", id="app.findings"),
        Binding("r", "requests", "Earlier requests", id="app.requests"),
        Binding("x", "acknowledge", "Mark changes as seen", show=False, id="app.acknowledge"),
        Binding("i", "inventory", "What was opened", id="app.inventory"),
        Binding("exclamation_mark", "problems", "Problems and files", show=False, id="app.problems"),
        Binding("R", "reload", "Reload", show=False, id="app.reload"),
        Binding("y", "copy", "Copy", id="app.copy"),
        Binding("ctrl+s", "save", "Save", id="app.save"),
        Binding("escape", "step_back", "Back out", show=False, id="pane.out"),
    ]

    reading = getters.query_one(Reading)
    panes = getters.query_one(Panes)
    status = getters.query_one(StatusLine)
    banner = getters.query_one(Banner)
    explorer = getters.query_one("#explorer", Explorer)
    subject = getters.query_one("#subject", SubjectPane)
    simulation = getters.query_one("#simulation", SimulationPane)
    desk = getters.query_one(RequestDesk)

    class Usable(Message):
        """There is something to be used: trees, or the word that nothing was read."""

    def __init__(self, paths: tuple[Path, ...], *, bundled: bool = False, clock: Clock = datetime.now) -> None:
        """Show what is at `paths`; `bundled` says that it is the sample that comes with iamtui."""
        super().__init__()
        self._paths = paths
        self._bundled = bundled
        self._changes_place = ListPlace()
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Status, banner, panes, footer, and those who work behind them."""
        yield Reading(self._paths, self._clock)
        yield RequestDesk()
        yield PasteDesk()
        yield FindingsDesk()
        yield WhatIfDesk()
        yield StatusLine(self._paths, bundled=self._bundled)
        yield Banner()
        yield Panes(self._paths)
        yield KeyBar()

    def on_mount(self) -> None:
        """Say what is read; the app begins that."""
        self._note_size(self.app.size, update=False)  # all is styled after this
        self.watch(self.reading, "workspace", self._show, init=False)
        self.watch(self.reading, "state", self.status.set_state)
        self.watch(self.reading, "trouble", self._show_trouble)
        self.explorer.focus()

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self._note_size(event.size, update=True)

    def _note_size(self, size: Size, *, update: bool) -> None:
        """Set the classes of the size at once: Textual does so only after a frame that has the wrong ones."""
        is_narrow, is_short = size.width < WIDE, size.height < TALL
        classes = {"-narrow": is_narrow, "-wide": not is_narrow, "-short": is_short, "-tall": not is_short}
        self.update_classes(classes, update=update, animate=False)
        self.panes.is_narrow = is_narrow

    @property
    def workspace(self) -> Workspace | None:
        """What is shown."""
        return self.reading.workspace

    @property
    def snapshot(self) -> Snapshot | None:
        """What was read."""
        return self.reading.snapshot

    @property
    def front_pane(self) -> Pane:
        """The pane in front."""
        return self.panes.front_pane

    # What was read

    def _show(self, workspace: Workspace | None) -> None:
        if workspace is None:
            return
        self.status.snapshot = workspace.snapshot
        self.panes.workspace = workspace
        self.desk.set_snapshot(workspace.snapshot)
        if workspace.filters:
            self.post_message(self.Usable())

    def _show_trouble(self, trouble: str) -> None:
        self.banner.tone = "warn"
        self.banner.text = trouble
        if trouble and self.workspace is None:
            self.explorer.say_nothing_was_read()
            self.post_message(self.Usable())

    @on(Reading.Loaded)
    def _loaded(self, event: Reading.Loaded) -> None:
        """Say what was opened where there is more to it; nothing opens over what somebody types."""
        snapshot, top = event.snapshot, self.app.screen
        if isinstance(top, InventoryScreen) and top.is_mounted:
            top.show(snapshot, is_partial=event.is_partial)
        if event.is_partial:
            self.post_message(self.Usable())
        elif event.is_first and (words := first_words(snapshot)):
            self.notify(words, severity="warning" if snapshot.problems else "information", timeout=8)

    @on(Reading.Changed)
    def _changed(self, event: Reading.Changed) -> None:
        self.notify(f"{summary(event.changes)} on disk", title="Reloaded", markup=False, timeout=6)

    def action_problems(self) -> None:
        """List files and problems."""
        self.app.push_screen(problems_screen(self.snapshot, self.reading.problems))

    def action_inventory(self) -> None:
        """Say what was opened, what is missing and which answers that weakens."""

        def go(key: str | None) -> None:
            if key is not None:
                self.explorer.reveal(key)
                self.panes.bring_to_front("explorer")

        if self.snapshot is not None:
            self.app.push_screen(InventoryScreen(self.snapshot, is_partial=not self.reading.is_whole), go)

    @on(ChangesScreen.Acknowledged)
    def action_acknowledge(self) -> None:
        """Mark changes as seen, or take that back."""
        seen = self.reading.acknowledge()
        if seen is not None:
            self.notify("marked as seen · x again brings them back" if seen else "marked as new again", timeout=4)

    def action_reload(self) -> None:
        """Read again, and show what is there even if it is less than before."""
        self.reading.read_again()

    def action_step_back(self) -> None:
        """One step out; while files are read for the first time, stop that."""
        self.app.clear_notifications()
        if not self.reading.give_up():
            self.panes.step_back()

    def action_copy(self) -> None:
        """Send what the pane in front offers to the clipboard."""
        exporting.copy(self.front_pane)

    def action_save(self) -> None:
        """Ask for a name, then save what the pane in front holds."""
        exporting.save(self.front_pane)

    def go_to(self, key: str, statement: int | None = None) -> None:
        """Show a subject, at a statement of its document if one is given."""
        self.panes.go_to(key, statement)

    # Requests

    def action_simulate(self) -> None:
        """Ask what the selected principal may do, or what may be done with the selected resource."""
        subject = self.panes.selected
        if isinstance(subject, Inline):
            subject = subject.owner
        if isinstance(subject, User | Role | Root):
            self.desk.ask(replace(self.desk.fields, principal=arn_of(subject)))
        elif isinstance(subject, Resource):
            self.desk.ask(replace(self.desk.fields, resource=arn_of(subject)))
        else:
            self.notify("select a user, a role, root or a resource first", severity="warning", markup=False, timeout=3)
        self.panes.front = "simulation"
        self.simulation.form.focus()

    @on(SimulationPane.Asked)
    def _asked(self, event: SimulationPane.Asked) -> None:
        self.desk.take(event.fields, is_final=event.final)

    @on(RequestChosen)
    def _request_chosen(self, event: RequestChosen) -> None:
        self.desk.ask(event.fields)
        self.panes.bring_to_front("simulation")

    # What was recorded

    @on(ActivityTab.Wanted)
    @on(EventsWanted)
    @on(RecordedWanted)
    def _recorded_wanted(self, event: ActivityTab.Wanted | EventsWanted | RecordedWanted) -> None:
        self.query_one(TrailDesk).take(event)

    # What was pasted where nobody types

    @on(PasteDesk.SubjectChosen)
    def _subject_chosen(self, event: PasteDesk.SubjectChosen) -> None:
        self.panes.go_to(event.key)

    @on(PasteDesk.StatementChosen)
    def _statement_chosen(self, event: PasteDesk.StatementChosen) -> None:
        self.panes.open_statement(event.statement)

    # Lists that lead somewhere

    def action_requests(self) -> None:
        """List earlier requests."""

        def ask(key: str | None) -> None:
            fields = None if key is None else self.desk.history.fields(key)
            if fields is not None:
                self.desk.ask(fields)
                self.panes.bring_to_front("simulation")

        self.app.push_screen(requests_screen(self.desk.history), ask)

    def action_findings(self) -> None:
        """List all findings."""
        self.query_one(FindingsDesk).list_findings()

    @on(FindingsDesk.Chosen)
    def _finding_chosen(self, event: FindingsDesk.Chosen) -> None:
        self.panes.go_to(*split_link(event.link))

    def action_changes(self) -> None:
        """Say what changed since the user took note of changes, and list the loads of this run."""

        def go(chosen: Chosen | None) -> None:
            if chosen is not None and chosen.key is not None:
                self.panes.go_to(chosen.key, chosen.statement)
            elif chosen is not None and chosen.load is not None:
                self.reading.view(chosen.load)

        loads = self.reading.loads
        if not loads:
            self.notify("nothing was read to the end yet", timeout=3)
            return
        old = min(self.reading.acknowledged_load, max(0, len(loads) - 2))
        self.app.push_screen(ChangesScreen(loads, old, len(loads) - 1, self._changes_place), go)
