"""`iamtui paths`: forms, exit status and bad input."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.app.exports import export as given
from tests.app.exports import role, user, write
from tests.cli.conftest import Iamtui

ACCOUNT = "111122223333"
HOME = f"arn:aws:iam::{ACCOUNT}"


def _policy(*actions: str) -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "May", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A user that writes its own policies, and one that could make a key for an administrator."""
    users = [
        ("dana", _policy("iam:PutUserPolicy")),
        ("eve", _policy("iam:CreateAccessKey")),
        ("root\x1b", _policy("*")),
    ]
    path = tmp_path / "account.json"
    details = [
        {
            "Path": "/",
            "UserName": name,
            "UserId": f"AIDA{place}",
            "Arn": f"{HOME}:user/{name}",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy}],
            "GroupList": [],
            "AttachedManagedPolicies": [],
        }
        for place, (name, policy) in enumerate(users)
    ]
    path.write_text(
        json.dumps({"UserDetailList": details, "GroupDetailList": [], "RoleDetailList": [], "Policies": []})
    )
    return path


def test_text_shows_a_ladder_and_what_was_not_exported(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("paths", export)
    assert ran.status == 0
    assert "✔ proven  user/dana" in ran.out
    assert "Write an inline policy into one's own user [iam-007]" in ran.out
    assert "iam:PutUserPolicy on user/dana  own#May" in ran.out
    assert "possible  user/eve" in ran.out
    assert "\x1b" not in ran.out


def test_somebody_whom_no_request_can_name_is_left_out(iamtui: Iamtui, export: Path) -> None:
    content = json.loads(export.read_text())
    content["UserDetailList"][1]["Arn"] = f"{HOME}:user/another"
    export.write_text(json.dumps(content))
    ran = iamtui("paths", export)
    assert (ran.status, "✔ proven  user/dana" in ran.out, "another" in ran.out) == (0, True, False)
    assert "leave it out" in ran.err


def test_principals_are_called_as_in_simulate(iamtui: Iamtui, export: Path) -> None:
    assert [iamtui("paths", export, "--from", text).out for text in ("dana", "user/Dana")] == [
        iamtui("paths", export, "--from", f"{HOME}:user/dana").out
    ] * 2


def test_one_of_another_account_is_told_from_one_of_that_name_here(iamtui: Iamtui, tmp_path: Path) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:role/ci"},
        "Action": "sts:AssumeRole",
    }
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    roles = [role("boss", trusts=trust, inline={"own": _policy("*")}), role("ci")]
    file = write(tmp_path / "a.json", given(roles=roles))
    assert "role/ci in 444455556666 → role/boss" in iamtui("paths", file).out
    who = iamtui("who-can", file, "--action", "sts:AssumeRole", "--resource", f"{HOME}:role/boss").out
    assert "role/ci  444455556666" in who


def test_ep23_other_forms_of_a_way_are_told_below_it(iamtui: Iamtui, export: Path) -> None:
    content = json.loads(export.read_text())
    own = content["UserDetailList"][1]["UserPolicyList"][0]
    own["PolicyDocument"] = _policy("iam:CreateAccessKey", "iam:DeleteAccessKey")
    export.write_text(json.dumps(content))
    assert "Make an access key for another user [iam-002], also [iam-003] → user/root" in iamtui("paths", export).out
    ways = {one["path"] for one in json.loads(iamtui("paths", export, "--format", "json").out)["edges"]}
    assert {"iam-002", "iam-003"} <= ways


def test_json_holds_the_steps_as_they_were_decided(iamtui: Iamtui, export: Path) -> None:
    found = json.loads(iamtui("paths", export, "--format", "json").out)
    assert found["version"] == 1
    (edge,) = [one for one in found["edges"] if one["from"] == f"{HOME}:user/dana"]
    assert (edge["path"], edge["to"], edge["outcome"], edge["verdict"]) == ("iam-007", edge["from"], "admin", "proven")
    assert edge["steps"][0]["matched"] == ["own#May"]
    assert edge["steps"][0]["changes"] == {"change": "inline", "of": "actor"}
    assert found["paths"][0]["edges"] == [edge["id"]]
    (need,) = next(one for one in found["edges"] if one["verdict"] == "possible")["needs"]
    assert need["fact"] == "access-keys"
    assert need["exports"] == ["iam get-credential-report"]


def test_graphml_is_a_directed_graph(iamtui: Iamtui, export: Path) -> None:
    root = ET.fromstring(iamtui("paths", export, "--format", "graphml").out)  # noqa: S314 - our own
    edges = root.findall(".//{*}edge")
    assert (edges[0].get("source"), edges[0].get("target")) == (f"{HOME}:user/dana", f"{HOME}:user/dana")


