"""`iamtui why-denied` on every form of a denial, with and without an export (B8, AT20-AT24)."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ALICE, Iamtui, Ran, allow, write

BUCKET = "arn:aws:s3:::ledger/q3.csv"
PUT = f"User: {ALICE} is not authorized to perform: s3:PutObject on resource: {BUCKET}"
SILENT = f"{PUT} because no identity-based policy allows the s3:PutObject action"
OTHER_LAYER = f"{PUT} with an explicit deny in a service control policy"
GET = SILENT.replace("PutObject", "GetObject")


def why(ran: Ran) -> dict[str, Any]:
    assert (ran.status, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    assert found["version"] == 1
    return found


def test_without_an_export_the_refusal_alone_is_read(iamtui: Iamtui) -> None:
    found = why(iamtui("why-denied", "--message", SILENT, "--format", "json"))
    assert found["denial"] == {
        "principal": ALICE,
        "action": "s3:PutObject",
        "resource": BUCKET,
        "result": "implicitDeny",
        "layer": "identity",
        "policy": None,
        "authorization_id": None,
        "encoded": False,
        "about": "policy",
    }
    assert found["request"]["action"] == "s3:PutObject"
    assert (found["decision"], found["class"]) == (None, "not-comparable")


def test_a_refusal_that_the_export_says_too_is_explained(iamtui: Iamtui, export: Path) -> None:
    found = why(iamtui("why-denied", export, "--message", SILENT, "--format", "json"))
    assert (found["class"], found["causes"]) == ("agrees", [])
    assert found["decision"]["decision"] == "implicitDeny"
    assert found["decision"]["layers"]
    assert found["aws"] == {"result": "implicitDeny", "layer": "identity", "policy": None, "trace": None}
    assert found["smallest_change"][0]["text"].startswith("no Allow for s3:PutObject")


def test_another_layer_differs_and_names_what_was_not_exported(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("why-denied", export, "--message", OTHER_LAYER)
    assert "≠ DIFFERS" in ran.out
    found = why(iamtui("why-denied", export, "--message", OTHER_LAYER, "--format", "json"))
    assert found["class"] == "agrees-other-layer"
    told = [cause["evidence"] for cause in found["causes"] if cause["cause"] == "not-exported"]
    assert len([evidence for evidence in told if "SCPs" in evidence]) == 1


def test_what_the_export_allows_differs(iamtui: Iamtui, export: Path) -> None:
    found = why(iamtui("why-denied", export, "--message", GET, "--format", "json"))
    assert (found["class"], found["decision"]["decision"]) == ("aws-refused-we-allow", "allowed")


def test_what_depends_on_an_unknown_key_cannot_be_told_until_it_is_stated(iamtui: Iamtui, tmp_path: Path) -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    user = {
        "Path": "/eng/",
        "UserName": "alice",
        "UserId": "AIDAALICE",
        "Arn": ALICE,
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": allow("s3:*", Condition=condition)}],
        "GroupList": [],
        "AttachedManagedPolicies": [],
    }
    whole = {
        "UserDetailList": [user],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
        "IsTruncated": False,
    }
    export = write(tmp_path / "account.json", whole)
    asked = ("why-denied", export, "--message", SILENT, "--format", "json")
    found = why(iamtui(*asked))
    assert found["class"] == "fits"
    assert {"cause": "unknown-key", "evidence": "aws:SourceIp"} in found["causes"]
    assert why(iamtui(*asked, "--context", "aws:SourceIp=198.51.100.1"))["class"] == "agrees"
    assert why(iamtui(*asked, "--context", "aws:SourceIp=203.0.113.9"))["class"] == "aws-refused-we-allow"


def test_a_policy_that_aws_names_and_the_export_lacks_is_the_cause(iamtui: Iamtui, export: Path) -> None:
    arn = "arn:aws:iam::111122223333:policy/Guard"
    message = f"{PUT} with an explicit deny in an identity-based policy: {arn}"
    found = why(iamtui("why-denied", export, "--message", message, "--format", "json"))
    assert found["class"] == "agrees-other-layer"
    assert found["causes"][0] == {
        "cause": "change",
        "evidence": f"{arn} denied, and does not apply to the caller in the export",
    }


def test_the_command_that_tells_more_is_printed(iamtui: Iamtui) -> None:
    link = "https://eu-west-1.console.aws.amazon.com/iam/home?region=eu-west-1#/authorization-details/abc123"
    call = "call the GetRequestAuthorizationDetails API with the following authorization id: abc123"
    ran = iamtui("why-denied", "--message", f"{SILENT}. Go to {link} for complete details, or {call}")
    command = "aws iam-toolbox get-request-authorization-details --authorization-id abc123 --region eu-west-1"
    assert command in ran.out


def test_our_own_account_is_explained_and_laid_beside_ours(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    """AT23, AT25: two parts, of which AWS allowed one."""
    call = ("--action", "s3:GetObject", "--resource", BUCKET, "--also", f"s3:PutObject={BUCKET}")
    printed = iamtui("simulate", export, "--principal", ALICE, *call, "--format", "authorization-details").out
    file = write(tmp_path / "details.json", printed)
    ran = iamtui("why-denied", export, "--file", file)
    assert "✔ EXPLAINED" in ran.out
    assert "= PRINCIPAL  AWS IMPLICIT_DENY · iamtui IMPLICIT_DENY" in ran.out
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert [(part["denial"]["action"], part["class"]) for part in found["parts"]] == [
        ("s3:PutObject", "agrees"),
        ("s3:GetObject", "agrees"),
    ]
    assert found["aws"]["trace"][0]["layer"] == "PRINCIPAL"
    assert found["request"]["unstated"] == "absent"


def test_a_target_and_a_policy_that_the_export_lacks_are_the_causes(
    iamtui: Iamtui, export: Path, tmp_path: Path
) -> None:
    """AT22."""
    call = ("--action", "s3:PutObject", "--resource", BUCKET)
    printed = iamtui("simulate", export, "--principal", ALICE, *call, "--format", "authorization-details").out
    details = json.loads(printed)
    target = "arn:aws:organizations::999988887777:root/o-acme000001/r-acme"
    guard = "arn:aws:organizations::999988887777:policy/o-acme000001/service_control_policy/p-guard"
    statements = [{"sid": "NoPut", "evaluatedEffect": "DENY"}]
    details["evaluations"][0]["evaluatedEffect"] = "EXPLICIT_DENY"
    details["evaluations"][0]["checks"].insert(
        0,
        {
            "checkType": "SERVICE_CONTROL_POLICY",
            "evaluatedEffect": "EXPLICIT_DENY",
            "targetArn": target,
            "matchedPolicies": [{"uri": guard, "matchedStatements": statements}],
        },
    )
    info = {"type": "SERVICE_CONTROL_POLICY", "inline": False, "uri": guard, "attachedTo": [{"arn": target}]}
    details["policies"].append(info)
    file = write(tmp_path / "details.json", details)
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert (found["class"], found["aws"]["layer"], found["aws"]["policy"]) == ("agrees-other-layer", "scp", guard)
    assert [cause["evidence"] for cause in found["causes"][:2]] == [
        f"AWS evaluated {guard}, attached to {target}, which does not apply in the export",
        f"AWS evaluated SERVICE_CONTROL_POLICY of {target}, which the export does not have",
    ]


DECODED = {
    "allowed": False,
    "explicitDeny": False,
    "matchedStatements": {"items": []},
    "failures": {"items": []},
    "context": {
        "principal": {"id": "AIDAALICE", "name": "alice", "arn": ALICE},
        "action": "s3:PutObject",
        "resource": BUCKET,
        "conditions": {"items": [{"key": "aws:Region", "values": {"items": [{"value": "eu-west-1"}]}}]},
    },
}


@pytest.mark.parametrize("decoded", [DECODED, {"DecodedMessage": json.dumps(DECODED)}], ids=["alone", "as printed"])
def test_a_decoded_message_states_its_whole_context(
    iamtui: Iamtui, export: Path, tmp_path: Path, decoded: object
) -> None:
    """N7."""
    file = write(tmp_path / "decoded.json", decoded)
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert (found["class"], found["request"]["unstated"]) == ("agrees", "absent")
    assert found["request"]["context"]["aws:Region"]["values"] == ["eu-west-1"]


def test_standard_input_may_hold_the_error(iamtui: Iamtui, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"upload failed: ./q3.csv An error occurred (AccessDenied) when calling the PutObject operation: {SILENT}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert "✔ EXPLAINED" in iamtui("why-denied", export, "--file", "-").out


def test_markdown_holds_the_answer(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("why-denied", export, "--message", SILENT, "--format", "markdown")
    assert ran.out.startswith("## ✔ EXPLAINED\n")


@pytest.mark.parametrize("name", ["user nobody", "role auditor"])
def test_names_are_found_in_the_export_or_told(iamtui: Iamtui, export: Path, name: str) -> None:
    kind, _, entity = name.partition(" ")
    message = f"User: {ALICE} is not authorized to perform: iam:Get{kind.title()} on resource: {name}"
    found = why(iamtui("why-denied", export, "--message", message, "--format", "json"))
    assert found["request"]["resource"] == f"arn:aws:iam::111122223333:{kind}/{entity}"
    told = f"the path of the {kind} {entity} is not known: taken as /"
    assert (told in found["notes"]) is (entity == "nobody")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Hello", "expected a refusal of AWS"),
        ("", "expected a value, got an empty word"),
        ("ユーザーには権限がありません", "the message is in Japanese"),
        ('{"evaluations": [3], "requestContext": {}}', "/evaluations/0: expected an object"),
        ('{"allowed": true, "context": {}}', "says that the call was allowed"),
        ('{"allowed": false, "context": {}}', "expected context.principal.arn and context.action"),
        ('{"DecodedMessage": "{"}', "DecodedMessage: expected JSON"),
    ],
)
def test_what_is_no_denial_is_one_clear_sentence(iamtui: Iamtui, message: str, said: str) -> None:
    ran = iamtui("why-denied", "--message", message)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("--message", "x", "--file", "y")])
def test_one_denial_is_asked_for(iamtui: Iamtui, arguments: tuple[str, ...]) -> None:
    ran = iamtui("why-denied", *arguments)
    assert ran.status == 2
    assert "expected one of --message TEXT, --file FILE and --event ID" in ran.err


def test_a_file_that_is_not_there_is_named(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("why-denied", "--file", tmp_path / "none.json")
    assert ran.status == 2
    assert "none.json" in ran.err


def test_an_export_of_another_account_is_refused_in_one_sentence(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("why-denied", export, "--message", SILENT.replace("111122223333", "444455556666"))
    assert (ran.status, ran.out) == (2, "")
    assert "the call is about account 444455556666, and the export holds 111122223333" in ran.err


def test_a_caller_that_the_export_lacks_cannot_be_told(iamtui: Iamtui, export: Path) -> None:
    found = why(iamtui("why-denied", export, "--message", SILENT.replace("eng/alice", "eng/bob"), "--format", "json"))
    assert found["class"] == "not-comparable"
    assert "has no user" in found["causes"][0]["evidence"]


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("An error occurred (ExpiredToken) when calling the ListUsers operation: expired", "no-policy-matter"),
        ("IAM user access not activated", "no-policy-matter"),
        ("Access Denied", "not-stated"),
    ],
)
def test_what_no_policy_decides_is_not_compared(iamtui: Iamtui, export: Path, message: str, cause: str) -> None:
    found = why(iamtui("why-denied", export, "--message", message, "--format", "json"))
    assert found["class"] == "not-comparable"
    assert found["causes"][0]["cause"] == cause


def test_hostile_text_is_shown_and_not_obeyed(iamtui: Iamtui) -> None:
    hostile = (
        f"User: {ALICE} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/\x1b[31m\u202e[bold]x"
    )
    for form in ("text", "json", "markdown"):
        ran = iamtui("why-denied", "--message", hostile, "--format", form)
        assert ran.status == 0
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


def event(**members: object) -> dict[str, Any]:
    return {
        "eventVersion": "1.10",
        "eventID": "0e5c0c7e-3d0b-4c6e-9a7e-1f2d3c4b5a69",
        "eventTime": "2026-11-29T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "eventType": "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "arn": ALICE, "accountId": "111122223333", "principalId": "AIDAALICE"},
        "requestParameters": {"bucketName": "ledger", "key": "q3.csv"},
        "resources": [
            {"type": "AWS::S3::Object", "ARN": BUCKET},
            {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::ledger", "accountId": "111122223333"},
        ],
        "errorCode": "AccessDenied",
        "errorMessage": SILENT,
        **members,
    }


def test_an_event_states_its_context_and_its_time(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "event.json", event())
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert found["class"] == "agrees"
    assert found["request"]["at"] == "2026-11-29T10:00:00+00:00"
    assert found["request"]["context"]["aws:SourceIp"]["values"] == ["203.0.113.9"]


def test_an_event_without_a_message_is_decided_by_what_it_records(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "event.json", event(errorMessage=None))
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert (found["denial"]["action"], found["denial"]["resource"]) == ("s3:PutObject", BUCKET)
    assert (found["class"], found["denial"]["layer"]) == ("agrees", None)


def test_an_event_is_found_by_its_id_beside_an_export_in_one_folder(iamtui: Iamtui, export: Path) -> None:
    """B1."""
    write(export.parent / "trail.json", {"Records": [event(eventID="other", errorCode=None), event()]})
    found = why(iamtui("why-denied", export.parent, "--event", event()["eventID"], "--format", "json"))
    assert (found["class"], found["decision"]["decision"]) == ("agrees", "implicitDeny")


@pytest.mark.parametrize(
    ("events", "wanted", "said"),
    [
        ([event()], "none", "--event none: expected the id of one event, no event begins so"),
        (
            [event(errorCode=None)],
            event()["eventID"],
            "expected the event of a refused call: this PutObject succeeded",
        ),
        ([event(errorCode="NoSuchBucket")], event()["eventID"], "ended in NoSuchBucket, which is no refusal"),
        ([], "x", "expected CloudTrail events, found none"),
    ],
)
def test_an_event_that_cannot_be_asked_about_is_one_sentence(
    iamtui: Iamtui, tmp_path: Path, events: list[object], wanted: str, said: str
) -> None:
    ran = iamtui("why-denied", write(tmp_path / "trail.json", {"Records": events}), "--event", wanted)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_an_event_needs_a_place_to_be_found(iamtui: Iamtui) -> None:
    assert "expected PATH with CloudTrail events" in iamtui("why-denied", "--event", "x").err


def test_a_file_of_several_events_asks_for_one(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "trail.json", {"Records": [event(), event(eventID="b")]})
    assert "expected one event, found 2: name one with --event" in iamtui("why-denied", "--file", file).err


def test_an_event_without_a_caller_cannot_be_told(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "event.json", event(userIdentity=None, errorMessage="Access Denied"))
    found = why(iamtui("why-denied", export, "--file", file, "--format", "json"))
    assert (found["class"], found["causes"][0]["cause"]) == ("not-comparable", "not-stated")


SECRET = "IQoJb3JpZ2luX2VjEPlanted"  # noqa: S105 - made for this test


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("place", ["message", "event"])
def test_no_secret_is_shown(iamtui: Iamtui, export: Path, tmp_path: Path, form: str, place: str) -> None:
    """M1, M2."""
    message = f"{PUT}?token={SECRET} because no identity-based policy allows the s3:PutObject action"
    given = event(errorMessage=message, requestParameters={"bucketName": "ledger", "key": SECRET, "sessionToken": "x"})
    file = write(tmp_path / "input", message if place == "message" else given)
    ran = iamtui("why-denied", export, "--file", file, "--format", form, "--full")
    assert ran.status == 0
    assert "masked: " in ran.out
    assert SECRET not in ran.out + ran.err


def fetched(folder: Path, details: object, documents: dict[str, object]) -> Path:
    """A folder as the script of `collect-script --authorization-id` leaves it."""
    folder.mkdir()
    write(folder / "details.json", details)
    for number, (uri, document) in enumerate(documents.items(), 1):
        write(folder / f"policy-{number}.uri", uri)
        write(folder / f"policy-{number}.json", {"policyDocument": document})
    return folder


def test_the_documents_beside_the_account_decide_without_an_export(
    iamtui: Iamtui, export: Path, tmp_path: Path
) -> None:
    """AT7, AT21."""
    call = ("--action", "s3:PutObject", "--resource", BUCKET, "--format", "authorization-details")
    details = json.loads(iamtui("simulate", export, "--principal", ALICE, *call).out)
    (policy,) = details["policies"]
    folder = fetched(tmp_path / "abc", details, {policy["uri"]: allow("s3:Get*")})
    found = why(iamtui("why-denied", "--file", folder, "--format", "json"))
    assert (found["class"], found["decision"]["decision"]) == ("agrees", "implicitDeny")
    assert any("may leave out actions of other services" in note for note in found["notes"])
    write(folder / "policy-1.json", {"policyDocument": allow("s3:*")})
    found = why(iamtui("why-denied", "--file", folder / "details.json", "--format", "json"))
    assert (found["class"], found["causes"][0]["cause"]) == ("aws-refused-we-allow", "unexplained")


def test_a_document_that_was_not_fetched_leaves_it_open(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    call = ("--action", "s3:PutObject", "--resource", BUCKET, "--format", "authorization-details")
    details = json.loads(iamtui("simulate", export, "--principal", ALICE, *call).out)
    other = {"type": "PERMISSIONS_BOUNDARY", "inline": False, "uri": "arn:aws:iam::1:policy/b", "attachedTo": []}
    folder = fetched(tmp_path / "abc", details, {details["policies"][0]["uri"]: allow("s3:Get*")})
    write(folder / "details.json", {**details, "policies": [*details["policies"], other]})
    found = why(iamtui("why-denied", "--file", folder, "--format", "json"))
    assert (found["class"], found["decision"]) == ("not-comparable", None)
    assert found["causes"][0]["evidence"] == "the document of arn:aws:iam::1:policy/b is not there"


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "policy-1.json: expected JSON with policyDocument"), ("[]", "expected an object with policyDocument")],
)
def test_a_document_that_cannot_be_read_is_named(
    iamtui: Iamtui, export: Path, tmp_path: Path, content: str, said: str
) -> None:
    call = ("--action", "s3:PutObject", "--resource", BUCKET, "--format", "authorization-details")
    details = json.loads(iamtui("simulate", export, "--principal", ALICE, *call).out)
    folder = fetched(tmp_path / "abc", details, {"x": {}})
    write(folder / "policy-1.json", content)
    ran = iamtui("why-denied", "--file", folder)
    assert ran.status == 2
    assert said in ran.err


def test_a_folder_without_an_account_is_refused(iamtui: Iamtui, tmp_path: Path) -> None:
    assert "expected details.json" in iamtui("why-denied", "--file", tmp_path).err


@pytest.mark.parametrize("form", ["message", "event", "account"])
def test_a_pack_holds_the_answer_and_a_case_that_check_passes(
    iamtui: Iamtui, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """AT26, B19, B20: any denial becomes a case with its full context."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "trail.json", {"Records": [event()]})
    call = ("--principal", ALICE, "--action", "s3:PutObject", "--resource", BUCKET)
    printed = iamtui("simulate", export, *call, "--format", "authorization-details").out
    write(tmp_path / "details.json", printed)
    asked = {
        "message": (export, "--message", SILENT),
        "event": (export, "trail.json", "--event", event()["eventID"]),
        "account": (export, "--file", "details.json"),
    }[form]
    for name in ("first", "second"):
        assert iamtui("why-denied", *asked, "--pack", name).status == 0
    files = [sorted((tmp_path / name).iterdir()) for name in ("first", "second")]
    assert [path.read_bytes() for path in files[0] if path.name != "scenarios.json"] == [
        path.read_bytes() for path in files[1] if path.name != "scenarios.json"
    ]
    (case,) = json.loads((tmp_path / "first" / "scenarios.json").read_text())["cases"]
    assert (case["expect"], case["request"]["principal"]) == ("implicitDeny", ALICE)
    assert json.loads((tmp_path / "first" / "answer.json").read_text())["class"] == "agrees"
    assert len((tmp_path / "first" / "events.jsonl").read_text().splitlines()) == (form == "event")
    assert "EXPLAINED" in (tmp_path / "first" / "report.md").read_text()
    ran = iamtui("check", "first/scenarios.json")
    assert (ran.status, ran.out) == (0, "1 passed, 0 failed, 0 errors\n")


def test_an_error_that_a_shell_wrote_in_utf_16_is_read(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    file = tmp_path / "error.txt"
    file.write_bytes(SILENT.encode("utf-16"))
    assert "✔ EXPLAINED" in iamtui("why-denied", export, "--file", file).out
