"""Every way is proven in its smallest account, and is gone without any of its steps, facts and trusts (section 9)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import Way, catalogue
from iamtui.evaluation.decide import decide
from tests.analysis.paths.accounts import CARRIERS, OPEN_KINDS, Smallest, without
from tests.tables import every_row

WAYS = [way for way in catalogue().ways if way.kind != "trust"]
BOTH = [(way, kind) for way in WAYS for kind in way.actor]
OF_EXPORTS = frozenset(("access-keys", "console-password", "mfa-device", "policy-versions", "boundary"))
"""Facts that the model of a snapshot holds."""


def edges(account: Smallest) -> list[Edge]:
    """What the actor can do by this way."""
    question = PathQuestion(starts=(account.actor,), ways=(account.way.id,), outcome="all")
    return [edge for edge in find_paths(account.snapshot(), question).edges if edge.start == account.actor]


def needed(way: Way) -> bool:
    """Whether a way needs something that no reader takes from an export yet (EP41)."""
    binds = [bind for bind in way.bind.values() if bind.type not in CARRIERS or bind.role is None]
    is_open = any(bind.kind in OPEN_KINDS or bind.type == "sso:Instance" for bind in binds)
    return is_open or any(state.fact not in (OF_EXPORTS | {"exists"}) for state in way.state)


GUESTS = "cognitoidentity-001"
"""In Cognito's enhanced flow a session policy keeps guests from IAM: the engine says that this is open (E53)."""


@every_row(("way", "kind"), BOTH, ids=[f"{way.id}-{kind}" for way, kind in BOTH])
def test_ep1_ep2_ep24_a_way_is_proven_in_its_smallest_account(way: Way, kind: str) -> None:
    found = edges(Smallest(way, kind))
    assert [edge.way.id for edge in found] == [way.id]
    edge = found[0]
    if needed(way) or way.id == GUESTS:
        assert edge.verdict == "possible"
        assert edge.needs
        assert all(need.exports for need in edge.needs)
    else:
        assert (edge.verdict, edge.conditions, edge.needs) == ("proven", (), ())
    assert {step.decision for step in edge.steps} <= {"allowed", "unknown"}


@every_row(("way", "kind"), BOTH, ids=[f"{way.id}-{kind}" for way, kind in BOTH])
def test_ep1_a_way_is_not_there_where_a_step_is_denied(way: Way, kind: str) -> None:
    account = Smallest(way, kind)
    for action in dict.fromkeys(step.ask for step in account.steps() if step.is_own):
        assert edges(without(account, denied=action)) == [], action


def trusted(way: Way) -> Iterator[str]:
    """Roles that must let somebody in."""
    rewritten = {step.changes.of for step in way.steps if step.changes is not None and step.changes.change == "trust"}
    for step in way.steps:
        if step.ask.startswith("sts:AssumeRole") and step.on[0] in way.bind and step.on[0] not in rewritten:
            yield step.on[0]
    yield from (name for name, bind in way.bind.items() if bind.carried_by is not None)


TRUSTING = [way for way in WAYS if any(trusted(way))]


@every_row("way", TRUSTING, ids=lambda way: way.id)
def test_ep16_ep41_a_way_is_not_there_where_a_role_does_not_trust(way: Way) -> None:
    for role in trusted(way):
        assert edges(without(Smallest(way, way.actor[0]), without_trust=role)) == [], role


FACTS = [(way, state.fact) for way in WAYS for state in way.state if state.fact in OF_EXPORTS]


@every_row(("way", "fact"), FACTS, ids=[f"{way.id}-{fact}" for way, fact in FACTS])
def test_ep2_a_way_is_not_there_where_a_fact_does_not_hold(way: Way, fact: str) -> None:
    assert edges(without(Smallest(way, way.actor[0]), turned=fact)) == []


UNKNOWN = [
    (way, state.fact)
    for way in WAYS
    for state in way.state
    if state.fact in ("access-keys", "console-password", "mfa-device", "exists") and not needed(way)
]


@every_row(("way", "fact"), UNKNOWN, ids=[f"{way.id}-{fact}" for way, fact in UNKNOWN])
def test_ep40_ep43_a_fact_that_was_not_exported_makes_a_way_possible(way: Way, fact: str) -> None:
    (edge,) = edges(without(Smallest(way, way.actor[0]), not_exported=fact))
    assert edge.verdict == "possible"
    assert fact in {need.fact for need in edge.needs}


@every_row("way", WAYS, ids=lambda way: way.id)
def test_law_ep1_a_step_asked_again_in_its_picture_gives_the_decision_told(way: Way) -> None:
    """Every step of every edge, with the changes of those before it laid over the export (EP30)."""
    account = Smallest(way, way.actor[0])
    snapshot = account.snapshot()
    for edge in edges(account):
        edits: list[Edit] = []
        for step in edge.steps:
            assert step.request is not None
            decision = decide(laid_over(snapshot, edits), step.request)
            assert decision.word == {"allowed": "allowed", "unknown": "conditional"}[step.decision]
            assert all(decision.cites(reference) for reference in step.matched)
            edits += [] if step.edit is None else [step.edit]


CARRIED = [way for way in WAYS if any(one.type in CARRIERS and one.role for one in way.bind.values())]


@every_row("way", CARRIED, ids=lambda way: way.id)
def test_ep41_without_an_export_of_what_runs_a_way_is_possible(way: Way) -> None:
    (edge,) = edges(without(Smallest(way, way.actor[0]), not_exported="carrier"))
    assert edge.verdict == "possible"
    assert any(need.fact == "carrier" for need in edge.needs)


def test_ep24_a_row_of_an_action_that_aws_no_longer_has_is_inactive() -> None:
    ways = catalogue()
    gone = msgspec.structs.replace(
        ways.ways[1], steps=(msgspec.structs.replace(ways.ways[1].steps[0], ask="iam:Gone"),)
    )
    account = Smallest(ways.ways[1], "role")
    found = find_paths(account.snapshot(), PathQuestion(), ways=msgspec.structs.replace(ways, ways=(gone,)))
    assert found.inactive == (gone.id,)
    assert found.paths == ()
