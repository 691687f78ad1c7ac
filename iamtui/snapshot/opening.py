"""Opens exports: finds files, recognises each, reads it and puts all together (I1).

Files are read one after another. Of the six seconds that a hundred accounts of a thousand principals take, reading the
disk is a tenth of a second and unpacking gzip less than one; all else holds the interpreter's lock. Two and four
threads were measured on two cores: no faster for plain files, a tenth at most for packed ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from iamtui.files.collector import collector_paused
from iamtui.files.finding import Found, LeftOut, find_files
from iamtui.files.heads import EVENTS
from iamtui.files.reading import NotOursError, Stamp, UnreadableError, moment_of, read_file, stamp_of
from iamtui.files.source import UNFORESEEN, MalformedError, Source, says_more_follows
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.merging.assembling import OpenedSnapshot, Reading, assemble
from iamtui.snapshot.model import Severity, Snapshot, SourceFile, SourceProblem
from iamtui.snapshot.readers import READERS
from iamtui.snapshot.readers.not_needed import reason_to_pass
from iamtui.snapshot.readers.reader import Documents, Intake, Problems, with_valid_arns
from iamtui.snapshot.sharing import EarlierLoad

_NOTHING_OF_IT = "nothing of this file is used"
_OF_UNREADABLE = tuple(reader.unreadable for reader in READERS if reader.unreadable is not None)


class SnapshotError(Exception):
    """Nothing usable was found; `problems` says why, `snapshot` what became of each file."""

    def __init__(self, problems: Sequence[SourceProblem], snapshot: Snapshot) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.snapshot = snapshot


class OpeningCancelledError(Exception):
    """`stop` said so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the opening is: `done` of `total` files. `so_far` makes a snapshot of what was read by now."""

    done: int
    total: int
    path: Path
    so_far: Callable[[], Snapshot]


def _never() -> bool:
    return False


def open_snapshot(
    paths: Sequence[Path],
    *,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = _never,
    previous: Snapshot | None = None,
    rereads: bool = False,
    keeps_lost: bool = False,
) -> OpenedSnapshot:
    """Read files and folders to one snapshot.

    Args:
        paths: exports; folders are searched.
        progress: called after each file, in the calling thread.
        stop: asked before each file.
        previous: the snapshot of an earlier opening; files that have not changed since are not read again, and equal
            documents stay the same objects.
        rereads: read again also what has not changed.
        keeps_lost: a file that was read for `previous` and gives nothing now keeps what it gave; `lost` names it.

    Raises:
        SnapshotError: nothing usable was found.
        OpeningCancelledError: `stop` returned true.
    """
    with collector_paused():
        opening = _Opening(previous, rereads=rereads)
        targets = opening.find(paths, stop)
        roots = tuple(paths)
        for index, found in enumerate(targets):
            if stop():
                raise OpeningCancelledError
            opening.read(found)
            if progress is not None:
                progress(Progress(index + 1, len(targets), found.path, partial(opening.snapshot, roots)))
        if keeps_lost:
            opening.keep_lost()
        snapshot = opening.snapshot(roots)
    if not (snapshot.accounts or snapshot.organizations or snapshot.resources or snapshot.endpoints):
        raise SnapshotError(_why_nothing(snapshot, roots), snapshot)
    return snapshot


class _Opening:
    """One run over the files."""

    def __init__(self, previous: Snapshot | None, *, rereads: bool) -> None:
        opened = previous if isinstance(previous, OpenedSnapshot) else None
        self._table = DocumentTable(opened.documents if opened is not None else None)
        self._documents = Documents(self._table)
        self._before = EarlierLoad(opened)
        self._earlier = opened.readings if opened is not None else {}
        self._rereads = rereads
        self._readings: dict[Path, Reading] = {}
        self._lost: dict[Path, str] = {}

    def snapshot(self, roots: tuple[Path, ...]) -> OpenedSnapshot:
        """What was read by now."""
        found = self._before.of_snapshot(assemble(roots, dict(self._readings), self._table))
        return replace(found, lost=MappingProxyType(self._lost))

    def find(self, paths: Sequence[Path], stop: Callable[[], bool]) -> list[Found]:
        """The files to read; what is not looked at is noted."""
        targets: list[Found] = []
        for index, target in enumerate(find_files(paths)):
            if index % 256 == 0 and stop():
                raise OpeningCancelledError
            if isinstance(target, Found):
                targets.append(target)
            else:
                self._readings[target.path] = _left_out(target)
        return targets

    def read(self, target: Found) -> None:
        """Read one file, or take what it gave before."""
        path = target.path
        if path in self._readings:
            return
        earlier = self._earlier.get(path)
        is_known = earlier is not None and earlier.stamp is not None and not self._rereads
        if earlier is not None and is_known and earlier.stamp == stamp_of(path):
            self._readings[path] = earlier
        else:
            self._readings[path] = self._read_anew(target)

    def keep_lost(self) -> None:
        """Let files that gave something before, and nothing now, count as they were read then."""
        for path, earlier in self._earlier.items():
            now = self._readings.get(path)
            if earlier.file.status == "read" and (now is None or now.file.status != "read"):
                self._readings[path] = earlier
                self._lost[path] = f"{path} is gone" if now is None else f"{path}: {now.file.message}"

    def _read_anew(self, target: Found) -> Reading:
        path, before = target.path, stamp_of(target.path)
        try:
            data, stamp = read_file(path)
            source = Source(path, data, moment_of(stamp.modified_ns))
        except NotOursError as error:
            failed = _not_used(path, str(error), before, is_problem=target.is_named)
        except UnreadableError as error:
            failed = _not_used(path, str(error), before, is_problem=True)
        except MalformedError as error:
            failed = _not_used(path, str(error), stamp, is_problem=True, place=error.place)
        else:
            return self._read_source(source, stamp, target)
        facts = tuple(fact for said in _OF_UNREADABLE if (fact := said(path)) is not None)
        return replace(failed, facts=facts) if facts else failed

    def _read_source(self, source: Source, stamp: Stamp, target: Found) -> Reading:
        reader = next((reader for reader in READERS if reader.recognises(source)), None)
        if reader is None:
            reason = reason_to_pass(source)
            return _not_used(target.path, reason or _unknown(source), stamp, is_problem=target.is_named)
        intake = Intake(self._documents, Problems(source.path), self._before.held if self._before.is_there else None)
        try:
            facts = tuple(with_valid_arns(reader.read(source, intake), intake))
        except MalformedError as error:
            return _not_used(
                target.path, str(error), stamp, is_problem=True, place=error.place, taken_for=reader.format
            )
        except UNFORESEEN as error:
            reason = f"expected what a file of this format holds: {error}"
            return _not_used(target.path, reason, stamp, is_problem=True, taken_for=reader.format)
        if not reader.merges_pages and (member := says_more_follows(source.members)) is not None:
            what = "the pages after this one may be missing (I59)"
            intake.problems.add(f"/{member}", "expected the last page", what, Severity.WARNING)
        said = _unknown_members(source.keys - reader.members) if reader.members else ""
        file = SourceFile(target.path, reader.format, "read", said, stamp.size, stamp.modified_ns)
        return Reading(file, stamp, facts, intake.problems.all())


def _left_out(found: LeftOut) -> Reading:
    """What is not looked at: a hidden file is none of the user's; whatever else may have been an export."""
    reading = _not_used(found.path, found.reason, None, is_problem=found.is_named)
    if found.is_named or found.is_hidden:
        return reading
    problem = SourceProblem(found.path, "", found.reason, _NOTHING_OF_IT, Severity.WARNING)
    return replace(reading, problems=(problem,))


