"""Large exports to measure with: those of a generator beside the project where it is, else simple ones of our own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

GENERATORS = Path(__file__).parents[2].parent / "shared" / "bench"
ACCOUNT = "111122223333"


def generated(path: Path, *options: str) -> bool:
    """Have the generator write a large export to `path`; tell whether there is a generator."""
    script = next(iter(sorted(GENERATORS.glob("make_*.py"))), None)
    if script is None:
        return False
    command = [sys.executable, str(script), "--size", "large", "--out", str(path), *options]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a script beside the project
    return True


def write_plain(path: Path, users: int, roles: int) -> None:
    """An export with so many users and roles, each with a document of its own."""
    export = {
        "UserDetailList": [_user(i) for i in range(users)],
        "GroupDetailList": [],
        "RoleDetailList": [_role(i) for i in range(roles)],
        "Policies": [],
    }
    path.write_text(json.dumps(export))


def _user(number: int) -> dict[str, object]:
    name = f"user-{number:05}"
    return {
        "Path": f"/team-{number % 40}/",
        "UserName": name,
        "UserId": f"AIDA{number:016}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/team-{number % 40}/{name}",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": _policy(number)}],
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [{"Key": "team", "Value": f"t{number % 40}"}],
    }


def _role(number: int) -> dict[str, object]:
    name = f"service-{number:05}"
    trusting = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{number:016}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusting]},
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": _policy(number)}],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {},
    }


def _policy(number: int) -> dict[str, object]:
    services = ("s3", "sqs", "sns", "dynamodb", "ec2", "lambda")
    statements = [
        {
            "Sid": f"Use{service.title()}",
            "Effect": "Allow",
            "Action": [f"{service}:Get*", f"{service}:List*", f"{service}:Put{number}"],
            "Resource": f"arn:aws:{service}:*:{ACCOUNT}:thing-{number}/*" if service != "s3" else "arn:aws:s3:::b/*",
        }
        for service in services
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def questions(path: Path, count: int) -> list[tuple[str, str, str]]:
    """Requests spread over the principals of an export."""
    export = json.loads(path.read_bytes())
    arns = [one["Arn"] for one in (*export["UserDetailList"], *export["RoleDetailList"])]
    asked = (
        ("s3:GetObject", "arn:aws:s3:::b/x"),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders"),
        ("ec2:DescribeInstances", "*"),
    )
    step = max(1, len(arns) // count)
    return [(arn, *asked[number % len(asked)]) for number, arn in enumerate(arns[::step][:count])]
