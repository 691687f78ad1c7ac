"""One table of scenarios through every way to decide: each way says of each case what `decide` says.

What the files expect is held by `tests/cli/test_check.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.queries.can import CanQuestion, can
from iamtui.analysis.queries.holders import Holders
from iamtui.analysis.queries.questions import Question, QuestionError
from iamtui.analysis.queries.rows import Rows
from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.running import load_scenarios
from iamtui.evaluation.decide import (
    decide,
    decide_policies,
    judge,
    judge_policies,
    prepare_for,
    prepare_given,
    settle_question,
)
from iamtui.evaluation.decision import Decision, Outcome, Verdict
from iamtui.evaluation.request.request import Request, RequestError

ROOT = Path(__file__).parents[3]
FILES = [
    *sorted((ROOT / "tests" / "scenarios").glob("*.json")),
    *sorted((ROOT / "samples" / "scenarios").glob("*.json")),
]
WITH_POLICIES = [path for path in FILES if b'"policies"' in path.read_bytes()]
AGAINST_EXPORTS = [path for path in FILES if b'"snapshot"' in path.read_bytes()]
AT = datetime(2026, 11, 23, 14, tzinfo=UTC)
EXTENTS = {"everywhere": "allowed", "conditional": "conditional", None: "denied"}
"""What `can` says of one resource, in the words of a label."""


def word(decision: Decision) -> str:
    """The label of a decision."""
    if decision.outcome is not None and decision.outcome.verdict is Verdict.ALLOWED:
        return "allowed"
    return "denied" if decision.is_denied else "conditional"


def label(best: Outcome, worst: Outcome) -> str:
    """The label of what may come of a request."""
    if worst.verdict is Verdict.ALLOWED:
        return "allowed"
    return "conditional" if best.verdict is Verdict.ALLOWED else "denied"


def by_judging(holders: Holders, request: Request) -> str:
    """The bounds without a trace."""
    best, worst, *_ = judge(holders.snapshot, request)
    return label(best, worst)


def by_settling(holders: Holders, request: Request) -> str:
    """The best and the worst outcome alone, as questions over everybody ask."""
    settled = settle_question(prepare_for(holders.snapshot, request))
    return label(settled.best, settled.worst)


def by_who_can(holders: Holders, request: Request) -> str | None:
    """The principal's row of the answer to who can; a session has none."""
    if request.principal not in holders.places:
        return None
    question = Question(
        actions=(request.action,),
        resources=(request.resource,),
        context=request.context,
        resource_account=request.resource_account,
        unstated=request.unstated,
        at=AT,
        show_denied=True,
    )
    rows = Rows(holders, question).answer().principals
    return next(row.decision for row in rows if row.arn == request.principal)


def by_what_one_can(holders: Holders, request: Request) -> str | None:
    """What the principal can do on the resource; whose that is cannot be said there."""
    if request.resource_account is not None:
        return None
    question = CanQuestion(
        principal=request.principal,
        actions=(request.action,),
        resource=None if request.resource == "*" else request.resource,
        context=request.context,
        unstated=request.unstated,
        at=AT,
    )
    told = [one for actions in can(holders.snapshot, question).services.values() for one in actions]
    return EXTENTS[told[0].extent if told else None]


WAYS: dict[str, Callable[[Holders, Request], str | None]] = {
    "judge": by_judging,
    "settle": by_settling,
    "who can": by_who_can,
    "can": by_what_one_can,
}


def requests_against(path: Path) -> Iterator[tuple[str, Holders, Request]]:
    """The cases of a file that ask an export, with their names and the principals of that export."""
    run = load_scenarios([path], at=AT)
    for file in run.files:
        if file.snapshot is None:
            continue
        holders = Holders(run.snapshots[file.snapshot.resolve()])
        for case in file.cases:
            if isinstance(case, Case) and case.policies is None:
                yield case.name, holders, replace(case.request, at=AT)


@pytest.mark.parametrize("path", AGAINST_EXPORTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_says_of_a_case_what_is_decided(way: str, path: Path) -> None:
    compared = 0
    for name, holders, request in requests_against(path):
        if request.session_policies is not None and way in ("who can", "can"):  # questions carry none
            continue
        try:
            got = WAYS[way](holders, request)
        except QuestionError:  # the case is about an action that AWS does not list
            continue
        if got is not None:
            assert got == word(decide(holders.snapshot, request)), name
            compared += 1
    assert compared > 0


@pytest.mark.parametrize("path", WITH_POLICIES, ids=lambda path: path.stem)
def test_policies_without_an_export_are_judged_and_settled_as_decided(path: Path) -> None:
    compared = 0
    for file in load_scenarios([path]).files:
        for case in file.cases:
            if isinstance(case, Case) and case.policies is not None:
                request = replace(case.request, at=AT)
                try:
                    decision = decide_policies(case.policies, request)
                except RequestError:
                    continue
                settled = settle_question(prepare_given(case.policies, request))
                assert (settled.best, settled.worst) == (decision.best, decision.worst), case.name
                assert settled.unknown_keys == decision.unknown_keys, case.name
                assert judge_policies(case.policies, request)[:2] == (decision.best, decision.worst), case.name
                compared += 1
    assert compared > 0
