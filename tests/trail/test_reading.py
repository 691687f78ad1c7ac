"""Reading trails: forms, duplicates, order, damage (R1-R12)."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iamtui.trail.callers import CallerKind
from iamtui.trail.credentials import issued_key
from iamtui.trail.reading import Window, read_trail, require_events
from iamtui.trail.times import parse_time
from iamtui.trail.trail import GoneError, Trail, TrailError
from tests.tables import every_row
from tests.trail.events import Record, delivered, event, session, user

TWO = [event("GetObject", number=1), event("CreateUser", "iam", number=2, parameters={"userName": "eve"})]


def lookup(records: Sequence[Record]) -> str:
    return json.dumps({"Events": [{"EventId": one["eventID"], "CloudTrailEvent": json.dumps(one)} for one in records]})


def bridge(records: Sequence[Record]) -> str:
    return "\n".join(json.dumps({"detail-type": "AWS API Call via CloudTrail", "detail": one}) for one in records)


def athena(records: Sequence[Record]) -> dict[str, str]:
    """One row as Athena prints it: structs are no JSON."""
    (one,) = records
    who = one["userIdentity"]
    return {
        "eventversion": one["eventVersion"],
        "useridentity": f"{{type={who['type']}, principalid={who['principalId']}, arn={who['arn']}, "
        f"accountid={who['accountId']}, invokedby=null, accesskeyid={who['accessKeyId']}, username={who['userName']}, "
        "sessioncontext=null}",
        "eventtime": one["eventTime"],
        "eventsource": one["eventSource"],
        "eventname": one["eventName"],
        "awsregion": one["awsRegion"],
        "requestparameters": json.dumps(one["requestParameters"]),
        "eventid": one["eventID"],
        "readonly": "false",
        "recipientaccountid": one["recipientAccountId"],
    }


FORMS: dict[str, Callable[[Sequence[Record]], str]] = {
    "delivered": lambda records: json.dumps({"Records": list(records)}),
    "delivered, indented": lambda records: json.dumps({"Records": list(records)}, indent=1),
    "a bare list": lambda records: json.dumps(list(records)),
    "JSON lines": lambda records: "\n".join(map(json.dumps, records)),
    "values one after the other": lambda records: "".join(json.dumps(one, indent=2) for one in records),
    "lookup-events": lookup,
    "EventBridge, a line each": bridge,
    "CloudWatch Logs, filter-log-events": lambda records: json.dumps(
        {"events": [{"timestamp": 1, "message": json.dumps(one)} for one in records]}
    ),
    "CloudWatch Logs, a subscription": lambda records: json.dumps(
        {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": json.dumps(one)} for one in records]}
    ),
    "CloudWatch Logs, exported lines": lambda records: "\n".join(
        f"2026-11-23T10:00:01.000Z {json.dumps(one)}" for one in records
    ),
    "delivered files, a line each": lambda records: "\n".join(json.dumps({"Records": [one]}) for one in records),
    "CloudTrail Lake": lambda records: json.dumps(
        {"QueryResultRows": [[{name: value} for name, value in athena([one]).items()] for one in records]}
    ),
}


def read(path: Path) -> Trail:
    return require_events(read_trail([path]), [path])


@every_row("form", FORMS)
@every_row("packed", [False, True], ids=["plain", "gzip"])
def test_every_form_gives_the_same_events(tmp_path: Path, form: str, packed: bool) -> None:
    data = FORMS[form](TWO).encode()
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(data) if packed else data)
    trail = read(path)
    events = list(trail.events())
    assert [one.call.name for one in events] == ["GetObject", "CreateUser"]
    assert [one.caller.principal for one in events] == ["arn:aws:iam::111122223333:user/dana"] * 2
    assert {row: record.get("requestParameters") for row, record in trail.records(trail.order)}[trail.order[1]] == {
        "userName": "eve"
    }
    assert not trail.problems


def test_csv_of_athena_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    path = tmp_path / "athena.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        row = athena([TWO[1]])
        writer.writerows([row, row.values(), {**row, "eventid": "x", "useridentity": "{type=IAMUser, arn"}.values()])
    events = list(read(path).events())
    assert [one.caller.kind for one in events] == [CallerKind.USER, CallerKind.UNKNOWN]


def test_the_event_history_is_history_without_parameters(tmp_path: Path) -> None:
    path = tmp_path / "event_history.csv"
    path.write_text(
        "Event ID,Event time,User name,AWS access key,Event name,Event source,Read-only\n"
        "1,2026-11-23T10:00:00.000Z,dana,AKIAQGH5DJSQ7XAMPLE2,CreateUser,iam.amazonaws.com,false\n"
    )
    (one,) = read(path).events()
    assert (one.call.name, one.caller.key, one.is_authorization) == ("CreateUser", "AKIAQGH5DJSQ7XAMPLE2", False)


def test_logstash_calls_the_time_otherwise(tmp_path: Path) -> None:
    record = event(number=1)
    record["@timestamp"] = record.pop("eventTime")
    path = delivered(tmp_path / "logstash.json", [record])
    assert len(read(path)) == 1


def test_an_event_that_was_read_twice_counts_once(tmp_path: Path) -> None:
    delivered(tmp_path / "a.json.gz", TWO)
    (tmp_path / "b.json").write_text(lookup(TWO))
    trail = read(tmp_path)
    assert (len(trail), trail.read.events, trail.read.duplicates) == (2, 4, 2)
    assert [one.copies for one in trail.events()] == [2, 2]
    assert not trail.problems


def test_of_two_records_with_one_id_the_fuller_counts(tmp_path: Path) -> None:
    poor, rich = event(number=1), event(number=1, parameters={"bucketName": "acme"})
    delivered(tmp_path / "a.json", [poor])
    delivered(tmp_path / "b.json", [rich])
    trail = read(tmp_path)
    assert trail.record(trail.order[0])["requestParameters"] == {"bucketName": "acme"}
    assert "say different things" in str(trail.problems[0])


def test_records_without_an_id_are_compared_as_a_whole(tmp_path: Path) -> None:
    first, same, other = event(), event(), event(sourceIPAddress="198.51.100.1")
    for record in (first, same, other):
        del record["eventID"]
    trail = read(delivered(tmp_path / "a.json", [first, same, other]))
    assert (len(trail), trail.read.duplicates) == (2, 1)


def test_a_call_in_two_accounts_counts_once_and_the_callers_record_says_who(tmp_path: Path) -> None:
    owner = event(
        number=2,
        who={"type": "AWSAccount", "accountId": "111122223333", "principalId": "AIDAQGH5DJSQ7DANA0000"},
        recipientAccountId="444455556666",
        sharedEventID="s-1",
    )
    caller = event(number=1, sharedEventID="s-1")
    trail = read(delivered(tmp_path / "a.json", [owner, caller]))
    (one,) = trail.events()
    assert (one.caller.kind, one.shared_with) == (CallerKind.USER, ("444455556666",))


def test_an_addendum_corrects_its_event(tmp_path: Path) -> None:
    first = event(number=1, response=None)
    update = event(
        number=2,
        response={"ok": True},
        addendum={
            "reason": "UPDATED_DATA",
            "updatedFields": "responseElements",
            "originalEventID": first["eventID"],
        },
    )
    trail = read(delivered(tmp_path / "a.json", [first, update]))
    assert len(trail) == 1
    assert trail.record(trail.order[0])["responseElements"] == {"ok": True}


def test_events_are_in_the_order_of_time_then_of_id(tmp_path: Path) -> None:
    records = [event(number=n, at=f"2026-11-23T10:00:0{second}Z") for n, second in ((3, 1), (2, 1), (1, 2), (4, 0))]
    trail = read(delivered(tmp_path / "a.json", records))
    assert [int(one.event_id[-1]) for one in trail.events()] == [4, 2, 3, 1]


@pytest.mark.parametrize(
    "text", ["2013-11-02T01:06:28Z", "20131102T010628Z", "Nov 2, 2013, 1:06:28 AM", "Nov 2, 2013 1:06:28 AM"]
)
def test_times_are_read_in_all_their_forms(text: str) -> None:
    assert parse_time(text).isoformat() == "2013-11-02T01:06:28+00:00"


def test_a_bad_record_costs_only_itself(tmp_path: Path) -> None:
    records: list[Any] = [event(number=1), {"eventName": "x"}, "text", event(number=2, at="yesterday"), event(number=3)]
    trail = read(delivered(tmp_path / "a.json", records))
    assert len(trail) == 2
    assert [problem.place for problem in trail.problems] == ["record 1", "record 2", "record 3"]


def test_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f"{json.dumps(TWO[0])}\nnot json\n{json.dumps(TWO[1])[:-5]}\n{json.dumps(TWO[1])}\n")
    trail = read(path)
    assert (len(trail), len(trail.problems)) == (2, 2)


@pytest.mark.parametrize("half", ["\\ud83d", "\\udc00x", "\\ud83d\\u0041"])
def test_half_a_character_costs_only_itself(tmp_path: Path, half: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"Records": [event(number=1, userAgent="HALF"), *TWO]}).replace("HALF", f"x{half}y"))
    trail = read(path)
    assert len(trail) == 2
    assert "replacement character" in str(trail.problems)
    assert next(trail.events()).agent is not None


@every_row(
    "odd, said",
    [
        (b'"x\xa9y"', "x\ufffdy"),
        (b"1e999", "1e999"),
        (b"9" * 5_000, "9" * 5_000),
        (b"1.50", 1.5),
    ],
)
@every_row("member", ["tlsDetails", "requestParameters"])
def test_what_no_index_needs_is_no_fault_when_the_record_is_opened(
    tmp_path: Path, odd: bytes, said: object, member: str
) -> None:
    path = delivered(tmp_path / "a.json", [{**event(number=1), member: {"odd": "ODD"}}, *TWO])
    path.write_bytes(path.read_bytes().replace(b'"ODD"', odd))
    trail = read(path)
    records = [record for _, record in trail.records(range(len(trail)))]
    assert [record[member]["odd"] for record in records if (record.get(member) or {}).get("odd")] == [said]


def test_a_whole_character_in_two_halves_is_kept(tmp_path: Path) -> None:
    (one,) = read(delivered(tmp_path / "a.json", [event(number=1, userAgent="\U0001f600")])).events()
    assert one.agent == "\U0001f600"


def test_a_second_that_is_none_is_a_bad_record(tmp_path: Path) -> None:
    odd = [event(number=1), event(number=2, at="2026-11-23T10:00:1:Z"), event(number=3, at="2026-11-23T10:00:99Z")]
    trail = read(delivered(tmp_path / "a.json", odd))
    assert (len(trail), len(trail.problems)) == (1, 2)


def test_members_of_another_type_are_not_said(tmp_path: Path) -> None:
    odd = event(number=1, userAgent=7, readOnly="true", userIdentity="dana", sourceIPAddress=["x"], awsRegion=None)
    (one,) = read(delivered(tmp_path / "a.json", [odd])).events()
    assert (one.agent, one.call.read_only, one.caller.kind, one.place.region) == (None, None, CallerKind.UNKNOWN, None)


@pytest.mark.parametrize("cut", [5, 40, 200])
def test_a_truncated_gzip_is_named_and_the_other_files_are_read(tmp_path: Path, cut: int) -> None:
    whole = delivered(tmp_path / "a.json.gz", TWO)
    (tmp_path / "b.json.gz").write_bytes(whole.read_bytes()[:cut])
    trail = read(tmp_path)
    assert len(trail) == 2
    (problem,) = trail.problems
    assert problem.path.name == "b.json.gz"
    assert "gzip" in problem.expected


@pytest.mark.parametrize("cut", [14, 40, -30])
def test_json_that_ends_in_the_middle_is_named(tmp_path: Path, cut: int) -> None:
    """Also within its first record, and where the end may have held the key that is asked for (R20)."""
    delivered(tmp_path / "a.json", TWO)
    (tmp_path / "b.json").write_text(json.dumps({"Records": TWO})[:cut])
    for trail in (read(tmp_path), read_trail([tmp_path], containing=[b"AKIAIOSFODNN7EXAMPLE"])):
        assert [problem.path.name for problem in trail.problems] == ["b.json"]


def test_an_answer_with_a_next_token_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "lookup.json"
    path.write_text(json.dumps({**json.loads(lookup(TWO)), "NextToken": "more"}))
    (problem,) = read(path).problems
    assert "NextToken" in problem.expected


def test_another_major_version_is_read_with_a_warning(tmp_path: Path) -> None:
    trail = read(delivered(tmp_path / "a.json", [event(number=1, eventVersion="2.0"), event(number=2)]))
    assert len(trail) == 2
    assert "eventVersion 2.0" in str(trail.problems[0])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"digestStartTime": "2026-11-23T09:00:00Z", "logFiles": []}', "CloudTrail digest file"),
        (f"{'0a' * 32} acme [23/Nov/2026:10:00:00 +0000] 203.0.113.9", "S3 server access log"),
        ("2 111122223333 eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 49152 6 10 840 1 2 ACCEPT OK", "VPC flow log"),
        ("https 2026-11-23T10:00:00.0Z app/lb/1 203.0.113.9:1 10.0.0.1:80 0 0 0", "load balancer log"),
        ('{"detectorId": "1", "service": {"action": {}}, "eventName": "x"}', "GuardDuty finding"),
        ('[{"AccountId": "1", "Arn": "arn:aws:guardduty:eu-west-1:1:detector/2/finding/3"}]', "GuardDuty finding"),
        ('{"class_uid": 3005, "api": {"operation": "GetObject"}}', "OCSF events"),
    ],
)
def test_another_log_is_named(tmp_path: Path, content: str, kind: str) -> None:
    path = tmp_path / "log"
    path.write_text(content)
    trail = read_trail([path])
    assert [(file.format, file.status) for file in trail.files] == [(kind, "skipped")]
    with pytest.raises(TrailError, match=kind):
        require_events(trail, [path])


def test_files_without_events_are_left_to_the_exports(tmp_path: Path) -> None:
    delivered(tmp_path / "trail" / "a.json", TWO)
    export = tmp_path / "account.json"
    export.write_text(json.dumps({"UserDetailList": [], "RoleDetailList": [], "Policies": []}))
    assert read(tmp_path).others == (export,)


def test_a_window_skips_the_folders_of_other_days(tmp_path: Path) -> None:
    for day in (20, 23, 24, 25, 27):
        folder = tmp_path / "AWSLogs" / "111122223333" / "CloudTrail" / "eu-west-1" / "2026" / "11" / str(day)
        delivered(folder / "a.json.gz", [event(number=day)])
    window = Window(parse_time("2026-11-22T12:00:00Z"), parse_time("2026-11-23T12:00:00Z"))
    trail = read_trail([tmp_path], window=window)
    assert sorted(int(path.parent.name) for path in trail.paths) == [23, 24, 25]
    assert sum(file.status == "skipped" for file in trail.files) == 2


def test_a_file_that_changed_is_not_taken_for_what_was_read(tmp_path: Path) -> None:
    path = delivered(tmp_path / "a.json", TWO)
    trail = read(path)
    delivered(path, TWO[1:])
    with pytest.raises(GoneError, match="it changed since"):
        trail.record(trail.order[0])


def test_issued_keys_are_known(tmp_path: Path) -> None:
    assumed = event("AssumeRole", "sts", number=1, response={"credentials": {"accessKeyId": "ASIAQGH5DJSQ7SESSION"}})
    trail = read(delivered(tmp_path / "a.json", [assumed, event(number=2, who=session())]))
    assert list(trail.issued.values()) == ["ASIAQGH5DJSQ7SESSION"]


def test_parquet_without_its_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R21: nothing else needs the extra."""
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 eventname PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (problem,) = read_trail([path]).problems
    assert "install iamtui[parquet]" in problem.expected


