from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.relations import build_relations
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.facts.entities import as_text, overview, trust_sections, used_by
from iamtui.browsing.policies_in_force import policies_in_force, policy_nodes, split_node_key, statement_nodes
from iamtui.browsing.subjects import ExternalEntity, Subject, find_subject
from iamtui.browsing.trust import TrustLine, trust_lines
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Role, Snapshot
from tests.app.exports import ACCOUNT, NOT_EXPORTED, arn, company, export, opened, role, trust

ALICE = arn("user", "alice", "/staff/")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return opened(tmp_path / "company.json", company(of_center=NOT_EXPORTED))


def the_role(tmp_path: Path, document: Any) -> tuple[Snapshot, Role]:
    snapshot = opened(tmp_path / "a.json", export(roles=[role("r", trusts=document)]))
    found = snapshot.role(arn("role", "r"))
    assert found is not None
    return snapshot, found


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        ("*", "anybody, in any account"),
        ({"AWS": ACCOUNT}, f"account {ACCOUNT}: anyone there whose own policies allow it"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, f"account {ACCOUNT}: anyone there whose own policies allow it"),
        ({"AWS": ALICE}, f"user alice of {ACCOUNT}"),
        ({"AWS": arn("role", "app", "/x/")}, f"role app of {ACCOUNT}"),
        ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"}, f"session app/s1 of {ACCOUNT}"),
        ({"Service": "ec2.amazonaws.com"}, "EC2 instances (ec2.amazonaws.com)"),
        ({"Service": "glue.amazonaws.com"}, "the service glue.amazonaws.com"),
        ({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/Okta"}, "users of the provider Okta"),
        ({"AWS": "AIDAEXAMPLEEXAMPLE123"}, "nobody: AIDAEXAMPLEEXAMPLE123 is a user or role that was deleted"),
        ({"AWS": arn("group", "g")}, f"nobody: {arn('group', 'g')} is no valid principal"),
    ],
)
def test_each_kind_of_principal_is_said_in_words(principal: Any, words: str, tmp_path: Path) -> None:
    snapshot, found = the_role(tmp_path, trust(principal))
    (section,) = trust_sections(snapshot, found)
    assert section.facts[0].value.startswith(words)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"StringEquals": {"sts:ExternalId": "abc"}}, "sts:ExternalId is abc"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "aws:MultiFactorAuthPresent is true"),
        ({"StringLikeIfExists": {"aws:a": ["x*", "y"]}}, "aws:a is like x* or y (or it is absent)"),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, "a value of aws:TagKeys is a"),
        ({"Null": {"aws:TokenIssueTime": "true"}}, "aws:TokenIssueTime is not there"),
        ({"DateLessThanEquals": {"aws:CurrentTime": "2026-01-01"}}, "aws:CurrentTime is at or before 2026-01-01"),
        ({"NoSuchOperator": {"aws:a": "b"}}, "NoSuchOperator aws:a b"),
    ],
)
def test_each_condition_is_said_in_words(condition: Any, words: str) -> None:
    import json  # noqa: PLC0415

    text = json.dumps(trust({"AWS": ACCOUNT}, Condition=condition)).encode()
    lines = trust_lines(Document(text))
    assert not isinstance(lines, InvalidDocument)
    assert lines[0].conditions == (words,)


def test_a_trusted_principal_of_the_export_can_be_followed_and_another_not(tmp_path: Path) -> None:
    snapshot, found = the_role(tmp_path, trust({"AWS": arn("role", "r")}, {"AWS": arn("role", "gone")}))
    (section,) = trust_sections(snapshot, found)
    assert [fact.link for fact in section.facts] == [arn("role", "r"), ""]


def test_a_deny_says_never(tmp_path: Path) -> None:
    snapshot, found = the_role(tmp_path, trust({"AWS": ACCOUNT}, Effect="Deny"))
    assert trust_sections(snapshot, found)[0].facts[0].label == "never AssumeRole"


def test_a_notprincipal_is_ignored_and_says_so() -> None:
    text = b'{"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}'
    lines = trust_lines(Document(text))
    assert isinstance(lines, tuple)
    assert isinstance(lines[0], TrustLine)
    assert lines[0].who.startswith("everybody but account")
    assert lines[0].key == ""
    assert "NotPrincipal" in lines[0].problem


