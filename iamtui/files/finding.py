"""Finding files, whatever a folder holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iamtui.files.reading import STANDARD_INPUT, reason_of


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at; `root` is the path that was asked for, and the same as `path` for a file named itself."""

    path: Path
    root: Path

    @property
    def is_named(self) -> bool:
        """Whether the user named this file and did not just point at a folder."""
        return self.path == self.root


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not looked at, and why."""

    path: Path
    reason: str
    is_named: bool
    is_hidden: bool = False


def find_files(paths: Sequence[Path]) -> Iterator[Found | LeftOut]:
    """All files named or in the folders named, each once, in a stable order.

    Hidden entries are left out. A link is followed if what it points to lies in the same folder tree; a folder is
    entered once, so links cannot loop.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path == STANDARD_INPUT:
            yield Found(path, path)
            continue
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            yield LeftOut(path, f"cannot be opened: {reason_of(error)}", is_named=True)
            continue
        if stat.S_ISDIR(mode):
            yield from _search(path, seen)
        elif stat.S_ISREG(mode):
            yield Found(path, path)
        else:
            yield LeftOut(path, "neither a file nor a folder", is_named=True)


def _search(root: Path, seen: set[tuple[int, int]]) -> Iterator[Found | LeftOut]:
    real_root = root.resolve()
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(folder, f"the folder cannot be read: {reason_of(error)}", is_named=folder == root)
            continue
        folders = []
        for entry in entries:
            path = folder / entry.name
            found = _look_at(entry, path, root, real_root)
            if found is None:
                folders.append(path)
            else:
                yield found
        pending.extend(reversed(folders))


def _look_at(entry: os.DirEntry[str], path: Path, root: Path, real_root: Path) -> Found | LeftOut | None:
    """What to do with an entry of a folder; `None` for a folder to search."""
    if entry.name.startswith("."):
        return LeftOut(path, "hidden", is_named=False, is_hidden=True)
    try:
        if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(real_root):
            return LeftOut(path, "a link that leaves the folder", is_named=False)
        if entry.is_dir():
            return None
        if entry.is_file():
            return Found(path, root)
    except (OSError, RuntimeError) as error:
        return LeftOut(path, f"cannot be opened: {reason_of(error)}", is_named=False)
    return LeftOut(path, "neither a file nor a folder", is_named=False)
