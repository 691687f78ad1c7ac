"""What is wrong with a trail, a key, a message or an export beside it: one clear sentence each (B2)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.cli.conftest import Iamtui, write
from tests.trail.events import delivered, event

FLOW = (
    "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
)


def test_a_log_of_another_service_is_named(iamtui: Iamtui, tmp_path: Path) -> None:
    path = write(tmp_path / "flow.log", FLOW + "\n")
    said = "expected CloudTrail events: VPC flow log: no CloudTrail events; nothing of it is used"
    assert iamtui("trail", path) == (2, "", f"iamtui: error: {path}: {said}\n")


def test_a_gzip_that_is_cut_off_is_told_once(iamtui: Iamtui, tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps({"Records": [event(number=number) for number in range(40)]}).encode())
    path = tmp_path / "cut.json.gz"
    path.write_bytes(whole[: len(whole) // 2])
    said = f"iamtui: error: {path}: expected more: the gzip data ends in the middle; nothing of this file is used\n"
    assert iamtui("trail", path) == (2, "", said)
    assert iamtui("why-denied", path, "--event", "0") == (2, "", said)


def test_what_is_wrong_with_a_file_is_said_alike_by_every_command(iamtui: Iamtui, tmp_path: Path) -> None:
    cut = write(tmp_path / "cut.json", '{"UserDetailList": [')
    for words in (
        ("simulate", cut, "--principal", "dana", "--action", "s3:GetObject"),
        ("findings", cut),
        ("key", "AKIAQGH5DJSQ7XAMPLE2", "--in", cut),
        ("contain", cut, "--who", "dana"),
    ):
        assert iamtui(*words).err.startswith(f"iamtui: error: {cut}: line 1, column 21: expected more"), words


def test_an_export_in_a_folder_that_breaks_off_is_named(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    """Alone beside events, and beside another export; what is neither is passed in silence."""
    folder = tmp_path / "case"
    folder.mkdir()
    delivered(folder / "log.json", [event()])
    write(folder / "notes.json", '{"to": "do"}')
    cut = write(folder / "cut.json", export.read_text()[:200])
    for beside in (None, folder / "whole.json"):
        if beside is not None:
            write(beside, export.read_text())
        for words in (
            ("trail", folder),
            ("contain", folder, "--who", "dana"),
            ("key", event()["userIdentity"]["accessKeyId"], "--in", folder),
        ):
            said = iamtui(*words).err.splitlines()
            assert [line.startswith(f"iamtui: error: {cut}: line ") for line in said] == [True], words


def test_an_event_without_caller_says_so(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    record = event()
    del record["userIdentity"]
    ran = iamtui("trail", delivered(tmp_path / "log.json", [record]), "--events")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("the record does not say") == 2
    card = iamtui("trail", tmp_path / "log.json", export, "--event", record["eventID"])
    assert "not decided: the record names no principal of IAM" in card.out


def test_a_key_of_the_old_form_says_why_it_has_no_account(iamtui: Iamtui) -> None:
    ran = iamtui("key", "AKIAJ6FZKBOKMUTVV7AA")
    assert (ran.status, ran.err) == (0, "")
    assert "no account: it has the older form, which does not hold the account" in ran.out


def test_a_message_in_another_language_is_named(iamtui: Iamtui) -> None:
    text = "Benutzer: arn:aws:iam::111122223333:user/dana ist nicht berechtigt: s3:GetObject"
    ran = iamtui("why-denied", "--message", text)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "the message is in German" in ran.err


def test_exports_of_another_account_prove_nothing_of_the_subject(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    other = write(tmp_path / "other.json", export.read_text().replace("111122223333", "999988887777"))
    log = delivered(tmp_path / "log.json", [event()])
    replayed = iamtui("trail", log, other, "--replay")
    said = "the exports are of account 999988887777; the events are of 111122223333, so nothing can be compared"
    assert (replayed.status, replayed.err) == (0, f"iamtui: warning: {said}\n")
    ran = iamtui("contain", log, other, "--who", "dana")
    assert ran.status == 1
    assert "NOT PROVED" in ran.out
    assert ran.err == (
        "iamtui: warning: the exports are of account 999988887777; dana is of 111122223333, so nothing is proved\n"
    )
