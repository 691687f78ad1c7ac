"""What is asked: may this principal do this action on this resource (E1), in words and states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from iamtui.policy.document import Document
from iamtui.policy.keys import KeyValue


class RequestError(ValueError):
    """A request that cannot be decided: a malformed ARN or action, two partitions (E5), keys that conflict (K58)."""


class Unstated(StrEnum):
    """What a condition key is that the request does not state and nothing derives (T20, T21)."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy document that belongs to the request itself: a session policy, or one of `--policy`."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class Request:
    """One (principal, action, resource) triple with its context.

    Attributes:
        principal: an ARN, a service principal, a web identity provider, or `anonymous`.
        action: `service:Operation`, any letter case.
        resource: an ARN, or `*` for an action that takes none.
        resource_account: the owner, where the ARN does not say it.
        context: condition keys, spelled as the user did; `ABSENT` and `UNKNOWN` are values too, and what is
            given here wins over what is derived (K1).
        session_policies: passed when the session was created; None: none were passed.
        unstated: what every other key is.
        at: the instant of the request (K77); None: now.
    """

    principal: str
    action: str
    resource: str = "*"
    resource_account: str | None = None
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    session_policies: tuple[NamedPolicy, ...] | None = None
    unstated: Unstated = Unstated.UNKNOWN
    at: datetime | None = None