def _not_used(
    path: Path, reason: str, stamp: Stamp | None, *, is_problem: bool, place: str = "", taken_for: str = "unknown"
) -> Reading:
    """A file that gives nothing: failed if that is a problem, else skipped."""
    message = f"{place}: {reason}" if place else reason
    size, modified = (stamp.size, stamp.modified_ns) if stamp is not None else (0, 0)
    file = SourceFile(path, taken_for, "failed" if is_problem else "skipped", message, size, modified)
    problems = (SourceProblem(path, place, reason, _NOTHING_OF_IT),) if is_problem else ()
    return Reading(file, stamp, (), problems)


def _unknown_members(names: Set[str]) -> str:
    """How many members no export of the format has (I2)."""
    if not names:
        return ""
    count = "1 unknown member is" if len(names) == 1 else f"{len(names)} unknown members are"
    return f"{count} ignored: {', '.join(name[:60] for name in sorted(names)[:5])}{' …' if len(names) > 5 else ''}"


def _unknown(source: Source) -> str:
    names = sorted(source.keys or source.first_keys)
    if not names:
        return "not recognised: JSON without any member that an export has"
    shown = ", ".join(repr(name[:60]) for name in names[:5])
    return f"not recognised: JSON with {shown}{' and more' if len(names) > 5 else ''}"


def _why_nothing(snapshot: Snapshot, roots: tuple[Path, ...]) -> Sequence[SourceProblem]:
    if snapshot.problems:
        return snapshot.problems
    where = roots[0] if roots else Path()
    read = {file.format for file in snapshot.files if file.status == "read"}
    count = len(snapshot.files)
    consequence = "there is nothing to show"
    expected = f"expected an export of AWS IAM, looked at {count} file{'' if count == 1 else 's'}"
    if snapshot.files:
        ((reason, most),) = Counter(file.message for file in snapshot.files).most_common(1)
        consequence = "iamtui trail shows them, and L in the app" if reason == EVENTS else consequence
        expected += f" ({reason if count == most else f'{most} of them: {reason}'})"
    if read:
        expected = f"expected an account, an organization or resources too, got only {', '.join(sorted(read))}"
    return (SourceProblem(where, "", expected, consequence, Severity.ERROR),)
