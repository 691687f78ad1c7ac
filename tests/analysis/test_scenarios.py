from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.scenarios.cases import Case, UnusableCase
from iamtui.analysis.scenarios.files import ScenarioError, read_scenarios
from iamtui.analysis.scenarios.running import CaseResult, load_scenarios
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.document import DocumentTable
from iamtui.policy.keys import ABSENT, KeyValue
from tests.tables import every_row

ALICE = "arn:aws:iam::111122223333:user/alice"
READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17", "Statement": [READ]}
REQUEST = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::ledger/x"}
POLICIES = {"identity": [{"name": "readers", "document": DOCUMENT}]}


def case(**members: object) -> dict[str, object]:
    """A case that holds, with other members; a member that is None is left out."""
    whole = {"name": "reads", "request": REQUEST, "policies": POLICIES, "expect": "allowed", **members}
    return {name: value for name, value in whole.items() if value is not None}


def write(folder: Path, *cases: object, name: str = "cases.json", **members: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({"version": 1, "cases": cases, **members}), "utf-8")
    return path


def export(folder: Path, *statements: object, name: str = "account.json") -> Path:
    """An account with alice, who has one inline policy."""
    policy = {"PolicyName": "readers", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    user = {"Path": "/", "UserName": "alice", "UserId": "AIDA1", "Arn": ALICE, "UserPolicyList": [policy]}
    user |= {"GroupList": [], "AttachedManagedPolicies": []}
    path = folder / name
    whole = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    path.write_text(json.dumps({**whole, "IsTruncated": False}), "utf-8")
    return path


def results(*paths: Path, snapshot: Path | None = None, at: datetime | None = None) -> list[CaseResult]:
    return list(load_scenarios(paths, snapshot=snapshot, at=at).results())


def result(folder: Path, **members: object) -> CaseResult:
    (only,) = results(write(folder, case(**members)))
    return only


def test_a_case_that_holds_passes(tmp_path: Path) -> None:
    made = result(tmp_path, decided_by="identity", matched=["readers#Read", "readers#0"])
    assert (made.passed, made.got, made.decided_by, made.matched) == (True, "allowed", "identity", ("readers#Read",))


@every_row(
    ("action", "expect", "passes"),
    [
        ("s3:GetObject", "allowed", True),
        ("s3:GetObject", "denied", False),
        ("s3:GetObject", "implicitDeny", False),
        ("s3:PutObject", "implicitDeny", True),
        ("s3:PutObject", "denied", True),
        ("s3:PutObject", "explicitDeny", False),
        ("s3:PutObject", "allowed", False),
        ("s3:DeleteObject", "explicitDeny", True),
        ("s3:DeleteObject", "denied", True),
        ("s3:DeleteObject", "implicitDeny", False),
    ],
)
def test_expect_is_a_word_of_the_simulator_or_denied(tmp_path: Path, action: str, expect: str, passes: bool) -> None:
    deny = {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
    policies = {"identity": [{"name": "p", "document": {"Version": "2012-10-17", "Statement": [READ, deny]}}]}
    made = result(tmp_path, request={**REQUEST, "action": action}, policies=policies, expect=expect)
    assert made.error is None
    assert made.passed is passes


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"decided_by": "resource"}, "expected decided_by resource, got identity"),
        ({"matched": ["readers#Write"]}, "expected readers#Write in matched, got readers#Read"),
        ({"matched": ["readers#1"]}, "expected readers#1 in matched"),
        ({"missing_context": ["aws:SourceIp"]}, "expected aws:SourceIp in missing_context, got nothing"),
        ({"expect": "implicitDeny"}, "expected implicitDeny, got allowed (decided by identity)"),
    ],
)
def test_all_that_a_case_says_must_hold(tmp_path: Path, more: dict[str, object], said: str) -> None:
    made = result(tmp_path, **more)
    assert not made.passed
    assert made.got == "allowed"
    assert said in "; ".join(made.differences)


