"""Law: around every way all is found that is found for each alone, and each step is decided as told (section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.walks.filters import Among
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.evaluation.decide import decide
from iamtui.snapshot.model import Snapshot
from tests.analysis.paths.test_brute_force import tried_in_full
from tests.analysis.paths.test_laws import Anybody, NoFilters
from tests.analysis.paths.test_witnesses import SESSION, pictures
from tests.analysis.paths.worlds import World
from tests.tables import every_row

AT = datetime(2026, 11, 30, tzinfo=UTC)
_OF_DECISION = {"allowed": "proven", "conditional": "conditional", "unknown": "possible"}


class _InTheAccount(Anybody):
    """Lets everybody be an end of the account of who takes the way: what crosses accounts has a trust (EP17)."""

    def of(self, holding: Holding, those: int, spared: int = 0) -> int:
        found = super().of(holding, those, spared)
        return found if self._way.id == "sts-001" else found & self.filters.places.held_by(holding.account.account_id)


class _FewFilters(NoFilters):
    def among(self, way: Way) -> Among:
        return _InTheAccount(self, way)


def _edges(found: Paths) -> list[tuple[str, ...]]:
    return sorted((*edge.key, edge.verdict, edge.outcome) for edge in found.edges)


def _told(found: Paths) -> Iterator[Edge]:
    """The edges from inside; in the console steps are asked otherwise (EP21)."""
    return (edge for edge in found.edges if edge.way.kind != "trust" and not edge.in_console)


def _check_steps(snapshot: Snapshot, edge: Edge) -> None:
    """Ask every step of an edge again, and compare how sure they are with how sure it is."""
    for step, picture in pictures(snapshot, edge):
        assert step.request is not None
        depends = [key for key, when in step.conditions if when != SESSION]
        is_by_session = step.decision == "conditional" and not depends
        decision = decide(picture, step.request)
        told = {"allowed"} if is_by_session else {"conditional" if step.decision == "unknown" else step.decision}
        if is_by_session and not decision.unknown_keys:
            told.add("conditional")  # the session turns it, and beside that what no single key does
        assert decision.word in told, (edge.key, step)
    told_of = [_OF_DECISION[step.decision] for step in edge.steps] + ["possible" for _ in edge.needs]
    told_of += ["conditional" for _ in edge.conditions]
    assert edge.verdict == max(told_of, key=SURENESS.index), edge.key


def check(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Around a few ways."""
    world = World.of(seed)
    snapshot = world.snapshot()
    ways = tuple(dict.fromkeys(way.id for way in world.ways))
    question = PathQuestion(most_ends=None, most_paths=None, outcome="data", ways=ways, at=AT)
    found = find_paths(snapshot, question)
    assert _edges(found) == _edges(tried_in_full(snapshot, monkeypatch, question, _FewFilters))
    for edge in _told(found):
        _check_steps(snapshot, edge)


@every_row("seed", (1, 29, 42, 84, 116, 1134, 10331, 31723, 50717, 51628, 70136))
def test_law_around_some_ways_all_are_found_and_decided_as_told(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check(seed, monkeypatch)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(10_000, 10_600))
def test_law_around_every_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check(seed, monkeypatch)
