"""Organizations, providers, sign-in and outside accounts in the explorer."""

from pathlib import Path

import pytest

from iamtui.browsing.subjects import ExternalEntity, find_subject
from iamtui.browsing.trees.organizations import OrganizationTree
from iamtui.browsing.trees.principals import PrincipalTree
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.facts import Facts
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import both_sizes, rows, session
from tests.app.exports import arn, company, export, user, write
from tests.app.surroundings import ACME, MANAGEMENT, PROD, SANDBOX, SCP, SUSPENDED, card, facts, lines, picture_of

DANA = f"arn:aws:iam::{PROD}:user/dana"


@pytest.fixture(scope="module")
def acme() -> Workspace:
    return picture_of(ACME)


def test_policies_stand_at_the_level_that_they_are_attached_to(acme: Workspace) -> None:
    tree = lines(OrganizationTree(acme.snapshot, acme.relations, frozenset()))
    assert tree[:5] == [
        "o-acme000001 4 accounts",
        "  Root",
        "    DenyLeaveOrganization SCP",
        "    FullAWSAccess SCP · of AWS",
        "    OrganizationPerimeter RCP",
    ]
    workloads = tree.index("    Workloads")
    assert tree[workloads + 1] == "      EuropeOnly SCP"
    assert "      Prod" in tree[workloads:]


def test_the_management_account_and_suspended_accounts_are_marked(acme: Workspace) -> None:
    tree = "\n".join(lines(OrganizationTree(acme.snapshot, acme.relations, frozenset())))
    assert f"acme-root {MANAGEMENT} · management account: no SCP or RCP binds it" in tree
    assert f"acme-audit {SUSPENDED} · ⚠ suspended · not exported" in tree


def test_the_path_to_every_target_and_policy_ends_on_it(acme: Workspace) -> None:
    tree = OrganizationTree(acme.snapshot, acme.relations, frozenset())
    keys = [entry.key for entry in tree.entries()]
    assert len(keys) == 9 + 8
    for key in keys:
        nodes = tree.roots()
        for step in tree.path_to(key):
            (found,) = [one for one in nodes if one.key == step]
            nodes = tree.children(found.key)
        assert found.key == key


def test_the_card_of_an_account_lists_the_policies_of_each_level_in_order(acme: Workspace) -> None:
    met = facts(acme, f"account:{PROD}", "Service control policies")
    assert [(fact.label, fact.value) for fact in met if fact.link] == [
        ("root Root", "DenyLeaveOrganization"),
        ("root Root", "FullAWSAccess"),
        ("OU Workloads", "EuropeOnly"),
        ("OU Workloads", "FullAWSAccess"),
        ("OU Prod", "DenyRootUser"),
        ("OU Prod", "FullAWSAccess"),
        ("account acme-prod", "FullAWSAccess"),
    ]
    assert any("service-linked roles" in fact.value for fact in met)
    (place,) = [fact for fact in facts(acme, f"account:{PROD}", "Organization") if fact.label == "place"]
    assert place.value == "Root / Workloads / Prod / acme-prod"


def test_the_card_of_a_principal_lists_the_policies_of_the_organization_over_it(acme: Workspace) -> None:
    over = facts(acme, DANA, "Policies of the organization")
    assert [(fact.label, fact.value) for fact in over][:2] == [
        ("SCP · attached to Root", "DenyLeaveOrganization"),
        ("SCP · attached to Root", "FullAWSAccess"),
    ]
    assert ("RCP · attached to Root", "OrganizationPerimeter") in [(fact.label, fact.value) for fact in over]
    assert all(not isinstance(find_subject(acme.snapshot, fact.link), ExternalEntity) for fact in over)


def test_the_card_of_a_principal_says_why_no_scp_binds_it(acme: Workspace) -> None:
    principal = next(iter((acme.snapshot.accounts[MANAGEMENT].users or {}).values())).arn
    over = facts(acme, principal, "Policies of the organization")
    assert [(fact.label, fact.value) for fact in over] == [
        ("no SCPs", "management account: SCPs do not apply"),
        ("no RCPs", "management account: RCPs do not apply"),
    ]


@both_sizes
async def test_the_permissions_of_a_principal_lead_to_the_statements_of_its_scps(size: tuple[int, int]) -> None:
    async with session(ACME, size=size) as s:
        await s.select(DANA)
        s.bench.panes.bring_to_front("subject")
        while s.bench.subject.tab.key() != "permissions":
            await s.press("t")
        tree = s.bench.subject.query_one("#subject-permissions TreeList", TreeList)
        place = next(index for index, row in enumerate(rows(tree)) if row.startswith("DenyLeaveOrganization"))
        tree.cursor = place
        await s.press("l", "j", "enter")
        await s.until_about("DenyLeaveOrganization")
        assert s.bench.subject.tab.key() == "document"


