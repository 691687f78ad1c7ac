"""Ends that are reached through another, whom the actor passes on: what is not tried would be denied (EP56)."""

from __future__ import annotations

from random import Random

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import Snapshot
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_laws import CONDITIONS, NAMES, Distinct, NoFilters, told
from tests.tables import every_row

CLOUDFORMATION = tuple(f"cloudformation-00{number}" for number in (2, 3, 4, 5))
WAYS = PathQuestion(ways=(*CLOUDFORMATION, "iam-017", "sts-001"), most_ends=None)


def random_account(seed: int) -> Snapshot:
    """Users who may pass roles to CloudFormation, one an administrator with MFA; roles that it or such ones take."""
    rng, other = Random(seed), Random(seed)  # noqa: S311 - no secrets

    def some_role(rng: Random) -> str:
        return f"{HOME}:role/{rng.choice((*NAMES, '*'))}"

    def may(action: str, rng: Random = rng) -> dict[str, object]:
        one = allow(action, some_role(rng))
        return {**one, "Condition": rng.choice(CONDITIONS)} if rng.random() < 0.4 else one

    def also() -> tuple[dict[str, object], ...]:
        stacks = other.choice(("*", "*", f"arn:aws:cloudformation:*:{OWN}:stack/a*"))
        denied = {**allow(f"cloudformation:{other.choice(('Update', 'Execute', 'None'))}*"), "Effect": "Deny"}
        return may("iam:PutRolePolicy", other), allow("cloudformation:*", stacks), denied

    users = [user(name, may("iam:PassRole"), may("sts:AssumeRole"), *also()) for name in NAMES]
    users.append(user("d", {**allow("*"), "Condition": CONDITIONS[0]}, may("sts:AssumeRole", other), *also()))
    service = {"Service": "cloudformation.amazonaws.com"}
    trusts = (service, {**service, "AWS": some_role(rng).replace("*", "a")}, {"AWS": OWN}, {**service, "AWS": OWN})
    roles = [role(name, rng.choice(trusts), may("sts:AssumeRole")) for name in NAMES]
    return account(*users, *roles, role("z", rng.choice(trusts), allow("*")))


@every_row("seed", (*range(6), 11))
def test_law_ep56_who_is_not_tried_as_an_end_is_none(seed: int) -> None:
    snapshot = random_account(seed)
    in_full = find_paths(snapshot, WAYS, filters=NoFilters(snapshot), likeness=Distinct)
    assert told(find_paths(snapshot, WAYS)) == told(in_full)


def test_some_of_these_accounts_have_such_ways() -> None:
    found = [path for seed in range(8) for path in find_paths(random_account(seed), WAYS).paths]
    assert {path.edges[0].way.id for path in found} == set(WAYS.ways)
