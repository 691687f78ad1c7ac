import stat
from pathlib import Path

import pytest

from iamtui.app.saving import suggested_name, write
from iamtui.app.screens.save_dialog import Target


def test_a_new_file_is_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write(Target(path, "txt"), "text\n")
    assert path.read_text() == "text\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_replaced_only_if_that_was_agreed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(FileExistsError):
        write(Target(path, "txt"), "new")
    assert path.read_text() == "old"
    write(Target(path, "txt", replaces=True), "new")
    assert path.read_text() == "new"


def test_lone_surrogates_are_no_reason_not_to_save(tmp_path: Path) -> None:
    write(Target(tmp_path / "a.txt", "txt"), "a\ud800b")
    assert (tmp_path / "a.txt").read_text() == "a\\ud800b"


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
