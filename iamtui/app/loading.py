"""Reading and re-reading what was opened, off the event loop; and which new reading is fit to replace an old one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from iamtui.analysis.changes import Change, compare_snapshots
from iamtui.analysis.relations import RelationsCancelledError
from iamtui.app.findings import Findings, find_findings
from iamtui.app.picture import Indexes, build_indexes
from iamtui.snapshot.model import Snapshot, SourceFile, SourceProblem
from iamtui.snapshot.opening import OpeningCancelledError, Progress, SnapshotError, open_snapshot

_PARTIAL_AFTER = 1.0
"""Seconds between two partial pictures while many files are read."""


@dataclass
class Progressed(Message):
    """Some files were read."""

    done: int
    total: int
    path: Path


@dataclass
class Loaded(Message):
    """A snapshot was read, whole or in part.

    `changes` are those from the picture on the screen, `unacknowledged` those from the last one that the user took
    note of. `lost` says what a file gave before and does not give now: then the old picture is the better one.
    """

    snapshot: Snapshot
    changes: tuple[Change, ...] = ()
    unacknowledged: tuple[Change, ...] = ()
    lost: str = ""
    is_partial: bool = False


@dataclass
class NotLoaded(Message):
    """Nothing could be read."""

    problems: tuple[SourceProblem, ...]


@dataclass
class Cancelled(Message):
    """The user stopped the reading."""


@dataclass
class Unchanged(Message):
    """The files are those that are on the screen."""


@dataclass
class Indexed(Message):
    """The indexes of a snapshot are there."""

    snapshot: Snapshot
    indexes: Indexes


@dataclass
class Reviewed(Message):
    """The findings of a snapshot are there."""

    snapshot: Snapshot
    findings: Findings


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be read, and with what it is compared.

    `keeps_what_was_read` is False where the user accepts that a file gives nothing any more.
    """

    paths: tuple[Path, ...]
    on_screen: Snapshot | None = None
    acknowledged: Snapshot | None = None
    keeps_what_was_read: bool = True


def run_task(task: Task, tell: Callable[[Message], object], stop: Callable[[], bool]) -> None:
    """Read, compare and index in the calling thread; `tell` gets the messages of this module in their order."""
    if task.on_screen is not None and task.keeps_what_was_read and not _is_stale(task.on_screen):
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
    tell(_loaded(task, snapshot))
    try:
        tell(Indexed(snapshot, build_indexes(snapshot, stop)))
    except RelationsCancelledError:
        return
    findings = find_findings(snapshot, stop)
    if findings is not None:
        tell(Reviewed(snapshot, findings))


def _is_stale(snapshot: Snapshot) -> bool:
    # What watches files is imported later than the first frame.
    from iamtui.snapshot.watching import changed_since  # noqa: PLC0415

    return changed_since(snapshot)


def _loaded(task: Task, snapshot: Snapshot) -> Loaded:
    if task.on_screen is None:
        return Loaded(snapshot)
    lost = lost_files(task.on_screen, snapshot) if task.keeps_what_was_read else ""
    changes = compare_snapshots(task.on_screen, snapshot)
    since = task.acknowledged
    unacknowledged = changes if since is None or since is task.on_screen else compare_snapshots(since, snapshot)
    return Loaded(snapshot, changes, unacknowledged, lost)


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
                self._tell(Loaded(snapshot, is_partial=True))
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


def first_problem(problems: Sequence[SourceProblem]) -> str:
    """The first problem, and how many more there are."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else "nothing could be read"
