from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from iamtui.cli import run

ALICE = "arn:aws:iam::111122223333:user/eng/alice"


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Iamtui = Callable[..., Ran]


@pytest.fixture
def iamtui(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iamtui:
    """Runs a command as the program does, and gives its exit status and what it wrote."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def ran(*arguments: object) -> Ran:
        status = run([str(argument) for argument in arguments])
        return Ran(status, *capfd.readouterr())

    return ran


def allow(action: str, resource: str = "*", **more: object) -> dict[str, object]:
    statement = {"Sid": "Read", "Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An account with the user alice, the role alice, and the role auditor."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
    users = [
        {
            "Path": "/eng/",
            "UserName": "alice",
            "UserId": "AIDAALICE",
            "Arn": ALICE,
            "UserPolicyList": [{"PolicyName": "readers", "PolicyDocument": allow("s3:Get*", "arn:aws:s3:::ledger/*")}],
            "GroupList": [],
            "AttachedManagedPolicies": [],
        }
    ]
    roles: list[dict[str, object]] = [
        {
            "Path": "/",
            "RoleName": name,
            "RoleId": f"AROA{name.upper()}",
            "Arn": f"arn:aws:iam::111122223333:role/{name}",
            "AssumeRolePolicyDocument": trust,
            "InstanceProfileList": [],
            "RolePolicyList": [],
            "AttachedManagedPolicies": [],
        }
        for name in ("Alice", "auditor")
    ]
    whole = {"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}
    return write(tmp_path / "account.json", {**whole, "IsTruncated": False})


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    command = [sys.executable, "-m", "iamtui", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env):  # noqa: S603 - our own program
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 65536):
                written += piece
        except OSError:  # Linux says so where the other end is closed
            pass
    os.close(ours)
    return written.decode()
