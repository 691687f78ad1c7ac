"""The tree of principals: account, then users, groups, roles by kind, and root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import KeyKind, SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.subjects import find_entity
from iamtui.browsing.trees.account_folders import AccountFolders, Member
from iamtui.browsing.trees.external_nodes import find_provider, outsider_node, provider_nodes, providers_node
from iamtui.browsing.trees.tree_source import INSIDE, Entry, Marks, folder, haystack
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User
from iamtui.visible import Tone

_OUTSIDE, _PROVIDERS = folder("outside"), folder("providers", "")


class PrincipalTree:
    """Principals by account, kind and path; below each its groups and policies."""

    LABEL: ClassVar[str] = "Principals"
    EMPTY: ClassVar[str] = "no principals in what was read"

    def __init__(
        self,
        snapshot: Snapshot,
        relations: Relations | None,
        changed: frozenset[str],
        folders: dict[str, AccountFolders] | None = None,
    ) -> None:
        """`folders` are those of another tree of the same snapshot."""
        self._snapshot = snapshot
        self._relations = relations
        self._folders: dict[str, AccountFolders] = {} if folders is None else folders
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
        account_id = self._account_with(entity)
        if account_id is None:
            return ()
        return (SubjectKey.account(account_id), *self._folders_of(account_id).path_to(entity), subject)

    # Accounts and folders

    def _path_to_account(self, key: SubjectKey) -> Sequence[str]:
        if key.name in self._snapshot.accounts:
            return (key,)
        is_named = self._relations is not None and key.name in self._relations.outsiders
        return (_OUTSIDE, key) if is_named else ()

    def _account_with(self, member: Member) -> str | None:
        """The account below which a member stands; an export may give it the ARN of another, or of none."""
        if (named := account_of(member.arn)) in self._snapshot.accounts:
            return named
        return next((one for one in self._snapshot.accounts if self._folders_of(one).hold(member)), None)

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

    def _folders_of(self, account_id: str) -> AccountFolders:
        found = self._folders.get(account_id)
        if found is None:
            found = self._folders[account_id] = AccountFolders(self._snapshot.accounts[account_id])
        return found

    def _folder_children(self, folders: AccountFolders, key: str) -> list[Node]:
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
