"""Makes what is shown of a picture: of an earlier load, or of the newest with edits laid over it; in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from iamtui.app.handed import Handed
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import Snapshot

LAID = "WHAT-IF: answers are of edits laid over the files · W shows, X takes off"
LAYING = "WHAT-IF: being laid over what was just read; until then answers are of files"
"""What every screen says at its top."""


class Viewer(Widget):
    """Builds workspaces; the newest that is asked for counts."""

    DEFAULT_CSS: ClassVar[str] = "Viewer { display: none; }"

    @dataclass
    class Ready(Message):
        """A workspace is ready to be looked at; `place` is that of its load, None where edits lie over the newest."""

        workspace: Workspace
        place: int | None

    @dataclass
    class Unfit(Message):
        """The edits of a patch do not fit what was read."""

        reason: str

    def view(self, snapshot: Snapshot, place: int) -> None:
        """Make ready what was loaded at a place of the timeline."""
        self._view(Handed((snapshot, place)), b"")

    def lay(self, snapshot: Snapshot, patch: bytes) -> None:
        """Make ready the picture with the edits of a patch laid over it."""
        self._view(Handed((snapshot, None)), patch)

    # Without a description Textual would make one of the arguments: of the whole snapshot.
    @work(thread=True, exclusive=True, group="view", description="show a load")
    def _view(self, handed: Handed[tuple[Snapshot, int | None]], patch: bytes) -> None:
        # The first frame does not wait for what sorts and indexes.
        from iamtui.browsing.what_if import UnfitError, with_patch  # noqa: PLC0415
        from iamtui.browsing.workspace import build_indexes, sort_trees  # noqa: PLC0415

        worker = get_current_worker()
        snapshot, place = handed.take()
        try:
            snapshot = with_patch(snapshot, patch)
        except UnfitError as error:
            self.post_message(self.Unfit(str(error)))
            return
        trees = sort_trees(snapshot)
        indexes = build_indexes(snapshot, trees, lambda: worker.is_cancelled)
        self.post_message(self.Ready(Workspace(snapshot, trees, indexes.relations, indexes.filters), place))
