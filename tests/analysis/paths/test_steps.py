"""What a step states, whom it may change, and what its change leaves (EP10, EP15, EP17, EP30, EP32)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.snapshot.model import Account, Role, Snapshot, User
from tests.analysis.paths.accounts import ADMINISTRATOR, OTHER, OWN, allow, document
from tests.analysis.paths.test_administrators import BOUNDED, HOME, account, role, user
from tests.tables import every_row

DANA = f"{HOME}:user/dana"
RESERVED = f"{HOME}:role/aws-reserved/sso.amazonaws.com/admins"
LAMBDA = {"Service": "lambda.amazonaws.com"}
CREATES = ["lambda:CreateFunction", "lambda:InvokeFunction"]
DENIED = {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}


def reserved(*statements: dict[str, object]) -> Role:
    """A role of Identity Center, which trusts the account."""
    made = role("admins", {"AWS": OWN}, *statements)
    return replace(made, arn=RESERVED, path="/aws-reserved/sso.amazonaws.com/")


def conditioned(action: object, **keys: str) -> dict[str, object]:
    """An Allow under a condition on one key."""
    names = {"service": "iam:PassedToService", "policy": "iam:PolicyARN", "boundary": "iam:PermissionsBoundary"}
    (name,) = keys
    return {**allow(action), "Condition": {"StringEquals": {names[name]: keys[name]}}}


@every_row(
    ("entities", "ways"),
    [
        # EP10: what AWS keeps can be the end, and is not changed (S8)
        ((user("dana", allow("sts:AssumeRole")), reserved(allow("*"))), {"sts-001"}),
        ((user("dana", allow(["iam:PutRolePolicy", "sts:AssumeRole"])), reserved()), set()),
        # EP15: each step states what it passes, attaches and bounds
        ((user("dana", conditioned("iam:PassRole", service="ec2.amazonaws.com"), allow(CREATES)),), set()),
        ((user("dana", conditioned("iam:PassRole", service="lambda.amazonaws.com"), allow(CREATES)),), {"lambda-001"}),
        ((user("dana", conditioned("iam:AttachUserPolicy", policy="arn:aws:iam::aws:policy/ReadOnlyAccess")),), set()),
        ((user("dana", conditioned("iam:AttachUserPolicy", policy=ADMINISTRATOR)),), {"iam-008"}),
        ((user("dana", conditioned("iam:PutUserPolicy", boundary=f"{HOME}:policy/edge")),), set()),
        ((user("dana", conditioned("iam:PutUserPolicy", boundary=f"{HOME}:policy/edge"), **BOUNDED),), {"iam-007"}),
        # EP30, EP32: a step is decided in the picture that those before it leave, and what holds there holds
        ((user("dana", allow("iam:PutUserPolicy")),), {"iam-007"}),
        ((user("dana", allow("iam:PutUserPolicy"), DENIED),), set()),
        ((user("dana", allow(["iam:DeleteUserPolicy", "iam:PutUserPolicy"]), DENIED),), set()),
    ],
)
def test_ep10_ep15_ep30_ep32_what_a_step_states_and_leaves(entities: tuple[User | Role, ...], ways: set[str]) -> None:
    admin = role("admin", LAMBDA, allow("*"))
    snapshot = account(*entities, admin, edge=document(allow("*")))
    found = find_paths(snapshot, PathQuestion(starts=(DANA,), certain=True))
    told = {path.edges[0].way.id for path in found.paths if len(path.edges) == 1}
    assert told & {"sts-001", "iam-017", "lambda-001", "iam-008", "iam-007"} == ways


def test_ep17_across_accounts_a_role_is_taken_with_both_sides_and_never_passed() -> None:
    may = [allow("sts:AssumeRole"), allow(["iam:PassRole", *CREATES])]
    for trusted, expected in ((OWN, {"sts-001"}), ("777788889999", set())):
        home = account(user("dana", *may))
        there = replace(role("admin", {"AWS": trusted}, allow("*")), arn=f"arn:aws:iam::{OTHER}:role/admin")
        passable = replace(role("fn", LAMBDA, allow("*")), arn=f"arn:aws:iam::{OTHER}:role/fn")
        other = Account(OTHER, "aws", {}, {}, {"admin": there, "fn": passable}, {})
        snapshot = Snapshot({**home.accounts, OTHER: other}, aws_managed=home.aws_managed)
        found = find_paths(snapshot, PathQuestion(starts=(DANA,), certain=True))
        assert {path.edges[0].way.id for path in found.paths} == expected
    no_side = account(user("dana"))
    there = replace(role("admin", {"AWS": OWN}, allow("*")), arn=f"arn:aws:iam::{OTHER}:role/admin")
    other = Account(OTHER, "aws", {}, {}, {"admin": there}, {})
    assert find_paths(Snapshot({**no_side.accounts, OTHER: other}), PathQuestion(starts=(DANA,))).paths == ()


def test_ep57_neither_ends_nor_starts_are_alike_that_a_role_beside_them_tells_apart() -> None:
    """The role that is passed takes one of two ends with one trust policy, and does not pass itself."""
    stacks = ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"]
    said = (allow("iam:PassRole"), allow(stacks), allow("sts:AssumeRole", f"{HOME}:role/a-*"))
    lets_in = {"AWS": OWN}
    start, end = role("start", lets_in, *said), role("a-one", lets_in, allow("*"))
    passed = replace(role("passed", {"Service": "cloudformation.amazonaws.com", **lets_in}), inline=start.inline)
    snapshot = account(start, passed, end, replace(role("b-two", lets_in, allow("*")), trust=end.trust))
    found = find_paths(snapshot, PathQuestion(ways=("cloudformation-003",)))
    assert [(edge.start, edge.end) for edge in found.edges] == [(start.arn, end.arn)]
    assert found.edges[0].steps[-1].principal == passed.arn


def _asking(action: object, test: str, key: str, value: object) -> dict[str, object]:
    """An Allow under one test."""
    return {**allow(action), "Condition": {test: {key: value}}}


SOME_FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:x"


@every_row(
    ("may", "way", "verdict", "key"),
    [
        # a role is passed for a thing of the service that it is passed to
        (
            _asking("iam:PassRole", "ArnLike", "iam:AssociatedResourceArn", "arn:aws:lambda:*:*:function:*"),
            *("lambda-001", "proven", ""),
        ),
        (
            _asking("iam:PassRole", "ArnLike", "iam:AssociatedResourceArn", "arn:aws:ec2:*:*:instance/*"),
            *("lambda-001", "conditional", "iam:AssociatedResourceArn"),
        ),
        # keys of a session are none of the request
        (
            _asking("lambda:CreateFunction", "ArnEquals", "lambda:SourceFunctionArn", SOME_FUNCTION),
            *("lambda-001", "conditional", "lambda:SourceFunctionArn"),
        ),
        (
            _asking("lambda:CreateFunction", "StringLike", "lambda:CodeSigningConfigArn", "*"),
            *("lambda-001", "proven", ""),
        ),
        # tags that another action must allow are not passed unasked (E53, E70)
        (
            _asking("sts:AssumeRole", "StringEquals", "aws:RequestTag/team", "red"),
            *("sts-001", "conditional", "aws:RequestTag/team"),
        ),
        (
            _asking("iam:CreateRole", "StringEquals", "aws:RequestTag/team", "red"),
            *("own-iam-010", "conditional", "aws:RequestTag/team"),
        ),
        (
            _asking("sts:AssumeRole", "ForAllValues:StringEquals", "aws:TagKeys", ["team"]),
            *("sts-001", "proven", ""),
        ),
        (_asking("glue:CreateJob", "StringEquals", "aws:RequestTag/team", "red"), "glue-003", "proven", ""),
    ],
)
def test_ep13_the_caller_chooses_what_is_its_own_to_choose(
    may: dict[str, object], way: str, verdict: str, key: str
) -> None:
    """Everything of a way is allowed, one action under a test."""
    actions = {step.ask for step in catalogue().by_id[way].asked() if step.is_own} - {may["Action"]}
    serves = {"Service": ["lambda.amazonaws.com", "glue.amazonaws.com"], "AWS": OWN}
    end = role("end", serves, allow("*"))
    held = account(role("dana", {"AWS": f"{HOME}:user/nobody"}, may, allow(sorted(actions))), end)
    found = find_paths(held, PathQuestion(ways=(way,)))
    told = [(path.verdict, {one.key for one in path.conditions}) for path in found.paths]
    assert told == [(verdict, {key} - {""})]


@pytest.mark.parametrize("other", ["${aws:PrincipalTag/team}", "${aws:SourceIdentity}"])
def test_ep5_what_depends_on_two_unknown_keys_together_is_no_proof(other: str) -> None:
    """Whoever is let in passes tags: a role that administers where one equals another does so under a condition."""
    alike = {**allow("*"), "Condition": {"StringEquals": {"aws:PrincipalTag/owner": other}}}
    lets_in = {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:*"}
    both = replace(role("both", {"AWS": OWN}, alike, allow("sts:AssumeRole")), trust=document(lets_in))
    found = find_paths(account(both, role("admin", {"AWS": OWN}, allow("*"))), PathQuestion(ways=("sts-001",)))
    judged = [
        (one.verdict, {each.key for each in one.conditions}) for one in found.administrators if one.arn == both.arn
    ]
    assert judged == [("conditional", {"aws:PrincipalTag/owner", other.strip("${}")})]
    assert [(path.start, path.verdict) for path in found.paths] == [(both.arn, "proven")]
