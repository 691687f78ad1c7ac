"""Edits of every kind on a snapshot, taken at random from what it and another one hold."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
)
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBoundary,
    SetInlinePolicy,
    SetMembership,
    SetTrust,
)
from iamtui.policy.document import Document
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User


def random_edits(rng: Random, snapshot: Snapshot, other: Snapshot, most: int = 3) -> tuple[Edit, ...]:
    """Some edits of `snapshot` with documents of `other`."""
    documents = [Document(source) for source in sorted({one.source for one in _documents(other)})]
    every = list(_edits(rng, snapshot, documents))
    return tuple(rng.sample(every, min(len(every), rng.randint(1, most))))


def _documents(snapshot: Snapshot) -> Iterator[Document]:
    for account in snapshot.accounts.values():
        for policy in (account.policies or {}).values():
            yield from (version.document for version in policy.versions)
        for entity in _bearers(account):
            yield from (policy.document for policy in entity.inline)


def _bearers(account: Account) -> Iterator[User | Group | Role]:
    for held in (account.users, account.groups, account.roles):
        yield from (held or {}).values()


def _edits(rng: Random, snapshot: Snapshot, documents: list[Document]) -> Iterator[Edit]:
    for account in snapshot.accounts.values():
        yield from _of_account(rng, account, documents)
    for arn in snapshot.resources:
        yield SetResourcePolicy(arn, rng.choice([None, *documents]))
    for organization in snapshot.organizations.values():
        for one in organization.policies.values():
            yield from (SetOrganizationDocument(one.arn, document) for document in documents[:1])
            for target in organization.targets.values():
                if target.scps is not None and target.rcps is not None:
                    yield SetOrganizationAttachment(one.arn, target.target_id, attached=rng.random() < 0.5)


def _of_account(rng: Random, account: Account, documents: list[Document]) -> Iterator[Edit]:
    policies = sorted(account.policies or {})
    for bearer in _bearers(account):
        for name in ("added", *(one.name for one in bearer.inline)):
            yield SetInlinePolicy(bearer.arn, name, rng.choice([None, *documents]))
        yield from (SetAttachment(bearer.arn, policy, attached=rng.random() < 0.5) for policy in policies)
        if isinstance(bearer, User):
            groups = (account.groups or {}).values()
            yield from (SetMembership(bearer.arn, group.name, member=rng.random() < 0.5) for group in groups)
        if isinstance(bearer, Role) and documents:
            yield SetTrust(bearer.arn, rng.choice(documents))
        if not isinstance(bearer, Group):
            yield SetBoundary(bearer.arn, rng.choice([None, *policies]))
    for policy in (account.policies or {}).values():
        if not policy.is_aws_managed:
            yield from (SetDocument(policy.arn, document) for document in documents[:2])
            yield from (SetDefaultVersion(policy.arn, one.version_id) for one in policy.versions[:1])
