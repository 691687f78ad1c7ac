"""Laws of edges as witnesses on random accounts: each step is decided as told, and none is told in vain (section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.requests.overlay import overlaid
from iamtui.analysis.paths.requests.steps import StepTaken
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import ACTOR
from iamtui.analysis.requests.context import key_value
from iamtui.arn import Arn
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot
from tests.analysis.paths.accounts import document
from tests.analysis.paths.test_laws import random_account
from tests.tables import every_row

SEEDS = range(100, 104)
MANY = range(1000, 1150)
SESSION = "temporary credentials, from sts:GetSessionToken"
"""What a user needs who is asked once more as in a session: the request is then that of the session (EP11)."""
EVERYTHING = PathQuestion(most_ends=None, outcome="data")


def pictures(snapshot: Snapshot, edge: Edge, *, with_last: bool = False) -> Iterator[tuple[StepTaken, Snapshot]]:
    """Each step of an edge with the picture in which it is asked; `with_last` at last with what all leave (EP30).

    Of its start the first picture has what the edge before changed of it (EP33).
    """
    snapshot = laid_over(snapshot, () if edge.start_as is None else edge.start_as.kept)
    arn = Arn.parse(edge.start)
    binds = {**edge.binds, ACTOR: edge.start, "account": arn.account, "partition": arn.partition, "region": "us-east-1"}
    for step in edge.steps:
        yield step, snapshot
        if step.changes is not None:
            snapshot = overlaid(snapshot, step.changes, binds)
    if with_last:
        yield edge.steps[-1], snapshot


def asked(step: StepTaken) -> Request:
    """The request of a step."""
    context = {key: key_value(key, values, is_list=len(values) > 1) for key, values in step.context.items()}
    return Request(step.principal, step.action, step.resource, context=context)


def from_inside(snapshot: Snapshot) -> list[Edge]:
    """The edges whose starts the account holds; of others no policy can be changed."""
    return [edge for edge in find_paths(snapshot, EVERYTHING).edges if edge.way.kind != "trust"]


def check_steps(seed: int) -> None:
    """Ask every step of every edge again."""
    snapshot = random_account(seed)
    for edge in from_inside(snapshot):
        for step, picture in pictures(snapshot, edge):
            decision = decide(picture, asked(step))
            depends_on = [key for key, when in step.conditions if when != SESSION]
            is_allowed = step.decision == "allowed" or (step.decision == "conditional" and not depends_on)
            assert decision.word == ("allowed" if is_allowed else "conditional"), (edge, step)
            assert all(decision.cites(reference) for reference in step.matched), (edge, step)


def still_there(snapshot: Snapshot, edge: Edge) -> list[Edge]:
    """The edges of the same start, way and end in a picture."""
    question = replace(EVERYTHING, starts=(edge.start,), ways=(edge.way.id,))
    return [one for one in find_paths(snapshot, question).edges if (one.start, one.end) == (edge.start, edge.end)]


def own_steps(edge: Edge) -> Iterator[StepTaken]:
    """The steps that the actor asks, of ways that have no other list to try."""
    if not any(step.any_of for step in edge.way.steps):
        yield from (step for step in edge.steps if step.principal == edge.start)


def check_denied(seed: int) -> None:
    """Deny each own step of each proven edge."""
    snapshot = random_account(seed)
    for edge in [one for one in from_inside(snapshot) if one.verdict == "proven"]:
        for action in dict.fromkeys(step.action for step in own_steps(edge)):
            denial = document({"Effect": "Deny", "Action": action, "Resource": "*"})
            denied = laid_over(snapshot, (SetInlinePolicy(edge.start, "denial", denial),))
            assert still_there(denied, edge) == [], (edge, action)


def check_allowed(seed: int) -> None:
    """Take away every Allow of the actor that matched an own step of a proven edge: what is left is granted beside."""
    snapshot = random_account(seed)
    for edge in [one for one in from_inside(snapshot) if one.verdict == "proven"]:
        entity = snapshot.user(edge.start) or snapshot.role(edge.start)
        assert entity is not None
        for step in own_steps(edge):
            taken_away = snapshot
            for policy in entity.inline:
                held = policy.document
                for place in range(8):
                    if f"{policy.name}#{place}" in step.matched:
                        held = held.without(place)
                taken_away = laid_over(taken_away, (SetInlinePolicy(edge.start, policy.name, held),))
            for left in still_there(taken_away, edge):
                again = [one for one in left.steps if (one.action, one.resource) == (step.action, step.resource)]
                assert again, (edge, step)
                assert not set(again[0].matched) & set(step.matched) or step.action == "sts:AssumeRole", (edge, step)


@every_row("seed", SEEDS)
def test_law_a_step_asked_again_in_its_picture_is_decided_as_told(seed: int) -> None:
    check_steps(seed)


@every_row("seed", SEEDS)
def test_law_a_denied_step_takes_its_edge_away(seed: int) -> None:
    check_denied(seed)


@every_row("seed", SEEDS)
def test_law_an_edge_rests_on_the_allows_that_it_tells(seed: int) -> None:
    check_allowed(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", MANY)
def test_laws_of_witnesses_on_many_accounts(seed: int) -> None:
    check_steps(seed)
    check_denied(seed)
    check_allowed(seed)
