"""What need not be asked, because some step would surely be denied (EP56): never by names of actions alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.requests.binding import policies_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE, let_in_by, services_let_in
from iamtui.analysis.paths.ways.catalogue import Bind, Way, catalogue
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Role, Snapshot, User

_USER_NAME = "aws:username"
_CROSSING = "sts-001"
"""The way that crosses accounts: an assumption that a trust policy allows."""


class _Needed(NamedTuple):
    """The actions that some steps need, as bits: all of these, and of each of several choices one list."""

    all: int
    choices: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, lists: Iterable[tuple[frozenset[str], ...]], bits: Mapping[str, int]) -> _Needed:
        """What steps need of each of which these lists are the choices."""
        held = [tuple([sum(bits[action] for action in one) for one in each]) for each in lists]
        every = reduce(or_, (one[0] for one in held if len(one) == 1), 0)
        return cls(every, tuple([one for one in held if len(one) > 1]))

    def is_in(self, taken: int) -> bool:
        """Whether some actions are enough."""
        is_enough = not self.all & ~taken
        return is_enough and all(any(not one & ~taken for one in lists) for lists in self.choices)


class Filters:
    """Filters for one snapshot."""

    def __init__(self, snapshot: Snapshot, places: Places | None = None) -> None:
        self.snapshot = snapshot
        self.places = places or Places(snapshot)
        held = (one.arn.split(":", 3)[2] for one in snapshot.resources.values() if one.policy is not None)
        self._granting = frozenset(("sts", *held))
        self._needed: dict[str, tuple[_Needed, _Needed | None]] = {}
        self._of_statement: dict[int, tuple[Statement, int | None]] = {}
        self._named: dict[str, int] = {}
        self._served: dict[tuple[str, ...], int] = {}
        self._taken: dict[tuple[str, str], int] = {}
        self._of_statements: dict[tuple[int, ...], int] = {}
        self._same: dict[int, int] = {}

    def of_picture(self, snapshot: Snapshot, places: Places) -> Filters:
        """The same filters for another picture; what ways need there is the same where the same services grant."""
        other = type(self)(snapshot, places)
        if other._granting == self._granting:
            other._needed = self._needed
        return other

    def may_take(self, way: Way, holding: Holding) -> bool:
        """Whether some Allow of an actor takes each action of a way that no resource's policy can grant."""
        if way.id not in self._needed:
            lists = tuple(self._lists(way))
            first = _Needed.of(lists[: _steps_until_rewritten(way)], holding.bits) if way.rewrites else None
            self._needed[way.id] = _Needed.of(lists, holding.bits), first
        needed, first = self._needed[way.id]
        if first is not None and any(policies_of(holding.account, holding.arn)):
            needed = first  # what is asked after the policy was written anew may be allowed by what was written
        return holding.is_open or needed.is_in(holding.allowed)

    def _lists(self, way: Way) -> Iterable[tuple[frozenset[str], ...]]:
        """For each step the lists of actions one of which an actor must be allowed by its own policies."""
        changes = [step.changes for step in way.steps if step.changes is not None]
        granted = {change.allows for change in changes if change.allows is not None}
        for step in way.steps:
            lists = step.any_of or ((step,),)
            own = [frozenset(one.ask for one in steps if one.is_own) - granted for steps in lists]
            yield tuple(frozenset(one for one in each if not self._may_be_granted(one)) for each in own)

    def _may_be_granted(self, action: str) -> bool:
        return action.partition(":")[0] in self._granting

    def among(self, way: Way) -> Among:
        """Which principals may be the end of a way."""
        return Among(self, way)

    def served(self, services: tuple[str, ...]) -> int:
        """The principals whose trust policy may let in one of some services, and all users."""
        found = self._served.get(services)
        if found is None:
            let_in = (self._serving.get(one, 0) for one in (*services, "*"))
            found = self._served[services] = reduce(or_, let_in, self.places.of_kind("user"))
        return found

    @cached_property
    def _serving(self) -> Mapping[str, int]:
        """The roles by the services that their trust policies may let in; by `*` where that is not told."""
        found: dict[str, list[str]] = {}
        for arn in self.places.each(self.places.of_kind("role")):
            role = self.snapshot.role(arn)
            for service in ("*",) if role is None else services_let_in(role):
                found.setdefault(service, []).append(arn)
        return {service: self.places.of(arns) for service, arns in found.items()}

    def taken(self, action: str, holding: Holding) -> int:
        """The principals on whom some Allow of an actor may take an action."""
        key = (holding.arn, action)
        found = self._taken.get(key)
        if found is None:
            taken = self._taken_by_any(holding.taking(action), holding.entity)
            found = self._taken[key] = self._same.setdefault(taken, taken)  # of many equal sets the first (EP58)
        return found

    def _taken_by_any(self, statements: tuple[Statement, ...], entity: User | Role) -> int:
        """The principals that some statements of an actor may take: a set that many have is kept once."""
        key = tuple(map(id, statements))
        found = self._of_statements.get(key)
        if found is None:
            taken = [self._taken_by(one) for one in statements]
            found = self.places.all if None in taken else reduce(or_, (one for one in taken if one is not None), 0)
            self._of_statements[key] = found
        own = 0 if found == self.places.all else reduce(or_, (self._own(one, entity) for one in statements), 0)
        return found | own if own & ~found else found

    def _taken_by(self, statement: Statement) -> int | None:
        """The principals that a statement may take, whoever has it; None for all."""
        known = self._of_statement.get(id(statement))
        if known is None:
            known = self._of_statement[id(statement)] = (statement, self._matched_by(statement))
        return known[1]

    def _matched_by(self, statement: Statement) -> int | None:
        element = statement.resource
        if element is None or element.negated or any(one.text == ANY_RESOURCE for one in element.patterns):
            return None
        found = 0
        for pattern in element.patterns:
            found |= 0 if _names_user(pattern) else self.places.matching(pattern.widest)
        return found

    def _own(self, statement: Statement, entity: User | Role) -> int:
        """The principals whom patterns with a user's name in them may take."""
        found = 0
        for pattern in () if statement.resource is None else statement.resource.patterns:
            if _names_user(pattern):
                found |= self.places.matching(pattern.widest)
        return found & self.places.containing(entity.name) if found and isinstance(entity, User) else found

    def trusting(self, holding: Holding) -> int:
        """Roles that let the actor in: by name, or, where they name its account, if an Allow of its own takes them."""
        own = self.places.all if holding.is_open else self.taken(ASSUME_ROLE, holding)
        found = self._trusts.get("*", 0)
        for who in (holding.entity.arn, holding.entity.unique_id):
            found |= self._trusts.get(who, 0)
        return found | (self._trusts.get(holding.account.account_id, 0) & own)

    @cached_property
    def _trusts(self) -> Mapping[str, int]:
        """The roles by whom their trust policies let in: an ARN, an account, or `*` where that is not told."""
        found: dict[str, list[str]] = {}
        for arn in self.places.each(self.places.of_kind("role")):
            for who in let_in_by(self.snapshot.role(arn)):
                found.setdefault(who, []).append(arn)
        return {who: self.places.of(arns) for who, arns in found.items()}


