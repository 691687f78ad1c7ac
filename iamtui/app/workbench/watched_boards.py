"""The key of the workbench that lists the containment boards under watch (B15)."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from iamtui.app.workbench.incident_desk import IncidentDesk


class WatchedBoardsScreen(Screen[None]):
    """A screen whose boards stay under watch: a rule that opens again is told, and the board is one key away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("B", "boards", "Containment boards", show=False, id="app.boards"),
    ]

    def action_boards(self) -> None:
        """List the boards that were opened, those first that are no longer contained."""
        self.query_one(IncidentDesk).boards()