def test_parquet_is_read_with_its_extra(tmp_path: Path) -> None:
    """R21: what Athena or DuckDB wrote of a trail."""
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 eventname PAR1")
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (damaged,) = read_trail([path]).problems
    assert "expected sound Parquet" in damaged.expected
    record = event("CreateUser", "iam", number=1, parameters={"userName": "eve"})
    row = {name.lower(): value for name, value in record.items() if value is not None}
    row["requestparameters"] = json.dumps(record["requestParameters"])
    row["useridentity"] = {name.lower(): value for name, value in record["userIdentity"].items()}
    row["eventtime"] = datetime(2026, 11, 23, 10, tzinfo=UTC)
    parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    trail = read_trail([path])
    (found,) = trail.events()
    assert (found.caller.principal, found.call.name, found.time.hour) == (user()["arn"], "CreateUser", 10)
    assert trail.record(0)["requestParameters"] == {"userName": "eve"}


def test_an_insight_is_counted(tmp_path: Path) -> None:
    """R3: its source and name stand in its details."""
    details = {"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}
    told = {"eventTime": "2026-11-23T10:00:00Z", "eventID": "i", "eventType": "AwsCloudTrailInsight"}
    trail = read_trail([delivered(tmp_path / "a.json", [{**told, "insightDetails": details}])])
    (found,) = trail.events()
    assert (found.call.name, found.is_authorization, trail.problems) == ("ListBuckets", False, ())
    assert trail.record(found.row)["insightDetails"] == details


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ({"credentials": {"accessKeyId": "ASIA1"}}, "ASIA1"),
        ({"credentials": {}, "accessKey": {"accessKeyId": "AKIA1"}}, "AKIA1"),
        ({"credentials": {"accessKeyId": 7}}, None),
        (["credentials"], None),
        ("credentials", None),
        (None, None),
    ],
)
def test_y7_the_key_of_an_answer_of_any_form(answer: object, key: str | None) -> None:
    assert issued_key("AssumeRole", json.dumps(answer).encode()) == key
