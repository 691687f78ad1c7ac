"""Actions that a rule tells from the others of their service: they are never taken for alike (WP1)."""

from __future__ import annotations

from collections.abc import Hashable

from iamtui import catalog
from iamtui.evaluation.applicable.default_policies import has_default_policy
from iamtui.evaluation.fixed_outcomes import CHANGES
from iamtui.evaluation.request.accepted_calls import OF_THE_OWNER, is_of_the_owner
from iamtui.evaluation.request.foreign_resources import OF_THE_CALLER
from iamtui.evaluation.request.services import BUCKET_POLICY_ACTIONS, RCP_EXEMPT_ACTIONS
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


_OF_IAM = frozenset(
    (
        *("passrole", "createservicelinkedrole", "deleteservicelinkedrole", "updaterole", "updateroledescription"),
        *("putuserpermissionsboundary", "putrolepermissionsboundary"),
    )
)
"""Operations of IAM with rules of their own (S7, S8, K103)."""


def seen_in_name(action: str) -> Hashable | None:
    """What rules see in the name of an action beside its service; None where one names it, or its ARN, alone.

    That holds for signed calls: which ones AWS takes unsigned is told by name as well (E68).
    """
    folded = action.lower()
    service, _, operation = folded.partition(":")
    if service == "sts" or has_arn_of_its_own(folded):
        return None
    match service:
        case "iam":
            if operation in _OF_IAM:
                return operation
            return operation.startswith("create"), operation.startswith(CHANGES)  # K103, S8
        case "kms":
            found = catalog.action(action)
            on_aliases = found is not None and any(kind.name == "alias" for kind in found.resource_types)  # S20
            return on_aliases, is_of_the_owner(service, folded), folded in RCP_EXEMPT_ACTIONS  # S21, E35
    of_the_caller, by_default = operation in OF_THE_CALLER.get(service, ()), has_default_policy(service, operation)
    return folded in BUCKET_POLICY_ACTIONS, folded in OF_THE_OWNER, of_the_caller, by_default
