"""Edits in a few words."""

from __future__ import annotations

from collections.abc import Sequence

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
    SetKey,
    SetMembership,
    SetPassword,
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
    return _of_credentials(edit)


def _of_credentials(edit: Edit) -> str:
    match edit:
        case SetKey():
            return f"{_short(edit.user)}: {edit.key_id} {'active' if edit.active else 'inactive'}"
        case SetPassword():
            return f"{_short(edit.user)}: {'password' if edit.has else 'no password'}"
    return type(edit).__name__


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1]


def said_of_all(edits: Sequence[Edit]) -> str:
    """The first of some edits, and how many more there are."""
    more = f" and {len(edits) - 1} more" if len(edits) > 1 else ""
    return f"{said_of(edits[0])}{more}"