class Among:
    """The ends of one way: those can be told that an actor may reach."""

    def __init__(self, filters: Filters, way: Way) -> None:
        self.filters = filters
        self._way = way
        name = way.outcome.becomes or ""
        bind = way.bind.get(name)
        self.kind = "" if bind is None else bind.kind
        self._bind = bind
        steps = [step for step in way.steps if step.is_own and name in step.on]
        self._asked = tuple(dict.fromkeys(step.ask for step in steps if step.ask.startswith("iam:")))
        changed = {step.changes.of for step in way.steps if step.changes is not None and step.changes.change == "trust"}
        self._is_assumed = name not in changed and any(step.ask == ASSUME_ROLE for step in steps)

    @cached_property
    def all(self) -> int:
        """Those of the kind of an end, whom a service may take where one must."""
        return 0 if self._bind is None else self.filters.places.of_kind(self.kind) & self._served(self._bind)

    def _served(self, bind: Bind) -> int:
        services = bind.trusts
        if bind.carried_by is not None:
            services = (catalogue().carriers[self._way.bind[bind.carried_by].type or ""]["service"],)
        is_open = not services or any("{" in one for one in services)
        return self.filters.places.all if is_open else self.filters.served(services)

    def some(self, those: int) -> int:
        """Those that may be the end of the way, whoever takes it."""
        return those & self.all

    def of(self, holding: Holding, those: int, spared: int = 0) -> int:
        """Those that the words of Allows and trust policies leave room for, and some of whom they need not."""
        found = those & self.all
        if self._way.id != _CROSSING:
            found &= self.filters.places.held_by(holding.account.account_id)
        spared &= found
        if found and self._is_assumed:
            found &= self.filters.trusting(holding)
        for action in self._asked if not holding.is_open else ():
            found = found and found & self.filters.taken(action, holding)
        return found | spared


def _steps_until_rewritten(way: Way) -> int:
    changes = [step.changes.change if step.changes is not None else None for step in way.steps]
    return next((place for place, one in enumerate(changes, 1) if one in ("document", "default")), len(changes))


def _names_user(pattern: ResourcePattern) -> bool:
    return any(one.folded == _USER_NAME for one in pattern.variables)
