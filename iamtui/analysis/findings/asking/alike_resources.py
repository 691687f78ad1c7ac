"""Which resources are decided alike, whatever they are called: all that a decision can see of one but its name."""

from __future__ import annotations

from collections.abc import Hashable

from iamtui.analysis.queries.index.taking import keys_named
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.foreign_resources import can_have_policy, shared_how
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement
from iamtui.policy.statement import Statement
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Snapshot

_STAND_INS = (":alias/", ":accesspoint/")
"""Resources in whose place AWS matches another."""
_BY_NAME = ("kms", "lambda")
"""Services of which rules tell resources apart by their names."""
_BOUNDARY = "iam:permissionsboundary"


def is_matched_itself(action: str, resource: str) -> bool:
    """Whether policies are matched with the resource itself and nothing else (L36, S17, S20)."""
    return resource != ANY_RESOURCE and not takes_no_resource(action) and not any(one in resource for one in _STAND_INS)


def how_matched(element: ResourceElement | None, resource: str, *, itself: bool, service: str) -> bool | None:
    """Whether an element matches a resource, whoever asks; None where that depends on the request.

    `itself` is False where AWS matches something else in its place, of which only `*` is sure to be right. Where
    nothing is named, and it lists no resource, that is nothing or an ARN of the action's own `service` (L36).
    """
    if element is None:
        return True
    if element.negated:
        return None
    is_open = False
    for pattern in element.patterns:
        if pattern.text == ANY_RESOURCE:
            return True
        if not itself:
            is_open |= not service or _may_be_of(service, pattern.text)
        elif pattern.static is not None and not pattern.short:
            if pattern.static(resource):
                return True
        elif matcher_of(pattern.widest)(resource):
            is_open = True
    return None if is_open else False


def _may_be_of(service: str, pattern: str) -> bool:
    written = [*pattern.split(":", 3), "*", "*"][2]
    return written == service or "*" in written or "?" in written


def service_of(action: str, resource: str) -> str | None:
    """The service of which a pattern must be that matches a resource; None where AWS matches another in its place."""
    if is_matched_itself(action, resource):
        segments = resource.split(":", 3)
        return segments[2].lower() if len(segments) > 3 and segments[0] == "arn" else None
    return action.partition(":")[0].lower() if resource == ANY_RESOURCE and takes_no_resource(action) else None


def can_be_of(element: ResourceElement | None, services: frozenset[str]) -> bool:
    """Whether an element can match ARNs of some services, by what its patterns say outright."""
    if element is None or element.negated:
        return True
    return any(_named_service(text) in (None, *services) for text in element.texts)


def _named_service(pattern: str) -> str | None:
    head, _, rest = pattern.partition("arn:")
    segments = rest.split(":", 2)
    is_plain = not head and len(segments) > 2 and not any(one in f"{segments[0]}{segments[1]}" for one in "*?$")
    return segments[1].lower() if is_plain else None


def tells_entities_apart(statement: Statement) -> bool:
    """Whether a statement reads of users, roles and other entities of IAM more than their names."""
    return any("resourcetag/" in key or key == _BOUNDARY for key in keys_named(statement))


def place_of(snapshot: Snapshot, action: str, resource: str) -> Hashable:
    """Equal for resources of which an action is decided alike where the statements in play match them alike.

    A resource that the snapshot knows is alike to none, but a role to those with the same trust policy, and an IAM
    entity to others that are no service's: AWS itself tells these apart by no more (S8), and statements only by what
    `tells_entities_apart` finds.
    """
    service = action.partition(":")[0]
    if service == "iam":
        path = resource.rpartition("/")[0]
        return path if "/aws-" in path else resource.partition("/")[0]
    if service == "sts":
        role = snapshot.role(resource)
        return resource if role is None or role.trust is None else (id(role.trust), role.is_service_linked)
    if not is_matched_itself(action, resource):
        return resource
    try:
        arn = Arn.parse(resource)
    except MalformedArnError:
        return resource
    bearer = bearer_of(arn)
    if arn.service in _BY_NAME or resource in snapshot.resources or bearer in snapshot.resources:
        return resource
    return arn.service, arn.region, arn.account, bearer is None, can_have_policy(arn), shared_how(arn)
