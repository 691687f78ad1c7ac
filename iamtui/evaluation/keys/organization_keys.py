"""The organization of an account (K5, K12, K13, K61, K62)."""

from __future__ import annotations

from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN_VALUE, KeyState, KeyValue
from iamtui.snapshot.model import ACCOUNT, Organization


def org_id(account: str | None, subject: ResolvedRequest) -> KeyValue:
    """The id of the organization of an account, as far as one was exported."""
    organization = _organization(account, subject)
    if organization is None:
        return ABSENT if _is_in_none(account, subject) else _of_another(account, subject)
    return KeyValue.of(organization.organization_id, "the organization")


def org_paths(account: str | None, subject: ResolvedRequest) -> KeyValue:
    """The way to the account, `o-ID/r-ROOT/ou-…/`, without the account itself (K5)."""
    organization = _organization(account, subject)
    levels = organization.levels(account) if organization is not None and account is not None else None
    if organization is None:
        return ABSENT if _is_in_none(account, subject) else subject.otherwise
    if levels is None:
        return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT
    path = "/".join((organization.organization_id, *(level.target_id for level in levels[:-1]), ""))
    return KeyValue.listing((path,), "the organization")


def _is_in_none(account: str | None, subject: ResolvedRequest) -> bool:
    """Whether the export says that an account is in no organization (K12)."""
    exported = subject.snapshot.accounts.get(account or "") if subject.snapshot is not None else None
    return exported is not None and exported.in_organization is False


def _of_another(account: str | None, subject: ResolvedRequest) -> KeyValue:
    """An account that whole lists of accounts leave out may be in any organization but those (K12)."""
    if subject.unstated is Unstated.ABSENT or subject.snapshot is None or account is None:
        return subject.otherwise
    listed = (
        organization.organization_id
        for organization in subject.snapshot.organizations.values()
        if organization.lists_all(ACCOUNT)
    )
    return KeyValue(KeyState.UNKNOWN, excluded=frozenset(listed))


def _organization(account: str | None, subject: ResolvedRequest) -> Organization | None:
    if account is None or subject.snapshot is None:
        return None
    return subject.snapshot.organization_of(account)
