"""`iamtui contain`: each rule open, done and unknown, and remedies that close what they say (Z1-Z15, B9)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Iamtui
from tests.trail.events import ACCOUNT, Record, delivered, event, session, user

KEY = "AKIAQGH5DJSQ7XAMPLE2"
SESSION = "ASIAQGH5DJSQ7SESSION"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
AT = "2026-11-23T10:30:00Z"


def older(moment: str) -> dict[str, Any]:
    condition = {"DateLessThan": {"aws:TokenIssueTime": moment}}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}],
    }


def export(
    folder: Path,
    *,
    dana: Sequence[Any] = (),
    ops: Sequence[Any] = (),
    keys: str | None = "Active",
    more: Any = (),
    reserved: tuple[str, str, Sequence[Any]] | None = None,
) -> Path:
    """An account where dana may do everything and assume the role ops, which may do everything too."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/dana"}, "Action": "sts:AssumeRole"}
        ],
    }

    def inline(documents: Sequence[Any]) -> list[dict[str, Any]]:
        return [{"PolicyName": f"p{n}", "PolicyDocument": document} for n, document in enumerate(documents)]

    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN}]
    details: dict[str, Any] = {
        "UserDetailList": [
            {
                "Path": "/",
                "UserName": "dana",
                "UserId": "AIDAQGH5DJSQ7DANA0000",
                "Arn": f"arn:aws:iam::{ACCOUNT}:user/dana",
                "CreateDate": "2026-01-01T00:00:00Z",
                "UserPolicyList": inline(dana),
                "AttachedManagedPolicies": attached,
                "GroupList": [],
            },
            *more,
        ],
        "GroupDetailList": [],
        "RoleDetailList": [
            {
                "Path": "/",
                "RoleName": "ops",
                "RoleId": "AROAOPS00000000000000",
                "Arn": f"arn:aws:iam::{ACCOUNT}:role/ops",
                "CreateDate": "2026-01-01T00:00:00Z",
                "AssumeRolePolicyDocument": trust,
                "RolePolicyList": inline(ops),
                "AttachedManagedPolicies": attached,
                "InstanceProfileList": [],
            }
        ],
        "Policies": [],
        "IsTruncated": False,
    }
    if reserved is not None:
        path, name, documents = reserved
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        of_set = {"Path": path, "RoleName": name, "RoleId": "AROASSO0000000000000", "Arn": arn}
        details["RoleDetailList"].append(
            {**details["RoleDetailList"][0], **of_set, "RolePolicyList": inline(documents)}
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "details.json").write_text(json.dumps(details))
    if keys is not None:
        listed = [{"UserName": "dana", "AccessKeyId": KEY, "Status": keys, "CreateDate": "2026-01-01T00:00:00Z"}]
        (folder / "keys.json").write_text(json.dumps({"AccessKeyMetadata": listed}))
    return folder


def assumed(number: int = 1, at: str = "2026-11-23T10:00:00Z") -> list[Record]:
    """Dana takes the role ops, and its session lists buckets."""
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/x"
    answer = {"credentials": {"accessKeyId": SESSION}, "assumedRoleUser": {"arn": arn}}
    role = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/ops", "roleSessionName": "x"}
    return [
        event("AssumeRole", "sts", number=number, at=at, parameters=role, response=answer),
        event("ListBuckets", number=number + 1, at=at, who=session("ops", "x", SESSION, at)),
    ]


@pytest.fixture
def asked(iamtui: Iamtui, tmp_path: Path) -> Any:
    def ask(events: Sequence[Record], *arguments: object, who: str = "dana", **of_export: Any) -> dict[str, Any]:
        exported = export(tmp_path / "export", **of_export)
        logs = delivered(tmp_path / "logs" / "a.json.gz", events)
        more = () if "--at" in arguments else ("--at", AT)
        ran = iamtui("contain", logs, exported, "--who", who, *more, *arguments, "--format", "json")
        found: dict[str, Any] = json.loads(ran.out)
        found["status"] = ran.status
        found["by"] = {check["rule"]: check["state"] for check in found["rules"]}
        found["text"] = {check["rule"]: check["text"] for check in found["rules"]}
        found["remedy"] = {check["rule"]: check["remedy"] for check in found["rules"]}
        return found

    return ask


QUIET = [event("ListUsers", "iam", number=9, at="2026-11-23T09:00:00Z")]


