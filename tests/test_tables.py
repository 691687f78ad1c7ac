"""A table of rows as one test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables import every_row


def test_all_rows_that_fail_are_told_by_name_and_each_has_its_folder(tmp_path: Path) -> None:
    @every_row("number", [1, pytest.param(2, id="two"), 3])
    @every_row("word, length", [("a", 1), ("bc", 1)], ids=["fits", "too long"])
    def check(tmp_path: Path, number: int, word: str, length: int) -> None:
        (tmp_path / "written").open("x").close()
        if number == 2:
            pytest.fail("not two")
        assert len(word) == length or number == 1

    with pytest.raises(pytest.fail.Exception) as told:
        check(tmp_path=tmp_path)
    text = str(told.value)
    assert [line.split("]")[0] for line in text.splitlines() if line.startswith("[")] == [
        *("[two", "[fits", "[too long", "[2: 3", "[too long")
    ]
    assert "2 of 3 rows fail" in text
    assert "line 19" in text
