from pathlib import Path

import pytest

from iamtui.analysis.relations import Relations, RelationsCancelledError, build_relations, named_arns
from iamtui.analysis.subject_keys import EVERYONE, SubjectKey
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.policy.document import Document
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import ACCOUNT, NOT_EXPORTED, arn, company, export, opened, role, trust
from tests.samples.test_samples import SAMPLES

ALICE = arn("user", "alice", "/staff/")


@pytest.fixture
def relations(tmp_path: Path) -> Relations:
    return build_relations(opened(tmp_path / "company.json", company(of_center=NOT_EXPORTED)))


def test_a_group_knows_its_members(relations: Relations) -> None:
    assert relations.members == {arn("group", "Readers"): (ALICE,)}


def test_a_policy_knows_who_carries_it(relations: Relations) -> None:
    assert relations.attached_to[arn("policy", "Reading")] == (arn("group", "Readers"), arn("role", "app"))


def test_whom_relations_show_with_a_policy_or_its_group_is_for_whom_it_is_in_force() -> None:
    """The ways of E11, read from either end (docs/decisions/relations-and-policies-in-force.md)."""
    snapshot = open_snapshot([SAMPLES / "acme-org"])
    relations = build_relations(snapshot)
    carried = {
        (principal, policy)
        for policy, carriers in relations.attached_to.items()
        for carrier in carriers
        for principal in relations.members.get(carrier, (carrier,))
        if ":group/" not in principal
    }
    accounts = snapshot.accounts.values()
    principals = [one for held in accounts for kind in (held.users, held.roles) for one in (kind or {}).values()]
    gathered = ((one.arn, policy.arn) for one in principals for policy in identity_policies(snapshot, one))
    in_force = {(principal, policy) for principal, policy in gathered if policy is not None}
    assert carried == in_force
    assert len(in_force) > len(principals) / 2


def test_a_policy_that_was_not_exported_knows_who_carries_it(relations: Relations) -> None:
    carriers = relations.attached_to["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert carriers == (arn("role", "AWSReservedSSO_Admin_0123", "/aws-reserved/sso.amazonaws.com/"),)


def test_a_policy_knows_whose_boundary_it_is(relations: Relations) -> None:
    assert relations.boundary_of == {arn("policy", "Limit"): (ALICE,)}


def test_users_accounts_and_services_know_the_roles_that_trust_them(relations: Relations) -> None:
    assert relations.may_assume[ALICE] == (arn("role", "deploy"),)
    assert relations.may_assume[SubjectKey.account("444455556666")] == (arn("role", "deploy"),)
    assert relations.may_assume["ec2.amazonaws.com"] == (arn("role", "app"),)


def test_a_role_knows_the_documents_that_name_it(relations: Relations) -> None:
    assert relations.named_in[arn("role", "app")] == (SubjectKey.inline(arn("role", "deploy"), "pass"),)


def test_who_is_trusted_by_a_role_is_not_said_to_be_named_in_it_too(relations: Relations) -> None:
    assert ALICE not in relations.named_in


@pytest.mark.parametrize(
    ("principal", "key"),
    [("*", EVERYONE), ({"AWS": "*"}, EVERYONE), ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, SubjectKey.account(ACCOUNT))],
)
def test_a_role_that_trusts_everybody_or_an_account_stands_under_its_key(
    tmp_path: Path, principal: dict[str, str], key: str
) -> None:
    snapshot = opened(tmp_path / "a.json", export(roles=[role("open", trusts=trust(principal))]))
    assert build_relations(snapshot).may_assume == {key: (arn("role", "open"),)}


def test_a_deny_in_a_trust_policy_trusts_nobody(tmp_path: Path) -> None:
    denies = trust({"AWS": "444455556666"}, Effect="Deny")
    snapshot = opened(tmp_path / "a.json", export(roles=[role("closed", trusts=denies)]))
    assert build_relations(snapshot).may_assume == {}


def test_only_full_arns_count_as_named() -> None:
    document = Document(b'{"Resource": ["arn:aws:iam::111122223333:role/app-*", "arn:aws:iam::111122223333:role/app"]}')
    assert list(named_arns(document)) == ["arn:aws:iam::111122223333:role/app"]


def test_an_arn_that_is_written_with_escapes_is_found() -> None:
    document = Document(rb'{"Resource": "arn:aws:iam::111122223333:role\/a\u0070p"}')
    assert list(named_arns(document)) == ["arn:aws:iam::111122223333:role/app"]


def test_a_document_that_is_no_json_names_nobody() -> None:
    assert list(named_arns(Document(b'{"a": "\\'))) == []


def test_building_stops_when_asked(tmp_path: Path) -> None:
    with pytest.raises(RelationsCancelledError):
        build_relations(opened(tmp_path / "company.json", company()), lambda: True)