def test_an_active_key_is_a_way(asked: Any) -> None:
    found = asked(QUIET)
    assert found["by"]["Z1"] == "open"
    assert (found["contained"], found["status"]) == (False, 1)
    assert found["remedy"]["Z1"] == [
        f"aws iam update-access-key --user-name dana --access-key-id {KEY} --status Inactive"
    ]
    (way,) = (way for way in found["ways"] if way["kind"] == "key")
    assert way["key"] == KEY
    assert way["actions"] > 20_000


def test_a_later_event_beats_the_export(asked: Any) -> None:
    off = event(
        "UpdateAccessKey",
        "iam",
        number=2,
        at="2026-11-23T10:01:00Z",
        who=user("ivan", "AKIAQGH5DJSQ7RESPOND"),
        parameters={"userName": "dana", "accessKeyId": KEY, "status": "Inactive"},
    )
    assert asked([*QUIET, off])["by"]["Z1"] == "done"
    assert asked([*QUIET, off], "--at", "2026-11-23T10:00:30Z")["by"]["Z1"] == "open"
    on = {**off, "eventID": "on", "eventTime": "2026-11-23T10:02:00Z"}
    on["requestParameters"] = {**off["requestParameters"], "status": "Active"}
    found = asked([*QUIET, off, on])
    assert (found["by"]["Z1"], found["by"]["Z14"]) == ("open", "open")


def test_without_a_list_of_keys_their_state_is_not_known(asked: Any) -> None:
    assert asked(QUIET, keys=None)["by"]["Z1"] == "unknown"


def test_a_session_of_a_role_outlives_everything_on_the_user(asked: Any) -> None:
    found = asked(assumed(), dana=[DENY], keys="Inactive")
    assert (found["by"]["Z7"], found["by"]["Z4"]) == ("done", "open")
    (way,) = (way for way in found["ways"] if way["rule"] == "Z4")
    assert (way["key"], way["until"]) == (SESSION, "2026-11-23T22:00:00Z")
    (command,) = found["remedy"]["Z4"]
    assert command.startswith("aws iam put-role-policy --role-name ops")
    assert "aws:TokenIssueTime" in command


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (older("2026-11-23T10:00:01Z"), "done"),
        (older("2026-11-23T10:00:00Z"), "open"),
        (older("2026-11-23T09:00:00Z"), "open"),
        (DENY, "done"),
    ],
    ids=["issued before", "issued at that moment", "issued after", "everything"],
)
def test_a_session_is_closed_by_a_deny_on_its_role(asked: Any, policy: dict[str, Any], state: str) -> None:
    assert asked(assumed(), dana=[DENY], ops=[policy], keys="Inactive")["by"]["Z4"] == state
    alone = asked(assumed(), who=SESSION, dana=[DENY], ops=[policy], keys="Inactive")["by"]
    assert (alone["Z7"], alone["Z6"]) == (state, "not applicable")  # the session, not its role, is the subject


def test_a_session_that_has_ended_needs_nothing(asked: Any) -> None:
    assert asked(assumed(), "--at", "2026-11-23T22:00:01Z")["by"]["Z4"] == "done"


def test_a_session_token_of_the_user_is_closed_on_the_user(asked: Any) -> None:
    answer = {"credentials": {"accessKeyId": SESSION}}
    token = event("GetSessionToken", "sts", number=1, response=answer)
    used = event(
        number=2, who={**user(key=SESSION), "sessionContext": {"attributes": {"creationDate": "2026-11-23T10:00:00Z"}}}
    )
    assert asked([token, used], keys="Inactive")["by"]["Z3"] == "open"
    assert asked([token, used], keys="Inactive", dana=[older("2026-11-23T10:00:01Z")])["by"]["Z3"] == "done"


def test_quarantine_is_no_containment(asked: Any, tmp_path: Path) -> None:
    quarantined = event(
        "AttachUserPolicy",
        "iam",
        number=3,
        who=user("ivan", "AKIAQGH5DJSQ7RESPOND"),
        parameters={"userName": "dana", "policyArn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"},
    )
    found = asked([*QUIET, quarantined])
    assert found["by"]["Z8"] == "open"
    assert "is no containment" in found["text"]["Z8"]


def test_what_it_may_still_assume_is_a_way_back(asked: Any) -> None:
    found = asked(QUIET)
    assert (found["by"]["Z5"], found["text"]["Z5"]) == ("open", "with what it holds it may assume 1 role")
    assert [way["principal"] for way in found["ways"] if way["rule"] == "Z5"] == [f"arn:aws:iam::{ACCOUNT}:role/ops"]
    assert asked(QUIET, dana=[DENY], keys="Inactive")["by"]["Z5"] == "done"


