"""The statements that principals carry, and what they say of whole services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.actions.denied import takes_all_resources
from iamtui.analysis.queries.index.action_sets import of_service, taken_by
from iamtui.arn import account_of
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.policy.document import statements_written
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


def whole_services(statements: Iterable[Statement]) -> Iterator[str]:
    """The services of which Allows together take every action on everything; of all services some that matter.

    What NotAction lets in is told by itself (FI68), and whoever spells out each action of a small service means it so.
    """
    allows = [one for one in statements if one.effect is Effect.ALLOW and not one.action.negated]
    wide = [one for one in allows if takes_all_resources(one)]
    taken = reduce(or_, (taken_by(one.action) for one in wide), 0)
    patterns = (pattern.lower() for one in wide for pattern in one.action.patterns)
    named = dict.fromkeys(one.partition(":")[0] for one in patterns if "*" in one or "?" in one)
    spelled = [_MATTERING if "*" in one or "?" in one else (one,) for one in named]
    for service in dict.fromkeys(chain.from_iterable(spelled)):
        every = of_service(service)
        if every and not every & ~taken:
            yield service
