"""Opening exports for a command, with what could not be used said on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from iamtui.cli.errors import InputError
from iamtui.snapshot.model import Severity, Snapshot
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from iamtui.visible import visible

_MOST_SAID = 10


def snapshot_of(paths: Sequence[Path]) -> Snapshot:
    """The snapshot of files and folders.

    Raises:
        InputError: nothing usable was found.
    """
    try:
        snapshot = open_snapshot(paths)
    except SnapshotError as error:
        raise InputError.of(error.problems) from error
    problems = [problem for problem in snapshot.problems if problem.severity is not Severity.NOTE]
    for problem in problems[:_MOST_SAID]:
        click.echo(f"iamtui: {problem.severity.value}: {visible(str(problem))}", err=True)
    if len(problems) > _MOST_SAID:
        click.echo(f"iamtui: {len(problems) - _MOST_SAID:,} more problems like these", err=True)
    return snapshot
