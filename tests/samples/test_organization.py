"""The sample organization is whole, true to the CLI's output, and decides as its scenarios say."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iamtui import catalog
from tests.cli.conftest import Iamtui, iamtui
from tests.samples.test_samples import LISTS, ORDER, SAMPLES, objects, read, strings
from tests.tables import every_row

__all__ = ["iamtui"]

ORGANIZATION = SAMPLES / "acme-org"
SCENARIOS = SAMPLES / "scenarios" / "acme.json"
ACCOUNTS = {"management": "999988887777", "prod": "111122223333", "sandbox": "444455556666"}
CALLS = sorted(path.relative_to(ORGANIZATION).as_posix() for path in ORGANIZATION.rglob("*.json"))
ROLES_OF_ITS_OWN = {"OrganizationAccountAccessRole", "monitoring-vendor", "contractor-access", "report-reader"}


def call(path: str) -> dict[str, Any]:
    return read(f"acme-org/{path}")


def details(folder: str) -> dict[str, Any]:
    return call(f"{folder}/iam-get-account-authorization-details.json")


def calls(name: str) -> dict[str, dict[str, Any]]:
    """The answers to a call, by what it was asked about."""
    return {Path(path).stem: call(path) for path in CALLS if f"/{name}/" in path}


def documents(value: object) -> Iterator[dict[str, Any]]:
    """Every policy document in an answer, those inside strings too."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if isinstance(value, dict) and "Statement" in value:
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from documents(part)


@pytest.fixture
def inspected(iamtui: Iamtui) -> dict[str, Any]:
    ran = iamtui("inspect", ORGANIZATION, "--format", "json")
    assert ran.status == 0, ran.err
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def test_every_file_is_read_and_none_leaves_a_doubt(inspected: dict[str, Any]) -> None:
    assert len(inspected["files"]) == len([path for path in ORGANIZATION.rglob("*") if path.is_file()]) < 60
    assert {(file["status"], file["message"] or "") for file in inspected["files"]} == {("read", "")}
    assert inspected["problems"] == []


def test_each_account_is_found_with_all_its_principals(inspected: dict[str, Any]) -> None:
    found = {tuple(account[kind] for kind in ("users", "groups", "roles")) for account in inspected["accounts"]}
    assert found == {tuple(len(details(folder)[part]) for part in LISTS) for folder in ACCOUNTS}


@every_row("path", CALLS)
def test_a_file_is_written_as_the_cli_prints_it(path: str) -> None:
    text = (ORGANIZATION / path).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=4, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("folder", ACCOUNTS)
def test_members_stand_in_the_order_in_which_the_cli_prints_them(folder: str) -> None:
    for part, order in ORDER.items():
        for entity in details(folder)[part]:
            assert list(entity) == [member for member in order.split() if member in entity]


@pytest.mark.parametrize(("folder", "account"), ACCOUNTS.items())
def test_every_attached_arn_has_a_document_and_the_counts_agree(folder: str, account: str) -> None:
    exported = details(folder)
    entities = [entity for part in LISTS for entity in exported[part]]
    assert {entity["Arn"].split(":")[4] for entity in entities} == {account}
    attached = Counter(policy["PolicyArn"] for entity in entities for policy in entity["AttachedManagedPolicies"])
    counts = {policy["Arn"]: policy["AttachmentCount"] for policy in exported["Policies"]}
    assert attached.keys() <= counts.keys()
    assert all(attached[arn] == count for arn, count in counts.items())


def test_unique_ids_are_unique_in_the_whole_organization() -> None:
    ids: Counter[str] = Counter()
    for folder in ACCOUNTS:
        for part, member in zip(LISTS, ("UserId", "GroupId", "RoleId"), strict=True):
            ids.update(entity[member] for entity in details(folder)[part])
    keys = [
        key["AccessKeyId"] for answer in calls("iam-list-access-keys").values() for key in answer["AccessKeyMetadata"]
    ]
    ids.update(keys)
    assert set(ids.values()) == {1}
    assert all(re.fullmatch("AKIA[A-Z2-7]{16}", key) for key in keys)


