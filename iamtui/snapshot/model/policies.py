"""Policies of an account: inline, managed, and the versions of managed ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from iamtui.arn import account_of
from iamtui.policy.document import Document

Tags: TypeAlias = tuple[tuple[str, str], ...]
"""Tag keys and values in the order of the export."""


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy that lives inside one user, group or role."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    version_id: str
    document: Document
    is_default: bool
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer or AWS managed policy with every version that was exported, the newest first."""

    arn: str
    name: str
    path: str
    policy_id: str
    default_version_id: str
    versions: tuple[PolicyVersion, ...]
    description: str | None = None
    attachment_count: int | None = None
    boundary_count: int | None = None
    is_attachable: bool = True
    created: datetime | None = None
    updated: datetime | None = None
    tags: Tags = ()
    is_bundled: bool = False  # no export holds it: it comes with iamtui

    @property
    def default(self) -> PolicyVersion | None:
        """The version in force (E11, I15): the one `default_version_id` names, else the one marked default."""
        marked = None
        for version in self.versions:
            if version.version_id == self.default_version_id:
                return version
            if version.is_default:
                marked = version
        return marked

    @property
    def is_aws_managed(self) -> bool:
        """Whether AWS owns it: `arn:aws:iam::aws:policy/…`."""
        return account_of(self.arn) == "aws"
