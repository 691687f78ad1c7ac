"""What a principal can do at all: which actions are decided as one, and in which order they are told (Y6, Z7)."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from iamtui import catalog
from iamtui.analysis.power import power_of
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request
from tests.evaluation.building import allow, arn, deny, managed, snapshot, user

WORDS = (
    allow("S3:Get*"),
    {"Effect": "Allow", "NotAction": ["iam:*", "s3:*", "*:delete*"], "Resource": "*"},
    allow(Action=["iam:List*", "ec2:*"], resource=arn("user/x")),
    deny(Action=["ec2:*instances", "kms:Decrypt"]),
    {"Effect": "Allow", "Action": "sqs:*"},
)


def test_each_action_is_told_what_it_is_decided_alone(tmp_path: Path) -> None:
    boundary = managed("most", allow(Action=["s3:*", "sns:*", "ec2:*", "iam:*"]))
    ann = user("ann", *WORDS, PermissionsBoundary={"PermissionsBoundaryArn": boundary["Arn"]})
    world = snapshot(tmp_path, UserDetailList=[ann, user("ben", *WORDS)], Policies=[boundary])
    for name in ("ann", "ben"):
        classes = power_of(world, Request(arn(f"user/{name}"), "", "*")).classes
        each = {action: one for one in classes for action in one.actions}
        assert list(each) == [*dict.fromkeys(chain.from_iterable(one.actions for one in classes))]
        assert sorted(each) == sorted(catalog.matching("*"))
        for action in (
            *list(each)[::97],
            "ec2:RunInstances",
            "s3:GetObject",
            "sts:GetCallerIdentity",
            "sqs:SendMessage",
        ):
            alone = judge(world, Request(arn(f"user/{name}"), action, "*")).best.verdict
            told = (each[action].allowed, each[action].closed)
            assert told == (alone is Verdict.ALLOWED, alone is Verdict.EXPLICIT_DENY), action
        granted = {action for action, one in each.items() if one.granted}
        assert {"s3:GetObject", "iam:ListUsers", "ec2:RunInstances", "sqs:SendMessage"} <= granted
        assert granted.isdisjoint(("iam:GetUser", "s3:PutObject", "sns:DeleteTopic"))


def test_actions_stand_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    """Those of a class, and the classes by their first: of each the first is decided for all."""
    world = snapshot(tmp_path, UserDetailList=[user("ann", *WORDS)])
    names = [f"{service}:{name}" for service in catalog.services() for name in catalog.actions(service)]
    places = {name: place for place, name in enumerate(names)}
    told = [
        [places[action] for action in one.actions] for one in power_of(world, Request(arn("user/ann"), "", "*")).classes
    ]
    assert told == sorted(sorted(one) for one in told)
    assert len(told) > len(WORDS)


def test_who_is_asked_at_all_is_told_apart_from_what_no_policy_decides(tmp_path: Path) -> None:
    """E79: a Deny of all closes all but what no policy decides."""
    world = snapshot(tmp_path, UserDetailList=[user("ann", deny("*")), user("ben", allow("*"))])
    ann, ben = (power_of(world, Request(arn(f"user/{name}"), "", "*")) for name in ("ann", "ben"))
    assert (ann.is_closed, ann.is_admin, ann.left) == (True, False, ())
    assert (ben.is_closed, ben.is_admin) == (False, True)
    assert ann.allowed == ("sts:GetCallerIdentity", "sts:GetSessionToken")
