"""The tree of policies: customer managed, AWS managed, inline; below each who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import ClassVar

from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.descriptions import short_name
from iamtui.browsing.subjects import find_entity
from iamtui.browsing.trees.tree_source import INSIDE, Entry, Marks, folder, haystack
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, Snapshot, User
from iamtui.visible import Tone

_CUSTOMER, _AWS, _INLINE = folder("Customer managed"), folder("AWS managed"), folder("Inline")
Owner = User | Group | Role


class _Shelves:
    """Who holds policies of their own, by account and sorted by name: what no relation changes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._accounts = snapshot.accounts

    @cached_property
    def customer(self) -> Mapping[str, tuple[ManagedPolicy, ...]]:
        """The customer managed policies of the accounts that have any."""
        found = {
            account_id: tuple(sorted(_customer_managed(account), key=lambda policy: policy.name.casefold()))
            for account_id, account in self._accounts.items()
        }
        return {account: policies for account, policies in found.items() if policies}

    @cached_property
    def owners(self) -> Mapping[str, tuple[Owner, ...]]:
        """The users, groups and roles with inline policies."""
        found = {account_id: tuple(_owners(account)) for account_id, account in self._accounts.items()}
        return {account: owners for account, owners in found.items() if owners}

    @cached_property
    def inline_count(self) -> int:
        """How many inline policies there are."""
        return sum(len(owner.inline) for owners in self.owners.values() for owner in owners)


