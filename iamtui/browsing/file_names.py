"""Files as lists name them: without the folder that all of them lie in, which the heading says once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from iamtui.snapshot.model import Snapshot, SourceFile
from iamtui.visible import shown


def shared_folder(snapshot: Snapshot | None, more: Iterable[Path] = ()) -> Path | None:
    """The folder in which all files of a snapshot lie, and those in `more`; `None` if there is no such folder."""
    paths = [*(file.path for file in (() if snapshot is None else snapshot.files)), *more]
    try:
        shared = Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:  # no file, or relative paths beside absolute ones
        return None
    return shared if len(shared.parts) > 1 else None


def listed_name(path: Path, shared: Path | None) -> str:
    """A path below the shared folder; any other as it is."""
    return str(path.relative_to(shared)) if shared is not None and path.is_relative_to(shared) else str(path)


def without_folder(text: str, shared: Path | None) -> str:
    """A text without the shared folder before the names of files."""
    return text if shared is None else text.replace(f"{shared}{os.sep}", "")


def in_folder(shared: Path | None) -> str:
    """What a heading adds."""
    return "" if shared is None else f" · in {shown(str(shared))}"


def opened_as(paths: Sequence[Path]) -> str:
    """What was opened, in a few words."""
    name = paths[0].name or str(paths[0]) if paths else ""
    return f"{name} and {len(paths) - 1} more" if len(paths) > 1 else name


def written_on(files: Iterable[SourceFile]) -> str:
    """On which days what was read was written: of the oldest file and of the newest."""
    times = [file.modified_ns / 1e9 for file in files if file.status == "read" and file.modified_ns]
    days = (
        dict.fromkeys(f"{datetime.fromtimestamp(time):%Y-%m-%d}" for time in (min(times), max(times))) if times else ()
    )
    return f"written {' to '.join(days)}" if days else ""
