"""The edited export is that of the bars: one document in fifty, and each edit can be told."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.edits import edited


def test_a_document_in_fifty_is_another(tmp_path: Path) -> None:
    allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:q"}
    roles = [
        {
            "Arn": f"arn:aws:iam::111122223333:role/r{place}",
            "AssumeRolePolicyDocument": {"Statement": []},
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Statement": allow}}],
        }
        for place in range(600)
    ]
    export = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}
    path = tmp_path / "account.json"
    path.write_text(json.dumps(export), "utf-8")
    after = json.loads(edited(path, tmp_path).read_text("utf-8"))["RoleDetailList"]
    own = [one["RolePolicyList"][0]["PolicyDocument"]["Statement"] for one in after]
    assert sum(one not in (allow, [allow]) for one in own) == 12
    assert len({json.dumps(one) for one in own}) > 6, "the six ways, and what there was"
    assert sum(bool(one["AssumeRolePolicyDocument"]["Statement"]) for one in after) == 12
