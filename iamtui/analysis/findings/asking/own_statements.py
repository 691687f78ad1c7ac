"""The statements that principals carry, and what they say of whole services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.denied import takes_all_resources
from iamtui.arn import account_of
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, Statement

_MATTERING = ("s3", "ec2", "lambda", "dynamodb", "kms", "rds", "sqs", "secretsmanager")
"""Services that stand for all where a statement takes all."""


class Owned(NamedTuple):
    """A statement of a principal's identity policies; `policy` is the name of what it stands in."""

    policy: str
    statement: Statement

    @property
    def is_allow(self) -> bool:
        """Whether it allows."""
        return self.statement.effect is Effect.ALLOW


def statements_in(policies: Iterable[AppliedPolicy]) -> Iterator[Owned]:
    """The statements of identity policies."""
    for policy in policies:
        yield from (Owned(policy.name, one) for one in statements_written(policy.document))


def is_aws_managed(policy: AppliedPolicy) -> bool:
    """Whether AWS wrote it."""
    return policy.arn is not None and account_of(policy.arn) == "aws"


def whole_services(statement: Statement) -> Iterator[str]:
    """The services of which a statement says that every action is allowed; of all services some that matter."""
    if statement.effect is not Effect.ALLOW or statement.action.negated or not takes_all_resources(statement):
        return
    for pattern in statement.action.patterns:
        service, _, names = pattern.lower().partition(":")
        if pattern == ANY_RESOURCE:
            yield from _MATTERING
        elif names == ANY_RESOURCE and service in catalog.services():
            yield service
