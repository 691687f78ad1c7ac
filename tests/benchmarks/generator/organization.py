"""An organization of several accounts, in the answers of the calls of AWS Organizations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.generator.account import MEMBER, Size, account_details
from tests.benchmarks.generator.documents import Json, document

ORGANIZATION, ROOT, MANAGEMENT, SCP = "o-bench00001", "r-ben1", "999988887777", "SERVICE_CONTROL_POLICY"
UNITS = ("ou-ben1-prod0001", "ou-ben1-dev00001", "ou-ben1-test0001")
GUARDS: dict[str, Json] = {
    "p-region01": {
        "Sid": "Europe",
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "organizations:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
    },
    "p-leave001": {"Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
    "p-audit001": {"Sid": "Audit", "Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"},
}
"""SCPs, one for each unit."""


def account_ids(count: int) -> list[str]:
    """Ids of member accounts."""
    return [f"{222200000000 + number:012}" for number in range(count)]


def write_organization(folder: Path, accounts: int, size: Size = MEMBER) -> None:
    """Write a folder for each member account, and one of the management account with the organization."""
    members = account_ids(accounts)
    for account in members:
        _write(folder / account / "iam-get-account-authorization-details", account_details(account, size))
    for name, answer in organization_answers(members).items():
        _write(folder / "management" / name, answer)


def organization_answers(members: Sequence[str]) -> dict[str, Json]:
    """For each call the answer: the tree, the accounts in turn in the units, FullAWSAccess and a guard on each unit."""
    parents = {ROOT: [MANAGEMENT]} | {unit: list(members[i :: len(UNITS)]) for i, unit in enumerate(UNITS)}
    attached = {target: ["p-FullAWSAccess"] for target in (ROOT, *UNITS, *members)}
    for unit, guard in zip(UNITS, GUARDS, strict=True):
        attached[unit].append(guard)
    organization = {"Id": ORGANIZATION, "FeatureSet": "ALL", "MasterAccountId": MANAGEMENT, "AvailablePolicyTypes": []}
    root = {"Id": ROOT, "Arn": _arn("root", ROOT), "Name": "Root", "PolicyTypes": [{"Type": SCP, "Status": "ENABLED"}]}
    units = [{"Id": unit, "Arn": _arn("ou", unit), "Name": unit[8:]} for unit in UNITS]
    return {
        "organizations-describe-organization": {"Organization": organization},
        "organizations-list-roots": {"Roots": [root]},
        "organizations-list-accounts": {"Accounts": [_account(account) for account in (MANAGEMENT, *members)]},
        f"organizations-list-organizational-units-for-parent/{ROOT}": {"OrganizationalUnits": units},
        **{f"organizations-list-organizational-units-for-parent/{unit}": {"OrganizationalUnits": []} for unit in UNITS},
        **{
            f"organizations-list-accounts-for-parent/{parent}": {"Accounts": [_account(account) for account in below]}
            for parent, below in parents.items()
        },
        **{
            f"organizations-list-policies-for-target/{SCP}/{target}": {"Policies": [_summary(name) for name in names]}
            for target, names in attached.items()
        },
        **{
            f"organizations-describe-policy/{name}": {
                "Policy": {"PolicySummary": _summary(name), "Content": json.dumps(document(statement))}
            }
            for name, statement in GUARDS.items()
        },
    }


def _account(account: str) -> Json:
    name = "root" if account == MANAGEMENT else f"account-{account[-3:]}"
    return {"Id": account, "Arn": _arn("account", account), "Name": name, "Status": "ACTIVE"}


def _summary(policy: str) -> Json:
    is_aws = policy == "p-FullAWSAccess"
    return {"Id": policy, "Arn": _arn("policy", policy), "Name": policy[2:], "Type": SCP, "AwsManaged": is_aws}


def _arn(kind: str, name: str) -> str:
    kind = f"{kind}/{ORGANIZATION}" + ("/service_control_policy" if kind == "policy" else "")
    if name == "p-FullAWSAccess":
        return f"arn:aws:organizations::aws:policy/service_control_policy/{name}"
    return f"arn:aws:organizations::{MANAGEMENT}:{kind}/{name}"


def _write(path: Path, answer: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.json").write_text(json.dumps(answer))
