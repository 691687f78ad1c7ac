"""Reads trails: finds files, recognises those with events, and puts their records into one index (R1-R12, R20)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from iamtui.files.collector import collector_paused
from iamtui.files.finding import Found, LeftOut, find_files
from iamtui.files.reading import UnreadableError, read_file
from iamtui.snapshot.model import Severity, SourceFile, SourceProblem
from iamtui.trail.forms import NoEventsError, cut_records, ends_in_the_middle, is_cut_delivery, may_hold_events
from iamtui.trail.growing import GrowingEvents
from iamtui.trail.held import HeldRecords, Wants
from iamtui.trail.indexing import Indexer
from iamtui.trail.other_logs import kind_of_log
from iamtui.trail.records import index_delivered
from iamtui.trail.trail import LARGEST_TRAIL, ReadCounts, Trail, TrailError

_FORMAT = "CloudTrail events"
_ENDS = "expected more: the JSON ends in the middle"
_DAY = re.compile(r"/CloudTrail(?:-NetworkActivity|-Insight|-Aggregated)?/[^/]+/(\d{4})/(\d\d)/(\d\d)/[^/]+$")
_LATEST = timedelta(days=3)  # a folder holds what was delivered on its day: at most two days after the event (R5)


_AFTER = 44  # bytes behind the name of a member that hold an access key id


class KeyTraces:
    """Which access key ids each file names, in few bytes: a second look opens only the files that matter (R20)."""

    def __init__(self) -> None:
        self._traces: dict[Path, bytes] = {}

    def note(self, path: Path, data: bytes) -> None:
        """Keep what stands behind each `accessKeyId` of a file."""
        pieces = data.split(b"accessKeyId")
        if len(pieces) == 1:
            pieces = data.split(b"accesskeyid")
        self._traces[path] = b"|".join(piece[:_AFTER] for piece in pieces[1:])

    def times_named(self, key: str) -> int:
        """How often a key is named; the event that issued a key names it once."""
        return sum(trace.count(key.encode()) for trace in self._traces.values())

    def files_naming(self, keys: Iterable[str]) -> list[Path]:
        """The files that name one of the keys."""
        wanted = [key.encode() for key in keys]
        return [path for path, trace in self._traces.items() if any(key in trace for key in wanted)]


class ReadingCancelledError(Exception):
    """`stop` said so."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is asked for; files that a delivery tree dates outside of it are not read (R5)."""

    start: datetime | None = None
    end: datetime | None = None

    def may_hold(self, path: Path) -> bool:
        """Whether a file can hold events of the time, by the day of its folder."""
        found = _DAY.search(path.as_posix())
        if found is None:
            return True
        try:
            day = datetime.fromisoformat("-".join(found.groups()) + "T00:00:00+00:00")
        except ValueError:
            return True
        if self.start is not None and self.start - day >= timedelta(days=1):
            return False
        return self.end is None or day - self.end < _LATEST


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far the reading is: `done` of `total` files, and the events of them. `so_far` makes a trail of these."""

    done: int
    total: int
    events: int
    so_far: Callable[[], Trail] = field(repr=False)


def read_trail(
    paths: Sequence[Path],
    *,
    window: Window | None = None,
    containing: Sequence[bytes] = (),
    traces: KeyTraces | None = None,
    holds: Wants | None = None,
    progress: Callable[[ReadProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Trail:
    """Read the events in files and folders; `Trail.others` are files that hold none and may be exports.

    Args:
        paths: files and folders; folders are searched.
        window: leave out files that a delivery tree dates outside of it.
        containing: read only records that hold one of these texts, such as the id of a key (R20).
        traces: notes which keys each file names.
        holds: which records will be asked for, so that they are kept.
        progress: called after each file.
        stop: asked before each file.

    Raises:
        ReadingCancelledError: `stop` returned true.
    """
    with collector_paused():
        reading = TrailReading(containing, traces, holds)
        targets = reading.find(paths, window or Window())
        for index, target in enumerate(targets):
            if stop is not None and stop():
                raise ReadingCancelledError
            reading.read(target)
            if progress is not None:
                progress(ReadProgress(index + 1, len(targets), len(reading.indexer.columns), reading.trail))
        return reading.trail()


def require_events(trail: Trail, paths: Sequence[Path]) -> Trail:
    """The trail itself, which was read from some paths, where it has events.

    Raises:
        TrailError: it has none; the problems say what its files are.
    """
    if len(trail):
        return trail
    found = list(trail.problems)
    found += [
        SourceProblem(file.path, "", f"expected CloudTrail events: {file.message}", "nothing of it is used")
        for file in trail.files
        if file.status != "read" and not any(problem.path == file.path for problem in found)
    ]
    found += [
        SourceProblem(path, "", "expected CloudTrail events, found none", "nothing of it is used")
        for path in trail.others[:10]
    ]
    found = found or [
        SourceProblem(path, "", "expected files with CloudTrail events, found no file", "nothing is read")
        for path in paths
    ]
    raise TrailError(found)


class TrailReading:
    """What was read of some files, one after the other."""

    def __init__(
        self, containing: Sequence[bytes] = (), traces: KeyTraces | None = None, holds: Wants | None = None
    ) -> None:
        self.indexer = Indexer()
        self._events = GrowingEvents(self.indexer)
        self._containing = containing
        self._traces = traces
        self._held = None if holds is None else HeldRecords(holds)
        self._paths: list[Path] = []
        self._files: list[SourceFile] = []
        self._problems: list[SourceProblem] = []
        self._others: list[Path] = []
        self._size = 0

    def find(self, paths: Sequence[Path], window: Window) -> list[Found]:
        """The files to look at; what is left out is noted."""
        targets: list[Found] = []
        for found in find_files(paths):
            if isinstance(found, LeftOut):
                self.leave_out(found)
            elif window.may_hold(found.path):
                targets.append(found)
            else:
                self._note(found.path, _FORMAT, "skipped", "delivered outside of the time that is asked for")
        return targets

    def read(self, target: Found) -> None:
        """Index the events of one file; what it is instead is noted."""
        path = target.path
        try:
            data, stamp = read_file(path, largest=LARGEST_TRAIL, any_kind=True)
        except UnreadableError as error:
            self._fail(path, str(error), "nothing of this file is used")
            return
        if (kind := kind_of_log(data)) is not None:
            self._note(path, kind, "skipped", f"{kind}: no CloudTrail events")
            return
        if not may_hold_events(data):
            if is_cut_delivery(data):
                self._fail(path, _ENDS, "nothing of this file is used")
            else:
                self._others.append(path)
            return
        if self._traces is not None:
            self._traces.note(path, data)
        if not self._containing or any(text in data for text in self._containing):
            self._index(path, data, stamp.size)
        elif ends_in_the_middle(data):
            self._fail(path, _ENDS, "what is asked for may be missing")
        else:
            self._note(path, _FORMAT, "skipped", "holds nothing of what is asked for")

    @property
    def indexed_paths(self) -> Sequence[Path]:
        """The files whose events are in the index."""
        return self._paths

    def forget(self, path: Path) -> None:
        """Forget what was noted of a file of which nothing is in the index."""
        self._files = [file for file in self._files if file.path != path]
        self._problems = [problem for problem in self._problems if problem.path != path]
        self._others = [other for other in self._others if other != path]

    def trail(self) -> Trail:
        """What was read by now."""
        indexer = self.indexer
        distinct = self._events.now(self._paths)
        counts = ReadCounts(
            files=len(self._paths),
            size=self._size,
            events=len(indexer.columns),
            duplicates=distinct.duplicates,
            shared=sum(map(len, distinct.shared.values())),
            addenda=len(distinct.corrections),
        )
        return Trail(
            columns=indexer.columns,
            order=distinct.order,
            paths=tuple(self._paths),
            read=counts,
            files=tuple(self._files),
            problems=(*self._problems, *distinct.problems),
            others=tuple(self._others),
            issued=indexer.issued,
            copies=distinct.copies,
            shared=distinct.shared,
            corrections=distinct.corrections,
            held=self._held or {},
        )

    def _index(self, path: Path, data: bytes, size: int) -> None:
        number, before, incomplete = len(self._paths), len(self.indexer.columns), None
        records = index_delivered(data) if not self._containing else None
        if records is not None:
            bad = self.indexer.add_delivered(number, records)
        else:
            try:
                cut = cut_records(data)
            except NoEventsError as error:
                self._fail(path, str(error), "nothing of this file is used")
                return
            bad, incomplete = self.indexer.add_items(number, cut.items, self._containing), cut.incomplete
            if cut.replaced:
                text = "expected Unicode: half a character is shown as a replacement character"
                self._problems.append(SourceProblem(path, "", text, "the rest is read", Severity.WARNING))
        added = len(self.indexer.columns) - before
        if not added and bad and b'"Records"' not in data[:64]:
            self._others.append(path)  # an export that mentions event names, as a policy on CloudTrail may
            return
        if self._held is not None:
            self._held.take(self.indexer.columns, before, data)
        self._paths.append(path)
        self._size += size
        self._note(path, _FORMAT, "read", f"{added:,} events" + (f", {len(bad):,} bad records" if bad else ""))
        self._problems += [
            SourceProblem(path, f"record {index}", message, "this record is not used") for index, message in bad[:10]
        ]
        if len(bad) > 10:
            text = f"{len(bad) - 10:,} more bad records"
            self._problems.append(SourceProblem(path, "", text, "these records are not used"))
        if incomplete is not None:
            self._problems.append(SourceProblem(path, "", incomplete, "events are missing here", Severity.WARNING))
        if self.indexer.other_versions:
            text = f"eventVersion {', '.join(sorted(self.indexer.other_versions))}: another major version than 1"
            self.indexer.other_versions.clear()
            self._problems.append(
                SourceProblem(path, "", text, "what is new in it is not understood", Severity.WARNING)
            )

    def leave_out(self, found: LeftOut) -> None:
        """Note what is not looked at."""
        if found.is_named:
            self._fail(found.path, found.reason, "nothing of it is used")
        else:
            self._note(found.path, "", "skipped", found.reason)

    def _fail(self, path: Path, message: str, consequence: str) -> None:
        self._files.append(SourceFile(path, _FORMAT, "failed", message))
        self._problems.append(SourceProblem(path, "", message, consequence))

    def _note(self, path: Path, form: str, status: str, message: str) -> None:
        self._files.append(SourceFile(path, form, status, message))
