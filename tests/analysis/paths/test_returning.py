"""Credentials are not lost on the way: who is held later makes who was held before an administrator (EP20)."""

from __future__ import annotations

from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.search import find_paths
from iamtui.evaluation.decide import decide
from iamtui.snapshot.model import Snapshot
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import BOUNDED, HOME, account, ladders, role, user
from tests.tables import every_row

TAKES = allow("sts:AssumeRole", f"{HOME}:role/fixer")
FIXES = allow("iam:AttachUserPolicy", f"{HOME}:user/dana")
OWN_ROLE = allow("iam:PutRolePolicy", f"{HOME}:role/mid")
FIXER, MID = role("fixer", {"AWS": OWN}, FIXES, OWN_ROLE), role("mid", {"AWS": OWN}, TAKES)
TO_MID = allow("sts:AssumeRole", f"{HOME}:role/mid")


@every_row(
    ("snapshot", "expected"),
    [
        (account(user("dana", TAKES), FIXER), [["dana", "fixer", "dana"]]),
        (account(user("eve", TAKES), user("dana"), FIXER), []),  # eve does not hold dana
        (account(user("dana", TAKES, **BOUNDED), FIXER, edge=document(allow("s3:*"))), []),  # a boundary holds (EP32)
        (account(user("dana"), FIXER), []),  # dana does not become the role
        (account(user("eve", TO_MID), MID, FIXER), [["mid", "fixer", "mid"], ["eve", "mid", "fixer", "mid"]]),
        (account(user("dana", TO_MID), MID, role("fixer", {"AWS": OWN}, FIXES)), [["dana", "mid", "fixer", "dana"]]),
    ],
)
def test_ep20_who_is_held_later_strengthens_who_was_held_before(snapshot: Snapshot, expected: list[list[str]]) -> None:
    found = find_paths(snapshot, PathQuestion())
    assert ladders(found) == expected
    for path in found.paths:
        assert path.verdict == "proven"
        last = path.edges[-1]
        assert [step.principal for step in last.steps] == [f"{HOME}:role/fixer"]
        assert all(step.request and decide(snapshot, step.request).word == "allowed" for step in last.steps)
    assert find_paths(snapshot, PathQuestion(most_steps=1)).paths == ()  # each has two edges at least (EP52)
