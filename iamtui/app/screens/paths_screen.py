"""Who can become an administrator: whose ways there are, and the ladders of one of them beside (EP60-EP64)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.faults import tell_fault
from iamtui.app.handed import Handed
from iamtui.app.screens.paths_place import EMPTY, SAYING, TABS, Onward, PathsPlace
from iamtui.app.screens.query_screen import Progress, QueryCancelledError, QueryScreen
from iamtui.app.screens.step_screen import StepScreen
from iamtui.browsing.copies import Copy, command_copies, request_copies
from iamtui.browsing.line_nodes import LineNodes
from iamtui.content.nodes import Node
from iamtui.reports.lines import Line, open_keys
from iamtui.reports.paths.ladder import counts_of
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tab_strip import TabStrip
from iamtui.widgets.tree_list import TreeList

if TYPE_CHECKING:  # the first frame does not wait
    from iamtui.browsing.queries.path_searches import PathSearches
    from iamtui.browsing.queries.paths import PathBook, Tab


class PathsScreen(QueryScreen["PathBook"]):
    """`onward` says how the user left it; nothing if it was only closed."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    PathsScreen {
        #sides { layout: horizontal; height: 1fr; }
        #sources, #ladder { width: 1fr; height: 1fr; }
        &.-wide #sources { max-width: 60; }
        &.-wide #ladder { border-left: solid $panel; }
        &.-narrow #ladder { display: none; }
        &.-narrow.-ladder #sources { display: none; }
        &.-narrow.-ladder #ladder { display: block; }
    }
    """
    HELP: ClassVar[str] = """\
