"""Edits in a few words."""

from __future__ import annotations

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetEndpointPolicy,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
)
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBearer,
    SetBoundary,
    SetInlinePolicy,
    SetMembership,
    SetTrust,
)


def said_of(edit: Edit) -> str:
    """What an edit is of, and what it makes of it."""
    match edit:
        case SetInlinePolicy():
            verb = "no inline policy" if edit.document is None else "inline policy"
            return f"{_short(edit.owner)}: {verb} {edit.name}"
        case SetAttachment():
            return f"{_short(edit.target)}: {'attach' if edit.attached else 'detach'} {edit.policy.rpartition('/')[2]}"
        case SetBoundary():
            return f"{_short(edit.principal)}: boundary {(edit.policy or 'none').rpartition('/')[2]}"
        case SetMembership():
            return f"{_short(edit.user)}: {'join' if edit.member else 'leave'} group {edit.group}"
        case SetTrust():
            return f"{_short(edit.role)}: trust policy"
        case SetBearer():
            return f"{_short(edit.arn)}: {'deleted' if edit.bearer is None else 'made'}"
        case SetDocument() | SetOrganizationDocument():
            return f"{_short(edit.policy)}: document"
        case SetDefaultVersion():
            return f"{_short(edit.policy)}: {edit.version} in force"
        case SetOrganizationAttachment():
            return f"{_short(edit.policy)}: {'attach to' if edit.attached else 'detach from'} {edit.target}"
        case SetResourcePolicy():
            return f"{edit.resource}: policy"
        case SetEndpointPolicy():
            return f"{edit.endpoint}: policy"
    return type(edit).__name__


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1]
