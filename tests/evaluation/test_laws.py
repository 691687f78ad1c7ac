"""Laws that hold for every request and every set of policies, whatever they say."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iamtui.evaluation.decide import decide_policies, judge_policies
from iamtui.evaluation.decision import Decision, LayerTrace, Outcome, StatementTrace, Verdict
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth
from tests.evaluation.building import case_policies, request
from tests.reference.strategies import random_case, scenario_cases

Case = dict[str, Any]
FAVOUR = {Verdict.EXPLICIT_DENY: 0, Verdict.IMPLICIT_DENY: 1, Verdict.ALLOWED: 2}
FILTERS = ("permissions_boundary", "session", "vpc_endpoint")
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def outcome(case: Case) -> Outcome:
    best, worst, _ = judge_policies(case_policies(case["policies"]), request(case["request"]))
    assert best == worst
    return best


def documents(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document of a case with the kind of layer it is in."""
    policies = case["policies"]
    for kind in ("identity", *FILTERS):
        for named in policies.get(kind) or ():
            yield kind, named["document"]
    for kind in ("scps", "rcps"):
        for level in policies.get(kind) or ():
            for named in level["policies"]:
                yield kind, named["document"]
    if policies.get("resource") is not None:
        yield "resource", policies["resource"]


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    listed = document["Statement"]
    return listed if isinstance(listed, list) else [listed]


@given(scenario_cases(), st.randoms(use_true_random=False))
def test_a_deny_never_turns_a_decision_towards_allow(case: Case, rng: Random) -> None:
    before = outcome(case)
    kind, document = rng.choice(list(documents(case)) or [("none", {"Statement": []})])
    assume(kind != "none")
    added: dict[str, Any] = {"Effect": "Deny", "Action": rng.choice(["*", case["request"]["action"]]), "Resource": "*"}
    if kind in ("resource", "rcps", "vpc_endpoint"):
        added["Principal"] = "*"
    document["Statement"] = [*statements(document), added]
    assert FAVOUR[outcome(case).verdict] <= FAVOUR[before.verdict]


@given(scenario_cases(), st.sampled_from([*FILTERS, "scps"]))
def test_an_allow_in_a_filter_layer_never_removes_access(case: Case, layer: str) -> None:
    given_layer = case["policies"].setdefault(layer, [{"target": "r", "policies": []}] if layer == "scps" else [])
    before = outcome(case)
    allow = {**EVERYTHING, "Principal": "*"} if layer == "vpc_endpoint" else EVERYTHING
    added = {"name": "added", "document": {"Version": "2012-10-17", "Statement": [allow]}}
    for level in given_layer if layer == "scps" else [{"policies": given_layer}]:
        level["policies"].append(added)
    assert outcome(case).verdict is Verdict.ALLOWED or before.verdict is not Verdict.ALLOWED


@given(scenario_cases(), st.randoms(use_true_random=False))
def test_the_order_of_statements_policies_and_list_members_does_not_matter(case: Case, rng: Random) -> None:
    before = outcome(case)
    for _, document in documents(case):
        listed = statements(document)
        rng.shuffle(listed)
        document["Statement"] = listed
        for statement in listed:
            for member in statement.values():
                if isinstance(member, list):
                    rng.shuffle(member)
    for kind in ("identity", *FILTERS):
        if case["policies"].get(kind):
            rng.shuffle(case["policies"][kind])
    assert outcome(case) == before


@given(scenario_cases())
def test_splitting_a_statement_into_one_for_each_action_does_not_matter(case: Case) -> None:
    before = outcome(case)
    for _, document in documents(case):
        document["Statement"] = [
            {**statement, "Action": action}
            for statement in statements(document)
            for action in (statement["Action"] if isinstance(statement.get("Action"), list) else [None])
            if action is not None
        ] + [statement for statement in statements(document) if not isinstance(statement.get("Action"), list)]
    assert outcome(case) == before


