"""One API call that needs several authorizations: it succeeds only if every one of them is allowed (E2, E71)."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui import catalog
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.services import FURTHER_ACTIONS, RelatedAction

_ORDER = ("explicitDeny", "denied", "implicitDeny", "conditional", "allowed")


def call_word(decisions: Iterable[Decision]) -> str:
    """The decision on a call as a whole: the strictest of its parts; `conditional` if no part is certainly denied."""
    words = {decision.word for decision in decisions}
    return next(word for word in _ORDER if word in words)


def further_actions(action: str) -> tuple[RelatedAction, ...]:
    """What a call of `action` can need besides, each decided by itself (E70)."""
    known = FURTHER_ACTIONS.get(action.lower(), ())
    named = {related.action.lower() for related in known}
    found = catalog.action(action)
    if found is None:
        return known
    listed = dict.fromkeys(
        (*found.dependent_actions, *(needed for kind in found.resource_types for needed in kind.dependent_actions))
    )
    others = (RelatedAction(name, "for some calls") for name in listed if name.lower() not in named)
    return (*known, *others)
