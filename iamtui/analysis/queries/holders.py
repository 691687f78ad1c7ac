"""Everybody who can ask in the exported accounts, with the policies that each carries: the index behind questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.request.caller import Caller, CallerKind, caller_of, identify
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import InvalidDocument, Statement
from iamtui.snapshot.model import Account, Role, Snapshot, User

_MOST_ACTIONS = 64
"""For how many actions the statements that take them are kept."""


class Side(NamedTuple):
    """Kind and account of a caller: with these, all keys but those of the entity itself are the same."""

    kind: CallerKind
    account: str


class Frame(NamedTuple):
    """All that a decision can see of its caller but identity policies, name, tags and what else is the entity's own."""

    kind: CallerKind
    account: str
    is_service_linked: bool = False
    is_for_guests: bool = False
    boundary: str | None = None

    @property
    def side(self) -> Side:
        """Kind and account."""
        return Side(self.kind, self.account)


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


class Taken(NamedTuple):
    """A statement that takes an action; `own_keys` are the keys it names that can differ between entities."""

    statement: Statement
    own_keys: tuple[str, ...]


class Taking(NamedTuple):
    """The statements of a document that take an action; `is_open` where the document cannot be read."""

    document: Document
    statements: tuple[Taken, ...]
    is_open: bool = False


class Holders:
    """The index of one snapshot, made once and kept; which statements take an action is found when it is asked.

    Attributes:
        all: everybody, in the order of reports.
        places: where one stands in `all`, by ARN and by unique id.
        by_document: for each document, by its identity, the places of those who carry it, by kind and account.
        unread: the places of those who carry a policy whose document was not exported.
        frames: the places of the members of each frame.
        roots: the places of root users.
        values: keys of the entities themselves, by place, as far as a question has asked for them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        found = [holder for account in snapshot.accounts.values() for holder in _holders_of(snapshot, account)]
        self.snapshot = snapshot
        self.all: tuple[Holder, ...] = tuple(sorted(found, key=lambda holder: holder.order))
        self.places: dict[str, int] = {}
        self.by_document: dict[int, dict[Side, list[int]]] = {}
        self.unread: set[int] = set()
        self.frames: dict[Frame, list[int]] = {}
        self.roots = [place for place, holder in enumerate(self.all) if holder.entity is None]
        self._documents: dict[int, Document] = {}
        self._callers: dict[int, Caller] = {}
        self._taking: dict[str, Mapping[int, Taking]] = {}
        self.values: dict[tuple[str, Unstated], dict[int, KeyValue]] = {}
        for place, holder in enumerate(self.all):
            self.places[holder.arn] = place
            if holder.entity is not None:
                self.places[holder.entity.unique_id] = place
            self.frames.setdefault(holder.frame, []).append(place)
            self._note(place, holder)

    def _note(self, place: int, holder: Holder) -> None:
        side = holder.frame.side
        for policy in holder.policies:
            if policy.document is None:
                self.unread.add(place)
                continue
            key = id(policy.document)
            self._documents[key] = policy.document
            places = self.by_document.setdefault(key, {}).setdefault(side, [])
            if not places or places[-1] != place:
                places.append(place)

    def caller(self, place: int) -> Caller:
        """The caller of a request that one makes."""
        found = self._callers.get(place)
        if found is None:
            holder = self.all[place]
            entity = holder.entity
            found = identify(holder.arn, self.snapshot) if entity is None else caller_of(entity, holder.frame.account)
            self._callers[place] = found
        return found

    def taking(self, action: str) -> Mapping[int, Taking]:
        """By identity, the documents of which a statement takes `action`, in any letter case, and the unreadable."""
        folded = action.lower()
        found = self._taking.get(folded)
        if found is None:
            while len(self._taking) >= _MOST_ACTIONS:
                del self._taking[next(iter(self._taking))]
            found = self._taking[folded] = {
                key: taking
                for key, document in self._documents.items()
                if (taking := taking_of(document, folded)) is not None
            }
        return found


def taking_of(document: Document, folded: str) -> Taking | None:
    """The statements of one document that take an action, in lower case; None where none does."""
    content = document.policy
    if isinstance(content, InvalidDocument):
        return Taking(document, (), is_open=True)
    service = folded.partition(":")[0]
    statements = content.taking(folded, service)
    if not statements:
        return None
    return Taking(document, tuple(Taken(statement, own_keys(statement)) for statement in statements))


def own_keys(statement: Statement, kind: CallerKind | None = None) -> tuple[str, ...]:
    """The keys that a statement names, in lower case, and that can differ between entities of one kind and account."""
    return tuple(dict.fromkeys(key for key in keys_named(statement) if differs_by_entity(key, kind)))


def keys_named(statement: Statement) -> Iterator[str]:
    """The keys that a statement tests, or puts into a pattern or value, in lower case."""
    element = statement.resource
    if element is not None and element.variables and any("${" in text for text in element.texts):
        for pattern in element.patterns:
            yield from (variable.folded for variable in pattern.variables)
    for test in statement.conditions:
        yield test.folded_key
        for value in test.values:
            if value.template is not None:
                yield from (variable.folded for variable in value.template.variables)


def _holders_of(snapshot: Snapshot, account: Account) -> Iterator[Holder]:
    number = account.account_id
    yield Holder(f"arn:{account.partition}:iam::{number}:root", Frame(CallerKind.ROOT, number), None)
    for user in (account.users or {}).values():
        frame = Frame(CallerKind.USER, number, boundary=user.boundary)
        yield Holder(user.arn, frame, user, tuple(identity_policies(snapshot, user)))
    for role in (account.roles or {}).values():
        frame = Frame(CallerKind.ROLE, number, role.is_service_linked, lets_guests_in(role), role.boundary)
        yield Holder(role.arn, frame, role, tuple(identity_policies(snapshot, role)))
