"""The edit that drops one statement, whatever else of its document is dropped already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from iamtui.analysis.overlay.policy_edits import SetOrganizationDocument, SetVersions
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy
from iamtui.policy.document import Document
from iamtui.snapshot.model import ManagedPolicy, Snapshot

Place: TypeAlias = SetInlinePolicy | SetVersions | SetOrganizationDocument


@dataclass(frozen=True, slots=True)
class DropStatement:
    """The document at a place is without the statement of one index; the others keep theirs."""

    place: Place
    index: int

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with it."""
        held = self.place.as_held(snapshot)
        if isinstance(held, SetVersions):
            cut = tuple(
                replace(one, document=one.document.without(self.index)) if one.is_default else one
                for one in held.versions
            )
            return replace(held, versions=cut).laid_over(snapshot)
        document = None if held.document is None else held.document.without(self.index)
        return replace(held, document=document).laid_over(snapshot)


def in_force(policy: ManagedPolicy, document: Document) -> SetVersions:
    """The edit by which the version in force of a customer managed policy says this, without a new version."""
    held = policy.default
    versions = tuple(
        replace(one, document=document if one is held else one.document, is_default=one is held)
        for one in policy.versions
    )
    return SetVersions(policy.arn, "" if held is None else held.version_id, versions)
