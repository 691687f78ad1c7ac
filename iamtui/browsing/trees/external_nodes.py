"""Who can ask besides users and roles: accounts that are only named, and the identity providers of an account."""

from __future__ import annotations

from collections.abc import Sequence

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.descriptions import kind_of, name_of
from iamtui.browsing.surroundings import find_surrounding
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Account, IdentityProvider, Snapshot
from iamtui.visible import Tone


def outsider_node(snapshot: Snapshot, account_id: str, holders: Sequence[str]) -> Node:
    """An account that was not exported, with how many documents name it."""
    organization = snapshot.organization_of(account_id)
    target = None if organization is None else organization.targets.get(account_id)
    whose = "outside" if organization is None else f"of {organization.organization_id}, not exported"
    name = account_id if target is None else f"{target.name} {account_id}"
    count = f"named in {len(holders):,} document{'s' if len(holders) != 1 else ''}"
    return Node(SubjectKey.account(account_id), name, f"{count} · {whose}", glyph="◇")


def providers_node(account: Account, key: str) -> Node:
    """The folder of an account's identity providers."""
    providers = account.providers
    count = "not exported" if providers is None else f"{len(providers):,}"
    tone: Tone = "plain" if providers else "muted"
    return Node(key, "Identity providers", count, tone, has_children=bool(providers))


def provider_nodes(account: Account) -> list[Node]:
    """The SAML and OIDC providers of an account, by name."""
    providers = sorted((account.providers or {}).values(), key=lambda one: name_of(one).casefold())
    return [Node(one.arn, name_of(one), kind_of(one)) for one in providers]


def find_provider(snapshot: Snapshot, key: str) -> str | None:
    """The account of the provider with this ARN; None if there is none."""
    found = find_surrounding(snapshot, SubjectKey(key)) if key.startswith("arn:") else None
    return account_of(found.arn) if isinstance(found, IdentityProvider) else None
