"""Which requests of different principals are decided alike, so that a review asks once for all of them (WC2).

Two principals are alike for an action on a resource where all that its decision can see of them is equal: kind,
account, boundary, what the statements say that take the action, and what these, or a policy on the other side, read of
the principal itself. Whom a policy on the other side names is alike to nobody.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.findings.asking.alike_resources import (
    how_matched,
    is_matched_itself,
    place_of,
    service_of,
    tells_entities_apart,
)
from iamtui.analysis.findings.asking.own_words import OwnWords, Taking, asks_for_mfa
from iamtui.analysis.queries.actions.alike import listed_of, nature_of
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument, Statement

_ONE = (EntryKind.USER, EntryKind.ROLE, EntryKind.ROLE_SESSION, EntryKind.FEDERATED_USER, EntryKind.UNIQUE_ID)
_Meant = tuple[Statement, Hashable]
"""A statement that can match a resource, and what it says then."""
_NOTHING: list[_Meant] = []


class Beside(NamedTuple):
    """What policies say of an action that are no principal's own.

    Attributes:
        guarding: the statements of organizations and endpoints.
        readers: statements that read something of the principal itself.
        names: the principals, in lower case by name or id, that policies of resources name.
        lets_all_in: whether one allows it to principals whom it does not name.
        is_silent: whether no policy of a resource takes it.
    """

    guarding: tuple[Statement, ...]
    readers: tuple[Statement, ...]
    names: frozenset[str]
    lets_all_in: bool
    is_silent: bool


class _Aim(NamedTuple):
    """What a request is about: `is_itself` says that policies are matched with the resource itself and nothing else.

    `service` is the action's where it names no resource and AWS lists none, else empty. `place` is equal for resources
    that are alike where the statements in play match them alike.
    """

    resource: str
    is_itself: bool
    is_entity: bool
    service: str
    place: Hashable


class _Aimed(NamedTuple):
    """What statements say of an action on a resource, and those of them that read something of the principal itself."""

    said: int
    readers: tuple[Statement, ...]


class _Several(NamedTuple):
    """Of several resources the names and readers beside, and the services in whose ARNs they are matched."""

    names: frozenset[str]
    readers: tuple[Statement, ...]
    services: frozenset[str] | None


class AlikeRequests:
    """Tells the requests of one snapshot's users and roles apart."""

    def __init__(self, words: OwnWords) -> None:
        self._words = words
        self._snapshot = words.holders.snapshot
        self._beside: dict[tuple[str, str | None], Beside] = {}
        self._aims: dict[tuple[str, str], _Aim] = {}
        self._of_several: dict[tuple[str, tuple[str, ...]], _Several] = {}
        self._telling: dict[int, bool] = {}
        self._asking: dict[str, bool] = {}
        self._aimed: dict[tuple[Taking, str, str], _Aimed] = {}
        self._tested: dict[frozenset[int], tuple[str, ...]] = {}

    def key(self, principal: str, action: str, resource: str) -> Hashable | None:
        """Equal for principals by whom the request is decided alike; None for one that is alike to nobody."""
        own = None if resource == principal else self._words.of(principal)
        if own is None or not own.is_read:
            return None
        beside = self.beside(action, resource)
        if is_named(own.holder, beside.names):
            return None
        taking = own.taking(action)
        is_same = not taking.readers and not beside.readers  # whoever asks
        aimed = self._aimed.get((taking, action, resource)) if is_same else None
        if aimed is None:
            aimed = self._aimed_at(taking, action, resource, beside, own.place)
            if is_same:
                self._aimed[taking, action, resource] = aimed
        return aimed.said, own.frame, self._words.read(own.place, aimed.readers)

    def _aimed_at(self, taking: Taking, action: str, resource: str, beside: Beside, place: int) -> _Aimed:
        aim = self._aim(action, resource)
        taken = [_needed(self._meant(layer, aim, place)) if layer else _NOTHING for layer in taking.layers]
        layers = (*taken, self._meant(beside.guarding, aim, place))
        kept = [one for layer in layers for one, _ in layer]
        said = tuple([frozenset([number for _, number in layer]) for layer in layers])
        what = self._nature(action, kept) if beside.is_silent else action
        where = resource if aim.is_entity and any(map(self._tells_entities_apart, kept)) else aim.place
        readers = (*(one for one in kept if self._words.keys(one)), *beside.readers)
        return _Aimed(self._words.number(what, said, where), readers)

    def situation(self, principal: str, action: str, resources: tuple[str, ...]) -> Hashable | None:
        """Equal for principals by whom an action is decided alike on each of some resources; None for one that is not.

        It says less than the keys of the requests do, and costs no more than one of them.
        """
        own = None if principal in resources else self._words.of(principal)
        if own is None or not own.is_read:
            return None
        key = (action, resources)
        if key not in self._of_several:
            every = [self.beside(action, one) for one in resources]
            self._of_several[key] = _Several(
                frozenset().union(*(one.names for one in every)),
                tuple({id(one): one for beside in every for one in beside.readers}.values()),
                self._services_of(action, resources),
            )
        names, others, services = self._of_several[key]
        if is_named(own.holder, names):
            return None
        taking = own.taking(action)
        if services is not None:
            taking = self._words.about(taking, services)
        return own.frame, taking.said, self._words.read(own.place, taking.readers + others)

    def _services_of(self, action: str, resources: Iterable[str]) -> frozenset[str] | None:
        """The services in whose ARNs all of some resources are matched; None where one may be matched by any."""
        found = {service_of(action, one) for one in resources}
        return None if None in found else frozenset(one for one in found if one is not None)

    def _aim(self, action: str, resource: str) -> _Aim:
        key = (action, resource)
        found = self._aims.get(key)
        if found is None:
            is_on_nothing = resource == ANY_RESOURCE and takes_no_resource(action)
            found = self._aims[key] = _Aim(
                resource,
                is_itself=is_matched_itself(action, resource),
                is_entity=action.startswith(("iam:", "sts:")),
                service=action.partition(":")[0].lower() if is_on_nothing else "",
                place=place_of(self._snapshot, action, resource),
            )
        return found

    def _meant(self, statements: Iterable[Statement], aim: _Aim, place: int) -> list[_Meant]:
        """The statements that can match a resource where one asks, each with a number for what it then says."""
        found: list[_Meant] = []
        for one in statements:
            matched = how_matched(one.resource, aim.resource, itself=aim.is_itself, service=aim.service)
            if matched:
                found.append((one, self._words.said(one)))
            elif matched is None and not (aim.is_itself and self._words.means_others(one, aim.resource, place)):
                found.append((one, (self._words.content(one), aim.resource)))
        return found

    def _nature(self, action: str, statements: Iterable[Statement]) -> Hashable:
        """All by which a decision tells an action from others that the same statements take."""
        nature = nature_of(action)
        if nature is None:
            return action
        ids = frozenset(map(id, statements))
        if ids not in self._tested:
            self._tested[ids] = tuple(sorted({key for one in statements for key in keys_named(one)}))
        return nature, listed_of(action, self._tested[ids])

    def _tells_entities_apart(self, statement: Statement) -> bool:
        found = self._telling.get(id(statement))
        if found is None:
            found = self._telling[id(statement)] = tells_entities_apart(statement)
        return found

    def reads_mfa(self, principal: str, action: str) -> bool:
        """Whether a statement asks for MFA that takes an action: one's own, an organization's or an endpoint's."""
        own = self._words.of(principal)
        if own is not None and own.taking(action).asks_for_mfa:
            return True
        found = self._asking.get(action)
        if found is None:
            found = self._asking[action] = any(map(asks_for_mfa, self.beside(action, None).guarding))
        return found

    def beside(self, action: str, resource: str | None = None) -> Beside:
        """What all other policies say of an action; of trust policies that of the role, of every role for None."""
        place = resource if action.startswith("sts:") else ""
        key = (action, place)
        found = self._beside.get(key)
        if found is None:
            role = None if place is None else self._snapshot.role(place)
            trusts = self._trusts if place is None else () if role is None or role.trust is None else (role.trust,)
            found = self._beside[key] = self._said(action.lower(), (*self._of_resources, *trusts))
        return found

    def _said(self, folded: str, documents: Iterable[Document]) -> Beside:
        on_resources = [one for document in documents for one in _taking(document, folded)]
        guarding = [one for document in self.guarding for one in _taking(document, folded)]
        entries = [(one, entry) for one in on_resources if one.principal for entry in one.principal.entries]
        return Beside(
            guarding=tuple(guarding),
            readers=tuple(one for one in (*guarding, *on_resources) if self._words.keys(one)),
            names=frozenset(_name(entry.kind, entry.text) for _, entry in entries if entry.kind in _ONE),
            lets_all_in=any(
                one.effect is Effect.ALLOW and (one.principal.negated or entry.kind is EntryKind.EVERYONE)
                for one, entry in entries
                if one.principal is not None
            ),
            is_silent=not on_resources,
        )

    @cached_property
    def guarding(self) -> tuple[Document, ...]:
        """The policies of organizations and endpoints."""
        snapshot = self._snapshot
        held = (policy.document for one in snapshot.organizations.values() for policy in one.policies.values())
        documents = (*held, *(one.policy for one in snapshot.endpoints.values()))
        return tuple(one for one in documents if one is not None)

    @cached_property
    def _trusts(self) -> tuple[Document, ...]:
        accounts = self._snapshot.accounts.values()
        held = (role.trust for account in accounts for role in (account.roles or {}).values())
        return tuple({id(one): one for one in held if one is not None}.values())

    @cached_property
    def _of_resources(self) -> tuple[Document, ...]:
        held = (resource.policy for resource in self._snapshot.resources.values())
        return tuple({id(one): one for one in held if one is not None}.values())


def _needed(layer: list[_Meant]) -> list[_Meant]:
    """The statements of one's identity policies, or of one's boundary, that can make a difference.

    Beside an Allow that matches whatever is unknown no other Allow does.
    """
    for each in layer:
        if _is_sure(each):
            return [each, *(other for other in layer if other[0].effect is Effect.DENY)]
    return layer


def _is_sure(meant: _Meant) -> bool:
    one, number = meant
    is_allow = one.effect is Effect.ALLOW and one.invalid is None and one.principal is None
    return is_allow and not one.conditions and isinstance(number, int)


def _taking(document: Document, folded: str) -> Iterable[Statement]:
    content = document.policy
    return content.taking(folded, folded.partition(":")[0]) if isinstance(content, PolicyDocument) else ()


def _name(kind: EntryKind, text: str) -> str:
    """The name or id that an entry means, of a session its role's."""
    return (text.split("/")[1] if kind is EntryKind.ROLE_SESSION else text.rpartition("/")[2]).lower()


def is_named(holder: Holder, names: frozenset[str]) -> bool:
    """Whether one of some names or ids, in lower case, is a holder's."""
    entity = holder.entity
    return entity is not None and bool(names) and (entity.name.lower() in names or entity.unique_id.lower() in names)
