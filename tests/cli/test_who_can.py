"""`iamtui who-can`: forms, exit status and bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui, allow, on_a_terminal, write

ASKED = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::ledger/q3.csv")


def test_text_shows_who_can_and_by_which_way(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("who-can", export, *ASKED)
    assert (ran.status, ran.err) == (0, "")
    assert "✔ ALLOWED  user/eng/alice  inline readers#Read" in ran.out
    assert "1 through  inline readers#Read; 1 would be denied without it" in ran.out
    assert "1 allowed, 0 conditional, 2 denied (nothing allows it 2)" in ran.out


def test_json_has_the_members_of_the_specification(iamtui: Iamtui, export: Path) -> None:
    found = json.loads(iamtui("who-can", export, *ASKED, "--format", "json").out)
    assert list(found) == ["version", "request", "principals", "ways", "grants", "denied", "leans_on", "complete"]
    assert found["request"] == {
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::ledger/q3.csv"],
        "context": {},
        "unstated": "unknown",
        "via": 0,
    }
    assert found["principals"][1] == {
        "arn": ALICE,
        "kind": "user",
        "account": "111122223333",
        "decision": "allowed",
        "decided_by": "identity",
        "conditions": [],
        "ways": [0],
        "via": [],
    }
    assert found["denied"] == {"none": 2}


def test_csv_has_a_line_for_each_row(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("who-can", export, *ASKED, "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(line["kind"], line["arn"], line["ways"]) for line in lines] == [
        ("root", "arn:aws:iam::111122223333:root", ""),
        ("user", ALICE, "inline readers#Read"),
    ]


def test_markdown_is_a_table(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("who-can", export, *ASKED, "--format", "markdown")
    assert f"| ✔ ALLOWED | `{ALICE}` | `111122223333` | `inline readers#Read` |  |" in ran.out


def test_several_values_follow_one_option(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("who-can", "--action", "s3:GetObject", "s3:PutObject", export, *ASKED[2:], "--format", "json")
    found = json.loads(ran.out)
    assert found["request"]["actions"] == ["s3:GetObject", "s3:PutObject"]
    assert (found["any"], found["every"]) == (1, 0)


@pytest.mark.parametrize(("only", "status"), [((ALICE,), 0), (("arn:aws:iam::*:user/eng/*",), 0), (("*/bob",), 1)])
def test_only_is_a_guard(iamtui: Iamtui, export: Path, only: tuple[str, ...], status: int) -> None:
    ran = iamtui("who-can", export, *ASKED, "--only", *only, "--format", "json")
    assert ran.status == status
    assert json.loads(ran.out)["others"] == ([ALICE] if status else [])
    assert (ALICE in ran.err) == bool(status)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--action", "s3:GetObjekt"), "s3:GetObjekt: expected an action that exists"),
        (("--action", "s3:GetObject,s3:PutObject"), "expected several actions with spaces between"),
        (("--action", "s3:Gut*"), "s3:Gut*: expected a pattern that matches an action"),
        (("--action", "s3:GetObject", "--resource", "ledger"), "not an ARN: 'ledger'"),
        ((*ASKED, "--context", "nothing"), "expected KEY=VALUE"),
        ((*ASKED, "--at", "yesterday"), "expected a date and time"),
        ((*ASKED, "--resource-account", "12"), "twelve digits"),
        ((*ASKED, "--only"), "requires an argument"),
    ],
)
def test_bad_input_has_one_message(iamtui: Iamtui, export: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui("who-can", export, *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_empty_folder_is_bad_input(iamtui: Iamtui, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert iamtui("who-can", empty, *ASKED).status == 2


def test_names_from_the_export_are_shown_as_literal_text(iamtui: Iamtui, export: Path) -> None:
    hostile = json.loads(export.read_text())
    hostile["UserDetailList"][0]["UserPolicyList"][0]["PolicyName"] = "\x1b[31mred"
    write(export, hostile)
    for form in ("text", "markdown", "csv", "json"):
        assert "\x1b" not in iamtui("who-can", export, *ASKED, "--format", form).out


def test_a_terminal_is_no_wider_than_it_is(export: Path) -> None:
    written = on_a_terminal("who-can", str(export), *ASKED, NO_COLOR="1")
    assert "ALLOWED" in written


def test_a_terminal_that_can_do_nothing_gets_text_alone(export: Path) -> None:
    written = on_a_terminal("who-can", str(export), *ASKED, TERM="dumb")
    assert "ALLOWED" in written
    assert "\x1b" not in written


def test_what_aws_does_not_know_is_told_with_the_nearest(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("who-can", export, *ASKED, "--context", "aws:SourceIpp=203.0.113.7", "--context", "aws:UserAgent=x")
    assert ran.status == 0
    assert ran.err == "iamtui: warning: AWS lists no condition key aws:SourceIpp; is aws:SourceIp meant?\n"
    ran = iamtui("who-can", export, "--action", "s3:GetObjekt")
    assert ran.status == 2
    assert ran.err == "iamtui: s3:GetObjekt: expected an action that exists, such as s3:GetObject; nothing is asked\n"


def test_roles_of_services_can_be_hidden_and_are_counted(iamtui: Iamtui, export: Path) -> None:
    content = json.loads(export.read_text())
    for role in content["RoleDetailList"]:
        role["RolePolicyList"] = [{"PolicyName": "all", "PolicyDocument": allow("s3:*")}]
    write(export, content)
    whole = json.loads(iamtui("who-can", export, *ASKED, "--format", "json").out)
    marked = [row["arn"] for row in whole["principals"] if row.get("mark") == "service-role"]
    assert len(marked) == 2
    hidden = json.loads(iamtui("who-can", export, *ASKED, "--hide", "service-role", "--format", "json").out)
    assert hidden["hidden"] == 2
    assert hidden["principals"] == [row for row in whole["principals"] if row["arn"] not in marked]
    assert "hidden" not in whole
    assert "2 hidden" in iamtui("who-can", export, *ASKED, "--hide", "service-role").out


def test_a_guard_sees_what_is_hidden(iamtui: Iamtui, export: Path) -> None:
    content = json.loads(export.read_text())
    content["RoleDetailList"][1]["RolePolicyList"] = [{"PolicyName": "all", "PolicyDocument": allow("s3:*")}]
    write(export, content)
    assert iamtui("who-can", export, *ASKED, "--hide", "service-role", "--only", ALICE).status == 1


@pytest.mark.parametrize("more", [("--format", "csv"), ("--only", ALICE)], ids=["rows alone", "a gate"])
def test_what_passes_in_silence_says_whom_the_export_leaves_out(
    iamtui: Iamtui, tmp_path: Path, export: Path, more: tuple[str, ...]
) -> None:
    """WC4, WC20: others may be among those who were not exported."""
    asked = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::ledger/x", *more)
    assert "not exported: none" not in iamtui("who-can", export, *asked).err
    content = json.loads(export.read_text("utf-8"))
    del content["RoleDetailList"]
    part = write(tmp_path / "part.json", content)
    told = "the roles of account 111122223333 were not exported: none of them is asked about"
    assert f"iamtui: warning: {told}\n" in iamtui("who-can", part, *asked).err
