"""The forms in which files come: encodings, lines, several answers in one file (I1, I10)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.snapshot.exports import ACCOUNT, details, role, user
from tests.tables import every_row

TEXT = json.dumps(details(UserDetailList=[user("alice")]))

FORMS: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16, as PowerShell redirects": TEXT.encode("utf-16"),
    "UTF-16, big-endian": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 in gzip": gzip.compress(TEXT.encode("utf-16")),
    "lines that end as on Windows": TEXT.replace(", ", ",\r\n").encode(),
    "much white space before it": b"\n" * 5_000 + TEXT.encode(),
    "a list of pages": f"[{TEXT}]".encode(),
    "a page on each line": f"{TEXT}\n\n{TEXT}\n".encode(),
}


@every_row("content", FORMS.values(), ids=FORMS.keys())
def test_an_export_is_read_in_every_form(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export").write_bytes(content)
    snapshot = open_snapshot([tmp_path])
    assert list(snapshot.accounts[ACCOUNT].users or ()) == ["alice"]
    assert snapshot.problems == ()


def test_utf_16_that_is_cut_off_is_told(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_bytes(TEXT.encode("utf-16")[:-1])
    with pytest.raises(SnapshotError, match="expected UTF-8, or sound UTF-16 after its byte order mark"):
        open_snapshot([tmp_path])


def test_a_line_that_is_cut_off_costs_only_itself(tmp_path: Path) -> None:
    more = json.dumps(details(RoleDetailList=[role("web")]))
    (tmp_path / "export.json").write_text(f"{TEXT}\n\n{more[:50]}")
    snapshot = open_snapshot([tmp_path])
    assert list(snapshot.accounts[ACCOUNT].users or ()) == ["alice"]
    assert [(problem.place, problem.expected) for problem in snapshot.problems] == [
        ("line 3", "expected more: the JSON ends in the middle")
    ]


@every_row("number", range(1, 7))
@every_row("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_that_is_cut_off_anywhere_says_so(tmp_path: Path, number: int, packed: Callable[[bytes], bytes]) -> None:
    content = packed(TEXT.encode())
    (tmp_path / "export.json").write_bytes(content[: len(content) * number // 7])
    with pytest.raises(SnapshotError, match="ends in the middle"):
        open_snapshot([tmp_path / "export.json"])


@pytest.mark.parametrize("text", ["5", '"text"', "null", "hello", "<a/>", "Users: []", "NoSuchFieldError: x"])
def test_what_is_no_object_or_list_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "other").write_text(text)
    with pytest.raises(SnapshotError) as caught:
        open_snapshot([tmp_path])
    (file,) = caught.value.snapshot.files
    assert (file.status, file.message) == (
        "skipped",
        "not recognised: neither a JSON object or list nor a credential report",
    )
