"""What is asked of everybody, and the targets that it means (WC3, WC16-WC18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from iamtui import catalog
from iamtui.analysis.queries.everybody.resource_set import ResourceSet
from iamtui.analysis.queries.everybody.targets import OneResource, Target
from iamtui.analysis.queries.index.holders import Holders
from iamtui.catalog.nearest import nearest_action
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.patterns import is_plain
from iamtui.policy.keys import KeyValue


class QuestionError(ValueError):
    """A question that cannot be asked: an action that does not exist, a pattern that nothing matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of everybody; the members are those of a request (WC3).

    Attributes:
        actions: names or patterns of actions.
        resources: ARNs, `*`, or patterns; none: on some resource (WC18).
        only: ARNs or patterns of those who alone should be able to (WC20); None: not asked.
        show_denied: whether the denied are rows too (WC15).
        via: through how many roles at most one may reach it (WC19).
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    resource_account: str | None = None
    unstated: Unstated = Unstated.UNKNOWN
    at: datetime | None = None
    only: tuple[str, ...] | None = None
    show_denied: bool = False
    via: int | Literal["any"] = 0


def expanded(patterns: Iterable[str]) -> tuple[str, ...]:
    """The actions that patterns mean, each once, in AWS's spelling (WC16).

    Raises:
        QuestionError: an action does not exist, or a pattern matches none.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        named = catalog.matching(pattern)
        if not named:
            expected = "an action that exists" if is_plain(pattern) else "a pattern that matches an action"
            if "," in pattern:
                raise QuestionError(f"{pattern}: expected several actions with spaces between; nothing is asked")
            nearest = nearest_action(pattern) if is_plain(pattern) else None
            expected += "" if nearest is None else f", such as {nearest}"
            raise QuestionError(f"{pattern}: expected {expected}; nothing is asked")
        found.update(dict.fromkeys(named))
    return tuple(found)


def targets_of(holders: Holders, question: Question, actions: Sequence[str]) -> list[Target]:
    """What is asked for each action; actions that take nothing of what is asked about are left out.

    Raises:
        QuestionError: none of them takes anything of it.
        RequestError: a resource is malformed.
    """
    found = [target_of(holders, question, action) for action in actions]
    targets = [target for target in found if not (isinstance(target, ResourceSet) and target.is_empty)]
    if not targets:
        raise QuestionError(f"{', '.join(question.resources)}: no resource that {actions[0]} takes matches")
    return targets


def target_of(holders: Holders, question: Question, action: str) -> Target:
    """One action on one resource, or on a set of them: several, a pattern, or any (WC17, WC18)."""
    request = request_of(question, action)
    resources = tuple(dict.fromkeys(question.resources))
    if len(resources) == 1 and (resources[0] == "*" or is_plain(resources[0])):
        return OneResource(holders, replace(request, resource=resources[0]))  # as it stands, listed or not (L36)
    if takes_no_resource(action):
        return OneResource(holders, request)
    return ResourceSet(holders, request, resources)


def request_of(question: Question, action: str) -> Request:
    """The request for an action, as yet nobody's and on nothing."""
    return Request(
        "anonymous",
        action,
        "*",
        question.resource_account,
        question.context,
        unstated=question.unstated,
        at=question.at,
    )
