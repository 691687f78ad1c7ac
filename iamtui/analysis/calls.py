"""One API call that needs several authorizations: it succeeds only if every one of them is allowed (E2, E71)."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.evaluation.decision import Decision

_ORDER = ("explicitDeny", "implicitDeny", "conditional", "allowed")


def call_word(decisions: Iterable[Decision]) -> str:
    """The decision on a call as a whole: the strictest of its parts; `conditional` if no part is certainly denied."""
    words = {decision.word for decision in decisions}
    return next(word for word in _ORDER if word in words)
