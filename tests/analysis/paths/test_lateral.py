"""Edges by which nobody becomes an administrator: told if they gain something; what edges gain (EP5, EP7, EP8)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.privileges.gains import with_gains
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import Exported, Resource, Role, Snapshot
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import BOUNDED, DENY_ONE, HOME, account, ladders, role, user
from tests.tables import every_row

LATERAL = PathQuestion(outcome="lateral")
BECOMES = allow("sts:AssumeRole", f"{HOME}:role/*")
READS = allow("s3:GetObject", "arn:aws:s3:::data/*")


@every_row(
    ("snapshot", "expected"),
    [
        (account(user("dana", BECOMES), role("reader", {"AWS": OWN}, READS)), [["dana", "reader"]]),
        (account(user("dana", BECOMES, READS), role("reader", {"AWS": OWN}, READS)), []),  # nothing that she has not
        (account(user("dana", BECOMES, allow("s3:*")), role("reader", {"AWS": OWN}, READS)), []),
        (
            account(user("dana", BECOMES, allow("s3:*", "arn:aws:s3:::a/*")), role("r", {"AWS": OWN}, READS)),
            [["dana", "r"]],
        ),
        (account(user("dana", BECOMES), role("reader", {"AWS": OWN}, READS, {**READS, "Effect": "Deny"})), []),
        (  # a boundary leaves her some of what she writes (EP32); and then she gains nothing that she had not before
            account(
                user("dana", allow("iam:PutUserPolicy"), **BOUNDED), edge=document(allow(["iam:Put*", "s3:List*"]))
            ),
            [["dana", "dana"]],
        ),
        (account(user("dana", allow("iam:PutUserPolicy"), **BOUNDED), edge=document(allow("iam:PutUserPolicy"))), []),
    ],
)
def test_ep8_an_edge_is_told_only_if_it_gains_something(snapshot: Snapshot, expected: list[list[str]]) -> None:
    found = find_paths(snapshot, LATERAL)
    assert ladders(found) == expected
    assert {edge.outcome for edge in found.edges} <= {"lateral"}
    assert find_paths(snapshot, PathQuestion()).paths == ()


def test_ep8_gains_are_counted_by_access_level_and_ep5_full_against_the_ideal() -> None:
    held = allow(["sts:AssumeRole", "s3:GetObject", "s3:PutObject"])
    reader = role("reader", {"AWS": OWN}, allow(["s3:GetObject", "s3:ListBucket", "sqs:SendMessage"]), held)
    scp = document(allow("*"), {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"})
    admins = (user("all", allow("*")), user("most", allow("*"), {**DENY_ONE, "Action": "s3:PutObject"}))
    snapshot = account(user("dana", held), reader, *admins, scp=scp)
    found = with_gains(snapshot, LATERAL, find_paths(snapshot, LATERAL))
    (edge,) = found.edges
    assert found.gains[edge.key] == (2, (("List", 1), ("Write", 1)))
    assert {one.arn.rpartition("/")[2]: one.full for one in found.administrators if one.kind != "root"} == {
        "all": True,  # what an SCP takes from everybody does not count
        "most": False,
    }


def test_a_thing_that_is_there_is_not_made() -> None:
    """A function's policy lets dana invoke it, and she may make functions: not that one, which is there."""
    function = f"arn:aws:lambda:us-east-1:{OWN}:function:there"
    invokes = {**allow("lambda:InvokeFunction", function), "Principal": {"AWS": f"{HOME}:user/dana"}}
    makes = user("dana", allow(["iam:PassRole", "lambda:CreateFunction"]))
    snapshot = account(makes, role("admin", {"Service": "lambda.amazonaws.com"}, allow("*")))
    held = Resource(function, OWN, "lambda:function", document(invokes), Exported.PRESENT)
    question = PathQuestion(ways=("lambda-001",))
    assert find_paths(replace(snapshot, resources={function: held}), question).paths == ()
    able = replace(
        snapshot, accounts=account(user("dana", allow(["iam:PassRole", "lambda:*"])), *_roles(snapshot)).accounts
    )
    (path,) = find_paths(replace(able, resources={function: held}), question).paths
    assert path.edges[0].binds["function"] != function


def _roles(snapshot: Snapshot) -> list[Role]:
    return list((snapshot.accounts[OWN].roles or {}).values())
