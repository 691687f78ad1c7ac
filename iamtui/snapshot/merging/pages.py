"""Pages of an export, and accounts as far as pages were put together (I7, I11, I12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from iamtui.arn import account_of, is_account_id
from iamtui.snapshot.facts import IamEntities
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, User

E = TypeVar("E", User, Group, Role, ManagedPolicy)


@dataclass(frozen=True)
class Page:
    """A page with the file that it came from."""

    path: Path
    modified: datetime
    entities: IamEntities

    @cached_property
    def counts(self) -> Counter[str]:
        """How many entities of each account it has; AWS managed policies are nobody's."""
        entities = self.entities
        found: Counter[str] = Counter()
        for kind in (entities.users, entities.groups, entities.roles):
            found.update([account_of(item.arn) for item in kind or ()])
        found.update([account_of(item.arn) for item in entities.policies or () if not item.is_aws_managed])
        return found

    @property
    def strays(self) -> list[str]:
        """What stands in ARNs in the place of an account, where the page is of an account with a number."""
        home = self.home
        if home is None or not is_account_id(home):
            return []
        return sorted(account for account in self.counts if not is_account_id(account))

    @cached_property
    def home(self) -> str | None:
        """The account that it is of, if it names any: of several the one with the most entities."""
        counts = self.counts
        ranked = sorted(counts, key=lambda account: (not is_account_id(account), -counts[account], account))
        return ranked[0] if ranked else None


@dataclass(slots=True)
class Merged(Generic[E]):
    """The entities of one kind of one account; `None` as long as no page has the kind (I12)."""

    plural: str
    entities: dict[str, E] | None = None
    is_whole: bool = False  # a page that claims to be the last or only one is in it
    _ids: dict[str, str] = field(default_factory=dict)  # the key of each unique id, from the second page on

    def is_renamed(self, key: str, item: E) -> bool:
        """Whether it is here already under another name, as its unique id says (I11)."""
        if not self._ids:
            self._ids.update((_unique_id(held), name) for name, held in (self.entities or {}).items())
        unique_id = _unique_id(item)
        return bool(unique_id) and self._ids.get(unique_id, key) != key

    def add(self, items: Mapping[str, E]) -> None:
        """Add what is not there yet; of two entities with one unique id or name the first stays (I11)."""
        if not self.entities:
            self.entities = dict(items)
            return
        for key, item in items.items():
            if not self.is_renamed(key, item):
                self._ids.setdefault(_unique_id(item), key)
                self.entities.setdefault(key, item)


@dataclass(frozen=True, slots=True)
class Addition(Generic[E]):
    """What a page, older than all before, brings of one kind."""

    merged: Merged[E]
    items: Mapping[str, E]

    @property
    def differing(self) -> list[str]:
        """The names that both have with different content, and those of entities that have another name by now."""
        held = self.merged.entities
        if not held:
            return []
        return sorted(
            key
            for key, item in self.items.items()
            if (held[key] != item if key in held else self.merged.is_renamed(key, item))
        )

    @property
    def is_other_export(self) -> bool:
        """Whether both are whole, share entities and yet are not equal: pages of one export never do so."""
        held = self.merged.entities
        if not held or not self.merged.is_whole or held.keys().isdisjoint(self.items):
            return False
        return held != self.items

    def take(self, *, is_whole: bool) -> None:
        """Add what is not there yet."""
        self.merged.is_whole |= is_whole
        self.merged.add(self.items)


@dataclass(slots=True)
class AccountDraft:
    """An account as far as it is put together."""

    account_id: str
    partition: str
    path: Path
    exported: datetime
    users: Merged[User] = field(default_factory=lambda: Merged("users"))
    groups: Merged[Group] = field(default_factory=lambda: Merged("groups"))
    roles: Merged[Role] = field(default_factory=lambda: Merged("roles"))
    policies: Merged[ManagedPolicy] = field(default_factory=lambda: Merged("policies"))
    is_complete: bool = False

    def account(self) -> Account:
        """The account, finished."""
        return Account(
            account_id=self.account_id,
            partition=self.partition,
            users=_frozen(self.users),
            groups=_frozen(self.groups),
            roles=_frozen(self.roles),
            policies=_frozen(self.policies),
            is_complete=self.is_complete,
            exported=self.exported,
        )


def _frozen(merged: Merged[E]) -> Mapping[str, E] | None:
    return None if merged.entities is None else MappingProxyType(merged.entities)


def _unique_id(item: User | Group | Role | ManagedPolicy) -> str:
    return item.policy_id if isinstance(item, ManagedPolicy) else item.unique_id


def additions_of(page: Page, draft: AccountDraft, *, is_home: bool) -> list[AnyAddition]:
    """What a page brings of each kind to an account.

    Policies of AWS, and entities whose ARN says no account, go to the account that the page is of.
    """
    found: list[AnyAddition] = []
    entities = page.entities
    account = {draft.account_id, *(page.strays if is_home else ())}
    own = None if page.counts.keys() <= account else account
    if entities.users is not None:
        found.append(Addition(draft.users, _of_account(entities.users, own)))
    if entities.groups is not None:
        found.append(Addition(draft.groups, _of_account(entities.groups, own)))
    if entities.roles is not None:
        found.append(Addition(draft.roles, _of_account(entities.roles, own)))
    if entities.policies is not None:
        policies = {
            item.arn: item
            for item in entities.policies
            if (is_home if item.is_aws_managed else account_of(item.arn) in account)
        }
        found.append(Addition(draft.policies, policies))
    return found


AnyAddition: TypeAlias = "Addition[User] | Addition[Group] | Addition[Role] | Addition[ManagedPolicy]"


def _of_account(items: Iterable[E], account: set[str] | None) -> dict[str, E]:
    """Entities of one account, of all if None, by name in lower case: names are unique regardless of case (Q54)."""
    return {item.name.lower(): item for item in items if account is None or account_of(item.arn) in account}
