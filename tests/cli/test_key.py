"""`iamtui key`: what an id says by itself, whose it is, what it did (Y1-Y8, B7)."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.trail.key_ids import read_key_id
from tests.cli.conftest import Iamtui
from tests.tables import every_row
from tests.trail.events import ACCOUNT, delivered, event, session, user

ROOT = Path(__file__).parents[2]
KEY = "AKIAQGH5DJSQ7XAMPLE2"
CHAIN = ("ASIAQGH5DJSQ7SESSION", "ASIAQGH5DJSQ7CHAINED")


def id_of(account: int, rest: int = 0) -> str:
    """A key id of today's form for an account (Y2)."""
    packed = ((1 << 47) | (account << 7) | rest % 128).to_bytes(6, "big") + (rest % 2**32).to_bytes(4, "big")
    return "AKIA" + base64.b32encode(packed).decode()


@pytest.mark.parametrize(
    ("text", "account"), [("ASIAY34FZKBOKMUTVV7A", "609629065308"), ("ASIAQNZGKIQY56JQ7WML", "029608264753")]
)
def test_the_account_is_in_the_id(text: str, account: str) -> None:
    assert read_key_id(text).account == account


@given(st.integers(1, 999_999_999_999), st.integers(0, 2**32 - 1))
def test_every_account_comes_back(account: int, rest: int) -> None:
    assert read_key_id(id_of(account, rest)).account == f"{account:012d}"


REFUSED = [
    ("AKIAIOSFODNN7EXAMPLE", "examples"),
    ("AKIAJ6FZKBOKMUTVV7AA", "older form"),
    ("AKIATFQR7NSC8Q4X20BJ", "edited"),
    ("AKIAy34FZKBOKMUTVV7A", "edited"),
    ("AKIAY34FZKBOKMUTVV7", "expected 20 characters, got 19"),
    ("AKIA****************", "masked"),
    ("AKIAQAAAAAAAAAAAAAAA", "zero"),
    ("AROATFQR7NSC3K2SEQDM2", "does not say its account"),
    ("ABSKQmVkcm9ja0FQSUtleS0", "a secret"),
    ("hello", "no id of AWS"),
]


@every_row(("text", "why"), REFUSED, ids=[row[1] for row in REFUSED])
def test_an_id_without_account_says_why(text: str, why: str) -> None:
    found = read_key_id(text)
    assert found.account is None
    assert found.why is not None
    assert why in found.why


def test_ids_alone_read_nothing(iamtui: Iamtui) -> None:
    ran = iamtui("key", "ASIAY34FZKBOKMUTVV7A", "AKIAIOSFODNN7EXAMPLE")
    assert ran.out.splitlines() == [
        "ASIAY34FZKBOKMUTVV7A  temporary access key  account 609629065308",
        "AKIAIOSFODNN7EXAMPLE  access key  no account: it is one of AWS's examples",
    ]


