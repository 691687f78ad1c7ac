"""Paths to administrators: opens their screen where it was left, and keeps what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.widget import Widget

from iamtui.app.handed import Handed
from iamtui.app.loading.reading import Reading
from iamtui.app.workbench.what_if_desk import WhatIfDesk
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:  # the first frame does not wait
    from iamtui.app.screens.paths_place import PathsPlace
    from iamtui.browsing.queries.path_searches import PathSearches


class PathsDesk(Widget):
    """Remembers answers and the place in them, so that the screen opens at once and where the user was."""

    DEFAULT_CSS: ClassVar[str] = "PathsDesk { display: none; }"

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self._kept: tuple[PathSearches, PathsPlace] | None = None

    @work(exclusive=True, group="paths", description="ask for paths to administrators")
    async def open(self, handed: Handed[Snapshot]) -> None:
        """Ask who can become an administrator."""
        from iamtui.app.screens.paths_place import PathsPlace  # noqa: PLC0415
        from iamtui.app.screens.paths_screen import PathsScreen  # noqa: PLC0415 - as above
        from iamtui.browsing.queries.path_searches import PathSearches  # noqa: PLC0415

        searches, place = self._kept = self._kept or (PathSearches(), PathsPlace())
        self.note_seen()
        screen = PathsScreen(handed.take(), searches, place)
        await self.app.push_screen_wait(screen)
        if screen.onward is not None:
            self.screen.query_one(WhatIfDesk).go_on(screen.onward.edits, screen.onward.fields)

    def note_seen(self) -> None:
        """Compare with what the user last took note of, from now on."""
        reading = self.screen.query_one(Reading)
        if self._kept is not None and reading.loads:
            seen = reading.loads[reading.acknowledged_load].snapshot
            self._kept[0].before = None if seen is reading.newest else seen