EVE = {
    "Path": "/",
    "UserName": "eve",
    "UserId": "AIDAEVE00000000000000",
    "Arn": f"arn:aws:iam::{ACCOUNT}:user/eve",
    "CreateDate": "2026-11-23T10:05:00Z",
    "UserPolicyList": [],
    "AttachedManagedPolicies": [],
    "GroupList": [],
}


def test_what_it_made_through_a_session_is_a_subject_of_its_own(asked: Any) -> None:
    made = event("CreateUser", "iam", number=5, who=session("ops", "x", SESSION), parameters={"userName": "eve"})
    events = [*assumed(), made]
    left = asked(events, more=[EVE])
    assert (left["by"]["Z13"], left["text"]["Z13"]) == ("open", "1 of 1 change that it made is still there")
    assert asked(events)["by"]["Z13"] == "done"
    denied = {**EVE, "UserPolicyList": [{"PolicyName": "d", "PolicyDocument": DENY}]}
    assert asked(events, more=[denied])["by"]["Z13"] == "done"
    key = {"accessKey": {"userName": "eve", "accessKeyId": "AKIAQGH5DJSQ7EVE0000"}}
    taken = session("ops", "x", SESSION)
    keyed = event("CreateAccessKey", "iam", number=6, who=taken, parameters={"userName": "eve"}, response=key)
    eve = user("eve", "AKIAQGH5DJSQ7EVE0000")
    by_eve = event("CreateUser", "iam", number=7, who=eve, parameters={"userName": "mal"})
    mal = {**EVE, "UserName": "mal", "UserId": "AIDAMAL", "Arn": f"arn:aws:iam::{ACCOUNT}:user/mal"}
    found = asked([*events, keyed, by_eve], more=[denied, mal])  # what eve made is the subject's doing too
    assert found["by"]["Z13"] == "open"
    assert mal["Arn"] in {way["principal"] for way in found["ways"]}


def test_an_export_that_is_younger_than_the_moment_is_undone(asked: Any) -> None:
    """J5: what events tell of between is taken back; what was before others is not known, and said so."""
    ivan = user("ivan", "AKIAQGH5DJSQ7RESPOND")
    parameters = {"userName": "dana", "accessKeyId": KEY, "status": "Inactive"}
    off = event("UpdateAccessKey", "iam", number=2, at="2026-11-23T10:01:00Z", who=ivan, parameters=parameters)
    of_export = {"keys": "Inactive", "more": [EVE]}  # EVE gives the export its date, 10:05
    before = asked([*QUIET, off], "--at", "2026-11-23T10:00:30Z", **of_export)
    assert (before["by"]["Z1"], "J5" in before["by"]) == ("open", False)
    policy = {"userName": "dana", "policyName": "p"}
    deleted = event("DeleteUserPolicy", "iam", number=3, at="2026-11-23T10:02:00Z", who=ivan, parameters=policy)
    unknown = asked([*QUIET, off, deleted], "--at", "2026-11-23T10:00:30Z", **of_export)
    assert (unknown["by"]["J5"], unknown["proved"]) == ("unknown", False)


def test_a_credential_for_a_service_is_left_until_it_is_deleted(asked: Any) -> None:
    made = {"serviceSpecificCredential": {"userName": "dana", "serviceSpecificCredentialId": "ACCAEXAMPLE"}}
    named = {"userName": "dana", "serviceName": "codecommit.amazonaws.com"}
    create = event("CreateServiceSpecificCredential", "iam", number=5, parameters=named, response=made)
    found = asked([*QUIET, create], keys="Inactive")
    assert (found["by"]["Z2"], "ACCAEXAMPLE" in found["text"]["Z2"]) == ("open", True)
    assert found["remedy"]["Z2"] == [
        "aws iam delete-service-specific-credential --user-name dana --service-specific-credential-id ACCAEXAMPLE"
    ]
    gone = {"userName": "dana", "serviceSpecificCredentialId": "ACCAEXAMPLE"}
    delete = event("DeleteServiceSpecificCredential", "iam", number=6, at="2026-11-23T10:01:00Z", parameters=gone)
    assert asked([*QUIET, create, delete], keys="Inactive")["by"]["Z2"] == "unknown"


