"""Builders for exports in the form that the AWS CLI prints, and files of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = object

ACCOUNT = "111122223333"
OTHER = "444455556666"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def user(name: str, account: str = ACCOUNT, **more: Json) -> dict[str, Json]:
    """An item of `UserDetailList`."""
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper()}",
        "Arn": f"arn:aws:iam::{account}:user/{name}",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        **more,
    }


def group(name: str, account: str = ACCOUNT, **more: Json) -> dict[str, Json]:
    """An item of `GroupDetailList`."""
    return {
        "Path": "/",
        "GroupName": name,
        "GroupId": f"AGPA{name}",
        "Arn": f"arn:aws:iam::{account}:group/{name}",
        **more,
    }


def role(name: str, account: str = ACCOUNT, **more: Json) -> dict[str, Json]:
    """An item of `RoleDetailList`."""
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{name.upper()}",
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "AssumeRolePolicyDocument": TRUST,
        **more,
    }


def policy(name: str, account: str = ACCOUNT, **more: Json) -> dict[str, Json]:
    """An item of `Policies`."""
    return {
        "PolicyName": name,
        "PolicyId": f"ANPA{name}",
        "Arn": f"arn:aws:iam::{account}:policy/{name}",
        "Path": "/",
        "DefaultVersionId": "v1",
        "PolicyVersionList": [{"Document": ALLOW, "VersionId": "v1", "IsDefaultVersion": True}],
        **more,
    }


def details(**lists: Json) -> dict[str, Json]:
    """An export with all four lists, and whatever else is given."""
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **lists}


def write(path: Path, content: Json) -> Path:
    """Write JSON, packed if the name ends in `.gz`; makes the folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(content).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
