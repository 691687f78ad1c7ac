from pathlib import Path

import pytest

from iamtui.browsing.requests import completions
from iamtui.browsing.requests.answers import answer_to
from iamtui.browsing.requests.fields import context_offers, described_key, request_of
from iamtui.browsing.requests.hints import hints
from iamtui.browsing.workspace import Workspace, build_indexes, sort_trees
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.snapshot.model import Snapshot
from tests.app.exports import ACCOUNT, READ, arn, company, export, opened, user, write

ALICE = arn("user", "alice", "/staff/")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return opened(tmp_path / "company.json", company())


def test_a_session_policy_is_read_from_its_file(snapshot: Snapshot, tmp_path: Path) -> None:
    path = write(tmp_path / "session.json", READ)
    request = request_of(snapshot, RequestFields("deploy", "s3:GetObject", extra=str(path)))
    assert request.session_policies is not None
    assert request.session_policies[0].name == "session.json"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (RequestFields("", "s3:GetObject"), "who asks"),
        (RequestFields("alice", ""), "which action"),
        (
            RequestFields("alice", "s3:GetObject", extra="/no/such/file"),
            "/no/such/file: expected a readable file: No such file",
        ),
    ],
)
def test_what_is_missing_is_said_in_place_of_an_answer(fields: RequestFields, words: str, snapshot: Snapshot) -> None:
    answer = answer_to(snapshot, fields)
    assert answer.decision is None
    assert words in answer.problem


def test_keys_that_were_consulted_are_offered_before_those_that_aws_lists(tmp_path: Path) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:multifactorauthpresent": "true"}},
        },
    }
    snapshot = opened(tmp_path / "a.json", export(users=[user("eve", inline={"p": document})]))
    answer = answer_to(snapshot, RequestFields("eve", "s3:GetObject", "arn:aws:s3:::b/k"))
    offers = context_offers(answer.decision, "s3:GetObject")
    assert (offers[0].name, offers[0].type_label, offers[0].relevant) == (
        "aws:multifactorauthpresent",
        "true/false",
        True,
    )
    others = [offer for offer in offers if not offer.relevant]
    assert "s3:TlsVersion" in [offer.name for offer in others]
    assert not [offer.name for offer in others if "$" in offer.name or "<" in offer.name]


def test_a_key_that_is_typed_in_is_described_as_aws_has_it() -> None:
    tags = described_key("AWS:tagkeys")
    assert (tags.name, tags.type_label, tags.multivalued) == ("AWS:tagkeys", "string list", True)
    assert not described_key("aws:SourceIp").multivalued
    assert described_key("no:such").type_label == ""


@pytest.mark.parametrize(
    ("action", "resource", "words"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/k", []),
        ("s3:getobject", "*", []),
        ("sts:AssumeRole", arn("role", "app"), []),
        ("s3:ListAllMyBuckets", "", []),
        ("s3:GetObjct", "*", ["AWS lists no action s3:GetObjct; is s3:GetObject meant?"]),
        ("nosuch:Thing", "", ["AWS lists no service nosuch"]),
        ("s3:GetObject", "", ["no resource given: decided for *"]),
        ("s3:GetObject", "arn:aws:s3:::${BucketName}/x", ["fill in what is in ${} in the resource"]),
        ("s3:GetObject", "arn:aws:sqs:eu-west-1:111122223333:q", ["s3:GetObject takes no resource of sqs"]),
    ],
)
def test_a_request_that_was_hardly_meant_is_doubted(action: str, resource: str, words: list[str]) -> None:
    request = Request("alice", action, resource or "*")
    assert list(hints(request, names_resource=bool(resource))) == words


def test_an_action_with_wildcards_makes_a_table_of_the_actions_that_it_means(snapshot: Snapshot) -> None:
    answer = answer_to(snapshot, RequestFields("alice", "s3:GetObject*", "arn:aws:s3:::b/k"))
    assert answer.decision is None
    assert answer.table is not None
    words = {decision.request.action: decision.word for decision in answer.table.decisions}
    assert "s3:GetObjectTagging" in words
    for action, word in words.items():
        alone = answer_to(snapshot, RequestFields("alice", action, "arn:aws:s3:::b/k")).decision
        assert alone is not None
        assert alone.word == word
    assert {row.key for row in answer.table.rows} == words.keys()
    assert sum(int(part.split()[0]) for part in answer.table.counts.split(", ")) == len(words)


