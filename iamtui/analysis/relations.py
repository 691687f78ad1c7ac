"""Who refers to whom: the relations of a snapshot from their far end, built once and kept.

What an entity itself says (its groups, its policies, its trust policy) is read from the entity. Here is the other
direction: who is in this group, who carries this policy, which roles trust this principal, which documents name it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.analysis.external_accounts import ExternalAccountIndex, unescaped
from iamtui.analysis.subject_keys import EVERYONE, SubjectKey
from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, InvalidDocument, PolicyDocument
from iamtui.snapshot.model import Account, Entity, Group, ManagedPolicy, Role, Snapshot, User

_NAMED = re.compile(
    rb'"(arn:aws[-a-z]*:(?:iam|sts)::\d{12}:(?:user|role|group|policy|assumed-role|instance-profile)/[^"\\*?$]+)"'
)

Keys = Mapping[str, tuple[str, ...]]


def _none() -> Keys:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Relations:
    """For each key, the keys of those that refer to it, in the order of the export.

    An ARN is its own key; `SubjectKey` makes all others. Besides subjects, `may_assume` has service principals and
    providers as policies write them, and `*`.

    Attributes:
        members: group → its users.
        attached_to: managed policy → users, groups and roles that carry it.
        boundary_of: managed policy → users and roles whose permissions boundary it is.
        may_assume: principal, account, service, provider or `*` → roles whose trust policy allows it.
        named_in: user, group, role or policy → documents that name it: managed and inline policies by their key,
            trust policies by their role, those of resources and endpoints by these, SCPs and RCPs by their ARN.
        outsiders: id of an account that was not exported → documents that name it, as in `named_in`.
    """

    members: Keys = field(default_factory=_none)
    attached_to: Keys = field(default_factory=_none)
    boundary_of: Keys = field(default_factory=_none)
    may_assume: Keys = field(default_factory=_none)
    named_in: Keys = field(default_factory=_none)
    outsiders: Keys = field(default_factory=_none)


class RelationsCancelledError(Exception):
    """`stop` said so."""


class _Index:
    """One relation while it is built: every key with its sources, each once."""

    def __init__(self) -> None:
        self._sources: dict[str, dict[str, None]] = {}

    def add(self, key: str, source: str) -> None:
        self._sources.setdefault(key, {})[source] = None

    def frozen(self) -> Keys:
        return MappingProxyType({key: tuple(sources) for key, sources in self._sources.items()})


class _Builder:
    def __init__(self, outsiders: ExternalAccountIndex) -> None:
        self.outsiders = outsiders
        self.members = _Index()
        self.attached_to = _Index()
        self.boundary_of = _Index()
        self.may_assume = _Index()
        self.named_in = _Index()
        self._named: dict[Document, tuple[str, ...]] = {}
        self._trusted: dict[Document, tuple[str, ...]] = {}

    def add(self, entity: Entity, account: Account) -> None:
        match entity:
            case User():
                self._add_user(entity, account)
            case Role():
                self._add_role(entity)
            case ManagedPolicy():
                if entity.default is not None:
                    self.add_document(entity.default.document, entity.arn)
            case Group():
                self._add_policies(entity)

    def _add_user(self, user: User, account: Account) -> None:
        for name in user.groups:
            group = (account.groups or {}).get(name.lower())
            if group is not None:
                self.members.add(group.arn, user.arn)
        self._add_boundary(user)
        self._add_policies(user)

    def _add_role(self, role: Role) -> None:
        self._add_boundary(role)
        self._add_policies(role)
        if role.trust is None:
            return
        trusted = self._trusted.get(role.trust)
        if trusted is None:
            trusted = self._trusted[role.trust] = tuple(_trusted_by(role.trust))
        for key in trusted:
            self.may_assume.add(key, role.arn)
        self.add_document(role.trust, role.arn, known=trusted)

    def add_document(self, document: Document, holder: str, known: tuple[str, ...] = ()) -> None:
        """Note whom a document names, apart from those whose relation to it is `known` already."""
        self.outsiders.add(document, holder)
        named = self._named.get(document)
        if named is None:
            named = self._named[document] = tuple(named_arns(document))
        for arn in named:
            if arn not in known and arn != holder:
                self.named_in.add(arn, holder)

    def _add_boundary(self, principal: User | Role) -> None:
        if principal.boundary is not None:
            self.boundary_of.add(principal.boundary, principal.arn)

    def _add_policies(self, entity: User | Group | Role) -> None:
        for arn in entity.attached:
            self.attached_to.add(arn, entity.arn)
        for inline in entity.inline:
            self.add_document(inline.document, SubjectKey.inline(entity.arn, inline.name))

    def build(self) -> Relations:
        return Relations(
            members=self.members.frozen(),
            attached_to=self.attached_to.frozen(),
            boundary_of=self.boundary_of.frozen(),
            may_assume=self.may_assume.frozen(),
            named_in=self.named_in.frozen(),
            outsiders=MappingProxyType(self.outsiders.holders()),
        )


def _never() -> bool:
    return False


def build_relations(snapshot: Snapshot, stop: Callable[[], bool] = _never) -> Relations:
    """Build the relations of a snapshot; each distinct document is looked through once.

    Raises:
        RelationsCancelledError: `stop`, asked now and then, returned true.
    """
    builder = _Builder(ExternalAccountIndex(snapshot.accounts))
    for account in snapshot.accounts.values():
        for done, entity in enumerate(_entities(account)):
            if done % 256 == 0 and stop():
                raise RelationsCancelledError
            builder.add(entity, account)
    for document, holder in _documents_of_others(snapshot):
        builder.add_document(document, holder)
    return builder.build()


def _documents_of_others(snapshot: Snapshot) -> Iterator[tuple[Document, str]]:
    """Policies of resources, endpoints and organizations, with the key of whose they are."""
    for resource in snapshot.resources.values():
        if resource.policy is not None:
            yield resource.policy, resource.arn
    for endpoint in snapshot.endpoints.values():
        if endpoint.policy is not None:
            yield endpoint.policy, endpoint.endpoint_id
    for organization in snapshot.organizations.values():
        for policy in organization.policies.values():
            if policy.document is not None:
                yield policy.document, policy.arn


def _entities(account: Account) -> Iterator[Entity]:
    for kind in (account.users, account.groups, account.roles, account.policies):
        yield from (kind or {}).values()


def named_arns(document: Document) -> Iterator[str]:
    """The ARNs of users, groups, roles, policies and sessions that a document names in full, without wildcards."""
    for match in dict.fromkeys(_NAMED.findall(unescaped(document))):
        yield match.decode("utf-8", "replace")


def _trusted_by(trust: Document) -> Iterator[str]:
    """The keys of all whom an Allow of a trust policy names."""
    policy = trust.policy
    if isinstance(policy, InvalidDocument):
        return
    for entry in _allowed_entries(policy):
        key = entry_key(entry)
        if key is not None:
            yield key


def _allowed_entries(policy: PolicyDocument) -> Iterator[PrincipalEntry]:
    for statement in policy.statements:
        principal = statement.principal
        if statement.effect is Effect.ALLOW and principal is not None and not principal.negated:
            yield from principal.entries


def entry_key(entry: PrincipalEntry) -> str | None:
    """The key of what a principal entry names; a session stands for its role. `None` if it names nobody (L51)."""
    match entry.kind:
        case EntryKind.EVERYONE:
            return EVERYONE
        case EntryKind.ACCOUNT:
            return SubjectKey.account(entry.account)
        case EntryKind.INVALID | EntryKind.OTHER:
            return None
        case _:
            return entry.text
