"""Spoiled documents: neither the parser, the evaluator nor lint may crash or hang on what they are given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies, judge_policies
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.policy.document import Document
from iamtui.policy.lint import lint
from iamtui.policy.parsing import parse_policy
from iamtui.policy.positions import Positions
from iamtui.policy.statement import InvalidDocument, PolicyDocument, PolicyKind
from tests.reference.mutations import hostile_documents, mutate_bytes, mutate_document
from tests.reference.strategies import HOME, USER, Scene, random_document, scenes
from tests.tables import every_row

KINDS = list(PolicyKind)


def spoiled(seed: int, count: int) -> Iterator[tuple[bytes, Scene]]:
    """Random documents, each spoiled in its structure or its text, with what a request would ask of it."""
    rng = Random(seed)  # noqa: S311 - test data
    places = scenes(HOME)
    for _ in range(count):
        scene = rng.choice(places)
        document = random_document(rng, rng.choice(["identity", "resource", "trust", "scps"]), scene, USER)
        if rng.random() < 0.6:
            document = mutate_document(rng, document)
        data = json.dumps(document).encode()
        yield (mutate_bytes(rng, data) if rng.random() < 0.5 else data), scene


def check_reading(data: bytes) -> Document:
    """Parse, and lint as one kind."""
    policy = parse_policy(data)
    if isinstance(policy, InvalidDocument):
        assert 0 < len(str(policy)) < 1_000
    document = Document(data)
    for finding in lint(document, KINDS[len(data) % len(KINDS)]):
        assert finding.message
    return document


def check_deciding(document: Document, request: Request) -> None:
    """Decide with the document where it may grant and where it may limit."""
    policy = document.policy
    named = NamedPolicy("spoiled", document)
    identity = GivenPolicies(identity=(named,))
    decision = decide_policies(identity, request)
    if isinstance(policy, InvalidDocument):
        assert decision.is_conditional
        assert decision.unknown_data
    best, worst, _ = judge_policies(identity, request)
    assert decision.is_conditional or decision.outcome in (best, worst)
    limited = GivenPolicies(permissions_boundary=(named,), session=(named,), resource=named, vpc_endpoint=(named,))
    decide_policies(limited, request)


def check_many(seed: int, count: int) -> None:
    for data, scene in spoiled(seed, count):
        unstated = Unstated.UNKNOWN if len(data) % 2 else Unstated.ABSENT
        try:
            check_deciding(check_reading(data), Request(USER, scene.action, scene.resource, unstated=unstated))
        except Exception as error:
            raise AssertionError(f"{error!r} on {data!r} asked for {scene.action}") from error


def test_spoiled_documents_give_a_decision_and_findings() -> None:
    check_many(seed=11, count=500)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(100, 120))
def test_spoiled_documents_give_a_decision_and_findings_at_length(seed: int) -> None:
    check_many(seed, count=5_000)


@every_row("name, data", hostile_documents)
def test_hostile_documents_give_a_decision_and_findings(name: str, data: bytes) -> None:
    document = check_reading(data)
    for unstated in Unstated:
        check_deciding(document, Request(USER, "s3:GetObject", "arn:aws:s3:::aaa/b", unstated=unstated))
    Positions(data.decode("utf-8", "replace"))


def test_spoiling_spoils_some_documents_and_not_all() -> None:
    """Else the tests above would test little."""
    policies = [parse_policy(data) for data, _ in spoiled(seed=3, count=300)]
    readable = [policy for policy in policies if isinstance(policy, PolicyDocument)]
    invalid = [statement for policy in readable for statement in policy.statements if statement.invalid]
    assert len(policies) > len(readable) > 50
    assert len(invalid) > 20
