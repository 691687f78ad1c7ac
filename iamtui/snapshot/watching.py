"""Word of changes to the files of a snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from iamtui.files.finding import Found, find_files
from iamtui.files.reading import stamp_of
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.model import Snapshot

_DEBOUNCE_MS = 200
_RETRY_SECONDS = 1.0
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

    An empty set says that the watch has begun, at first and whenever links or folders were replaced: ask
    `changed_since` then, for what happened before.

    Folders are watched, not files, and for a link the folder that holds it and that of its target: so a file is still
    watched after an editor has replaced it by another of the same name, or a link was pointed elsewhere.
    """
    while not stop_event.is_set():
        places = _Places.of(paths)
        if not places.exist:
            await _pause(stop_event)
            continue
        stamps = {path: stamp_of(path) for path in paths if not path.is_dir()}
        async with _changes(places, stop_event) as queue:
            yield frozenset()
            while (events := await queue.get()) is not None:
                now = {path: stamp_of(path) for path in stamps}
                changed = {path for path in stamps if now[path] != stamps[path]}
                stamps = now
                changed.update(path for event in events if (path := places.inside(event)) is not None)
                is_moved = _Places.of(paths) != places
                if changed or is_moved:
                    yield frozenset(changed)
                if is_moved:
                    break


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

    @property
    def exist(self) -> bool:
        return bool(self.trees or self.folders)

    def inside(self, event: Path) -> Path | None:
        """The changed path as the opening names it, if it lies in a tree and is not hidden."""
        for named, real, _ in self.trees:
            if event.is_relative_to(real):
                below = event.relative_to(real)
                return None if any(part.startswith(".") for part in below.parts) else named / below
        return None


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
async def _changes(places: _Places, stop_event: asyncio.Event) -> AsyncIterator[asyncio.Queue[frozenset[Path] | None]]:
    """A queue of sets of changed paths; `None` in it says that the watch is over."""
    queue: asyncio.Queue[frozenset[Path] | None] = asyncio.Queue()
    halt = asyncio.Event()

    async def pump(folders: Sequence[Path], *, recursive: bool) -> None:
        async for changes in awatch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            stop_event=halt,
            recursive=recursive,
            ignore_permission_denied=True,
        ):
            queue.put_nowait(frozenset(Path(path) for _, path in changes))

    async def end() -> None:
        await stop_event.wait()
        queue.put_nowait(None)

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
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pause(stop_event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop_event.wait(), _RETRY_SECONDS)
    except TimeoutError:
        return
