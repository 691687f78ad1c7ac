"""The card of a key: whose, what it can do, the sessions that came of it, what each did (B13, Y6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from iamtui.app.screens.recorded_screen import RecordedScreen
from iamtui.browsing.copies import Copy, command_copies
from iamtui.browsing.trail.key_cards import KeyCardLines, key_card_lines
from iamtui.browsing.trail.recorded import Recorded
from iamtui.reports.lines import Line
from iamtui.widgets.tree_list import TreeList


class KeyScreen(RecordedScreen[KeyCardLines]):
    """`filter` and `board` say where the user went from it."""

    HELP: ClassVar[str] = """\
# Key
Whose a key is, where it was used from, what it can do now, what came of it: sessions as a tree, alive or ended. `enter`
on a session or on *used* shows its events, `b` whether the owner is contained.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "events", "Events", id="key.events"),
        Binding("b", "containment", "Containment", id="key.containment"),
    ]

    def __init__(self, key: str) -> None:
        """Show `key`."""
        super().__init__(
            f"Key {key}", footer="Enter on a session shows its events · a events of the key · b containment"
        )
        self._key = key
        self.board: str | None = None

    def find(self, recorded: Recorded) -> KeyCardLines:
        """Look the key up, in a thread."""
        return key_card_lines(recorded, self._key)

    def lines_of(self, found: KeyCardLines) -> Sequence[Line]:
        """The card."""
        return found.lines

    def commands(self) -> Sequence[Copy]:
        """The command that shows the same."""
        return command_copies("key", (), self._key, *(word for path in self.opened for word in ("--in", str(path))))

    def action_events(self) -> None:
        """Show what the key did."""
        self.leave_to(f"who={self._key}")

    def action_containment(self) -> None:
        """Show whether its owner is contained."""
        self.board = self._key
        self.dismiss(None)

    @on(TreeList.Opened)
    def _session_opened(self, event: TreeList.Opened) -> None:
        """Show the events of a session; what has rows below unfolds."""
        lead = None if self.found is None else self.found.leads.get(event.node.key)
        if lead is not None:
            event.stop()
            event.prevent_default()
            self.leave_to(lead)
