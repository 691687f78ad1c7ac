"""Laws of the search on random accounts: filters take nothing away (section 9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from random import Random

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.paths.alike_ends import Group, Kind
from iamtui.analysis.paths.catalogue import Way
from iamtui.analysis.paths.choke_points import starts_that_reach
from iamtui.analysis.paths.choke_statements import choke_statements
from iamtui.analysis.paths.filters import Among, Filters
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.likeness import Likeness
from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.results import Edge, Paths
from iamtui.analysis.paths.search import find_paths
from iamtui.analysis.paths.steps import SURENESS
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


@every_row("seed", (*range(6), 51, 85))  # in the last a path that leads back is left
def test_law_ep53_choke_points_cut_what_they_say(seed: int) -> None:
    """Taken out and asked again in full, and no edge that is not told cuts more than those that are."""
    snapshot, question = random_account(seed), PathQuestion()
    found = choke_statements(snapshot, question, find_paths(snapshot, question))
    edges = [edge for edge in found.edges if edge.verdict == "proven"]
    before = starts_that_reach(edges, ())

    def cut_without(gone: Edge) -> int:
        return len(before) - len(starts_that_reach([one for one in edges if one is not gone], ()))

    cuts = sorted((cut_without(edge) for edge in edges), reverse=True)
    assert [(one.cuts, one.of) for one in found.choke_points] == [(one, len(before)) for one in cuts if one][:10]
    assert all(one.cuts == cut_without(one.edge) for one in found.choke_points)
    for told in found.choke_statements or ():
        left = find_paths(laid_over(snapshot, (told.edit,)), question).edges
        kept = starts_that_reach([edge for edge in left if edge.verdict == "proven"], ())
        assert set(told.cut) == set(before) - set(kept)


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
