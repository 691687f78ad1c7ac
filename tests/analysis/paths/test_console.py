"""A password gives a console session: what comes after it is asked in one (EP21)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.evaluation.decide import decide
from iamtui.snapshot.model import Credentials, Snapshot, User
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, ladders, role, user
from tests.tables import every_row

MFA = "aws:MultiFactorAuthPresent"
WITHOUT_MFA: dict[str, object] = {
    "Effect": "Deny",
    "Action": "*",
    "Resource": "*",
    "Condition": {"Bool": {MFA: "false"}},
}
WITHOUT_SESSION = {
    **allow("sts:AssumeRole", f"{HOME}:role/admin"),
    "Condition": {"Null": {"aws:TokenIssueTime": "true"}},
}
SESSION_ALONE = {**WITHOUT_SESSION, "Condition": {"Null": {"aws:TokenIssueTime": "false"}}}
TAKES = allow("sts:AssumeRole", f"{HOME}:role/admin")
QUESTION = PathQuestion(ways=("iam-004", "sts-001"))


def with_password(*statements: dict[str, object]) -> Snapshot:
    """dana may give eve a password, who has none; eve may do what the statements say."""
    dana = user("dana", allow("iam:CreateLoginProfile", f"{HOME}:user/eve"))
    no_password = Credentials(console_password=False, mfa=False, access_keys=())
    eve: User = replace(user("eve", *statements), credentials=no_password)
    return account(dana, eve, role("admin", {"AWS": OWN}, allow("*")))


@every_row(
    ("statements", "expected"),
    [
        ((TAKES,), {"eve": "proven", "dana": "proven"}),
        ((SESSION_ALONE,), {"eve": "conditional", "dana": "proven"}),  # an access key needs a session first (EP11)
        ((WITHOUT_SESSION,), {"eve": "proven"}),
        ((TAKES, WITHOUT_MFA), {"eve": "proven", "dana": "conditional"}),  # a Deny of false spares what is absent (C16)
        ((allow("*"), WITHOUT_MFA), {"dana": "conditional"}),
    ],
)
def test_ep21_what_comes_after_a_password_is_asked_in_the_console(
    statements: tuple[dict[str, object], ...], expected: dict[str, str]
) -> None:
    snapshot = with_password(*statements)
    for most in (None, 1):
        found = find_paths(snapshot, replace(QUESTION, most_ends=most))
        assert {path.start.rpartition("/")[2]: path.verdict for path in found.paths} == expected
        proven = [start for start, verdict in expected.items() if verdict == "proven"]
        assert sorted(found.graph.starts()) == sorted(f"{HOME}:user/{start}" for start in proven)
        for path in [one for one in found.paths if one.start.endswith("dana")]:
            for edge in path.edges:
                for step in edge.steps:
                    assert step.request is not None
                    assert (decide(snapshot, step.request).word == "allowed") == (step.decision == "allowed")
    to_role = find_paths(snapshot, replace(QUESTION, ends=(f"{HOME}:role/admin",)))
    if TAKES in statements or SESSION_ALONE in statements or WITHOUT_SESSION in statements:
        assert {path.start.rpartition("/")[2]: path.verdict for path in to_role.paths} == expected


def test_ep21_who_leads_nowhere_in_the_console_takes_those_along_that_lead_to_it() -> None:
    chain = with_password(WITHOUT_SESSION)
    gil = user("gil", allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"], f"{HOME}:user/dana"))
    home = chain.accounts[OWN]
    snapshot = replace(chain, accounts={OWN: replace(home, users={**(home.users or {}), "gil": gil})})
    found = find_paths(snapshot, PathQuestion(ways=("iam-002", "iam-004", "sts-001")))
    assert ladders(found) == [["eve", "admin"]]


def test_ep21_what_no_export_says_is_needed_in_the_console_too() -> None:
    snapshot = with_password(allow("sso:*"), WITHOUT_MFA)
    found = find_paths(snapshot, PathQuestion(ways=("iam-004", "sso-001")))
    assert {path.verdict for path in found.paths} == {"possible"}
    for path in found.paths:
        assert "exists" in {need.fact for need in path.edges[-1].needs}
