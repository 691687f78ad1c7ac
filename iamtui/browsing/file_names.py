"""Files as lists name them: without the folder that all of them lie in, which the heading says once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from iamtui.snapshot.model import Snapshot
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