KEYS = ("aws:PrincipalTag/team", "aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:username", "aws:PrincipalOrgID")
COMPLETIONS: dict[str, tuple[str, ...]] = {
    "aws:PrincipalTag/team": ("red", "blue", "alice", ""),
    "aws:SourceIp": ("203.0.113.7", "198.51.100.9", "2001:db8::1"),
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:username": ("alice", "bob"),
    "aws:PrincipalOrgID": ("o-1", "o-2"),
}


@given(scenario_cases(), st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
def test_best_and_worst_bound_every_completion_of_the_unknown_keys(case: Case, unknown: list[str]) -> None:
    policies = case_policies(case["policies"])
    case["request"].setdefault("context", {})
    case["request"]["context"] = {
        key: value for key, value in case["request"]["context"].items() if key not in unknown
    } | dict.fromkeys(unknown, UNKNOWN)
    decision = decide_policies(policies, request(case["request"]))
    least, most = FAVOUR[decision.worst.verdict], FAVOUR[decision.best.verdict]
    if least > most:  # both deny: Block Public Access denies explicitly what the better one grants (S10)
        assert case["policies"].get("s3_block_public_access")
        assert decision.worst.verdict is Verdict.IMPLICIT_DENY
        least, most = most, least
    choices: list[list[KeyValue]] = [[ABSENT, *(KeyValue.of(text) for text in COMPLETIONS[key])] for key in unknown]
    for states in product(*choices):
        completed = copy.deepcopy(case["request"])
        completed["context"] |= dict(zip(unknown, states, strict=True))
        best, worst, _ = judge_policies(policies, request(completed))
        assert best == worst
        assert least <= FAVOUR[best.verdict] <= most


@given(scenario_cases())
def test_unknown_keys_that_no_policy_asks_for_do_not_matter(case: Case) -> None:
    asked = request({**case["request"], "context": {**case["request"].get("context", {}), "aws:referer": UNKNOWN}})
    decision = decide_policies(case_policies(case["policies"]), asked)
    assert decision.outcome == outcome(case)


def decision_of(case: Case, unstated: Unstated) -> Decision:
    return decide_policies(case_policies(case["policies"]), request(case["request"], unstated))


def read_off(statements_of: Callable[[LayerTrace], Iterator[StatementTrace]], decision: Decision) -> set[str]:
    """What a trace says by its statements alone: which layers deny, and which hold a matching Allow."""
    said = set()
    for layer in decision.layers:
        for statement in statements_of(layer):
            if statement.truth is Truth.TRUE:
                said.add(f"{layer.layer}:{statement.effect}")
    return said


def every_statement(layer: LayerTrace) -> Iterator[StatementTrace]:
    for policy in layer.policies:
        yield from policy.statements


@given(scenario_cases())
def test_the_trace_read_alone_yields_the_decision(case: Case) -> None:
    """An explicit deny has its statement in the layer that decided, an allow its grant, and every element agrees."""
    decision = decision_of(case, Unstated.ABSENT)
    assert decision.outcome is not None
    for layer in decision.layers:
        for statement in every_statement(layer):
            if statement.elements and statement.ignored is None:
                assert statement.truth is min(element.truth for element in statement.elements)
    said = read_off(every_statement, decision)
    denying = {entry for entry in said if entry.endswith(Effect.DENY)}
    verdict, decided_by = decision.outcome.verdict, decision.outcome.decided_by
    without_policies = decision.layers[0].layer == "pre_check"
    if verdict is Verdict.EXPLICIT_DENY and decided_by != "s3_block_public_access":
        assert f"{decided_by}:Deny" in said
    elif not without_policies:
        root_keeps_bucket_policy = case["request"]["action"].lower().endswith("bucketpolicy")
        assert not denying or root_keeps_bucket_policy
        assert verdict is not Verdict.ALLOWED or f"{decided_by}:Allow" in said


@pytest.mark.fuzz
def test_best_and_worst_bound_completions_at_length() -> None:
    rng = Random(7)  # noqa: S311 - test data
    for _ in range(20_000):
        case = random_case(rng)
        unknown = rng.sample(KEYS, 2)
        test_best_and_worst_bound_every_completion_of_the_unknown_keys.hypothesis.inner_test(case, unknown)  # type: ignore[attr-defined]
