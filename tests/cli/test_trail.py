"""`iamtui trail`: views, filters, formats, what is said of bad input (B1-B5), and that no secret is shown (M)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Iamtui
from tests.tables import every_row
from tests.trail.events import ACCOUNT, Record, delivered, event, session, user

ROOT = Path(__file__).parents[2]
DAY1 = ROOT / "samples" / "acme-day1.json"
PLANTED = "planted-secret-7c1f"
TOKEN = "IQoJb3JpZ2luX2VjEPLANTED0001"  # noqa: S105
REFUSED = f"User: {user()['arn']} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k because no "


def story() -> list[Record]:
    """Dana is refused twice, makes a user, and takes a role that deletes a trail."""
    refusal: dict[str, Any] = {
        "errorCode": "AccessDenied",
        "errorMessage": REFUSED + "identity-based policy allows the s3:GetObject action",
    }
    key = "ASIAQGH5DJSQ7SESSION"
    assumed = {
        "credentials": {
            "accessKeyId": key,
            "sessionToken": TOKEN,
            "expiration": "Nov 23, 2026, 11:02:00 AM",
        },
        "assumedRoleUser": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/break-glass/x"},
    }
    role = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/break-glass", "roleSessionName": "x"}
    return [
        event("GetObject", number=1, at="2026-11-23T09:59:00Z", **refusal),
        event("GetObject", number=2, at="2026-11-23T09:59:30Z", **refusal),
        event("ListUsers", "iam", number=3, at="2026-11-23T10:00:00Z"),
        event("CreateUser", "iam", number=4, at="2026-11-23T10:01:00Z", parameters={"userName": "eve"}),
        event(
            "CreateLoginProfile",
            "iam",
            number=5,
            at="2026-11-23T10:01:30Z",
            parameters={"userName": "eve", "password": PLANTED},
        ),
        event("AssumeRole", "sts", number=6, at="2026-11-23T10:02:00Z", parameters=role, response=assumed),
        event(
            "StopLogging",
            "cloudtrail",
            number=7,
            at="2026-11-23T10:03:00Z",
            who=session("break-glass", "x", key),
            parameters={"name": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main"},
            sourceIPAddress="198.51.100.7",
        ),
        event(
            "UpdateFunctionConfiguration20150331v2",
            "lambda",
            number=8,
            at="2026-11-23T10:04:00Z",
            parameters={"functionName": "f", "environment": {"variables": {"TOKEN": PLANTED}}},
            errorCode="Failed",
            errorMessage=f"bad {TOKEN}",
        ),
    ]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    return delivered(tmp_path / "logs" / "a.json.gz", story())


def asked(iamtui: Iamtui, *arguments: object) -> dict[str, Any]:
    ran = iamtui("trail", *arguments, "--format", "json")
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def names(events: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in events]


def test_without_a_view_the_summary_is_shown(iamtui: Iamtui, logs: Path) -> None:
    data = asked(iamtui, logs)
    assert data["read"]["distinct"] == 8
    assert [(row["caller"]["principal"], row["events"], row["denied"], row["changes"]) for row in data["callers"]] == [
        (user()["arn"], 7, 2, 2),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/break-glass/x", 1, 0, 1),
    ]
    assert data["snapshot"] is None
    assert not {"denials", "changes", "sessions", "first_seen", "events"} & set(data)


def test_silence_is_told_with_what_may_be_why(iamtui: Iamtui, logs: Path) -> None:
    """R13: where no event is found, what was covered says how little that proves."""
    late = event("ListUsers", "iam", number=9, at="2026-11-23T13:30:00Z", managementEvent=False)
    delivered(logs.parent / "b.json", [late])
    data = asked(iamtui, logs.parent, "--events", "--who", "nobody-at-all")
    assert data["events"] == []
    (place,) = data["coverage"]
    assert (place["account"], place["region"], place["from"]) == (ACCOUNT, "eu-west-1", "2026-11-23T09:59:00Z")
    assert (place["data_events"], place["read_events"]) == (True, True)
    (gap,) = place["gaps"]
    assert (gap["from"], gap["to"]) == ("2026-11-23T10:04:00Z", "2026-11-23T13:30:00Z")
    assert gap["why"] == "no event; StopLogging came before"
    assert [one["name"] for one in place["logging_changes"]] == ["StopLogging"]
    assert "StopLogging at 2026-11-23 10:03:00" in iamtui("trail", logs.parent).out


def test_equal_refusals_are_folded(iamtui: Iamtui, logs: Path) -> None:
    denials = asked(iamtui, logs, "--denials")["denials"]
    assert (denials["total"], denials["events"]) == (2, [])
    (fold,) = denials["folded"]
    assert (fold["action"], fold["events"], fold["why"]) == ("s3:GetObject", 2, "many times the same")


def test_changes_say_what_and_whether_the_snapshot_still_has_it(iamtui: Iamtui, logs: Path) -> None:
    changes = asked(iamtui, logs, DAY1, "--changes")["changes"]
    assert [(one["name"], one["change"]["kind"], one["change"]["snapshot"]) for one in changes["events"]] == [
        ("CreateUser", "entity", "unknown"),  # they were made after the export
        ("CreateLoginProfile", "credential", "unknown"),
        ("StopLogging", "visibility", "unknown"),
    ]
    assert names(changes["attempts"]) == ["UpdateFunctionConfiguration20150331v2"]


KEPT = [
    ("CreateUser", {"userName": "eve"}, "gone"),
    ("CreateUser", {"userName": "dana"}, "still"),
    ("DeleteUser", {"userName": "eve"}, "still"),
    ("DeleteUser", {"userName": "dana"}, "changed"),
    ("AddUserToGroup", {"userName": "dana", "groupName": "developers"}, "still"),
    ("AddUserToGroup", {"userName": "dana", "groupName": "Administrators"}, "gone"),
    ("RemoveUserFromGroup", {"userName": "dana", "groupName": "Developers"}, "changed"),
    ("AttachUserPolicy", {"userName": "dana", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "gone"),
    ("PutUserPolicy", {"userName": "dana", "policyName": "invoices-of-tests", "policyDocument": "{}"}, "changed"),
    ("DeleteUserPolicy", {"userName": "dana", "policyName": "invoices-of-tests"}, "changed"),
    ("PutUserPermissionsBoundary", {"userName": "frank", "permissionsBoundary": "arn:x"}, "gone"),
    ("DeleteUserPermissionsBoundary", {"userName": "frank"}, "still"),
    (
        "SetDefaultPolicyVersion",
        {"policyArn": f"arn:aws:iam::{ACCOUNT}:policy/DeveloperAccess", "versionId": "v3"},
        "still",
    ),
]


@every_row(("name", "parameters", "kept"), KEPT, ids=[f"{row[0]}-{row[2]}" for row in KEPT])
def test_what_became_of_a_change_is_asked_of_the_export(
    iamtui: Iamtui, tmp_path: Path, name: str, parameters: dict[str, str], kept: str
) -> None:
    made = event(name, "iam", number=1, at="2026-11-15T10:00:00Z", parameters=parameters)
    (found,) = asked(iamtui, delivered(tmp_path / "a.json", [made]), DAY1, "--changes")["changes"]["events"]
    assert found["change"]["snapshot"] == kept


def test_sessions_say_who_issued_them_and_what_used_them(iamtui: Iamtui, logs: Path) -> None:
    (found,) = asked(iamtui, logs, "--sessions")["sessions"]
    assert found["key"] == "ASIAQGH5DJSQ7SESSION"
    assert found["by"]["principal"] == user()["arn"]
    assert found["until"] == "2026-11-23T11:02:00Z"
    assert (found["uses"], found["chain"]) == (1, ["AKIAQGH5DJSQ7XAMPLE2", "ASIAQGH5DJSQ7SESSION"])


def test_what_is_first_seen_is_told_against_the_baseline(iamtui: Iamtui, logs: Path) -> None:
    seen = asked(iamtui, logs, "--first-seen", "--baseline", "2026-11-23T10:01:15Z")["first_seen"]
    of_dana = [(one["what"], one["value"]) for one in seen if one["caller"]["kind"] == "user"]
    assert ("action", "iam:CreateLoginProfile") in of_dana
    assert ("service", "iam.amazonaws.com") not in of_dana
    assert ("ip", "203.0.113.9") not in of_dana


FILTERS: list[tuple[tuple[str, ...], list[int]]] = [
    (("--who", "dana"), [1, 2, 3, 4, 5, 6, 8]),
    (("--who", "break-glass"), [7]),
    (("--who", f"arn:aws:iam::{ACCOUNT}:role/break-glass"), [7]),
    (("--who", "ASIAQGH5DJSQ7SESSION"), [7]),
    (("--who", "198.51.100.7"), [7]),
    (("--who", "user/dana", "--who", "198.51.100.7"), [1, 2, 3, 4, 5, 6, 7, 8]),
    (("--action", "iam:*"), [3, 4, 5]),
    (("--action", "lambda:UpdateFunctionConfiguration"), [8]),
    (("--action", "CreateUser", "--action", "cloudtrail:*"), [4, 7]),
    (("--resource", "*:user/eve"), [4, 5]),
    (("--ip", "203.0.113.0/24", "--action", "sts:*"), [6]),
    (("--agent", "AWS-CLI", "--error", "any"), [1, 2, 8]),
    (("--error", "denied"), [1, 2]),
    (("--error", "none", "--action", "*:Stop*"), [7]),
    (("--error", "Failed"), [8]),
    (("--region", "us-east-1"), []),
    (("--account", ACCOUNT, "--from", "-1m"), [7, 8]),
    (("--from", "2026-11-23T10:00:00Z", "--to", "2026-11-23T10:01:00Z"), [3, 4]),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS, ids=[" ".join(row[0]) for row in FILTERS])
def test_filters_hold_together(iamtui: Iamtui, logs: Path, filters: tuple[str, ...], expected: list[int]) -> None:
    found = asked(iamtui, logs, "--events", *filters)["events"]
    assert [int(one["id"][-1]) for one in found] == expected


def test_an_event_is_shown_with_its_record_and_its_decisions(iamtui: Iamtui, logs: Path) -> None:
    data = asked(iamtui, logs, DAY1, "--event", story()[3]["eventID"])["event"]
    assert data["record"]["requestParameters"] == {"userName": "eve"}
    assert [decision["request"]["action"] for decision in data["requests"]] == ["iam:CreateUser"]
    ran = iamtui("trail", logs, "--event", story()[3]["eventID"])
    assert "iam.amazonaws.com CreateUser" in ran.out


@pytest.mark.parametrize("form", ["text", "json", "csv", "jsonl", "markdown"])
@pytest.mark.parametrize("view", ["--denials", "--changes", "--sessions", "--first-seen", "--events"])
def test_no_secret_is_in_any_output(iamtui: Iamtui, logs: Path, view: str, form: str) -> None:
    ran = iamtui("trail", logs, DAY1, view, "--format", form, "--full")
    assert ran.status == 0
    assert PLANTED not in ran.out + ran.err
    assert TOKEN not in ran.out + ran.err


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("number", [4, 5, 7])
def test_no_secret_is_in_an_events_card(iamtui: Iamtui, logs: Path, number: int, form: str) -> None:
    ran = iamtui("trail", logs, "--event", story()[number]["eventID"], "--format", form)
    assert ran.status == 0
    assert PLANTED not in ran.out
    assert TOKEN not in ran.out
    assert "[masked: " in ran.out


def test_csv_holds_nothing_that_a_spreadsheet_computes(iamtui: Iamtui, tmp_path: Path) -> None:
    path = delivered(tmp_path / "a.json", [event("=cmd", number=1, parameters={})])
    rows = list(csv.reader(io.StringIO(iamtui("trail", path, "--events", "--format", "csv").out)))
    assert rows[0][0] == "time"
    assert all(not cell.startswith(("=", "+", "@")) for cell in rows[1])


def test_text_shows_fifty_rows_and_says_how_many_more(iamtui: Iamtui, tmp_path: Path) -> None:
    path = delivered(tmp_path / "a.json", [event(number=number) for number in range(1, 61)])
    assert "10 more" in iamtui("trail", path, "--events").out
    assert "more" not in iamtui("trail", path, "--events", "--limit", "0").out


def test_hostile_text_is_made_visible(iamtui: Iamtui, tmp_path: Path) -> None:
    path = delivered(tmp_path / "a.json", [event("x\x1b]8;;http://x", number=1)])
    assert "\x1b" not in iamtui("trail", path, "--events").out


def test_damaged_files_are_told_and_the_rest_is_read(iamtui: Iamtui, logs: Path) -> None:
    (logs.parent / "b.json.gz").write_bytes(logs.read_bytes()[:90])
    ran = iamtui("trail", logs.parent)
    assert ran.status == 0
    assert "b.json.gz" in ran.err
    assert "8 events" in ran.out


BAD = [
    (("nowhere",), "no such file"),
    (("{logs}", "--event", "nothing"), "expected the id of one event"),
    (("{logs}", "--from", "yesterday"), "--from yesterday: expected a date and time"),
    (("{logs}", "--ip", "office"), "office: expected an address or a network"),
    (("{logs}", "--baseline", "-1h"), "--baseline: expected beside --first-seen"),
    (("{logs}", "--denials", "--changes", "--format", "csv"), "expected one view"),
    (("{logs}", "--event", "00000000", "--format", "csv"), "expected text or json with --event"),
    ((str(DAY1),), "expected CloudTrail events"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[row[1] for row in BAD])
def test_bad_input_is_one_clear_message(iamtui: Iamtui, logs: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = iamtui("trail", *(argument.format(logs=logs) for argument in arguments))
    assert ran.status == 2
    assert message in ran.err
    assert "Traceback" not in ran.err
