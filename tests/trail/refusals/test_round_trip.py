"""What iamtui writes in AWS's shape, read back, is explained: on random requests of every kind (AT25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import assume, given

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.comparing import check_rows, compare_evaluation, compare_refusal
from iamtui.analysis.denials.facts import facts_of_decision
from iamtui.analysis.denials.given_documents import given_policies
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies
from iamtui.evaluation.known_keys import known_keys_of_policies
from iamtui.policy.keys import KeyValue
from iamtui.reports.authorization_details import as_authorization_details
from iamtui.trail.refusals import parse_message
from iamtui.trail.refusals.details import AuthorizationDetails, Effect
from iamtui.trail.refusals.own_details import details_of
from iamtui.trail.refusals.reading_details import read_details
from iamtui.trail.refusals.requests import request_of_evaluation
from tests.evaluation.building import case_policies, request
from tests.reference.strategies import scenario_cases
from tests.tables import every_row

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)


@given(scenario_cases())
def test_our_own_account_read_back_is_explained(case: dict[str, Any]) -> None:
    policies = case_policies(case["policies"])
    asked = replace(request(case["request"]), at=AT)
    decision = decide_policies(policies, asked)
    assert decision.outcome is not None
    written = as_authorization_details(details_of([(decision, known_keys_of_policies(policies, asked))]))
    details = read_details([orjson.loads(written)])
    assert details.unknown == ()
    (evaluation,) = details.evaluations
    stated, notes = request_of_evaluation(details, evaluation)
    assert notes == ()
    assert stated.principal == asked.principal
    again = decide_policies(policies, stated)
    assert again.outcome == decision.outcome
    assert compare_evaluation(evaluation, again) is Agreement.AGREES
    assert not any(row.differs for row in check_rows(evaluation, again))
    _as_aws_has_it(details)


def _as_aws_has_it(details: AuthorizationDetails) -> None:
    """The rules of AWS's shape (AT5)."""
    uris = {policy.uri for policy in details.policies}
    for evaluation in details.evaluations:
        for check in evaluation.checks or ():
            assert {matched.uri for matched in check.matched} <= uris
        effects = [check.effect for check in evaluation.checks or ()]
        if evaluation.checks is None:
            continue
        if evaluation.effect == Effect.EXPLICIT_DENY:
            assert Effect.EXPLICIT_DENY in effects
        elif evaluation.effect == Effect.IMPLICIT_DENY:
            assert Effect.IMPLICIT_DENY in effects
            assert Effect.EXPLICIT_DENY not in effects
        else:
            assert set(effects) <= {Effect.ALLOW, Effect.NO_IMPACT}


@given(scenario_cases())
def test_the_sentence_that_we_say_aws_would_answer_is_read_as_our_decision(case: dict[str, Any]) -> None:
    decision = decide_policies(case_policies(case["policies"]), request(case["request"]))
    assume(decision.aws_message is not None)
    refusal = parse_message(str(decision.aws_message))
    assert refusal.action == decision.request.action
    assert refusal.notes == ()
    assert compare_refusal(refusal, facts_of_decision(decision)) is Agreement.AGREES


@given(scenario_cases())
def test_the_documents_that_an_account_comes_with_decide_as_the_account_says(case: dict[str, Any]) -> None:
    """AT7: without an export the request, its context and its policies are all taken from the account."""
    policies = case_policies(case["policies"])
    asked = replace(request(case["request"]), at=AT)
    decision = decide_policies(policies, asked)
    details = details_of([(decision, known_keys_of_policies(policies, asked))])
    (evaluation,) = details.evaluations
    assume(evaluation.checks is not None)
    stated, _ = request_of_evaluation(details, evaluation)
    again = decide_policies(given_policies(details, evaluation), stated)
    assert again.outcome == decision.outcome
    assert compare_evaluation(evaluation, again) is Agreement.AGREES


SESSION, ROLE, USER = (
    f"arn:aws:{rest}"
    for rest in ("sts::111122223333:assumed-role/app/s1", "iam::111122223333:role/app", "iam::111122223333:user/ana")
)
_ID, _ARN = {"aws:userid": "AROA1:s1"}, {"aws:PrincipalArn": "arn:aws:iam::1:role/x/app"}


@every_row(
    ("principal", "known", "written"),
    [
        (SESSION, {}, {"aws:PrincipalARN": SESSION}),
        (SESSION, _ARN, {"aws:PrincipalARN": SESSION}),
        (SESSION, _ID, {"aws:UserId": "AROA1:s1"}),
        (SESSION, _ID | _ARN, {"aws:UserId": "AROA1:s1", "aws:PrincipalARN": _ARN["aws:PrincipalArn"]}),
        (USER, {}, {"aws:PrincipalARN": USER}),
        (USER, _ID, {"aws:UserId": "AROA1:s1", "aws:PrincipalARN": USER}),
        (ROLE, _ARN, {"aws:PrincipalARN": _ARN["aws:PrincipalArn"]}),
        ("s3.amazonaws.com", {}, {}),
    ],
)
def test_at8_a_caller_whom_no_key_tells_is_named_by_its_own_arn(
    principal: str, known: dict[str, str], written: dict[str, str]
) -> None:
    asked = request({"principal": principal, "action": "s3:ListAllMyBuckets"})
    decision = decide_policies(GivenPolicies(), asked)
    keys = {key: KeyValue.of(value) for key, value in known.items()}

    assert details_of([(decision, keys)]).context == written
