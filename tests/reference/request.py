"""A request with all that follows from it, and what one layer of policies says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reference.conditions import Context
from tests.reference.context import context_of
from tests.reference.principals import Caller, read_caller

WITHOUT_RESOURCE = {
    *("s3:listallmybuckets", "kms:createkey", "kms:listkeys", "kms:listaliases", "kms:generaterandom"),
    *("sts:getcalleridentity", "sts:getsessiontoken", "ec2:describeinstances", "lambda:listfunctions"),
}
"""L36: the actions without resource types that the tests use (S20, S25)."""

UNLISTED = {
    "iam:listusers": "arn:{0}:iam::{1}:user/",
    "iam:listroles": "arn:{0}:iam::{1}:role/",
    "iam:listgroups": "arn:{0}:iam::{1}:group/",
    "iam:listpolicies": "arn:{0}:iam::{1}:policy/",
    "iam:listinstanceprofiles": "arn:{0}:iam::{1}:instance-profile/",
    "iam:listvirtualmfadevices": "arn:{0}:iam::{1}:mfa/",
    "logs:describeloggroups": "arn:{0}:logs:{2}:{1}:log-group::log-stream:",
    "sqs:listqueues": "arn:{0}:sqs:{2}:{1}:",
    "sns:listtopics": "arn:{0}:sns:{2}:{1}:*",
}
"""L36: what AWS asks about in the place of `*`; `{2}` is the Region."""

TRUST_ACTIONS = {
    *("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession"),
    "sts:setsourceidentity",
}


class CaseError(ValueError):
    """The case is an error, not a decision."""


@dataclass
class Request:
    """A request with everything that follows from it."""

    caller: Caller
    action: str
    resource: str
    resource_account: str
    context: Context
    has_boundary: bool

    @property
    def service(self) -> str:
        """The prefix of the action."""
        return self.action.partition(":")[0]

    @property
    def is_trust(self) -> bool:
        """Whether the resource side is a role's trust policy."""
        return self.action in TRUST_ACTIONS and ":role/" in self.resource

    @property
    def must_speak(self) -> bool:
        """Whether the resource's policy has to give or delegate every grant (S1, S5)."""
        of_alias = self.action in ("kms:createalias", "kms:deletealias", "kms:updatealias")  # S20
        by_alias = ":alias/" in self.resource and not of_alias
        return self.is_trust or (
            self.service == "kms" and ":kms:" in self.resource and (":key/" in self.resource or by_alias)
        )

    @property
    def same_account(self) -> bool:
        """E3, E4."""
        return self.caller.account == self.resource_account


@dataclass
class Layer:
    """What one layer's documents say: the references of matching Denies, and of Allows with their class."""

    denies: list[str] = field(default_factory=list)
    allows: list[tuple[str, str | None]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def has(self, *classes: str) -> bool:
        """Whether an Allow of one of these classes matched."""
        return any(name in classes for _, name in self.allows)

    def references(self) -> set[str]:
        """The matching Allow statements."""
        return {reference for reference, _ in self.allows}


def read_request(raw: dict[str, Any], policies: dict[str, Any]) -> Request:
    """Read the request of a case (E3-E5, samples/scenarios/README.md)."""
    caller = read_caller(raw["principal"])
    action = raw["action"].lower()
    resource = raw.get("resource", "*")
    account = raw.get("resource_account", "")
    if action in WITHOUT_RESOURCE:
        resource = "*"  # L36
    if resource == "*" and action in UNLISTED and caller.account:
        region = raw.get("context", {}).get("aws:RequestedRegion", "*")
        resource = UNLISTED[action].format(caller.partition, caller.account, region)
    if resource != "*":
        parts = resource.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            raise CaseError("malformed resource")
        if caller.partition and parts[1] != caller.partition:
            raise CaseError("principal and resource are in different partitions")  # E5
        account = account or parts[4]
    else:
        account = caller.account  # E4
    account = account or caller.account
    context = context_of(raw, caller, resource, account)
    has_boundary = "permissions_boundary" in policies and takes_identity(caller)
    return Request(caller, action, resource, account, context, has_boundary)


def takes_identity(caller: Caller) -> bool:
    """Which principals have identity policies and boundaries (E10, E47, E58, E62)."""
    return caller.kind in ("user", "role", "session", "federated")
