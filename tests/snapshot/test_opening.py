from __future__ import annotations

import gc
import gzip
import json
import os
from pathlib import Path

import pytest

from iamtui.files import reading as files
from iamtui.files.collector import collector_paused
from iamtui.snapshot.opening import OpeningCancelledError, Progress, SnapshotError, open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, details, role, user, write
from tests.tables import every_row

EXPORT = details(UserDetailList=[user("alice")], RoleDetailList=[role("web")])


def refusal(*paths: Path) -> str:
    with pytest.raises(SnapshotError) as raised:
        open_snapshot(paths)
    return str(raised.value)


def test_a_packed_export_opens(tmp_path: Path) -> None:
    assert ACCOUNT in open_snapshot([write(tmp_path / "export.json.gz", EXPORT)]).accounts


def test_a_packed_export_of_several_members_opens(tmp_path: Path) -> None:
    data = json.dumps(EXPORT).encode()
    (tmp_path / "export").write_bytes(gzip.compress(data[:99]) + gzip.compress(data[99:]))
    assert ACCOUNT in open_snapshot([tmp_path / "export"]).accounts


def test_i1_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(EXPORT).encode())
    assert ACCOUNT in open_snapshot([tmp_path / "export.json"]).accounts


def test_i1_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    assert ACCOUNT in open_snapshot([write(tmp_path / "notes.txt", EXPORT)]).accounts


def test_a_folder_is_searched_and_every_file_listed(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "one.json", EXPORT)
    write(tmp_path / "two.json", details(UserDetailList=[user("bob", OTHER)]))
    write(tmp_path / "other.json", {"name": "not ours"})
    (tmp_path / "readme.md").write_text("# hello")
    (tmp_path / "empty").write_text("")
    snapshot = open_snapshot([tmp_path])
    assert sorted(snapshot.accounts) == [ACCOUNT, OTHER]
    statuses = {file.path.name: (file.status, file.message) for file in snapshot.files}
    assert statuses == {
        "one.json": ("read", ""),
        "two.json": ("read", ""),
        "other.json": ("skipped", "not recognised: JSON with 'name'"),
        "readme.md": ("skipped", "not recognised: neither a JSON object or list nor a credential report"),
        "empty": ("skipped", "empty"),
    }
    assert snapshot.problems == ()


@every_row(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\x7fELF\x02\x01", "neither a JSON object or list nor a credential report"),
        (b"hello", "neither a JSON object or list nor a credential report"),
        (b'{\n  "UserDetailList": [,]}', "line 2, column 22: expected valid JSON: Expecting value"),
        ('{"é": "é", x}'.encode(), "line 1, column 12: expected valid JSON"),
        (b'{"UserDetailList": [{"Arn": "', "line 1, column 30: expected more: the JSON ends in the middle"),
        (b'{"a\xff": 1}', "expected UTF-8"),
        (b"[" * 10_000, "nested less than"),
        (b'{"UserDetailList": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested less than"),
        (b"{}", "JSON without any member"),
        (b'{"Policies": [1], "\\u0050olicies": []}', "/Policies: expected each member once"),
        (b'{"a": ",", "Policies":[] ,\n"b": {"Policies": 1}, "Policies" :[]}', "/Policies: expected each member once"),
        (b'{"a": 1} nonsense', "line 1, column 10: expected valid JSON: Extra data"),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip data ends in the middle"),
        (b"\x1f\x8bgarbage", "expected sound gzip data"),
        (gzip.compress(b"\x7fELF", mtime=0), "neither a JSON object or list nor a credential report"),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value[:20]),
)
def test_a_bad_file_gets_one_message_with_the_place(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)
    text = refusal(path)
    assert text.startswith(str(path))
    assert message in text
    assert len(text.splitlines()) == 1


EVERY = pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.fuzz)])


@EVERY
def test_an_export_cut_anywhere_never_raises_anything_else(tmp_path: Path, step: int) -> None:
    data = json.dumps(EXPORT).encode()
    path = tmp_path / "export.json"
    for end in range(0, len(data), step):
        path.write_bytes(data[:end])
        assert len(refusal(path).splitlines()) == 1


@EVERY
def test_an_export_with_any_byte_damaged_opens_or_is_refused_with_a_message(tmp_path: Path, step: int) -> None:
    data = json.dumps(EXPORT).encode()
    path = tmp_path / "export.json"
    for index in range(0, len(data), step):
        path.write_bytes(data[:index] + b"\xff" + data[index + 1 :])
        try:
            open_snapshot([path])
        except SnapshotError as error:
            assert error.problems


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert "nowhere.json: cannot be opened: No such file" in refusal(tmp_path / "nowhere.json")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    assert "looked at 0 files; there is nothing to show" in refusal(tmp_path)


