"""One API call that needs several authorizations: it succeeds only if every one of them is allowed (E2, E71)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from iamtui import catalog
from iamtui.evaluation.decision import Decision, Verdict
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import FURTHER_ACTIONS, RelatedAction
from iamtui.policy.keys import ABSENT

if TYPE_CHECKING:  # what names the further actions of a call does not wait for the evaluator
    from iamtui.evaluation.decide import OutcomeBounds

_PASSED_ROLES = Path(__file__).parent / "data" / "passed_roles.toml"
_PASS_ROLE = RelatedAction("iam:PassRole", "on the role that the call hands to its service, if it hands one")
_ORDER = ("explicitDeny", "denied", "implicitDeny", "conditional", "allowed")


def call_word(decisions: Iterable[Decision]) -> str:
    """The decision on a call as a whole: the strictest of its parts; `conditional` if no part is certainly denied."""
    words = {decision.word for decision in decisions}
    return next(word for word in _ORDER if word in words)


def decide_row(
    request: Request, decide: Callable[[Request], Decision], judge: Callable[[Request], OutcomeBounds]
) -> Decision:
    """A decision without its trace, for a row that says what is missing where something is allowed or denied.

    What is denied because nothing allows it, as most actions are, is not explained at all: the outcome says everything
    that a row shows.
    """
    best, worst, assumed = judge(request)
    if best == worst and best.verdict is Verdict.IMPLICIT_DENY:
        return Decision(request, best, best, worst, layers=(), assumed=assumed)
    return replace(decide(request), layers=())


def requests_of_call(call: Request, parts: Sequence[tuple[str, str]]) -> list[Request]:
    """A request for each action and resource of a call; what is asked alone has all that the call states (K1)."""
    if len(parts) > 1:
        return [_part(call, action, resource) for action, resource in parts]
    return [replace(call, action=action, resource=resource) for action, resource in parts]


def _part(call: Request, action: str, resource: str) -> Request:
    """What the call says of its other resources is absent for this one (E71)."""
    found = catalog.action(action)
    if found is None:
        return replace(call, action=action, resource=resource)
    others = (key for key in call.context if catalog.belongs_to_another_type(found, resource, key.lower()))
    return replace(call, action=action, resource=resource, context={**call.context, **dict.fromkeys(others, ABSENT)})


def further_actions(action: str) -> tuple[RelatedAction, ...]:
    """What a call of `action` can need besides, each decided by itself (E70)."""
    known = FURTHER_ACTIONS.get(action.lower(), ())
    named = {related.action.lower() for related in known}
    if action.lower() in _passing_a_role() and _PASS_ROLE.action.lower() not in named:
        known, named = (*known, _PASS_ROLE), {*named, _PASS_ROLE.action.lower()}
    found = catalog.action(action)
    if found is None:
        return known
    listed = dict.fromkeys(
        (*found.dependent_actions, *(needed for kind in found.resource_types for needed in kind.dependent_actions))
    )
    others = (RelatedAction(name, "for some calls") for name in listed if name.lower() not in named)
    return (*known, *others)


@cache
def _passing_a_role() -> frozenset[str]:
    table = tomllib.loads(_PASSED_ROLES.read_text("utf-8"))
    return frozenset(f"{service}:{name}".lower() for service, names in table["calls"].items() for name in names)
