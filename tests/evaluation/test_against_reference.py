"""The product against the slow, literal evaluator: two readings of one specification must agree on random cases."""

from __future__ import annotations

from typing import Any

import pytest

from iamtui.evaluation.decide import decide_policies, judge_policies
from tests.evaluation.building import case_policies, request
from tests.reference.evaluator import index_references, reference_decide
from tests.reference.strategies import cases_from_seed


def disagreement(case: dict[str, Any]) -> str | None:
    expected = reference_decide(case)
    policies, asked = case_policies(case["policies"]), request(case["request"])
    decision = decide_policies(policies, asked)
    if decision.outcome is None:
        return "the product does not decide"
    if judge_policies(policies, asked)[:2] != (decision.outcome, decision.outcome):
        return "judge and decide differ"
    got = {
        "decision": decision.outcome.verdict.value,
        "decided_by": decision.outcome.decided_by.value,
        "missing_context": {key.lower() for key in decision.missing_context},
    }
    wanted = {
        "decision": expected["decision"],
        "decided_by": expected["decided_by"],
        "missing_context": {key.lower() for key in expected["missing_context"]},
    }
    if got != wanted:
        return f"got {got}, the reference has {wanted}"
    built_in = ("account-root#", "built-in#", "RCPFullAWSAccess#")
    cited = {reference for reference in decision.matched if not reference.startswith(built_in)}
    matched = index_references(case, sorted(cited))
    return None if matched == expected["matched"] else f"{matched} are matched, {expected['matched']} expected"


def check(seed: int, count: int) -> None:
    for case in cases_from_seed(seed, count):
        problem = disagreement(case)
        assert problem is None, f"{problem}\n{case}"


def test_the_product_agrees_with_the_reference() -> None:
    check(seed=20_261_123, count=2_000)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(1_000, 1_000_000, 50_000))
def test_the_product_agrees_with_the_reference_at_length(seed: int) -> None:
    check(seed, count=5_000)
