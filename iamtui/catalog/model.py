"""What the catalogue says about an action, a resource type or a condition key: plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A resource type that an action takes, and what comes with it.

    `required` says that every call names such a resource. `condition_keys` count only for calls on this type;
    `dependent_actions` are further permissions that such a call needs.
    """

    name: str
    required: bool
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action in AWS's spelling. Without `resource_types` it has no resource-level permissions (L36).

    `access_level` is AWS's own text: List, Read, Write, "Tagging, Write", "Permissions management, Write".
    """

    service: str
    name: str
    access_level: str
    description: str
    resource_types: tuple[ActionResource, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type of a service; `arn_template` has parts such as `${Partition}` or `${BucketName}`."""

    service: str
    name: str
    arn_template: str
    condition_keys: tuple[str, ...]


class KeyType(StrEnum):
    """The type of a condition key's value, and so the family of operators that fits it."""

    STRING = "String"
    BOOL = "Bool"
    NUMERIC = "Numeric"
    DATE = "Date"
    ARN = "ARN"
    IP_ADDRESS = "IPAddress"


class When(StrEnum):
    """Whether every request carries a key."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """A condition key in AWS's spelling; `name` may end in a part such as `${TagKey}` that any text fills.

    `multivalued` is a property of the key, not of the number of values sent (C20). `rule` is the K number of
    the K rules, empty for the keys of single services.
    """

    name: str
    type: KeyType
    multivalued: bool
    description: str
    when: When = When.SOMETIMES
    rule: str = ""
