"""The containment board: the rules as a checklist, as they stand, and as if remedies were done (B15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from iamtui.analysis.containment.results import Remedy
from iamtui.app.screens.recorded_screen import RecordedScreen
from iamtui.browsing.copies import Copy, command_copies
from iamtui.browsing.trail.boards import ContainmentBoard, Judged, board_lines
from iamtui.browsing.trail.recorded import Recorded
from iamtui.reports.lines import Line
from iamtui.trail.masking import mask_text
from iamtui.widgets.tree_list import TreeList


class BoardScreen(RecordedScreen[Judged | None]):
    """Stays true while files change; the desk goes on judging the board after it was closed."""

    HELP: ClassVar[str] = """\
# Containment
Each way that may be left to an intruder: ✖ open, ? not known, ✔ done, – not applicable; open ones first. `enter` on a
remedy decides again as if it were done, `t` as if all were, on a copy: iamtui runs nothing. `y` copies the line of
the AWS CLI under the cursor. `a` shows the events of the subject. While the app runs, a rule that opens again is told;
`B` on the workbench lists the boards.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "try_all", "As if all were done", id="board.try"),
        Binding("a", "events", "Events", id="board.events"),
    ]

    def __init__(self, board: ContainmentBoard) -> None:
        """Show `board`."""
        super().__init__(
            f"Containment of {mask_text(board.who)}",
            footer="Enter on a remedy: as if it were done · t all of them · y copies it",
        )
        self._board = board
        self._done: frozenset[Remedy] = frozenset()

    def find(self, recorded: Recorded) -> Judged | None:
        """Judge, in a thread."""
        return self._board.judge(recorded, self._done)

    def lines_of(self, found: Judged | None) -> Sequence[Line]:
        """The checklist."""
        return () if found is None else board_lines(found)

    def action_try_all(self) -> None:
        """Decide as if every remedy were done, or as it is."""
        if self.found is None:
            return
        every = frozenset(self.found.remedies)
        if not every:
            self.notify("no remedy is left to try", timeout=3)
        else:
            self._try(frozenset() if every <= self._done else every)

    def _try(self, done: frozenset[Remedy]) -> None:
        self._done = done
        self._say("deciding …")
        self.ask()

    def commands(self) -> Sequence[Copy]:
        """The command that judges the same."""
        return command_copies("contain", self.opened, "--who", self._board.who)

    def action_events(self) -> None:
        """Show the events of the subject."""
        if self.found is not None:
            self.leave_to(f"who={self.found.now.subject.key or self.found.now.subject.principal}")

    @on(TreeList.Opened)
    def _remedy_opened(self, event: TreeList.Opened) -> None:
        """Take a remedy as done, or no longer; everything else unfolds."""
        remedy = None if self.found is None else self.found.remedy(event.node.key)
        if remedy is not None:
            event.stop()
            event.prevent_default()
            self._try(self._done ^ {remedy})

    def copied(self) -> tuple[str, str] | None:
        """The line of a remedy as it is, or the row."""
        node = self._tree.cursor_node
        remedy = None if self.found is None or node is None else self.found.remedy(node.key)
        return super().copied() if remedy is None else ("remedy", remedy.command)
