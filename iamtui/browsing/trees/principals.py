"""The tree of principals: account, then users, groups, roles by kind, and root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import KeyKind, SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.subjects import find_entity
from iamtui.browsing.trees.external_nodes import find_provider, outsider_node, provider_nodes, providers_node
from iamtui.browsing.trees.tree_source import INSIDE, Entry, Marks, folder, haystack
from iamtui.content.nodes import Node
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User
from iamtui.visible import Tone

Member: TypeAlias = User | Group | Role
_USERS, _GROUPS, _ROLES = "Users", "Groups", "Roles"
_LINKED, _CENTER, _SERVICE, _OTHER = "Service-linked roles", "Identity Center roles", "Service roles", "Roles"
_OUTSIDE, _PROVIDERS = folder("outside"), folder("providers", "")
_BY_PATH = frozenset({_USERS, _GROUPS, _SERVICE, _OTHER})


def role_kind(role: Role) -> str:
    """The heading under which a role stands: by its path, else by whether an AWS service may assume it (I17)."""
    if role.is_service_linked:
        return _LINKED
    if role.is_identity_center:
        return _CENTER
    return _SERVICE if role.trust is not None and _trusts_a_service(role.trust) else _OTHER


def _trusts_a_service(trust: Document) -> bool:
    """Looks at the text alone, because a tree of ten thousand roles compiles no policies; escapes need the parser."""
    if b"\\u" not in trust.source:
        return b'"Service"' in trust.source
    policy = trust.policy
    return not isinstance(policy, InvalidDocument) and any(
        entry.key == "Service"
        for statement in policy.statements
        if statement.principal is not None
        for entry in statement.principal.entries
    )


@dataclass(frozen=True, slots=True)
class _Heading:
    """A folder of one account: its members sorted by name; `None` means not exported."""

    account: str
    title: str
    members: tuple[Member, ...] | None

    @property
    def key(self) -> str:
        return folder(self.account, self.title)


class _AccountFolders:
    """The headings of one account, and the members of each heading and path, sorted by name."""

    def __init__(self, account: Account) -> None:
        self.headings = tuple(_headings(account))
        self._members: dict[str, list[Member]] = {}
        self._paths: dict[str, list[str]] = {}
        self._nodes: dict[str, tuple[Node, ...]] = {}
        for heading in self.headings:
            self._add(heading)

    def _add(self, heading: _Heading) -> None:
        members = heading.members or ()
        by_path = heading.title in _BY_PATH and len({member.path for member in members}) > 1
        for member in members:
            key = f"{heading.key}{member.path}" if by_path and member.path != "/" else heading.key
            self._members.setdefault(key, []).append(member)
        if by_path:
            self._paths[heading.key] = sorted({member.path for member in members} - {"/"})

    def members(self, key: str) -> Sequence[Member]:
        """The members directly in a folder."""
        return self._members.get(key, ())

    def nodes(self, key: str) -> Sequence[Node]:
        """Their nodes, made once: of thousands they are asked for with each key that is typed into the filter."""
        if key not in self._nodes:
            self._nodes[key] = tuple(map(_member_node, self.members(key)))
        return self._nodes[key]

    def paths_below(self, key: str) -> Iterator[tuple[str, str, int]]:
        """The folders of paths in a heading: key, path, number of members."""
        for path in self._paths.get(key, ()):
            yield f"{key}{path}", path, len(self._members[f"{key}{path}"])


class PrincipalTree:
    """Principals by account, kind and path; below each its groups and policies."""

    LABEL: ClassVar[str] = "Principals"
    EMPTY: ClassVar[str] = "no principals in what was read"

    def __init__(
        self,
        snapshot: Snapshot,
        relations: Relations | None,
        changed: frozenset[str],
        folders: dict[str, _AccountFolders] | None = None,
    ) -> None:
        """`folders` are those of another tree of the same snapshot."""
        self._snapshot = snapshot
        self._relations = relations
        self._folders: dict[str, _AccountFolders] = {} if folders is None else folders
        self._marks = Marks(changed, self.path_to)

    def updated(self, relations: Relations | None, changed: frozenset[str]) -> PrincipalTree:
        """The tree of the same snapshot with other relations and changes."""
        return PrincipalTree(self._snapshot, relations, changed, self._folders)

    # The tree

    def roots(self) -> Sequence[Node]:
        """One node an account, sorted by name."""
        accounts = sorted(self._snapshot.accounts.values(), key=lambda account: account.alias or account.account_id)
        nodes = [self._account_node(account) for account in accounts]
        outsiders = {} if self._relations is None else self._relations.outsiders
        if outsiders:
            nodes.append(Node(_OUTSIDE, "Outside accounts", f"{len(outsiders):,}", has_children=True))
        return nodes

    def open_at_first(self) -> frozenset[str]:
        """The account if there is one, and its users and roles if they are few."""
        if len(self._snapshot.accounts) != 1:
            return frozenset()
        (account_id,) = self._snapshot.accounts
        small = (
            heading.key for heading in self._folders_of(account_id).headings if 0 < len(heading.members or ()) <= 40
        )
        return frozenset((SubjectKey.account(account_id), *small))

    def children(self, key: str) -> Sequence[Node]:
        """The nodes below an account, a folder or a principal."""
        account = self._snapshot.accounts.get(SubjectKey(key).account_id)
        if account is not None:
            return self._account_children(account)
        if key == _OUTSIDE and self._relations is not None:
            return [outsider_node(self._snapshot, *named) for named in self._relations.outsiders.items()]
        if (found := self._snapshot.accounts.get(key.removeprefix(_PROVIDERS))) is not None:
            return provider_nodes(found)
        account_id = key.removeprefix("folder:").partition("/")[0]
        if key.startswith("folder:") and account_id in self._snapshot.accounts:
            return self._folder_children(self._folders_of(account_id), key)
        entity = find_entity(self._snapshot, key)
        return [] if entity is None or not isinstance(entity, User | Group | Role) else self._below(entity)

    def path_to(self, subject: str) -> Sequence[str]:
        """Account, folder, path folder and principal."""
        key = SubjectKey(subject)
        if key.kind is KeyKind.ROOT:
            return (SubjectKey.account(key.name), key) if key.name in self._snapshot.accounts else ()
        if key.kind is KeyKind.ACCOUNT:
            return self._path_to_account(key)
        entity = find_entity(self._snapshot, subject)
        if not isinstance(entity, User | Group | Role):
            provider = find_provider(self._snapshot, subject)
            return () if provider is None else (SubjectKey.account(provider), f"{_PROVIDERS}{provider}", subject)
        account_id = account_of(subject)
        title = role_kind(entity) if isinstance(entity, Role) else _USERS if isinstance(entity, User) else _GROUPS
        heading = folder(account_id, title)
        path = f"{heading}{entity.path}"
        deeper = (path,) if self._folders_of(account_id).members(path) and entity.path != "/" else ()
        return (SubjectKey.account(account_id), heading, *deeper, subject)

    # Accounts and folders

    def _path_to_account(self, key: SubjectKey) -> Sequence[str]:
        if key.name in self._snapshot.accounts:
            return (key,)
        is_named = self._relations is not None and key.name in self._relations.outsiders
        return (_OUTSIDE, key) if is_named else ()

    def _account_node(self, account: Account) -> Node:
        key = SubjectKey.account(account.account_id)
        detail = account.account_id if account.alias else ""
        if not account.is_complete:
            detail = f"{detail} incomplete: a page is missing".strip()
        tone: Tone = "plain" if account.is_complete else "warn"
        return Node(
            key, account.alias or account.account_id, detail, tone, "◆", has_children=True, mark=self._marks.of(key)
        )

    def _account_children(self, account: Account) -> list[Node]:
        nodes = [
            Node(
                heading.key,
                heading.title,
                "not exported" if heading.members is None else f"{len(heading.members):,}",
                tone="muted" if not heading.members else "plain",
                has_children=bool(heading.members),
                mark=self._marks.of(heading.key),
            )
            for heading in self._folders_of(account.account_id).headings
        ]
        root = SubjectKey.root(account.account_id)
        has_key = account.root is not None and any(key.active for key in account.root.access_keys or ())
        nodes.append(Node(root, "Root user", "⚠ access key" if has_key else "", mark=self._marks.of(root)))
        nodes.append(providers_node(account, f"{_PROVIDERS}{account.account_id}"))
        return nodes

    def _folders_of(self, account_id: str) -> _AccountFolders:
        found = self._folders.get(account_id)
        if found is None:
            found = self._folders[account_id] = _AccountFolders(self._snapshot.accounts[account_id])
        return found

    def _folder_children(self, folders: _AccountFolders, key: str) -> list[Node]:
        nodes = [
            Node(path_key, path, f"{count:,}", "muted", has_children=True, mark=self._marks.of(path_key))
            for path_key, path, count in folders.paths_below(key)
        ]
        return nodes + self._marks.on(folders.nodes(key))

    # Principals

    def _below(self, member: Member) -> list[Node]:
        keys: list[tuple[str, str, str]]
        keys = [("inline", SubjectKey.inline(member.arn, policy.name), policy.name) for policy in member.inline]
        keys += [("attached", arn, arn.rpartition("/")[2]) for arn in member.attached]
        if isinstance(member, User | Role) and member.boundary:
            keys.append(("boundary", member.boundary, member.boundary.rpartition("/")[2]))
        if isinstance(member, User):
            account = account_of(member.arn)
            groups = [(name, self._snapshot.group(account, name)) for name in member.groups]
            keys = [("member of", group.arn if group else name, name) for name, group in groups] + keys
        return [
            Node(f"{member.arn}{INSIDE}{how}{INSIDE}{key}", label, how, "muted", mark=self._marks.of(f"{INSIDE}{key}"))
            for how, key, label in keys
        ]

    # The filter

    def entries(self) -> Iterator[Entry]:
        """Every user, group and role."""
        for account in self._snapshot.accounts.values():
            where = account.alias or account.account_id
            for kind, members in (("user", account.users), ("role", account.roles), ("group", account.groups)):
                for member in (members or {}).values():
                    tags = () if isinstance(member, Group) else member.tags
                    place = f"{kind} {member.path}" if member.path != "/" else kind
                    detail = f"{place} · {where}" if len(self._snapshot.accounts) > 1 else place
                    yield Entry(member.arn, haystack(member.arn, member.unique_id, tags), member.name, detail, tags)


def _headings(account: Account) -> Iterator[_Heading]:
    yield _Heading(account.account_id, _USERS, _sorted(account.users))
    yield _Heading(account.account_id, _GROUPS, _sorted(account.groups))
    if account.roles is None:
        yield _Heading(account.account_id, _ROLES, None)
        return
    kinds: defaultdict[str, list[Role]] = defaultdict(list)
    for role in account.roles.values():
        kinds[role_kind(role)].append(role)
    for title in (_OTHER, _SERVICE, _CENTER, _LINKED):
        if title in kinds or title == _OTHER:
            yield _Heading(account.account_id, title, _by_name(kinds[title]))


def _sorted(members: Mapping[str, User] | Mapping[str, Group] | None) -> tuple[Member, ...] | None:
    return None if members is None else _by_name(members.values())


def _by_name(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: member.name.casefold()))


def _member_node(member: Member) -> Node:
    return Node(member.arn, member.name, _remark(member), has_children=_has_children(member))


def _has_children(member: Member) -> bool:
    more = member.groups if isinstance(member, User) else ()
    return bool(member.inline or member.attached or more or (not isinstance(member, Group) and member.boundary))


def _remark(member: Member) -> str:
    if isinstance(member, Group):
        return ""
    remarks = []
    if isinstance(member, User) and member.credentials is not None and member.credentials.mfa is False:
        remarks.append("⚠ no MFA")
    if member.boundary:
        remarks.append("◇ boundary")
    if not _has_children(member):
        remarks.append("no policies")
    return " · ".join(remarks)
