"""The timeline: what was recorded, by time; narrowed as one types, with a card for each event (B11)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.loading.giving_way import GivingWay
from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.app.screens.showing import ShowsRecorded
from iamtui.browsing.copies import Copy, command_copies
from iamtui.browsing.trail.filter_words import read_typed
from iamtui.browsing.trail.recorded import Recorded
from iamtui.browsing.trail.timeline import VIEWS, Timeline, row_of_key
from iamtui.content.numbers import number_of
from iamtui.content.requests import RequestFields
from iamtui.reports.lines import StatementRef
from iamtui.trail.trail import GoneError
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.histogram_bar import HistogramBar
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList

if TYPE_CHECKING:
    from iamtui.app.screens.event_screen import EventScreen, OpenCard
    from iamtui.browsing.trail.event_card import EventCard


class TimelineScreen(ShowsRecorded, ListScreen):
    """Shows a trail by view. `chosen` or `statement` is where the user went, if not back."""

    HELP: ClassVar[str] = """\
# Timeline
Newest last; ✔ done, ✎ a change of access, ✖ refused, ! another error, ≠ *disagrees*: AWS and the exports say
different things, as far as the newest 500 rows tell. `v` turns the views: all, changes, denials,
sessions, callers. `/` filters as you type: words, or `who=dana error=denied ip=203.0.113.0/24 from=-36h`, with the
names of `iamtui trail` (who, action, resource, ip, agent, region, account, error, from, to). `tab` goes to the
histogram: arrows, then `enter` narrows the time, `backspace` widens it again. `enter` on an event opens its card; on a
caller or session, its events. `x` stops the reading of files.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "turn", "View", id="timeline.view"),
        Binding("x", "stop", "Stop reading", show=False, id="timeline.stop"),
        Binding("tab", "histogram", "Histogram", show=False, id="timeline.histogram"),
    ]

    _histogram = getters.query_one(HistogramBar)

    @dataclass
    class _Answered(Message):
        asked: object
        timeline: Timeline

    @dataclass
    class _Judged(Message):
        """Events were decided again: of these AWS and the exports say different things."""

        recorded: Recorded
        rows: frozenset[int]
        disagreeing: frozenset[int]

    def __init__(
        self,
        place: ListPlace,
        way: GivingWay,
        stop_reading: Callable[[], None],
        open_card: OpenCard,
        who_can: Callable[[RequestFields], None],
    ) -> None:
        """Show nothing until `show`; `place` is where the user was.

        `way` is freed when the first rows are drawn; `stop_reading` is called when no more is wanted, `open_card` shows
        a key or a containment board, `who_can` asks of everybody.
        """
        super().__init__("Timeline", (), empty="reading …", footer="", place=place)
        self._way = way
        self._stop_reading = stop_reading
        self._open_card = open_card
        self._who_can = who_can
        self.view = VIEWS[0]
        self._recorded: Recorded | None = None
        self._timeline: Timeline | None = None
        self._asked: object = None
        self._is_ready = False
        self._judged: frozenset[int] = frozenset()
        self._disagreeing: frozenset[int] = frozenset()
        self.chosen: RequestFields | None = None
        self.statement: StatementRef | None = None

    def compose(self) -> ComposeResult:
        """Heading, filter, histogram, rows, keys."""
        with Vertical(classes="dialog -large"):
            yield PlainText("Timeline", classes="dialog--heading")
            yield FilterBox("/ filter: words, who= action= resource= ip= error= from= to=")
            yield HistogramBar()
            yield TreeList(empty="reading …")
        yield KeyBar()

    def on_mount(self) -> None:
        """Go to where the user was, and ask for what was read by now."""
        self._is_ready = True
        super().on_mount()

    def show(self, recorded: Recorded) -> None:
        """Show other events; filter and cursor stay."""
        if recorded is not self._recorded:
            self._recorded = recorded
            self._judged = self._disagreeing = frozenset()
            self._ask()

    def commands(self) -> Sequence[Copy]:
        """The command that tells of the same events, whatever the filter."""
        return command_copies("trail", self.opened)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that a line under the cursor would take as text."""
        if action in ("turn", "histogram", "stop") and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    # Asking

    def _narrow(self, text: str, expanded: frozenset[str] | None) -> None:
        self._ask()

    def _ask(self) -> None:
        if self._recorded is not None and self._is_ready:
            self._asked = asked = object()
            self._find(Handed((self._recorded, self._box.text, self.view, self._disagreeing, asked)))

    @work(thread=True, exclusive=True, group="timeline", exit_on_error=False, description="look through events")
    def _find(self, handed: Handed[tuple[Recorded, str, str, frozenset[int], object]]) -> None:
        from iamtui.browsing.trail.timeline import timeline  # noqa: PLC0415 - imported by the thread

        worker = get_current_worker()
        recorded, text, view, disagreeing, asked = handed.take()
        found = timeline(recorded.trail, recorded.snapshot, text, view, recorded.firsts, disagreeing)
        if not worker.is_cancelled:
            self.post_message(self._Answered(asked, found))

    @on(_Answered)
    def _answered(self, event: _Answered) -> None:
        if event.asked is not self._asked or self._recorded is None:
            return
        found, was = event.timeline, self._timeline
        self._timeline = found
        total, what = len(self._recorded.trail), "session" if self.view == "sessions" else "event"
        counted = number_of(found.events, what)
        of = f"in {number_of(total, 'event')}" if self.view == "sessions" else f"of {total:,}"
        self._say(f"{self.view} · {counted} {of} · {self._recorded.said}")
        tree = self._tree
        tree.empty = "nothing matches" if len(self._recorded.trail) else "no CloudTrail events among the paths"
        follows = was is None or tree.cursor >= tree.row_count - 1
        tree.children_of = found.children_of
        tree.set_roots(found.nodes, expanded=found.expanded | (tree.open_keys if was is not None else frozenset()))
        if follows:
            tree.cursor = max(0, tree.row_count - 1)
        counts = found.histogram
        self._histogram.set_counts(counts.counts, counts.name)
        self.call_after_refresh(self._way.free)

        unjudged = frozenset(found.newest) - self._judged
        if unjudged and self._recorded.snapshot is not None:
            self._judge(Handed((self._recorded, unjudged)))

    @work(thread=True, exclusive=True, group="judge", exit_on_error=False, description="decide events again")
    def _judge(self, handed: Handed[tuple[Recorded, frozenset[int]]]) -> None:
        from iamtui.browsing.trail.rows import disagreeing  # noqa: PLC0415 - it decides

        worker, (recorded, rows) = get_current_worker(), handed.take()
        found = disagreeing(recorded.trail, recorded.snapshot, rows, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.post_message(self._Judged(recorded, rows, found))

    @on(_Judged)
    def _was_judged(self, event: _Judged) -> None:
        if event.recorded is self._recorded:
            self._judged |= event.rows
            self._disagreeing |= event.disagreeing
            if event.disagreeing:
                self._ask()

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say what is wrong with a filter, or with a file that changed."""
        if event.worker.group == "timeline" and event.state is WorkerState.ERROR:
            event.stop()
            self._say(str(event.worker.error))

    def _say(self, words: str) -> None:
        self.set_heading(f"Timeline · {words}")

    # Narrowing

    def action_turn(self) -> None:
        """Show the next view."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]
        self._timeline = None
        self._ask()

    def action_stop(self) -> None:
        """Read no more files."""
        self._stop_reading()

    def action_histogram(self) -> None:
        """Go to the histogram, or back to the rows."""
        (self._tree if self._histogram.has_focus else self._histogram).focus()

    @on(HistogramBar.Chosen)
    def _span_chosen(self, event: HistogramBar.Chosen) -> None:
        typed = read_typed(self._box.text)
        if event.bar is None or self._timeline is None:
            kept = tuple(pair for pair in typed.values if pair[0] not in ("from", "to"))
            self._box.set_text(str(type(typed)(kept, typed.words)))
        else:
            start, end = self._timeline.histogram.span(event.bar)
            self._box.set_text(str(typed.but(**{"from": start, "to": end})))
        self._tree.focus()

    # Opening

    @on(TreeList.Opened)
    def _row_opened(self, event: TreeList.Opened) -> None:
        """Open the card of an event; show the events of a caller or session; unfold everything else."""
        event.stop()
        event.prevent_default()
        row = row_of_key(event.node.key)
        if row is not None:
            self._card(row)
        elif self._timeline is not None and (lead := self._timeline.leads.get(event.node.key)) is not None:
            self.show_only(lead)
        else:
            self._tree.action_toggle_fold()

    def show_only(self, text: str) -> None:
        """Show the events that a filter means."""
        self.view, self._timeline = "all", None
        if self._box.text == text:
            self._ask()
        self._box.set_text(text)

    @work(exclusive=True, group="card", description="open an event")
    async def _card(self, row: int) -> None:
        from iamtui.app.screens.event_screen import EventScreen  # noqa: PLC0415 - rows do not wait for what decides
        from iamtui.browsing.trail.event_card import card_beside, event_card  # noqa: PLC0415

        recorded = self._recorded
        if recorded is None:
            return

        async def beside(card: EventCard, step: int) -> EventCard:
            found = await asyncio.to_thread(card_beside, self._recorded or recorded, card, step)
            self._tree.select_key(f"event {found.row}")
            return found

        try:
            screen = EventScreen(await asyncio.to_thread(event_card, recorded, row), beside, self._open_card)
        except GoneError as error:
            self.notify(str(error), severity="warning")
            return
        if self.is_current:  # a card is not laid over what the user went on to meanwhile
            await self.app.push_screen_wait(screen)
            self._go(screen)

    def _go(self, left: EventScreen) -> None:
        """Go where the user went from the card of an event."""
        onward = left.onward
        if onward is None:
            return
        if onward.kind == "filter":
            self.show_only(onward.filter)
        elif onward.kind == "who-can" and left.card.fields is not None:
            self._who_can(left.card.fields)
        else:
            self.chosen = left.card.fields if onward.kind == "simulate" else None
            self.statement = onward.statement
            self.dismiss(None)
