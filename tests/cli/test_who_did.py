"""`iamtui who-can` with events among the exports: who did and who tried, beside who can (B10)."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ALICE, Iamtui, Ran, allow, on_a_terminal, write
from tests.trail.events import Record, delivered, event, session, user

ASKED = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::ledger/q3.csv")
ALICES = user() | {"arn": ALICE, "principalId": "AIDAALICE", "userName": "alice"}
OBJECT = {"bucketName": "ledger", "key": "q3.csv"}
REFUSED: Record = {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}


def ids(*numbers: int) -> list[str]:
    return [f"00000000-0000-0000-0000-{number:012x}" for number in numbers]


def read(number: int, who: Record = ALICES, parameters: Record | None = OBJECT, **more: Any) -> Record:
    return event(number=number, at=f"2026-11-23T10:{number:02}:00Z", who=who, parameters=parameters, **more)


def asked(iamtui: Iamtui, export: Path, *records: Record, more: tuple[str, ...] = ASKED) -> dict[str, Any]:
    trail = delivered(export.parent / "log.json.gz", records)
    ran = iamtui("who-can", export, trail, *more, "--format", "json")
    assert ran.status == 0
    return dict(json.loads(ran.out))


def row_of(found: dict[str, Any], arn: str) -> dict[str, Any]:
    return next(row for row in found["principals"] if row["arn"] == arn)


def test_each_who_can_has_its_calls_the_oldest_first(iamtui: Iamtui, export: Path) -> None:
    found = asked(iamtui, export, read(3), read(1), read(2, **REFUSED))
    row = row_of(found, ALICE)
    assert (row["did"], row["tried"]) == (ids(1, 3), ids(2))
    root = row_of(found, "arn:aws:iam::111122223333:root")
    assert (root["did"], root["tried"], found["did_not_could"]) == ([], [], [])


def test_who_could_not_stands_apart(iamtui: Iamtui, export: Path) -> None:
    gone, denied = user("gone"), session("auditor")
    denied["principalId"] = "AROAAUDITOR:nightly"
    denied["sessionContext"]["sessionIssuer"]["principalId"] = "AROAAUDITOR"
    found = asked(iamtui, export, read(1, gone), read(2, denied, **REFUSED), read(3, denied | {"accessKeyId": "ASIAX"}))
    assert [
        (one["caller"]["principal"], one["did"], one["tried"], one["standing"]) for one in found["did_not_could"]
    ] == [
        (gone["arn"], ids(1), [], "not exported"),
        (denied["arn"], ids(3), ids(2), "denied"),
    ]


def test_a_row_of_all_that_could_not_stands_in_both(iamtui: Iamtui, export: Path) -> None:
    denied = session("auditor")
    denied["principalId"] = "AROAAUDITOR:nightly"
    found = asked(iamtui, export, read(1, denied, **REFUSED), more=(*ASKED, "--all"))
    assert row_of(found, "arn:aws:iam::111122223333:role/auditor")["tried"] == ids(1)
    assert found["did_not_could"][0]["tried"] == ids(1)


def test_a_principal_made_again_did_not_do_what_its_namesake_did(iamtui: Iamtui, export: Path) -> None:
    found = asked(iamtui, export, read(1, ALICES | {"principalId": "AIDAEARLIERALICE"}))
    assert row_of(found, ALICE)["did"] == []
    assert found["did_not_could"][0]["standing"] == "not exported"


def test_who_became_a_role_first_did_what_its_sessions_did(iamtui: Iamtui, export: Path) -> None:
    """A row through a role counts the sessions that its principal made, as far as events show it (Y7)."""
    content = json.loads(export.read_text())
    content["UserDetailList"][0]["UserPolicyList"] = []
    role = content["RoleDetailList"][1]
    trust = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"}
    role["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": [trust]}
    role["RolePolicyList"] = [{"PolicyName": "readers", "PolicyDocument": allow("s3:Get*", "arn:aws:s3:::ledger/*")}]
    write(export, content)
    key, other = "ASIAQGH5DJSQ7AAAAAAA", "ASIAQGH5DJSQ7BBBBBBB"
    issued = {"credentials": {"accessKeyId": key, "expiration": "Nov 23, 2026, 11:00:00 AM"}}
    took = event("AssumeRole", "sts", number=1, who=ALICES, parameters={"roleArn": role["Arn"]}, response=issued)
    hers, theirs = session("auditor", key=key), session("auditor", key=other, created="2026-11-23T09:30:00Z")
    for one in (hers, theirs):
        one["principalId"] = one["sessionContext"]["sessionIssuer"]["principalId"] = "AROAAUDITOR"
    found = asked(iamtui, export, took, read(2, hers), read(3, theirs), more=(*ASKED, "--via", "any"))
    rows = {(row["arn"], tuple(row.get("via", ()))): row["did"] for row in found["principals"]}
    assert rows[role["Arn"], ()] == ids(2, 3)
    assert rows[ALICE, (role["Arn"],)] == ids(2)


def test_other_actions_and_resources_are_not_counted(iamtui: Iamtui, export: Path) -> None:
    other = read(1, parameters={"bucketName": "ledger", "key": "q4.csv"})
    written = event("PutObject", number=2, who=ALICES, parameters=OBJECT)
    found = asked(iamtui, export, other, written)
    assert (row_of(found, ALICE)["did"], found["resource_unknown"]) == ([], [])


def test_the_source_of_a_copy_was_read(iamtui: Iamtui, export: Path) -> None:
    copy = {"bucketName": "mine", "key": "k", "x-amz-copy-source": "/ledger/q3.csv"}
    found = asked(iamtui, export, event("CopyObject", number=1, who=ALICES, parameters=copy))
    assert row_of(found, ALICE)["did"] == ids(1)


def test_a_role_that_was_passed_counts_for_pass_role(iamtui: Iamtui, export: Path) -> None:
    role = "arn:aws:iam::111122223333:role/auditor"
    made = event("CreateFunction20150331", "lambda", number=1, who=ALICES, parameters={"role": role})
    found = asked(iamtui, export, made, more=("--action", "iam:PassRole", "--resource", role))
    assert [(one["caller"]["principal"], one["did"]) for one in found["did_not_could"]] == [(ALICE, ids(1))]


def test_what_does_not_say_on_what_is_told_apart(iamtui: Iamtui, export: Path) -> None:
    found = asked(iamtui, export, read(1, parameters=None, **REFUSED))
    assert found["resource_unknown"] == ids(1)
    assert row_of(found, ALICE)["tried"] == []


def test_an_answer_says_what_the_events_cover(iamtui: Iamtui, export: Path) -> None:
    found = asked(iamtui, export, read(1), read(9))
    assert found["events"] == {"from": "2026-11-23T10:01:00Z", "to": "2026-11-23T10:09:00Z", "data_events": False}


@pytest.fixture
def trail(export: Path) -> Path:
    return delivered(export.parent / "log.json.gz", [read(1), read(2, user("gone"), **REFUSED)])


def in_form(iamtui: Iamtui, export: Path, trail: Path, form: str) -> Ran:
    ran = iamtui("who-can", export, trail, *ASKED, "--format", form)
    assert (ran.status, ran.err) == (0, "")
    return ran


def test_text_shows_who_did(iamtui: Iamtui, export: Path, trail: Path) -> None:
    out = in_form(iamtui, export, trail, "text").out
    assert f"• {ALICE}  did 1 (last {ids(1)[0]})" in out
    assert f"tried 1 (last {ids(2)[0]}); the exports do not hold it" in out
    assert "no data event was read" in out
    assert "did 1" in on_a_terminal("who-can", str(export), str(trail), *ASKED, NO_COLOR="1")


def test_csv_has_two_columns_more(iamtui: Iamtui, export: Path, trail: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(in_form(iamtui, export, trail, "csv").out)))
    assert [(line["arn"], line["decision"], line["did"], line["tried"]) for line in lines[1:]] == [
        (ALICE, "allowed", ids(1)[0], ""),
        (user("gone")["arn"], "not exported", "", ids(2)[0]),
    ]


def test_markdown_has_a_table_of_who_did(iamtui: Iamtui, export: Path, trail: Path) -> None:
    out = in_form(iamtui, export, trail, "markdown").out
    assert f"| `{ALICE}` | 1 | 0 | |" in out
    assert f"| `{user('gone')['arn']}` | 0 | 1 | the exports do not hold it |" in out


def test_without_events_nothing_is_said_of_any(iamtui: Iamtui, export: Path) -> None:
    note = write(export.parent / "note.json", {"nothing": "of ours"})
    found = json.loads(iamtui("who-can", export, note, *ASKED, "--format", "json").out)
    assert "did_not_could" not in found
    assert "did" not in found["principals"][0]


def test_a_trail_that_is_cut_off_is_told(iamtui: Iamtui, export: Path) -> None:
    whole = gzip.compress(json.dumps({"Records": [read(number) for number in range(40)]}).encode())
    (export.parent / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    ran = iamtui("who-can", export, export.parent / "cut.json.gz", *ASKED)
    assert ran.status == 0
    assert "cut.json.gz" in ran.err


def test_a_caller_can_neither_format_nor_steer_the_terminal(iamtui: Iamtui, export: Path) -> None:
    hostile = user() | {"arn": "arn:aws:iam::111122223333:user/\x1b[31m[b]red"}
    delivered(export.parent / "log.json.gz", [read(1, hostile)])
    for form in ("text", "markdown", "csv", "json"):
        assert "\x1b" not in iamtui("who-can", export.parent, *ASKED, "--format", form).out
