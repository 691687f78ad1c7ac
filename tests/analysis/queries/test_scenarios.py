"""The scenarios that all ways to decide share, run through the questions too: what is settled, and who can."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.queries.holders import Holders
from iamtui.analysis.queries.questions import Question, QuestionError
from iamtui.analysis.queries.rows import Rows
from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.running import load_scenarios
from iamtui.evaluation.decide import decide, decide_policies, prepare_given, settle_question
from iamtui.evaluation.decision import Decision, Verdict
from iamtui.evaluation.request.request import RequestError

ROOT = Path(__file__).parents[3]
FILES = [
    *sorted((ROOT / "tests" / "scenarios").glob("*.json")),
    *sorted((ROOT / "samples" / "scenarios").glob("*.json")),
]
WITH_POLICIES = [path for path in FILES if b'"policies"' in path.read_bytes()]
AGAINST_EXPORTS = [path for path in FILES if b'"snapshot"' in path.read_bytes()]
AT = datetime(2026, 11, 23, 14, tzinfo=UTC)


def word(decision: Decision) -> str:
    """The label of a decision."""
    if decision.outcome is not None and decision.outcome.verdict is Verdict.ALLOWED:
        return "allowed"
    return "denied" if decision.is_denied else "conditional"


@pytest.mark.parametrize("path", WITH_POLICIES, ids=lambda path: path.stem)
def test_what_is_settled_is_what_is_decided(path: Path) -> None:
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
                compared += 1
    assert compared > 0


@pytest.mark.parametrize("path", AGAINST_EXPORTS, ids=lambda path: path.stem)
def test_who_can_says_of_each_principal_what_its_case_says(path: Path) -> None:
    run = load_scenarios([path], at=AT)
    compared = 0
    for file in run.files:
        snapshot = None if file.snapshot is None else run.snapshots.get(file.snapshot.resolve())
        if snapshot is None:
            continue
        holders = Holders(snapshot)
        for case in file.cases:
            if not isinstance(case, Case) or case.policies is not None or case.request.session_policies is not None:
                continue
            request = replace(case.request, at=AT)
            if request.principal not in holders.places:
                continue
            question = Question(
                actions=(request.action,),
                resources=(request.resource,),
                context=request.context,
                resource_account=request.resource_account,
                unstated=request.unstated,
                at=AT,
                show_denied=True,
            )
            try:
                answer = Rows(holders, question).answer()
            except QuestionError:  # the case is about an action that AWS does not list
                continue
            row = next(row for row in answer.principals if row.arn == request.principal)
            assert row.decision == word(decide(snapshot, request)), case.name
            compared += 1
    assert compared > 0
