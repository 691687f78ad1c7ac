from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from iamtui.snapshot.opening import open_snapshot
from iamtui.snapshot.watching import changed_since, watch
from tests.snapshot.exports import OTHER, details, user, write

EXPORT = details(UserDetailList=[user("alice")])


@asynccontextmanager
async def watching(*paths: Path) -> AsyncIterator[AsyncIterator[frozenset[Path]]]:
    """A watch that has begun."""
    stop = asyncio.Event()
    changes = watch(paths, stop)
    assert await anext(changes) == frozenset()
    try:
        yield changes
    finally:
        stop.set()
        async for _ in changes:
            pass


async def changed(changes: AsyncIterator[frozenset[Path]], path: Path) -> None:
    """Wait until `path` is among the changes."""
    async with asyncio.timeout(10):
        async for paths in changes:
            if path in paths:
                return


async def begun_again(changes: AsyncIterator[frozenset[Path]]) -> None:
    """Wait until the watch has begun again after links or folders were replaced."""
    async with asyncio.timeout(10):
        while await anext(changes) != frozenset():
            pass


async def test_a_file_that_is_written_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    async with watching(path) as changes:
        write(path, details(UserDetailList=[user("bob")]))
        await changed(changes, path)


async def test_a_file_that_is_replaced_atomically_is_told_again_and_again(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    async with watching(path) as changes:
        for name in ("bob", "carol"):
            write(tmp_path / "new", details(UserDetailList=[user(name)])).replace(path)
            await changed(changes, path)


async def test_a_file_that_is_deleted_and_made_again_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    async with watching(path) as changes:
        path.unlink()
        await changed(changes, path)
        write(path, EXPORT)
        await changed(changes, path)


async def test_the_target_of_a_link_is_watched_and_the_link_too(tmp_path: Path) -> None:
    first = write(tmp_path / "first" / "export.json", EXPORT)
    second = write(tmp_path / "second" / "export.json", EXPORT)
    link = tmp_path / "link.json"
    link.symlink_to(first)
    async with watching(link) as changes:
        write(first, details())
        await changed(changes, link)
        (tmp_path / "new").symlink_to(second)
        (tmp_path / "new").replace(link)
        await changed(changes, link)
        await begun_again(changes)
        write(second, details())
        await changed(changes, link)


async def test_a_link_of_a_folder_on_the_way_that_is_pointed_elsewhere_is_told(tmp_path: Path) -> None:
    write(tmp_path / "1" / "export.json", EXPORT)
    write(tmp_path / "2" / "export.json", details())
    (tmp_path / "data").symlink_to("1")
    path = tmp_path / "data" / "export.json"
    async with watching(path) as changes:
        (tmp_path / "new").symlink_to("2")
        (tmp_path / "new").replace(tmp_path / "data")
        await changed(changes, path)


async def test_a_new_file_deep_in_a_folder_is_told_and_a_hidden_one_not(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "export.json", EXPORT)
    async with watching(tmp_path) as changes:
        (tmp_path / "a" / ".swap").write_text("")
        new = write(tmp_path / "a" / "b" / "new.json", EXPORT)
        async with asyncio.timeout(10):
            seen = await anext(changes)
        assert new in seen
        assert tmp_path / "a" / ".swap" not in seen


async def test_other_files_beside_a_watched_file_are_not_told(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    async with watching(path) as changes:
        write(tmp_path / "other.json", EXPORT)
        write(path, details())
        async with asyncio.timeout(10):
            assert await anext(changes) == {path}


async def test_a_folder_that_is_replaced_is_watched_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "exports" / "export.json", EXPORT).parent
    new = write(tmp_path / "new" / "export.json", details()).parent
    async with watching(folder) as changes:
        folder.rename(tmp_path / "old")
        new.rename(folder)
        await begun_again(changes)
        write(folder / "export.json", EXPORT)
        await changed(changes, folder / "export.json")


async def test_stopping_ends_the_watch(tmp_path: Path) -> None:
    stop = asyncio.Event()
    changes = watch([tmp_path], stop)
    await anext(changes)
    stop.set()
    async with asyncio.timeout(10):
        assert [item async for item in changes] == []


def test_changes_since_the_reading_are_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    snapshot = open_snapshot([tmp_path])
    assert not changed_since(snapshot)
    write(path, details(UserDetailList=[user("bob")]))
    assert changed_since(snapshot)


def test_new_and_deleted_files_since_the_reading_are_seen(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    new = write(tmp_path / "new.json", details(UserDetailList=[user("bob", OTHER)]))
    snapshot = open_snapshot([tmp_path])
    new.unlink()
    assert changed_since(snapshot)
    later = open_snapshot([tmp_path])
    write(tmp_path / "later.json", EXPORT)
    assert changed_since(later)
