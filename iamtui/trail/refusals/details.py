"""AWS's own account of a denial as data: authorization details (AT3-AT7), also those that iamtui itself makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from iamtui.policy.document import Document


class CheckType(StrEnum):
    """What a check requires, in the order in which AWS lists checks (AT5)."""

    RCP = "RESOURCE_CONTROL_POLICY"
    SCP = "SERVICE_CONTROL_POLICY"
    VPC_ENDPOINT = "VPC_ENDPOINT"
    RESOURCE = "RESOURCE"
    PRINCIPAL = "PRINCIPAL"
    PERMISSIONS_BOUNDARY = "PERMISSIONS_BOUNDARY"
    SESSION = "SESSION"


class PolicyType(StrEnum):
    """The kinds of policy that AWS tells apart (AT6)."""

    RCP = "RESOURCE_CONTROL_POLICY"
    SCP = "SERVICE_CONTROL_POLICY"
    VPC_ENDPOINT = "VPC_ENDPOINT_POLICY"
    RESOURCE = "RESOURCE_BASED_POLICY"
    IDENTITY = "IDENTITY_BASED_POLICY"
    PERMISSIONS_BOUNDARY = "PERMISSIONS_BOUNDARY"
    SESSION = "SESSION_POLICY"


class Effect(StrEnum):
    """What an evaluation or one of its checks came to; only a check has `NO_IMPACT` (AT4, AT5)."""

    ALLOW = "ALLOW"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    IMPLICIT_DENY = "IMPLICIT_DENY"
    NO_IMPACT = "NO_IMPACT"


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that matched: its Sid, made up where it has none, and `ALLOW` or `DENY`."""

    sid: str
    effect: str


@dataclass(frozen=True, slots=True)
class MatchedPolicy:
    """A policy with statements that matched; `uri` is that of a policy in the list."""

    uri: str
    statements: tuple[MatchedStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One requirement of an evaluation and its result.

    Attributes:
        type: a `CheckType`, or what AWS has added since.
        effect: an `Effect`, or what AWS has added since.
        target: ARN of the root, unit or account whose SCPs or RCPs these are; tells apart checks of one type.
        policy_types: the kinds of policy that took part.
        matched: possibly not all of them.
    """

    type: str
    effect: str
    target: str | None = None
    policy_types: tuple[str, ...] = ()
    matched: tuple[MatchedPolicy, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """What tells this check apart from the others: its type, and the id of its target."""
        return self.type, "" if self.target is None else self.target.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One action on one resource; `checks` is None where AWS gives none (AT4)."""

    action: str
    resource: str
    effect: str | None
    context: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    checks: tuple[Check, ...] | None = None
    matched: tuple[MatchedPolicy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInfo:
    """A policy that took part; `document` is what AT7 gave, as it stood at the denial."""

    type: str
    uri: str
    inline: bool
    attached_to: tuple[str, ...] = ()
    source: Mapping[str, str] | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationDetails:
    """All that AWS recorded of one denial.

    Attributes:
        context: the keys that all evaluations share, as AWS writes their values (AT8).
        is_whole: no page is missing.
        unknown: members and values that iamtui does not know, as text with their place.
    """

    context: Mapping[str, Any]
    evaluations: tuple[Evaluation, ...]
    policies: tuple[PolicyInfo, ...]
    is_whole: bool = True
    unknown: tuple[str, ...] = ()

    @property
    def has_documents(self) -> bool:
        """Whether AWS's documents of the policies are there, one at least (AT7)."""
        return any(policy.document is not None for policy in self.policies)

    def with_documents(self, documents: Mapping[str, Document]) -> AuthorizationDetails:
        """The same with the documents of policies, by their uri."""
        policies = tuple(replace(policy, document=documents.get(policy.uri)) for policy in self.policies)
        return replace(self, policies=policies)
