"""Who can, against `decide` for every principal (WC2), and what it says beside the labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from iamtui.analysis.queries.deciding import only_ways, ways
from iamtui.analysis.queries.deciding.answers import Answer
from iamtui.analysis.queries.everybody import row_ways
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import Row
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision, Verdict
from tests.analysis.queries.worlds import World, crowded_world, random_world

AT = datetime(2026, 1, 1, tzinfo=UTC)


def label(decision: Decision) -> str:
    """The label of a decision (WC1)."""
    if decision.outcome is not None and decision.outcome.verdict is Verdict.ALLOWED:
        return "allowed"
    return "denied" if decision.is_denied else "conditional"


def question_of(world: World) -> Question:
    """The request of a world, asked of everybody."""
    request = world.request
    return Question(
        actions=(request.action,),
        resources=(request.resource,),
        context=request.context,
        resource_account=request.resource_account,
        unstated=request.unstated,
        at=AT,
    )


def disagreement(world: World) -> str | None:
    """What `who_can` says otherwise than `decide` does of any principal, if anything."""
    request = replace(world.request, at=AT)
    question = replace(question_of(world), show_denied=True)
    holders = Holders(world.snapshot)
    answer = Rows(holders, question).answer()
    rows = {row.arn: row for row in answer.principals if not row.outside}
    if set(rows) != {holder.arn for holder in holders.all}:
        return "somebody is left out"
    denied: dict[str, int] = {}
    for arn, row in rows.items():
        decision = decide(world.snapshot, replace(request, principal=arn))
        if not _sessions_differ(row) and (problem := _difference(row, decision)) is not None:
            return f"{arn}: {problem}"
        if row.decision == "denied" and row.kind != "root":
            denied[decision.best.decided_by.value] = denied.get(decision.best.decided_by.value, 0) + 1
    return None if denied == dict(answer.denied) else f"{answer.denied} are denied, {denied} expected"


def _sessions_differ(row: Row) -> bool:
    return any(condition.key == "sts:RoleSessionName" for condition in row.conditions)


def _difference(row: Row, decision: Decision) -> str | None:
    if row.decision != label(decision):
        return f"{row.decision}, {label(decision)} expected"
    decided_by = None if decision.outcome is None else decision.outcome.decided_by.value
    if row.decided_by != decided_by:
        return f"decided by {row.decided_by}, {decided_by} expected"
    keys = {key.key for key in decision.unknown_keys} if row.decision == "conditional" else set()
    if {condition.key for condition in row.conditions} != keys:
        return f"depends on {row.conditions}, {keys} expected"
    if row.decision == "conditional" and row.unknown_data != decision.unknown_data:
        return f"depends on {row.unknown_data}, {decision.unknown_data} expected"
    if row.statement is not None and row.statement not in decision.matched:
        return f"denied by {row.statement}, {decision.matched} expected"
    return None


def check(seed: int, count: int) -> None:
    """Compare on so many random worlds."""
    for number in range(seed, seed + count):
        make = random_world if number % 2 else crowded_world
        problem = disagreement(make(Random(number)))  # noqa: S311 - test data, not secrets
        assert problem is None, f"world {number}: {problem}"


def test_who_can_is_what_decide_says_of_everybody() -> None:
    check(20_261_129, 60)


def decided_anew(_: only_ways.OnlyWays, answer: Answer, __: object, grant: ways.Grant) -> bool:
    """Whether nothing is left without a grant, decided for this very holder, with nothing kept."""
    return answer.situation is None or only_ways._denied_without(answer, answer.situation, grant)


def each_decided_anew(
    only: only_ways.OnlyWays, answer: Answer, _: object, allows: Callable[[], Iterable[ways.Grant]]
) -> only_ways.Resting:
    """The same for all that an answer rests on."""
    grants = list(allows())
    resting = ways.resting_on(answer, grants)
    found = [(grants.index(one), decided_anew(only, answer, grants, one)) for one in resting]
    return only_ways.Resting(found, is_shared=False)


def test_only_ways_are_what_deciding_without_each_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """WC14: what is shared between holders is what each would be told alone."""
    seeds = (*range(20_261_129, 20_261_159), 6, 13, 56, 83, 115, 117, 202)  # of these some told one another's
    worlds = [random_world(Random(number)) for number in seeds]  # noqa: S311 - test data, not secrets
    worlds += [crowded_world(Random(number)) for number in (16752, 20_261_201)]  # noqa: S311 - of one a session is named
    asked = [(Holders(world.snapshot), question_of(world)) for world in worlds]
    found = [Rows(*one).answer().ways for one in asked]
    monkeypatch.setattr(only_ways.OnlyWays, "denied_without", decided_anew)
    monkeypatch.setattr(only_ways.OnlyWays, "of_each", each_decided_anew)
    monkeypatch.setattr(row_ways.Ways, "is_only_own", lambda *_: False)  # then each holder's policies are looked at
    assert found == [Rows(*one).answer().ways for one in asked]
    assert sum(way.only_way_of for each in found for way in each) > len(worlds)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(1_000_000, 2_000_000, 50_000))
def test_who_can_is_what_decide_says_of_everybody_at_length(seed: int) -> None:
    check(seed, 200)
