"""The random cases are worth comparing: every verdict and every layer occurs often enough."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, settings

from tests.reference.evaluator import reference_decide
from tests.reference.mutations import hostile_documents, mutate_bytes, mutate_document
from tests.reference.strategies import cases_from_seed, random_case, scenario_cases


@cache
def cases() -> list[dict[str, Any]]:
    return [random_case(Random(seed)) for seed in range(2_000)]  # noqa: S311 - test data


@cache
def decisions() -> list[dict[str, Any]]:
    return [reference_decide(case) for case in cases()]


def test_random_cases_mix_the_three_decisions() -> None:
    share = Counter(decision["decision"] for decision in decisions())
    assert 25 <= share["allowed"] * 100 / len(cases()) <= 40
    assert 18 <= share["explicitDeny"] * 100 / len(cases()) <= 30


def test_random_cases_end_in_every_layer() -> None:
    found = {(decision["decision"], decision["decided_by"]) for decision in decisions()}
    layers = ("rcp", "scp", "vpc_endpoint", "resource", "trust", "identity", "permissions_boundary", "session")
    assert {("explicitDeny", layer) for layer in layers} <= found
    assert {("implicitDeny", layer) for layer in (*layers[1:], "none")} <= found
    assert {("allowed", layer) for layer in ("identity", "resource", "trust")} <= found
    assert ("explicitDeny", "s3_block_public_access") in found


def test_a_seed_gives_the_same_cases_again() -> None:
    assert list(cases_from_seed(7, 40)) == list(cases_from_seed(7, 40))


@settings(max_examples=50, deadline=None)
@given(scenario_cases())
def test_a_random_case_survives_a_file(case: dict[str, object]) -> None:
    assert reference_decide(json.loads(json.dumps(case))) == reference_decide(case)


def test_mutations_spoil_documents_and_leave_the_original_alone() -> None:
    rng = Random(3)  # noqa: S311 - test data
    documents = [policy["document"] for case in cases()[:200] for policy in case["policies"].get("identity", [])]
    before = json.dumps(documents)
    spoiled = [mutate_document(rng, document) for document in documents]
    assert json.dumps(documents) == before
    assert sum(old != new for old, new in zip(documents, spoiled, strict=True)) > len(documents) * 0.9
    assert len({mutate_bytes(rng, before.encode()) for _ in range(100)}) > 90


def test_hostile_documents_have_names_of_their_own() -> None:
    names = [name for name, _ in hostile_documents()]
    assert len(names) == len(set(names))
