"""What a change does, by the document that it brings and the one before (H2)."""

from __future__ import annotations

import json
from pathlib import Path

from iamtui.trail.reading import read_trail
from iamtui.trail.views.changes import change_rows, changes_of
from tests.trail.events import ACCOUNT, delivered, event

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
WRITE = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "*"}
NOTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def test_a_version_is_compared_with_the_one_before(tmp_path: Path) -> None:
    documents = ([READ, WRITE], [WRITE, READ], [READ], [READ, NOTHING], [READ, WRITE], [NOTHING])
    events = [
        event(
            "CreatePolicyVersion",
            "iam",
            number=number,
            at=f"2026-11-23T10:00:0{number}Z",
            parameters={
                "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/p",
                "policyDocument": json.dumps({"Version": "2012-10-17", "Statement": statements}),
            },
        )
        for number, statements in enumerate(documents)
    ]
    trail = read_trail([delivered(tmp_path / "a.json", events)])
    kinds = [change.kind.value for change in changes_of(trail, change_rows(trail))]
    assert kinds == ["grant", "grant", "revoke", "revoke", "grant", "revoke"]
