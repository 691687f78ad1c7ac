"""What a review asks once for all who are alike is what `decide` says of each of them (WC2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice, product
from random import Random
from typing import TypeVar

import pytest

from iamtui import catalog
from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.snapshot.model import InlinePolicy, Role, Snapshot, User
from tests.analysis.queries.worlds import World, random_world

Entity = TypeVar("Entity", User, Role)
_SPARED = ("Resource", "NotResource")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def asked_alone(world: World, principal: str, action: str, resource: str) -> str | None:
    request = Request(principal, action, resource, context=world.request.context, at=AT)
    try:
        settled = settle_question(prepare_for(world.snapshot, request))
    except RequestError:
        return None
    if settled.is_denied:
        return None
    return "allowed" if settled.is_allowed else "possible" if settled.unknown_data else "conditional"


def twinned(snapshot: Snapshot) -> Snapshot:
    """Each user and role twice: with the same policies, and with the tags of the one before it."""
    accounts = {}
    for number, account in snapshot.accounts.items():
        users, roles = _with_twins(account.users or {}), _with_twins(account.roles or {})
        accounts[number] = replace(account, users=users, roles=roles)
    return replace(snapshot, accounts=accounts)


def _with_twins(entities: Mapping[str, Entity]) -> dict[str, Entity]:
    held: list[Entity] = list(entities.values())
    twins = (
        replace(one, arn=f"{one.arn}-twin", name=f"{one.name}-twin", unique_id=f"{one.unique_id}T", tags=before.tags)
        for one, before in zip(held, held[1:] + held[:1], strict=True)
    )
    return {**entities, **{one.name.lower(): one for one in twins}}


def resources_of(world: World) -> Iterator[str]:
    """What the world is about, one of the same kind that nobody knows, and none."""
    resource = world.request.resource
    yield resource
    yield resource + "x"
    yield ANY_RESOURCE


def actions_of(world: World) -> Iterator[str]:
    """What the world is about, and another action of the service, which may be taken for alike."""
    action = world.request.action
    yield action
    service = action.partition(":")[0].lower()
    others = (f"{service}:{name}" for name in catalog.actions(service))
    yield from islice((one for one in others if one.lower() != action.lower()), 1)


def with_whole(snapshot: Snapshot, service: str) -> Snapshot:
    """Of three users or roles one is allowed a service, one not types with a slash, one not those without."""
    allow = f'{{"Effect":"Allow","Action":"{service}:*","Resource":"*"}}'
    denies = [f'{{"Effect":"Deny","Action":"{service}:*","{one}":"arn:aws:{service}:*:*:*/*"}}' for one in _SPARED]
    texts = [
        f'{{"Version":"2012-10-17","Statement":[{allow}{said}]}}' for said in ("", *(f",{deny}" for deny in denies))
    ]
    policies = [InlinePolicy("whole", Document(text.encode())) for text in texts]
    accounts = {}
    for number, account in snapshot.accounts.items():
        users, roles = _given(account.users or {}, policies), _given(account.roles or {}, policies)
        accounts[number] = replace(account, users=users, roles=roles)
    return replace(snapshot, accounts=accounts)


def _given(entities: Mapping[str, Entity], policies: Sequence[InlinePolicy]) -> dict[str, Entity]:
    turns = zip(entities.items(), cycle(policies), strict=False)
    return {name: _with_inline(entity, policy) for (name, entity), policy in turns}


def _with_inline(entity: Entity, policy: InlinePolicy) -> Entity:
    return replace(entity, inline=(*entity.inline, policy))


def check_whole(seed: int, count: int) -> None:
    """Ask everybody of so many random worlds for the whole of a service, and for each of its actions."""
    for number in range(seed, seed + count):
        world = random_world(Random(number))  # noqa: S311 - test data, not secrets
        service = (world.request.action.partition(":")[0].lower(), "ecs", "glue")[number % 3]
        snapshot = with_whole(twinned(with_whole(world.snapshot, service)), service)
        everybody = Everybody(snapshot, AT)
        actions = [f"{service}:{name}" for name in catalog.actions(service)]
        for holder in everybody.holders.all:
            account = snapshot.accounts[holder.frame.account]
            alone = Everybody(snapshot, AT)
            whole = bool(actions) and all(alone.has_fresh(account, holder.arn, one) for one in actions)
            found = everybody.has_whole(account, holder.arn, service)
            assert found == whole, f"world {number}: {holder.arn} {service}"
            for action in actions[:3]:
                expected = alone.able(account, holder.arn, action)
                assert everybody.able(account, holder.arn, action) == expected, f"world {number}: {holder.arn} {action}"


def check(seed: int, count: int) -> None:
    """Ask everybody of so many random worlds."""
    for number in range(seed, seed + count):
        world = random_world(Random(number))  # noqa: S311 - test data, not secrets
        world = world._replace(snapshot=twinned(world.snapshot))
        everybody = Everybody(world.snapshot, AT)
        for action, resource in product(actions_of(world), resources_of(world)):
            for holder in everybody.holders.all:
                found = everybody.label(holder.arn, action, resource, world.request.context)
                expected = asked_alone(world, holder.arn, action, resource)
                assert found == expected, f"world {number}: {holder.arn} {action} {resource}"
        check_situations(everybody, world)


def check_situations(everybody: Everybody, world: World) -> None:
    """Who is in one situation is answered alike, each asked alone."""
    resources = tuple(resources_of(world))
    for action in actions_of(world):
        told: dict[Hashable, tuple[str, list[str | None]]] = {}
        for holder in everybody.holders.all:
            answers = [asked_alone(world, holder.arn, action, one) for one in resources]
            first, same = told.setdefault(everybody.situation(holder.arn, action, resources), (holder.arn, answers))
            assert same == answers, f"{first} and {holder.arn}: {action}"


def test_who_is_alike_is_answered_as_if_asked_alone() -> None:
    """FI2; in the second a tag of the caller is stated that a Deny on all resources reads."""
    check(20_261_130, 25)
    check(7_700_017, 1)


def test_fi42_the_whole_of_a_service_is_allowed_where_each_of_its_actions_is() -> None:
    """FI42, and FI43 of single actions: as if everybody were asked alone."""
    check_whole(20_261_130, 4)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(3_000_000, 4_000_000, 100_000))
def test_fi42_the_whole_of_a_service_at_length(seed: int) -> None:
    check_whole(seed, 100)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(1_000_000, 2_000_000, 50_000))
def test_who_is_alike_is_answered_as_if_asked_alone_at_length(seed: int) -> None:
    check(seed, 200)
