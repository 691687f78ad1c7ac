"""Folders that change under the reader, or want to do harm; `test_opening` has links, pipes, bombs and sizes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from iamtui.files import heads
from iamtui.snapshot.model import Severity
from iamtui.snapshot.opening import Progress, SnapshotError, open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, details, user, write

EXPORT = details(UserDetailList=[user("alice")])


def changing_while_read(monkeypatch: pytest.MonkeyPatch, path: Path, change: Callable[[int], object]) -> None:
    """Call `change` after each first read of a file, with how often that was; the reads are the system's own."""
    read, first = os.read, [0]

    def observed(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        if os.fstat(descriptor).st_ino == path.stat().st_ino and size == heads.SNIFFED:
            first[0] += 1
            change(first[0])
        return data

    monkeypatch.setattr(os, "read", observed)


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "export.json", EXPORT)

    def change(times: int) -> None:
        if times == 1:
            write(path, details(UserDetailList=[user("bob"), user("carol")]))

    changing_while_read(monkeypatch, path, change)
    assert sorted(open_snapshot([path]).accounts[ACCOUNT].users or ()) == ["bob", "carol"]


def test_a_file_that_never_stays_still_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    changing_while_read(monkeypatch, path, lambda times: write(path, details(UserDetailList=[user("x" * times)])))
    with pytest.raises(SnapshotError, match="expected a file that stays still while it is read"):
        open_snapshot([path])


def test_a_file_that_vanishes_before_it_is_read_is_named_and_costs_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "1.json", EXPORT)
    gone = write(tmp_path / "2.json", EXPORT)
    write(tmp_path / "3.json", details(UserDetailList=[user("bob", OTHER)]))

    def vanish(progress: Progress) -> None:
        if progress.done == 1:
            gone.unlink()

    snapshot = open_snapshot([tmp_path], progress=vanish)
    assert sorted(snapshot.accounts) == [ACCOUNT, OTHER]
    assert [str(problem) for problem in snapshot.problems] == [
        f"{gone}: expected a readable file: No such file or directory; nothing of this file is used"
    ]


def test_names_that_are_no_text_are_files_like_others(tmp_path: Path) -> None:
    for name in (b"\xff\xfe.json", b"\x1b[31m.json", "\u202egpj.json".encode(), b"-rf", b"%00.json", b"a" * 250):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text('{"x": 1}', "utf-8")
    write(tmp_path / "export.json", EXPORT)
    snapshot = open_snapshot([tmp_path])
    assert ACCOUNT in snapshot.accounts
    assert sum(file.message == "not recognised: JSON with 'x'" for file in snapshot.files) == 6


def test_a_folder_of_very_many_files_of_another_kind_opens(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    for index in range(5_000):
        (tmp_path / f"{index}.log").touch()
    snapshot = open_snapshot([tmp_path])
    assert len(snapshot.files) == 5_001
    assert snapshot.problems == ()


def test_folders_in_folders_in_folders_end(tmp_path: Path) -> None:
    deepest = tmp_path
    for _ in range(200):
        deepest = deepest / "d"
        deepest.mkdir()
    write(deepest / "export.json", EXPORT)
    (deepest / "top").symlink_to(tmp_path, target_is_directory=True)
    assert ACCOUNT in open_snapshot([tmp_path]).accounts


def test_a_device_behind_a_link_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    messages = {file.path.name: file.message for file in open_snapshot([tmp_path]).files}
    assert messages["zero.json"] == "a link that leaves the folder"


def test_what_is_in_a_folder_and_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    (tmp_path / "gone.json").symlink_to("nowhere.json")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / ".hidden").symlink_to("nowhere.json")
    assert [
        (one.path.name, one.severity, str(one).partition(": ")[2]) for one in open_snapshot([tmp_path]).problems
    ] == [
        (
            "gone.json",
            Severity.WARNING,
            "cannot be opened: No such file or directory; nothing of this file is used",
        ),
        ("pipe.json", Severity.WARNING, "neither a file nor a folder; nothing of this file is used"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_entered_is_named(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    messages = {file.path.name: file.message for file in open_snapshot([tmp_path]).files}
    closed.chmod(0o700)
    assert messages["closed"] == "the folder cannot be read: Permission denied"