def test_production_is_the_account_of_day_1_but_for_whom_it_trusts() -> None:
    here, there = details("prod"), read("acme-day1.json")
    for part in ("UserDetailList", "GroupDetailList", "Policies"):
        assert here[part] == there[part]
    ours, theirs = ({role["RoleName"]: role for role in day["RoleDetailList"]} for day in (here, there))
    assert {name for name in ours | theirs if ours.get(name) != theirs.get(name)} == ROLES_OF_ITS_OWN


def test_the_tree_and_the_attachments_name_only_what_exists() -> None:
    roots = [root["Id"] for root in call("management/organizations-list-roots.json")["Roots"]]
    units = calls("organizations-list-organizational-units-for-parent")
    accounts = call("management/organizations-list-accounts.json")["Accounts"]
    inner = [unit for answer in units.values() for unit in answer["OrganizationalUnits"]]
    known = {*roots, *(unit["Id"] for unit in inner), *(account["Id"] for account in accounts)}
    assert units.keys() <= known
    for path in [unit["Path"] for unit in inner] + [path for account in accounts for path in account["Paths"]]:
        assert set(path.strip("/").split("/")[1:]) <= known
    targets = calls("organizations-list-targets-for-policy")
    attached = {name: {target["TargetId"] for target in answer["Targets"]} for name, answer in targets.items()}
    assert set().union(*attached.values()) <= known
    assert attached["p-RCPFullAWSAccess"] == known
    assert len(known - attached["p-FullAWSAccess"]) == 1


def test_every_policy_of_the_organization_is_listed_described_and_attached() -> None:
    listed = {
        policy["Id"]: policy
        for answer in calls("organizations-list-policies").values()
        for policy in answer["Policies"]
    }
    described = calls("organizations-describe-policy")
    assert listed.keys() == calls("organizations-list-targets-for-policy").keys()
    assert described.keys() == {name for name, policy in listed.items() if not policy["AwsManaged"]}
    for name, answer in described.items():
        assert answer["Policy"]["PolicySummary"] == listed[name]


def test_all_accounts_but_the_suspended_one_are_exported() -> None:
    accounts = call("management/organizations-list-accounts.json")["Accounts"]
    assert {account["Id"] for account in accounts if account["Status"] == "ACTIVE"} == set(ACCOUNTS.values())
    assert [account["Status"] for account in accounts].count("SUSPENDED") == 1


def test_credential_reports_speak_of_every_user_and_of_root() -> None:
    bare = (ORGANIZATION / "prod/credential-report.csv").read_text(encoding="utf-8")
    encoded = b64decode(call("sandbox/iam-get-credential-report.json")["Content"]).decode()
    for folder, text in (("prod", bare), ("sandbox", encoded)):
        rows = list(csv.DictReader(io.StringIO(text)))
        users = [user["Arn"] for user in details(folder)["UserDetailList"]]
        assert [row["arn"] for row in rows] == [f"arn:aws:iam::{ACCOUNTS[folder]}:root", *users]
        assert all(None not in row.values() and None not in row for row in rows)


@every_row("path", CALLS)
def test_every_action_and_every_condition_key_exists(path: str) -> None:
    for document in documents(call(path)):
        for part in objects(document):
            for pattern in (*strings(part.get("Action")), *strings(part.get("NotAction"))):
                assert pattern == "*" or catalog.matching(pattern), pattern
        for statement in document["Statement"]:
            for key in (key for keys in statement.get("Condition", {}).values() for key in keys):
                assert catalog.condition_key(key) is not None or key == "AWS:SourceOwner", key  # as SNS still writes it


def test_every_scenario_holds(iamtui: Iamtui) -> None:
    ran = iamtui("check", SCENARIOS)
    assert ran.status == 0, ran.out + ran.err


def test_the_scenarios_show_each_layer_denying_and_each_grant_allowing() -> None:
    cases = json.loads(SCENARIOS.read_text(encoding="utf-8"))["cases"]
    shown = {(case["decided_by"], case["expect"]) for case in cases}
    layers = ("rcp", "scp", "vpc_endpoint", "resource", "identity", "s3_block_public_access")
    assert {(layer, "explicitDeny") for layer in layers} <= shown
    silent = ("scp", "vpc_endpoint", "resource", "trust", "identity", "permissions_boundary", "session", "none")
    assert {(layer, "implicitDeny") for layer in silent} <= shown
    assert {(layer, "allowed") for layer in ("identity", "resource", "trust")} <= shown
    assert len({case["name"] for case in cases}) == len(cases)
