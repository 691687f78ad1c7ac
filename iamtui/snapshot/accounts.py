"""Puts pages and other facts together to accounts (I7, I11, I12, I16, I18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from iamtui.arn import is_account_id
from iamtui.snapshot.aws_managed import BUNDLED
from iamtui.snapshot.facts import Coverage, IamEntities
from iamtui.snapshot.model import (
    Account,
    Group,
    ManagedPolicy,
    Role,
    Severity,
    SourceProblem,
    User,
)
from iamtui.snapshot.neighbours import Neighbours

E = TypeVar("E", User, Group, Role, ManagedPolicy)
_FEW = 3


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

    @cached_property
    def home(self) -> str | None:
        """The account that it is of, if it names any: of several the one with the most entities."""
        counts = self.counts
        ranked = sorted(counts, key=lambda account: (not is_account_id(account), -counts[account], account))
        return ranked[0] if ranked else None


@dataclass(slots=True)
class _Merged(Generic[E]):
    """The entities of one kind of one account; `None` as long as no page has the kind (I12)."""

    plural: str
    entities: dict[str, E] | None = None
    is_whole: bool = False  # a page that claims to be the last or only one is in it


@dataclass(frozen=True, slots=True)
class _Addition(Generic[E]):
    """What a page, older than all before, brings of one kind."""

    merged: _Merged[E]
    items: Mapping[str, E]

    @property
    def differing(self) -> list[str]:
        """The names that both have, with different content."""
        held = self.merged.entities
        if not held:
            return []
        return sorted(key for key, item in self.items.items() if held.get(key, item) != item)

    @property
    def is_other_export(self) -> bool:
        """Whether both are whole, share entities and yet are not equal: pages of one export never do so."""
        held = self.merged.entities
        if not held or not self.merged.is_whole or held.keys().isdisjoint(self.items):
            return False
        return held != self.items

    def take(self, *, is_whole: bool) -> None:
        """Add what is not there yet; of two entities with one name the newer stays (I11)."""
        if self.merged.entities is None:
            self.merged.entities = {}
        self.merged.is_whole |= is_whole
        for key, item in self.items.items():
            self.merged.entities.setdefault(key, item)


@dataclass(slots=True)
class Draft:
    """An account as far as it is put together."""

    account_id: str
    partition: str
    path: Path
    exported: datetime
    users: _Merged[User] = field(default_factory=lambda: _Merged("users"))
    groups: _Merged[Group] = field(default_factory=lambda: _Merged("groups"))
    roles: _Merged[Role] = field(default_factory=lambda: _Merged("roles"))
    policies: _Merged[ManagedPolicy] = field(default_factory=lambda: _Merged("policies"))
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


def _frozen(merged: _Merged[E]) -> Mapping[str, E] | None:
    return None if merged.entities is None else MappingProxyType(merged.entities)


def account_of(arn: str) -> str:
    """The account segment of an ARN."""
    return arn.split(":", 5)[4]


class AccountsBuilder:
    """Merges pages, the newest first, to accounts; finds what does not fit together."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.drafts: dict[str, Draft] = {}
        self.problems: list[SourceProblem] = []
        self.superseded: set[Path] = set()  # folders of exports that newer ones of other folders have replaced
        self.aws_managed: dict[str, ManagedPolicy] = dict(BUNDLED)
        self._neighbours = neighbours

    def add(self, page: Page) -> None:
        """Add a page; pages must come newest first."""
        counts = page.counts
        home = page.home or self._neighbours.account_of(page.path)[0]
        if home is None:
            if page.entities.policies:
                self.add_aws_managed(page.entities.policies)
                return
            self._note(page.path, "expected an entity whose ARN says the account", "the file adds nothing")
            return
        if len(counts) > 1:
            self._note(
                page.path, f"expected one account, got {few(sorted(counts), 'account')}", "each is shown apart (I7)"
            )
        self._check_names(page)
        for account in counts or {home: 0}:
            draft = self._draft(page, account, home)
            draft.is_complete |= page.entities.coverage is Coverage.WHOLE
            self._merge(page, draft, is_home=account == home)

    def _check_names(self, page: Page) -> None:
        """Names that differ at most in case, of which IAM allows one only (Q54)."""
        entities = page.entities
        for word, kind in (("user", entities.users), ("group", entities.groups), ("role", entities.roles)):
            held: dict[tuple[str, str], str] = {}
            for item in kind or ():
                known = held.setdefault((account_of(item.arn), item.name.lower()), item.arn)
                if known != item.arn:
                    self._note(
                        page.path,
                        f"expected the names of {word}s to differ in more than case, got {known} and {item.arn} (Q54)",
                        "only the last is shown",
                    )

    def add_aws_managed(self, policies: Iterable[ManagedPolicy]) -> None:
        """Add AWS managed policies that serve all accounts; of one that is known already the newer stays."""
        for policy in policies:
            known = self.aws_managed.get(policy.arn)
            if known is None or known.is_bundled:
                self.aws_managed[policy.arn] = policy

    def _draft(self, page: Page, account: str, home: str) -> Draft:
        draft = self.drafts.get(account)
        if draft is None:
            partition = _partition(page.entities, account) or "aws"
            draft = self.drafts[account] = Draft(account, partition, page.path, page.modified)
            if not is_account_id(account):
                self._note(
                    page.path, f"expected accounts of twelve digits, got {account[:40]!r}", "it is shown as it is"
                )
        return draft

    def _merge(self, page: Page, draft: Draft, *, is_home: bool) -> None:
        is_whole = page.entities.coverage is Coverage.WHOLE
        additions = _additions(page.entities, draft, is_home=is_home)
        if page.entities.coverage is Coverage.SELECTION:
            additions = [addition for addition in additions if not addition.merged.is_whole]
        if is_whole and any(addition.is_other_export for addition in additions):
            kept = [addition for addition in additions if not addition.merged.entities]
            left = [addition.merged.plural for addition in additions if addition.merged.entities]
            beside = ""
            if page.path.parent not in draft.path.parents:
                self.superseded.add(page.path.parent)
                beside = ", nor what the files beside it say"
            self._note(
                page.path,
                f"expected one export of account {draft.account_id}, and {draft.path} is a newer one",
                f"the {', '.join(left)} of this older one are not shown{beside}",
            )
        else:
            kept = additions
            differing = [name for addition in additions for name in addition.differing]
            if differing:
                self._note(
                    page.path,
                    f"{few(differing, 'entity')} also in a newer file, and different there",
                    "the newer one is shown (I11)",
                )
        for addition in kept:
            addition.take(is_whole=is_whole)

    def _note(self, path: Path, expected: str, consequence: str) -> None:
        self.problems.append(SourceProblem(path, "", expected, consequence, Severity.WARNING))

    def accounts(self) -> dict[str, Account]:
        """All accounts, by number; checks what each names and lacks."""
        found = {account: self.drafts[account].account() for account in sorted(self.drafts)}
        documents = {arn for account in found.values() for arn in account.policies or () if account_of(arn) == "aws"}
        documents |= self.aws_managed.keys()
        for account in found.values():
            self.problems.extend(check_account(account, self.drafts[account.account_id].path, documents))
        return found


