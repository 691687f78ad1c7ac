"""Reading and re-reading what was opened, and which new reading is fit to replace an old one; runs in a thread.

This module imports all that reads and reviews files: it is itself imported by that thread, after the first frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message import Message

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.relations import RelationsCancelledError
from iamtui.app.loading.messages import Cancelled, Indexed, Loaded, NotLoaded, Progressed, Task, Unchanged
from iamtui.browsing.workspace import build_indexes, sort_trees
from iamtui.snapshot.model import Snapshot, SourceFile
from iamtui.snapshot.opening import (
    OpeningCancelledError,
    Progress,
    SnapshotError,
    collector_paused,
    open_snapshot,
)
from iamtui.snapshot.watching import changed_since

_PATIENCE = 1.0
"""Seconds for which indexing lets the event loop draw what was read; the interpreter runs one thread at a time."""

_PARTIAL_AFTER = 1.0
"""Seconds between two partial pictures while many files are read."""


def run_task(task: Task, tell: Callable[[Message], object], stop: Callable[[], bool]) -> None:
    """Read, compare and index in the calling thread; `tell` gets the messages of this module in their order."""
    if task.on_screen is not None and task.keeps_what_was_read and not changed_since(task.on_screen):
        tell(Unchanged())
        return
    try:
        snapshot = open_snapshot(
            task.paths, progress=_Reporter(tell, partial=task.on_screen is None), stop=stop, previous=task.on_screen
        )
    except SnapshotError as error:
        tell(NotLoaded(error.problems))
        return
    except OpeningCancelledError:
        tell(Cancelled())
        return
    loaded = _loaded(task, snapshot)
    tell(loaded)
    loaded.drawn.wait(_PATIENCE)
    try:
        with collector_paused():  # a full collection would hold the event loop for a tenth of a second
            indexes = build_indexes(snapshot, loaded.trees, stop)
        tell(Indexed(snapshot, indexes))
    except RelationsCancelledError:
        return


def _loaded(task: Task, snapshot: Snapshot) -> Loaded:
    trees = sort_trees(snapshot)
    if task.on_screen is None:
        return Loaded(snapshot, trees)
    lost = lost_files(task.on_screen, snapshot) if task.keeps_what_was_read else ""
    changes = compare_snapshots(task.on_screen, snapshot).objects
    since = task.acknowledged
    unacknowledged = changes if since is None or since is task.on_screen else compare_snapshots(since, snapshot).objects
    return Loaded(snapshot, trees, changes, unacknowledged, lost)


class _Reporter:
    """Tells of progress, and now and then shows what was read by then."""

    def __init__(self, tell: Callable[[Message], object], *, partial: bool) -> None:
        self._tell = tell
        self._partial = partial
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        self._tell(Progressed(progress.done, progress.total, progress.path))
        now = time.monotonic()
        if self._partial and progress.done < progress.total and now - self._last > _PARTIAL_AFTER:
            snapshot = progress.so_far()
            if snapshot.accounts:
                self._tell(Loaded(snapshot, sort_trees(snapshot), is_partial=True))
            # Each partial picture costs more than the one before: wait the longer.
            self._last = time.monotonic() + 5 * (time.monotonic() - now)


def lost_files(old: Snapshot, new: Snapshot) -> str:
    """Say which files were read for `old` and give nothing now, and why; empty if there are none."""
    now = {file.path: file for file in new.files}
    lost = [_loss(file, now.get(file.path)) for file in old.files if file.status == "read"]
    reasons = [reason for reason in lost if reason]
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}" if reasons else ""


def _loss(before: SourceFile, after: SourceFile | None) -> str:
    if after is None:
        return f"{before.path} is gone"
    return "" if after.status == "read" else f"{before.path}: {after.message}"