def test_all_entries_of_a_notprincipal_are_one_exception() -> None:
    but = b'{"AWS": ["111122223333", "444455556666"]}'
    text = b'{"Statement": {"Effect": "Deny", "NotPrincipal": %b, "Action": "sts:AssumeRole"}}' % but
    lines = trust_lines(Document(text))
    assert isinstance(lines, tuple)
    (line,) = lines
    assert "111122223333" in line.who
    assert "444455556666" in line.who


def test_a_trust_policy_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    snapshot, found = the_role(tmp_path, {"Statement": 7})
    assert "cannot be read" in trust_sections(snapshot, found)[0].facts[0].value


def test_policies_come_in_the_order_in_which_they_apply_with_their_origin(snapshot: Snapshot) -> None:
    alice = find_subject(snapshot, ALICE)
    assert [(policy.name, policy.origin) for policy in policies_in_force(snapshot, alice)] == [
        ("own", "inline"),
        ("Reading", "attached via group Readers · v2"),
        ("Limit", "permissions boundary · v1"),
    ]


def test_a_policy_whose_document_was_not_exported_says_so(snapshot: Snapshot) -> None:
    role_of_center = arn("role", "AWSReservedSSO_Admin_0123", "/aws-reserved/sso.amazonaws.com/")
    (node,) = policy_nodes(policies_in_force(snapshot, find_subject(snapshot, role_of_center)))
    assert (node.label, node.detail) == (
        "ReadOnlyAccess",
        "attached · not exported: what it says is not known",
    )


def test_statements_are_said_in_words_and_lead_to_their_place(snapshot: Snapshot) -> None:
    policies = policies_in_force(snapshot, find_subject(snapshot, ALICE))
    own, *_ = policy_nodes(policies)
    nodes = statement_nodes(policies, own.key)
    assert [(node.glyph, node.label, node.detail) for node in nodes] == [
        ("✔", "Allow s3:ListBucket", "(List) on *"),
        ("✖", "Deny s3:Delete*", "(NoDelete) on *"),
    ]
    assert split_node_key(nodes[1].key) == (SubjectKey.inline(ALICE, "own"), 1)
    assert split_node_key(own.key) == (SubjectKey.inline(ALICE, "own"), None)


def test_relations_are_listed_from_their_far_end(snapshot: Snapshot) -> None:
    relations = build_relations(snapshot)

    def found(key: str) -> dict[str, list[str]]:
        sections = used_by(snapshot, relations, find_subject(snapshot, key))
        return {section.heading: [fact.link for fact in section.facts] for section in sections}

    assert found(arn("policy", "Limit")) == {"Permissions boundary of 1": [ALICE]}
    assert found(arn("group", "Readers")) == {"Members 1": [ALICE]}
    assert found(ALICE)["May assume, says the trust policy of 1"] == [arn("role", "deploy")]
    assert found(arn("role", "app"))["Named in 1"] == [SubjectKey.inline(arn("role", "deploy"), "pass")]


@pytest.mark.parametrize(
    "key",
    [
        ALICE,
        arn("group", "Readers"),
        arn("role", "app"),
        arn("policy", "Limit"),
        SubjectKey.inline(ALICE, "own"),
        SubjectKey.account(ACCOUNT),
        f"root:{ACCOUNT}",
        "arn:aws:iam::999988887777:role/elsewhere",
    ],
)
def test_everything_has_a_card_whose_links_lead_somewhere(key: str, snapshot: Snapshot) -> None:
    subject: Subject = find_subject(snapshot, key)
    sections = overview(snapshot, subject)
    assert as_text(sections)
    links = [fact.link for section in sections for fact in section.facts if fact.link]
    assert not [link for link in links if isinstance(find_subject(snapshot, link), ExternalEntity)]


def test_what_is_not_in_the_export_says_so(snapshot: Snapshot) -> None:
    assert "was not exported" in as_text(overview(snapshot, find_subject(snapshot, arn("role", "nobody"))))
