"""The picture in which nothing is in the way: beside it one guardrail alone shows what it would turn (T10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Organization, OrganizationPolicy, Role, Snapshot, User

FULL_ACCESS = Document(b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
"""What an SCP says that keeps nobody from anything: AWS wants one at each level (E22)."""
PROTECTS_NOTHING = Document(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
)
"""What an RCP says that keeps nobody from anything (E36)."""

_Bearer = TypeVar("_Bearer", User, Role, Group)
_K = TypeVar("_K")
_V = TypeVar("_V")


def harmless(policy: OrganizationPolicy) -> Document:
    """What an SCP or RCP says that is still attached and keeps nobody from anything."""
    return PROTECTS_NOTHING if policy.kind == "RESOURCE_CONTROL_POLICY" else FULL_ACCESS


def allows_of(document: Document, kept: int = -1) -> Document:
    """A document without its Denies, but for the statement at one index."""
    for one in statements_written(document):
        if one.effect is Effect.DENY and one.index != kept:
            document = document.without(one.index)
    return document


def unguarded(snapshot: Snapshot) -> Snapshot:
    """The picture without guardrails: of every policy the Allows, no boundary, no SCP, RCP or endpoint policy."""
    return replace(
        snapshot,
        accounts=_each(snapshot.accounts, _of_account),
        organizations=_each(snapshot.organizations, _of_organization),
        resources=_each(snapshot.resources, lambda one: replace(one, policy=_allowing(one.policy))),
        endpoints=_each(snapshot.endpoints, lambda one: replace(one, policy=None)),
        aws_managed=_each(snapshot.aws_managed, _of_policy),
    )


def _of_account(account: Account) -> Account:
    return replace(
        account,
        users=_listed(account.users, lambda one: replace(_with_inline(one), boundary=None)),
        roles=_listed(account.roles, _of_role),
        groups=_listed(account.groups, _with_inline),
        policies=_listed(account.policies, _of_policy),
    )


def _of_role(role: Role) -> Role:
    return replace(_with_inline(role), boundary=None, trust=_allowing(role.trust))


def _with_inline(bearer: _Bearer) -> _Bearer:
    if not any(map(_denies, (one.document for one in bearer.inline))):
        return bearer
    return replace(bearer, inline=tuple(replace(one, document=allows_of(one.document)) for one in bearer.inline))


def _of_policy(policy: ManagedPolicy) -> ManagedPolicy:
    held = policy.default
    if held is None or not _denies(held.document):
        return policy
    cut = replace(held, document=allows_of(held.document))
    return replace(policy, versions=tuple(cut if one is held else one for one in policy.versions))


def _of_organization(organization: Organization) -> Organization:
    free = _each(
        organization.policies, lambda one: one if one.document is None else replace(one, document=harmless(one))
    )
    return replace(organization, policies=free)


def _allowing(document: Document | None) -> Document | None:
    return document if document is None or not _denies(document) else allows_of(document)


def _denies(document: Document) -> bool:
    return any(one.effect is Effect.DENY for one in statements_written(document))


def _each(held: Mapping[_K, _V], change: Callable[[_V], _V]) -> Mapping[_K, _V]:
    return MappingProxyType({key: change(one) for key, one in held.items()})


def _listed(held: Mapping[_K, _V] | None, change: Callable[[_V], _V]) -> Mapping[_K, _V] | None:
    return None if held is None else _each(held, change)
