"""What is not told because enough ends are (EP51) counts for how sure paths are and for what cuts them (EP53)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import ChokePoint, Paths
from iamtui.analysis.paths.comparisons.choke_statements import choke_statements
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import Credentials, Role, Snapshot
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_laws import random_account
from tests.tables import every_row

ASSUME = "sts:AssumeRole"


def taking(name: str, *takes: str) -> Role:
    """A role that may become others."""
    return role(name, {"AWS": OWN}, *(allow(ASSUME, f"{HOME}:role/{one}") for one in takes))


def six(last: Role, *others: Role, condition: object = None) -> Snapshot:
    """dana may become five roles that become `s`, under a condition if one is given, and the one after them."""
    first = {**allow(ASSUME, f"{HOME}:role/r*"), **({} if condition is None else {"Condition": condition})}
    dana = user("dana", first, allow(ASSUME, f"{HOME}:role/z"))
    return account(dana, *(taking(f"r{place}", "s") for place in range(5)), last, *others)


def cuts(found: Paths) -> list[tuple[str, str, int, int]]:
    """What the choke points say."""
    return [(one.edge.start[-1], one.edge.end[-1], one.cuts, one.of) for one in found.choke_points]


def test_ep53_a_way_that_is_not_told_is_still_one() -> None:
    admin = role("a", {"AWS": OWN}, allow("*"))
    snapshot = six(taking("z", "t"), taking("s", "a"), taking("t", "a"), admin)
    ways = PathQuestion(ways=("sts-001",))
    found = find_paths(snapshot, ways)
    assert found.more == 1
    every = find_paths(snapshot, PathQuestion(ways=("sts-001",), most_ends=None))
    assert cuts(found)[0] == cuts(every)[0] == ("s", "a", 6, 9)  # dana goes by z and t, which is not told
    told = choke_statements(snapshot, ways, found).choke_statements or ()
    assert {one.grant.owner[-1]: len(one.cut) for one in told}["s"] == 6


def test_ep51_the_surest_end_is_told_however_many_others_there_are() -> None:
    """Five roles are one step from an administrator, if there is MFA; a sixth is two steps from one, surely."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    snapshot = six(
        taking("z", "t"), taking("t", "s"), taking("s", "a"), role("a", {"AWS": OWN}, allow("*")), condition=mfa
    )
    found = find_paths(snapshot, PathQuestion(ways=("sts-001",)))
    (first, *_), dana = [path for path in found.paths if path.start.endswith("dana")], f"{HOME}:user/dana"
    assert (first.verdict, first.edges[0].end) == ("proven", f"{HOME}:role/z")
    assert dana in found.effective
    assert sum(path.start == dana for path in found.paths) == 5
    assert found.more == 1


@every_row("seed", (*range(6), 31, 157, 229, 320))
def test_law_ep51_ep53_what_is_not_told_changes_nothing_that_is(seed: int) -> None:
    """With one end told of each way, each start and way is as sure, and each edge cuts as many, as with all told."""
    snapshot = random_account(seed)
    few = find_paths(snapshot, PathQuestion(most_ends=1, most_paths=None))
    every = find_paths(snapshot, PathQuestion(most_ends=None, most_paths=None))
    assert surest(few) == surest(every)
    assert few.effective == every.effective
    known = {edge_key(one): one.cuts for one in every.choke_points}
    for point in few.choke_points:
        assert known.get(edge_key(point), point.cuts) == point.cuts
    assert [one.cuts for one in few.choke_points] == [one.cuts for one in every.choke_points]


def edge_key(point: ChokePoint) -> tuple[str, str, str]:
    """What makes an edge the same in another answer."""
    return point.edge.start, point.edge.way.id, point.edge.end


def surest(found: Paths) -> dict[tuple[str, str], str]:
    """By start and first way how sure the surest path is."""
    return {path.key[:2]: path.verdict for path in reversed(found.paths)}


def test_ep52_a_way_on_that_leads_back_is_not_the_only_one() -> None:
    """From x one is nearest to an administrator through dana; the way through y is the one that counts for her."""
    dana = role("dana", {"AWS": OWN}, allow(ASSUME, [f"{HOME}:role/{one}" for one in "ax"]))
    admin = role("a", {"AWS": OWN}, allow("*"))
    snapshot = account(dana, taking("x", "dana", "y"), taking("y", "w"), taking("w", "a"), admin)
    found = find_paths(snapshot, PathQuestion(ways=("sts-001",)))
    ladders = [[edge.end[-1] for edge in path.edges] for path in found.paths if path.start == dana.arn]
    assert ladders == [["a"], ["x", "y", "w", "a"]]


def test_ep51_who_is_no_administrator_in_the_console_takes_no_place_of_who_is_told() -> None:
    """Five administrate with an access key alone, and are come to by a password; a sixth leads on in the console."""
    with_key = {**allow("*"), "Condition": {"Null": {"aws:TokenIssueTime": "true"}}}
    known = Credentials(console_password=False, mfa=False, access_keys=())
    people = [*(user(f"k{place}", with_key) for place in range(5)), user("z", allow(ASSUME, f"{HOME}:role/a"))]
    admin = role("a", {"AWS": OWN}, allow("*"))
    snapshot = account(
        user("dana", allow("iam:CreateLoginProfile")), *(replace(one, credentials=known) for one in people), admin
    )
    found = find_paths(snapshot, PathQuestion(ways=("iam-004", "sts-001")))
    dana = [path for path in found.paths if path.start.endswith("dana")]
    assert [([edge.end[-1] for edge in path.edges], path.verdict) for path in dana] == [(["z", "a"], "proven")]
    assert found.more == 0
