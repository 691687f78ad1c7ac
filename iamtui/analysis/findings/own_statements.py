"""The statements that principals carry, and the actions that these tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.alike import types_of
from iamtui.arn import account_of
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.request.action_rules import has_rule_of_its_own
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Role, Snapshot, User

_MATTERING = ("s3", "ec2", "lambda", "dynamodb", "kms", "rds", "sqs", "secretsmanager")
"""Services that stand for all where a statement takes all."""


class Owned(NamedTuple):
    """A statement of a principal's identity policies; `policy` is the name of what it stands in."""

    policy: str
    statement: Statement
    is_aws_managed: bool = False

    @property
    def is_allow(self) -> bool:
        """Whether it allows."""
        return self.statement.effect is Effect.ALLOW


def own_statements(snapshot: Snapshot, principal: User | Role) -> Iterator[Owned]:
    """The statements of the identity policies of a user or role, those of its groups too."""
    for policy in identity_policies(snapshot, principal):
        content = None if policy.document is None else policy.document.policy
        if isinstance(content, PolicyDocument):
            is_aws_managed = policy.arn is not None and account_of(policy.arn) == "aws"
            yield from (Owned(policy.name, one, is_aws_managed) for one in content.statements)


def whole_services(statement: Statement) -> Iterator[str]:
    """The services of which a statement says that every action is allowed; of all services some that matter."""
    element = statement.resource
    is_everything = (
        element is not None and not element.negated and any(one.text == ANY_RESOURCE for one in element.patterns)
    )
    if statement.effect is not Effect.ALLOW or statement.action.negated or not is_everything:
        return
    for pattern in statement.action.patterns:
        service, _, names = pattern.lower().partition(":")
        if pattern == ANY_RESOURCE:
            yield from _MATTERING
        elif names == ANY_RESOURCE and service in catalog.services():
            yield service


def taken_by(statement: Statement) -> frozenset[str]:
    """The actions of the catalogue that a statement takes."""
    return _taken(statement.action.patterns, statement.action.negated)


@lru_cache(maxsize=1024)
def _taken(patterns: tuple[str, ...], negated: bool) -> frozenset[str]:  # noqa: FBT001 - a key of the cache
    meant = frozenset(action for pattern in patterns for action in catalog.matching(pattern))
    return frozenset(catalog.matching("*")) - meant if negated else meant


class ToldApart:
    """Which actions the statements of a principal's policies, boundary and SCPs tell apart."""

    def __init__(self, snapshot: Snapshot, principal: str) -> None:
        self._taken: set[frozenset[str]] = set()
        try:
            applicable = prepare_for(snapshot, Request(principal, "sts:GetCallerIdentity")).applicable
        except RequestError:  # it has a name that AWS does not allow: every request of it is refused
            return
        layers = (applicable.identity, applicable.permissions_boundary, applicable.scp)
        self._taken = {taken_by(one) for layer in layers for one in _statements_in(layer)}

    def classes(self, actions: frozenset[str]) -> list[frozenset[str]]:
        """Actions in classes, of which no statement takes one alone."""
        classes = [actions]
        for taken in self._taken:
            classes = [part for one in classes for part in (one & taken, one - taken) if part]
        return classes

    def kinds(self, actions: frozenset[str]) -> Iterator[str]:
        """One action of each class, and of each kind of resource in it."""
        for alike in self.classes(actions):
            yield from {_kind_of(action): action for action in sorted(alike)}.values()


@cache
def _kind_of(action: str) -> tuple[str, ...]:
    """What tells an action apart whatever the policies say: its service, its resources, rules of its own."""
    alone = action if has_rule_of_its_own(action) else action.partition(":")[0]
    return (alone, *types_of(action))


def _statements_in(layer: AppliedLayer) -> Iterator[Statement]:
    for level in layer.levels:
        for policy in level.policies:
            content = None if policy.document is None else policy.document.policy
            if isinstance(content, PolicyDocument):
                yield from content.statements
