"""How one statement meets one request: its elements, stopping at the first that is false.

`explaining` shows every comparison; both ask the same element functions, so that a trace cannot say other than the
decision (T4-T8).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from iamtui.evaluation.decision import MatchClass
from iamtui.evaluation.matching.principals import PrincipalMatch, match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.evaluation.request.unlisted_resources import OpenResource, UnlistedResource
from iamtui.evaluation.request.unnamed_keys import UnnamedKey
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement, ResourcePattern
from iamtui.policy.statement import PolicyKind, Statement, forbidden_element
from iamtui.policy.truth import Truth

_MATCHED = PrincipalMatch(Truth.TRUE)
COMPLETING = (PolicyKind.IDENTITY, PolicyKind.BOUNDARY)
"""The kinds of policy in which AWS completes a short ARN (L34)."""


class MatchContext(NamedTuple):
    """What statements are matched against.

    `folded_action` and `service`, its prefix, are in lower case. `resources` holds the request's resource, and
    beside it the other form that AWS accepts for account-level actions of S3 (S25). `account_is_root` says that
    naming an account means its root user only (E38). `open_resource` tells what is open of it.
    """

    caller: Caller
    folded_action: str
    service: str
    resources: tuple[str, ...]
    context: RequestContext
    account_is_root: bool = False
    open_resource: OpenResource | None = None

    @property
    def left_open(self) -> UnlistedResource | UnnamedKey | None:
        """What is open of the ARN where AWS lists no resource for the action (L36), or of an alias's key (S20)."""
        return None if self.open_resource is None else self.open_resource.left_open

    @property
    def names_no_resource(self) -> bool:
        """Whether the request is for `*` though its action takes a resource: any one is meant (L37)."""
        subject = self.context.subject
        return self.resources == (ANY_RESOURCE,) and not takes_no_resource(subject.action)

    @property
    def action(self) -> str:
        """The action as the request spells it."""
        return self.context.subject.action

    def match_principal(self, statement: Statement) -> PrincipalMatch:
        """Match the Principal element, if there is one."""
        if statement.principal is None:
            return _MATCHED
        found = match_principal(statement.principal, statement.effect, self.caller)
        if self.account_is_root and found.match_class is MatchClass.ACCOUNT:
            return PrincipalMatch(Truth.FALSE, note="for a gateway endpoint an account is its root user only (E38)")
        return found


class StatementMatch(NamedTuple):
    """Whether a statement matches, and how its principal element does."""

    truth: Truth
    match_class: MatchClass | None = None


_NO_MATCH = StatementMatch(Truth.FALSE)


def match(
    statement: Statement, kind: PolicyKind, asked: MatchContext, conditions: Sequence[ConditionTest] | None = None
) -> StatementMatch:
    """Match a statement whose Action takes the request's, stopping at the first element that is false.

    Who knows how the other lines of its Condition block come out asks for these `conditions` alone.
    """
    if forbidden_element(statement, kind) is not None:
        return _NO_MATCH
    principal = asked.match_principal(statement)
    truth = principal.truth
    if truth and statement.resource is not None:
        truth = min(truth, match_resource(statement.resource, kind, asked))
    for test in statement.conditions if conditions is None else conditions:
        if not truth:
            break
        truth = min(truth, test.judge(asked.context).truth)
    return StatementMatch(truth, principal.match_class) if truth else _NO_MATCH


def match_resource(element: ResourceElement, kind: PolicyKind, asked: MatchContext) -> Truth:
    """Match Resource or NotResource; a list of nothing has no effect (L9)."""
    if not element.patterns:
        return Truth.FALSE
    truth = Truth.FALSE
    for pattern in element.patterns:
        for resource in asked.resources:
            truth = max(truth, match_pattern(pattern, resource, kind, asked))
            if truth is Truth.TRUE:
                return Truth.FALSE if element.negated else truth
    return truth.negated if element.negated else truth


def match_pattern(pattern: ResourcePattern, resource: str, kind: PolicyKind, asked: MatchContext) -> Truth:
    """Match one pattern; short ones are completed, or refused, as the kind of policy has it (L34)."""
    if pattern.short and kind is PolicyKind.SESSION and pattern.text != ANY_RESOURCE:
        return Truth.FALSE
    if asked.open_resource is not None and pattern.text != ANY_RESOURCE and (left := asked.left_open) is not None:
        return left.match(pattern, asked.context, completes_short=kind in COMPLETING)
    return pattern.match(resource, asked.context, completes_short=kind in COMPLETING)
