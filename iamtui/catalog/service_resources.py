"""Which resource types a service has, and how their ARNs look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from iamtui.catalog import service_data
from iamtui.catalog.model import Action, ResourceType
from iamtui.catalog.service_actions import action, actions, services


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


def bearing_services(action: Action) -> frozenset[str]:
    """The services whose resources `action` takes, by their ARNs: `kinesis:StartStreamEncryption` takes keys of KMS."""
    types = (resource_type(action.service, part.name) for part in action.resource_types)
    return frozenset(_bearer(kind.service, kind.arn_template) for kind in types if kind is not None)


@cache
def borrowing_actions(service: str) -> tuple[str, ...]:
    """The actions of other services that take resources of `service`, as `service:Name` in AWS's spelling."""
    found = []
    for other, types in _lent().get(service, {}).items():
        for name in actions(other):
            known = action(f"{other}:{name}")
            if known is not None and any(part.name.lower() in types for part in known.resource_types):
                found.append(f"{other}:{name}")
    return tuple(found)


@cache
def _lent() -> Mapping[str, Mapping[str, set[str]]]:
    """For each service the types of its resources that others name, by these."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for service in services():
        for name, template in service_data.resource_type_arns(service).items():
            if (bearer := _bearer(service, template)) != service:
                found[bearer][service].add(name)
    return found


def _bearer(service: str, template: str) -> str:
    """The service in an ARN; that of the type itself where any may stand there."""
    written = template.split(":", 3)[2]
    return service if "$" in written else written


@cache
def _known(service: str) -> dict[str, ResourceType]:
    return {
        folded: ResourceType(service, record.key, record.arn, record.condition_keys)
        for folded, record in service_data.resource_type_records(service).items()
    }


def _resource_types(service: str) -> dict[str, ResourceType]:
    # Asked before the cache, so that unknown names leave nothing behind.
    return _known(service) if service in services() else {}
