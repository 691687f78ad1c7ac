"""Authorization details as AWS prints them: what is read of them, and which request they are about (AT3-AT8)."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.trail.refusals import NotARefusalError
from iamtui.trail.refusals.context_values import key_value, written_value
from iamtui.trail.refusals.reading_details import is_details, read_details
from iamtui.trail.refusals.requests import request_of_evaluation
from tests.tables import every_row

ROLE = "arn:aws:iam::111122223333:role/team/deploy"
ROOT = "arn:aws:organizations::999988887777:root/o-acme000001/r-acme"
SCP = "arn:aws:organizations::999988887777:policy/o-acme000001/service_control_policy/p-guard"
DETAILS: dict[str, Any] = {
    "requestContext": {
        "aws:PrincipalARN": ROLE,
        "aws:UserId": "AROAEXAMPLE:ana",
        "aws:PrincipalAccount": "111122223333",
        "aws:PrincipalOrgPaths": "[o-acme000001/r-acme/]",
        "aws:SourceIp": "192.0.2.1/32",
        "aws:EpochTime": "2026-11-29T10:00:00Z",
        "aws:MultiFactorAuthPresent": "false",
        "aws:SecureTransport": True,
    },
    "evaluations": [
        {
            "action": "iam:CreateUser",
            "resource": "arn:aws:iam::111122223333:user/eve",
            "context": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/b"},
            "evaluatedEffect": "EXPLICIT_DENY",
            "checks": [
                {
                    "checkType": "SERVICE_CONTROL_POLICY",
                    "evaluatedEffect": "EXPLICIT_DENY",
                    "targetArn": ROOT,
                    "relevantPolicyTypes": ["SERVICE_CONTROL_POLICY"],
                    "matchedPolicies": [
                        {"uri": SCP, "matchedStatements": [{"sid": "NoUsers", "evaluatedEffect": "DENY"}]}
                    ],
                },
                {"checkType": "PRINCIPAL", "evaluatedEffect": "ALLOW", "matchedPolicies": []},
            ],
        }
    ],
    "policies": [
        {"type": "SERVICE_CONTROL_POLICY", "inline": False, "uri": SCP, "attachedTo": [{"arn": ROOT}]},
        {"type": "IDENTITY_BASED_POLICY", "inline": True, "uri": "inline:abc", "attachedTo": [{"arn": ROLE}]},
    ],
}


def details(**members: object) -> dict[str, Any]:
    return {**copy.deepcopy(DETAILS), **members}


def test_every_part_is_read() -> None:
    found = read_details([details()])
    (evaluation,) = found.evaluations
    assert (evaluation.action, evaluation.effect) == ("iam:CreateUser", "EXPLICIT_DENY")
    assert evaluation.checks is not None
    scp, principal = evaluation.checks
    assert scp.place == ("SERVICE_CONTROL_POLICY", "r-acme")
    assert (scp.matched[0].uri, scp.matched[0].statements[0].sid) == (SCP, "NoUsers")
    assert (principal.effect, principal.target, principal.matched) == ("ALLOW", None, ())
    assert [(policy.type, policy.inline) for policy in found.policies] == [
        ("SERVICE_CONTROL_POLICY", False),
        ("IDENTITY_BASED_POLICY", True),
    ]
    assert found.unknown == ()
    assert found.is_whole


def test_the_request_is_that_of_the_session_and_leaves_nothing_unknown() -> None:
    found = read_details([details()])
    request, notes = request_of_evaluation(found, found.evaluations[0])
    assert notes == ()
    assert request.principal == "arn:aws:sts::111122223333:assumed-role/deploy/ana"
    assert request.at == datetime(2026, 11, 29, 10, tzinfo=UTC)
    assert request.unstated is Unstated.ABSENT
    assert request.context["aws:PrincipalARN"] == KeyValue.of(ROLE)
    assert request.context["aws:SourceIp"] == KeyValue.of("192.0.2.1")
    assert request.context["aws:PrincipalOrgPaths"] == KeyValue.listing(("o-acme000001/r-acme/",))
    assert request.context["aws:SecureTransport"] == KeyValue.of("true")
    assert request.context["iam:PermissionsBoundary"] == KeyValue.of("arn:aws:iam::111122223333:policy/b")
    assert request.context["aws:TokenIssueTime"] is ABSENT


def test_the_context_of_an_evaluation_lies_over_that_of_the_request() -> None:
    raw = details()
    raw["evaluations"][0]["context"]["aws:SourceIp"] = "192.0.2.7/32"
    found = read_details([raw])
    assert request_of_evaluation(found, found.evaluations[0]).request.context["aws:SourceIp"] == KeyValue.of(
        "192.0.2.7"
    )


@pytest.mark.parametrize(
    ("context", "principal"),
    [
        ({"aws:PrincipalARN": "arn:aws:iam::1:user/a", "aws:UserId": "AIDAX"}, "arn:aws:iam::1:user/a"),
        ({"aws:PrincipalArn": ROLE}, ROLE),
        (
            {"aws:PrincipalArn": "arn:aws:iam::111122223333:root", "aws:userid": "111122223333"},
            "arn:aws:iam::111122223333:root",
        ),
        (
            {"aws:PrincipalArn": "arn:aws:sts::1:federated-user/a", "aws:userid": "1:a"},
            "arn:aws:sts::1:federated-user/a",
        ),
        ({"aws:PrincipalType": "Anonymous"}, "anonymous"),
        ({"aws:PrincipalServiceName": "lambda.amazonaws.com"}, "lambda.amazonaws.com"),
    ],
)
def test_the_caller_follows_from_the_context(context: dict[str, str], principal: str) -> None:
    found = read_details([details(requestContext=context)])
    assert request_of_evaluation(found, found.evaluations[0]).request.principal == principal


def test_without_a_caller_there_is_no_request() -> None:
    found = read_details([details(requestContext={})])
    with pytest.raises(NotARefusalError, match="name no caller"):
        request_of_evaluation(found, found.evaluations[0])


def test_pages_are_joined_by_their_evaluations() -> None:
    first, second = details(nextToken="more"), details()
    assert not read_details([first]).is_whole
    joined = read_details([first, second])
    assert (len(joined.evaluations), len(joined.policies), joined.is_whole) == (2, 2, True)


def test_what_aws_adds_is_kept_and_told_and_no_error() -> None:
    raw = details(colour="red")
    raw["evaluations"][0]["checks"][1].update(checkType="MOON", evaluatedEffect="PERHAPS", why=1)
    found = read_details([raw])
    assert found.unknown == (
        "/colour",
        "/evaluations/0/checks/1/why",
        "/evaluations/0/checks/1/checkType: MOON",
        "/evaluations/0/checks/1/evaluatedEffect: PERHAPS",
    )
    assert found.evaluations[0].checks is not None
    assert found.evaluations[0].checks[1].type == "MOON"


def test_without_checks_the_effect_alone_is_known() -> None:
    raw = details()
    raw["evaluations"][0]["matchedPolicies"] = raw["evaluations"][0].pop("checks")[0]["matchedPolicies"]
    (evaluation,) = read_details([raw]).evaluations
    assert evaluation.checks is None
    assert evaluation.matched[0].uri == SCP


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("evaluations", [], "/evaluations"),
        ("evaluations", [3], "/evaluations/0"),
        ("evaluations", [{"resource": "*"}], "/evaluations/0/action"),
        ("policies", {}, "/policies"),
        ("policies", [{"uri": 3}], "/policies/0/uri"),
        ("requestContext", "x", "/requestContext"),
    ],
)
def test_what_is_badly_formed_is_named_with_its_place(member: str, value: object, place: str) -> None:
    with pytest.raises(NotARefusalError, match=f"^{place}: expected"):
        read_details([details(**{member: value})])


@pytest.mark.parametrize("found", [None, [], {"evaluations": []}, {"evaluations": {}, "requestContext": {}}])
def test_other_json_is_no_details(found: object) -> None:
    assert not is_details(found)


@every_row(
    ("key", "written", "value"),
    [
        ("aws:TagKeys", "[a,b]", KeyValue.listing(("a", "b"))),
        ("aws:TagKeys", "[a, b]", KeyValue.listing(("a", "b"))),
        ("aws:TagKeys", "[]", KeyValue.listing(())),
        ("aws:TagKeys", ["a,b", "c"], KeyValue.listing(("a,b", "c"))),
        ("aws:username", "[a,b]", KeyValue.of("[a,b]")),
        ("aws:SourceIp", "192.0.2.1/32", KeyValue.of("192.0.2.1")),
        ("aws:SourceIp", "2001:db8::1/128", KeyValue.of("2001:db8::1")),
        ("aws:SourceIp", "192.0.2.0/24", KeyValue.of("192.0.2.0/24")),
        ("aws:SourceIp", "no address", KeyValue.of("no address")),
        ("aws:EpochTime", "2026-11-29T10:00:00Z", KeyValue.of("1795946400")),
        ("aws:MultiFactorAuthPresent", False, KeyValue.of("false")),
        ("aws:MultiFactorAuthAge", 300, KeyValue.of("300")),
    ],
)
def test_a_context_value_is_read_as_its_key_has_it(key: str, written: object, value: KeyValue) -> None:
    assert key_value(key, written) == value


@pytest.mark.parametrize("written", [None, {"a": 1}, [{"a": 1}]])
def test_what_is_no_value_is_told(written: object) -> None:
    found = read_details([details(requestContext={**DETAILS["requestContext"], "aws:Referer": written})])
    request, notes = request_of_evaluation(found, found.evaluations[0])
    assert "aws:Referer" not in request.context
    assert notes[0].startswith("the value of aws:Referer")


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("aws:TagKeys", KeyValue.listing(("a", "b")), "[a,b]"),
        ("aws:TagKeys", KeyValue.listing(("a,b", " c")), ["a,b", " c"]),
        ("aws:SourceIp", KeyValue.of("192.0.2.1"), "192.0.2.1/32"),
        ("aws:EpochTime", KeyValue.of("1795946400"), "2026-11-29T10:00:00Z"),
    ],
)
def test_a_context_value_is_written_as_aws_does(key: str, value: KeyValue, written: object) -> None:
    assert written_value(key, value) == written
    assert key_value(key, written) == value
