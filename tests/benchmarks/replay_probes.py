"""What a replay takes beside what `iamtui check` takes on the same requests; CPU seconds of one process."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

_CALLS = {
    "s3:GetObject": ("s3", "GetObject", "AWS::S3::Object"),
    "sqs:SendMessage": ("sqs", "SendMessage", "AWS::SQS::Queue"),
    "dynamodb:GetItem": ("dynamodb", "GetItem", "AWS::DynamoDB::Table"),
    "ec2:DescribeInstances": ("ec2", "DescribeInstances", ""),
}


def replayed(export: Path, requests: Path) -> dict[str, float]:
    """Replay a trail in which each request was allowed, beyond reading it; then decide its cases as `check` does."""
    from iamtui.analysis.replay import replay  # noqa: PLC0415 - a probe imports what it measures
    from iamtui.analysis.scenarios.running import load_scenarios  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415
    from iamtui.trail.reading import read_trail  # noqa: PLC0415

    asked = json.loads(requests.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        file, cases = Path(folder) / "trail.json", Path(folder) / "cases.json"
        file.write_text(json.dumps({"Records": [_record(number, *one) for number, one in enumerate(asked)]}))
        cases.write_text(json.dumps(_scenarios(export, asked)))
        trail, snapshot = read_trail([file]), open_snapshot([export])
        start = time.process_time()
        for _ in trail.records(trail.order):
            pass
        read = time.process_time() - start
        start = time.process_time()
        found = replay(trail, snapshot)
        seconds = time.process_time() - start - read
        run = load_scenarios((cases,))
        assert not run.problems, run.problems
        start = time.process_time()
        results = [*run.results()]
        checked = time.process_time() - start
    assert len(found.calls) == len(results) == len(asked)
    assert found.score.comparable == len(asked)
    return {"seconds": seconds, "check": checked}


def _record(number: int, principal: str, action: str, resource: str) -> dict[str, Any]:
    service, name, kind = _CALLS[action]
    account, entity = principal.split(":")[4], principal.rpartition("/")[2]
    is_role = ":role/" in principal
    session = f"arn:aws:sts::{account}:assumed-role/{entity}/s"
    issuer = {"sessionIssuer": {"type": "Role", "arn": principal, "accountId": account}}
    identity = {"type": "AssumedRole" if is_role else "IAMUser", "arn": session if is_role else principal}
    return {
        "eventVersion": "1.10",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-11-22T12:00:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "203.0.113.9",
        "recipientAccountId": account,
        "userIdentity": {**identity, "accountId": account, **({"sessionContext": issuer} if is_role else {})},
        "resources": [{"type": kind, "ARN": resource, "accountId": account}] if kind else None,
    }


def _scenarios(export: Path, asked: list[list[str]]) -> dict[str, Any]:
    """The same requests as cases, with what a record states of the context."""
    cases = [
        {
            "name": str(number),
            "request": {
                "principal": principal,
                "action": action,
                "resource": resource,
                "context": {"aws:SourceIp": "203.0.113.9"},
            },
            "expect": "allowed",
        }
        for number, (principal, action, resource) in enumerate(asked)
    ]
    return {"version": 1, "snapshot": str(export), "cases": cases}


PROBES = (replayed,)
