"""Small exports for the tests: dictionaries in the form of the AWS CLI, written to real files."""

import json
import os
from pathlib import Path
from typing import Any

from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot

ACCOUNT = "111122223333"
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
LIST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
        {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
    ],
}
COMES_WITH_IAMTUI = "arn:aws:iam::aws:policy/AdministratorAccess"
NOT_EXPORTED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
Json = dict[str, Any]


def arn(kind: str, name: str, path: str = "/", account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:{kind}{path}{name}"


def trust(*principals: Json, **extra: Any) -> Json:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **extra} for principal in principals
        ],
    }


def user(name: str, path: str = "/", account: str = ACCOUNT, **extra: Any) -> Json:
    detail = {"Path": path, "UserName": name, "UserId": f"AIDA{name.upper()}", "Arn": arn("user", name, path, account)}
    return _with_lists(detail, "UserPolicyList", extra)


def group(name: str, path: str = "/", account: str = ACCOUNT, **extra: Any) -> Json:
    detail = {"Path": path, "GroupName": name, "GroupId": f"AGPA{name}", "Arn": arn("group", name, path, account)}
    return _with_lists(detail, "GroupPolicyList", extra)


def role(name: str, path: str = "/", account: str = ACCOUNT, trusts: Json | None = None, **extra: Any) -> Json:
    detail = {"Path": path, "RoleName": name, "RoleId": f"AROA{name}", "Arn": arn("role", name, path, account)}
    detail["AssumeRolePolicyDocument"] = trusts or trust({"AWS": account})  # type: ignore[assignment]
    return _with_lists(detail, "RolePolicyList", extra)


def _with_lists(detail: Json, inline_list: str, extra: Json) -> Json:
    """`inline={name: document}`, `attached=[arn]`, `boundary=arn`, `tags={key: value}`; all else as it is."""
    detail[inline_list] = [
        {"PolicyName": name, "PolicyDocument": document} for name, document in extra.pop("inline", {}).items()
    ]
    detail["AttachedManagedPolicies"] = [
        {"PolicyName": policy.rpartition("/")[2], "PolicyArn": policy} for policy in extra.pop("attached", [])
    ]
    if boundary := extra.pop("boundary", None):
        detail["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": boundary,
        }
    detail["Tags"] = [{"Key": key, "Value": value} for key, value in extra.pop("tags", {}).items()]
    return {**detail, **extra}


def policy(name: str, *documents: Json, path: str = "/", account: str = ACCOUNT) -> Json:
    """A managed policy; the first document is the version in force and the newest."""
    return {
        "PolicyName": name,
        "PolicyId": f"ANPA{name}",
        "Arn": arn("policy", name, path, account),
        "Path": path,
        "DefaultVersionId": f"v{len(documents)}",
        "PolicyVersionList": [
            {"Document": document, "VersionId": f"v{len(documents) - index}", "IsDefaultVersion": index == 0}
            for index, document in enumerate(documents)
        ],
    }


def export(
    users: list[Json] | None = None,
    groups: list[Json] | None = None,
    roles: list[Json] | None = None,
    policies: list[Json] | None = None,
) -> Json:
    return {
        "UserDetailList": users or [],
        "GroupDetailList": groups or [],
        "RoleDetailList": roles or [],
        "Policies": policies or [],
    }


def write(path: Path, content: Json | str) -> Path:
    """Write as careful programs do: a new file that takes the place of the old."""
    text = content if isinstance(content, str) else json.dumps(content)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, "utf-8")
    os.replace(new, path)  # noqa: PTH105
    return path


def opened(path: Path, content: Json) -> Snapshot:
    return open_snapshot([write(path, content)])


def company(of_center: str = COMES_WITH_IAMTUI) -> Json:
    """A small account with every relation, and the managed policy of its role of Identity Center.

    Unless that policy is one whose document is missing, no opening screen is put before the trees.
    """
    return export(
        users=[
            user(
                "alice",
                path="/staff/",
                GroupList=["Readers"],
                inline={"own": LIST},
                boundary=arn("policy", "Limit"),
                tags={"team": "Payments"},
            ),
            user("bob"),
        ],
        groups=[group("Readers", attached=[arn("policy", "Reading")])],
        roles=[
            role("app", trusts=trust({"Service": "ec2.amazonaws.com"}), attached=[arn("policy", "Reading")]),
            role(
                "deploy",
                trusts=trust({"AWS": arn("user", "alice", "/staff/")}, {"AWS": "444455556666"}),
                inline={
                    "pass": {
                        "Version": "2012-10-17",
                        "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": arn("role", "app")},
                    }
                },
            ),
            role(
                "AWSServiceRoleForSupport",
                path="/aws-service-role/support.amazonaws.com/",
                trusts=trust({"Service": "support.amazonaws.com"}),
            ),
            role(
                "AWSReservedSSO_Admin_0123",
                path="/aws-reserved/sso.amazonaws.com/",
                attached=[of_center],
            ),
        ],
        policies=[policy("Reading", READ, LIST), policy("Limit", READ)],
    )
