"""Laws of ways that rewrite policies, where tags say which and actors have them too (EP56, EP57)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import Resource, Snapshot, User
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_laws import Distinct, NoFilters, told
from tests.tables import every_row

POLICIES = {name: f"{HOME}:policy/{name}" for name in ("p1", "p2", "p3")}
ON_POLICIES = ("iam:*", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicyVersion")
ON_OTHERS = ("sts:AssumeRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy", "lambda:*")
RESOURCES = ("*", "*", POLICIES["p1"], f"{HOME}:policy/*", f"{HOME}:role/*")
TRUSTED = ({"AWS": OWN}, {"AWS": f"{HOME}:user/a"}, {"Service": "lambda.amazonaws.com"})
EVERY = PathQuestion(most_ends=None, most_paths=None)


def random_account(seed: int) -> Snapshot:
    """Users and roles who share policies; tags of some were exported, and most statements read them."""
    rng = Random(seed)  # noqa: S311 - no secrets

    def tags() -> tuple[tuple[str, str], ...]:
        return tuple((key, rng.choice(("red", "blue"))) for key in ("team", "Env") if rng.random() < 0.6)

    def statement() -> dict[str, object]:
        one = allow(rng.choice((*ON_POLICIES, *ON_OTHERS)), rng.choice(RESOURCES))
        key = rng.choice(("aws:ResourceTag/team", "iam:ResourceTag/team", "aws:ResourceTag/Env"))
        test = rng.choice(("StringEquals", "StringNotEquals", "StringEqualsIfExists"))
        one |= {"Condition": {test: {key: rng.choice(("red", "blue"))}}} if rng.random() < 0.6 else {}
        return {**one, "Effect": "Deny"} if rng.random() < 0.15 else one

    def statements(least: int) -> list[dict[str, object]]:
        return [statement() for _ in range(rng.randint(least, least + 2))]

    def attached() -> tuple[str, ...]:
        return tuple(arn for arn in POLICIES.values() if rng.random() < 0.4)

    users: list[User] = [user(name, *statements(1), attached=attached(), tags=tags()) for name in "abc"]
    roles = [
        replace(role(name, rng.choice(TRUSTED), *statements(0)), attached=attached(), tags=tags()) for name in "xyz"
    ]
    said = {name: document(rng.choice((allow("s3:*"), allow("sts:AssumeRole"), statement()))) for name in POLICIES}
    held = account(*users, *roles, role("admin", rng.choice(TRUSTED), allow("*")), **said)
    listed = [Resource(arn, OWN, "iam:policy", tags=tags()) for arn in POLICIES.values() if rng.random() < 0.6]
    return replace(held, resources={one.arn: one for one in listed})


def check(seed: int) -> None:
    """What is decided once for all who are alike is so for each."""
    snapshot = random_account(seed)
    in_full = find_paths(snapshot, EVERY, filters=NoFilters(snapshot), likeness=Distinct)
    assert told(find_paths(snapshot, EVERY)) == told(in_full)


@every_row("seed", (*range(4), 868))
def test_law_ep57_policies_that_are_rewritten_are_told_apart_by_tags_and_by_who_has_them(seed: int) -> None:
    check(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(1_000, 1_400))
def test_law_ep57_of_policies_on_many_accounts(seed: int) -> None:
    check(seed)
