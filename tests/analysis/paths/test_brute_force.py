"""Law: the search finds what is found where everything is tried and everybody is asked alone (section 9)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.privileges.administrators import Administrators
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.walks.walking import Failed
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.policy.document import Document
from iamtui.snapshot.model import Group, PolicyVersion, Role, Snapshot, User
from tests.analysis.paths.accounts import ADMINISTRATOR, OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_laws import CONDITIONS, NAMES, Distinct, NoFilters, told
from tests.analysis.paths.test_witnesses import from_inside, pictures
from tests.tables import every_row

ACTIONS = (
    *("iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AddUserToGroup"),
    *("sts:AssumeRole", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:*", "*"),
)
POLICIES = ("p0", "p1", "p2")
SEEDS = (1, 2, 3, 25, 68)
"""In 1, 2 and 68 some share policies with whom they lead to; in 25 one that denies is rewritten, in 3 a full one."""
MANY = (0, *range(2000, 2150))
EVERYTHING = PathQuestion(most_ends=None, outcome="data")


def random_account(seed: int) -> Snapshot:
    """Users, roles and a group that carry customer managed policies, which some may rewrite."""
    rng = Random(seed)  # noqa: S311 - no secret

    def statement() -> dict[str, object]:
        targets = (f"policy/{rng.choice(POLICIES)}", f"role/{rng.choice(NAMES)}", "policy/*", "role/*", "group/g")
        one = allow(rng.choice(ACTIONS), rng.choice(("*", *(f"{HOME}:{target}" for target in targets))))
        if rng.random() < 0.2:
            one["Condition"] = rng.choice(CONDITIONS)
        return {**one, "Effect": "Deny"} if rng.random() < 0.15 else one

    def written() -> Document:
        return document(*(statement() for _ in range(rng.choice((1, 1, 2)))))

    def carried() -> tuple[str, ...]:
        return tuple(f"{HOME}:policy/{name}" for name in rng.sample(POLICIES, rng.choice((0, 1, 1, 2))))

    def bound() -> str | None:
        return f"{HOME}:policy/{rng.choice(POLICIES)}" if rng.random() < 0.2 else None

    users = [user(name, attached=carried(), boundary=bound()) for name in NAMES]
    entities: list[User | Role | Group] = [
        replace(one, groups=("g",)) if rng.random() < 0.3 else replace(one, inline=user("x", statement()).inline)
        for one in users
    ]
    trusted = ({"AWS": OWN}, {"AWS": [f"{HOME}:user/a", f"{HOME}:role/b"]}, {"AWS": f"{HOME}:user/b"})
    roles = [role(name, rng.choice(trusted), statement()) for name in NAMES]
    entities += [replace(one, attached=carried(), boundary=bound()) for one in roles]
    entities.append(role("admin", rng.choice(trusted), allow("*")))
    joined = rng.choice(((ADMINISTRATOR,), carried()))
    entities.append(Group(f"{HOME}:group/g", "g", "/", "AGPAG", attached=joined))
    return _with_versions(account(*entities, **{name: written() for name in POLICIES}), rng.choice(POLICIES))


def _with_versions(snapshot: Snapshot, full: str) -> Snapshot:
    """The snapshot with one policy that takes no further version, and an older one that allows everything."""
    home = snapshot.accounts[OWN]
    policies = dict(home.policies or {})
    held = policies[f"{HOME}:policy/{full}"]
    others = [PolicyVersion(f"v{place}", document(allow("*")), is_default=False) for place in range(2, 6)]
    policies[held.arn] = replace(held, versions=(*held.versions, *others))
    return replace(snapshot, accounts={OWN: replace(home, policies=policies)})


def tried_in_full(
    snapshot: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    question: PathQuestion = EVERYTHING,
    filters: type[NoFilters] = NoFilters,
) -> Paths:
    """What is found where every binding is tried, whatever a failure depends on, and everybody is asked alone."""
    every = frozenset(name for way in catalogue().ways for name in way.bind)
    with monkeypatch.context() as patch:
        patch.setattr(Failed, "__init__", lambda failed, names: setattr(failed, "names", every))
        return find_paths(snapshot, question, filters=filters(snapshot), likeness=Distinct)


def check_brute_force(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try everything, and ask everybody alone."""
    snapshot = random_account(seed)
    found = find_paths(snapshot, EVERYTHING)
    assert told(found) == told(tried_in_full(snapshot, monkeypatch))
    for start in (f"{HOME}:user/a", f"{HOME}:role/a"):
        forwards = find_paths(snapshot, replace(EVERYTHING, starts=(start,)))
        assert told(forwards) == [one for one in told(found) if one[0] == start]


def check_outcomes(seed: int) -> None:
    """Judge the end of each edge alone, in the picture that its steps leave (EP7)."""
    snapshot = random_account(seed)
    judge = Administrators(Desk(snapshot, {}, None))
    for edge in from_inside(snapshot):
        *_, (step, picture) = pictures(snapshot, edge, with_last=True)
        if edge.outcome == "admin" and edge.end.startswith(HOME):
            assert judge.judge(picture, edge.end, OWN) is not None, (edge, step)


@every_row("seed", SEEDS)
def test_law_what_is_found_is_what_brute_force_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_brute_force(seed, monkeypatch)


@every_row("seed", SEEDS)
def test_law_ep7_an_administrator_is_one_in_the_picture_that_is_left(seed: int) -> None:
    check_outcomes(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", MANY)
def test_laws_of_the_search_on_many_accounts(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_brute_force(seed, monkeypatch)
    check_outcomes(seed)