def test_a_folder_of_other_files_is_refused_with_what_most_of_them_are(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.json", {"Records": []})
    assert "looked at 3 files (CloudTrail events are no export" in refusal(tmp_path)
    write(tmp_path / "other.json", {"a": 1})
    assert "looked at 4 files (3 of them: CloudTrail events are no export" in refusal(tmp_path)


def test_a_good_file_survives_a_bad_one_beside_it(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good.json", EXPORT), tmp_path / "bad.json"
    bad.write_text('{"UserDetailList": [')
    snapshot = open_snapshot([good, bad])
    assert ACCOUNT in snapshot.accounts
    assert [problem.path for problem in snapshot.problems] == [bad]


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "export.json", EXPORT)
    inside = write(tmp_path / "inside" / "export.json", details(UserDetailList=[user("bob", OTHER)])).parent
    (inside / "file.json").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    snapshot = open_snapshot([inside])
    assert list(snapshot.accounts) == [OTHER]
    assert {file.path.name for file in snapshot.files if file.message == "a link that leaves the folder"} == {
        "file.json",
        "folder",
    }


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    target = write(tmp_path / "outside" / "export.json", EXPORT)
    link = tmp_path / "link"
    link.symlink_to(target)
    assert ACCOUNT in open_snapshot([link]).accounts


def test_links_that_loop_end(tmp_path: Path) -> None:
    write(tmp_path / "a" / "export.json", EXPORT)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    snapshot = open_snapshot([tmp_path])
    assert [file.path.name for file in snapshot.files if file.status == "read"] == ["export.json"]


def test_pipes_and_unreadable_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    os.mkfifo(tmp_path / "pipe.json")
    closed = write(tmp_path / "closed.json", EXPORT)
    closed.chmod(0)
    snapshot = open_snapshot([tmp_path])
    messages = {file.path.name: file.message for file in snapshot.files}
    assert messages["pipe.json"] == "neither a file nor a folder"
    if not os.access(closed, os.R_OK):
        assert messages["closed.json"] == "expected a readable file: Permission denied"


def test_a_gzip_bomb_is_refused_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 4 << 20)
    write(tmp_path / "export.json", EXPORT)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b"{" + b" " * (64 << 20)))
    snapshot = open_snapshot([tmp_path])
    assert ACCOUNT in snapshot.accounts
    assert "expected at most 4 MB (decompressed)" in str(snapshot.problems[0])


def test_a_huge_file_of_another_kind_costs_its_first_bytes_only(tmp_path: Path) -> None:
    write(tmp_path / "export.json", EXPORT)
    for name, start in (("disk.img", b"\0"), ("huge.json", b"{")):
        with (tmp_path / name).open("wb") as stream:
            stream.write(start)
            stream.truncate(2 << 30)
    messages = {file.path.name: file.message for file in open_snapshot([tmp_path]).files}
    assert messages["disk.img"] == "not recognised: neither a JSON object or list nor a credential report"
    assert messages["huge.json"] == "expected at most 256 MB (decompressed), got 2048 MB or more"


def test_only_changed_files_are_read_again(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.json", EXPORT)
    changed = write(tmp_path / "changed.json", details(UserDetailList=[user("bob", OTHER)]))
    before = open_snapshot([tmp_path])
    write(changed, details(UserDetailList=[user("carol", OTHER)]))
    after = open_snapshot([tmp_path], previous=before)
    assert after.readings[kept] is before.readings[kept]
    alice = f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert after.user(alice) is before.user(alice)
    assert after.user(alice) is not None
    assert list(after.accounts[OTHER].users or ()) == ["carol"]
    assert list(before.accounts[OTHER].users or ()) == ["bob"]


def test_what_did_not_change_in_a_changed_file_is_held_once(tmp_path: Path) -> None:
    path = write(
        tmp_path / "export.json", details(UserDetailList=[user("ann"), user("bob")], RoleDetailList=[role("web")])
    )
    before = open_snapshot([path])
    edited = user("bob") | {"Tags": [{"Key": "team", "Value": "ledger"}]}
    write(path, details(UserDetailList=[user("ann"), edited], RoleDetailList=[role("web")]))
    old, new = before.accounts[ACCOUNT], open_snapshot([path], previous=before).accounts[ACCOUNT]
    assert new.roles is old.roles
    assert (new.users or {})["ann"] is (old.users or {})["ann"]
    assert (new.users or {})["bob"].tags == (("team", "ledger"),)
    assert (old.users or {})["bob"].tags == ()


def test_documents_are_shared_with_the_snapshot_before(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", EXPORT)
    before = open_snapshot([path])
    write(path, details(RoleDetailList=[role("other")]))
    after = open_snapshot([path], previous=before)
    web, other = before.role(f"arn:aws:iam::{ACCOUNT}:role/web"), after.role(f"arn:aws:iam::{ACCOUNT}:role/other")
    assert web is not None
    assert other is not None
    assert other.trust is web.trust


def test_progress_counts_files_and_offers_the_picture_so_far(tmp_path: Path) -> None:
    write(tmp_path / "1.json", EXPORT)
    write(tmp_path / "2.json", details(UserDetailList=[user("bob", OTHER)]))
    seen: list[tuple[int, int, list[str]]] = []

    def note(progress: Progress) -> None:
        seen.append((progress.done, progress.total, sorted(progress.so_far().accounts)))

    open_snapshot([tmp_path], progress=note)
    assert seen == [(1, 2, [ACCOUNT]), (2, 2, [ACCOUNT, OTHER])]


def test_opening_can_be_stopped(tmp_path: Path) -> None:
    for index in range(5):
        write(tmp_path / f"{index}.json", EXPORT)
    seen: list[int] = []
    with pytest.raises(OpeningCancelledError):
        open_snapshot([tmp_path], progress=lambda progress: seen.append(progress.done), stop=lambda: len(seen) == 2)
    assert seen == [1, 2]


def test_the_collector_is_held_back_while_loading_and_let_go_after_a_failure() -> None:
    assert gc.isenabled()
    with collector_paused(), collector_paused():
        assert not gc.isenabled()
    with pytest.raises(ValueError, match="x"), collector_paused():
        raise ValueError("x")
    assert gc.isenabled()