def test_a_person_of_identity_center_is_out_when_disabled_and_denied(asked: Any) -> None:
    """Z11: both of it: nobody signs in any more, and no permission-set session is left."""
    path, name = "/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Admin_0123456789abcdef"
    kim = {"userId": "id-of-kim"}
    identity = {**session(f"{path[1:]}{name}", "kim", SESSION, "2026-11-23T10:00:00Z"), "onBehalfOf": kim}
    called = event("ListUsers", "iam", number=5, who=identity)
    off = event("DisableUser", "sso-directory", number=6, at="2026-11-23T10:10:00Z", parameters=kim)
    on = event("EnableUser", "sso-directory", number=7, at="2026-11-23T10:12:00Z", parameters=kim)
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/kim"

    def state(*events: Record, policy: dict[str, Any] | None = None) -> str:
        found = asked(events, who=who, reserved=(path, name, [policy] if policy else []))
        return str(found["by"]["Z11"])

    assert state(called, off) == "open"
    assert state(called, policy=older("2026-11-23T10:20:00Z")) == "unknown"
    assert state(called, off, policy=older("2026-11-23T10:20:00Z")) == "done"
    assert state(called, off, on, policy=DENY) == "open"


def test_the_remedies_are_tried_before_they_are_told(asked: Any) -> None:
    key = {"accessKey": {"userName": "eve", "accessKeyId": "AKIAQGH5DJSQ7EVE0000"}}
    events = [
        *assumed(),
        event("CreateUser", "iam", number=5, who=session("ops", "x", SESSION), parameters={"userName": "eve"}),
        event(
            "CreateAccessKey",
            "iam",
            number=6,
            who=session("ops", "x", SESSION),
            parameters={"userName": "eve"},
            response=key,
        ),
    ]
    found = asked(events, more=[EVE])
    assert found["text"]["Z15"] == "as if the remedies were done: contained"
    assert any("AKIAQGH5DJSQ7EVE0000" in command for command in found["remedy"]["Z13"])


def test_all_done_is_contained_and_proved(asked: Any) -> None:
    found = asked(assumed(), dana=[DENY], ops=[DENY], keys="Inactive")
    assert (found["contained"], found["proved"], found["status"], found["ways"]) == (True, True, 0, [])


def test_a_key_means_its_owner(iamtui: Iamtui, tmp_path: Path) -> None:
    exported = export(tmp_path / "export")
    ran = iamtui("contain", exported, "--who", KEY, "--at", AT, "--format", "json")
    assert json.loads(ran.out)["subject"]["principal"] == f"arn:aws:iam::{ACCOUNT}:user/dana"


def test_without_events_what_was_not_looked_at_is_said(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("contain", export(tmp_path / "export"), "--who", "dana", "--at", AT)
    assert ran.status == 1
    assert "no events were read" in ran.out


BAD = [
    (("--who", "nobody"), "neither the events nor the export know who this is"),
    (("--who", "AKIAQGH5DJSQ7NOBODY0"), "nothing that was read says whose key this is"),
    (("--who", "dana", "--at", "now"), "--at now: expected a date and time"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[row[1] for row in BAD])
def test_bad_input_is_one_clear_message(
    iamtui: Iamtui, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = iamtui("contain", export(tmp_path / "export"), *arguments)
    assert ran.status == 2
    assert message in ran.err


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_secret_is_shown(iamtui: Iamtui, tmp_path: Path, form: str) -> None:
    logs = delivered(
        tmp_path / "a.json",
        [event("CreateLoginProfile", "iam", number=1, parameters={"userName": "eve", "password": "planted-7c1f"})],
    )
    ran = iamtui(
        "contain",
        logs,
        export(tmp_path / "export"),
        "--who",
        "dana",
        "--format",
        form,
        *(["--full"] if form == "text" else []),
    )
    assert "planted-7c1f" not in ran.out + ran.err
    assert "Z1" in ran.out


def test_a_name_of_any_length_stays_a_line(iamtui: Iamtui, tmp_path: Path) -> None:
    export(tmp_path)
    ran = iamtui("contain", tmp_path, "--who", "x" * 100_000, "--at", AT)
    assert ran.status == 2
    assert ran.err == f"iamtui: --who {'x' * 200}…: neither the events nor the export know who this is\n"
    ran = iamtui("simulate", tmp_path, "--principal", "x" * 100_000, "--action", "s3:GetObject")
    assert len(ran.err) < 5_000
