"""What is saved is made and written in a thread: whole, or not at all and said so."""

import asyncio
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from iamtui.app import saving
from iamtui.app.leaving import end
from iamtui.app.saving import Target, Writing, suggested_name
from iamtui.app.screens.matrix_screen import MatrixScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.files.writing import write_parts
from iamtui.reports import matrix, serial
from iamtui.visible import shown
from iamtui.widgets.line_input import LineInput
from tests.app.driving import Session, session
from tests.app.exports import company
from tests.app.exports import write as write_export


def written(target: Target, *parts: str) -> str:
    writing = Writing(target, parts)
    writing.run()
    return writing.said


def test_a_new_file_is_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert written(Target(path, "txt"), "te", "xt\n") == f"saved: {path}"
    assert path.read_text() == "text\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_replaced_only_if_that_was_agreed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    assert "is there already" in written(Target(path, "txt"), "new")
    assert path.read_text() == "old"
    written(Target(path, "txt", replaces=True), "new")
    assert path.read_text() == "new"


def test_lone_surrogates_are_no_reason_not_to_save(tmp_path: Path) -> None:
    written(Target(tmp_path / "a.txt", "txt"), "a\ud800b")
    assert (tmp_path / "a.txt").read_text() == "a\\ud800b"


def test_who_leaves_before_all_is_written_is_told_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("iamtui.app.leaving._GRACE_SECONDS", 0.05)
    monkeypatch.setattr("iamtui.app.leaving._GIVING_UP_SECONDS", 30.0)
    writing = Writing(Target(tmp_path / "a\x1b.txt", "txt"), repeat("for ever"))
    thread = threading.Thread(target=writing.run)
    thread.start()
    end(0, [writing])
    assert not thread.is_alive()
    assert list(tmp_path.iterdir()) == []
    said = capfd.readouterr().err
    assert "not saved" in said
    assert "\x1b" not in said
    assert "was left before all was written" in said


class Held:
    """Files are written in a thread, which waits until it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.threads: set[threading.Thread] = set()
        self._write = write_parts

    def __call__(self, path: Path, parts: Iterable[bytes], *, replaces: bool) -> None:
        self.may.wait()
        self._write(path, self._noted(parts), replaces=replaces)

    def _noted(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            self.threads.add(threading.current_thread())
            yield part


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(saving, "write_parts", held)
    yield held
    held.may.set()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_export(tmp_path / "company.json", company())


async def begin_saving(running: Session, name: str) -> None:
    """Save without waiting for the end."""
    await running.press("ctrl+s")
    dialog = await running.above(SaveDialog)
    dialog.query_one(LineInput).put(name)
    await running.press("enter")
    await running.until(lambda: running.app.screen is not dialog, "the dialog is closed")


@pytest.mark.parametrize("ending", ["txt", "json"])
async def test_a_matrix_is_made_and_written_in_a_thread_whatever_is_closed_meanwhile(
    path: Path, held: Held, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iamtui.app.screens.exporting._SOON", 0.01)
    made: set[threading.Thread] = set()

    def noting(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def note(given: object) -> object:
            made.add(threading.current_thread())
            return make(given)

        return note

    async with session(path) as running:
        await running.press("m")
        screen = await running.above(MatrixScreen)
        await running.until(lambda: "json" in screen.formats, "the answer")
        monkeypatch.setattr(matrix, "shown", noting(shown))
        monkeypatch.setattr(serial, "json_bytes", noting(serial.json_bytes))
        await begin_saving(running, f"matrix.{ending}")
        await running.until_told(f"saving matrix.{ending} … 0 bytes by now")
        await running.press("escape")
        await running.until(lambda: screen not in running.app.screen_stack, "it is closed")
        assert not Path(f"matrix.{ending}").exists()
        held.may.set()
        await running.until_told(f"saved: matrix.{ending}")
        assert "alice" in Path(f"matrix.{ending}").read_text("utf-8")
        assert running.app.writings == []
    assert made
    assert threading.main_thread() not in {*made, *held.threads}


async def test_who_quits_while_a_file_is_written_leaves_it_to_the_end(path: Path, held: Held) -> None:
    async with session(path) as running:
        await begin_saving(running, "all.txt")
        app = running.app
        app.exit()
        await running.until(lambda: not app.is_running, "it is left")
        (writing,) = app.writings
        assert writing.trouble
        held.may.set()
        for _ in range(500):
            if not writing.trouble:
                break
            await asyncio.sleep(0.02)
        assert Path("all.txt").exists()


async def test_a_folder_that_goes_meanwhile_is_one_message(path: Path, held: Held) -> None:
    folder = path.parent / "folder"
    folder.mkdir()
    async with session(path) as running:
        await begin_saving(running, str(folder / "all.txt"))
        folder.rmdir()
        held.may.set()
        await running.until_told(f"not saved: {folder / 'all.txt'}: No such file or directory")


async def test_a_fault_while_a_file_is_written_is_told_and_ends_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("of what?")

    monkeypatch.setattr(saving, "write_parts", fail)
    async with session(path) as running:
        await begin_saving(running, "all.txt")
        await running.until_told("could not save; this should not happen, please report it: ValueError: of what?")
        assert running.app.writings == []


async def test_nothing_is_saved_as_an_answer_before_there_is_one(path: Path) -> None:
    async with session(path) as running:
        await running.press("m")
        screen = await running.above(MatrixScreen)
        await running.until(lambda: "json" in screen.formats, "the answer")
        screen.ask(screen._snapshot)  # as after a change on disk
        assert screen.formats == ("svg",)
        assert screen.exported("json") == ()
        await running.until(lambda: "json" in screen.formats, "the answer again")


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("alice-overview", "alice-overview.txt"),
        ("../../etc/x\n", "etc-x.txt"),
        ("\x1b]0;", "0.txt"),
        ("", "iamtui.txt"),
    ],
)
def test_a_name_from_the_export_makes_a_harmless_file_name(stem: str, name: str, tmp_path: Path) -> None:
    assert suggested_name(tmp_path, stem, "txt") == name


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "a-2.txt").touch()
    assert suggested_name(tmp_path, "a", "txt") == "a-3.txt"