# Paths to administrators
Who can become an administrator although no policy says so: ✔ proven, ? if a condition holds, … possible, because
something was not exported. `enter` on one goes to its ways: ladders of edges, steps, conditions and needs; on a step it
shows the trace, in the picture that the steps before it leave. `W` asks what the changes of a path would do. `c` turns
to the choke points: what is left without one, and what taking it out costs; `W` tries that. `b` turns to what an SCP,
an RCP or a boundary alone holds back. ● was not there when you last marked changes as seen. `tab` goes to the other
side, `escape` back.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="paths.back"),
        Binding("tab", "other_side", "Other side", show=False, id="paths.side"),
        Binding("c", "turn('chokes')", "Choke points", id="paths.turn"),
        Binding("b", "turn('held')", "Held back", id="paths.held"),
        Binding("W", "what_if", "What if", id="paths.what-if"),
    ]

    ladder = getters.query_one("#ladder", TreeList)

    @dataclass
    class Beside(Message):
        """The lines of a row are made."""

        book: PathBook
        key: str
        lines: Sequence[Line]

    def __init__(self, snapshot: Snapshot, searches: PathSearches, place: PathsPlace) -> None:
        """Ask who can become an administrator; what `searches` knows is shown at once, at `place`."""
        super().__init__("Paths", snapshot, footer="", place=place.sources)
        self._searches = searches
        self._at = place
        self._returns_to = place.ladder
        self._has_shown = bool(place.sources.cursor) and not place.wants
        self._ladders = LineNodes()
        self.onward: Onward | None = None

    def compose(self) -> ComposeResult:
        """Heading, tabs, filter, sources beside ladders, the keys."""
        with Vertical(classes="dialog -full"):
            yield PlainText(self._heading_text, classes="dialog--heading")
            yield TabStrip(TABS)
            yield FilterBox("/ filter")
            with Container(id="sides"):
                yield TreeList(self._children_of, empty=self._empty, id="sources")
                yield TreeList(self._ladders.below, empty="", id="ladder")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the tab where the user was."""
        self.query_one(TabStrip).front = self._at.tab

    def ask(self, snapshot: Snapshot | None = None) -> None:
        """Show what is known of a snapshot; else ask."""
        self._snapshot = snapshot or self._snapshot
        if (known := self._searches.known(self._snapshot)) is None:
            super().ask()
            return
        self.answer = known
        self.show_answer()

    def ask_again(self, snapshot: Snapshot) -> None:
        """Ask of what is on the screen now; of the same show what is new since the user marked changes as seen."""
        if snapshot is not self._snapshot or self._searches.known(snapshot) is not None:
            self.ask(snapshot)

    # The answer

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> PathBook:
        """Ask every way of everybody; who is an administrator is shown before."""
        return self._searches.find(snapshot, progress, lambda rows: self.post_message(self.Early(*rows, snapshot)))

    def rows_of(self, answer: PathBook) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """Administrators, sources by verdict, what was not asked; or choke points."""
        return answer.nodes(self._at.tab), answer.below

    def summary_of(self, answer: PathBook) -> str:
        """How many paths of each verdict."""
        self._question_text = answer.title
        return counts_of(answer.found)

    def unfolded(self, nodes: Sequence[Node]) -> Iterable[str]:
        """The sources of whom one is sure."""
        return ("proven", "conditional")

    def show_answer(self) -> None:
        """Show the rows, and what is beside the one under the cursor."""
        super().show_answer()
        first = None if self.answer is None else self.answer.place_of(self._at.wants) or self.answer.place_of("")
        if first is not None and not (self._has_shown or self._tree.cursor):
            self._tree.select_key(first[0], first[1:])
        self._has_shown = self.answer is not None
        if self.answer is not None and self._at.tab != "paths":
            self._tree.empty = EMPTY[self._at.tab]
            if not self.answer.looked_for(self._at.tab):
                self._tree.empty = "asking …"
                self._say(SAYING[self._at.tab])
                self._look(Handed(self.answer), self._at.tab)
        self._show_beside()

    @work(thread=True, exclusive=True, group="query", exit_on_error=False, description="take out what holds or allows")
    def _look(self, handed: Handed[PathBook], tab: Tab) -> None:
        worker, book = get_current_worker(), handed.take()
        try:
            found = self._searches.further(book, tab, self.progress_of(worker))
        except QueryCancelledError:
            return
        if not worker.is_cancelled:
            self.post_message(self.Answered(found, book.snapshot))

    @on(Worker.StateChanged)
    def _failed(self, event: Worker.StateChanged) -> None:
        if event.worker.group != "query" and event.state is WorkerState.ERROR:
            tell_fault(event.worker)

    # Beside it

    @on(TreeList.Highlighted, "#ladder")
    def _moved_beside(self, event: TreeList.Highlighted) -> None:
        event.stop()
        event.prevent_default()
        if event.node is not None and not self._returns_to:
            self._at.ladder, self._at.above = event.node.key, tuple(self.ladder.open_keys)

    @on(TreeList.Highlighted, "#sources")
    def _show_beside(self) -> None:
        node = self._tree.cursor_node
        if self.answer is not None and node is not None:
            self._make(Handed((self.answer, node.key)))
        else:
            self.ladder.set_roots(())

    @work(thread=True, exclusive=True, group="beside", exit_on_error=False, description="ask the steps of paths")
    def _make(self, handed: Handed[tuple[PathBook, str]]) -> None:
        worker, (book, key) = get_current_worker(), handed.take()
        lines = book.lines(key)
        if not worker.is_cancelled:
            self.post_message(self.Beside(book, key, lines))

    @on(Beside)
    def _made(self, event: Beside) -> None:
        node = self._tree.cursor_node
        if event.book is not self.answer or node is None or node.key != event.key:
            return
        self._ladders.clear()
        nodes = self._ladders.of(event.lines)
        self.ladder.children_of = self._ladders.below
        self.ladder.set_roots(nodes, expanded=frozenset(open_keys(event.lines)))
        if self._returns_to:
            self.ladder.select_key(self._returns_to, self._at.above)
            self._returns_to = ""
        if not nodes and self.ladder.has_focus:
            self.action_back()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that the filter would take as text."""
        typed = isinstance(self.focused, Input) and action in ("turn", "what_if", "other_side", "back")
        return False if typed else super().check_action(action, parameters)

    def action_back(self) -> None:
        """From the ladders to the sources, from there out."""
        if self.ladder.has_focus:
            self.remove_class("-ladder")
            self._tree.focus()
        else:
            self.dismiss(None)

    def action_other_side(self) -> None:
        """Go to the other side."""
        if self.ladder.has_focus:
            self.action_back()
        elif self.ladder.row_count:
            self.add_class("-ladder")
            self.ladder.focus()

    def action_turn(self, tab: Tab) -> None:
        """Turn to the choke points or to what is held back; from there to the paths again."""
        self._turn_to("paths" if self._at.tab == tab else tab)

    @on(TabStrip.Chosen)
    def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        self._turn_to(next(tab for tab in ("chokes", "held", "paths") if tab in (event.key, "paths")))

    def _turn_to(self, tab: Tab) -> None:
        self._at.tab = self.query_one(TabStrip).front = tab
        self.remove_class("-ladder")
        self._tree.focus()
        self.show_answer()

    @on(TreeList.Opened, "#sources")
    def _source_opened(self, event: TreeList.Opened) -> None:
        """Go to the ladders of a source; a group folds."""
        event.stop()
        event.prevent_default()
        if event.node.has_children:
            self._tree.action_toggle_fold()
        else:
            self.action_other_side()

    @on(TreeList.Opened, "#ladder")
    def _step_opened(self, event: TreeList.Opened) -> None:
        """Show the trace of a step; what has lines below folds, all else stays."""
        event.stop()
        event.prevent_default()
        if event.node.has_children:
            self.ladder.action_toggle_fold()
        elif self.answer is not None and self.answer.is_step(event.node.key):
            self._trace(event.node.key)

    @work(exclusive=True, group="trace", description="show the trace of a step")
    async def _trace(self, key: str) -> None:
        if self.answer is None or (trace := self.answer.trace(key)) is None:
            return
        screen = StepScreen(trace)
        await self.app.push_screen_wait(screen)
        if screen.simulates:
            self.onward = Onward(trace.assumed, trace.fields)
            self.dismiss(None)

    def action_what_if(self) -> None:
        """Try what a path changes, or what takes a choke point out."""
        node = self.rows.cursor_node
        edits = () if self.answer is None or node is None else self.answer.edits_at(node.key)
        if edits:
            self.onward = Onward(edits)
            self.dismiss(None)
        else:
            self.notify("nothing is changed here: a step with → changes something, and a statement", timeout=4)

    # What is taken along

    @property
    def rows(self) -> TreeList:
        """The side that one is on."""
        return self.ladder if self.ladder.has_focus else self._tree

    def copies_here(self) -> Sequence[Copy]:
        """The command that decides a step, where no other step is assumed."""
        node = self.ladder.cursor_node if self.ladder.has_focus else None
        trace = None if self.answer is None or node is None else self.answer.trace(node.key)
        return () if trace is None or trace.assumed else request_copies(trace.fields, self.opened)

    def commands(self) -> Sequence[Copy]:
        """The command that asks the same."""
        return command_copies("paths", self.opened)
