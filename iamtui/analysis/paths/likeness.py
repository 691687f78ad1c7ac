"""Who is decided alike, so that a way is tried once for all of them (EP57).

Two actors are alike for a way where all that its requests can see of them is equal: kind, account, boundary, the
statements that take one of its actions, and what these, or a statement beside them, read of the actor itself. Two ends
are alike where no statement in play tells them apart and what the way needs of them is equal.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from iamtui.analysis.paths.alike_ends import CONTROL, AlikeEnds
from iamtui.analysis.paths.asking import Desk
from iamtui.analysis.paths.binding import policies_of, strong_policies
from iamtui.analysis.paths.catalogue import Way
from iamtui.analysis.paths.holding import Holding, Words
from iamtui.analysis.paths.trusting import ASSUME_ROLE
from iamtui.analysis.queries.holders import keys_named, own_keys
from iamtui.analysis.queries.situations import Marks
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.keys import differs_by_entity
from iamtui.patterns import Matcher, matcher_of
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import User

_OF_THE_ACTOR = frozenset(("group", "policy", "inline", "managed", "version"))
"""Variables of which some are what the actor carries itself."""

_BOUNDARY = "iam:permissionsboundary"
_POLICY = "iam:policyarn"

_Side = tuple[Hashable, tuple[Callable[[str], Hashable], ...] | None]
"""What a request can see of who asks, and what the patterns in play say of its resource; None where more is read."""


class _Reading(NamedTuple):
    """The keys of an actor itself that some statements read, and what of their values matters."""

    keys: tuple[str, ...]
    marks: Marks

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> _Reading:
        reading = [(one, keys) for one in statements if (keys := own_keys(one))]
        names = dict.fromkeys(key for _, keys in reading for key in keys)
        return cls(tuple(names), Marks(one for one, _ in reading))


class Likeness:
    """Tells actors and ends of one snapshot apart."""

    def __init__(self, desk: Desk, words: Words) -> None:
        self._desk = desk
        self.words = words
        self.snapshot = desk.snapshot
        self._beside: dict[tuple[str, ...], _Reading] = {}
        self._names_in: dict[int, frozenset[str]] = {}
        self._sides: dict[tuple[str, str], _Side | None] = {}

    def of_actor(self, way: Way, holding: Holding) -> Hashable:
        """Equal for actors by whom a way is decided alike."""
        if way.outcome.changes is not None or any(_is_of_actor(way, name) for name in way.bind):
            return holding.arn
        actions = tuple(dict.fromkeys(step.ask for step in way.asked() if step.is_own))
        if any(self._may_name(action, holding) for action in actions):
            return holding.arn
        rewrites = any(step.changes is not None and step.changes.change == "document" for step in way.asked())
        own = tuple(policies_of(holding.account, holding.arn)) if rewrites else ()
        return own, self.seen(holding, actions)

    def of_control(self, holding: Holding) -> Hashable:
        """Equal for principals of which all or none are administrators."""
        return self.seen(holding, CONTROL)

    def seen(self, holding: Holding, actions: tuple[str, ...], *, denies_only: bool = False) -> Hashable:
        """All that requests of some actions can see of an actor; of one who is allowed everything only the Denies."""
        entity = holding.entity
        own = tuple({id(one): one for action in actions for one in holding.saying(action)}.values())
        own = tuple(one for one in own if one.effect is Effect.DENY) if denies_only else own
        own = (*own, *self.bounding(holding, actions))
        return (
            isinstance(entity, User) or (entity.is_service_linked, lets_guests_in(entity)),
            holding.account.account_id,
            entity.boundary,
            holding.arn if holding.is_open else None,
            tuple([id(one) for one in own]),
            self._read(holding.arn, _Reading.of(own)),
            self._read(holding.arn, self._reading_beside(actions)),
        )

    def _read(self, arn: str, reading: _Reading) -> Hashable:
        """What statements read of an actor: how their tests turn out, or the value itself."""
        if not reading.keys:
            return None
        context = self._desk.context(arn)
        return tuple([reading.marks.of(key, context) for key in reading.keys])

    def bounding(self, holding: Holding, actions: Iterable[str]) -> Iterator[Statement]:
        """The statements of the actor's boundary that take some actions."""
        arn = holding.entity.boundary
        policy = None if arn is None else self.snapshot.policy(holding.account.account_id, arn)
        version = None if policy is None else policy.default
        if version is not None:
            yield from self._taking(version.document, actions)

    def _reading_beside(self, actions: tuple[str, ...]) -> _Reading:
        """What the statements of other documents that take some actions read of the actor."""
        found = self._beside.get(actions)
        if found is None:
            said = [self.words.of(one) for one in (*self._guarding, *self._of_resources)]
            taking = {id(one): one for each in said for action in actions for one in each.get(action, ())}
            found = self._beside[actions] = _Reading.of(taking.values())
        return found

    @cached_property
    def _guarding(self) -> tuple[Document, ...]:
        """The policies of organizations and endpoints."""
        policies = (policy for one in self.snapshot.organizations.values() for policy in one.policies.values())
        documents = (*(one.document for one in policies), *(one.policy for one in self.snapshot.endpoints.values()))
        return tuple(one for one in documents if one is not None)

    @cached_property
    def _of_resources(self) -> tuple[Document, ...]:
        """The policies of resources and the trust policies of roles."""
        found = [one.policy for one in self.snapshot.resources.values() if one.policy is not None]
        for account in self.snapshot.accounts.values():
            found += [role.trust for role in (account.roles or {}).values() if role.trust is not None]
        return tuple({id(one): one for one in found}.values())

    @cached_property
    def _named(self) -> Mapping[str, frozenset[str]]:
        """By action, the names and ids of the principals that policies of resources and trust policies mention."""
        found: dict[str, set[str]] = {}
        for document in self._of_resources:
            for action, statements in self.words.of(document).items():
                for one in statements:
                    found.setdefault(action, set()).update(_names(one))
        return {action: frozenset(names) for action, names in found.items()}

    def _may_name(self, action: str, holding: Holding) -> bool:
        """Whether a policy on the other side speaks of this very actor."""
        named = self._named.get(action, frozenset())
        return holding.entity.name.lower() in named or holding.entity.unique_id.lower() in named

    def groups(
        self, way: Way, name: str, holding: Holding, ends: Sequence[str], mark: Callable[[str], Hashable]
    ) -> list[tuple[str, ...]]:
        """The ends, those together that an actor's requests do not tell apart, nor `mark` does."""
        return self._alike_ends.groups(way, name, holding, ends, mark)

    @cached_property
    def _alike_ends(self) -> AlikeEnds:
        return AlikeEnds(self)

    def matchers(self, holding: Holding, statements: Iterable[Statement]) -> Iterator[Callable[[str], Hashable]]:
        """What the patterns of statements say of a resource: whether they match, or who it is where that is open."""
        elements = [one.resource for one in statements if one.resource is not None]
        for pattern in {one.text: one for element in elements for one in element.patterns}.values():
            if pattern.text == ANY_RESOURCE:
                continue
            if all(differs_by_entity(one.folded) for one in pattern.variables):
                yield partial(pattern.match, context=self._desk.context(holding.arn), completes_short=True)
            else:
                yield partial(_itself_where, matcher_of(pattern.widest))

    def of_request(self, principal: str, action: str, resource: str) -> Hashable:
        """Equal for requests that are decided alike, whoever asks; None where that is not told."""
        key = (principal, action)
        if key not in self._sides:
            self._sides[key] = self._side(principal, action)
        side = self._sides[key]
        if side is None:
            return None
        seen, matchers = side
        if matchers is None:
            return seen, resource
        if action == ASSUME_ROLE:
            role = self.snapshot.role(resource)
            trust = None if role is None else role.trust
            named = principal if self._names_actor(trust, principal) else None
            return seen, resource if trust is None else id(trust), named, tuple([takes(resource) for takes in matchers])
        place = resource.rpartition("/")[0]  # account, kind and path: what AWS itself tells apart (S8)
        return seen, place, tuple([takes(resource) for takes in matchers])

    def _names_actor(self, trust: Document | None, principal: str) -> bool:
        """Whether a trust policy speaks of this very actor."""
        if trust is None:
            return False
        if id(trust) not in self._names_in:
            said = self.words.of(trust).get(ASSUME_ROLE, ())
            self._names_in[id(trust)] = frozenset(name for one in said for name in _names(one))
        names = self._names_in[id(trust)]
        entity = self.snapshot.user(principal) or self.snapshot.role(principal) if names else None
        return entity is not None and (entity.name.lower() in names or entity.unique_id.lower() in names)

    def _side(self, principal: str, action: str) -> _Side | None:
        entity = self.snapshot.user(principal) or self.snapshot.role(principal)
        if entity is None:
            return None
        account = self.snapshot.accounts[self.snapshot.account_of(principal)]
        holding = self.words.holding(self.snapshot, account, entity)
        if action != ASSUME_ROLE and self._may_name(action, holding):
            return None
        seen = (action, self.seen(holding, (action,)))
        if not action.startswith("iam:") and action != ASSUME_ROLE:
            return seen, None
        statements = self.in_play(holding, (action,))
        if any("resourcetag/" in key or key == _BOUNDARY for one in statements for key in keys_named(one)):
            return seen, None
        return seen, tuple(self.matchers(holding, statements))

    def _taking(self, document: Document, actions: Iterable[str]) -> Iterator[Statement]:
        said = self.words.of(document)
        return (one for action in actions for one in said.get(action, ()))

    def chooses_freely(self, way: Way, holding: Holding) -> bool:
        """Whether no statement in play tells managed policies apart, so that the strongest does if any does."""
        statements = self.in_play(holding, tuple(step.ask for step in way.asked() if step.is_own))
        strongest = strong_policies(holding.account)[0]
        is_known = self.snapshot.policy(holding.account.account_id, strongest) is not None
        return is_known and not any(key in (_POLICY, _BOUNDARY) for one in statements for key in keys_named(one))

    def in_play(self, holding: Holding, actions: tuple[str, ...]) -> list[Statement]:
        """The statements of the actor, its boundary, organizations and endpoints that take some actions."""
        own = [one for action in actions for one in holding.saying(action)]
        guarding = [one for document in self._guarding for one in self._taking(document, actions)]
        return [*own, *self.bounding(holding, actions), *guarding]


def _itself_where(takes: Matcher, arn: str) -> Hashable:
    return arn if takes(arn) else False


def _is_of_actor(way: Way, name: str) -> bool:
    bind = way.bind[name]
    if bind.kind == "managed":
        return bind.denies
    return bind.kind in _OF_THE_ACTOR and "actor" in (bind.attached_to or "actor", bind.of)


def _names(statement: Statement) -> Iterator[str]:
    """The names and ids, in lower case, of the users and roles that a statement names, of sessions their role's."""
    for entry in () if statement.principal is None else statement.principal.entries:
        if entry.kind is EntryKind.ROLE_SESSION:
            yield entry.text.split("/")[1].lower()
        elif entry.kind in (EntryKind.USER, EntryKind.ROLE, EntryKind.FEDERATED_USER, EntryKind.UNIQUE_ID):
            yield entry.text.rpartition("/")[2].lower()
