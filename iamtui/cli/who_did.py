"""The events among the exports of `iamtui who-can`: read, and laid beside who can (B10).

What reads events is imported only where a file may hold some.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.cli.errors import InputError
from iamtui.cli.output import terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.snapshots import opened, tell_problems
from iamtui.snapshot.model import Severity, Snapshot

if TYPE_CHECKING:
    from iamtui.trail.trail import Trail


def exports_and_events(paths: Sequence[Path]) -> tuple[Snapshot, Trail | None]:
    """The snapshot of the exports, and the trail of the files beside them that hold events; None without any.

    Raises:
        InputError: a path is not there, or no export was found.
    """
    snapshot = opened(paths)
    trail = _events([file.path for file in snapshot.files if file.status != "read"])
    events = frozenset() if trail is None else frozenset(trail.paths)
    problems = [problem for problem in snapshot.problems if problem.path not in events]
    if trail is not None:
        problems += [problem for problem in trail.problems if problem.path in events]
    tell_problems([problem for problem in problems if problem.severity is not Severity.NOTE])
    return snapshot, trail


def _events(paths: Sequence[Path]) -> Trail | None:
    if not paths:
        return None
    from iamtui.trail.reading import read_trail  # noqa: PLC0415

    trail = read_trail(paths)
    return trail if len(trail) else None


def write_with_events(
    snapshot: Snapshot, question: Question, answer: WhoCan, trail: Trail, form: str, hide: Sequence[str]
) -> None:
    """Write an answer with who did and who tried.

    Raises:
        InputError: a file with events changed since it was read.
    """
    from iamtui.analysis.queries.everybody.who_did import who_did  # noqa: PLC0415
    from iamtui.reports import who_did as report  # noqa: PLC0415
    from iamtui.trail.trail import GoneError  # noqa: PLC0415

    try:
        did = who_did(snapshot, question, answer, trail)
    except GoneError as error:
        raise InputError(str(error)) from error
    answer = answer.without(hide)
    if form == "json":
        write_bytes(report.who_did_as_json(answer, did))
    elif form == "markdown":
        write_bytes(report.who_did_as_markdown(answer, did).encode("utf-8", "backslashreplace"))
    elif form == "csv":
        write_bytes(report.who_did_as_csv(answer, did).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        write_coloured(report.who_did_as_styled_text(answer, terminal_width(), did))
    else:
        write_text(report.who_did_as_text(answer, did))
