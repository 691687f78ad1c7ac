"""An organization with S3 policies, as the collecting script leaves it: root → unit → ACCOUNT, and OTHER."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.snapshot.exports import ACCOUNT, OTHER, Json, write

ORG, ROOT, UNIT = "o-abcdefghij", "r-ab12", "ou-ab12-11111111"
SETTING = "public_access_block_configuration"


def arn(kind: str, name: str) -> str:
    return f"arn:aws:organizations::{OTHER}:{kind}/{ORG}/{name}"


def assigning(value: str, **more: Json) -> dict[str, Json]:
    """The content of an S3 policy."""
    return {"s3_attributes": {SETTING: {"@@assign": value, **more}}}


def summary(policy_id: str) -> dict[str, Json]:
    return {"Id": policy_id, "Arn": arn("policy", f"s3_policy/{policy_id}"), "Name": policy_id[2:], "Type": "S3_POLICY"}


def described(policy_id: str, content: Json) -> dict[str, Json]:
    """The answer of `describe-policy`."""
    return {"Policy": {"PolicySummary": summary(policy_id), "Content": content}}


def effective(account: str, value: str) -> dict[str, Json]:
    """The answer of `describe-effective-policy`."""
    content = json.dumps({"s3_attributes": {SETTING: value}})
    return {"EffectivePolicy": {"PolicyContent": content, "TargetId": account, "PolicyType": "S3_POLICY"}}


def tree(status: str | None = "ENABLED") -> dict[str, Json]:
    """The organization without policies; `None` for a root whose types do not name S3_POLICY."""
    types = [] if status is None else [{"Type": "S3_POLICY", "Status": status}]
    accounts = [{"Id": account, "Arn": arn("account", account), "Name": account} for account in (OTHER, ACCOUNT)]
    call = "organizations-list-organizational-units-for-parent"
    return {
        "organizations-describe-organization": {"Organization": {"Id": ORG, "MasterAccountId": OTHER}},
        "organizations-list-roots": {
            "Roots": [
                {
                    "Id": ROOT,
                    "Arn": arn("root", ROOT),
                    "Name": "Root",
                    "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "DISABLED"}, *types],
                }
            ]
        },
        f"organizations-list-accounts-for-parent/{ROOT}": {"Accounts": accounts[:1]},
        f"organizations-list-accounts-for-parent/{UNIT}": {"Accounts": accounts[1:]},
        f"{call}/{ROOT}": {"OrganizationalUnits": [{"Id": UNIT, "Arn": arn("ou", UNIT), "Name": "Prod"}]},
        f"{call}/{UNIT}": {"OrganizationalUnits": []},
    }


def collected(policies: Mapping[str, tuple[Json, tuple[str, ...]]]) -> dict[str, Json]:
    """Policies by id, each with its content and its targets, by the calls of the script."""
    files: dict[str, Json] = {"organizations-list-policies/S3_POLICY": {"Policies": [*map(summary, policies)]}}
    for policy_id, (content, targets) in policies.items():
        files[f"organizations-describe-policy/{policy_id}"] = described(policy_id, content)
        attached = [{"TargetId": target, "Type": "ROOT"} for target in targets]
        files[f"organizations-list-targets-for-policy/{policy_id}"] = {"Targets": attached}
    return files


def write_all(folder: Path, files: Mapping[str, Json]) -> Path:
    """Write every file below a folder."""
    for name, content in files.items():
        write(folder / f"{name}.json", content)
    return folder