def _additions(entities: IamEntities, draft: Draft, *, is_home: bool) -> list[_AnyAddition]:
    found: list[_AnyAddition] = []
    account = draft.account_id
    if entities.users is not None:
        found.append(_Addition(draft.users, _of_account(entities.users, account)))
    if entities.groups is not None:
        found.append(_Addition(draft.groups, _of_account(entities.groups, account)))
    if entities.roles is not None:
        found.append(_Addition(draft.roles, _of_account(entities.roles, account)))
    if entities.policies is not None:
        policies = {
            item.arn: item
            for item in entities.policies
            if (is_home if item.is_aws_managed else account_of(item.arn) == account)
        }
        found.append(_Addition(draft.policies, policies))
    return found


_AnyAddition: TypeAlias = "_Addition[User] | _Addition[Group] | _Addition[Role] | _Addition[ManagedPolicy]"


def _of_account(items: Iterable[E], account: str) -> dict[str, E]:
    """Entities of one account by name in lower case: names are unique regardless of case (Q54)."""
    return {item.name.lower(): item for item in items if item.arn.split(":", 5)[4] == account}


def _partition(entities: IamEntities, account: str) -> str | None:
    for kind in (entities.users, entities.groups, entities.roles, entities.policies):
        for item in kind or ():
            parts = item.arn.split(":", 5)
            if parts[4] == account:
                return parts[1]
    return None


def check_account(account: Account, path: Path, aws_documents: set[str]) -> Iterator[SourceProblem]:
    """What an account names and does not have: documents, groups, pages (I11, I16, I18)."""

    def problem(expected: str, consequence: str, severity: Severity = Severity.WARNING) -> SourceProblem:
        return SourceProblem(path, "", f"account {account.account_id}: {expected}", consequence, severity)

    if not account.is_complete:
        yield problem("expected the last page of the export", "users, groups, roles or policies may be missing")
    if account.groups is not None:
        named = {name for user in (account.users or {}).values() for name in user.groups}
        missing = sorted(name for name in named if name.lower() not in account.groups)
        if missing:
            yield problem(
                f"no {few(missing, 'group')}, though users are members", "what they allow or deny is not known"
            )
    attached, bounding = _references(account)
    held = account.policies or {}
    missing = sorted(arn for arn in attached | bounding if arn not in held and arn not in aws_documents)
    if missing:
        yield problem(
            f"no document of {few(missing, 'policy')}, though attached or a boundary",
            "what they allow or deny is not known",
        )
    if account.is_complete and None not in (account.users, account.groups, account.roles):
        yield from _check_counts(held.values(), attached, bounding, problem)


def _check_counts(
    policies: Iterable[ManagedPolicy],
    attached: Counter[str],
    bounding: Counter[str],
    problem: Callable[[str, str, Severity], SourceProblem],
) -> Iterator[SourceProblem]:
    for policy in policies:
        for said, seen, word in (
            (policy.attachment_count, attached[policy.arn], "attachments"),
            (policy.boundary_count, bounding[policy.arn], "uses as boundary"),
        ):
            if said is not None and said != seen:
                yield problem(
                    f"expected {said} {word} of {policy.arn}, as the export counts, and found {seen}",
                    "the export may not be complete",
                    Severity.NOTE,
                )


def _references(account: Account) -> tuple[Counter[str], Counter[str]]:
    """How often each managed policy is attached, and used as a boundary (I16)."""
    attached: Counter[str] = Counter()
    bounding: Counter[str] = Counter()
    holders: Sequence[Mapping[str, User] | Mapping[str, Role] | Mapping[str, Group] | None] = (
        account.users,
        account.groups,
        account.roles,
    )
    for kind in holders:
        for holder in (kind or {}).values():
            attached.update(holder.attached)
            if not isinstance(holder, Group) and holder.boundary is not None:
                bounding[holder.boundary] += 1
    return attached, bounding


def few(names: Sequence[str], word: str) -> str:
    """`group A`, or `groups A, B, C and 7 more`."""
    shown = ", ".join(name[:200] for name in names[:_FEW])
    rest = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    plural = word if len(names) == 1 else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{plural} {shown}{rest}"
