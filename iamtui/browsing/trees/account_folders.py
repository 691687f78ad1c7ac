"""The folders of one account in the tree of principals: members by kind and by path, sorted by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iamtui.browsing.trees.tree_source import folder
from iamtui.content.nodes import Node
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Account, Group, Role, User

Member: TypeAlias = User | Group | Role
_USERS, _GROUPS, _ROLES = "Users", "Groups", "Roles"
_LINKED, _CENTER, _SERVICE, _OTHER = "Service-linked roles", "Identity Center roles", "Service roles", "Roles"
_BY_PATH = frozenset({_USERS, _GROUPS, _SERVICE, _OTHER})
_NO_PATHS = frozenset({"/", ""})  # an export may leave the path out


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
class Heading:
    """A folder of one account: its members sorted by name; `None` means not exported."""

    account: str
    title: str
    members: tuple[Member, ...] | None

    @property
    def key(self) -> str:
        """The key of its node."""
        return folder(self.account, self.title)


class AccountFolders:
    """The headings of one account, and the members of each heading and path, sorted by name."""

    def __init__(self, account: Account) -> None:
        self._account = account.account_id
        self.headings = tuple(_headings(account))
        self._members: dict[str, list[Member]] = {}
        self._paths: dict[str, list[str]] = {}
        self._nodes: dict[str, tuple[Node, ...]] = {}
        for heading in self.headings:
            self._add(heading)

    def _add(self, heading: Heading) -> None:
        members = heading.members or ()
        by_path = heading.title in _BY_PATH and len({member.path for member in members}) > 1
        for member in members:
            key = f"{heading.key}{member.path}" if by_path and member.path not in _NO_PATHS else heading.key
            self._members.setdefault(key, []).append(member)
        if by_path:
            self._paths[heading.key] = sorted({member.path for member in members} - _NO_PATHS)

    def members(self, key: str) -> Sequence[Member]:
        """The members directly in a folder."""
        return self._members.get(key, ())

    def hold(self, member: Member) -> bool:
        """Whether a member stands in one of the folders."""
        return any(one is member for members in self._members.values() for one in members)

    def path_to(self, member: Member) -> tuple[str, ...]:
        """The keys of the folders in which a member of the account stands, the outer one first."""
        title = role_kind(member) if isinstance(member, Role) else _USERS if isinstance(member, User) else _GROUPS
        heading = folder(self._account, title)
        path = f"{heading}{member.path}"
        return (heading, path) if self.members(path) and member.path not in _NO_PATHS else (heading,)

    def nodes(self, key: str) -> Sequence[Node]:
        """Their nodes, made once: of thousands they are asked for with each key that is typed into the filter."""
        if key not in self._nodes:
            self._nodes[key] = tuple(map(_member_node, self.members(key)))
        return self._nodes[key]

    def paths_below(self, key: str) -> Iterator[tuple[str, str, int]]:
        """The folders of paths in a heading: key, path, number of members."""
        for path in self._paths.get(key, ()):
            yield f"{key}{path}", path, len(self._members[f"{key}{path}"])


def _headings(account: Account) -> Iterator[Heading]:
    yield Heading(account.account_id, _USERS, _sorted(account.users))
    yield Heading(account.account_id, _GROUPS, _sorted(account.groups))
    if account.roles is None:
        yield Heading(account.account_id, _ROLES, None)
        return
    kinds: defaultdict[str, list[Role]] = defaultdict(list)
    for role in account.roles.values():
        kinds[role_kind(role)].append(role)
    for title in (_OTHER, _SERVICE, _CENTER, _LINKED):
        if title in kinds or title == _OTHER:
            yield Heading(account.account_id, title, _by_name(kinds[title]))


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
