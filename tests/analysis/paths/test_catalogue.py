"""The catalogue of ways: its form, and that AWS has everything that it names."""

from __future__ import annotations

from pathlib import Path

from iamtui import catalog
from iamtui.analysis.paths.ways import catalogue as module
from iamtui.analysis.paths.ways.catalogue import ACTOR, Step, Way, catalogue
from tests.tables import every_row

WAYS = catalogue().ways
ALL_STEPS = [step for way in WAYS for step in way.asked()]
DATA = Path(module.__file__).parent / "data"


def test_every_way_has_an_id_of_its_own_and_what_it_varies_exists() -> None:
    ids = [way.id for way in WAYS]
    assert len(ids) == len(set(ids)) == 127
    assert {way.variant_of for way in WAYS} - {None} <= set(ids)


@every_row("action", sorted({step.ask for step in (*ALL_STEPS, *catalogue().control)}))
def test_every_action_exists_as_aws_spells_it(action: str) -> None:
    found = catalog.action(action)
    assert found is not None
    assert str(found) == action


def _types() -> list[str]:
    bound = {bind.type for way in WAYS for bind in way.bind.values()} - {None}
    sensitive = {one.type for one in catalogue().sensitive}
    control = {name for step in catalogue().control for name in step.on}
    return sorted(map(str, bound | sensitive | control | catalogue().carriers.keys()))


@every_row("name", _types())
def test_every_resource_type_exists(name: str) -> None:
    service, _, kind = name.partition(":")
    assert catalog.resource_type(service, kind) is not None


@every_row("key", sorted({key for step in ALL_STEPS for key in step.context}))
def test_every_condition_key_exists(key: str) -> None:
    assert catalog.condition_key(key) is not None


@every_row("way", WAYS, ids=lambda way: way.id)
def test_every_name_in_a_way_is_bound(way: Way) -> None:
    known = {ACTOR, *way.bind}
    for step in way.asked():
        assert _variables(step) <= known
    assert {state.of for state in way.state} <= known
    assert {state.fact for state in way.state} <= catalogue().facts.keys()
    ends = {way.outcome.becomes, way.outcome.changes, way.outcome.reads} - {None, "permission-set", "root-task"}
    assert ends <= known


def _variables(step: Step) -> set[str]:
    named = {name for name in step.on if not name.startswith(("arn:", "*", "{"))}
    change = step.changes
    if change is not None:
        named |= {name for name in (change.of, change.without, change.to, change.names) if name is not None}
    return named


def test_the_notice_of_the_source_lies_beside_the_data() -> None:
    assert "Copyright 2025-Present Datadog, Inc." in (DATA / "NOTICE").read_text()
    assert "Apache License" in (DATA / "LICENSE").read_text()
