"""Paths to administrators, and to what can be read: opens their screen where it was left, and keeps what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.widget import Widget

from iamtui.app.handed import Handed
from iamtui.app.loading.reading import Reading
from iamtui.app.workbench.what_if_desk import WhatIfDesk
from iamtui.snapshot.model import Snapshot
from iamtui.visible import visible

if TYPE_CHECKING:  # the first frame does not wait
    from iamtui.analysis.paths.answer.results import Paths
    from iamtui.app.screens.paths_place import PathsPlace
    from iamtui.browsing.queries.path_searches import PathSearches
    from iamtui.browsing.workspace import Workspace


_MOST_KEPT = 3
"""Questions of which the answer is kept: about administrators, and about the last resources."""


class PathsDesk(Widget):
    """Remembers answers and the place in them, so that the screen opens at once and where the user was."""

    DEFAULT_CSS: ClassVar[str] = "PathsDesk { display: none; }"

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self._kept: dict[str, tuple[PathSearches, PathsPlace]] = {}
        self._known: tuple[Snapshot, Paths] | None = None

    def on_mount(self) -> None:
        """Look at the paths of every load that was reviewed."""
        self.watch(self.screen.query_one(Reading), "workspace", self._look, init=False)

    def _look(self, workspace: Workspace | None) -> None:
        """Say who is an administrator, or surely can become one, since the load before (EP63)."""
        findings = None if workspace is None else workspace.findings
        paths = None if findings is None else findings.paths
        if workspace is None or paths is None or workspace.snapshot is not self.screen.query_one(Reading).newest:
            return
        if self._known is None or self._known[0] is not workspace.snapshot:
            from iamtui.browsing.queries.path_news import News  # noqa: PLC0415 - as above

            said = News.of(None if self._known is None else self._known[1], paths).said
            self._known = workspace.snapshot, paths
            if said:
                text = visible(f"{said} · a shows")
                self.notify(text, title="Paths", severity="warning", markup=False, timeout=10)

    @work(exclusive=True, group="paths", description="ask for paths")
    async def open(self, handed: Handed[Snapshot], selected: str) -> None:
        """Ask who can become an administrator, at the selected principal; or who can read the selected resource."""
        from iamtui.app.screens.paths_screen import PathsScreen  # noqa: PLC0415 - as above

        snapshot = handed.take()
        searches, place = self._searches(snapshot, selected)
        self.note_seen()
        screen = PathsScreen(snapshot, searches, place)
        del snapshot
        await self.app.push_screen_wait(screen)
        if screen.onward is not None:
            self.screen.query_one(WhatIfDesk).go_on(screen.onward.edits, screen.onward.fields)

    def _searches(self, snapshot: Snapshot, selected: str) -> tuple[PathSearches, PathsPlace]:
        """What was found of the question, and where the user was in it."""
        from iamtui.app.screens.paths_place import PathsPlace  # noqa: PLC0415 - as above
        from iamtui.browsing.queries.path_searches import PathSearches, question_about  # noqa: PLC0415

        question = question_about(snapshot, selected)
        key = "".join(question.reads)
        searches, place = self._kept.pop(key) if key in self._kept else (PathSearches(question), PathsPlace())
        self._kept[key] = searches, place
        for old in list(self._kept)[:-_MOST_KEPT]:
            del self._kept[old]
        place.wants = "" if question.reads else selected
        return searches, place

    def note_seen(self) -> None:
        """Compare with what the user last took note of, from now on."""
        reading = self.screen.query_one(Reading)
        if reading.loads:
            seen = reading.loads[reading.acknowledged_load].snapshot
            for searches, _ in self._kept.values():
                searches.before = None if seen is reading.newest else seen