def test_markdown_is_a_table(iamtui: Iamtui, export: Path) -> None:
    assert f"| ✔ proven | `{HOME}:user/dana` |" in iamtui("paths", export, "--format", "markdown").out


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--fail-on", "proven"), 1),
        (("--fail-on", "proven", "--from", f"{HOME}:user/eve"), 0),
        (("--fail-on", "possible", "--from", f"{HOME}:user/eve"), 1),
        (("--fail-on", "possible", "--from", f"{HOME}:user/eve", "--certain"), 0),
        (("--path", "iam-002", "--fail-on", "conditional"), 0),
    ],
)
def test_the_exit_status_says_whether_there_is_such_a_path(
    iamtui: Iamtui, export: Path, options: tuple[str, ...], status: int
) -> None:
    assert iamtui("paths", export, *options).status == status


def test_a_way_to_somebody_who_is_no_administrator_fails_no_pipeline(iamtui: Iamtui, tmp_path: Path) -> None:
    reader = role("reader", inline={"own": _policy("s3:GetObject")})
    people = [user("dana", inline={"own": _policy("sts:AssumeRole")})]
    file = write(tmp_path / "a.json", given(users=people, roles=[reader]))
    ran = iamtui("paths", file, "--outcome", "lateral", "--fail-on", "possible")
    assert (ran.status, "✔ proven  user/dana → role/reader" in ran.out) == (0, True)
    assert iamtui("paths", file, "--to", "reader", "--fail-on", "possible").status == 1
    gained = json.loads(iamtui("paths", file, "--outcome", "lateral", "--gains", "--format", "json").out)
    assert [edge["gains"] for edge in gained["edges"]] == [{"actions": 1, "levels": {"Read": 1}}]
    assert gained["counts"]["held"] == {"scp": 0, "rcp": 0, "boundary": 0}


@pytest.mark.parametrize(
    "options",
    [
        ("--from", f"{HOME}:user/nobody"),
        ("--from", "nobody"),
        ("--to", "no-role"),
        ("--to", "tag:x"),
        ("--to", "arn:aws:sns:eu-west-1:1:x"),
        ("--path", "iam-999"),
        ("--at", "soon"),
        ("--context", "x"),
        ("--steps", "0"),
    ],
)
def test_bad_input_is_one_message(iamtui: Iamtui, export: Path, options: tuple[str, ...]) -> None:
    ran = iamtui("paths", export, *options)
    assert (ran.status, ran.out) == (2, "")
    assert options[1] in ran.err
    assert "Traceback" not in ran.err


def test_ep53_statements_that_cut_are_told_with_what_else_they_cost(iamtui: Iamtui, export: Path) -> None:
    content = json.loads(export.read_text())
    frank = {**content["UserDetailList"][0], "UserName": "frank", "UserId": "AIDA9", "Arn": f"{HOME}:user/frank"}
    content["UserDetailList"].append(frank)
    content["UserDetailList"][0]["UserPolicyList"] = []
    content["GroupDetailList"] = [
        {
            "Path": "/",
            "GroupName": "writers",
            "GroupId": "AGPAW",
            "Arn": f"{HOME}:group/writers",
            "GroupPolicyList": [{"PolicyName": "write", "PolicyDocument": _policy("iam:PutUserPolicy")}],
            "AttachedManagedPolicies": [],
        }
    ]
    for place in (0, 1):
        content["UserDetailList"][place]["GroupList"] = ["writers"]
    content["UserDetailList"].append(
        {**frank, "UserName": "gail", "UserId": "AIDA8", "Arn": f"{HOME}:user/gail", "UserPolicyList": []}
    )
    export.write_text(json.dumps(content))
    asked = ("paths", export, "--statements", "--path", "iam-007")
    told = [one for one in json.loads(iamtui(*asked, "--format", "json").out)["choke_points"] if "statement" in one]
    assert told[0] == {"statement": "write#May", "owner": f"{HOME}:group/writers", "cuts": 2, "of": 3, "also_loses": 0}
    assert "2 of 3 lose every proven path without  write#May of group/writers: nobody else" in iamtui(*asked).out


def test_held_says_what_a_boundary_alone_holds_back(iamtui: Iamtui, export: Path) -> None:
    found = json.loads(export.read_text())
    edge = f"{HOME}:policy/edge"
    found["UserDetailList"][0]["PermissionsBoundary"] = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": edge,
    }
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": _policy("s3:*")}
    found["Policies"] = [
        {
            "PolicyName": "edge",
            "PolicyId": "ANPAE",
            "Arn": edge,
            "Path": "/",
            "DefaultVersionId": "v1",
            "AttachmentCount": 0,
            "IsAttachable": True,
            "PolicyVersionList": [version],
        }
    ]
    export.write_text(json.dumps(found))
    asked = ("paths", export, "--held", "--path", "iam-007")
    assert "■ boundary alone holds back  user/dana would reach user/dana" in iamtui(*asked).out
    assert json.loads(iamtui(*asked, "--format", "json").out)["held"][0]["layer"] == "boundary"
    assert "Held back by one layer alone" in iamtui(*asked, "--format", "markdown").out