class PolicyTree:
    """Policies by kind; with several accounts customer managed and inline ones by account too."""

    LABEL: ClassVar[str] = "Policies"
    EMPTY: ClassVar[str] = "no policies in what was read"

    def __init__(
        self,
        snapshot: Snapshot,
        relations: Relations | None,
        changed: frozenset[str],
        shelves: _Shelves | None = None,
    ) -> None:
        """`shelves` are those of another tree of the same snapshot."""
        self._snapshot = snapshot
        self._relations = relations
        self._shelves = _Shelves(snapshot) if shelves is None else shelves
        self._marks = Marks(changed, self.path_to)

    def updated(self, relations: Relations | None, changed: frozenset[str]) -> PolicyTree:
        """The tree of the same snapshot with other relations and changes."""
        return PolicyTree(self._snapshot, relations, changed, self._shelves)

    # The tree

    def roots(self) -> Sequence[Node]:
        """The three kinds."""
        if not self._snapshot.accounts:
            return []
        customer = sum(len(policies) for policies in self._shelves.customer.values())
        inline = self._shelves.inline_count
        exported = any(account.policies is not None for account in self._snapshot.accounts.values())
        aws = f"{len(self._aws):,}" + (f" · {len(self._missing):,} not exported" if self._missing else "")
        return [
            self._kind_node(_CUSTOMER, "Customer managed", f"{customer:,}" if exported else "not exported", customer),
            self._kind_node(_AWS, "AWS managed", aws, len(self._aws) + len(self._missing)),
            self._kind_node(_INLINE, "Inline", f"{inline:,}", inline),
        ]

    def _kind_node(self, key: str, label: str, detail: str, count: int) -> Node:
        tone: Tone = "plain" if count else "muted"
        return Node(key, label, detail, tone, has_children=count > 0, mark=self._marks.of(key))

    def open_at_first(self) -> frozenset[str]:
        """The customer managed policies."""
        return frozenset({_CUSTOMER})

    def children(self, key: str) -> Sequence[Node]:
        """The nodes below a kind, an account, an owner or a policy."""
        if key == _AWS:
            return [*map(self._policy_node, self._aws), *map(self._missing_node, self._missing)]
        for kind, below in ((_CUSTOMER, self._customer_nodes), (_INLINE, self._owner_nodes)):
            if key == kind:
                accounts = self._shelves.customer if kind == _CUSTOMER else self._shelves.owners
                if len(self._snapshot.accounts) == 1:
                    return list(chain.from_iterable(map(below, accounts)))
                return [self._account_node(kind, account) for account in accounts]
            if key.startswith(f"{kind}/"):
                return below(key.removeprefix(f"{kind}/"))
        return self._below(key)

    def path_to(self, subject: str) -> Sequence[str]:
        """Kind, account where there are several, owner of an inline policy, and the policy."""
        inline = SubjectKey(subject).inline_name
        if inline is not None:
            owner = f"owner{INSIDE}{inline.owner}"
            return (_INLINE, *self._account_level(_INLINE, inline.owner), owner, subject)
        if not isinstance(find_entity(self._snapshot, subject), ManagedPolicy):
            return ()
        if account_of(subject) == "aws":
            return (_AWS, subject)
        return (_CUSTOMER, *self._account_level(_CUSTOMER, subject), subject)

    def _account_level(self, kind: str, arn: str) -> tuple[str, ...]:
        return () if len(self._snapshot.accounts) == 1 else (f"{kind}/{arn.split(':', 5)[4]}",)

    # Kinds

    @cached_property
    def _aws(self) -> tuple[ManagedPolicy, ...]:
        found = {
            policy.arn: policy
            for account in self._snapshot.accounts.values()
            for policy in (account.policies or {}).values()
            if policy.is_aws_managed
        }
        bundled = self._snapshot.aws_managed
        found |= {arn: bundled[arn] for arn in self._used if arn in bundled and arn not in found}
        return tuple(sorted(found.values(), key=lambda policy: policy.name.casefold()))

    @cached_property
    def _missing(self) -> tuple[str, ...]:
        """Managed policies that somebody carries and no account exported (T22)."""
        return tuple(sorted(arn for arn in self._used if find_entity(self._snapshot, arn) is None))

    @cached_property
    def _used(self) -> frozenset[str]:
        """Managed policies that somebody carries."""
        if self._relations is None:
            return frozenset()
        return frozenset((*self._relations.attached_to, *self._relations.boundary_of))

    def _account_node(self, kind: str, account_id: str) -> Node:
        key = f"{kind}/{account_id}"
        return Node(
            key,
            self._snapshot.accounts[account_id].alias or account_id,
            glyph="◆",
            has_children=True,
            mark=self._marks.of(key),
        )

    def _customer_nodes(self, account_id: str) -> list[Node]:
        return [self._policy_node(policy) for policy in self._shelves.customer.get(account_id, ())]

    def _owner_nodes(self, account_id: str) -> list[Node]:
        return [
            Node(
                key := f"owner{INSIDE}{owner.arn}",
                owner.name,
                f"{short_name(self._snapshot, owner.arn).partition('/')[0]} · {len(owner.inline)}",
                has_children=True,
                mark=self._marks.of(key),
            )
            for owner in self._shelves.owners.get(account_id, ())
        ]

    # Policies

    def _policy_node(self, policy: ManagedPolicy) -> Node:
        users = self._users(policy.arn)
        return Node(
            policy.arn,
            policy.name,
            self._use(policy),
            "plain" if users else "muted",
            has_children=bool(users),
            mark=self._marks.of(policy.arn),
        )

    def _missing_node(self, arn: str) -> Node:
        return Node(arn, arn.rpartition("/")[2], "not exported", "warn", "?", has_children=True)

    def _use(self, policy: ManagedPolicy) -> str:
        if self._relations is None:
            return ""
        attached = len(self._relations.attached_to.get(policy.arn, ()))
        boundary = len(self._relations.boundary_of.get(policy.arn, ()))
        parts = [f"attached to {attached:,}"] if attached else []
        if boundary:
            parts.append(f"boundary of {boundary:,}")
        if policy.is_bundled:
            parts.append("document bundled with iamtui")
        return " · ".join(parts) or "not used"

    def _users(self, arn: str) -> list[tuple[str, str]]:
        if self._relations is None:
            return []
        attached = [("attached", key) for key in self._relations.attached_to.get(arn, ())]
        return attached + [("boundary", key) for key in self._relations.boundary_of.get(arn, ())]

    def _below(self, key: str) -> list[Node]:
        prefix, _, owner_arn = key.partition(INSIDE)
        if prefix == "owner":
            owner = find_entity(self._snapshot, owner_arn)
            policies = () if owner is None or isinstance(owner, ManagedPolicy) else owner.inline
            keys = ((SubjectKey.inline(owner_arn, policy.name), policy.name) for policy in policies)
            return [Node(key, name, mark=self._marks.of(key)) for key, name in keys]
        return [
            Node(f"{key}{INSIDE}{how}{INSIDE}{user}", short_name(self._snapshot, user), how, "muted")
            for how, user in self._users(key)
        ]

    # The filter

    def entries(self) -> Iterator[Entry]:
        """Every policy."""
        for policy in chain(self._aws, *self._shelves.customer.values()):
            kind = "AWS managed" if policy.is_aws_managed else f"customer managed {policy.arn.split(':', 5)[4]}"
            yield Entry(policy.arn, haystack(policy.arn, policy.policy_id, policy.tags), policy.name, kind, policy.tags)
        for arn in self._missing:
            yield Entry(arn, haystack(arn, ""), arn.rpartition("/")[2], "not exported")
        for owner in chain.from_iterable(self._shelves.owners.values()):
            for inline in owner.inline:
                key = SubjectKey.inline(owner.arn, inline.name)
                text = f"{inline.name}\n{owner.arn}".casefold()
                yield Entry(key, text, inline.name, f"inline · {owner.arn.partition(':')[2].rpartition(':')[2]}")


def _customer_managed(account: Account) -> Iterator[ManagedPolicy]:
    return (policy for policy in (account.policies or {}).values() if not policy.is_aws_managed)


def _owners(account: Account) -> Iterator[Owner]:
    kinds: tuple[Mapping[str, Owner], ...] = (account.users or {}, account.groups or {}, account.roles or {})
    for kind in kinds:
        yield from sorted((owner for owner in kind.values() if owner.inline), key=lambda owner: owner.name.casefold())