def test_a_key_that_is_left_out_is_absent_and_reported_without_regard_to_case(tmp_path: Path) -> None:
    limited = {**READ, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    policies = {"identity": [{"name": "p", "document": {"Version": "2012-10-17", "Statement": limited}}]}
    made = result(tmp_path, policies=policies, expect="implicitDeny", missing_context=["AWS:sourceip"])
    assert made.passed
    given = {**REQUEST, "context": {"aws:SourceIp": "203.0.113.7"}}
    assert result(tmp_path, policies=policies, request=given).passed


def test_context_values_keep_their_text_and_lists_are_multivalued(tmp_path: Path) -> None:
    context = '{"a:n": 1.50, "a:b": true, "a:s": "x\\u0041", "a:l": ["x", 2, false], "a:e": [], "a:0": null}'
    text = json.dumps({"version": 1, "cases": [case(request={**REQUEST, "context": "HERE"})]})
    path = tmp_path / "cases.json"
    path.write_text(text.replace('"HERE"', context), "utf-8")
    (read,) = read_scenarios(path, DocumentTable()).cases
    assert isinstance(read, Case)
    assert dict(read.request.context) == {
        "a:n": KeyValue.of("1.50"),
        "a:b": KeyValue.of("true"),
        "a:s": KeyValue.of("xA"),
        "a:l": KeyValue.listing(("x", "2", "false")),
        "a:e": KeyValue.listing(()),
        "a:0": ABSENT,
    }
    assert read.request.unstated is Unstated.ABSENT


def test_null_makes_a_key_absent_that_the_evaluator_would_fill(tmp_path: Path) -> None:
    own = {**READ, "Condition": {"StringEquals": {"aws:PrincipalArn": ALICE}}}
    policies = {"identity": [{"name": "p", "document": {"Version": "2012-10-17", "Statement": own}}]}
    assert result(tmp_path, policies=policies).passed
    without = {**REQUEST, "context": {"aws:PrincipalArn": None}}
    assert result(tmp_path, policies=policies, request=without, expect="implicitDeny").passed


@every_row(
    ("members", "said"),
    [
        ({"exepct": "allowed"}, "exepct"),
        ({"expect": "maybe"}, "maybe"),
        ({"expect": None}, "expect"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"request": None}, "request"),
        ({"request": {**REQUEST, "resurce": "*"}}, "resurce"),
        ({"request": {"principal": ALICE}}, "action"),
        ({"request": {**REQUEST, "resource_account": "42"}}, "42"),
        ({"request": {**REQUEST, "context": {"a:b": {"c": 1}}}}, "a:b"),
        ({"request": {**REQUEST, "context": {"a:b": [None]}}}, "a:b"),
        ({"request": {**REQUEST, "context": {"a:b": "1", "A:B": "2"}}}, "A:B"),
        ({"request": {**REQUEST, "principal": "alice"}}, "alice"),
        ({"request": {**REQUEST, "principal": "arn:aws:iam::1:user/x"}}, "'1'"),
        ({"request": {**REQUEST, "resource": "ledger"}}, "ledger"),
        ({"request": {**REQUEST, "resource": "arn:aws-cn:s3:::ledger/x"}}, "aws-cn"),
        ({"policies": {"identiy": []}}, "identiy"),
        ({"policies": {"session": None}}, "session"),
        ({"policies": {"identity": [{"name": "p"}]}}, "document"),
        ({"policies": {"identity": [{"name": "p", "document": {"Statement": 5}}]}}, "policies.identity[0].document"),
        ({"policies": {"resource": {"Sttement": []}}}, "policies.resource"),
        ({"policies": {"identity": [{"name": "p", "document": {"Statement": {**READ, "Effect": "Dney"}}}]}}, "'Dney'"),
        (
            {"policies": {"resource": {"Statement": [READ, {**READ, "NotAction": "*"}]}}},
            "policies.resource: not a valid",
        ),
        ({"decided_by": "bucket"}, "bucket"),
        ({"policies": {"scps": [{"target": "r", "policies": [{"name": "p", "document": 1}]}]}}, "scps[0].policies[0]"),
        ({"policies": {"management_account": ["1"]}}, "'1'"),
        ({"policies": {"s3_abac": "yes"}}, "s3_abac"),
        ({"decided_by": "luck"}, "luck"),
        ({"session_policies": []}, "session_policies"),
        ({"policies": None}, "no `policies`"),
    ],
)
def test_a_malformed_case_has_a_message_and_the_others_are_still_decided(
    tmp_path: Path, members: dict[str, object], said: str
) -> None:
    bad, good = results(write(tmp_path, case(**members), case(name="good")))
    assert (bad.got, bad.passed) == (None, False)
    assert bad.error is not None
    assert said in bad.error
    assert good.passed


def test_an_unknown_key_is_named_with_its_case(tmp_path: Path) -> None:
    made = result(tmp_path, exepct="allowed")
    assert made.error is not None
    assert made.error.startswith('case 0 "reads": ')
    assert "`exepct`" in made.error
    assert (made.name, made.expect) == ("reads", "allowed")


@every_row(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"cases": []}',
        '{"version": 1}',
        '{"version": 2, "cases": []}',
        '{"version": "1", "cases": []}',
        '{"version": 1, "cases": {}}',
        '{"version": 1, "cases": [], "snapshots": "x"}',
        '{"version": 1, "snapshot": null, "cases": []}',
        '{"version": 1, "cases": [' + "[" * 100_000,
        "\udcff",
    ],
)
def test_a_file_that_is_no_scenario_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ScenarioError, match=r"bad\.json: expected"):
        read_scenarios(path, DocumentTable())
    run = load_scenarios([path, write(tmp_path, case())])
    assert len(run.problems) == 1
    assert [made.passed for made in run.results()] == [True]


def test_a_byte_order_mark_is_not_part_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, case())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [made.passed for made in results(path)] == [True]


