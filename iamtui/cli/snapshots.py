"""Opening exports for a command, with what could not be used said on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iamtui.cli.errors import InputError, say
from iamtui.files.reading import is_there
from iamtui.snapshot.model import Severity, Snapshot, SourceProblem
from iamtui.snapshot.opening import SnapshotError, open_snapshot

_MOST_SAID = 10


def require_paths(paths: Sequence[Path]) -> None:
    """Say which files and folders are not there.

    Raises:
        InputError: one of them is not.
    """
    missing = [path for path in paths if not is_there(path)]
    if missing:
        raise InputError(*(f"{path}: no such file or folder; nothing is read" for path in missing))


def snapshot_of(paths: Sequence[Path], previous: Snapshot | None = None) -> Snapshot:
    """The snapshot of files and folders; what could not be used is told.

    What says the same as in `previous` stays the same objects, so that it need not be read and compared twice.

    Raises:
        InputError: one of them is not there, or nothing usable was found.
    """
    snapshot = opened(paths, previous)
    tell_problems([problem for problem in snapshot.problems if problem.severity is not Severity.NOTE])
    return snapshot


def opened(paths: Sequence[Path], previous: Snapshot | None = None) -> Snapshot:
    """The snapshot of files and folders, beside an earlier one; its problems are the caller's to tell.

    Raises:
        InputError: one of them is not there, or nothing usable was found.
    """
    require_paths(paths)
    try:
        return open_snapshot(paths, previous=previous)
    except SnapshotError as error:
        raise InputError.of(error.problems) from error


def tell_problems(problems: Sequence[SourceProblem]) -> None:
    """Say the first problems on standard error, and how many more there are."""
    for problem in problems[:_MOST_SAID]:
        say(f"{problem.severity.value}: {problem}")
    if len(problems) > _MOST_SAID:
        say(f"{len(problems) - _MOST_SAID:,} more problems like these")
