"""An organization of which every list was exported, and the same with a list cut off or left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, user, write
from tests.snapshot.s3_policies import ORG, ROOT, UNIT, arn, assigning

LAB, INNER = "777788889999", "ou-ab12-22222222"
SCP, RCP, S3 = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
CREATE, DELETE = "sqs:CreateQueue", "sqs:DeleteQueue"
DENYING: dict[str, Json] = {
    SCP: {"Effect": "Deny", "Action": CREATE, "Resource": "*"},
    RCP: {"Effect": "Deny", "Principal": "*", "Action": DELETE, "Resource": "*"},
}
"""What the SCP and the RCP forbid."""
ATTACHED = {
    SCP: {"p-FullAWSAccess": (ROOT, UNIT, INNER, OTHER, ACCOUNT, LAB), "p-guard": (ROOT, INNER)},
    RCP: {"p-RCPFullAWSAccess": (ROOT, UNIT, INNER, OTHER, ACCOUNT, LAB), "p-fence": (UNIT, LAB)},
    S3: {"p-open": (UNIT,), "p-shut": (ROOT, INNER)},
}
"""For each kind and policy the targets: root → UNIT → INNER, with an account in each (OTHER manages)."""
ACCOUNTS = {OTHER: (ROOT,), ACCOUNT: (ROOT, UNIT), LAB: (ROOT, UNIT, INNER)}
LISTS, OF_PARENT, OF_TARGET, OF_POLICY = (
    f"organizations-list-{call}"
    for call in ("policies", "organizational-units-for-parent", "policies-for-target", "targets-for-policy")
)


def summary(policy_id: str, kind: str) -> dict[str, Json]:
    """A policy as lists have it; the two of AWS are of no organization."""
    is_aws = policy_id.endswith("FullAWSAccess")
    own = arn("policy", f"{kind.lower()}/{policy_id}")
    place = f"arn:aws:organizations::aws:policy/{kind.lower()}/{policy_id}" if is_aws else own
    return {"Id": policy_id, "Arn": place, "Name": policy_id[2:], "Type": kind, "AwsManaged": is_aws}


def account(number: str, *, with_path: bool = False) -> dict[str, Json]:
    """An account as `list-accounts` has it."""
    place = "/".join((ORG, *ACCOUNTS[number], number, ""))
    paths = {"Paths": [place]} if with_path else {}
    return {"Id": number, "Arn": arn("account", number), "Name": f"a{number[:4]}", "Status": "ACTIVE", **paths}


def unit(unit_id: str) -> dict[str, Json]:
    """A unit as `list-organizational-units-for-parent` has it."""
    return {"Id": unit_id, "Arn": arn("ou", unit_id), "Name": f"Unit {unit_id[-1]}"}


def whole(*, by_target: bool = False, by_parent: bool = False) -> dict[str, Any]:
    """All answers: attachments by policy or by target, accounts with their paths at once or by parent."""
    types = [{"Type": kind, "Status": "ENABLED"} for kind in ATTACHED]
    files: dict[str, Any] = {
        "organizations-describe-organization": {"Organization": {"Id": ORG, "MasterAccountId": OTHER}},
        "organizations-list-roots": {
            "Roots": [{"Id": ROOT, "Arn": arn("root", ROOT), "Name": "Root", "PolicyTypes": types}]
        },
        f"{OF_PARENT}/{ROOT}": {"OrganizationalUnits": [unit(UNIT)]},
        f"{OF_PARENT}/{UNIT}": {"OrganizationalUnits": [unit(INNER)]},
        f"{OF_PARENT}/{INNER}": {"OrganizationalUnits": []},
        "details": details(UserDetailList=[user("alice", UserPolicyList=[_allowing()])]),
    }
    if by_parent:
        for number, way in ACCOUNTS.items():
            files[f"organizations-list-accounts-for-parent/{way[-1]}"] = {"Accounts": [account(number)]}
    else:
        files["organizations-list-accounts"] = {"Accounts": [account(number, with_path=True) for number in ACCOUNTS]}
    for kind, attached in ATTACHED.items():
        files |= _policies(kind, attached, by_target=by_target)
    return files


def _allowing() -> dict[str, Json]:
    return {"PolicyName": "all", "PolicyDocument": ALLOW_ALL}


def _policies(kind: str, attached: Mapping[str, tuple[str, ...]], *, by_target: bool) -> dict[str, Any]:
    files: dict[str, Any] = {f"{LISTS}/{kind}": {"Policies": [summary(one, kind) for one in attached]}}
    for policy_id, targets in attached.items():
        if not by_target:
            files[f"{OF_POLICY}/{policy_id}"] = {"Targets": [{"TargetId": target} for target in targets]}
        if not policy_id.endswith("FullAWSAccess"):
            content = assigning("all") if kind == S3 else {"Version": "2012-10-17", "Statement": [DENYING[kind]]}
            files[f"organizations-describe-policy/{policy_id}"] = {
                "Policy": {"PolicySummary": summary(policy_id, kind), "Content": json.dumps(content)}
            }
    if by_target:
        for target in (ROOT, UNIT, INNER, *ACCOUNTS):
            held = [summary(one, kind) for one, targets in attached.items() if target in targets]
            files[f"{OF_TARGET}/{kind}/{target}"] = {"Policies": held}
    return files


def cut_off(files: dict[str, Any], name: str, kept: int = 0) -> dict[str, Any]:
    """The answers with one list cut off after a few items."""
    edited = deepcopy(files)
    (member,) = edited[name]
    edited[name] = {member: edited[name][member][:kept], "NextToken": "more"}
    return edited


def left_out(files: dict[str, Any], *names: str) -> dict[str, Any]:
    """The answers without some."""
    return {name: content for name, content in files.items() if name not in names}


def opened(folder: Path, files: Mapping[str, Json]) -> Snapshot:
    """The picture of the answers."""
    for name, content in files.items():
        write(folder / f"{name}.json", content)
    return open_snapshot([folder])
