"""Edges are told when somebody wants to see them, one after another, and let go of (EP58)."""

from __future__ import annotations

import gc
import json
import weakref

import pytest

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.answer import teller
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.ways_on import FoundPaths
from iamtui.analysis.paths.ends import edges as ends
from iamtui.analysis.paths.ends.reaching import Reaching
from iamtui.analysis.paths.searching import search
from iamtui.analysis.paths.searching.joining import Joining
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.files import collector
from iamtui.reports.paths.data import paths_as_json
from tests.analysis.paths.accounts import allow
from tests.analysis.paths.test_administrators import HOME, account, user

_PATTERNS = {"by-name": "boss", "by-pattern": "bos*", "by-letter": "bos?"}


def test_ep58_json_of_everybody_holds_a_few_told_edges_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teller, "_MOST_KEPT", 3)
    starts = [user(f"n{place}", allow("iam:CreateAccessKey", f"{HOME}:user/boss")) for place in range(8)]
    found = find_paths(account(user("boss", allow("*")), *starts), PathQuestion(ways=("iam-002",)))
    memory = found.edges[0].teller.memory
    parts: list[bytes] = []
    held: list[tuple[int, int]] = []
    for part in paths_as_json(found):
        parts.append(part)
        held.append((len(memory.lately), len(memory.briefs)))
    assert [told for told, _ in held].count(0) > 1  # what stands before the edges is written before any is told
    assert max(kept for kept, _ in held) == 3
    assert held[-1][1] == len(found.edges) == 8
    written = json.loads(b"".join(parts))
    assert [len(edge["steps"]) for edge in written["edges"]] == [len(edge.steps) for edge in found.edges] == [1] * 8
    assert len({edge.steps[0].principal for edge in found.edges}) == 8


def test_ep58_the_collector_is_off_meanwhile_and_an_answer_that_nobody_holds_dies_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collector, "_MANY_OF_A_QUESTION", 0)  # as after a search among thousands
    made: list[weakref.ref[Likeness]] = []

    class Watched(Likeness):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            made.append(weakref.ref(self))

    was_on: list[bool] = []
    snapshot = account(user("boss", allow("*")), user("starts", allow("iam:CreateAccessKey")))
    out_of_sight = gc.get_freeze_count()
    found = find_paths(
        snapshot, PathQuestion(), likeness=Watched, early=lambda administrators: was_on.append(gc.isenabled())
    )
    assert found.paths
    assert was_on == [False]
    assert gc.get_freeze_count() > out_of_sight  # else all would be looked through at once, which holds every thread
    assert all(edge.steps for edge in found.edges)
    gc.disable()  # it dies as soon as nobody holds it, also where the collector does not see it
    try:
        del found
        assert [one() for one in made] == [None]
    finally:
        gc.enable()


def test_ep58_of_many_what_edges_were_found_with_is_gone_before_they_are_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[weakref.ref[Reaching]] = []
    left: list[Reaching] = []

    class Watched(Reaching):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            made.append(weakref.ref(self))

    class Watching(Joining):
        def joined(self, edges: list[Edge]) -> tuple[list[Edge], FoundPaths]:
            left.extend(one for ref in made if (one := ref()) is not None)
            return super().joined(edges)

    monkeypatch.setattr(ends, "Reaching", Watched)
    monkeypatch.setattr(search, "Joining", Watching)
    monkeypatch.setattr(search, "MOST_SOURCES", 0)  # as among thousands
    starts = [user(name, allow("iam:CreateAccessKey", f"{HOME}:user/{pattern}")) for name, pattern in _PATTERNS.items()]
    found = find_paths(account(user("boss", allow("*")), *starts), PathQuestion(ways=("iam-002",)))
    assert made
    assert left == []
    assert {edge.steps[0].principal for edge in found.edges} == {f"{HOME}:user/{name}" for name in _PATTERNS}
    assert len(found.graph.reaches) == 1  # they are not alike, and reach the same
