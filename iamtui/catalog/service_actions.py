"""Which services and actions exist, and which of them a pattern of a policy means (L20-L24)."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from iamtui.catalog import service_data
from iamtui.catalog.model import Action, ActionResource

_WILDCARDS = frozenset("*?")
_SHARED_PREFIXES = {
    "apigateway": "Amazon API Gateway",
    "aws-marketplace": "AWS Marketplace",
    "cloudformation": "AWS CloudFormation",
    "elasticloadbalancing": "Elastic Load Balancing",
    "greengrass": "AWS IoT Greengrass",
    "kinesisanalytics": "Amazon Kinesis Data Analytics",
    "lex": "Amazon Lex",
    "ses": "Amazon SES",
    "sms-voice": "AWS End User Messaging SMS and Voice",
}
"""Prefixes that the Service Authorization Reference gives to several services (2026-11); the data names one of them."""
_STARS = re.compile(r"\*+")
_LONGEST = 128
"""No action has as many characters with its service, so no pattern that needs more matches."""


@cache
def services() -> tuple[str, ...]:
    """Every service prefix (`s3`, `iam`, …), in alphabetical order."""
    return tuple(sorted(_titles()))


def service_title(service: str) -> str:
    """The full name of a service: `Amazon S3` for `s3`; the prefix itself where it is not known.

    Of a prefix that several services share it names them all.
    """
    folded = service.lower()
    return _SHARED_PREFIXES.get(folded) or _titles().get(folded, service)


def actions(service: str) -> tuple[str, ...]:
    """The names of all actions of `service` in AWS's spelling (`GetObject`); empty for an unknown service."""
    folded = service.lower()
    return _names(folded) if folded in _titles() else ()


def action(text: str) -> Action | None:
    """The action that `service:Name` names, regardless of case (L20); `None` if there is none."""
    service, _, name = text.lower().partition(":")
    return _action(service, name) if service in _titles() and name in _records(service) else None


def exists(text: str) -> bool:
    """Whether `service:Name` is an action, regardless of case."""
    service, _, name = text.lower().partition(":")
    return service in _titles() and name in _folded_names(service)


def matching(pattern: str) -> tuple[str, ...]:
    """All actions that an Action element's `pattern` means, as `service:Name` in AWS's spelling (L20, L21).

    Reads only the services that the prefix can mean. A pattern without a colon means nothing, except
    `*`, which means everything (L24).
    """
    return tuple(_matching(pattern))


def _matching(pattern: str) -> Iterator[str]:
    prefix, colon, name = ("*", ":", "*") if pattern == "*" else pattern.partition(":")
    if not colon or len(pattern) - pattern.count("*") > _LONGEST:
        return
    for service in _services_of(prefix):
        for found in _names_of(service, name):
            yield f"{service}:{found}"


def _services_of(prefix: str) -> tuple[str, ...]:
    if _WILDCARDS.isdisjoint(prefix):
        folded = prefix.lower()
        return (folded,) if folded in _titles() else ()
    if prefix == "*":
        return services()
    fits = _glob(prefix)
    return tuple(service for service in services() if fits.match(service))


def _names_of(service: str, name: str) -> tuple[str, ...]:
    if name == "*":
        return _names(service)
    if _WILDCARDS.isdisjoint(name):
        found = _folded_names(service).get(name.lower())
        return () if found is None else (found,)
    fits = _glob(name)
    return tuple(candidate for candidate in _names(service) if fits.match(candidate))


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    """A whole-text matcher for `*` and `?`, ignoring the case of ASCII letters; it never backtracks."""
    stars_joined = _STARS.sub("*", pattern)
    return re.compile(fnmatch.translate(stars_joined.replace("[", "[[]")), re.IGNORECASE | re.ASCII)


@cache
def _titles() -> dict[str, str]:
    return service_data.service_titles()


@cache
def _names(service: str) -> tuple[str, ...]:
    return service_data.action_names(service)


@cache
def _folded_names(service: str) -> dict[str, str]:
    return {name.lower(): name for name in _names(service)}


@cache
def _records(service: str) -> dict[str, service_data.ActionRecord]:
    return service_data.action_records(service)


@cache
def _action(service: str, name: str) -> Action:
    record = _records(service)[name]
    return Action(
        service=service,
        name=record.name,
        access_level=record.access_level,
        description=record.description,
        resource_types=tuple(
            ActionResource(part.name, part.required, part.condition_keys, part.dependent_actions)
            for part in record.resource_types
        ),
        condition_keys=record.condition_keys,
        dependent_actions=record.dependent_actions,
    )
