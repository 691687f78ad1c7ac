"""Laying edits over a picture, and taking them off again (EP30, EP31, Z15)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TypeAlias

from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetEndpointPolicy,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
    SetVersions,
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
from iamtui.snapshot.model import Snapshot

Edit: TypeAlias = (
    SetInlinePolicy
    | SetAttachment
    | SetBoundary
    | SetMembership
    | SetTrust
    | SetKey
    | SetPassword
    | SetBearer
    | SetDocument
    | SetDefaultVersion
    | SetVersions
    | SetOrganizationDocument
    | SetOrganizationAttachment
    | SetResourcePolicy
    | SetEndpointPolicy
)
"""What one thing of a picture shall be. An edit that says what is so already changes nothing."""


def laid_over(snapshot: Snapshot, edits: Iterable[Edit]) -> Snapshot:
    """A new picture in which what the edits state is so; it shares with `snapshot` all that they do not touch.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    return reduce(lambda picture, edit: edit.laid_over(picture), edits, snapshot)


def inverse(snapshot: Snapshot, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that lead back to `snapshot` from where `edits` lead, in the order in which to make them.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    back: list[Edit] = []
    for edit in edits:
        back.append(edit.as_held(snapshot))
        snapshot = edit.laid_over(snapshot)
    return tuple(reversed(back))


def bearer_of(edit: Edit) -> str:
    """The ARN of the user, group, role or managed policy that an edit is of; empty for edits of anything else."""
    match edit:
        case SetInlinePolicy():
            return edit.owner
        case SetAttachment():
            return edit.target
        case SetBoundary():
            return edit.principal
        case SetTrust():
            return edit.role
        case SetMembership() | SetKey() | SetPassword():
            return edit.user
        case SetBearer():
            return edit.arn
        case SetDocument() | SetDefaultVersion() | SetVersions():
            return edit.policy
    return ""
