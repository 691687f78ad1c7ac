"""Gives the workbench what was kept from earlier runs, and takes from it what is to be kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from iamtui.app.settings import Settings
    from iamtui.app.state import State
    from iamtui.app.workbench.panes import Panes
    from iamtui.app.workbench.screen import Workbench
    from iamtui.browsing.requests.history import RequestHistory


def state_path() -> Path:
    """Where the state lies, on this platform."""
    # Only the app needs it, and it costs the first frame a little.
    from platformdirs import user_state_path  # noqa: PLC0415

    return user_state_path("iamtui", appauthor=False) / "state.json"


class Keeping:
    """Reads the state when the app begins, and writes it when it has ended; without a path it does neither.

    A file that is none of ours is said once, and stays as it is. A theme that the settings give is theirs.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: State | None = None
        self._writes = False
        self._panes: Panes | None = None
        self._history: RequestHistory | None = None
        self._theme = ""
        self._leaves_theme = False

    def heed(self, settings: Settings) -> None:
        """Leave to the settings what they say."""
        self._leaves_theme = settings.theme is not None
        if not settings.state:
            self._path = None

    def begin(self, app: App[None]) -> None:
        """Read what was kept, and set the theme."""
        if self._path is None:
            return
        self._theme = app.theme
        self._writes = True
        if not os.path.lexists(self._path):
            return
        from iamtui.app.state import StateError, read_state  # noqa: PLC0415 - a first frame does not wait for it

        try:
            self._kept = read_state(self._path)
        except StateError as error:
            app.notify(f"{error} · nothing is kept", title="Earlier work not found", severity="warning")
            self._writes = False
            return
        if self._kept.theme in app.available_themes and not self._leaves_theme:
            app.theme = self._kept.theme
        self._theme = app.theme

    def restore(self, bench: Workbench) -> None:
        """Set the sizes of the panes, and list the requests of earlier runs."""
        if not self._writes:
            return
        self._panes, self._history = bench.panes, bench.desk.history  # by the end they are no more in the screen
        if self._kept is None:
            return
        panes = self._panes
        panes.explorer_share = self._kept.explorer_share or panes.explorer_share
        panes.subject_share = self._kept.subject_share or panes.subject_share
        self._history.restore(self._kept.requests)

    def end(self, app: App[None]) -> str:
        """Write what is to be kept; gives what was in the way, if anything was."""
        if self._path is None or self._panes is None or self._history is None:
            return ""
        from iamtui.app.state import State, StateError, write_state  # noqa: PLC0415 - as above

        before = None if self._kept is None else self._kept.theme
        theme = before if app.theme == self._theme else app.theme
        shares = self._panes.explorer_share, self._panes.subject_share
        try:
            write_state(self._path, State(theme, *shares, self._history.requests))
        except StateError as error:
            return str(error)
        return ""
