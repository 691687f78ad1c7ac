"""AWS Organizations, one file a call (I50-I61)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from iamtui.snapshot.model import Organization, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, Json, details, user, write
from tests.tables import every_row

ORG, ROOT, UNIT = "o-abcdefghij", "r-ab12", "ou-ab12-11111111"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def arn(kind: str, name: str) -> str:
    return f"arn:aws:organizations::{OTHER}:{kind}/{ORG}/{name}"


def summary(policy_id: str, kind: str = SCP) -> dict[str, Json]:
    return {"Id": policy_id, "Arn": arn("policy", f"{kind.lower()}/{policy_id}"), "Name": policy_id[2:], "Type": kind}


def tree(kind: str = SCP) -> dict[str, Json]:
    """root → unit → ACCOUNT, with the management account OTHER under the root."""
    types = [{"Type": SCP, "Status": "ENABLED"}]
    accounts = [
        {"Id": account, "Arn": arn("account", account), "Name": account, "Status": "ACTIVE"}
        for account in (OTHER, ACCOUNT)
    ]
    attached = f"organizations-list-policies-for-target/{kind}"
    return {
        "organizations-describe-organization": {
            "Organization": {"Id": ORG, "FeatureSet": "ALL", "MasterAccountId": OTHER, "AvailablePolicyTypes": []}
        },
        "organizations-list-roots": {
            "Roots": [{"Id": ROOT, "Arn": arn("root", ROOT), "Name": "Root", "PolicyTypes": types}]
        },
        "organizations-list-accounts": {"Accounts": accounts},
        f"organizations-list-accounts-for-parent/{ROOT}": {"Accounts": accounts[:1]},
        f"organizations-list-accounts-for-parent/{UNIT}": {"Accounts": accounts[1:]},
        f"organizations-list-organizational-units-for-parent/{ROOT}": {
            "OrganizationalUnits": [{"Id": UNIT, "Arn": arn("ou", UNIT), "Name": "Prod"}]
        },
        f"organizations-list-organizational-units-for-parent/{UNIT}": {"OrganizationalUnits": []},
        f"{attached}/{ROOT}": {"Policies": [summary("p-FullAWSAccess")]},
        f"{attached}/{UNIT}": {"Policies": [summary("p-guard")]},
        f"{attached}/{ACCOUNT}": {"Policies": []},
        "organizations-describe-policy/p-guard": {
            "Policy": {"PolicySummary": summary("p-guard"), "Content": json.dumps(ALLOW)}
        },
    }


def opened(folder: Path, files: Mapping[str, Json]) -> Snapshot:
    for name, content in files.items():
        write(folder / f"{name}.json", content)
    return open_snapshot([folder])


def only(snapshot: Snapshot) -> Organization:
    (organization,) = snapshot.organizations.values()
    return organization


def test_the_levels_of_an_account_hold_what_is_attached_to_each(tmp_path: Path) -> None:
    organization = only(opened(tmp_path, tree()))
    levels = organization.levels(ACCOUNT)
    assert levels is not None
    assert [(level.target_id, level.name, level.scps) for level in levels] == [
        (ROOT, "Root", ("p-FullAWSAccess",)),
        (UNIT, "Prod", ("p-guard",)),
        (ACCOUNT, ACCOUNT, ()),
    ]
    assert organization.management_account == OTHER
    assert organization.root_id == ROOT


def test_i51_the_root_decides_which_kinds_are_enabled(tmp_path: Path) -> None:
    organization = only(opened(tmp_path, tree()))
    assert (organization.scps_enabled, organization.rcps_enabled) == (True, False)


def test_a_kind_that_is_being_enabled_is_not_known(tmp_path: Path) -> None:
    root = {"Id": ROOT, "Arn": arn("root", ROOT), "PolicyTypes": [{"Type": RCP, "Status": "PENDING_ENABLE"}]}
    assert only(opened(tmp_path, {**tree(), "organizations-list-roots": {"Roots": [root]}})).rcps_enabled is None


def test_consolidated_billing_has_no_policies(tmp_path: Path) -> None:
    files = {"organization": {"Organization": {"Id": ORG, "FeatureSet": "CONSOLIDATED_BILLING"}}}
    assert only(opened(tmp_path, files)).scps_enabled is False


def test_i59_full_aws_access_needs_no_describe_policy(tmp_path: Path) -> None:
    policies = only(opened(tmp_path, tree())).policies
    assert policies["p-FullAWSAccess"].document is not None
    assert policies["p-guard"].document is not None
    assert json.loads(policies["p-guard"].document.source) == ALLOW


def test_t22_a_policy_without_content_is_told(tmp_path: Path) -> None:
    files = tree()
    del files["organizations-describe-policy/p-guard"]
    snapshot = opened(tmp_path, files)
    assert only(snapshot).policies["p-guard"].document is None
    assert "no content of policy guard" in str(snapshot.problems[0])


def test_attachments_that_were_not_exported_are_unknown_not_empty(tmp_path: Path) -> None:
    levels = only(opened(tmp_path, tree())).levels(OTHER)
    assert levels is not None
    assert levels[-1].scps is None
    assert levels[-1].rcps is None


def test_i57_lists_of_targets_of_every_policy_say_the_attachments_too(tmp_path: Path) -> None:
    files = {name: content for name, content in tree().items() if "for-target" not in name}
    files["organizations-list-policies/SERVICE_CONTROL_POLICY"] = {"Policies": [summary("p-guard")]}
    unknown = only(opened(tmp_path, files)).levels(ACCOUNT)
    files["organizations-list-targets-for-policy/p-guard"] = {"Targets": [{"TargetId": UNIT}, {"TargetId": ROOT}]}
    known = only(opened(tmp_path, files)).levels(ACCOUNT)
    assert unknown is not None
    assert known is not None
    assert [level.scps for level in unknown] == [None, None, None]
    assert [level.scps for level in known] == [("p-guard",), ("p-guard",), ()]


@pytest.mark.parametrize("way", ["parents", "paths"])
def test_i53_i54_the_parent_comes_from_list_parents_or_paths(tmp_path: Path, way: str) -> None:
    files = {name: content for name, content in tree().items() if "accounts-for-parent" not in name}
    if way == "parents":
        files[f"organizations-list-parents/{ACCOUNT}"] = {"Parents": [{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]}
    else:
        account = {"Id": ACCOUNT, "Arn": arn("account", ACCOUNT), "Paths": [f"{ORG}/{ROOT}/{UNIT}/"]}
        files["organizations-list-accounts"] = {"Accounts": [account]}
    levels = only(opened(tmp_path, files)).levels(ACCOUNT)
    assert levels is not None
    assert [level.target_id for level in levels] == [ROOT, UNIT, ACCOUNT]


def test_an_account_that_hangs_nowhere_is_told(tmp_path: Path) -> None:
    files = {name: content for name, content in tree().items() if "accounts-for-parent" not in name}
    snapshot = opened(tmp_path, files)
    assert only(snapshot).levels(ACCOUNT) is None
    assert "expected the way from the root to accounts" in "\n".join(map(str, snapshot.problems))


def test_i61_suspended_accounts_are_kept_and_marked(tmp_path: Path) -> None:
    account = {"Id": ACCOUNT, "Arn": arn("account", ACCOUNT), "Status": "SUSPENDED", "State": "CLOSED"}
    files = {**tree(), f"organizations-list-accounts-for-parent/{UNIT}": {"Accounts": [account]}}
    files["organizations-list-accounts"] = {"Accounts": [account]}
    assert only(opened(tmp_path, files)).targets[ACCOUNT].status == "CLOSED"


def test_i55_policies_of_other_kinds_are_left_out(tmp_path: Path) -> None:
    files = {**tree(), "organizations-list-policies/TAG_POLICY": {"Policies": [summary("p-tag", "TAG_POLICY")]}}
    assert "p-tag" not in only(opened(tmp_path, files)).policies


def test_i59_a_page_that_is_not_the_last_is_told(tmp_path: Path) -> None:
    files = {**tree(), "organizations-list-accounts": {"Accounts": [{"Id": ACCOUNT}], "NextToken": "more"}}
    assert any(problem.place == "/NextToken" for problem in opened(tmp_path, files).problems)


def test_targets_of_an_unnamed_policy_are_told(tmp_path: Path) -> None:
    files = {**tree(), "targets": {"Targets": [{"TargetId": ROOT}]}}
    assert "expected the policy's id as the name of the file" in "\n".join(map(str, opened(tmp_path, files).problems))


def test_i52_the_tree_comes_from_children_parents_or_paths_too(tmp_path: Path) -> None:
    account = {"Id": ACCOUNT, "Arn": arn("account", ACCOUNT), "Name": "prod"}
    unit = {"Id": UNIT, "Arn": arn("ou", UNIT), "Name": "Prod"}
    roots = {"organizations-list-roots": tree()["organizations-list-roots"]}
    ways: list[dict[str, Json]] = [
        {
            f"list-children/{ROOT}": {"Children": [{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]},
            f"list-children-{UNIT}": {"Children": [{"Id": ACCOUNT, "Type": "ACCOUNT"}]},
            "list-accounts": {"Accounts": [account]},
        },
        {
            f"list-parents/{UNIT}": {"Parents": [{"Id": ROOT, "Type": "ROOT"}]},
            f"list-parents_{ACCOUNT}": {"Parents": [{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]},
            "describe-account": {"Account": account},
        },
        {
            "describe-organizational-unit": {"OrganizationalUnit": {**unit, "Path": f"{ORG}/{ROOT}/{UNIT}/"}},
            "accounts": {"Accounts": [{**account, "Paths": [f"{ORG}/{ROOT}/{UNIT}/"]}]},
        },
        {
            f"{ROOT}/list-organizational-units-for-parent": {"OrganizationalUnits": [unit]},
            f"list-accounts-for-parent-{UNIT}": {"Accounts": [account]},
        },
    ]
    for number, way in enumerate(ways):
        levels = only(opened(tmp_path / str(number), {**roots, **way})).levels(ACCOUNT)
        assert [level.target_id for level in levels or ()] == [ROOT, UNIT, ACCOUNT]


def test_a_bad_item_of_a_list_costs_only_itself(tmp_path: Path) -> None:
    files = tree()
    files["organizations-list-accounts"] = {"Accounts": [{"Name": "nobody"}, None, {"Id": ACCOUNT, "Email": "prod@x"}]}
    snapshot = opened(tmp_path, files)
    assert only(snapshot).targets[ACCOUNT].email == "prod@x"
    assert [(problem.place, problem.expected) for problem in snapshot.problems] == [
        ("/Accounts/0", "expected the member Id"),
        ("/Accounts/1", "expected object, got null"),
    ]


def test_bad_content_of_a_policy_is_told(tmp_path: Path) -> None:
    files = {
        **tree(),
        "organizations-describe-policy/p-guard": {"Policy": {"PolicySummary": summary("p-guard"), "Content": "{cut"}},
    }
    (problem,) = opened(tmp_path, files).problems
    assert (problem.path.name, problem.place) == ("p-guard.json", "/Policy/Content")


@pytest.mark.parametrize("content", [{"Policies": [summary("p-t", "TAG_POLICY")]}, {"EffectivePolicy": {}}])
def test_i55_other_types_of_policies_are_named_as_taking_part_in_no_decision(tmp_path: Path, content: Json) -> None:
    files = opened(tmp_path, {**tree(), "other": content}).files
    other = next(file for file in files if file.path.name == "other.json")
    assert other.status == "skipped"
    assert "S3 policies take part in no decision" in other.message


@every_row(
    "members",
    [
        ("Organization", "Policies"),
        ("Organization", "Root", "Policies", "Accounts"),
        ("Organization", "Accounts"),
        ("Roots", "OrganizationalUnits"),
    ],
)
def test_a_file_that_joins_answers_is_told_and_no_part_of_it_is_taken_alone(
    tmp_path: Path, members: tuple[str, ...]
) -> None:
    said: dict[str, Json] = {
        "Organization": {"Id": ORG, "FeatureSet": "ALL", "MasterAccountId": OTHER},
        "Root": {"Id": ROOT, "Policies": ["p-guard"]},
        "Roots": [{"Id": ROOT, "Arn": arn("root", ROOT)}],
        "Policies": [summary("p-guard")],
        "Accounts": [{"Id": ACCOUNT, "Arn": arn("account", ACCOUNT)}],
        "OrganizationalUnits": [{"Id": UNIT, "Arn": arn("ou", UNIT)}],
    }
    joined = {name: said[name] for name in members}
    snapshot = opened(tmp_path, {"account": details(UserDetailList=[user("alice")]), "organization": joined})
    assert snapshot.organizations == {}
    (problem,) = snapshot.problems
    named = ", ".join(sorted(members))
    assert problem.expected == f"expected the answer of one call of AWS Organizations, got {named} together"


@every_row(
    ("call", "member", "place"),
    [
        ("organizations-describe-organization", "MasterAccountId", "/Organization"),
        ("organizations-list-roots", "PolicyTypes", "/Roots/0"),
        ("organizations-list-accounts", "Id", "/Accounts/0"),
        (f"organizations-list-organizational-units-for-parent/{ROOT}", "Id", "/OrganizationalUnits/0"),
        (f"organizations-list-policies-for-target/{SCP}/{UNIT}", "Type", "/Policies/0"),
        ("organizations-describe-policy/p-guard", "Content", "/Policy"),
    ],
)
def test_l1_a_member_twice_in_an_answer_is_told(tmp_path: Path, call: str, member: str, place: str) -> None:
    files = tree()
    first = "[]" if member == "PolicyTypes" else '"x"'
    text = json.dumps(files.pop(call)).replace(f'"{member}": ', f'"{member}": {first}, "{member}": ', 1)
    write(tmp_path / "account.json", details(UserDetailList=[user("alice")]))
    (tmp_path / f"{call}.json").parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / f"{call}.json").write_text(text)
    told = [f"{one.place}: {one.expected}" for one in opened(tmp_path, files).problems if "once" in one.expected]
    assert told == [f"{place}/{member}: expected each member once, and it stands there again"]
