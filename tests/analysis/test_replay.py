"""Recorded calls decided again: every class of disagreement, with its cause (J1-J5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.replay import Replay, ReplayedCall, replay
from iamtui.reports.replay import replay_data, replay_lines
from iamtui.reports.tree_text import plain_text
from iamtui.snapshot.model import Snapshot
from iamtui.trail.reading import read_trail
from tests.evaluation.building import allow, arn, deny, managed, role, snapshot, trust, user

ANA = arn("user/ana")
BUCKET = "arn:aws:s3:::ledger"
SENTENCE = f"User: {ANA} is not authorized to perform: s3:GetObject on resource: {BUCKET}/k"
SILENT = f"{SENTENCE} because no identity-based policy allows the s3:GetObject action"
EXPORTED = datetime(2026, 11, 20, tzinfo=UTC)


def event(number: int, **members: object) -> dict[str, Any]:
    """A GetObject of ana at noon of the 22nd, with a number as its id."""
    return {
        "eventVersion": "1.10",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-11-22T12:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventType": "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "arn": ANA, "accountId": "111122223333", "principalId": "AIDAANA"},
        "requestParameters": {"bucketName": "ledger", "key": "k"},
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"{BUCKET}/k"},
            {"type": "AWS::S3::Bucket", "ARN": BUCKET, "accountId": "111122223333"},
        ],
        "errorCode": None,
        "errorMessage": None,
        **members,
    }


def refused(number: int, message: str | None = SILENT, **members: object) -> dict[str, Any]:
    return event(number, errorCode="AccessDenied", errorMessage=message, **members)


def changed(number: int, at: str, name: str = "AttachUserPolicy") -> dict[str, Any]:
    parameters = {"userName": "ana", "policyArn": arn("policy/readers")}
    return event(
        number,
        eventTime=at,
        eventSource="iam.amazonaws.com",
        eventName=name,
        readOnly=False,
        requestParameters=parameters,
        resources=None,
        userIdentity={"type": "Root", "arn": arn("root"), "accountId": "111122223333"},
    )


def replayed(
    folder: Path, events: Sequence[object], *statements: object, moment: datetime | None = EXPORTED, **more: object
) -> Replay:
    export = folder / "export"
    export.mkdir(exist_ok=True)
    trail = folder / "trail.json"
    trail.write_text(json.dumps({"Records": events}))
    return replay(read_trail([trail]), _snapshot(export, *statements, **more), moment=moment)


def _snapshot(folder: Path, *statements: object, **more: object) -> Snapshot:
    return snapshot(folder, **{"UserDetailList": [user("ana", *statements)], **more})


def only(found: Replay, name: str = "GetObject") -> ReplayedCall:
    (call,) = [call for call in found.calls if call.event.call.name == name]
    return call


def test_an_allowed_call_that_the_export_allows_agrees(tmp_path: Path) -> None:
    call = only(replayed(tmp_path, [event(1)], allow("s3:*")))
    assert (call.agreement, call.causes) == (Agreement.AGREES, ())
    assert [(part.part.action, part.word) for part in call.parts] == [("s3:GetObject", "allowed")]


def test_an_error_of_the_service_itself_comes_after_authorization(tmp_path: Path) -> None:
    call = only(replayed(tmp_path, [event(1, errorCode="NoSuchKey")], allow("s3:*")))
    assert call.agreement is Agreement.AGREES


@pytest.mark.parametrize("message", [SILENT, SENTENCE, None, "Access Denied"])
def test_a_refused_call_that_the_export_denies_agrees(tmp_path: Path, message: str | None) -> None:
    call = only(replayed(tmp_path, [refused(1, message)]))
    assert call.agreement is Agreement.AGREES


def test_another_layer_than_aws_names_is_a_class_of_its_own(tmp_path: Path) -> None:
    """N9: result, then layer."""
    message = f"{SENTENCE} with an explicit deny in a permissions boundary"
    call = only(replayed(tmp_path, [refused(1, message)], deny("s3:*")))
    assert call.agreement is Agreement.AGREES_OTHER_LAYER
    assert call.causes[0].evidence.startswith("AWS names the permissions_boundary layer")


def test_what_an_unknown_key_leaves_open_fits_and_names_the_key(tmp_path: Path) -> None:
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    events = [refused(1, sourceIPAddress="10.0.0.1", vpcEndpointId="vpce-1")]
    call = only(replayed(tmp_path, events, allow("s3:*", Condition=condition)))
    assert call.agreement is Agreement.FITS
    assert ("unknown-key", "aws:SourceVpc") in [(cause.kind.value, cause.evidence) for cause in call.causes]
    assert "aws:SourceVpc" in call.parts[0].leans_on


@pytest.mark.parametrize(
    ("message", "made_by", "agreement"),
    [
        (None, {}, Agreement.FITS),
        ("with an explicit deny in a session policy", {}, Agreement.FITS),
        ("with an explicit deny in a service control policy", {}, Agreement.AWS_REFUSED_WE_ALLOW),
        (None, {"ec2RoleDelivery": "2.0"}, Agreement.AWS_REFUSED_WE_ALLOW),
    ],
    ids=["no reason", "a session policy", "another layer", "of an instance, which has none"],
)
def test_a_session_policy_that_no_event_shows_may_refuse(
    tmp_path: Path, message: str | None, made_by: dict[str, str], agreement: Agreement
) -> None:
    """U14: of a session whose issuing event was not read, the session layer is unknown."""
    session = "arn:aws:sts::111122223333:assumed-role/ops/x"
    issuer = {"type": "Role", "arn": arn("role/ops")}
    who = {
        "type": "AssumedRole",
        "arn": session,
        "accountId": "111122223333",
        "accessKeyId": "ASIAOPS",
        "sessionContext": {"sessionIssuer": issuer, "attributes": {}, **made_by},
    }
    text = None if message is None else f"{SENTENCE.replace(ANA, session)} {message}"
    roles = [role("ops", trust({"Service": "ec2.amazonaws.com"}), allow("s3:*"))]
    call = only(replayed(tmp_path, [refused(1, text, userIdentity=who)], RoleDetailList=roles))
    assert call.agreement is agreement
    assert any("its session tags and policies" in cause.evidence for cause in call.causes) is (not made_by)


def test_a_change_after_the_call_explains_a_refusal_that_the_export_allows(tmp_path: Path) -> None:
    events = [refused(1), changed(2, "2026-11-23T00:00:00Z")]
    late = datetime(2026, 11, 24, tzinfo=UTC)
    call = only(replayed(tmp_path, events, allow("s3:*"), moment=late))
    assert call.agreement is Agreement.AWS_REFUSED_WE_ALLOW
    assert (call.causes[0].kind.value, call.causes[0].evidence) == (
        "change",
        "AttachUserPolicy after the call, event 00000000-0000-4000-8000-000000000002",
    )
    assert {cause.kind.value for cause in call.causes[1:]} == {"not-exported"}


def test_a_change_before_the_call_and_after_the_export_explains_what_it_denies(tmp_path: Path) -> None:
    events = [event(1), changed(2, "2026-11-21T00:00:00Z")]
    call = only(replayed(tmp_path, events))
    assert call.agreement is Agreement.AWS_ALLOWED_WE_DENY
    assert call.causes[0].evidence.startswith("AttachUserPolicy before the call, after the export")


LATER = datetime(2026, 11, 24, tzinfo=UTC)
REBUILT = "by the policies of that moment, rebuilt from 1 of the events, it agrees"


def of_policy(number: int, at: str, name: str, *statements: object) -> dict[str, Any]:
    document = {"policyDocument": json.dumps({"Version": "2012-10-17", "Statement": statements})} if statements else {}
    parameters = {"userName": "ana", "policyName": "ana-inline", **document}
    return {**changed(number, at, name), "requestParameters": parameters}


def test_the_policies_of_the_moment_are_rebuilt_from_the_events(tmp_path: Path) -> None:
    """J5: what was attached since is taken away again; what was deleted since is known where it was put."""

    def told(*events: object, **more: Any) -> list[str]:
        return [cause.evidence for cause in only(replayed(tmp_path, events, moment=LATER, **more)).causes]

    attached = {
        "UserName": "ana",
        "AttachedManagedPolicies": [{"PolicyName": "readers", "PolicyArn": arn("policy/readers")}],
    }
    readers = {"UserDetailList": [{**user("ana"), **attached}], "Policies": [managed("readers", allow("s3:*"))]}
    assert REBUILT in told(refused(1), changed(2, "2026-11-23T00:00:00Z"), **readers)
    deleted = of_policy(2, "2026-11-23T00:00:00Z", "DeleteUserPolicy")
    missing = "what was before DeleteUserPolicy, event 00000000-0000-4000-8000-000000000002, is in no event"
    assert missing in told(event(1), deleted)
    put = of_policy(3, "2026-11-20T00:00:00Z", "PutUserPolicy", allow("s3:*"))
    assert REBUILT in told(put, event(1), deleted)


def test_a_change_outside_of_call_and_export_explains_nothing(tmp_path: Path) -> None:
    events = [event(1), changed(2, "2026-11-19T00:00:00Z"), changed(3, "2026-11-23T00:00:00Z")]
    call = only(replayed(tmp_path, events))
    assert {cause.kind.value for cause in call.causes} == {"not-exported"}


def test_a_change_just_before_may_not_have_been_in_force(tmp_path: Path) -> None:
    events = [refused(1), changed(2, "2026-11-22T11:59:00Z")]
    call = only(replayed(tmp_path, events, allow("s3:*"), moment=datetime(2026, 11, 24, tzinfo=UTC)))
    assert ("not-propagated", "AttachUserPolicy was 60 seconds old, event 00000000-0000-4000-8000-000000000002") in [
        (cause.kind.value, cause.evidence) for cause in call.causes
    ]


@pytest.mark.parametrize(("seconds", "told"), [("45", True), ("61", False)])
def test_the_other_answer_within_a_minute_says_that_something_was_under_way(
    tmp_path: Path, seconds: str, told: bool
) -> None:
    at = "2026-11-22T12:00:45Z" if seconds == "45" else "2026-11-22T12:01:01Z"
    found = replayed(tmp_path, [refused(1), event(2, eventTime=at)], allow("s3:*"))
    (call,) = [call for call in found.calls if call.agreement is Agreement.AWS_REFUSED_WE_ALLOW]
    assert any(cause.kind.value == "not-propagated" for cause in call.causes) is told


@pytest.mark.parametrize(
    ("members", "cause"),
    [
        ({"errorCode": "ValidationException"}, "ValidationException may come before a call is authorized"),
        ({"errorCode": "Client.InvalidVpcID.NotFound"}, "Client.InvalidVpcID.NotFound may come before"),
        ({"errorCode": "ThrottlingException"}, "ThrottlingException may come before"),
        ({"userIdentity": {"type": "Unknown"}}, "names no principal of IAM"),
        ({"eventSource": "moon.amazonaws.com", "eventName": "Land"}, "no IAM action is known"),
        (
            {"userIdentity": {"type": "IAMUser", "arn": arn("user/gone"), "accountId": "111122223333"}},
            "has no user",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(tmp_path: Path, members: dict[str, object], cause: str) -> None:
    (call,) = replayed(tmp_path, [event(1, **members)], allow("s3:*")).calls
    assert call.agreement is Agreement.NOT_COMPARABLE
    assert any(cause in found.evidence for found in call.causes)


def test_calls_of_an_account_that_was_not_exported_are_not_compared(tmp_path: Path) -> None:
    found = replayed(tmp_path, json.loads(json.dumps([refused(1)]).replace("111122223333", "444455556666")))
    call = only(found)
    assert call.agreement is Agreement.NOT_COMPARABLE
    assert ("not-exported", "account 444455556666 was not exported") in [
        (cause.kind.value, cause.evidence) for cause in call.causes
    ]
    assert found.score.share is None


def test_a_refusal_about_credentials_is_no_policy_matter(tmp_path: Path) -> None:
    """N5."""
    members = {"eventSource": "sts.amazonaws.com", "eventName": "GetSessionToken", "resources": None}
    call = only(replayed(tmp_path, [refused(1, "denied", **members)]), "GetSessionToken")
    assert call.agreement is Agreement.NOT_COMPARABLE
    assert "no-policy-matter" in [cause.kind.value for cause in call.causes]


def test_a_rewritten_log_is_told(tmp_path: Path) -> None:
    """N6."""
    call = only(replayed(tmp_path, [refused(1, SILENT.replace("111122223333", "444455556666"))], allow("s3:*")))
    assert "rewritten-log" in [cause.kind.value for cause in call.causes]


def test_a_call_is_allowed_only_if_all_its_parts_are(tmp_path: Path) -> None:
    """A5: a session with tags needs sts:TagSession as well."""
    target = role("deploy", trust({"AWS": ANA}))
    assume = event(
        1,
        eventSource="sts.amazonaws.com",
        eventName="AssumeRole",
        requestParameters={"roleArn": arn("role/deploy"), "roleSessionName": "s", "tags": [{"key": "a", "value": "b"}]},
        resources=[{"ARN": arn("role/deploy"), "type": "AWS::IAM::Role", "accountId": "111122223333"}],
    )
    call = only(replayed(tmp_path, [assume], RoleDetailList=[target]), "AssumeRole")
    assert {part.part.action: part.word for part in call.parts} == {
        "sts:AssumeRole": "allowed",
        "sts:TagSession": "implicitDeny",
    }
    assert call.agreement is Agreement.AWS_ALLOWED_WE_DENY


def test_the_same_request_is_counted_once_with_its_events(tmp_path: Path) -> None:
    later = "2026-11-22T13:00:00Z"
    call = only(replayed(tmp_path, [event(2, eventTime=later), event(1), event(3)], allow("s3:*")))
    assert (call.events, call.event.event_id[-1], call.last.hour) == (3, "1", 13)


def test_encoded_messages_and_authorization_ids_do_not_tell_requests_apart(tmp_path: Path) -> None:
    encoded = [refused(n, f"{SILENT}. Encoded authorization failure message: {'ab' * n}") for n in (1, 2)]
    assert only(replayed(tmp_path, encoded)).events == 2


def test_what_the_clock_decides_is_decided_for_each_moment(tmp_path: Path) -> None:
    condition = {"DateLessThan": {"aws:CurrentTime": "2026-11-22T12:30:00Z"}}
    events = [event(1), event(2, eventTime="2026-11-22T13:00:00Z")]
    found = replayed(tmp_path, events, allow("s3:*", Condition=condition))
    assert [call.agreement for call in found.calls] == [Agreement.AGREES, Agreement.AWS_ALLOWED_WE_DENY]


def test_the_score_counts_what_agrees_and_fits_of_what_can_be_compared(tmp_path: Path) -> None:
    """J4, J5."""
    events = [event(1), refused(2), event(3, errorCode="ThrottlingException"), event(4, eventType="AwsServiceEvent")]
    found = replayed(tmp_path, events, allow("s3:*"))
    assert found.score == (1, 2)
    assert (found.history, found.older, found.snapshot_time) == (1, 0, EXPORTED)
    data = replay_data(found)
    assert (data["comparable"], data["distinct"], data["agreement"]) == (2, 3, 0.5)
    assert data["classes"] == {
        "agrees": 1,
        "agrees-other-layer": 0,
        "fits": 0,
        "aws-allowed-we-deny": 0,
        "aws-refused-we-allow": 1,
        "not-comparable": 1,
    }


def test_events_older_than_the_export_are_judged_by_policies_of_another_day(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(1)], allow("s3:*"), moment=datetime(2026, 11, 24, tzinfo=UTC))
    assert found.older == 1
    assert "judged by policies of another day" in plain_text([*replay_lines(found)])


def test_the_moment_of_an_export_is_the_newest_date_in_it(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(1)], moment=None)
    assert found.snapshot_time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_text_shows_at_most_as_many_rows_as_are_asked_for(tmp_path: Path) -> None:
    """B4."""
    events = [refused(n, SILENT.replace("/k", f"/{n}"), resources=[{"ARN": f"{BUCKET}/{n}"}]) for n in range(1, 6)]
    found = replayed(tmp_path, events, allow("s3:*"))
    text = plain_text([*replay_lines(found, limit=2)])
    assert text.count("s3:GetObject  arn:aws:s3") == 2
    assert "3 more" in text
    assert plain_text([*replay_lines(found, limit=0)]).count("event  0000") == 5


EVENTS = [
    event(1),
    refused(2, eventTime="2026-11-22T12:00:30Z"),
    changed(3, "2026-11-22T11:59:00Z"),
    changed(4, "2026-11-21T00:00:00Z", "DetachUserPolicy"),
    event(5, sourceIPAddress="198.51.100.1"),
    refused(6, f"{SENTENCE} with an explicit deny in a service control policy"),
    event(7, eventTime="2026-11-22T12:00:00Z"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(st.permutations(EVENTS), st.integers(0, len(EVENTS)))
def test_neither_order_nor_files_change_the_answer(tmp_path: Path, shuffled: list[dict[str, Any]], cut: int) -> None:
    export = _snapshot(tmp_path, allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    folder = tmp_path / "trail"
    folder.mkdir(exist_ok=True)
    for name, part in (("a.json", shuffled[:cut]), ("b.json", shuffled[cut:])):
        (folder / name).write_text(json.dumps({"Records": part}))
    found = replay_data(replay(read_trail([folder]), export, moment=EXPORTED))
    (folder / "a.json").write_text(json.dumps({"Records": EVENTS}))
    (folder / "b.json").unlink()
    assert found == replay_data(replay(read_trail([folder]), export, moment=EXPORTED))


def test_no_secret_leaves_a_replay(tmp_path: Path) -> None:
    """M2: names that callers chose stand in resources and messages."""
    secret = "IQoJb3JpZ2luX2VjEPlanted"  # noqa: S105 - made for this test
    entries = [{"ARN": f"{BUCKET}/{secret}"}, {"ARN": BUCKET, "accountId": "111122223333"}]
    found = replayed(tmp_path, [refused(1, SILENT.replace("/k", f"/{secret}"), resources=entries)], allow("s3:*"))
    assert "masked: " in json.dumps(replay_data(found))
    assert secret not in json.dumps(replay_data(found)) + plain_text([*replay_lines(found)], full=True)
