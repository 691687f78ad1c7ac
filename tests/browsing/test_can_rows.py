"""The rows of what a principal can do: below each service what is taken away there, whatever else is."""

from iamtui.analysis.queries.one_principal.can_results import Can, TakenAway
from iamtui.browsing.queries.can import reach_rows
from iamtui.reports.can import can_as_text
from tests.work import calls_of


def without(count: int) -> Can:
    """A principal from whom one thing takes three actions of each of many services, another one action."""
    lost = [TakenAway(f"s{place}:Do{action}", "scp", "P#0") for place in range(count) for action in range(3)]
    taken = (*lost, TakenAway("s1:Other", "permissions_boundary", None))
    return Can(principal="arn", services={}, taken_away=taken, ways=(), leans_on=(), complete=True)


def test_what_is_taken_away_stands_by_what_takes_it_and_by_service() -> None:
    roots, children = reach_rows(without(2))
    assert [root.label for root in roots] == [
        "6 actions in 2 services taken away",
        "1 action in 1 service taken away",
    ]
    services = children(roots[0].key)
    assert [(one.label, one.detail) for one in services] == [("s0", "3 actions"), ("s1", "3 actions")]
    assert [one.label for one in children(services[1].key)] == ["s1:Do0", "s1:Do1", "s1:Do2"]


def test_a_service_costs_no_more_where_there_are_many() -> None:
    costs = []
    for count in (10, 1_000):
        roots, children = reach_rows(without(count))
        (service, *_) = children(roots[0].key)
        costs.append(calls_of(lambda key=service.key, of=children: of(key)))  # type: ignore[misc]
    assert costs[0] == costs[1]


def test_what_nothing_allows_in_the_end_is_taken_away_by_no_policy() -> None:
    taken = TakenAway("sts:AssumeRoleWithSAML", "none", None)
    answer = Can(principal="arn", services={}, taken_away=(taken,), ways=(), leans_on=(), complete=True)
    (root,), _ = reach_rows(answer)
    assert (root.label, root.detail) == ("1 action in 1 service taken away", "nothing allows it")
    assert "nothing allows it  1 action in 1 service" in can_as_text(answer)