def test_no_policy_is_shown_to_bind_the_management_account(acme: Workspace) -> None:
    (said,) = facts(acme, f"account:{MANAGEMENT}", "Service control policies")
    assert said.value == "the management account: none applies"


def test_an_account_that_is_only_listed_has_a_card_with_its_policies(acme: Workspace) -> None:
    said = card(acme, f"account:{SUSPENDED}")
    assert "suspended" in said
    assert "DenyLeaveOrganization" in said
    assert "its users, roles and policies were not exported" in said
    assert "role/security-audit: Allow, Principal" in said


def test_a_policy_says_where_it_is_attached_and_whom_it_does_not_bind(acme: Workspace) -> None:
    said = card(acme, f"{SCP}p-sandbox1")
    assert "Attached to 1" in said
    assert "Sandbox" in said
    assert "users and roles of the management account, and service-linked roles" in said


def test_without_an_organization_the_tree_and_the_account_say_so(tmp_path: Path) -> None:
    workspace = picture_of(write(tmp_path / "a.json", company()))
    assert not OrganizationTree(workspace.snapshot, None, frozenset()).roots()
    assert "SCPs and RCPs of 111122223333 are not known" in card(workspace, "account:111122223333")


# Outside accounts and providers


def test_accounts_that_are_only_named_appear_with_all_places_that_name_them(tmp_path: Path) -> None:
    workspace = picture_of(write(tmp_path / "a.json", company()))
    tree = PrincipalTree(workspace.snapshot, workspace.relations, frozenset())
    assert lines(tree)[-2:] == ["Outside accounts 1", "  444455556666 named in 1 document · outside"]
    (place,) = facts(workspace, "account:444455556666", "Named in")
    assert place.value == "role/deploy: Allow, Principal 444455556666"
    assert place.link == f"{arn('role', 'deploy')}\x1f#1"


@both_sizes
async def test_a_place_that_names_an_outside_account_is_followed_to_the_statement(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with session(write(tmp_path / "a.json", company()), size=size) as running:
        await running.select("account:444455556666")
        await running.press("enter")
        view = running.bench.subject.query_one(Facts)
        view.cursor = next(index for index, row in enumerate(rows(view)) if "role/deploy" in row)
        await running.press("enter")
        await running.until_about("deploy")
        assert running.bench.subject.tab.LABEL == "Trust"
        assert running.bench.subject.place is not None
        assert running.bench.subject.place.statement == 1


def test_providers_stand_below_their_account_and_have_a_card(acme: Workspace) -> None:
    tree = PrincipalTree(acme.snapshot, acme.relations, frozenset())
    below = lines(tree)
    assert any(line.strip().startswith("Identity providers") for line in below)
    providers = acme.snapshot.accounts[PROD].providers
    assert providers
    for key in providers:
        assert tree.path_to(key)[-1] == key
        assert key in card(acme, key)


# Sign-in


def test_a_user_says_how_it_signs_in_and_what_is_not_exported_is_not_guessed(acme: Workspace, tmp_path: Path) -> None:
    users = acme.snapshot.accounts[PROD].users
    assert users
    with_keys = next(one for one in users.values() if one.credentials is not None and one.credentials.access_keys)
    said = card(acme, with_keys.arn)
    assert "console password" in said
    assert "created " in said
    assert "last used" in said
    bare = picture_of(write(tmp_path / "a.json", export(users=[user("alice")])))
    assert [(fact.label, fact.value) for fact in facts(bare, arn("user", "alice"), "Sign-in")] == [
        ("credentials", "not exported")
    ]


def test_root_has_a_card_and_the_account_its_password_policy(acme: Workspace) -> None:
    assert "MFA" in card(acme, f"root:{SANDBOX}")
    assert "⚠ no" in card(acme, f"root:{SANDBOX}")
    assert "MinimumPasswordLength" in card(acme, f"account:{PROD}")
    assert [fact.value for fact in facts(acme, f"account:{MANAGEMENT}", "Password policy")] == ["not exported"]


@both_sizes
async def test_the_organization_tab_is_browsed_by_key(size: tuple[int, int]) -> None:
    async with session(ACME, size=size) as running:
        await running.press("T")
        await running.until_seen("DenyLeaveOrganization")
        await running.press("down", "down", "enter")
        await running.until(lambda: running.heading().startswith("DenyLeaveOrganization"))
        assert running.bench.panes.front == "subject"
        while running.bench.subject.tab.LABEL != "Document":
            await running.press("t")
        await running.until_seen("organizations:LeaveOrganization")
