"""Watching never goes deaf in silence, whatever becomes of files and folders; and reading again costs no memory."""

import asyncio
import gc
import os
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from iamtui.files.collector import _Collector, collector_paused
from iamtui.snapshot.model import User
from iamtui.snapshot.opening import open_snapshot
from iamtui.snapshot.watching import changed_since
from tests import lean
from tests.app.driving import session
from tests.app.exports import LIST, READ, company, export, user
from tests.app.exports import write as write_export
from tests.app.test_watching import edited, until_banner, until_changed, until_watching
from tests.snapshot.exports import details, write
from tests.snapshot.exports import user as plain_user
from tests.snapshot.test_watching import EXPORT, changed, watching


def other_bytes(path: Path) -> None:
    """Other content of the same length, and the same time of it."""
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data.replace(b"alice", b"carol"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def made_again(folder: Path) -> None:
    shutil.rmtree(folder)
    write(folder / "exports" / "export.json", details(UserDetailList=[plain_user("bob")]))


def moved_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    write(folder / "exports" / "export.json", details(UserDetailList=[plain_user("bob")]))


def closed_and_opened(folder: Path) -> None:
    path = folder / "exports" / "export.json"
    path.chmod(0)
    path.chmod(0o600)


@pytest.mark.parametrize("happening", [made_again, moved_away, closed_and_opened], ids=lambda one: one.__name__)
@pytest.mark.parametrize("names_file", [True, False], ids=["file", "folder"])
async def test_it_hears_what_happens_afterwards(
    tmp_path: Path, happening: Callable[[Path], None], names_file: bool
) -> None:
    path = write(tmp_path / "parent" / "exports" / "export.json", EXPORT)
    async with watching(path if names_file else path.parent) as changes:
        happening(tmp_path / "parent")
        await changed(changes, path)
        write(path, details(UserDetailList=[plain_user("carol")]))
        await changed(changes, path)


async def test_it_hears_of_what_was_gone_for_a_while(tmp_path: Path) -> None:
    path = write(tmp_path / "parent" / "exports" / "export.json", EXPORT)
    async with watching(path.parent) as changes:
        shutil.rmtree(tmp_path / "parent")
        await changed(changes, path)
        write(path, EXPORT)
        await changed(changes, path)
        write(path, details())
        await changed(changes, path)


class Deaf:
    """A watch of the system that tells nothing until it is stopped."""

    def __init__(self, *_: object, stop_event: asyncio.Event, **__: object) -> None:
        self._stop = stop_event

    def __aiter__(self) -> "Deaf":
        return self

    async def __anext__(self) -> object:
        await self._stop.wait()
        raise StopAsyncIteration


async def test_it_looks_where_the_system_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iamtui.snapshot.watching.awatch", Deaf)
    path = write(tmp_path / "export.json", EXPORT)
    async with watching(path) as changes:
        write(path, details())
        await changed(changes, path)


def test_other_bytes_of_the_same_length_and_time_are_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    snapshot = open_snapshot([path])
    other_bytes(path)
    assert changed_since(snapshot)
    (account,) = open_snapshot([path], previous=snapshot).accounts.values()
    assert list(account.users or ()) == ["carol"]


def test_reading_again_on_demand_reads_whatever_the_times_say(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    snapshot = open_snapshot([path])
    assert open_snapshot([path], previous=snapshot).readings[path] is snapshot.readings[path]
    assert open_snapshot([path], previous=snapshot, rereads=True).readings[path] is not snapshot.readings[path]


async def test_one_file_that_is_gone_holds_back_no_news_of_the_others(tmp_path: Path) -> None:
    path = write_export(tmp_path / "company.json", company())
    gone = write_export(tmp_path / "gone.json", export(users=[user("zoe", account="444455556666")]))
    broken = write_export(tmp_path / "broken.json", export(users=[user("yan", account="555566667777")]))
    async with session(tmp_path) as running:
        await until_watching(running)
        gone.unlink()
        broken.write_text('{"UserDetailList": [')
        await until_banner(running, "(and 1 more)")
        write_export(path, edited())
        await until_changed(running, 2)
        assert "showing what was read before" in running.bench.banner.text
        assert running.bench.snapshot is not None
        assert len(running.bench.snapshot.accounts) == 3
        await running.press("R")
        await running.until(lambda: running.bench.banner.text == "", "what is there")
        assert list(running.bench.snapshot.accounts) == ["111122223333"]


async def test_reading_again_and_again_keeps_what_the_timeline_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else goes when the next is there, without a collector: here two loads stay, and the one of the beginning."""
    monkeypatch.setattr(_Collector, "_freeze", lean.TAKES_OUT_OF_SIGHT)
    monkeypatch.setattr("iamtui.browsing.loads.ALWAYS_KEPT", 2)
    monkeypatch.setattr("iamtui.browsing.loads.MOST_PRINCIPALS", 0)
    path = tmp_path / "export.json"

    def content(number: int) -> dict[str, object]:
        return export(
            users=[user(f"kept-{index}", inline={"own": LIST if number % 2 else READ}) for index in range(50)]
        )

    async with session(write_export(path, content(0)), finds=True) as running:
        await until_watching(running)
        for number in range(1, 7):
            before = running.bench.snapshot
            write_export(path, content(number))
            await running.until(lambda old=before: running.bench.snapshot is not old, "news")  # type: ignore[misc]
            await running.until_read()
            await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "findings")
            del before
        gc.unfreeze()
        held = [one for one in gc.get_objects() if type(one) is User and one.name.startswith("kept-")]
        assert len(held) <= 3 * 50


class Circle:
    """What dies in a circle and tells whether it is still there."""

    def __init__(self) -> None:
        self.itself = self


def test_what_dies_in_circles_goes_with_the_next_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Collector, "_freeze", lean.TAKES_OUT_OF_SIGHT)
    monkeypatch.setattr("iamtui.files.collector._COLLECTOR", _Collector())  # no other test has made a look due
    gc.collect(1)  # what other tests made is not new
    made: list[weakref.ref[Circle]] = []
    for _ in range(5):
        with collector_paused():
            made += (weakref.ref(Circle()) for _ in range(1_000))
    assert [one for one in made[:-1_000] if one() is not None] == []


def make_circles(count: int) -> None:
    for _ in range(count):
        circle: list[object] = []
        circle.append(circle)


@pytest.mark.fuzz
def test_what_dies_in_many_circles_does_not_stay_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Collector, "_freeze", lean.TAKES_OUT_OF_SIGHT)
    with collector_paused():
        pass
    before = gc.get_freeze_count()
    for _ in range(20):
        with collector_paused():
            make_circles(100_000)  # too many to be looked through each time
    assert gc.get_freeze_count() < 2 * before + 700_000


async def test_the_app_lets_all_be_looked_through_only_where_nobody_is_at_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dies in circles meanwhile goes then, however much it is; before, the keys are served."""
    collector = _Collector()
    monkeypatch.setattr(_Collector, "_freeze", lean.TAKES_OUT_OF_SIGHT)
    monkeypatch.setattr("iamtui.files.collector._COLLECTOR", collector)
    monkeypatch.setattr("iamtui.files.collector._LEAST_GROWTH", 0)
    monkeypatch.setattr("iamtui.files.collector._MOST_GROWTH", 0)  # it is always due
    looked: list[bool] = []
    monkeypatch.setattr(_Collector, "_look_through_all", lambda _: looked.append(True))
    async with session(write_export(tmp_path / "a.json", company())) as running:
        looked.clear()
        with collector.told():
            with collector_paused():
                pass
            assert looked == []
            running.app._look_through()
            assert looked == []  # the last key is too near
            monkeypatch.setattr("iamtui.app.application._IDLE_SECONDS", -1)
            with collector_paused():
                running.app._look_through()
            assert looked == []  # a load goes on
            running.app._look_through()
            assert looked == [True]
        with collector_paused():
            pass
        assert looked == [True, True]  # as in a command
