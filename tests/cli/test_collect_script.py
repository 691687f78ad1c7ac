from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from iamtui.collecting.calls import RESOURCES, chosen_parts
from iamtui.collecting.permissions import needed_policy
from iamtui.collecting.script import script
from tests.cli.conftest import Iamtui, Ran


def test_the_script_is_printed(iamtui: Iamtui) -> None:
    everything = chosen_parts(organization=True, resources=RESOURCES)
    assert iamtui("collect-script", "--org", "--resources", "all") == Ran(0, script(everything), "")


def test_the_policy_that_it_needs_is_printed(iamtui: Iamtui) -> None:
    parts = chosen_parts(organization=False, resources=("s3", "kms"))
    assert iamtui("collect-script", "--resources", "S3, kms", "--policy") == Ran(0, needed_policy(parts), "")


def test_an_unknown_kind_is_named(iamtui: Iamtui) -> None:
    ran = iamtui("collect-script", "--resources", "s3,ebs")
    assert (ran.status, ran.out) == (2, "")
    assert "--resources ebs: expected s3, kms, sqs" in ran.err


FAKE_AWS = """#!/bin/sh
case "$*" in
  *get-request-authorization-details*--output\\ text*) printf '%s\\n' 'arn:aws:iam::1:policy/p q' 'inline:a/b' ;;
  *get-request-authorization-details*) printf '{"requestContext": {}, "evaluations": [], "policies": []}' ;;
  *'--policy-uri inline:a/b'*) exit 254 ;;
  *get-request-authorization-policy*) printf '{"policyDocument": {"Version": "2012-10-17"}}' ;;
esac
"""


def test_the_script_for_denials_fetches_details_and_policies_by_their_names(iamtui: Iamtui, tmp_path: Path) -> None:
    """AT27."""
    printed = iamtui("collect-script", "--authorization-id", "abc1,def2", "--region", "eu-west-1").out
    aws = tmp_path / "bin" / "aws"
    aws.parent.mkdir()
    aws.write_text(FAKE_AWS)
    aws.chmod(0o755)
    environment = {"PATH": f"{aws.parent}:/usr/bin:/bin"}
    ran = subprocess.run(
        ["/bin/sh", "-s", "out"],
        cwd=tmp_path,
        env=environment,
        input=printed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["abc1", "def2"]
    folder = tmp_path / "out" / "abc1"
    assert json.loads((folder / "details.json").read_text())["policies"] == []
    assert (folder / "policy-1.uri").read_text() == "arn:aws:iam::1:policy/p q"
    assert json.loads((folder / "policy-1.json").read_text())["policyDocument"]["Version"] == "2012-10-17"
    assert (folder / "policy-2.uri").read_text() == "inline:a/b"
    assert ran.stderr.splitlines() == [f"{name}: the policy inline:a/b was not fetched" for name in ("abc1", "def2")]
    assert "export AWS_REGION=eu-west-1" in printed


def test_the_policy_for_denials_allows_two_calls(iamtui: Iamtui) -> None:
    found = json.loads(iamtui("collect-script", "--authorization-id", "abc1", "--policy").out)
    assert found["Statement"][0]["Action"] == [
        "iam:GetRequestAuthorizationDetails",
        "iam:GetRequestAuthorizationPolicy",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--authorization-id", "a;rm"), "a;rm: expected an authorization id"),
        (("--authorization-id", "abc", "--region", "$(id)"), "$(id): expected a Region"),
        (("--authorization-id", "abc", "--org"), "expected without --org"),
        (("--region", "eu-west-1"), "--region: expected beside --authorization-id"),
    ],
)
def test_what_is_no_id_or_region_is_refused(iamtui: Iamtui, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui("collect-script", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
