"""What is compared with AWS's word is the same with a trace and without one (J1: a replay settles without)."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.comparing import agrees_with, compare_refusal
from iamtui.analysis.denials.facts import facts_of_decision, facts_of_settled
from iamtui.evaluation.applicable.from_documents import FromDocuments
from iamtui.evaluation.decide import decide_policies, settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import prepare
from iamtui.evaluation.request.request import Unstated
from iamtui.trail.refusals import About, Refusal, Result
from tests.evaluation.building import case_policies, request
from tests.reference.strategies import scenario_cases

REFUSALS = [
    Refusal(result=result, layer=layer, about=About.POLICY) for result, layer in product(Result, [None, *Layer])
]


@given(scenario_cases())
def test_a_trace_and_what_is_settled_stand_alike_to_every_refusal(case: dict[str, Any]) -> None:
    policies = case_policies(case["policies"])
    for unstated in Unstated:
        asked = request(case["request"], unstated)
        question = prepare(asked, FromDocuments(policies))
        settled = settle_question(question)
        with_trace, without = facts_of_decision(decide_policies(policies, asked)), facts_of_settled(question, settled)
        assert without.outcome == with_trace.outcome
        assert without.is_denied is with_trace.is_denied
        assert set(without.out_of_scope) <= set(with_trace.out_of_scope)
        for refusal in REFUSALS:
            agreement = compare_refusal(refusal, with_trace)
            assert compare_refusal(refusal, without) is agreement
            if agrees_with(refusal, settled):
                assert agreement is Agreement.AGREES
