"""Who can do how much in which service: principals down, services across (AM1, AM2)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import get_current_worker

from iamtui.analysis.queries.access_matrix.matrix import Matrix, MatrixRow
from iamtui.app.faults import TellsFaults
from iamtui.app.handed import Handed
from iamtui.app.saving import Format
from iamtui.app.screens.query_screen import QueryCancelledError
from iamtui.app.screens.taking import TAKING, Takes
from iamtui.browsing.copies import Copy, command_copies
from iamtui.browsing.queries.matrix import LEGEND, grid_rows
from iamtui.content.nodes import GridRow
from iamtui.content.numbers import number_of
from iamtui.reports.serial import json_texts
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.matrix_view import MatrixHeader, MatrixView
from iamtui.widgets.plain_text import PlainText

_SOON = 0.5
"""Seconds after which the first rows are shown."""

_PRINTED = 160
"""Columns of the table that is saved."""


class _Pace:
    """How often rows are shown as they come: work on the screen takes a small part of the time."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._due = self._began + _SOON

    def is_due(self) -> bool:
        """Whether to show rows now."""
        self._began = time.monotonic()
        return self._began >= self._due

    def rest(self) -> None:
        """Wait before the next time, longer the more there is to show."""
        now = time.monotonic()
        self._due = now + max(_SOON, 10 * (now - self._began))


OpenCell = Callable[[Handed[Snapshot], str, str], Awaitable[None]]
"""Shows what a principal can do in a service, until that is closed."""


