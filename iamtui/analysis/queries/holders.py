"""Everybody who can ask in the exported accounts, with the policies that each carries: the index behind questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.request.caller import CallerKind
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument, Statement
from iamtui.snapshot.model import Account, Role, Snapshot, User

_MOST_ACTIONS = 64
"""For how many actions the statements that take them are kept."""


class Frame(NamedTuple):
    """All that a decision can see of its caller but identity policies, name, tags and what else is the entity's own."""

    kind: CallerKind
    account: str
    is_service_linked: bool = False
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, role or root user of an exported account; `entity` is None for root.

    `policies` are its identity policies, for a user with those of its groups.
    """

    arn: str
    frame: Frame
    entity: User | Role | None
    policies: tuple[AppliedPolicy, ...] = ()

    @property
    def kind(self) -> str:
        """The word of reports: user, role or root."""
        return "root" if self.frame.kind is CallerKind.ROOT else self.frame.kind.value

    @property
    def order(self) -> tuple[str, str, str, str]:
        """By account, kind, path and name (WC6)."""
        entity = self.entity
        return (self.frame.account, self.kind, entity.path if entity else "", entity.name if entity else "")


class Taking(NamedTuple):
    """The statements of a document that take an action; `is_open` where the document cannot be read."""

    document: Document
    statements: tuple[Statement, ...]
    is_open: bool = False


class Holders:
    """The index of one snapshot, made once and kept; which statements take an action is found when it is asked.

    Attributes:
        all: everybody, in the order of reports.
        by_document: for each document, by its identity, the places of those who carry it.
        unread: the places of those who carry a policy whose document was not exported.
        frames: the places of the members of each frame.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        found = [holder for account in snapshot.accounts.values() for holder in _holders_of(snapshot, account)]
        self.snapshot = snapshot
        self.all: tuple[Holder, ...] = tuple(sorted(found, key=lambda holder: holder.order))
        self.by_document: dict[int, list[int]] = {}
        self.unread: set[int] = set()
        self.frames: dict[Frame, list[int]] = {}
        self._documents: dict[int, Document] = {}
        for place, holder in enumerate(self.all):
            self.frames.setdefault(holder.frame, []).append(place)
            for policy in holder.policies:
                self._note(policy.document, place)
        self._taking = lru_cache(maxsize=_MOST_ACTIONS)(self._find_taking)

    def _note(self, document: Document | None, place: int) -> None:
        if document is None:
            self.unread.add(place)
            return
        holders = self.by_document.setdefault(id(document), [])
        if not holders or holders[-1] != place:
            holders.append(place)
        self._documents[id(document)] = document

    def taking(self, action: str) -> Mapping[int, Taking]:
        """By identity, the documents of which a statement takes `action`, in any letter case, and the unreadable."""
        return self._taking(action.lower())

    def _find_taking(self, folded: str) -> Mapping[int, Taking]:
        service = folded.partition(":")[0]
        found: dict[int, Taking] = {}
        for key, document in self._documents.items():
            content = document.policy
            if isinstance(content, InvalidDocument):
                found[key] = Taking(document, (), is_open=True)
                continue
            drafts = [draft for draft in content.drafts if draft.action.matches(folded, service)]
            if drafts:
                found[key] = Taking(document, tuple(draft.statement for draft in drafts))
        return found


def _holders_of(snapshot: Snapshot, account: Account) -> Iterator[Holder]:
    number = account.account_id
    yield Holder(f"arn:{account.partition}:iam::{number}:root", Frame(CallerKind.ROOT, number), None)
    for user in (account.users or {}).values():
        frame = Frame(CallerKind.USER, number, boundary=user.boundary)
        yield Holder(user.arn, frame, user, tuple(identity_policies(snapshot, user)))
    for role in (account.roles or {}).values():
        frame = Frame(CallerKind.ROLE, number, role.is_service_linked, role.boundary)
        yield Holder(role.arn, frame, role, tuple(identity_policies(snapshot, role)))
