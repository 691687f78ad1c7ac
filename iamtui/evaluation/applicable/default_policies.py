"""The policies in force on resources that have none of their own: a table of data."""

from __future__ import annotations

from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.policy.document import Document

_OF_FILE_SYSTEMS = Document(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
    b'"Action":"elasticfilesystem:Client*","Resource":"*"}]}'
)
_DEFAULTS = {
    ("elasticfilesystem", "file-system/"): (_OF_FILE_SYSTEMS, "clientmount", "clientrootaccess", "clientwrite")
}
"""By service and beginning of the resource: what it says, and of which operations it speaks.

Source: EFS User Guide, Using IAM to control access to file systems, Default EFS file system policy: full access for any
client that reaches a mount target (2026).
"""


def has_default_policy(service: str, operation: str) -> bool:
    """Whether some such policy speaks of an operation, in lower case; each speaks of those of its own service."""
    return any(of == service and operation in operations for (of, _), (_, *operations) in _DEFAULTS.items())


def default_policy(request: ResolvedRequest) -> AppliedPolicy | None:
    """What AWS takes for the policy of a resource without one; None where that is nothing (S26)."""
    arn = request.resource_arn
    if arn is None:
        return None
    for (service, start), (document, *operations) in _DEFAULTS.items():
        if arn.service == service and arn.resource.startswith(start) and request.operation in operations:
            return AppliedPolicy("default", document, "in force without a policy")
    return None
