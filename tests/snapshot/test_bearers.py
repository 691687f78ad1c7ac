"""Whose policy speaks for what: parts of a resource have none of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.arn import Arn
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Exported
from iamtui.snapshot.opening import open_snapshot
from tests.tables import every_row

HOME = "eu-west-1:111122223333"


@every_row(
    ("part", "whole"),
    [
        ("arn:aws:s3:::b/k/x", "arn:aws:s3:::b"),
        ("arn:aws-cn:s3:::b/k", "arn:aws-cn:s3:::b"),
        ("arn:aws:s3:::b", None),
        (f"arn:aws:s3:{HOME}:accesspoint/p/object/k", f"arn:aws:s3:{HOME}:accesspoint/p"),
        (f"arn:aws:s3:{HOME}:accesspoint/p", None),
        (f"arn:aws:dynamodb:{HOME}:table/Orders/index/by-date", f"arn:aws:dynamodb:{HOME}:table/Orders"),
        (f"arn:aws:dynamodb:{HOME}:table/Orders/index/*", f"arn:aws:dynamodb:{HOME}:table/Orders"),
        (f"arn:aws:dynamodb:{HOME}:table/Orders/stream/2026-01-01T00:00:00.000", None),  # has a policy of its own
        (f"arn:aws:dynamodb:{HOME}:table/Orders", None),
        (f"arn:aws:es:{HOME}:domain/search/_search/x", f"arn:aws:es:{HOME}:domain/search"),
        (f"arn:aws:es:{HOME}:domain/search", None),
        (f"arn:aws:codeartifact:{HOME}:package/d/r/npm//left", f"arn:aws:codeartifact:{HOME}:repository/d/r"),
        (f"arn:aws:codeartifact:{HOME}:repository/d/r", None),
        (f"arn:aws:events:{HOME}:rule/bus/nightly", f"arn:aws:events:{HOME}:event-bus/bus"),
        (f"arn:aws:events:{HOME}:rule/nightly", f"arn:aws:events:{HOME}:event-bus/default"),
        (f"arn:aws:glue:{HOME}:table/db/t", f"arn:aws:glue:{HOME}:catalog"),
        (f"arn:aws:glue:{HOME}:database/db", f"arn:aws:glue:{HOME}:catalog"),
        (f"arn:aws:kafka:{HOME}:topic/c/1a2b/t", f"arn:aws:kafka:{HOME}:cluster/c/1a2b"),
        (f"arn:aws:kafka:{HOME}:cluster/c/1a2b", None),
        (f"arn:aws:logs:{HOME}:log-group:/aws/x:log-stream:s", f"arn:aws:logs:{HOME}:log-group:/aws/x"),
        (f"arn:aws:logs:{HOME}:log-group:/aws/x:*", f"arn:aws:logs:{HOME}:log-group:/aws/x"),
        (f"arn:aws:mediastore:{HOME}:container/c/live/x", f"arn:aws:mediastore:{HOME}:container/c"),
        (f"arn:aws:s3vectors:{HOME}:bucket/b/index/i", f"arn:aws:s3vectors:{HOME}:bucket/b"),
        (f"arn:aws:sagemaker:{HOME}:model-package/g/3", f"arn:aws:sagemaker:{HOME}:model-package-group/g"),
        (f"arn:aws:schemas:{HOME}:schema/r/s", f"arn:aws:schemas:{HOME}:registry/r"),
        (f"arn:aws:signer:{HOME}:/signing-profiles/p/v1", f"arn:aws:signer:{HOME}:/signing-profiles/p"),
        (f"arn:aws:sns:{HOME}:t:0a1b2c3d-1111-2222-3333-444455556666", f"arn:aws:sns:{HOME}:t"),
        (f"arn:aws:kinesis:{HOME}:stream/s/consumer/c:1", None),  # consumers carry policies of their own
        (f"arn:aws:lambda:{HOME}:function:f:prod", None),  # so do versions and aliases
        (f"arn:aws:secretsmanager:{HOME}:secret:a/b-AbCdEf", None),
    ],
)
def test_whose_policy_speaks_for_a_part(part: str, whole: str | None) -> None:
    assert bearer_of(Arn.parse(part)) == whole


@pytest.mark.parametrize(
    ("call", "name", "resources"),
    [
        (
            "dynamodb-get-resource-policy",
            f"arn:aws:dynamodb:{HOME}:table/Orders",
            [f"arn:aws:dynamodb:{HOME}:table/Orders", f"arn:aws:dynamodb:{HOME}:table/Orders/index/*"],
        ),
        (
            "codeartifact-get-repository-permissions-policy",
            f"arn:aws:codeartifact:{HOME}:repository/d/r",
            [f"arn:aws:codeartifact:{HOME}:repository/d/r", f"arn:aws:codeartifact:{HOME}:package/d/r/npm/x/y"],
        ),
    ],
)
def test_a_policy_that_names_a_resource_and_its_parts_is_of_one_resource(
    tmp_path: Path, call: str, name: str, resources: list[str]
) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": resources}
    (tmp_path / call).mkdir()
    answer = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "RevisionId": "1"}
    (tmp_path / call / "it.json").write_text(json.dumps(answer), "utf-8")
    held = open_snapshot([tmp_path])
    assert held.resources[name].policy_state is Exported.PRESENT
