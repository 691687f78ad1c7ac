"""Reads what was opened, follows it on disk, and holds the workspace made of it; shows nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.analysis.changes.results import Change, summary
from iamtui.app.loading import messages as loading
from iamtui.app.loading.findings_worker import FindingsWorker
from iamtui.app.loading.loader import Loader
from iamtui.app.loading.viewer import LAID, LAYING, Viewer
from iamtui.browsing.finding_lists import gravest
from iamtui.browsing.loads import Load, kept_of, name_of
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import Snapshot, SourceProblem

if TYPE_CHECKING:
    from iamtui.analysis.findings.review.hygiene_results import Mute

Clock = Callable[[], datetime]

_LOOKING, _FAULT = "findings …", "no findings: fault"


class Reading(Widget):
    """Holds the workspace: each that is whole takes the place of the one before.

    Who shows it watches `workspace`, `state` and `trouble`, and hears of the messages.
    """

    DEFAULT_CSS: ClassVar[str] = "Reading { display: none; }"

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None, always_update=True)
    """What was read, with its indexes and findings as they come."""
    state: reactive[str] = reactive("reading …")
    """How far the reading is, or when it ended, in a few words."""
    trouble: reactive[str] = reactive("")
    """What went wrong and is still so; empty if nothing did."""
    looks: reactive[int] = reactive(0)
    """How often files may have changed, or the user asked to look again: who reads other files does so too."""
    what_if: reactive[str] = reactive("")
    """That what is shown is a what-if; empty where it is what the files say."""

    @dataclass
    class Loaded(Message):
        """A workspace came with new files, whole or in part; the first whole one is `is_first`."""

        snapshot: Snapshot
        is_first: bool
        is_partial: bool

    @dataclass
    class Changed(Message):
        """The files on disk say something else than before."""

        snapshot: Snapshot
        changes: tuple[Change, ...]

    def __init__(self, paths: tuple[Path, ...], clock: Clock) -> None:
        """Read what is at `paths` when told to; `clock` says when that was."""
        super().__init__()
        self.paths = paths
        self._loader = Loader(paths)
        self._viewer = Viewer()
        self._findings_worker = FindingsWorker()
        self._clock = clock
        self._acknowledged: Snapshot | None = None
        self._was_asked = False
        self._seen: tuple[Snapshot, tuple[Change, ...]] | None = None
        self._viewed: int | None = None
        self._patch = b""
        self.loads: tuple[Load, ...] = ()
        self._watching = False
        self._look, self._read_at = _LOOKING, clock()
        self.problems: tuple[SourceProblem, ...] = ()

    def compose(self) -> ComposeResult:
        """Those who work in threads."""
        yield self._loader
        yield self._findings_worker
        yield self._viewer

    @property
    def snapshot(self) -> Snapshot | None:
        """What was read."""
        return None if self.workspace is None else self.workspace.snapshot

    @property
    def is_whole(self) -> bool:
        """Whether all was read once."""
        return self._acknowledged is not None

    def begin(self) -> None:
        """Read for the first time."""
        self._loader.read()

    def read_again(self) -> None:
        """Read again, and take what is there even if it is less than before."""
        self._was_asked = True
        self.looks += 1
        self._loader.read(self.newest, self._acknowledged, keeps_what_was_read=False)

    def give_up(self) -> bool:
        """Stop the first reading; False if it is over."""
        if not self._loader.is_reading or self.is_whole:
            return False
        self._loader.give_up()
        return True

    @property
    def newest(self) -> Snapshot | None:
        """What was loaded last, whatever is looked at."""
        return self.loads[-1].snapshot if self.loads else self.snapshot

    @property
    def acknowledged_load(self) -> int:
        """The place of the load that the user took note of last."""
        return next((place for place, one in enumerate(self.loads) if one.snapshot is self._acknowledged), 0)

    def acknowledge(self) -> bool | None:
        """Take the signs of changes away, or bring back those that were; None where there are none."""
        if self.workspace is None:
            return None
        if self.workspace.changes and self._acknowledged is not None:
            self._seen = self._acknowledged, self.workspace.changes
            self._acknowledged = self.newest
            self.workspace = replace(self.workspace, changes=())
        elif self._seen is not None:
            self._acknowledged, changes = self._seen
            self._seen = None
            self.workspace = replace(self.workspace, changes=changes)
        else:
            return None
        self._say_state()
        return not self.workspace.changes

    def view(self, place: int) -> None:
        """Show what was loaded at a place of the timeline."""
        self._patch, self.what_if = b"", ""
        self._viewer.view(self.loads[place].snapshot, place)

    def lay(self, patch: bytes) -> None:
        """Lay the edits of a patch over what was read, now and whenever it is read anew; empty: take them off."""
        self._patch = patch
        if self.newest is None or not patch:
            self.view(len(self.loads) - 1)
        else:
            self._viewer.lay(self.newest, patch)

    @on(Viewer.Ready)
    def _show_viewed(self, event: Viewer.Ready) -> None:
        if (event.place is None) != bool(self._patch):
            return  # taken off, or laid over, meanwhile
        is_newest = event.place is None or event.place == len(self.loads) - 1
        self._viewed = None if is_newest else event.place
        self.what_if = LAID if event.place is None else ""
        self.workspace = event.workspace
        self._look_for_findings(event.workspace)
        self._say_state()

    @on(loading.Progressed)
    def _progressed(self, event: loading.Progressed) -> None:
        if event.total > 1 and event.done < event.total:
            self.state = f"reading {event.done}/{event.total} {event.path.name} · escape stops"

    @on(loading.Loaded)
    def _loaded(self, event: loading.Loaded) -> None:
        self._read_at = self._clock()
        self.call_after_refresh(event.drawn.set)
        old, is_first = self.workspace, not self.is_whole
        self.problems = event.snapshot.problems
        relations = None if old is None or event.changes else old.relations
        filters = {} if old is None else old.filters
        findings = None if relations is None or old is None else old.findings
        self._keep(event)
        self.workspace = Workspace(event.snapshot, event.trees, relations, filters, event.unacknowledged, findings)
        self._say_state()
        if self._patch:
            self.what_if = LAYING
            self.lay(self._patch)
        self.post_message(self.Loaded(event.snapshot, is_first, event.is_partial))
        if event.is_partial:
            return
        if is_first:
            self._acknowledged = event.snapshot
            self._loader.follow()
        self.trouble = f"showing what was read before: {event.lost} · R takes what is there" if event.lost else ""
        if event.changes:
            self.post_message(self.Changed(event.snapshot, event.changes))
        elif self._was_asked and not is_first:
            self.notify("reloaded: nothing changed", timeout=3)
        self._was_asked = False

    def _keep(self, event: loading.Loaded) -> None:
        """Put a whole load on the timeline; one that says the same as the last takes its place."""
        self._viewed = None
        if event.is_partial:
            return
        if event.changes:
            self._seen = None
        kept = self.loads if event.changes or not self.loads else self.loads[:-1]
        at = self._clock() if event.changes or not self.loads else self.loads[-1].at
        said = summary(event.changes) if event.changes or not self.loads else self.loads[-1].said
        if self.loads and not event.changes and self._acknowledged is self.loads[-1].snapshot:
            self._acknowledged = event.snapshot
        self.loads = kept_of((*kept, Load(event.snapshot, at, said)))

    @on(loading.Indexed)
    def _indexed(self, event: loading.Indexed) -> None:
        if self.workspace is not None and self.workspace.snapshot is event.snapshot:
            self.workspace = replace(self.workspace, relations=event.indexes.relations, filters=event.indexes.filters)
            self._say_state()
            self._look_for_findings(self.workspace)

    def _look_for_findings(self, workspace: Workspace) -> None:
        at = self.loads[-1].at if self.loads and self.loads[-1].snapshot is workspace.snapshot else None
        self._look = _LOOKING
        self._findings_worker.begin(workspace.snapshot, workspace.trees(), at)

    def take_mutes(self, mutes: tuple[Mute, ...]) -> None:
        """Accept these findings from now on."""
        if self.workspace is not None:
            workspace = self.workspace
            self._findings_worker.take_mutes(mutes, workspace.snapshot, workspace.trees(), workspace.findings)

    @on(FindingsWorker.Progressed)
    def _reviewing(self, event: FindingsWorker.Progressed) -> None:
        if self.workspace is not None and self.workspace.snapshot is event.snapshot:
            self._look = f"{_LOOKING} {event.percent} %"
            self._say_state()

    @on(FindingsWorker.Failed)
    def _not_reviewed(self, event: FindingsWorker.Failed) -> None:
        self._look = _FAULT
        self.trouble = f"findings were not looked for: this should not happen, please report it: {event.reason}"
        self._say_state()

    @on(FindingsWorker.Done)
    def _reviewed(self, event: FindingsWorker.Done) -> None:
        if self.workspace is not None and self.workspace.snapshot is event.snapshot:
            self.workspace = replace(self.workspace, findings=event.findings)
            self._say_state()

    @on(loading.NotLoaded)
    def _not_loaded(self, event: loading.NotLoaded) -> None:
        kept = "showing what was read before: " if self.workspace is not None else ""
        self.problems = event.problems
        self.trouble = f"{kept}{loading.first_problem(event.problems)}"
        if self.workspace is None:
            self.state = "nothing read · R tries again · ! lists problems"
            self._loader.follow()

    @on(loading.Unchanged)
    def _unchanged(self) -> None:
        if self._look != _FAULT:
            self.trouble = ""

    @on(loading.Cancelled)
    def _cancelled(self) -> None:
        self.trouble = "reading was stopped: what is shown is not all · R reads again"
        self._say_state()

    @on(Loader.FilesChanged)
    def _files_changed(self) -> None:
        self._watching, self._read_at = True, self._clock()
        self.looks += 1
        self._say_state()
        self._loader.read(self.newest, self._acknowledged)

    @on(Loader.Failed)
    def _failed(self, event: Loader.Failed) -> None:
        self.trouble = f"this should not happen, please report it: {event.reason}"

    @on(Loader.NotWatched)
    def _not_watched(self, event: Loader.NotWatched) -> None:
        self._watching = False
        self._say_state()
        self.trouble = f"changes on disk are not seen: {event.reason}"

    def _say_state(self) -> None:
        if self.workspace is None:
            return
        changed = len(self.workspace.changes)
        if self._viewed is not None:
            self.state = f"viewing {name_of(self.loads, self._viewed)} · d, then v on the newest, returns"
            return
        marks = f"● {changed} changed · " if changed else ""
        findings = self.workspace.findings
        looks = self._look if findings is None else f"f {gravest(findings)}"
        self.state = f"{marks}read {self._read_at:%H:%M:%S}{' · watching' if self._watching else ''} · {looks}"
