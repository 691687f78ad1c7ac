"""Actions that a rule tells from the others of their service: they are never taken for alike (WP1)."""

from __future__ import annotations

from iamtui.evaluation.request.accepted_calls import OF_THE_OWNER
from iamtui.evaluation.request.foreign_resources import OF_THE_CALLER
from iamtui.evaluation.request.unlisted_resources import has_arn_of_its_own

_SERVICES = frozenset(("iam", "kms", "lambda", "s3", "sts"))
"""Services in which rules name many operations, or tell resources apart by more than their ARN."""


def has_rule_of_its_own(action: str) -> bool:
    """Whether some table of this package names an action.

    That is a call that only the owner can make, one that answers an invitation, or one of which it is known on what
    AWS authorizes it.
    """
    folded = action.lower()
    service, _, operation = folded.partition(":")
    return (
        service in _SERVICES
        or folded in OF_THE_OWNER
        or operation in OF_THE_CALLER.get(service, ())
        or has_arn_of_its_own(folded)
    )