class MatrixScreen(Takes, TellsFaults, ModalScreen[None]):
    """A row for each principal, a column for each service."""

    HELP: ClassVar[str] = """\
# Access matrix
A letter says the highest access level that a principal has somewhere in a service: `L` list, `R` read, `T` tag, `W`
write, `P` permissions, `*` all actions; in lower case if only where something unknown is so. Users are asked as with
their long-term keys, and nobody has signed in with MFA: `c` on a principal says where that counts. Those who reach most
stand first. `/` filters principals, or services after a `:`. `enter` on a cell shows the actions behind it; closing
them returns here.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="list.close"),
        Binding("slash", "filter", "Filter", id="list.filter", priority=True),
        *TAKING,
        Binding("question_mark,f1", "app.toggle_help", "Help", id="list.help"),
    ]

    @dataclass
    class _Found(Message):
        """What is known of the matrix; `asking` says how far it is, if that is not all."""

        answer: Matrix
        rows: Sequence[GridRow]
        snapshot: Snapshot
        asking: str = ""

    _view = getters.query_one(MatrixView)
    _box = getters.query_one(FilterBox)

    def __init__(self, snapshot: Snapshot, open_cell: OpenCell) -> None:
        """Ask for the matrix of a snapshot."""
        super().__init__()
        self._snapshot = snapshot
        self._open_cell = open_cell
        self._is_aside = False
        self._answer: Matrix | None = None
        self._services: tuple[str, ...] = ()
        self._rows: Sequence[GridRow] = ()
        self._asking = ""

    def compose(self) -> ComposeResult:
        """Heading, filter, names of columns, grid, legend, keys."""
        view = MatrixView(empty="asking …")
        with Vertical(classes="dialog -full"):
            yield PlainText("Access matrix · asking …", classes="dialog--heading")
            yield FilterBox("/ filter: part of a name, or :service")
            yield MatrixHeader(view)
            yield view
            yield PlainText(LEGEND, classes="dialog--help")
            yield PlainText(id="left-out", classes="dialog--help")
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask."""
        self._view.focus()
        self.call_after_refresh(lambda: self.ask(self._snapshot))  # it may be another one by then

    def ask(self, snapshot: Snapshot) -> None:
        """Ask for the matrix of a snapshot, once the actions behind a cell are closed."""
        self._snapshot, self._answer = snapshot, None
        self._asking = "asking …"
        self._show()
        if not self._is_aside:
            self._ask(Handed(snapshot))

    def ask_again(self, snapshot: Snapshot) -> None:
        """Ask of what is on the screen now; the question that is being asked of it goes on."""
        if snapshot is not self._snapshot:
            self.ask(snapshot)

    @work(thread=True, exclusive=True, group="query", exit_on_error=False, description="make the matrix")
    def _ask(self, handed: Handed[Snapshot]) -> None:
        from iamtui.analysis.queries.access_matrix.matrix import (  # noqa: PLC0415 - not before the first frame
            MatrixQuestion,
            matrix_of,
            matrix_rows,
        )

        worker, snapshot = get_current_worker(), handed.take()
        pace, has_accounts = _Pace(), len(snapshot.accounts) > 1

        def progress(done: int, total: int) -> None:
            if worker.is_cancelled:
                raise QueryCancelledError
            if not done or pace.is_due():
                answer = matrix_of(snapshot, question, rows)
                self.post_message(
                    self._Found(
                        answer, grid_rows(answer, has_accounts=has_accounts), snapshot, f"asking {done:,} of {total:,}"
                    )
                )
                pace.rest()

        question, rows = MatrixQuestion(), list[MatrixRow]()
        try:
            for row in matrix_rows(snapshot, question, progress):
                rows.append(row)
        except QueryCancelledError:
            return
        answer = matrix_of(snapshot, question, rows)
        self.post_message(self._Found(answer, grid_rows(answer, has_accounts=has_accounts), snapshot))

    @on(_Found)
    def _take(self, event: _Found) -> None:
        """Show the rows that were found; those that come later take their places among them."""
        event.stop()
        if event.snapshot is not self._snapshot:
            return
        self._answer, self._asking = None if event.asking else event.answer, event.asking
        if event.asking and len(event.rows) < len(self._rows):
            self._asking += " again · shown as before"
        else:
            self._services, self._rows = event.answer.services, event.rows
        self._show()

    def _show(self) -> None:
        name, _, service = self._box.text.strip().casefold().partition(":")
        rows = [row for row in self._rows if name in row.name.casefold()]
        columns = tuple(one for one in self._services if service in one)
        self._box.counts = (len(rows), len(self._rows)) if self._box.text.strip() else None
        none = "none of them" if self._answer is not None else "none of those asked so far"
        self._view.empty = none if self._rows else "asking …"
        self._view.set_rows(columns, rows)
        self.query_one(MatrixHeader).refresh()
        found = f"{number_of(len(rows), 'principal')} · {number_of(len(columns), 'service')}"
        self._say(" · ".join(([self._asking] if self._asking else []) + ([found] if self._rows else [])))
        leans_on = () if self._answer is None else self._answer.leans_on
        missing = self.query_one("#left-out", PlainText)
        missing.update(f"⚠ {'; '.join(leans_on)}")
        missing.display = bool(leans_on)

    def _say(self, words: str) -> None:
        self.query_one(".dialog--heading", PlainText).update(f"Access matrix · {words}")

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._show()

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        event.stop()
        self._view.focus()

    @on(MatrixView.Opened)
    def _opened(self, event: MatrixView.Opened) -> None:
        event.stop()
        if not self._is_aside:
            self._is_aside = True
            self._open(event.row.key, event.column)

    @work(exclusive=True, group="cell", description="open a cell")
    async def _open(self, principal: str, service: str) -> None:
        """Show the actions behind a cell above the grid; what is not known yet is asked after that."""
        self.workers.cancel_group(self, "query")
        await self._open_cell(Handed(self._snapshot), principal, service)
        self._is_aside = False
        if self._answer is None and self in self.app.screen_stack:
            self.ask(self._snapshot)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that the filter would take as text."""
        return action not in ("filter", "copy", "choose_copy", "save") or not isinstance(self.focused, Input)

    # What is taken along

    @property
    def formats(self) -> tuple[Format, ...]:
        """Text, JSON, or a picture."""
        return ("txt", "json", "svg") if self._answer is not None else ("svg",)

    @property
    def rows(self) -> MatrixView:
        """The grid."""
        return self._view

    @property
    def stem(self) -> str:
        """A name for a file."""
        return "matrix"

    def exported(self, form: Format) -> Iterable[str]:
        """What `iamtui matrix` prints."""
        from iamtui.reports.matrix import matrix_text_lines  # noqa: PLC0415 - not before the first frame

        if self._answer is None:
            return ()
        return json_texts(self._answer) if form == "json" else matrix_text_lines(self._answer, _PRINTED)

    def copies_here(self) -> Sequence[Copy]:
        """Who the row is about, and the command that shows the actions behind the cell."""
        cell = self._view.cell
        if cell is None:
            return ()
        row, service = cell
        return (Copy("ARN", row.key), *command_copies("can", self.opened, row.key, "--service", service))

    def commands(self) -> Sequence[Copy]:
        """The command that prints the same."""
        return command_copies("matrix", self.opened)

    def action_filter(self) -> None:
        """Type into the filter."""
        self._box.focus()
