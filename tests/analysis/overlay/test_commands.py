"""Edits as lines of the AWS CLI: quoted whatever they hold, and run against an emulator of AWS."""

from __future__ import annotations

import json
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import ChangeKind
from iamtui.analysis.overlay.commands import command_lines
from iamtui.analysis.overlay.laying import Edit, inverse, laid_over
from iamtui.analysis.overlay.policy_edits import SetDefaultVersion, SetDocument, SetResourcePolicy
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBoundary,
    SetInlinePolicy,
    SetMembership,
    SetTrust,
)
from iamtui.policy.document import Document
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import LIST, READ, arn, export, group, opened, role, trust, user
from tests.collecting.emulator import REGION, Credentials, environment, running_cli, running_emulator

needs_emulator = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("moto", "flask", "awscli")),
    reason="moto and the AWS CLI are not installed",
)
OWN = "123456789012"
"""The first account of the emulator."""
HOSTILE = "x'; touch pwned; '$(touch pwned)`touch pwned`\n# \u202e"


def document(content: object) -> Document:
    return Document(json.dumps(content).encode())


def policy_arn(name: str) -> str:
    return arn("policy", name, account=OWN)


EDITS: tuple[Edit, ...] = (
    SetInlinePolicy(arn("user", "-ann=b", account=OWN), "own", None),
    SetInlinePolicy(arn("role", "app", account=OWN), "new", document({**LIST, "Id": "it's \u202e\x7f $(x)"})),
    SetAttachment(arn("group", "Staff", account=OWN), policy_arn("Roomy"), attached=False),
    SetAttachment(arn("user", "-ann=b", account=OWN), policy_arn("Roomy"), attached=True),
    SetBoundary(arn("user", "-ann=b", account=OWN), None),
    SetBoundary(arn("role", "app", account=OWN), policy_arn("Roomy")),
    SetMembership(arn("user", "-ann=b", account=OWN), "Staff", member=False),
    SetTrust(arn("role", "app", account=OWN), document(trust({"Service": "lambda.amazonaws.com"}))),
    SetDocument(policy_arn("Full"), document(LIST)),
    SetDocument(policy_arn("Roomy"), document(LIST)),
    SetDefaultVersion(policy_arn("Roomy"), "v1"),
)

FILLING = f"""
aws iam create-group --group-name Staff
aws iam create-policy --policy-name Roomy --policy-document '{json.dumps(READ)}'
aws iam create-policy --policy-name Full --policy-document '{json.dumps({**READ, "Id": "v1"})}'
for number in 2 3 4 5; do
    aws iam create-policy-version --policy-arn {policy_arn("Full")} --set-as-default \\
        --policy-document '{json.dumps({**READ, "Id": "vN"})}'
done
aws iam create-user --user-name=-ann=b --permissions-boundary {policy_arn("Full")}
aws iam put-user-policy --user-name=-ann=b --policy-name own --policy-document '{json.dumps(READ)}'
aws iam add-user-to-group --user-name=-ann=b --group-name Staff
aws iam attach-group-policy --group-name Staff --policy-arn {policy_arn("Roomy")}
aws iam create-role --role-name app \\
    --assume-role-policy-document '{json.dumps(trust({"AWS": f"arn:aws:iam::{OWN}:root"}))}'
"""


@needs_emulator
def test_law_the_commands_make_of_aws_what_the_overlay_is_and_undo_takes_it_back(tmp_path: Path) -> None:
    """Z15: exported before, after the commands, and after those that undo them."""
    with running_emulator(tmp_path) as endpoint, running_cli() as cli:
        variables = environment(cli, endpoint, Credentials(), tmp_path) | {"AWS_DEFAULT_REGION": REGION}

        def run(*lines: str) -> None:
            subprocess.run(
                ["/bin/sh", "-e"], input="\n".join(lines), env=variables, text=True, check=True, cwd=tmp_path
            )

        def exported(name: str) -> Snapshot:
            run(f"aws iam get-account-authorization-details > {name}.json")
            return open_snapshot([tmp_path / f"{name}.json"])

        run(FILLING)
        before = exported("before")
        picture = laid_over(before, EDITS)
        run(*command_lines(before, EDITS))
        after = exported("after")
        run(*command_lines(picture, inverse(before, EDITS)))
        undone = exported("undone")
    assert differences(before, picture) != []
    assert differences(picture, after) == []
    assert differences(before, undone) == ["versions"]  # the oldest made room, and came back under another name


def differences(old: Snapshot, new: Snapshot) -> list[str]:
    """What differs in meaning; the emulator notes no times of versions."""
    changed = [one for one in compare_snapshots(old, new).objects if one.kind is not ChangeKind.REWRITTEN]
    return [aspect.aspect for one in changed for aspect in one.aspects]


def test_nothing_of_an_export_gets_out_of_its_quotes(tmp_path: Path) -> None:
    """Z15: names that AWS cannot have give no command, and a comment stays one."""
    held = export(users=[user("bob")], groups=[group(HOSTILE)], roles=[role("--all", inline={HOSTILE: READ})])
    snapshot = opened(tmp_path / "hostile.json", held)
    bob, role_arn = arn("user", "bob"), arn("role", "--all")
    edits: tuple[Edit, ...] = (
        SetInlinePolicy(bob, "own", document({**READ, "Id": HOSTILE})),
        SetInlinePolicy(bob, "file", Document(b'{"Statement": []} ' + HOSTILE.encode())),
        SetMembership(bob, HOSTILE, member=True),
        SetInlinePolicy(role_arn, HOSTILE, None),
        SetBoundary(role_arn, f"arn:aws:iam::1:policy/{HOSTILE}"),
        SetTrust(role_arn, document(trust({"AWS": "*"}))),
    )
    lines = command_lines(snapshot, edits)
    assert all((line.isascii() and line.isprintable()) or line.startswith("# ") for line in lines)
    assert not any("\n" in line or "\u202e" in line for line in lines)
    commands = [shlex.split(line, comments=True) for line in lines]
    assert [words[:3] for words in commands if words] == [
        ["aws", "iam", "put-user-policy"],
        ["aws", "iam", "update-assume-role-policy"],
    ]
    assert json.loads(commands[1][-1]) == {**READ, "Id": HOSTILE}
    assert "--role-name=--all" in commands[-1]


def test_what_no_command_does_is_said(tmp_path: Path) -> None:
    """Z15: a function's policy cannot be written whole; what was not exported cannot be put back."""
    snapshot = opened(tmp_path / "account.json", export(users=[user("bob")]))
    function = "arn:aws:lambda:eu-west-1:111122223333:function:f"
    edits = (SetResourcePolicy(function, document(READ), account="111122223333"),)
    picture = laid_over(snapshot, edits)
    assert command_lines(picture, inverse(snapshot, edits))[1].startswith("# no command: what policy")
    assert command_lines(picture, (SetResourcePolicy(function, document(LIST)),))[1].startswith("# no command: none is")
