"""Edits after which requests are allowed no more: what allows one is changed, and it is asked again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from iamtui.analysis.findings.asking.able import MFA_UNKNOWN
from iamtui.analysis.overlay.laying import Edit, bearer_of
from iamtui.analysis.overlay.policy_edits import SetDocument, SetResourcePolicy
from iamtui.analysis.overlay.principal_edits import SetAttachment, SetInlinePolicy, SetMembership, SetTrust
from iamtui.analysis.remedies.rewriting import NOBODY, with_condition, without_statement
from iamtui.arn import account_of
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import decide, judge
from iamtui.evaluation.decision import Layer, PolicyTrace, Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.document import Document
from iamtui.policy.keys import UNKNOWN
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Snapshot

_ISSUED = "aws:TokenIssueTime"
_MOST = 40
"""Changes for one request; more of them nobody reads."""
_GRANTING = (Layer.IDENTITY, Layer.TRUST, Layer.RESOURCE, Layer.BUCKET)
"""What is one's own is changed before what others share."""


class Granting(NamedTuple):
    """An Allow, and where it stands: in which layer, policy, and place of it."""

    layer: Layer
    policy: PolicyTrace | AppliedPolicy
    place: int


Change = Callable[[Granting], Edit | None]


def until_denied(snapshot: Snapshot, requests: Iterable[Request], change: Change) -> tuple[Edit, ...]:
    """The edits after which none of some requests is allowed, whatever is not stated; none where that cannot be had.

    Each is decided anew in the picture that the edits before it leave.
    """
    edits: dict[Hashable, Edit] = {}
    picture = snapshot
    for request in requests:
        for _ in range(_MOST):
            allowing = list(_allowing(picture, request))
            if not allowing:
                break
            edit = next((found for one in allowing if (found := change(one)) is not None), None)
            if edit is None:
                return ()
            picture = edit.laid_over(picture)
            edits[place_of(edit)] = edit
        else:
            return ()
    return tuple(edits.values())


def without_it(granting: Granting) -> Edit | None:
    """The statement is gone; of a policy that AWS wrote, or that says nothing else, the attachment is."""
    document = granting.policy.document
    return None if document is None else _edit_of(granting, without_statement(document, granting.place))


def with_test(operator: str, key: str, value: str) -> Change:
    """The statement asks for one thing more."""

    def change(granting: Granting) -> Edit | None:
        document = granting.policy.document
        if document is None or granting.layer is Layer.IDENTITY:
            return None
        asking = with_condition(document, granting.place, operator, key, value)
        return None if asking is None else _edit_of(granting, asking)

    return change


def taken_from(principal: str) -> Change:
    """The policy as a whole is taken from one principal, others keep it."""

    def change(granting: Granting) -> Edit | None:
        policy = granting.policy
        if granting.layer is not Layer.IDENTITY or policy.owner is None:
            return None
        if policy.owner != principal:
            return SetMembership(principal, policy.owner.rpartition("/")[2], member=False)
        if policy.arn is None:
            return SetInlinePolicy(principal, policy.name, None)
        return SetAttachment(principal, policy.arn, attached=False)

    return change


def _allowing(picture: Snapshot, request: Request) -> Iterator[Granting]:
    """The Allows on which a request rests that may be allowed, those that certainly match first."""
    for asked in _forms(request):
        if judge(picture, asked).best.verdict is not Verdict.ALLOWED:
            continue
        decision = decide(picture, asked)
        found = [
            (
                statement.truth is not Truth.TRUE,
                _GRANTING.index(layer.layer),
                Granting(layer.layer, policy, statement.index),
            )
            for layer in decision.layers
            if layer.layer in _GRANTING
            for policy in layer.policies
            for statement in policy.statements
            if statement.effect is Effect.ALLOW and statement.ignored is None and statement.truth is not Truth.FALSE
        ]
        yield from (one[2] for one in sorted(found, key=itemgetter(0, 1)))


def _forms(request: Request) -> Iterator[Request]:
    """A request with what it does not state absent and unknown; a user's also as if signed in with MFA."""
    for unstated in Unstated:
        yield replace(request, unstated=unstated)
    if ":user/" in request.principal:
        yield replace(request, context={**MFA_UNKNOWN, _ISSUED: UNKNOWN, **request.context})


def _edit_of(granting: Granting, document: Document | None) -> Edit | None:
    """The edit by which the policy says this; None where nobody can edit it so."""
    policy = granting.policy
    if granting.layer is Layer.TRUST:
        return None if policy.owner is None else SetTrust(policy.owner, document or NOBODY)
    if granting.layer is not Layer.IDENTITY:
        return None if policy.owner is None else SetResourcePolicy(policy.owner, document)
    if policy.owner is None:
        return None
    if policy.arn is None:
        return SetInlinePolicy(policy.owner, policy.name, document)
    if document is None or account_of(policy.arn) == "aws":
        return SetAttachment(policy.owner, policy.arn, attached=False)
    return SetDocument(policy.arn, document)


def place_of(edit: Edit) -> Hashable:
    """What an edit is of: a later one of the same takes the place of an earlier one."""
    match edit:
        case SetInlinePolicy():
            return type(edit), edit.owner, edit.name
        case SetAttachment():
            return type(edit), edit.target, edit.policy
        case SetMembership():
            return type(edit), edit.user, edit.group
        case SetResourcePolicy():
            return type(edit), edit.resource
    return type(edit), bearer_of(edit)
