"""Watches the files of a snapshot and reports changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from watchfiles import awatch

from iamtui.files.finding import Found, find_files
from iamtui.files.reading import Stamp, stamp_of
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.model import Snapshot

_DEBOUNCE_MS = 200
_REST_SECONDS, _REST_SHARE = 2.0, 50
"""Between two looks at all files: so many seconds at least, and so many times what a look takes."""
_MOST_LINKS = 40


def changed_since(snapshot: Snapshot) -> bool:
    """Whether any file is new, gone or not the one that was read (links followed)."""
    if not isinstance(snapshot, OpenedSnapshot):
        return False
    present: set[Path] = set()
    for found in find_files(snapshot.roots):
        reading = snapshot.readings.get(found.path)
        stamp = stamp_of(found.path) if isinstance(found, Found) else None
        if reading is None or reading.stamp != stamp:
            return True
        present.add(found.path)
    return any(path not in present for path in snapshot.readings)


async def watch(paths: Sequence[Path], stop_event: asyncio.Event) -> AsyncIterator[frozenset[Path]]:
    """Yield the files under `paths` that changed, gathered over a fifth of a second, until `stop_event` is set.

    An empty set says that the watch has begun, at first and whenever what is watched was replaced: ask `changed_since`
    then, for what happened before.

    Folders are watched, not files, and for a link the folder that holds it and that of its target: so a file is still
    watched after an editor has replaced it by another of the same name, or a link was pointed elsewhere. Some file
    systems tell nothing, and a folder that is gone tells nothing of the one that takes its place: so all files are also
    looked at from time to time, and what is watched is chosen anew if that finds what was not told.
    """
    seen = await asyncio.to_thread(_look, paths)
    while not stop_event.is_set():
        places = _Places.of(paths)
        async with _changes(places, stop_event) as queue:
            yield frozenset()
            is_moved = False
            while not is_moved and (news := await _next(queue, seen.rest)) is not _News.OVER:
                before, seen = seen, await asyncio.to_thread(_look, paths)
                changed = seen.changed_since(before)
                if changed:
                    yield changed
                is_moved = _Places.of(paths) != places or bool(changed and news is _News.NONE)


class _News(Enum):
    """What the system told."""

    SOME = "something happened"
    NONE = "nothing for a while"
    OVER = "the watch is over"


async def _next(queue: asyncio.Queue[_News], rest: float) -> _News:
    try:
        return await asyncio.wait_for(queue.get(), rest)
    except TimeoutError:
        return _News.NONE


@dataclass(frozen=True, slots=True)
class _Look:
    """The files that are there at one moment, and the seconds to rest before the next look."""

    stamps: Mapping[Path, Stamp | None]
    rest: float

    def changed_since(self, before: _Look) -> frozenset[Path]:
        both = self.stamps.keys() | before.stamps.keys()
        return frozenset(path for path in both if self.stamps.get(path) != before.stamps.get(path))


def _look(paths: Sequence[Path]) -> _Look:
    began = time.monotonic()
    stamps = {
        found.path: stamp_of(found.path) for found in find_files(paths) if found.is_named or found.path.name[0] != "."
    }
    return _Look(stamps, max(_REST_SECONDS, _REST_SHARE * (time.monotonic() - began)))


@dataclass(frozen=True, slots=True)
class _Places:
    """What to watch for some paths: folders with all that is below, and folders alone."""

    trees: tuple[tuple[Path, Path, int], ...]  # a folder as it was named, where it really is, and its inode
    folders: tuple[tuple[Path, int], ...]  # folders that hold a path, or a link on the way to it, with their inodes

    @classmethod
    def of(cls, paths: Sequence[Path]) -> _Places:
        trees = tuple(
            (path, path.resolve(), stamp.inode) for path in paths if path.is_dir() and (stamp := stamp_of(path))
        )
        folders = {folder for path in paths for folder in _folders_on_the_way(path)}
        numbered = {(folder, stamp.inode) for folder in folders if (stamp := stamp_of(folder)) is not None}
        return cls(trees, tuple(sorted(numbered)))


def _folders_on_the_way(path: Path) -> set[Path]:
    """The folder that holds `path`, and for each link on the way the folders that hold it and its target."""
    folders: set[Path] = set()
    pending = [path.absolute()]
    for _ in range(_MOST_LINKS):
        if not pending:
            break
        place = pending.pop()
        folders.add(place.parent)
        for link in (place, *place.parents):
            if link.is_symlink():
                folders.add(link.parent)
                pending.append(link.parent / link.readlink() / place.relative_to(link))
                break
    return {folder.resolve() for folder in folders if folder.is_dir()}


@asynccontextmanager
async def _changes(places: _Places, stop_event: asyncio.Event) -> AsyncIterator[asyncio.Queue[_News]]:
    """A queue of what the system tells of these places."""
    queue: asyncio.Queue[_News] = asyncio.Queue()
    halt = asyncio.Event()

    async def pump(folders: Sequence[Path], *, recursive: bool) -> None:
        async for _ in awatch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            stop_event=halt,
            recursive=recursive,
            ignore_permission_denied=True,
        ):
            queue.put_nowait(_News.SOME)

    async def end() -> None:
        await stop_event.wait()
        queue.put_nowait(_News.OVER)

    tasks = [asyncio.create_task(end())]
    if places.trees:
        tasks.append(asyncio.create_task(pump([real for _, real, _ in places.trees], recursive=True)))
    if places.folders:
        tasks.append(asyncio.create_task(pump([folder for folder, _ in places.folders], recursive=False)))
    await asyncio.sleep(0)  # each task runs to its first wait: from there on the watch has begun
    try:
        yield queue
    finally:
        halt.set()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # what cannot be watched is looked at all the same
