"""Cards of keys and containment boards: opens them, and says when a rule of a board opens again (B13, B15)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from iamtui.app.faults import TellsFaults
from iamtui.app.handed import Handed
from iamtui.app.messages import RecordedWanted
from iamtui.app.workbench.status_line import StatusLine

if TYPE_CHECKING:
    from iamtui.app.screens.list_screen import ListScreen
    from iamtui.app.screens.recorded_screen import RecordedScreen
    from iamtui.browsing.trail.boards import ContainmentBoard, Judged
    from iamtui.browsing.trail.recorded import Recorded
    from iamtui.content.nodes import Node
    from iamtui.trail.callers import Caller


class IncidentDesk(TellsFaults, Widget):
    """A board that was opened once stays under watch until the app ends."""

    DEFAULT_CSS: ClassVar[str] = "IncidentDesk { display: none; }"

    @dataclass
    class BoardWanted(Message):
        """The board of somebody is to be opened."""

        who: str

    def __init__(self) -> None:
        super().__init__()
        self._boards: dict[str, ContainmentBoard] = {}
        self._recorded: Recorded | None = None
        self._standing: tuple[tuple[ContainmentBoard, Judged], ...] = ()
        self._alarms: dict[str, str] = {}
        self._list: ListScreen | None = None

    def is_watched(self, caller: Caller) -> bool:
        """Whether a caller is one whose board is watched, or came of one; asked in a thread too."""
        return any(judged.is_of_subject(caller) for _, judged in self._standing)

    def take(self, recorded: Recorded) -> None:
        """Judge every board by what was read."""
        self._recorded = recorded
        if self._boards:
            self._judge(Handed((recorded, tuple(self._boards.values()))))

    @work(exclusive=True, group="boards", exit_on_error=False, description="judge containment")
    async def _judge(self, handed: Handed[tuple[Recorded, tuple[ContainmentBoard, ...]]]) -> None:
        from iamtui.browsing.trail.boards import judged_boards  # noqa: PLC0415 - it decides

        recorded, boards = handed.take()
        found = await asyncio.to_thread(judged_boards, boards, recorded)
        self._standing = found
        for board, judged in found:
            for words in board.reopened(judged):
                self.notify(words, title="Containment", severity="error")
                self._alarms[board.who] = judged.name
        self._say()
        if self._list is not None:
            self._list.call_later(self._list.set_nodes, self._rows())

    def _say(self) -> None:
        """Keep in the status line what opened again, until its board was looked at."""
        names = ", ".join(dict.fromkeys(self._alarms.values()))
        self.screen.query_one(StatusLine).alarms = f"● {names} no longer contained" if names else ""

    @work(exclusive=True, group="card", description="list boards")
    async def boards(self) -> None:
        """List the boards under watch, those that opened again first, and open the one that is chosen."""
        from iamtui.app.screens.list_screen import ListScreen  # noqa: PLC0415 - the first frame does not wait

        if not self._boards:
            self.notify("no board is watched: paste a key or an ARN, or b on the card of an event or key", timeout=5)
            return
        self._list = ListScreen("Containment boards", self._rows(), empty="")
        try:
            who = await self.app.push_screen_wait(self._list)
        finally:
            self._list = None
        if who is not None:
            self.post_message(self.BoardWanted(who))

    def _rows(self) -> list[Node]:
        from iamtui.browsing.trail.boards import board_node  # noqa: PLC0415 - the first frame does not wait

        judged = {one.who: found for one, found in self._standing}
        order = sorted(self._boards, key=lambda who: (who not in self._alarms, who))
        return [board_node(who, judged.get(who), is_alarming=who in self._alarms) for who in order]

    async def open_card(self, kind: str, who: str) -> str | None:
        """Show the card of a key or a containment board until it is closed; gives the filter that the user goes to."""
        from iamtui.app.screens.board_screen import BoardScreen  # noqa: PLC0415 - the first frame does not wait
        from iamtui.app.screens.key_screen import KeyScreen  # noqa: PLC0415
        from iamtui.browsing.trail.boards import ContainmentBoard  # noqa: PLC0415

        if kind == "key":
            card = KeyScreen(who)
            await self._open(card)
            if card.board is None:
                return card.filter
            who = card.board
        board = BoardScreen(self._boards.setdefault(who, ContainmentBoard(who)))
        if self._recorded is not None:
            self.take(self._recorded)
        await self._open(board)
        self._alarms.pop(who, None)
        self._say()
        return board.filter

    async def _open(self, screen: RecordedScreen[Any]) -> None:
        closed = asyncio.shield(self.app.push_screen(screen, wait_for_dismiss=True))
        self.post_message(RecordedWanted(reads=True))
        await closed
