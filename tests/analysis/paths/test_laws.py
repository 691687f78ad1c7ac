"""Laws of the search on random accounts: filters take nothing away (section 9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import copy
from dataclasses import replace
from random import Random

import pytest

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.paths.alike.alike_ends import Group, Kind
from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.comparisons.choke_statements import choke_statements
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.walks.filters import Among, Filters
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.policy.elements import places_of
from iamtui.snapshot.model import Role, Snapshot, User
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.tables import every_row

ACTIONS = (
    *("sts:AssumeRole", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:PassRole", "lambda:*", "iam:Put*", "iam:*"),
    *("iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "lambda:UpdateFunctionCode", "cloudformation:*", "*"),
)
NAMES = ("a", "b", "c")
CONDITIONS = (
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringEquals": {"aws:ResourceTag/team": "a"}},
    {"StringEquals": {"aws:PrincipalTag/team": "b"}},
    {"StringEquals": {"iam:PermissionsBoundary": f"{HOME}:policy/edge"}},
)


class Anybody(Among):
    """Lets everybody of the kind and account be an end."""

    def some(self, those: int) -> int:
        return those & self.filters.places.of_kind(self.kind)

    def of(self, holding: Holding, those: int, spared: int = 0) -> int:
        places = self.filters.places
        return those & places.of_kind(self.kind)


class NoFilters(Filters):
    """Lets everything be asked but what has no sense."""

    def may_take(self, way: Way, holding: Holding) -> bool:
        return True

    def among(self, way: Way) -> Among:
        return Anybody(self, way)


def random_account(seed: int) -> Snapshot:
    """Users and roles with a few statements each; roles trust each other, a service, or the account."""
    rng = Random(seed)  # noqa: S311 - no secret

    def statements() -> list[dict[str, object]]:
        found = []
        for _ in range(rng.choice((0, 1, 1, 2))):
            kind, name = rng.choice(("user", "role")), rng.choice((*NAMES, "*"))
            resource = rng.choice(("*", f"{HOME}:{kind}/{name}", f"{HOME}:*", f"{HOME}:{kind}/${{aws:username}}"))
            one = allow(rng.choice(ACTIONS), resource)
            if rng.random() < 0.2:
                one["Condition"] = rng.choice(CONDITIONS)
            found.append({**one, "Effect": "Deny"} if rng.random() < 0.1 else one)
        return found

    edge = document(allow("*", rng.choice(("*", f"{HOME}:user/a"))), allow("sts:*"))
    bounds = [{"boundary": f"{HOME}:policy/edge"} if rng.random() < 0.2 else {} for _ in NAMES]
    entities: list[User | Role] = [
        user(name, *statements(), tags=(("team", rng.choice(NAMES)),), **bound)
        for name, bound in zip(NAMES, bounds, strict=True)
    ]
    trusted = ({"AWS": OWN}, {"Service": "lambda.amazonaws.com"}, {"AWS": f"{HOME}:user/a"}, {"AWS": "*"})
    entities += [role(name, rng.choice(trusted), *statements()) for name in NAMES]
    return account(*entities, role("admin", rng.choice(trusted), allow("*")), edge=edge)


def told(found: Paths) -> list[tuple[str, str, str, str]]:
    """Every path: start, way, end, verdict."""
    return sorted((path.start, path.edges[0].way.id, path.end, path.verdict) for path in found.paths)


@every_row("seed", range(12))
def test_law_filters_take_no_path_away(seed: int) -> None:
    """EP56: what is not asked would be denied."""
    snapshot, question = random_account(seed), PathQuestion(most_ends=None)
    assert told(find_paths(snapshot, question)) == told(find_paths(snapshot, question, filters=NoFilters(snapshot)))


class Distinct(Likeness):
    """Tells everybody and everything apart, and asks every way as a whole."""

    judges_alike = False

    def of_actor(self, way: Way, holding: Holding) -> Hashable:
        return holding.arn

    def groups(self, way: Way, holding: Holding, ends: int, kind: Kind) -> Iterable[Group]:
        return [Group(place, 1 << place, by_rest=True) for place in places_of(ends)]

    def parts(self, way: Way) -> bool:
        return False

    def of_request(self, principal: str, action: str, resource: str) -> Hashable:
        return None

    def of_let_in(self, principal: str, role: str) -> Hashable:
        return None

    def of_control(self, holding: Holding, *, denies_only: bool = False) -> Hashable:
        return holding.arn

    def is_narrowed(self, way: Way) -> bool:
        return False


class WithoutEnd(Among):
    """Lets an actor take a way to anybody but one."""

    def __init__(self, filters: Filters, way: Way, gone: EdgeKey) -> None:
        super().__init__(filters, way)
        self.gone = gone

    def of(self, holding: Holding, those: int, spared: int = 0) -> int:
        found = super().of(holding, those, spared)
        way, _, _ = self._way.id.partition("/")  # a way by which one changes oneself, taken on who is held (EP20)
        is_gone = (holding.arn, way) == self.gone[:2]
        return found & ~self.filters.places.of(self.gone[2:]) if is_gone else found


class Without(Filters):
    """Takes an edge out of the search."""

    def __init__(self, snapshot: Snapshot, edge: Edge) -> None:
        super().__init__(snapshot)
        self.gone = edge.key

    def of_picture(self, snapshot: Snapshot, places: Places) -> Filters:
        other = copy(self)
        super(Without, other).__init__(snapshot, places)
        return other

    def may_take(self, way: Way, holding: Holding) -> bool:
        start, way_id, end = self.gone
        is_elsewhere = end == start or not self.places.of((end,))
        return super().may_take(way, holding) and not (is_elsewhere and (start, way_id) == (holding.arn, way.id))

    def among(self, way: Way) -> Among:
        return WithoutEnd(self, way, self.gone)


def effective(found: Paths) -> set[str]:
    """Who has a proven path."""
    return {path.start for path in found.paths if path.verdict == "proven"}


def check_choke_points(seed: int) -> None:
    """Take each edge out of the search, and each statement out of the picture, and ask again in full."""
    snapshot, every = random_account(seed), PathQuestion(most_ends=None, most_paths=None)
    found = find_paths(snapshot, PathQuestion())
    whole = find_paths(snapshot, every)
    before = effective(whole)
    assert effective(found) == before

    def cut_without(edge: Edge) -> int:
        if edge.way.kind == "trust":  # who comes from outside is on nobody else's way
            firsts = {
                path.edges[0].key for path in whole.paths if path.start == edge.start and path.verdict == "proven"
            }
            return int(firsts == {edge.key})
        return len(before - effective(find_paths(snapshot, every, filters=Without(snapshot, edge), likeness=Distinct)))

    cuts = {
        edge.key: cut_without(edge)
        for edge in {one.key: one for one in whole.edges}.values()
        if edge.verdict == "proven"
    }
    told = [(one.edge.key, one.cuts, one.of) for one in found.choke_points]
    assert told == [(key, cuts[key], len(before)) for key, _, _ in told]
    assert [count for _, count, _ in told] == sorted((one for one in cuts.values() if one), reverse=True)[:10]
    for one in choke_statements(snapshot, PathQuestion(), found).choke_statements or ():
        assert set(one.cut) == before - effective(find_paths(laid_over(snapshot, (one.edit,)), PathQuestion()))


@every_row("seed", (22, 85, 203, 211, 70031))
def test_law_ep53_choke_points_cut_what_they_say(seed: int) -> None:
    """And no edge that is not told cuts more than those that are.

    In 203 paths that lead back are left; in 22 who is outside is counted; in 70031 an edge starts at somebody new
    who is made in two ways.
    """
    check_choke_points(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(4000, 4200))
def test_law_ep53_on_many_accounts(seed: int) -> None:
    check_choke_points(seed)


@every_row("seed", range(12))
def test_law_what_is_decided_once_is_so_for_each(seed: int) -> None:
    """EP57: nothing changes if everybody is asked alone, and every edge is told as sure as it was found."""
    snapshot, question = random_account(seed), PathQuestion(most_ends=None, outcome="data")
    found = find_paths(snapshot, question)
    assert told(found) == told(find_paths(snapshot, question, likeness=Distinct))
    for edge in [one for one in found.edges if one.way.kind != "trust"]:
        decided = {"allowed": "proven", "conditional": "conditional", "unknown": "possible"}
        told_of = [decided[step.decision] for step in edge.steps] + ["possible" for need in edge.needs]
        told_of += ["conditional" for condition in edge.conditions]
        assert edge.verdict == max(told_of, key=SURENESS.index)


def test_ep57_ends_of_which_a_fact_is_needed_are_told_apart_by_it() -> None:
    """A way that takes a boundary away is found for who has one, though others are alike in all else."""
    trust = {"AWS": OWN}
    actor = user("actor", allow(["iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"]))
    bound = replace(role("bound", trust), boundary=f"{HOME}:policy/edge")
    snapshot = account(actor, role("free", trust), bound, edge=document(allow("s3:*")))
    ends = (f"{HOME}:role/free", bound.arn)
    found = find_paths(snapshot, PathQuestion(starts=(actor.arn,), ends=ends, ways=("iam-023",)))
    assert [(edge.start, edge.end) for edge in found.edges] == [(actor.arn, bound.arn)]
