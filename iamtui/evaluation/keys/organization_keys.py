"""The organization of an account (K5, K12, K13, K61, K62)."""

from __future__ import annotations

from iamtui.evaluation.context import Subject
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Organization


def org_id(account: str | None, subject: Subject) -> KeyValue:
    """The id of the organization of an account, as far as one was exported."""
    organization = _organization(account, subject)
    if organization is None:
        return subject.otherwise
    return KeyValue.of(organization.organization_id, "the organization")


def org_paths(account: str | None, subject: Subject) -> KeyValue:
    """The way to the account, `o-ID/r-ROOT/ou-…/`, without the account itself (K5)."""
    organization = _organization(account, subject)
    levels = organization.levels(account) if organization is not None and account is not None else None
    if organization is None or levels is None:
        return subject.otherwise
    path = "/".join((organization.organization_id, *(level.target_id for level in levels[:-1]), ""))
    return KeyValue.listing((path,), "the organization")


def _organization(account: str | None, subject: Subject) -> Organization | None:
    if account is None or subject.snapshot is None:
        return None
    return subject.snapshot.organization_of(account)
