"""`--pack DIR`: an evidence pack beside what a command prints (B19-B21)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from iamtui.analysis.denials.issuing import IssuingRecords
from iamtui.cli.errors import InputError
from iamtui.cli.trail_options import Given
from iamtui.evaluation.request.request import Request
from iamtui.reports.serial import Data
from iamtui.reports.trail.pack import Evidence, PackError, exports_of, write_pack
from iamtui.snapshot.model import Snapshot
from iamtui.trail.requests import recorded_call
from iamtui.trail.views.denials import refusal_of


def requests_of_rows(given: Given, rows: Sequence[int]) -> list[tuple[str, Request]]:
    """The distinct requests behind events, each named after the first event that made it."""
    if given.snapshot is None or not len(given.trail):
        return []
    trail, issuing = given.trail, IssuingRecords(given.trail)
    records = dict(trail.records(rows))
    found: dict[tuple[object, ...], tuple[str, Request]] = {}
    for row in rows:
        call = recorded_call(records[row], given.snapshot, refusal_of(records[row]), issuing)
        for part, request in call.requests():
            key = (request.principal, request.action, request.resource, tuple(sorted(request.context)))
            name = f"{records[row]['eventTime']} {part.action} ({trail.columns.event_id(row)})"
            found.setdefault(key, (name, request))
    return list(found.values())


def pack(  # noqa: PLR0913, PLR0917 - what goes into a pack
    folder: Path,
    words: Sequence[str],
    paths: Sequence[Path],
    given: Given,
    answer: Mapping[str, Data],
    report: str,
    rows: Sequence[int],
    requests: Sequence[tuple[str, Request]],
    picture: Snapshot | None = None,
) -> None:
    """Write the pack of one answer; `picture` is given where it was decided on more than the exports.

    Raises:
        InputError: it cannot be written.
    """
    try:
        evidence = Evidence(
            question=shlex.join(("iamtui", *words)),
            answer=answer,
            report=report,
            trail=given.trail if len(given.trail) else None,
            rows=rows,
            snapshot=given.snapshot,
            picture=picture,
            exports=exports_of(given.snapshot, paths),
            requests=requests,
        )
        write_pack(folder, evidence)
    except PackError as error:
        raise InputError(str(error)) from error
