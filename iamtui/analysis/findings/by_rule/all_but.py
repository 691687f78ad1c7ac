"""What is allowed because no Allow names it: by NotAction, and by NotResource (FI68), decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, reduce
from itertools import islice
from operator import or_

from iamtui.analysis.findings.asking.own_statements import Owned
from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found
from iamtui.analysis.queries.index.action_sets import names_in, of_levels, of_names, taken_by
from iamtui.patterns import matcher_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Role, User

_GRAVE = ("iam:AttachUserPolicy", "s3:PutBucketPolicy", "kms:PutKeyPolicy", "lambda:AddPermission")
_EXAMPLES = (
    "ec2:RunInstances",
    "s3:GetObject",
    "s3:DeleteBucket",
    "lambda:CreateFunction",
    "dynamodb:GetItem",
    "rds:ModifyDBInstance",
)
"""Actions that are tried of those that are taken, beside one that changes permissions."""


def everything_but(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Actions and resources that it is allowed because NotAction or NotResource does not name them (FI68)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    policies = case.everybody.policies(principal.arn)
    if any(one.document is not None and case.once(_excludes, one.document) for one in policies):
        allows = [one for one in case.everybody.statements(principal.arn) if one.is_allow]
        yield from _but_actions(case, principal, allows)
        yield from _but_resources(case, principal, allows)


def _but_actions(case: AccountCase, principal: User | Role, allows: Sequence[Owned]) -> Iterator[Answer]:
    """What NotAction takes and no other Allow."""
    open_ones = [one for one in allows if one.statement.action.negated]
    named = reduce(or_, (taken_by(one.statement.action) for one in allows if not one.statement.action.negated), 0)
    let_in = reduce(or_, (taken_by(one.statement.action) for one in open_ones), 0) & ~named
    asked = list(_examples(let_in))
    allowed = [action for action in asked if case.everybody.has_fresh(case.account, principal.arn, action)]
    if allowed:
        names = tuple(dict.fromkeys(one.policy for one in open_ones))
        taken = "1 action" if let_in.bit_count() == 1 else f"{let_in.bit_count():,} actions"
        grave = [action for action in allowed if of_names((action,)) & _managing()]
        examples = ", ".join((grave or allowed)[:3])
        message = f"has NotAction in {', '.join(names)}, which takes {taken} that no Allow names; {examples} is allowed"
        rows = (
            *names,
            *(
                f"{principal.arn} {action} {resource}"
                for action in allowed
                for resource in case.everybody.fresh(case.account, action)[:1]
            ),
        )
        yield Found(message, rows, FindingSeverity.SECURITY if grave else None)


def _but_resources(case: AccountCase, principal: User | Role, allows: Sequence[Owned]) -> Iterator[Answer]:
    """An action on a resource that NotResource takes and that no other Allow names."""
    named = [one for one in allows if not _spares_resources(one)]
    for one in filter(_spares_resources, allows):
        for action in _examples(taken_by(one.statement.action)):
            resource = case.everybody.fresh(case.account, action)[0]
            is_named = any(_names(other, action, resource) for other in named)
            if not is_named and case.everybody.label(principal.arn, action, resource) == "allowed":
                message = f"has NotResource in {one.policy}, which takes what no Allow names; {action} is allowed there"
                severity = FindingSeverity.SECURITY if of_names((action,)) & _managing() else None
                yield Found(message, (one.policy, f"{principal.arn} {action} {resource}"), severity)
                return


def _spares_resources(owned: Owned) -> bool:
    return owned.statement.resource is not None and owned.statement.resource.negated


def _names(owned: Owned, action: str, resource: str) -> bool:
    """Whether an Allow takes an action on a resource by a pattern."""
    element = owned.statement.resource
    if element is None or not taken_by(owned.statement.action) & of_names((action,)):
        return False
    return any(matcher_of(pattern.widest)(resource) for pattern in element.patterns)


def _examples(taken: int) -> Iterator[str]:
    """A few of some actions, first one that changes permissions."""
    managing = [action for action in _GRAVE if taken & of_names((action,))] or list(names_in(taken & _managing()))
    found = [*managing[:1], *(action for action in _EXAMPLES if taken & of_names((action,)))]
    yield from found or islice(names_in(taken), 1)


def _excludes(_: AccountCase, document: Document) -> bool:
    """Whether some Allow of a document has NotAction or NotResource."""
    allows = (one for one in statements_written(document) if one.effect is Effect.ALLOW)
    return any(one.action.negated or (one.resource is not None and one.resource.negated) for one in allows)


@cache
def _managing() -> int:
    """The actions that change permissions."""
    return of_levels("Permissions management")
