"""Which bindings are tried: what a step before changed counts for whether another binding does (EP22, EP30)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.search import find_paths
from tests.analysis.paths.accounts import allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user

NOBODY = f"{HOME}:user/nobody"


def test_ep22_ep30_a_policy_that_the_actor_has_too_is_written_where_another_one_does_not_do() -> None:
    """Only of what both have the new version lets the actor rewrite whom the role trusts."""
    dana = user("dana", allow("iam:CreatePolicyVersion"), attached=(f"{HOME}:policy/shared",))
    first, shared = f"{HOME}:policy/first", f"{HOME}:policy/shared"
    ends = [
        replace(role("both", {"AWS": NOBODY}, allow("*")), attached=(first, shared)),
        replace(role("one", {"AWS": NOBODY}, allow("*")), attached=(first,)),
    ]
    harmless = document(allow("s3:ListAllMyBuckets"))
    found = find_paths(account(dana, *ends, first=harmless, shared=harmless), PathQuestion(ways=("iam-020",)))
    (edge,) = found.edges
    assert (edge.end, edge.binds["policy"], edge.verdict) == (ends[0].arn, shared, "proven")
