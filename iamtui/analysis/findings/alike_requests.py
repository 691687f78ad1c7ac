"""Which requests of different principals are decided alike, so that a review asks once for all of them (WC2).

Two principals are alike for an action on a resource where all that its decision can see of them is equal: kind,
account, boundary, what the statements say that take the action, and what these, or a policy on the other side, read of
the principal itself. Whom a policy on the other side names is alike to nobody.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.findings.alike_resources import how_matched, is_matched_itself, place_of
from iamtui.analysis.queries.action_sets import divided, names_in, of_service, taken_by
from iamtui.analysis.queries.alike import takes_whole, types_of
from iamtui.analysis.queries.holders import Holder, Holders
from iamtui.analysis.queries.situations import Marks
from iamtui.analysis.queries.taking import own_keys
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.request.action_rules import has_rule_of_its_own
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.document import Document, statements_written
from iamtui.policy.keys import Context
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument, Statement

_ONE = (EntryKind.USER, EntryKind.ROLE, EntryKind.ROLE_SESSION, EntryKind.FEDERATED_USER, EntryKind.UNIQUE_ID)


_MOST_KEPT = 4_096
"""For how many principals and actions the statements are kept: rules ask about one principal after the other."""


class Beside(NamedTuple):
    """What policies say of an action that are no principal's own.

    Attributes:
        guarding: the statements of organizations and endpoints.
        readers: statements that read something of the principal itself.
        names: the principals, in lower case by name or id, that policies of resources name.
        lets_all_in: whether one allows it to principals whom it does not name.
    """

    guarding: tuple[Statement, ...]
    readers: tuple[Statement, ...]
    names: frozenset[str]
    lets_all_in: bool


class AlikeRequests:
    """Tells the requests of one snapshot's users and roles apart."""

    def __init__(self, holders: Holders, at: datetime | None) -> None:
        self._holders = holders
        self._at = at
        self._own: dict[int, tuple[str, ...]] = {}
        self._contents: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._beside: dict[tuple[str, str | None], Beside] = {}
        self._readings: dict[tuple[int, ...], tuple[tuple[str, ...], Marks]] = {}
        self._contexts: dict[int, Context] = {}
        self._taken: dict[tuple[int, str], tuple[tuple[Statement, ...], tuple[Statement, ...]]] = {}

    def key(self, principal: str, action: str, resource: str) -> Hashable | None:
        """Equal for principals by whom the request is decided alike; None for one that is alike to nobody."""
        place = self._holders.places.get(principal)
        if place is None or resource == principal:
            return None
        holder = self._holders.all[place]
        beside = self.beside(action, resource)
        if not self._is_read(holder) or is_named(holder, beside.names):
            return None
        identity, bounding = self._own_of(place, action)
        layers = [self._meant(layer, action, resource) for layer in (identity, bounding, beside.guarding)]
        kept = [one for layer in layers for one, _ in layer]
        own = [one for layer in layers[:2] for one, _ in layer if self._keys(one)]
        said = tuple([frozenset([number for _, number in layer]) for layer in layers])
        where = place_of(self._holders.snapshot, action, resource, kept)
        return holder.frame, said, where, self._read(place, [*own, *beside.readers])

    def situation(self, principal: str, action: str) -> Hashable | None:
        """Equal for principals by whom an action is decided alike on every resource; None for one alike to nobody."""
        place = self._holders.places[principal]
        holder = self._holders.all[place]
        beside = self.beside(action, None)
        if not self._is_read(holder) or is_named(holder, beside.names):
            return None
        identity, bounding = self._own_of(place, action)
        own = [one for one in (*identity, *bounding) if self._keys(one)]
        return holder.frame, frozenset(map(self._content, identity)), self._read(place, [*own, *beside.readers])

    def _meant(self, statements: Iterable[Statement], action: str, resource: str) -> list[tuple[Statement, Hashable]]:
        """The statements that can match a resource, each with a number for what it then says."""
        found: list[tuple[Statement, Hashable]] = []
        itself = is_matched_itself(action, resource)
        for one in statements:
            matched = how_matched(one.resource, resource, itself=itself)
            if matched is not False:
                number = self._number(one.effect, one.conditions)
                found.append((one, number if matched else (self._content(one), resource)))
        return found

    def _number(self, *said: Hashable) -> int:
        """A number for something that is said."""
        return self._numbers.setdefault(said, len(self._numbers))

    def service_key(self, principal: str, service: str) -> Hashable | None:
        """Equal for principals whose policies say the same of a service; None for one that is alike to nobody."""
        place = self._holders.places[principal]
        holder = self._holders.all[place]
        if not self._is_read(holder):
            return None
        every = of_service(service)
        speaking = [(one, bits) for one in self._every(holder) if (bits := taken_by(one.action) & every)]
        guarding = (one for document in self._guarding for one in statements_written(document))
        readers = [one for one in (*(one for one, _ in speaking), *guarding) if self._keys(one)]
        said = frozenset([(self._content(one), bits) for one, bits in speaking])
        return holder.frame, said, self._read(place, readers)

    def kinds_of(self, principal: str, actions: int) -> Iterator[str]:
        """One action of each kind that nothing tells apart: the same statements, resources and rules."""
        holder = self._holders.all[self._holders.places[principal]]
        guarding = (one for document in self._guarding for one in statements_written(document))
        for part in divided(actions, (*self._every(holder), *guarding)):
            yield from {_kind_of(action, part.statements): action for action in names_in(part.actions)}.values()

    def _every(self, holder: Holder) -> Iterator[Statement]:
        for policy in (*holder.policies, *self._boundary(holder)):
            yield from statements_written(policy.document)

    def taking(self, place: int, action: str) -> tuple[Statement, ...]:
        """The statements of a holder's identity policies that take an action."""
        return self._own_of(place, action)[0]

    def in_play(self, place: int, action: str) -> Iterator[Statement]:
        """Those that take an action of one's identity policies and boundary, of organizations and of endpoints."""
        for own in self._own_of(place, action):
            yield from own
        yield from (one for document in self._guarding for one in _taking(document, action.lower()))

    def _own_of(self, place: int, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """The statements of identity policies and of the boundary that take an action."""
        key = (place, action)
        found = self._taken.get(key)
        if found is None:
            if len(self._taken) >= _MOST_KEPT:
                self._taken.clear()
            holder, folded = self._holders.all[place], action.lower()
            identity, bounding = (
                tuple([one for policy in policies for one in _taking(policy.document, folded)])
                for policies in (holder.policies, self._boundary(holder))
            )
            found = self._taken[key] = identity, bounding
        return found

    def beside(self, action: str, resource: str | None = None) -> Beside:
        """What all other policies say of an action; of trust policies that of the role, of every role for None."""
        place = resource if action.startswith("sts:") else ""
        key = (action, place)
        found = self._beside.get(key)
        if found is None:
            role = None if place is None else self._holders.snapshot.role(place)
            trusts = self._trusts if place is None else () if role is None or role.trust is None else (role.trust,)
            found = self._beside[key] = self._said(action.lower(), (*self._of_resources, *trusts))
        return found

    def _said(self, folded: str, documents: Iterable[Document]) -> Beside:
        on_resources = [one for document in documents for one in _taking(document, folded)]
        guarding = [one for document in self._guarding for one in _taking(document, folded)]
        entries = [(one, entry) for one in on_resources if one.principal for entry in one.principal.entries]
        return Beside(
            guarding=tuple(guarding),
            readers=tuple(one for one in (*guarding, *on_resources) if self._keys(one)),
            names=frozenset(_name(entry.kind, entry.text) for _, entry in entries if entry.kind in _ONE),
            lets_all_in=any(
                one.effect is Effect.ALLOW and (one.principal.negated or entry.kind is EntryKind.EVERYONE)
                for one, entry in entries
                if one.principal is not None
            ),
        )

    @cached_property
    def _guarding(self) -> tuple[Document, ...]:
        """The policies of organizations and endpoints."""
        snapshot = self._holders.snapshot
        held = (policy.document for one in snapshot.organizations.values() for policy in one.policies.values())
        documents = (*held, *(one.policy for one in snapshot.endpoints.values()))
        return tuple(one for one in documents if one is not None)

    @cached_property
    def _trusts(self) -> tuple[Document, ...]:
        accounts = self._holders.snapshot.accounts.values()
        held = (role.trust for account in accounts for role in (account.roles or {}).values())
        return tuple({id(one): one for one in held if one is not None}.values())

    @cached_property
    def _of_resources(self) -> tuple[Document, ...]:
        held = (resource.policy for resource in self._holders.snapshot.resources.values())
        return tuple({id(one): one for one in held if one is not None}.values())

    def _boundary(self, holder: Holder) -> tuple[AppliedPolicy, ...]:
        arn, account = holder.frame.boundary, holder.frame.account
        return () if arn is None else (managed_policy(self._holders.snapshot, account, arn, "boundary", None),)

    def _is_read(self, holder: Holder) -> bool:
        """Whether all that it carries is known; of root nothing is its own."""
        return holder.entity is not None and all(
            policy.document is not None and isinstance(policy.document.policy, PolicyDocument)
            for policy in holder.policies
        )

    def _keys(self, statement: Statement) -> tuple[str, ...]:
        """The keys of the principal itself that a statement reads."""
        found = self._own.get(id(statement))
        if found is None:
            found = self._own[id(statement)] = own_keys(statement)
        return found

    def _content(self, statement: Statement) -> int:
        """A number for what a statement says where it takes the action, whoever wrote it."""
        found = self._contents.get(id(statement))
        if found is None:
            element = statement.resource
            resource = None if element is None else (element.negated, element.texts, element.variables)
            found = self._contents[id(statement)] = self._number(statement.effect, resource, statement.conditions)
        return found

    def _read(self, place: int, readers: list[Statement]) -> Hashable:
        """What some statements read of a principal: how their tests turn out, or the value itself."""
        if not readers:
            return None
        key = tuple(map(id, readers))
        reading = self._readings.get(key)
        if reading is None:
            names = tuple(dict.fromkeys(name for one in readers for name in self._keys(one)))
            reading = self._readings[key] = (names, Marks(readers))
        names, marks = reading
        context = self._context(place)
        return place if context is None else tuple([marks.of(name, context) for name in names])

    def _context(self, place: int) -> Context | None:
        """The keys of what a principal asks, whatever it is; None for one with a name that AWS does not allow."""
        if place not in self._contexts:
            request = Request(self._holders.all[place].arn, "iam:GetUser", "*", at=self._at)
            try:
                self._contexts[place] = prepare_for(self._holders.snapshot, request).asked.context
            except RequestError:
                return None
        return self._contexts[place]


def _kind_of(action: str, statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """What tells an action apart of those that the same statements take: rules of its own, and its resources."""
    alone = action if has_rule_of_its_own(action) else ""
    return (alone, *(() if takes_whole(action, statements) else types_of(action)))


def _taking(document: Document | None, folded: str) -> Iterable[Statement]:
    content = None if document is None else document.policy
    if not isinstance(content, PolicyDocument):
        return ()
    return content.taking(folded, folded.partition(":")[0])


def _name(kind: EntryKind, text: str) -> str:
    """The name or id that an entry means, of a session its role's."""
    return (text.split("/")[1] if kind is EntryKind.ROLE_SESSION else text.rpartition("/")[2]).lower()


def is_named(holder: Holder, names: frozenset[str]) -> bool:
    """Whether one of some names or ids, in lower case, is a holder's."""
    entity = holder.entity
    return entity is not None and (entity.name.lower() in names or entity.unique_id.lower() in names)
