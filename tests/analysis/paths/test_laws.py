"""Laws of the search on random accounts: filters take nothing away (section 9)."""

from __future__ import annotations

from random import Random

import pytest

from iamtui.analysis.paths.binding import Holding
from iamtui.analysis.paths.catalogue import Way
from iamtui.analysis.paths.filters import Filters
from iamtui.analysis.paths.results import Paths
from iamtui.analysis.paths.search import PathQuestion, find_paths
from iamtui.analysis.paths.walking import Walker
from iamtui.snapshot.model import Role, Snapshot, User
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, role, user

ACTIONS = (
    *("sts:AssumeRole", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:PassRole", "lambda:*", "iam:Put*", "iam:*"),
    *("iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "lambda:UpdateFunctionCode", "cloudformation:*", "*"),
)
NAMES = ("a", "b", "c")


class NoFilters(Filters):
    """Lets everything be asked but what has no sense."""

    def may_take(self, way: Way, holding: Holding) -> bool:
        return True

    def may_go(self, walker: Walker, way: Way, holding: Holding) -> bool:
        return True

    def may_be(self, way: Way, holding: Holding, end: str) -> bool:
        return end != holding.entity.arn and f":{way.bind[way.outcome.becomes or ''].kind}/" in end


def random_account(seed: int) -> Snapshot:
    """Users and roles with a few statements each; roles trust each other, a service, or the account."""
    rng = Random(seed)  # noqa: S311 - no secret

    def statements() -> list[dict[str, object]]:
        found = []
        for _ in range(rng.choice((0, 1, 1, 2))):
            kind, name = rng.choice(("user", "role")), rng.choice((*NAMES, "*"))
            resource = rng.choice(("*", f"{HOME}:{kind}/{name}", f"{HOME}:*"))
            one = allow(rng.choice(ACTIONS), resource)
            if rng.random() < 0.2:
                one["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
            found.append({**one, "Effect": "Deny"} if rng.random() < 0.1 else one)
        return found

    entities: list[User | Role] = [user(name, *statements()) for name in NAMES]
    trusted = ({"AWS": OWN}, {"Service": "lambda.amazonaws.com"}, {"AWS": f"{HOME}:user/a"}, {"AWS": "*"})
    entities += [role(name, rng.choice(trusted), *statements()) for name in NAMES]
    return account(*entities, role("admin", rng.choice(trusted), allow("*")))


def told(found: Paths) -> list[tuple[str, str, str, str]]:
    """Every path: start, way, end, verdict."""
    return sorted((path.start, path.edges[0].way.id, path.end, path.verdict) for path in found.paths)


@pytest.mark.parametrize("seed", range(12))
def test_law_filters_take_no_path_away(seed: int) -> None:
    """EP56: what is not asked would be denied."""
    snapshot, question = random_account(seed), PathQuestion(most_ends=None)
    assert told(find_paths(snapshot, question)) == told(find_paths(snapshot, question, filters=NoFilters(snapshot)))
