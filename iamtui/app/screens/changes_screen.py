"""What changed between two loads, what it does, and the timeline of loads; old stands beside new (CH1-CH9)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import get_current_worker

from iamtui.analysis.changes.results import Change, Changes
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.app.faults import TellsFaults
from iamtui.app.handed import Handed
from iamtui.app.screens.list_screen import ListPlace
from iamtui.app.screens.taking import TAKING, Takes
from iamtui.browsing.changes import change_sections, compared_texts
from iamtui.browsing.copies import Copy, subject_copies
from iamtui.browsing.line_nodes import LineNodes
from iamtui.browsing.loads import Load, compared, name_of
from iamtui.browsing.subjects import find_subject
from iamtui.reports.changes import change_of_line
from iamtui.reports.lines import SEPARATOR, open_keys
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.diff_view import DiffView
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the user left the screen with: a subject to go to, or a load to look at."""

    key: str | None = None
    statement: int | None = None
    load: int | None = None


_PAUSE = 0.1  # seconds between two words on how far the effects are


class _CancelledError(Exception):
    """Nobody waits for the effects any more."""


class ChangesScreen(Takes, TellsFaults, ModalScreen[Chosen | None]):
    """Compares two loads of the run; at first the newest with the last that the user took note of."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    ChangesScreen {
        layout: vertical; background: $background;
        #compared { height: 1; text-style: bold; padding: 0 1; }
        FilterBox { margin: 0 1; } #keys { height: 1; }
        #sides { layout: vertical; height: 1fr; }
        &.-wide #sides { layout: horizontal; }
        TreeList { width: 1fr; height: 1fr; }
        DiffView { width: 1fr; height: 1fr; border-top: solid $panel; }
        &.-wide DiffView { border-top: none; border-left: solid $panel; }
    }
    """
    HELP: ClassVar[str] = """\
# What changed
The weightiest change stands first; what is only written differently is told as that. Below stands who gained and lost
what, and because of which change. The other side shows old and new of the row under the cursor; `tab` goes there, `]`
hops to the next difference. `/` filters, `Enter` goes to what changed. The timeline lists the loads of this run: `o`
compares from one, `n` to one, `v` shows the account as it was then. `x` marks changes as seen, or takes that back.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "dismiss(None)", "Close", id="list.close"),
        Binding("slash", "filter", "Filter", id="list.filter", priority=True),
        *TAKING,
        Binding("o", "compare_from", "Compare from this load", show=False, id="changes.from"),
        Binding("n", "compare_to", "Compare to this load", show=False, id="changes.to"),
        Binding("v", "view", "View this load", id="changes.view"),
        Binding("x", "acknowledge", "Mark as seen", id="changes.acknowledge"),
        Binding("question_mark,f1", "app.toggle_help", "Help", id="list.help"),
    ]

    box = getters.query_one(FilterBox)
    difference = getters.query_one(DiffView)

    @dataclass
    class Acknowledged(Message):
        """The user took note of the changes, or took that back."""

    @dataclass
    class _Found(Message):
        """Changes are there, at first without effects."""

        changes: Changes

    def __init__(self, loads: Sequence[Load], old: int, new: int, place: ListPlace) -> None:
        """Compare the loads at two places; `place` is where the user was, and is kept up to date."""
        super().__init__()
        self._place = place
        self._returns_to: ListPlace | None = replace(place)
        self._loads = tuple(loads)
        self._old, self._new = old, new
        self._changes: Changes | None = None
        self._lines = LineNodes()

    def compose(self) -> ComposeResult:
        """Heading, list, old beside new, footer."""
        yield PlainText("", id="compared")
        yield FilterBox("/ filter")
        with Container(id="sides"):
            yield TreeList(self._lines.below, empty="comparing …")
            yield DiffView(empty="the cursor on a change shows old and new here")
        with Vertical(id="keys"):
            yield KeyBar()

    def on_mount(self) -> None:
        """Compare."""
        if self._place.filter:
            self.box.set_text(self._place.filter)
        self.rows.focus()
        self._begin()

    @property
    def loads(self) -> tuple[Load, ...]:
        """The loads on the timeline."""
        return self._loads

    def _begin(self) -> None:
        self._changes = None
        self._head()
        self._show()
        self._compare(Handed((self._loads[self._old].snapshot, self._loads[self._new].snapshot)))

    # Without a description Textual would make one of the arguments: of the whole snapshots.
    @work(thread=True, exclusive=True, group="compare", exit_on_error=False, description="compare loads")
    def _compare(self, handed: Handed[tuple[Snapshot, Snapshot]]) -> None:
        # The first frame does not wait for what compares.
        from iamtui.analysis.changes.effects import with_effects  # noqa: PLC0415
        from iamtui.analysis.changes.entities import compare_snapshots  # noqa: PLC0415

        worker = get_current_worker()
        old, new = handed.take()
        changes = compare_snapshots(old, new)
        if worker.is_cancelled:
            return
        self.post_message(self._Found(changes))

        told = 0.0

        def progress(done: int, count: int) -> None:
            nonlocal told
            if worker.is_cancelled:
                raise _CancelledError
            if time.monotonic() - told > _PAUSE:  # in the heading alone: the list would be made anew
                told = time.monotonic()
                self.call_later(self._head, f"asking about {done + 1:,} of {count:,} …")

        try:
            found = with_effects(changes, old, new, progress)
        except _CancelledError:
            return
        if not worker.is_cancelled:
            self.post_message(self._Found(found))

    def _head(self, progress: str = "") -> None:
        said = f"Changes  {compared(self._loads, self._old, self._new)}   {progress}"
        self.query_one("#compared", PlainText).update(said.rstrip())

    @on(_Found)
    def _found(self, event: _Found) -> None:
        self._changes = event.changes
        self._head()
        self._show()

    def _show(self) -> None:
        self._lines.clear()
        words = self.box.text.casefold().split()
        sections = list(change_sections(self._changes, self._loads, (self._old, self._new), words))
        self.rows.set_roots(self._lines.of(sections), expanded=frozenset(open_keys(sections)))
        was = self._returns_to
        if was is not None and (not was.cursor or self.rows.select_key(was.cursor, was.above)):
            self._returns_to = None

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._place.filter = event.text
        self._show()

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        event.stop()
        self.rows.focus()

    def action_filter(self) -> None:
        """Type into the filter."""
        self.box.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that the filter would take as text."""
        return not isinstance(self.focused, Input) or action in ("dismiss", "app.toggle_help")

    @property
    def _change(self) -> Change | None:
        """The change that the cursor is on."""
        node = self.rows.cursor_node
        return None if node is None or self._changes is None else change_of_line(self._changes, node.key)

    @property
    def _aspect(self) -> str | None:
        """In which respect, where the cursor is on one or below it."""
        node = self.rows.cursor_node
        return None if node is None else next(iter(node.key.split(SEPARATOR)[2:3]), None)

    @on(TreeList.Highlighted)
    def _moved(self) -> None:
        node, change = self.rows.cursor_node, self._change
        if node is not None and self._returns_to is None:
            self._place.cursor, self._place.above = node.key, tuple(self.rows.open_keys)
        if node is not None and change is not None:
            old, new = compared_texts(change, self._aspect)
            titles = [name_of(self._loads, place) for place in (self._old, self._new)]
            self.difference.compare(old, new, old_title=titles[0], new_title=titles[1])

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        change = self._change
        if change is None:
            self.rows.action_toggle_fold()
        elif change.key in self._gone():
            self.notify("it is gone: what it was stands beside", timeout=3)
            self.difference.focus()
        else:
            self.dismiss(Chosen(key=change.key, statement=0 if self._aspect in ("document", "trust") else None))

    @property
    def rows(self) -> TreeList:
        """What changed, and the loads."""
        return self.query_one(TreeList)

    @property
    def stem(self) -> str:
        """A name for a file."""
        return "changes"

    def copies_here(self) -> Sequence[Copy]:
        """Old and new of the row, and what there is of its subject."""
        change = self._change
        if change is None:
            return ()
        place = self._old if change.key in self._gone() else self._new
        sides = zip(("old", "new"), compared_texts(change, self._aspect), strict=True)
        subject = find_subject(self._loads[place].snapshot, SubjectKey(change.key))
        return (*(Copy(*side) for side in sides if side[1]), *subject_copies(subject, self.opened))

    def _gone(self) -> frozenset[str]:
        removed = () if self._changes is None else self._changes.objects
        return frozenset(change.key for change in removed if change.kind.value == "removed")

    @property
    def _load(self) -> int | None:
        """The place of the load that the cursor is on."""
        node = self.rows.cursor_node
        kind, _, place = ("", "", "") if node is None else node.key.partition(SEPARATOR)
        return int(place) if kind == "load" else None

    def action_compare_from(self) -> None:
        """Compare from the load under the cursor."""
        self._choose(old=self._load)

    def action_compare_to(self) -> None:
        """Compare to the load under the cursor."""
        self._choose(new=self._load)

    def _choose(self, old: int | None = None, new: int | None = None) -> None:
        if old is None and new is None:
            self.notify("put the cursor on a load of the timeline first", timeout=3)
            return
        self._old = self._old if old is None else old
        self._new = self._new if new is None else new
        self._begin()

    def action_view(self) -> None:
        """Show the account as it was at the load under the cursor."""
        if self._load is None:
            self.notify("put the cursor on a load of the timeline first", timeout=3)
        else:
            self.dismiss(Chosen(load=self._load))

    def action_acknowledge(self) -> None:
        """Mark the changes as seen, or take that back."""
        self.post_message(self.Acknowledged())
