"""What the commands about trails have in common: their paths, filters and times (B1-B5)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from iamtui.cli.completion import complete_actions
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.snapshots import require_paths, snapshot_of, tell_problems
from iamtui.snapshot.model import Severity, Snapshot
from iamtui.trail.held import Wants
from iamtui.trail.reading import KeyTraces, Window, read_trail, require_events
from iamtui.trail.selecting import Filter, FilterError, moment_of
from iamtui.trail.times import parse_time
from iamtui.trail.trail import Trail, TrailError

F = TypeVar("F", bound=Callable[..., Any])

_FILTERS = (
    click.option(
        "--who", multiple=True, metavar="WHO", help="ARN, name, unique id, key id, account, service, address."
    ),
    click.option(
        "--action",
        "actions",
        multiple=True,
        metavar="PATTERN",
        help="service:Action, with wildcards.",
        shell_complete=complete_actions,
    ),
    click.option("--resource", "resources", multiple=True, metavar="PATTERN", help="An ARN, with wildcards."),
    click.option("--ip", "networks", multiple=True, metavar="CIDR", help="Where it was called from."),
    click.option("--agent", "agents", multiple=True, metavar="TEXT", help="In the user agent."),
    click.option("--region", "regions", multiple=True, metavar="REGION"),
    click.option("--account", "accounts", multiple=True, metavar="ID"),
    click.option("--error", "errors", multiple=True, metavar="CODE", help="Or any, none, denied."),
    click.option("--from", "start", metavar="TIME", help="ISO 8601, or -36h before the newest event."),
    click.option("--to", "end", metavar="TIME"),
)


def filter_options(command: F) -> F:
    """The options of the filters of B5."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def pack_option(command: F) -> F:
    """The option `--pack`."""
    return click.option("--pack", type=FilePath(), metavar="DIR", help="Write an evidence pack too.")(command)


def relative(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Paths relative to where the command runs, so that a pack names no machine."""
    return tuple(Path(os.path.relpath(path)) for path in paths)


@dataclass(frozen=True, slots=True)
class Given:
    """What the paths of a command hold: events, and the exports beside them (B1)."""

    trail: Trail
    snapshot: Snapshot | None


def read_paths(
    paths: Sequence[Path],
    window: Window | None = None,
    containing: Sequence[bytes] = (),
    traces: KeyTraces | None = None,
    *,
    holds: Wants | None = None,
    needs_events: bool = False,
) -> Given:
    """The events and exports in files and folders; what failed of them is told on standard error.

    Raises:
        InputError: a path is not there, or events are needed and no file holds any.
    """
    require_paths(paths)
    trail = read_trail(paths, window=window, containing=containing, traces=traces, holds=holds)
    if needs_events:
        _require(trail, paths)
    tell_problems(trail.problems)
    return Given(trail, _snapshot(trail, paths))


def _require(trail: Trail, paths: Sequence[Path]) -> None:
    try:
        require_events(trail, paths)
    except TrailError as error:
        raise InputError.of(error.problems) from error


def _snapshot(trail: Trail, paths: Sequence[Path]) -> Snapshot | None:
    """The exports among the files without events; None where there are none.

    What is wrong with a file is told if it was named, or is an export, or JSON that breaks off: of the rest of a folder
    much is neither events nor an export.
    """
    if not trail.others:
        return None
    from iamtui.snapshot.opening import SnapshotError, open_snapshot  # noqa: PLC0415

    if set(trail.others) == set(paths):
        return snapshot_of(trail.others)  # named one by one: what is wrong with them is told
    try:
        found = open_snapshot(trail.others)
    except SnapshotError as error:
        _tell_ours(error.snapshot, paths)
        return None
    _tell_ours(found, paths)
    return found


def _tell_ours(snapshot: Snapshot, paths: Sequence[Path]) -> None:
    ours = {*paths, *(file.path for file in snapshot.files if file.format != "unknown")}
    errors = (problem for problem in snapshot.problems if problem.severity is Severity.ERROR)
    tell_problems([problem for problem in errors if problem.place or problem.path in ours])


def window_of(start: str | None, end: str | None) -> Window:
    """The time of `--from` and `--to`, where both are absolute or left out; what counts back needs the events first."""
    return Window(_absolute(start), _absolute(end))


def _absolute(text: str | None) -> datetime | None:
    if text is None or text.startswith("-"):
        return None
    try:
        return parse_time(text)
    except ValueError:
        return None  # told when the filter is made


def moment(text: str | None, option: str, trail: Trail) -> datetime | None:
    """The moment of an option (B3).

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    try:
        return moment_of(text, trail.span[1] if trail.span is not None else None)
    except FilterError as error:
        raise InputError(f"{option} {error}") from error


def filter_of(trail: Trail, start: str | None, end: str | None, **given: tuple[str, ...]) -> Filter:
    """The filter that the options state.

    Raises:
        InputError: one of them says nothing.
    """
    return Filter(start=moment(start, "--from", trail), end=moment(end, "--to", trail), **given)
