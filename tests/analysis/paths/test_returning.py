"""Credentials are not lost on the way: who is held later makes who was held before an administrator (EP20)."""

from __future__ import annotations

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
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
    assert found.circles == ()  # who strengthens another does not become it
    for path in found.paths:
        assert path.verdict == "proven"
        last = path.edges[-1]
        assert [step.principal for step in last.steps] == [f"{HOME}:role/fixer"]
        assert all(step.request and decide(snapshot, step.request).word == "allowed" for step in last.steps)
    assert find_paths(snapshot, PathQuestion(most_steps=1)).paths == ()  # each has two edges at least (EP52)


def test_ep52_a_bound_that_cuts_off_what_leads_back_is_told() -> None:
    snapshot = account(user("eve", TO_MID), MID, FIXER)
    found = find_paths(snapshot, PathQuestion(most_steps=2))
    assert ladders(found) == [["mid", "fixer", "mid"]]
    assert not found.complete
    assert find_paths(snapshot, PathQuestion(most_steps=3)).complete


def test_ep9_who_administers_under_a_condition_is_gone_through_where_that_is_surer() -> None:
    """dana becomes mid, which administers from one network alone, and goes on to one that does so always."""
    inside = {**allow("*"), "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    mid = role("mid", {"AWS": OWN}, inside, allow("sts:AssumeRole", f"{HOME}:role/admin"))
    snapshot = account(user("dana", TO_MID), mid, role("admin", {"AWS": OWN}, allow("*")))
    found = find_paths(snapshot, PathQuestion())
    assert [(names, path.verdict) for names, path in zip(ladders(found), found.paths, strict=True)] == [
        (["mid", "admin"], "proven"),
        (["dana", "mid", "admin"], "proven"),
        (["dana", "mid"], "conditional"),
    ]
    assert f"{HOME}:user/dana" in found.effective


def test_ep20_a_path_that_leads_back_is_told_where_another_is_less_sure() -> None:
    """dana administers under a condition through the role that surely gives her a policy; their first edge is one."""
    may = allow("sts:AssumeRole", f"{HOME}:role/admin")
    inside = {**may, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    fixer, admin = role("fixer", {"AWS": OWN}, FIXES, inside), role("admin", {"AWS": OWN}, allow("*"))
    found = find_paths(account(user("dana", TAKES), fixer, admin), PathQuestion())
    assert [(names, path.verdict) for names, path in zip(ladders(found), found.paths, strict=True)] == [
        (["dana", "fixer", "dana"], "proven"),
        (["fixer", "admin"], "conditional"),
        (["dana", "fixer", "admin"], "conditional"),
    ]
    assert len(found.edges) == 3


def test_ep20_ep44_who_comes_from_outside_goes_the_ways_that_lead_back() -> None:
    mid = role("mid", {"AWS": "777788889999"}, TAKES)
    found = find_paths(account(mid, FIXER), PathQuestion())
    assert ladders(found) == [["mid", "fixer", "mid"], ["777788889999", "mid", "fixer", "mid"]]
    assert [path.verdict for path in found.paths] == ["proven", "conditional"]
    assert [(one.edge.key, one.cuts, one.of) for one in found.choke_points] == [
        ((FIXER.arn, "iam-005", mid.arn), 1, 1),
        ((mid.arn, "sts-001", FIXER.arn), 1, 1),
    ]
