"""A screen that reads what was opened, follows it on disk and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from iamtui.analysis.changes.entities import summary
from iamtui.app.loading import messages as loading
from iamtui.app.loading.findings_worker import FindingsWorker
from iamtui.app.loading.loader import Loader
from iamtui.app.screens.inventory_screen import InventoryScreen, is_worth_telling
from iamtui.app.screens.lists import problems_screen
from iamtui.app.workbench.exporting import ExportingScreen
from iamtui.app.workbench.status_line import contents
from iamtui.browsing.workspace import Workspace
from iamtui.content.requests import RequestFields
from iamtui.snapshot.model import Snapshot, SourceProblem
from iamtui.visible import visible
from iamtui.widgets.filter_box import FilterBox

Clock = Callable[[], datetime]


class ReadingScreen(ExportingScreen):
    """Holds the workspace: each that is whole takes the place of the one before, and the panes are told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "acknowledge", "Take note of changes", show=False, id="app.acknowledge"),
        Binding("i", "inventory", "What was opened", show=False, id="app.inventory"),
        Binding("exclamation_mark", "problems", "Problems and files", show=False, id="app.problems"),
        Binding("R", "reload", "Read again", show=False, id="app.reload"),
    ]

    def __init__(self, paths: tuple[Path, ...], *, bundled: bool = False, clock: Clock = datetime.now) -> None:
        """Show what is at `paths`; `bundled` says that it is the sample that comes with iamtui."""
        super().__init__()
        self._source = Loader(paths)
        self._review = FindingsWorker()
        self._bundled = bundled
        self._clock = clock
        self._workspace: Workspace | None = None
        self._acknowledged: Snapshot | None = None
        self._problems: tuple[SourceProblem, ...] = ()
        self._watching = False
        self._was_told = False

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
    def workspace(self) -> Workspace | None:
        """What is shown."""
        return self._workspace

    @property
    def snapshot(self) -> Snapshot | None:
        """What was read."""
        return None if self._workspace is None else self._workspace.snapshot

    def changed_on_disk(self) -> None:
        """Do what another workspace asks for; nothing unless a subclass says so."""

    # News of the reading

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
        is_first = self._workspace is None
        relations = None if is_first or event.changes or self._workspace is None else self._workspace.relations
        filters = {} if self._workspace is None else self._workspace.filters
        self._problems = event.snapshot.problems
        findings = None if relations is None or self._workspace is None else self._workspace.findings
        self._show(Workspace(event.snapshot, event.trees, relations, filters, event.unacknowledged, findings))
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
            self.changed_on_disk()
        if is_first and self._problems and not self._was_told:
            worst = loading.first_problem(self._problems)
            self.notify(visible(f"{worst} · ! lists them"), severity="warning", markup=False, timeout=8)

    @on(loading.Indexed)
    def _indexed(self, event: loading.Indexed) -> None:
        if self._workspace is not None and self._workspace.snapshot is event.snapshot:
            self._show(replace(self._workspace, relations=event.indexes.relations, filters=event.indexes.filters))
            self._review.begin(event.snapshot)

    @on(FindingsWorker.Done)
    def _reviewed(self, event: FindingsWorker.Done) -> None:
        if self._workspace is not None and self._workspace.snapshot is event.snapshot:
            self._show(replace(self._workspace, findings=event.findings))

    @on(loading.NotLoaded)
    def _not_loaded(self, event: loading.NotLoaded) -> None:
        kept = "showing what was read before: " if self._workspace is not None else ""
        self._problems = event.problems
        self._say_problem(f"{kept}{loading.first_problem(event.problems)}")
        if self._workspace is None:
            self.status.state = "nothing read · R tries again · ! lists problems"
            self._source.follow()

    @on(loading.Unchanged)
    def _unchanged(self) -> None:
        self.banner.text = ""

    @on(loading.Cancelled)
    def _cancelled(self) -> None:
        self._say_problem("reading was stopped: what is shown is not all · R reads again")
        self._say_state()

    @on(Loader.FilesChanged)
    def _stirred(self) -> None:
        self._watching = True
        self._say_state()
        self._source.read(self.snapshot, self._acknowledged)

    @on(Loader.Failed)
    def _failed(self, event: Loader.Failed) -> None:
        self._say_problem(f"this should not happen, please report it: {event.reason}")

    @on(Loader.NotWatched)
    def _not_watched(self, event: Loader.NotWatched) -> None:
        self._watching = False
        self._say_state()
        self._say_problem(f"changes on disk are not seen: {event.reason}")

    def _show(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.status.contents = ("the bundled sample · " if self._bundled else "") + contents(workspace.snapshot)
        self.explorer.workspace = workspace
        self.subject.workspace = workspace
        self.simulation.workspace = workspace

    def _say_problem(self, text: str) -> None:
        self.banner.tone = "warn"
        self.banner.text = text

    def _say_state(self) -> None:
        if self._workspace is None:
            return
        changed = len(self._workspace.changes)
        marks = f"● {changed} changed · " if changed else ""
        self.status.state = f"{marks}{'watching' if self._watching else 'read'} {self._clock():%H:%M:%S}"

    # What the user asks about it

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
        if (
            top is self
            and self._is_idle()
            and self._acknowledged is None
            and not self._was_told
            and is_worth_telling(snapshot)
        ):
            self._was_told = True
            self._tell_what_was_opened(snapshot, is_partial=is_partial)

    def _is_idle(self) -> bool:
        """Whether the user has not begun to work: neither filters nor asks nor reads about a subject."""
        filters = bool(self.explorer.query_one(FilterBox).text) or isinstance(self.focused, Input)
        return self.front == "explorer" and not filters and self.simulation.form.fields == RequestFields()

    def _tell_what_was_opened(self, snapshot: Snapshot, *, is_partial: bool = False) -> None:
        def go(key: str | None) -> None:
            if key is not None:
                self.explorer.reveal(key)
                self.bring_to_front("explorer")

        self.app.push_screen(InventoryScreen(snapshot, is_partial=is_partial), go)

    def action_acknowledge(self) -> None:
        """Take the signs of changes away."""
        if self._workspace is not None and self._workspace.changes:
            self._acknowledged = self._workspace.snapshot
            self._show(replace(self._workspace, changes=()))
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
