"""Requests that are decided alike: their answer is made once (EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from sys import intern
from typing import Literal, NamedTuple

from iamtui.analysis.paths.alike.actors import Actors
from iamtui.analysis.paths.alike.reading_keys import Reading
from iamtui.analysis.paths.alike.trusted_ends import TrustedEnds
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.recent import Recent
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.policy.truth import Truth

_BOUNDARY = "iam:permissionsboundary"
_MOST_KEPT = 10_000
_MOST_SIDES = 4_000

_Layer = Literal["identity", "boundary", "guard"]

Relevant = Callable[[str], Hashable]
"""Says whether a statement may take a resource; the resource itself where that is open."""


class _Of(NamedTuple):
    """A statement of one side of a request; of the actor's own and of its boundary's only what it says counts."""

    layer: _Layer
    statement: Statement
    relevant: Relevant

    @property
    def said(self) -> Hashable:
        """Equal for statements that say the same of what they take, whichever document holds them."""
        if self.layer == "guard":
            return id(self.statement)
        tests = ((one.spelling, one.key, _texts(one)) for one in self.statement.conditions)
        return self.layer, self.statement.effect, self.statement.invalid, tuple(tests)

    @property
    def written(self) -> Hashable:
        """Equal for statements that say the same and write the same of resources."""
        element = self.statement.resource
        return self.said, None if element is None else (element.negated, element.texts)


class _Side(NamedTuple):
    """Who asks some action: all that counts of it, or the statements of which those count that take the resource.

    `known` are numbers of what it sees, by which statements take a resource, or may take it.
    """

    holding: Holding
    known: dict[int, int]
    seen: Hashable = None
    statements: tuple[_Of, ...] | None = None


class AlikeRequests:
    """Tells requests in one snapshot apart."""

    def __init__(self, likeness: Actors, trusted: TrustedEnds) -> None:
        """Tell them apart as `likeness` tells actors apart."""
        self._likeness = likeness
        self._trusted = trusted
        self._sides: Recent[tuple[str, str], _Side | None] = Recent(_MOST_SIDES)
        self._made: Recent[tuple[_Layer, int], _Of] = Recent(_MOST_KEPT)
        self._of_resource: dict[int, bool] = {}
        self._readings: dict[Hashable, tuple[Reading, Reading]] = {}
        self._numbers: dict[Hashable, int] = {}

    def key(self, principal: str, action: str, resource: str) -> Hashable:
        """Equal for requests that are decided alike, whoever asks; None where that is not told."""
        found = self._own(principal, action, resource)
        side = self._sides[principal, action]
        if found is None or side is None or action != ASSUME_ROLE:
            return found
        return (*found, self._numbered(self._trusted_by(resource, side.holding)))

    def let_in(self, principal: str, role: str) -> Hashable:
        """Equal for actors who assume roles alike that trust them by name; None where that is not told."""
        found = self._own(principal, ASSUME_ROLE, role)
        return None if found is None else (*found, "let in")

    def _own(self, principal: str, action: str, resource: str) -> tuple[Hashable, ...] | None:
        """What of a request does not depend on the policy of its resource."""
        key = (principal, action)
        if key not in self._sides:
            self._sides[key] = self._side(principal, action)
        side = self._sides[key]
        if side is None:
            return None
        if side.statements is None:
            return side.seen, intern(resource)
        told = [(one, one.relevant(resource)) for one in side.statements]
        taking = [(one, taken is not True) for one, taken in told if taken is not False]
        mark = 0  # two bits for each statement: small, for it is kept of every kind of resource (EP58)
        for _, taken in told:
            mark = mark << 2 | (0 if taken is False else 1 if taken is True else 2)
        if mark not in side.known:
            side.known[mark] = self._seen(side.holding, taking)
        own = resource if any(is_open or self._reads_resource(one.statement) for one, is_open in taking) else None
        place = intern(resource.rpartition("/")[0])  # account, kind and path: what AWS itself tells apart (S8)
        return action, side.known[mark], place, own

    def _seen(self, holding: Holding, taking: Sequence[tuple[_Of, bool]]) -> int:
        """A number of what a request sees of an actor of whose statements these take the resource, or may take it.

        Where one may, what its patterns read of the actor counts too: it is what the answer then depends on.
        """
        said = frozenset((one.written if is_open else one.said, is_open) for one, is_open in taking)
        if said not in self._readings:
            self._readings[said] = (
                Reading.of_conditions(one.statement for one, _ in taking),
                Reading.of(one.statement for one, is_open in taking if is_open),
            )
        read = [self._likeness.read(holding, one) for one in self._readings[said]]
        return self._numbered((self._likeness.standing(holding), said, *read))

    def _numbered(self, seen: Hashable) -> int:
        """A number that is equal for what is equal: many requests see the same (EP58)."""
        return self._numbers.setdefault(seen, len(self._numbers))

    def _trusted_by(self, resource: str, holding: Holding) -> Hashable:
        """What a trust policy says of an actor; with the actor where it may speak of this very one."""
        role = self._likeness.snapshot.role(resource)
        if role is None or role.trust is None:
            return resource
        if self._trusted.naming(holding) & self._likeness.places.one(resource):
            return id(role.trust), holding.arn
        read = self._likeness.read(holding, self._trusted.reading(role.trust))
        return self._trusted.of_actors(role, named=False), read

    def _side(self, principal: str, action: str) -> _Side | None:
        if self._likeness.places.entity(principal) is None:
            return None
        holding = self._likeness.holding(principal)
        if action != ASSUME_ROLE and self._likeness.may_name(action, holding):
            return None
        if not action.startswith("iam:") and action != ASSUME_ROLE:
            return _Side(holding, {}, (action, self._likeness.stands(holding, action)))
        return _Side(holding, {}, None, tuple(self._statements(holding, action)))

    def _statements(self, holding: Holding, action: str) -> Iterator[_Of]:
        for one in holding.saying(action):
            yield self._of("identity", holding, one)
        for one in self._likeness.bounding(holding, (action,)):
            yield self._of("boundary", holding, one)
        for one in self._likeness.guarding(action):
            yield self._of("guard", holding, one)

    def _of(self, layer: _Layer, holding: Holding, statement: Statement) -> _Of:
        """A statement, made once for all who carry it where no pattern depends on who asks (EP58)."""
        patterns = () if statement.resource is None else statement.resource.patterns
        if any(one.variables for one in patterns):
            return _Of(layer, statement, self._relevant(holding, statement))
        found = self._made.get((layer, id(statement)))
        if found is None:
            found = self._made[layer, id(statement)] = _Of(layer, statement, self._relevant(holding, statement))
        return found

    def _reads_resource(self, statement: Statement) -> bool:
        """Whether a statement reads something of the resource that others of its kind and path may not have."""
        found = self._of_resource.get(id(statement))
        if found is None:
            found = any("resourcetag/" in key or key == _BOUNDARY for key in keys_named(statement))
            self._of_resource[id(statement)] = found
        return found

    def _relevant(self, holding: Holding, statement: Statement) -> Relevant:
        """What tells whether a statement may take a resource: what it says of others then counts for nothing."""
        element = statement.resource
        if element is None:
            return _always
        if any(one.text == ANY_RESOURCE for one in element.patterns):
            return _never if element.negated else _always
        matchers = tuple(self._likeness.matchers(holding, (statement,)))
        if not element.negated:
            return partial(_taken, matchers)
        return _itself if any(one.short for one in element.patterns) else partial(_left, matchers)


def _texts(test: ConditionTest) -> tuple[tuple[str, bool], ...]:
    """The values of a test as written, each with whether it holds a variable."""
    return tuple([(one.text, one.template is not None) for one in test.values])


def _always(resource: str) -> bool:
    return True


def _never(resource: str) -> bool:
    return False


def _itself(resource: str) -> str:
    return resource


def _taken(matchers: tuple[Callable[[str], Hashable], ...], resource: str) -> Hashable:
    """Whether a pattern takes a resource; the resource itself where one may."""
    found: Hashable = False
    for takes in matchers:
        said = takes(resource)
        if said is Truth.TRUE:
            return True
        if said is not Truth.FALSE and said is not False:
            found = resource
    return found


def _left(matchers: tuple[Callable[[str], Hashable], ...], resource: str) -> Hashable:
    """Whether no pattern of a NotResource takes a resource; the resource itself where one may."""
    taken = _taken(matchers, resource)
    return not taken if isinstance(taken, bool) else resource
