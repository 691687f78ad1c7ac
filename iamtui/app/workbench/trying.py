"""The keys of the workbench that try edits, and what tells on every screen that answers are of a what-if."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from iamtui.app.loading.reading import Reading
from iamtui.app.loading.viewer import Viewer
from iamtui.app.workbench.panes import Panes
from iamtui.app.workbench.watched_boards import WatchedBoardsScreen
from iamtui.app.workbench.what_if_desk import WhatIfDesk


class TryingScreen(WatchedBoardsScreen):
    """A screen with panes over what was read, on which edits can be tried."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("W", "what_if", "What if", show=False, id="app.what-if"),
        Binding("X", "what_if_off", "Take the what-if off", show=False, id="app.what-if-off"),
    ]

    _reading = getters.query_one(Reading)
    _panes = getters.query_one(Panes)
    _trying = getters.query_one(WhatIfDesk)

    def on_mount(self) -> None:
        """Tell on every screen when answers are of a what-if."""
        self.app.screen_change_signal.subscribe(self, self._mark)
        self.watch(self._reading, "what_if", self._tell)

    def _tell(self, said: str) -> None:
        if not said and self._trying.edits:
            self._trying.edits = ()
            self.notify("the what-if is off: answers are of the load that is shown", timeout=4)
        self.app.set_class(bool(said), "-what-if")
        for screen in self.app.screen_stack:
            self._mark(screen)

    def _mark(self, screen: Screen[object]) -> None:
        screen.border_title = self._reading.what_if or None

    def action_what_if(self) -> None:
        """Try an edit of what is selected; what it would do is shown before anything is written."""
        workspace, base = self._panes.workspace, self._reading.newest
        if workspace is not None and base is not None:
            self._trying.open(base, workspace.snapshot, self._panes.selected)

    def action_what_if_off(self) -> None:
        """Show what the files say again."""
        if self._trying.edits:
            self._trying.drop()
            self.notify("the what-if is off: answers are of the files again", timeout=4)
        else:
            self.notify("no what-if is on: W begins one", timeout=3)

    @on(WhatIfDesk.Kept)
    def _kept(self, event: WhatIfDesk.Kept) -> None:
        self._reading.lay(event.patch)

    @on(Viewer.Unfit)
    def _unfit(self, event: Viewer.Unfit) -> None:
        self._trying.drop()
        self.notify(f"it no longer fits what was read: {event.reason}", title="What-if taken off", severity="error")