def test_ids_come_from_standard_input(iamtui: Iamtui, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ASIAY34FZKBOKMUTVV7A\n"))
    assert "609629065308" in iamtui("key", "-").out


def test_a_secret_is_not_shown(iamtui: Iamtui) -> None:
    ran = iamtui("key", "ABSKQmVkcm9ja0FQSUtleS0", "--format", "json")
    assert "QmVkcm9j" not in ran.out


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A key assumes a role, whose session assumes another, which makes a user; another key does other things."""

    def assumed(key: str, role: str) -> dict[str, Any]:
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/x"
        return {"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": arn}}

    events = [
        event("AssumeRole", "sts", number=1, response=assumed(CHAIN[0], "one")),
        event("AssumeRole", "sts", number=2, who=session("one", "x", CHAIN[0]), response=assumed(CHAIN[1], "two")),
        event("CreateUser", "iam", number=3, who=session("two", "x", CHAIN[1]), parameters={"userName": "eve"}),
        event("DeleteUser", "iam", number=4, parameters={"userName": "tim"}),
    ]
    delivered(tmp_path / "1.json", events[:1])
    delivered(tmp_path / "2.json.gz", events[1:2])
    delivered(tmp_path / "3.json", events[2:])
    delivered(tmp_path / "4.json", [event("ListUsers", "iam", number=5, who=user("tim", "AKIAQGH5DJSQ7OTHER00"))])
    return tmp_path


def card(iamtui: Iamtui, *arguments: object) -> dict[str, Any]:
    ran = iamtui("key", *arguments, "--format", "json")
    assert ran.status == 0, ran.err
    (found,) = json.loads(ran.out)["keys"]
    return dict(found)


def test_what_came_of_a_key_is_told_through_all_sessions(iamtui: Iamtui, logs: Path) -> None:
    found = card(iamtui, KEY, "--in", logs)
    assert found["owner"]["principal"] == user()["arn"]
    assert (found["use"]["events"], found["use"]["services"]) == (
        2,
        {"iam.amazonaws.com": 1, "sts.amazonaws.com": 1},
    )
    assert [one["key"] for one in found["sessions"]] == list(CHAIN)
    assert found["sessions"][1]["chain"] == [KEY, *CHAIN]
    assert [one["name"] for one in found["changes"]] == ["DeleteUser"]


def test_a_session_leads_back_to_the_first_key(iamtui: Iamtui, logs: Path) -> None:
    found = card(iamtui, CHAIN[1], "--in", logs)
    assert [one["key"] for one in found["lineage"]] == [KEY, *CHAIN]
    assert found["lineage"][0]["principal"] == user()["arn"]


def test_an_export_says_what_the_owner_can_do(iamtui: Iamtui, logs: Path) -> None:
    found = card(iamtui, KEY, "--in", logs, "--in", ROOT / "samples" / "acme-day2.json")
    assert found["power"]["admin"] is False
    assert found["power"]["actions"] > 0


def climbing(folder: Path, action: str) -> Path:
    """An export in which dana may do one thing with policies; an administrator is there to compare with."""

    def inline(done: str) -> list[dict[str, object]]:
        statement = {"Effect": "Allow", "Action": done, "Resource": "*"}
        return [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]

    users = [
        {
            "Path": "/",
            "UserName": name,
            "UserId": user_id,
            "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
            "UserPolicyList": inline(done),
            "GroupList": [],
            "AttachedManagedPolicies": [],
        }
        for name, user_id, done in (("dana", "AIDAQGH5DJSQ7DANA0000", action), ("chief", "AIDACHIEF", "*"))
    ]
    whole = {"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": [], "IsTruncated": False}
    path = folder / "account.json"
    path.write_text(json.dumps(whole))
    return path


def test_the_card_shows_how_the_owner_can_become_an_administrator(
    iamtui: Iamtui, logs: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    export = climbing(tmp_path_factory.mktemp("export"), "iam:PutUserPolicy")
    given = (KEY, "--in", logs, "--in", export, "--paths")
    found = card(iamtui, *given)["power"]
    dana = f"arn:aws:iam::{ACCOUNT}:user/dana"
    assert next((edge["from"], edge["to"]) for path in found["paths"] for edge in path["edges"]) == (dana, dana)
    assert found["paths"][0]["verdict"] == "proven"
    assert "paths to administrators" in iamtui("key", *given).out


def test_no_path_is_told_as_none_and_unasked_as_nothing(
    iamtui: Iamtui, logs: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    export = climbing(tmp_path_factory.mktemp("export"), "s3:GetObject")
    given = (KEY, "--in", logs, "--in", export)
    assert card(iamtui, *given, "--paths")["power"]["paths"] == []
    assert "none found" in iamtui("key", *given, "--paths").out
    assert "paths" not in card(iamtui, *given)["power"]
    assert iamtui("key", KEY, "--paths").status == 2


def test_a_key_that_nothing_names_is_one_clear_message(iamtui: Iamtui, logs: Path) -> None:
    ran = iamtui("key", "AKIAQGH5DJSQ7NOBODY0", "--in", logs)
    assert ran.status == 2
    assert "no event that names AKIAQGH5DJSQ7NOBODY0" in ran.err


def test_the_text_shows_owner_use_and_sessions(iamtui: Iamtui, logs: Path) -> None:
    ran = iamtui("key", KEY, "--in", logs)
    assert f"owner  {user()['arn']}" in ran.out
    assert "sessions  2" in ran.out
    first, second = (next(line for line in ran.out.splitlines() if f"● {key}" in line) for key in CHAIN)  # B13
    assert second.index("●") > first.index("●")
    assert ("alive until" in first, "1 event, 0 refused · " in first) == (True, True)


def test_the_credential_report_knows_a_key_by_the_second_of_its_making(
    iamtui: Iamtui, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Y5: the report has no ids; that of the event that made a key was made in the same second."""
    folder = tmp_path_factory.mktemp("reported")
    climbing(folder, "s3:GetObject")
    made = {"accessKey": {"accessKeyId": KEY, "userName": "dana", "status": "Active"}}
    at = "2026-11-23T10:00:00Z"
    delivered(
        folder / "a.json", [event("CreateAccessKey", "iam", number=1, at=at, who=user("ivan", None), response=made)]
    )
    columns = "user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated"

    def state(active: str, rotated: str) -> tuple[str, str]:
        dana = f"dana,arn:aws:iam::{ACCOUNT}:user/dana,2026-01-01T00:00:00+00:00,{active},{rotated}"
        (folder / "credential-report.csv").write_text(f"{columns}\n{dana}\n")
        owner = card(iamtui, KEY, "--in", folder)["owner"]
        asked = json.loads(iamtui("contain", folder, "--who", KEY, "--format", "json").out)
        return owner["state"], next(rule["state"] for rule in asked["rules"] if rule["rule"] == "Z1")

    assert state("false", "2026-11-23T10:00:00+00:00") == ("inactive", "done")
    assert state("true", "2026-11-23T10:00:00+00:00") == ("active", "open")
    assert state("false", "2026-11-23T10:00:01+00:00")[0] == "active"  # another key
