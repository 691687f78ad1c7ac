"""What is told of something taken out, against `decide` with it and without, on random accounts (FI95-FI97)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

import pytest

from iamtui import catalog
from iamtui.analysis.findings.by_rule.guardrail_effects import idle
from iamtui.analysis.findings.by_rule.redundant import Redundancy
from iamtui.analysis.findings.review.hygiene_results import Found
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.taken_out.effects import GuardEffect, GuardEffects
from iamtui.analysis.taken_out.ground import LEFT_OPEN, TakenOutGround
from iamtui.analysis.taken_out.guards import boundary_guards, denying_statements, organization_guards
from iamtui.analysis.taken_out.part import Part
from iamtui.analysis.taken_out.pictures import unguarded
from iamtui.analysis.taken_out.removable import removable
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyState
from iamtui.snapshot.model import Snapshot
from tests.analysis.queries.worlds import random_world
from tests.evaluation.building import value
from tests.reference.strategies import random_context

AT = datetime(2026, 1, 1, tzinfo=UTC)
_ONCE_WRONG = (26, 77, 100, 167, 1127)
"""Seeds that disagreed: one statement carried twice, as a boundary too; a document, a key policy that is not known."""


class _World(NamedTuple):
    ground: TakenOutGround
    requests: tuple[Request, ...]


def _world(seed: int) -> _World | None:
    """A random account with one action to ask about, and requests that state much and little."""
    rng = Random(seed)  # noqa: S311
    world = random_world(rng)
    action = world.request.action
    if catalog.action(action) is None:
        return None
    base = replace(world.request, at=AT, unstated=Unstated.UNKNOWN, resource_account=None)
    stated = [
        {},
        *({key: value(given) for key, given in random_context(rng).items() if given is not None} for _ in range(3)),
    ]
    requests = tuple(replace(base, context=context) for context in stated)
    return _World(TakenOutGround(world.snapshot, Holders(world.snapshot), AT, of_names((action,))), requests)


def _label(snapshot: Snapshot, request: Request) -> str:
    found = settle_question(prepare_for(snapshot, request))
    return "allowed" if found.is_allowed else "denied" if found.is_denied else "conditional"


def _outcomes(snapshot: Snapshot, request: Request) -> str:
    found = settle_question(prepare_for(snapshot, request))
    return f"{found.best} {found.worst}"


def _as_aws_sends(snapshot: Snapshot, request: Request) -> Request:
    """The request without keys that AWS does not send with it, and without others than its principal has."""
    context = prepare_for(snapshot, replace(request, context={})).asked.context
    open_ones = (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
    sent = {
        key: given
        for key, given in request.context.items()
        if key in LEFT_OPEN or context.lookup(key.lower()).state in open_ones
    }
    return replace(request, context=sent)


def _flips(
    before: Snapshot, after: Snapshot, world: _World, told: Callable[[Snapshot, Request], str] = _label
) -> Iterator[str]:
    """Who is decided otherwise by brute force, for the requests of the world."""
    for holder in world.ground.holders.all:
        for request in world.requests:
            asked = replace(request, principal=holder.arn)
            try:
                asked = _as_aws_sends(before, asked)
                if told(before, asked) != told(after, asked):
                    yield holder.arn
                    break
            except ValueError:
                continue


def _some(seed: int, parts: Sequence[Part], most: int = 4) -> list[Part]:
    return Random(seed).sample(parts, min(len(parts), most))  # noqa: S311


def _guards(ground: TakenOutGround) -> list[Part]:
    return [*organization_guards(ground), *boundary_guards(ground), *denying_statements(ground)]


def _effect(effects: GuardEffects, part: Part) -> GuardEffect:
    return next(one for one in effects.of(part) if one is not None)


def _disagreement(seed: int) -> str | None:
    """A guardrail of which something else is told than `decide` says with it and without, if there is one."""
    world = _world(seed)
    if world is None:
        return None
    effects, picture = GuardEffects(world.ground), world.ground.snapshot
    for part in _some(seed, _guards(world.ground)):
        effect = _effect(effects, part)
        without = part.taken_out_of(picture)
        told = {one.principal for one in effect.alone}
        if effect.is_told:
            for arn in _flips(picture, without, world):
                if arn not in told:
                    return f"{seed}: {part.owner} {part.words} turns {arn}, which is not told"
        for turned in effect.alone:
            for cell in turned.cells:
                states = {key: state.value for key, state in cell.state.items()}
                request = Request(
                    turned.principal,
                    cell.actions[0],
                    cell.resource,
                    context={**LEFT_OPEN, **part.stated, **states},
                    at=AT,
                )
                if _label(picture, request) == _label(without, request):
                    return f"{seed}: {part.owner} {part.words} is told to turn {request}"
    return None


def _awake(seed: int) -> str | None:
    """A guardrail that is told to turn nothing, or never to match, and does, were it the only one; if there is one."""
    world = _world(seed)
    if world is None:
        return None
    effects, picture = GuardEffects(world.ground), world.ground.snapshot
    bare = unguarded(picture)
    for part in _some(seed, _guards(world.ground)):
        for answer in idle(part, _effect(effects, part)):
            if not isinstance(answer, Found):
                continue
            whose = {world.ground.holders.all[place].arn for place in part.holders}
            told = _outcomes if "never matches" in answer.message else _label
            turned = [arn for arn in _flips(part.added_to(bare), bare, world, told) if arn in whose]
            if turned or any(_flips(picture, part.taken_out_of(picture), world)):
                return f"{seed}: {part.owner} {answer.message}, and it turns {turned}"
    return None


def _changed(seed: int) -> str | None:
    """Something that is told to change nothing, and without which a decision differs, if there is one."""
    world = _world(seed)
    if world is None:
        return None
    picture, redundancy = world.ground.snapshot, Redundancy(world.ground)
    for part in _some(seed, list(removable(world.ground)), 12):
        for _ in redundancy.of(part):
            pass
    for part in redundancy.redundant[:4]:
        for arn in _flips(picture, part.taken_out_of(picture), world):
            return f"{seed}: without {part.words} of {part.owner} {arn} is decided otherwise"
    *_, together = redundancy.together()
    left = picture
    for part in together or ():
        left = part.taken_out_of(left)
    return next((f"{seed}: without all {arn} is decided otherwise" for arn in _flips(picture, left, world)), None)


def test_law_a_guardrail_turns_what_flips_without_it() -> None:
    """FI95."""
    assert [found for seed in (*range(10), *_ONCE_WRONG) if (found := _disagreement(seed)) is not None] == []


@pytest.mark.fuzz
def test_law_a_guardrail_turns_what_flips_without_it_at_length() -> None:
    assert [found for seed in range(400) if (found := _disagreement(seed)) is not None] == []


def test_law_a_guardrail_that_turns_nothing_turns_nothing_if_it_is_the_only_one() -> None:
    """FI96."""
    assert [found for seed in (*range(6), 25, 30) if (found := _awake(seed)) is not None] == []


@pytest.mark.fuzz
def test_law_a_guardrail_that_turns_nothing_turns_nothing_if_it_is_the_only_one_at_length() -> None:
    assert [found for seed in range(400) if (found := _awake(seed)) is not None] == []


def test_law_without_what_is_redundant_nothing_is_decided_otherwise() -> None:
    """FI97."""
    assert [found for seed in (*range(10), *_ONCE_WRONG) if (found := _changed(seed)) is not None] == []


@pytest.mark.fuzz
def test_law_without_what_is_redundant_nothing_is_decided_otherwise_at_length() -> None:
    assert [found for seed in range(400) if (found := _changed(seed)) is not None] == []
