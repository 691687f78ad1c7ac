"""The recorded events among the opened paths: reads them when they are first asked for, and follows their files."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.loading.giving_way import GivingWay
from iamtui.app.loading.loader import Loader
from iamtui.app.loading.messages import EventsRead
from iamtui.app.loading.reading import Reading
from iamtui.app.messages import EventsWanted, RecordedWanted, RequestChosen
from iamtui.app.screens.list_screen import ListPlace
from iamtui.app.workbench.covered import uncover
from iamtui.app.workbench.incident_desk import IncidentDesk
from iamtui.app.workbench.query_desk import QueryDesk
from iamtui.browsing.subjects import Subject
from iamtui.content.numbers import number_of
from iamtui.content.requests import RequestFields
from iamtui.files.collector import collector_waiting
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:
    from iamtui.app.loading.event_reading import EventReading
    from iamtui.app.panes.tabs import ActivityTab
    from iamtui.browsing.trail.recorded import Recorded

_EVENTS = "CloudTrail events"


class TrailDesk(Widget):
    """Holds the trail. Nothing of it is read before it is asked for: who only looks at exports does not wait."""

    DEFAULT_CSS: ClassVar[str] = "TrailDesk { display: none; }"

    @dataclass
    class StatementChosen(Message):
        """The policy of a statement is to be opened there."""

        statement: StatementRef

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self._paths = paths
        self._snapshot: Snapshot | None = None
        self._held: EventsRead | None = None
        self._place = ListPlace()
        self._stop = threading.Event()
        self._told = False
        self._wanted: ActivityTab.Wanted | None = None
        self._is_asked = False
        self._is_due = False
        self.recorded: Recorded | None = None
        """What was read by now; None before anybody asked."""
        self._files: EventReading | None = None

    def compose(self) -> ComposeResult:
        """Who opens cards and boards, and watches these."""
        yield IncidentDesk()

    def on_mount(self) -> None:
        """Look at the files whenever those of the exports are looked at."""
        self.watch(self.screen.query_one(Reading), "looks", self._look, init=False)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Decide with another snapshot; say once that there are events among the paths."""
        self._snapshot = snapshot
        files = self._files_with_events()
        if files and not self._told:
            self._told = True
            self.notify(f"{number_of(files, 'file')} with CloudTrail events · L shows the timeline", timeout=5)
        self._renew()

    @property
    def has_events(self) -> bool:
        """Whether there are events among the paths, as far as is known."""
        if self.recorded is not None:
            return len(self.recorded.trail) > 0
        return self._files_with_events() > 0

    def _files_with_events(self) -> int:
        files = self._snapshot.files if self._snapshot is not None else ()
        return sum(file.status == "skipped" and file.message.startswith(_EVENTS) for file in files)

    # Reading

    def _attend(self, *, reads: bool = False) -> None:
        """Hand the events to the screen on top, and read them where there may be some, or `reads` says so."""
        if reads or self._snapshot is None or self._files_with_events():
            self._begin()
        self._show()

    def _begin(self) -> None:
        if not self._is_asked:
            self._is_asked = True
            self._start()

    def _look(self) -> None:
        """Files may have changed, or the user asks to look again; without exports, events are looked for."""
        if self._is_asked or self._snapshot is None:
            self._is_asked = True
            self._is_due = True
            if not self._is_reading:
                self._start()

    @property
    def _way(self) -> GivingWay:
        return self.screen.query_one(Loader).way

    @property
    def _is_reading(self) -> bool:
        return any(one.node is self and one.group == "trail" and one.is_running for one in self.workers)

    def _start(self) -> None:
        self._is_due = False
        self._stop = threading.Event()
        self._read_files(self._stop, self._way)

    @work(thread=True, group="trail", exit_on_error=False, description="read events")
    def _read_files(self, stop: threading.Event, way: GivingWay) -> None:
        from iamtui.app.loading.event_reading import EventReading  # noqa: PLC0415 - the first frame does not wait

        worker = get_current_worker()
        self._files = self._files or EventReading(self._paths, way)

        def tell(message: EventsRead) -> None:
            if not worker.is_cancelled:
                self.post_message(message)

        self._files.read(tell, self._incidents.is_watched, stop.is_set, lambda: worker.is_cancelled)

    def stop_reading(self) -> None:
        """What was read so far is shown."""
        self._stop.set()

    @on(EventsRead)
    def _was_read(self, event: EventsRead) -> None:
        event.stop()
        before, self._held = self._held, event
        is_first = not event.is_part and (before is None or before.is_part)
        if is_first and self._snapshot is None and len(event.trail):
            self.notify(f"{len(event.trail):,} CloudTrail events and no export · L shows the timeline", timeout=5)
        if event.news:
            self.notify(" · ".join(event.news), title="Events", severity="warning")
        elif before is not None and len(event.trail) < len(before.trail):
            fewer = len(before.trail) - len(event.trail)
            self.notify(f"events that are gone with their files: {fewer:,}", title="Events", severity="warning")
        self._renew()

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        if event.worker.group != "trail" or not event.worker.is_finished:
            return
        event.stop()
        if event.state is WorkerState.ERROR:
            self.notify(f"events were not read: {event.worker.error}", severity="error")
        if self._is_due and event.state is not WorkerState.CANCELLED:
            self._start()

    # Screens

    @property
    def _incidents(self) -> IncidentDesk:
        return self.query_one(IncidentDesk)

    def _renew(self) -> None:
        """Events or exports are others: whoever shows them gets them, and boards are judged again."""
        held = self._held
        if held is None:
            return
        from iamtui.browsing.trail.recorded import Recorded  # noqa: PLC0415 - the first list does not wait

        self.recorded = Recorded(held.trail, held.firsts, self._snapshot, held.said)
        self._incidents.take(self.recorded)
        self._show()
        self._look_again()

    def _show(self) -> None:
        """Hand what was read to the screens that are about it; one that has it already asks nothing."""
        from iamtui.app.screens.showing import ShowsRecorded  # noqa: PLC0415 - not before a key

        for screen in self.app.screen_stack:
            if isinstance(screen, ShowsRecorded) and self.recorded is not None:
                screen.show(self.recorded)

    @on(IncidentDesk.BoardWanted)
    def _open_board(self, event: IncidentDesk.BoardWanted) -> None:
        self.open_card("containment", event.who)

    @work(exclusive=True, group="card", description="open a card")
    async def open_card(self, kind: str, who: str) -> None:
        """Show the card of a key, a containment board, or the events that a filter means."""
        text: str | None = who
        if kind != "events":
            text = await self._incidents.open_card(kind, who)
        if text is not None:
            self.timeline(text)

    def take(self, wanted: ActivityTab.Wanted | EventsWanted | RecordedWanted) -> None:
        """Give a tab what was recorded of its subject, the screen on top what it is about, or show some events."""
        if isinstance(wanted, EventsWanted):
            self._show_events(wanted.filter)
        elif isinstance(wanted, RecordedWanted):
            self._attend(reads=wanted.reads)
        else:
            self._wanted = wanted
            self._attend()
            self._look_again()

    def _look_again(self) -> None:
        """Find what the tab in front wants in what was read by now."""
        from iamtui.browsing.trail.activity import NOTHING  # noqa: PLC0415 - the first frame does not wait

        wanted = self._wanted
        if wanted is None or not wanted.tab.display:
            return
        if self.recorded is not None:
            self._find_activity(Handed((self.recorded, wanted)))
        elif not self._is_asked:
            wanted.tab.post_message(wanted.tab.Found(wanted, NOTHING))

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="activity", exit_on_error=False, description="look for activity")
    def _find_activity(self, handed: Handed[tuple[Recorded, ActivityTab.Wanted]]) -> None:
        from iamtui.browsing.trail.activity import activity  # noqa: PLC0415 - it decides

        worker, (recorded, wanted) = get_current_worker(), handed.take()
        found = activity(recorded, wanted.subject, wanted.carriers, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            wanted.tab.post_message(wanted.tab.Found(wanted, found))

    def activity(self, subject: Subject | None) -> None:
        """Show what a principal did, or what was done to anything else."""
        from iamtui.browsing.trail.activity import filter_of  # noqa: PLC0415 - the first frame does not wait

        text = None if subject is None else filter_of(subject)
        if text is not None:
            self.timeline(text)
        else:
            self.notify("select a user, a role, a policy or a resource first", severity="warning", timeout=3)

    @work(exclusive=True, group="timeline", description="show the timeline")
    async def timeline(self, text: str | None = None) -> None:
        """Show the timeline, where the user was or the events that a filter means; reading begins with it."""
        with collector_waiting():
            from iamtui.app.screens.timeline_screen import TimelineScreen  # noqa: PLC0415 - not before a key

        place = self._place if text is None else ListPlace(text)
        if not self._is_asked:
            self._way.ask()
        screen = TimelineScreen(place, self._way, self.stop_reading, self._incidents.open_card, self._who_can)
        closed = asyncio.shield(self.app.push_screen(screen, wait_for_dismiss=True))
        self._begin()
        self._show()
        await closed
        if screen.chosen is not None or screen.statement is not None:
            uncover(self.screen)
        if screen.chosen is not None:
            self.post_message(RequestChosen(screen.chosen))
        elif screen.statement is not None:
            self.post_message(self.StatementChosen(screen.statement))

    def _who_can(self, fields: RequestFields) -> None:
        """Ask who can do what an event did, above the timeline."""
        if self._snapshot is None:
            self.notify("no export was opened: there is nobody to ask about", severity="warning", timeout=3)
        else:
            asked = RequestFields(action=fields.action, resource=fields.resource)
            self.screen.query_one(QueryDesk).who_can(self._snapshot, None, asked)

    def _show_events(self, text: str) -> None:
        """Show the events that a filter means, on the timeline that is open if there is one."""
        from iamtui.app.screens.timeline_screen import TimelineScreen  # noqa: PLC0415 - not before a key

        below = next((one for one in self.app.screen_stack if isinstance(one, TimelineScreen)), None)
        if below is None:
            self.timeline(text)
        else:
            uncover(below)
            below.show_only(text)
