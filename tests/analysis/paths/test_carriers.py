"""Things that run with a role: what lists and they themselves say of whether a way over one holds (EP2, EP41, EP43)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import Exported, Resource
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.tables import every_row

FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:there"
ADMIN, OTHER = f"{HOME}:role/admin", f"{HOME}:role/other"
SERVICE = {"Service": "lambda.amazonaws.com"}
LET_IN = document({"Effect": "Allow", "Principal": SERVICE, "Action": "lambda:InvokeFunction", "Resource": FUNCTION})
LISTED = ("lambda:function", OWN, "us-east-1")
ELSEWHERE = ("lambda:function", OWN, "eu-west-1")


def running(runs_with: str | None) -> Resource:
    """The function, with what is known of its role."""
    return Resource(FUNCTION, OWN, "lambda:function", role=runs_with)


@every_row(
    ("way", "function", "listed", "verdict"),
    [
        ("lambda-004", None, (), "possible"),
        ("lambda-004", None, (ELSEWHERE,), "possible"),
        ("lambda-004", None, (LISTED,), None),  # there is none
        ("lambda-004", running(ADMIN), (LISTED,), "proven"),
        ("lambda-004", running(OTHER), (LISTED,), None),
        ("lambda-004", running(OTHER), (), None),  # what is known of it does not hold (EP2)
        ("lambda-004", running(None), (LISTED,), "possible"),  # it is there, with a role that nobody told
        ("lambda-003", running(ADMIN), (LISTED,), "possible"),  # whether something invokes it
        ("lambda-003", replace(running(ADMIN), policy=LET_IN, policy_state=Exported.PRESENT), (LISTED,), "proven"),
    ],
)
def test_ep41_ep43_what_lists_and_things_say_decides_a_way_over_them(
    way: str, function: Resource | None, listed: tuple[tuple[str, str, str], ...], verdict: str | None
) -> None:
    actions = ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]
    roles = role("admin", SERVICE, allow("*")), role("other", SERVICE)
    held = account(user("dana", allow(actions, FUNCTION)), *roles)
    resources = {} if function is None else {FUNCTION: function}
    snapshot = replace(held, resources=resources, listed=frozenset(listed))
    found = find_paths(snapshot, PathQuestion(ways=(way,)))
    assert [path.verdict for path in found.paths] == ([] if verdict is None else [verdict])


def test_ep41_a_region_that_an_scp_spares_and_no_list_tells_of_may_hold_what_a_way_needs() -> None:
    spared = {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-north-1"]}}
    scp = document(allow("*"), {"Effect": "Deny", "Action": "lambda:*", "Resource": "*", "Condition": spared})
    eve = user("eve", allow("lambda:UpdateFunctionCode"), allow("lambda:InvokeFunction"))
    held = account(eve, role("admin", SERVICE, allow("*")), scp=scp)
    found = find_paths(replace(held, listed=frozenset((LISTED,))), PathQuestion(ways=("lambda-004",)))
    (path,) = found.paths
    assert path.verdict == "possible"
    assert any(":eu-north-1:" in step.resource for step in path.edges[0].steps)