@pytest.mark.parametrize(
    ("action", "words"),
    [("*", "which service?"), ("*:Get*", "which service?"), ("s3:Xyzzy*", "AWS lists no action like s3:Xyzzy*")],
)
def test_a_pattern_that_means_thousands_or_none_makes_no_table(action: str, words: str, snapshot: Snapshot) -> None:
    answer = answer_to(snapshot, RequestFields("alice", action))
    assert (answer.decision, answer.table) == (None, None)
    assert words in answer.problem


def test_a_slip_in_the_context_of_a_table_is_a_hint(snapshot: Snapshot) -> None:
    context = (ContextField("aws:SourceIp", "value", ("300.1.1.1",)),)
    answer = answer_to(snapshot, RequestFields("alice", "s3:Get*", "arn:aws:s3:::b/k", context=context))
    assert answer.hints == ("aws:SourceIp cannot be '300.1.1.1': expected an IP address",)
    for action, resource, hinted in (
        ("s3:Get*", "", ("no resource given: decided for *",)),
        ("iam:ListU*", "", ("no resource given: decided for *",)),
        ("iam:ListU*rs", "", ()),
        ("s3:Get*", "arn:aws:s3:::${b}", ("fill in what is in ${} in the resource",)),
    ):
        assert answer_to(snapshot, RequestFields("alice", action, resource)).hints == hinted


@pytest.mark.parametrize("action", ["s3:Get*", "s3:Get?bject", "*"])
def test_a_wildcard_is_no_action_and_the_message_leads_on(action: str, snapshot: Snapshot) -> None:
    with pytest.raises(RequestError, match="a request is for one action"):
        request_of(snapshot, RequestFields("alice", action, "*"))


def test_what_is_worth_stating_stands_before_what_the_export_tells(tmp_path: Path) -> None:
    keys = ("aws:PrincipalArn", "aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:username")
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Null": dict.fromkeys(keys, "false")},
        },
    }
    snapshot = opened(tmp_path / "a.json", export(users=[user("eve", inline={"p": document})]))

    def order(*context: ContextField) -> list[str]:
        answer = answer_to(snapshot, RequestFields("eve", "s3:GetObject", "arn:aws:s3:::b/k", context))
        return [offer.name for offer in context_offers(answer.decision, "s3:GetObject") if offer.relevant]

    assert order() == ["aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:PrincipalArn", "aws:username"]
    mfa = ContextField("aws:multifactorauthpresent", "value", ("true",))
    assert order(mfa) == ["aws:MultiFactorAuthPresent", "aws:SourceIp", "aws:PrincipalArn", "aws:username"]


# Completions


def test_principals_complete_by_name_first(snapshot: Snapshot) -> None:
    trees = sort_trees(snapshot)
    workspace = Workspace(snapshot, trees, filters=build_indexes(snapshot, trees, lambda: False).filters)
    assert [suggestion.value for suggestion in completions.principals(workspace, "ali")] == [ALICE]
    assert not [s for s in completions.principals(workspace, "Readers") if ":group/" in s.value]


def test_actions_complete_service_first_then_name_with_level_and_description() -> None:
    assert completions.actions("s")[0].value.startswith("s")
    assert "s3:" in [suggestion.value for suggestion in completions.actions("s3")]
    first = completions.actions("s3:getobject")[0]
    assert first.value == "s3:GetObject"
    assert first.detail.startswith("Read: ")
    assert completions.actions("s3:GetObject*")[:5] == completions.actions("s3:GetObject")[:5]
    assert "s3:PutObject" in [suggestion.value for suggestion in completions.actions("s3:object")]


def test_a_service_is_found_by_its_full_name() -> None:
    assert "sts:" in [suggestion.value for suggestion in completions.actions("token service")]


def test_resources_offer_templates_with_what_is_known_filled_in(snapshot: Snapshot) -> None:
    values = [offer.value for offer in completions.resources(snapshot, "sqs:SendMessage", ALICE, "")]
    assert values[0] == f"arn:aws:sqs:${{Region}}:{ACCOUNT}:${{QueueName}}"
    assert values[-1] == "*"


def test_resources_offer_roles_of_the_export_for_an_action_on_roles(snapshot: Snapshot) -> None:
    values = [offer.value for offer in completions.resources(snapshot, "iam:PassRole", ALICE, "app")]
    assert values == [arn("role", "app")]
