"""The pinned decisions: keeps them in their file, decides them anew on each load, and says what flipped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message
from textual.widget import Widget

from iamtui.app.loading.reading import Reading
from iamtui.app.messages import RequestChosen
from iamtui.app.saving import Target
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.workbench.status_line import StatusLine
from iamtui.content.nodes import Node
from iamtui.evaluation.decision import Decision
from iamtui.files.reading import UnreadableError, reason_of
from iamtui.snapshot.model import Snapshot
from iamtui.visible import visible

if TYPE_CHECKING:
    from iamtui.browsing.pins import PinBoard

_SUGGESTION = "pins.json"


class PinDesk(Widget):
    """Does one thing after the other, each in a thread: its messages wait for one another, so no load is missed."""

    DEFAULT_CSS: ClassVar[str] = "PinDesk { display: none; }"

    @dataclass
    class _Kept(Message):
        """A file is to be opened, and a decision written to it if there is one."""

        decision: Decision | None
        path: Path
        lists: bool = True

    @dataclass
    class _Taken(Message):
        """Pins are to be decided against another load."""

        snapshot: Snapshot
        at: datetime

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._board: PinBoard | None = None
        self._newest: Snapshot | None = None
        self._awaited: Path | None = None  # the file to be opened with the first load

    @property
    def _reading(self) -> Reading:
        return self.screen.query_one(Reading)

    def on_mount(self) -> None:
        """Look at every load; an older one that is looked at is none."""
        self.watch(self._reading, "workspace", self._look, init=False)

    def _look(self) -> None:
        loads = self._reading.loads
        if not loads or loads[-1].snapshot is self._newest:
            return
        self._newest = loads[-1].snapshot
        if self._awaited is not None:
            self.post_message(self._Kept(None, self._awaited, lists=False))
            self._awaited = None
        self.post_message(self._Taken(self._newest, loads[-1].at))

    def open(self, path: Path) -> None:
        """Decide the pins of a file from the first load on; before that load comes."""
        self._awaited = path

    # Pinning

    def pin(self, decision: Decision | None) -> None:
        """Keep a decision; the first time the user names the file."""
        if decision is None or self._newest is None:
            self.notify("nothing is decided here: ask for one action first", severity="warning", timeout=3)
        elif self._reading.what_if:
            self._warn("this decision is of the what-if, which no file says: X takes it off")
        elif len(self._reading.paths) != 1:
            self._warn("a scenario file names one snapshot: open one file or folder to pin")
        elif self._path is not None:
            self.post_message(self._Kept(decision, self._path))
        else:
            self._ask_for_file("Keep pins in a scenario file, new or one that is there", decision)

    def _ask_for_file(self, heading: str, decision: Decision | None) -> None:
        def take(target: Target | None) -> None:
            if target is not None:
                self.post_message(self._Kept(decision, target.path))

        does = "opens it" if decision is None else "pins"
        self.app.push_screen(SaveDialog(_SUGGESTION, ("json",), heading=heading, extends=True, does=does), take)

    @on(_Kept)
    async def _keep(self, event: _Kept) -> None:
        from iamtui.analysis.scenarios.pinning import PinError  # noqa: PLC0415 - the first frame does not wait

        try:
            count = await asyncio.to_thread(self._write, event.decision, event.path)
        except (PinError, UnreadableError) as error:
            self._warn(f"no pins: {error}" if event.decision is None else f"not pinned: {error}")
        except OSError as error:
            self._warn(f"not pinned: {event.path}: {reason_of(error)}")
        else:
            self._path = event.path
            if event.decision is None and event.lists:
                self.list_pins()
            elif event.decision is None:
                self.notify(f"pins of {event.path}: {count} · P lists", timeout=5)
            else:
                self.notify(visible(f"pinned in {event.path}, pins: {count} · P lists"), markup=False, timeout=5)

    def _write(self, decision: Decision | None, path: Path) -> int:
        """Write a case and decide it, in a thread; give how many pins there are."""
        from iamtui.analysis.scenarios.cases import Case  # noqa: PLC0415 - as above
        from iamtui.analysis.scenarios.pinning import add_case, case_of, read_pins  # noqa: PLC0415
        from iamtui.browsing.pins import PinBoard  # noqa: PLC0415

        file = read_pins(path) if decision is None else add_case(path, case_of(decision), self._reading.paths[0])
        cases = [case for case in file.cases if isinstance(case, Case)]
        if self._board is None and self._newest is not None:
            self._board = PinBoard(cases, self._newest, datetime.now(UTC))
        elif self._board is not None and cases[-1] not in self._board.cases:
            self._board.add(cases[-1], datetime.now(UTC))
        return len(cases)

    # Every load

    @on(_Taken)
    async def _take(self, event: _Taken) -> None:
        board = self._board
        if board is None:
            return
        from iamtui.browsing.pins import words_of  # noqa: PLC0415 - as above

        for one in await asyncio.to_thread(board.take, event.snapshot, datetime.now(UTC), event.at):
            if one.event != "reason":
                self.notify(visible(words_of(one)), title="Pin", severity="warning", markup=False, timeout=10)
        self._say()
        for screen in self.app.screen_stack:
            if isinstance(screen, _PinsScreen):
                screen.call_later(screen.set_nodes, board.nodes())

    def list_pins(self) -> None:
        """List all pins, of a file that the user names once; flips are marked until the list is closed."""
        if self._awaited is not None:
            self.notify("pins wait until all is read", timeout=3)
            return
        if self._path is None:
            self._ask_for_file("Which scenario file has the pins? p in front of a decision begins one", None)
            return
        from iamtui.browsing.pins import fields_of  # noqa: PLC0415 - as above

        board = self._board

        def ask(key: str | None) -> None:
            if board is None:
                return
            board.mark_seen()
            self._say()
            if key is None:
                return
            fields = fields_of(board.case_at(key))
            if fields is None:
                self._warn("this pin has policies of its own: iamtui check decides it")
            else:
                self.post_message(RequestChosen(fields))

        nodes = [] if board is None else board.nodes()
        self.app.push_screen(_PinsScreen(nodes), ask)

    def _say(self) -> None:
        count = 0 if self._board is None else self._board.unseen
        self.screen.query_one(StatusLine).pins = f"● {count} pin{'' if count == 1 else 's'} changed, P" if count else ""

    def _warn(self, text: str) -> None:
        self.notify(visible(text), severity="warning", markup=False, timeout=8)


class _PinsScreen(ListScreen):
    """The pins with their state, and what became of them."""

    HELP: ClassVar[str] = """\
# Pins
Decisions that should stay as they are: each is decided again whenever the files change. ✔ allowed, ✖ denied, ? not
decided or gone; ● flipped since you looked, · is still the same for another reason. Below stands what became of them,
the newest first. `enter` asks the request of a pin again. They are kept in a scenario file, which `iamtui check` runs.
"""

    def __init__(self, nodes: list[Node]) -> None:
        super().__init__(
            "Pins",
            nodes,
            empty="none yet: p in front of a decision pins it",
            footer="● flipped, · another reason · Enter asks the pin's request, Escape closes and marks as seen",
        )