def test_cases_nested_without_end_are_an_error_of_that_case(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    deep = '{"Statement": ' + "[" * 500 + "]" * 500 + "}"
    text = json.dumps({"version": 1, "cases": [case(policies={"resource": "HERE"}), case()]})
    path.write_text(text.replace('"HERE"', deep), "utf-8")
    bad, good = read_scenarios(path, DocumentTable()).cases
    assert isinstance(bad, UnusableCase)
    assert isinstance(good, Case)


def test_a_snapshot_is_found_beside_the_file_and_opened_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    export(tmp_path, READ)
    one = write(tmp_path, case(policies=None), case(policies=None), snapshot="account.json")
    two = write(tmp_path / "a", case(policies=None), snapshot="../account.json")
    run = load_scenarios([one, two])
    assert len(run.snapshots) == 1
    assert [made.passed for made in run.results()] == [True, True, True]


def test_a_snapshot_may_be_a_folder_and_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    source = export(folder, READ)
    (folder / "account.json.gz").write_bytes(gzip.compress(source.read_bytes()))
    source.unlink()
    other = export(tmp_path, {**READ, "Effect": "Deny"})
    path = write(tmp_path, case(policies=None), snapshot="exports")
    assert [made.got for made in results(path)] == ["allowed"]
    assert [made.got for made in results(path, snapshot=other)] == ["explicitDeny"]


def test_session_policies_go_with_a_snapshot(tmp_path: Path) -> None:
    export(tmp_path, READ)
    session = [{"name": "s", "document": DOCUMENT}]
    path = write(tmp_path, case(policies=None, session_policies=session), snapshot="account.json")
    (read,) = read_scenarios(path, DocumentTable()).cases
    assert isinstance(read, Case)
    assert read.request.session_policies is not None
    assert [policy.name for policy in read.request.session_policies] == ["s"]


def test_a_snapshot_that_is_not_there_costs_only_the_cases_that_need_it(tmp_path: Path) -> None:
    run = load_scenarios([write(tmp_path, case(), case(policies=None), snapshot="missing.json")])
    own, against = run.results()
    assert "missing.json" in run.problems[0]
    assert own.passed
    assert against.error == "its snapshot could not be opened"


def test_a_snapshot_that_no_case_needs_is_not_opened(tmp_path: Path) -> None:
    assert load_scenarios([write(tmp_path, case(), snapshot="missing.json")]).problems == ()


def test_a_document_that_the_snapshot_lacks_is_an_error_of_the_case(tmp_path: Path) -> None:
    path = export(tmp_path, READ)
    whole = json.loads(path.read_text("utf-8"))
    attached = {"PolicyName": "Gone", "PolicyArn": "arn:aws:iam::111122223333:policy/Gone"}
    whole["UserDetailList"][0]["AttachedManagedPolicies"] = [attached]
    path.write_text(json.dumps(whole), "utf-8")
    (made,) = results(write(tmp_path, case(policies=None), snapshot="account.json"))
    assert made.got is None
    assert made.error is not None
    assert "Gone" in made.error


def test_the_clock_can_be_fixed(tmp_path: Path) -> None:
    until = {**READ, "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}}
    policies = {"identity": [{"name": "p", "document": {"Version": "2012-10-17", "Statement": until}}]}
    path = write(tmp_path, case(policies=policies))
    assert [made.got for made in results(path, at=datetime(2026, 5, 1, tzinfo=UTC))] == ["allowed"]
    assert [made.got for made in results(path, at=datetime(2026, 7, 1, tzinfo=UTC))] == ["implicitDeny"]


def test_equal_documents_are_read_once(tmp_path: Path) -> None:
    cases = read_scenarios(write(tmp_path, *(case() for _ in range(50))), DocumentTable()).cases
    given = [one.policies for one in cases if isinstance(one, Case)]
    assert len(given) == 50
    assert len({id(named.document) for one in given if one is not None for named in one.identity}) == 1


@every_row(
    ("slip", "said"),
    [
        ({"action": "s3:GetObjekt"}, "is s3:GetObject meant?"),
        ({"context": {"aws:MultiFactorAuthPressent": True}}, "is aws:MultiFactorAuthPresent meant?"),
        ({"context": {"aws:MultiFactorAuthPresent": "maybe"}}, "expected true or false"),
        ({"context": {"aws:SourceIp": "300.1.1.1"}}, "expected an IP address"),
    ],
)
@every_row("policies", [POLICIES, None])
def test_a_slip_of_the_pen_is_an_error_unless_the_case_says_that_it_is_meant(
    tmp_path: Path, slip: dict[str, object], said: str, policies: object
) -> None:
    export(tmp_path, READ)
    asked = case(request={**REQUEST, **slip}, policies=policies, expect="denied")
    (made,) = results(write(tmp_path, asked, snapshot="account.json"))
    assert (made.got, made.passed) == (None, False)
    assert said in (made.error or "")
    (meant,) = results(write(tmp_path, {**asked, "as_written": True}, snapshot="account.json"))
    assert meant.error is None
    assert meant.got is not None
