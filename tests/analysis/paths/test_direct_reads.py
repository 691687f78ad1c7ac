"""Who can read what is worth reading, directly and through whom, and what people call it (EP46)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iamtui.analysis.paths.answer.question import PathError, PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.searching.targets import Targets, targets
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.tables import every_row

BUCKET, SECRET = "arn:aws:s3:::ledger", f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:db-a1B2c3"
OWN_FOLDER = f"{BUCKET}/${{aws:username}}/*"
WITH_MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


def picture() -> Snapshot:
    """A bucket with a policy of its own and a secret, and people who can read one of them in some way, or cannot."""
    letting_in = {"Effect": "Allow", "Principal": {"AWS": f"{HOME}:user/named"}, "Action": "s3:GetObject"}
    policy = document({**letting_in, "Resource": f"{BUCKET}/*"})
    held = account(
        user("anywhere", allow("s3:GetObject")),
        user("folder", allow("s3:GetObject", OWN_FOLDER)),
        user("elsewhere", allow("s3:GetObject", "arn:aws:s3:::other/*")),
        user("named"),
        user("held", allow("s3:GetObject"), {"Effect": "Deny", "Action": "s3:*", "Resource": f"{BUCKET}/*"}),
        user("checked", {**allow(["s3:GetObject", "sts:AssumeRole"]), **WITH_MFA}),
        user("hopper", allow("sts:AssumeRole", f"{HOME}:role/reader")),
        user("owner", allow("s3:PutBucketPolicy")),
        user("keeper", allow("secretsmanager:GetSecretValue")),
        role("reader", {"AWS": OWN}, allow("s3:GetObject", f"{BUCKET}/2026/*")),
    )
    tags = (("data", "secret"),)
    resources = {
        BUCKET: Resource(BUCKET, OWN, "s3:bucket", policy, Exported.PRESENT, tags=tags),
        SECRET: Resource(SECRET, OWN, "secretsmanager:secret", tags=()),
        "arn:aws:sns:eu-west-1:1:news": Resource("arn:aws:sns:eu-west-1:1:news", OWN, "sns:topic", tags=tags),
    }
    return replace(held, resources=resources)


def told(found: Paths) -> set[tuple[str, ...]]:
    """Each path: its verdict, its start, then the ways."""
    return {
        (path.verdict, path.start.rpartition("/")[2], *(edge.way.id for edge in path.edges)) for path in found.paths
    }


def test_ep46_who_can_read_a_bucket_is_told_directly_and_through_whom() -> None:
    found = find_paths(picture(), PathQuestion(reads=(BUCKET,)))
    assert told(found) == {
        ("proven", "anywhere", "reach"),
        ("proven", "folder", "reach"),
        ("proven", "named", "reach"),
        ("proven", "reader", "reach"),
        ("conditional", "checked", "reach"),  # by the role it would depend on the same: nothing new (EP8)
        ("proven", "hopper", "sts-001", "reach"),
        ("proven", "owner", "own-data-001"),
    }
    assert {path.end for path in found.paths} == {BUCKET}
    on = {path.start.rpartition("/")[2]: path.edges[-1].steps[0].resource for path in found.paths}
    assert on["folder"].startswith(f"{BUCKET}/folder/")  # what it is allowed of it
    assert on["reader"].startswith(f"{BUCKET}/2026/")
    assert any("kms:Decrypt" in text for text in found.leans_on)


def test_ep46_by_default_what_is_sensitive_by_its_kind_is_asked_and_administrators_too() -> None:
    found = find_paths(picture(), PathQuestion(outcome="data"))
    assert ("proven", "keeper", "reach") in told(found)
    assert {path.end for path in found.paths if path.outcome == "data"} == {BUCKET, SECRET}
    assert not any(path.outcome == "data" for path in find_paths(picture(), PathQuestion()).paths)


@every_row(
    ("text", "expected"),
    [
        ("admin", Targets((), ())),
        ("dana", None),
        ("anywhere", Targets((f"{HOME}:user/anywhere",), ())),
        (f"{HOME}:role/reader", Targets((f"{HOME}:role/reader",), ())),
        (BUCKET, Targets((), (BUCKET,))),
        ("arn:aws:s3:::not-exported", Targets((), ("arn:aws:s3:::not-exported",))),
        ("arn:aws:s3:::led*", Targets((), (BUCKET,))),
        ("arn:aws:s3:::x*", None),
        ("arn:aws:s3:::", None),
        ("tag:data=secret", Targets((), (BUCKET,))),  # nobody reads a topic
        ("tag:data", None),
        ("tag:data=other", None),
        ("arn:aws:sns:eu-west-1:1:news", None),
    ],
)
def test_ep46_what_targets_are_called(text: str, expected: Targets | None) -> None:
    if expected is None:
        with pytest.raises(PathError, match=r"dana|x\*|:::|tag:data|news"):
            targets(picture(), (text,))
    else:
        assert targets(picture(), (text,)) == expected
