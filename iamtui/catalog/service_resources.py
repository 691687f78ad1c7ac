"""Which resource types a service has, and how their ARNs look."""

from __future__ import annotations

from functools import cache

from iamtui.catalog import service_data
from iamtui.catalog.model import Action, ResourceType
from iamtui.catalog.service_actions import services


def resource_types(service: str) -> tuple[ResourceType, ...]:
    """All resource types of `service`; empty for an unknown service."""
    return tuple(_resource_types(service.lower()).values())


def resource_type(service: str, name: str) -> ResourceType | None:
    """The resource type `name` of `service`, regardless of case; `None` if there is none."""
    return _resource_types(service.lower()).get(name.lower())


def condition_keys_of(action: Action) -> tuple[str, ...]:
    """Every condition key that AWS lists for `action` or for a resource type that it takes, each once."""
    keys = dict.fromkeys(action.condition_keys)
    for part in action.resource_types:
        keys.update(dict.fromkeys(part.condition_keys))
        found = resource_type(action.service, part.name)
        if found is not None:
            keys.update(dict.fromkeys(found.condition_keys))
    return tuple(keys)


@cache
def _known(service: str) -> dict[str, ResourceType]:
    return {
        folded: ResourceType(service, record.key, record.arn, record.condition_keys)
        for folded, record in service_data.resource_type_records(service).items()
    }


def _resource_types(service: str) -> dict[str, ResourceType]:
    # Asked before the cache, so that unknown names leave nothing behind.
    return _known(service) if service in services() else {}
