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
from iamtui.files.collector import collector_paused
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.opening import (
    OpeningCancelledError,
    Progress,
    SnapshotError,
    open_snapshot,
)
from iamtui.snapshot.watching import changed_since

_PATIENCE = 1.0
"""Seconds for which indexing lets the event loop draw what was read; the interpreter runs one thread at a time."""

_PARTIAL_AFTER = 1.0
"""Seconds between two partial pictures while many files are read."""

_TOLD_AFTER = 0.1
"""Seconds between two words of progress: thousands of small files would keep the event loop busy with nothing else."""


def run_task(task: Task, tell: Callable[[Message], object], stop: Callable[[], bool]) -> None:
    """Read, compare and index in the calling thread; `tell` gets the messages of this module in their order."""
    if task.on_screen is not None and task.keeps_what_was_read and not changed_since(task.on_screen):
        tell(Unchanged())
        return
    try:
        snapshot = open_snapshot(
            task.paths,
            progress=_Reporter(tell, partial=task.on_screen is None),
            stop=stop,
            previous=task.on_screen,
            rereads=not task.keeps_what_was_read,
            keeps_lost=task.keeps_what_was_read,
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


def _loaded(task: Task, snapshot: OpenedSnapshot) -> Loaded:
    trees = sort_trees(snapshot)
    if task.on_screen is None:
        return Loaded(snapshot, trees)
    changes = compare_snapshots(task.on_screen, snapshot).objects
    since = task.acknowledged
    unacknowledged = changes if since is None or since is task.on_screen else compare_snapshots(since, snapshot).objects
    return Loaded(snapshot, trees, changes, unacknowledged, lost_files(snapshot))


class _Reporter:
    """Tells of progress, and now and then shows what was read by then."""

    def __init__(self, tell: Callable[[Message], object], *, partial: bool) -> None:
        self._tell = tell
        self._partial = partial
        self._last = time.monotonic()
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told > _TOLD_AFTER:
            self._told = now
            self._tell(Progressed(progress.done, progress.total, progress.path))
        if self._partial and progress.done < progress.total and now - self._last > _PARTIAL_AFTER:
            snapshot = progress.so_far()
            if snapshot.accounts:
                self._tell(Loaded(snapshot, sort_trees(snapshot), is_partial=True))
            # Each partial picture costs more than the one before: wait the longer.
            self._last = time.monotonic() + 5 * (time.monotonic() - now)


def lost_files(snapshot: OpenedSnapshot) -> str:
    """Say which files count as they were read before, and why; empty if there are none."""
    reasons = list(snapshot.lost.values())
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}" if reasons else ""
