"""Roles by whom they let in, as far as a way needs it: services that must take them, or who starts (EP16, EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.paths.alike.actors import Actors
from iamtui.analysis.paths.alike.reading_keys import Reading
from iamtui.analysis.paths.requests.asking import Label, conditions_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.sources import thing_of, things_in
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE, let_in_by, names_of, said_of_actors
from iamtui.analysis.paths.ways.catalogue import Step, Way, catalogue
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.patterns import glob
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import PolicyDocument
from iamtui.snapshot.model import Role

_SOURCE = "aws:sourcearn"


class _Answer(NamedTuple):
    """Whether a service may take a role, and what that depends on."""

    label: Label
    conditions: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...]


class _Serving(NamedTuple):
    """What is said of the roles that some others assume: by patterns, and by keys that are tags."""

    takes: tuple[Callable[[str], Hashable], ...]
    tags: bool

    @classmethod
    def of(cls, likeness: Actors, serving: Iterable[Holding]) -> _Serving:
        """What the statements in play of some roles say."""
        said = [(one, likeness.in_play(one, (ASSUME_ROLE,))) for one in serving]
        takes = tuple([taking for one, statements in said for taking in likeness.matchers(one, statements)])
        keys = {key for _, statements in said for one in statements for key in keys_named(one)}
        return cls(takes, any("resourcetag/" in key for key in keys))

    def said_of(self, role: Role) -> Hashable:
        """What is said of a role."""
        return tuple([taking(role.arn) for taking in self.takes]), self.tags and role.tags


class TrustedEnds:
    """Tells roles of one snapshot apart by their trust policies."""

    def __init__(self, likeness: Actors) -> None:
        """Ask at the desk of `likeness`."""
        self._likeness = likeness
        self._answers: dict[tuple[str, str, str | int], _Answer] = {}
        self._said: dict[tuple[int, bool], Hashable] = {}
        self._readings: dict[int, Reading] = {}
        self._reading_source: dict[int, bool] = {}
        self._serving: dict[tuple[str, tuple[str, ...]], _Serving] = {}
        self._naming_things: dict[str, int] = {}

    def key(self, way: Way, name: str, role: Role, *, named: bool) -> Hashable:
        """What a way needs of whom a role trusts: who that is, or whether services may take it; None where not."""
        asked = [step for step in way.asked() if name in step.on and step.ask.startswith("sts:")]
        rewritten = any(step.changes is not None and step.changes.change == "trust" for step in way.steps)
        carrier = way.bind[name].carried_by
        if carrier is not None:
            service = catalogue().carriers[way.bind[carrier].type or ""]["service"]
            if self._taken_by(service, role).label == "denied":
                return None
        if any(step.is_own for step in asked) and not rewritten:
            is_plain = len(asked) == 1 and asked[0].ask == ASSUME_ROLE
            return self.of_actors(role, named=named) if is_plain else id(role.trust)
        takers = [step.by for step in asked if not step.is_own]
        if any(step.by.strip("{}") in way.bind and not self._may_let_in(way, step, role) for step in asked):
            return None
        if any(step.ask != ASSUME_ROLE for step in asked):
            return id(role.trust)
        if any("{" in one for one in takers):
            return id(role.trust), tuple([self._said_of(way, step, role) for step in asked if not step.is_own])
        if takers and self._reads_source(role):
            return id(role.trust)
        answers = tuple([self._taken_by(service, role) for service in takers])
        return None if any(one.label == "denied" for one in answers) else answers

    def of_actors(self, role: Role, *, named: bool) -> Hashable:
        """What a trust policy says of users and roles that assume its role, whom it names or does not."""
        trust = role.trust
        if trust is None or not isinstance(trust.policy, PolicyDocument):
            return id(trust)
        key = (id(trust), named)
        if key not in self._said:
            said = self._likeness.words.of(trust).saying(ASSUME_ROLE)
            self._said[key] = said_of_actors(said, named=named)
        return self._said[key]

    def naming(self, holding: Holding) -> int:
        """The roles whose trust policies may speak of an actor by its name or id."""
        entity = holding.entity
        return self._naming.get(entity.name.lower(), 0) | self._naming.get(entity.unique_id.lower(), 0)

    @cached_property
    def _naming(self) -> Mapping[str, int]:
        found: dict[str, list[str]] = {}
        for arn in self._likeness.places.each(self._likeness.places.of_kind("role")):
            role = self._likeness.snapshot.role(arn)
            trust = None if role is None else role.trust
            for one in () if trust is None else self._likeness.words.of(trust).saying(ASSUME_ROLE):
                for name in names_of(one):
                    found.setdefault(name, []).append(arn)
        return {name: self._likeness.places.of(arns) for name, arns in found.items()}

    def reading(self, trust: Document) -> Reading:
        """What a trust policy reads of who assumes its role."""
        found = self._readings.get(id(trust))
        if found is None:
            said = self._likeness.words.of(trust).saying(ASSUME_ROLE)
            found = self._readings[id(trust)] = Reading.of_conditions(said)
        return found

    def _may_let_in(self, way: Way, step: Step, role: Role) -> bool:
        """Whether the words of a trust policy let in some role that must take its own, by one of a way's steps."""
        bind = way.bind[step.by.strip("{}")]
        if bind.kind != "role":
            return True
        account = self._likeness.snapshot.account_of(role.arn)
        who = let_in_by(role)
        if not who.isdisjoint(("*", account)):
            return True
        held = self._likeness.snapshot.accounts[account].roles or {}
        named = [role for role in held.values() if role.arn in who or role.unique_id in who]
        return any(may_serve(one, bind.trusts) for one in named)

    def _said_of(self, way: Way, step: Step, role: Role) -> Hashable:
        """What the statements of those who may take a role by a step say of it: their patterns, and its tags."""
        bind, account = way.bind[step.by.strip("{}")], self._likeness.snapshot.account_of(role.arn)
        if (account, bind.trusts) not in self._serving:
            held = self._likeness.snapshot.accounts[account].roles or {}
            serving = [self._likeness.holding(one.arn) for one in held.values() if may_serve(one, bind.trusts)]
            self._serving[account, bind.trusts] = _Serving.of(self._likeness, serving)
        return self._serving[account, bind.trusts].said_of(role)

    def depends_on_source(self, way: Way, name: str, role: Role) -> bool:
        """Whether it counts for a way what it makes before a service takes its end."""
        is_served = any(name in step.on and not step.is_own for step in way.asked())
        return is_served and self._reads_source(role)

    @cached_property
    def reading_source(self) -> int:
        """The roles of which it counts for which thing a service takes them."""
        places = self._likeness.places
        roles = [role for arn in places.each(places.of_kind("role")) if (role := self._likeness.snapshot.role(arn))]
        return places.of(role.arn for role in roles if self._reads_source(role))

    def naming_thing(self, way: Way) -> int:
        """The roles whose trust policies may name the thing for which a service takes the end of a way (EP16).

        Where another role takes the end, and a service that one, every role if any may.
        """
        takers = {name: step.by for step in way.steps if not step.is_own for name in step.on}
        taker = takers.get(way.outcome.becomes or "", "").strip("{}")
        service = takers.get(taker, taker)
        thing = thing_of(way, service)
        if thing is None:
            return 0
        naming = self._naming_one(way, thing)
        return self._likeness.places.all if naming and taker in takers else naming

    def _naming_one(self, way: Way, thing: str) -> int:
        """The roles whose trust policies may name a thing of a way."""
        kind = (way.bind[thing].type or "").partition(":")[0]
        if kind not in self._naming_things:
            places = self._likeness.places
            roles = (role for arn in places.each(self.reading_source) if (role := self._likeness.snapshot.role(arn)))
            naming = (role.arn for role in roles if role.trust is not None and _names_any(role.trust, kind))
            self._naming_things[kind] = places.of(naming)
        return self._naming_things[kind]

    def taken_alike(self, ends: int) -> Iterator[int]:
        """Some roles, those together that a service may take alike, whatever it takes them for."""
        places, found = self._likeness.places, dict[Hashable, list[str]]()
        is_alone = bool(self._likeness.guarding(ASSUME_ROLE))
        for arn in places.each(ends):
            role = self._likeness.snapshot.role(arn)
            trust = None if role is None else role.trust
            found.setdefault(arn if is_alone or trust is None else id(trust), []).append(arn)
        return (places.of(arns) for arns in found.values())

    def _reads_source(self, role: Role) -> bool:
        """Whether it counts for which thing a service takes a role."""
        key = id(role.trust)
        if key not in self._reading_source:
            self._reading_source[key] = self._reads(role)
        return self._reading_source[key]

    def _reads(self, role: Role) -> bool:
        own = [] if role.trust is None else self._likeness.words.of(role.trust).saying(ASSUME_ROLE)
        return any(_SOURCE in keys_named(one) for one in (*own, *self._likeness.guarding(ASSUME_ROLE)))

    def _taken_by(self, service: str, role: Role) -> _Answer:
        """Whether a service may take a role: asked once for all with a trust policy that nothing else tells apart."""
        is_alone = bool(self._likeness.guarding(ASSUME_ROLE)) or role.trust is None
        account = self._likeness.snapshot.account_of(role.arn)
        key = (service, account, role.arn if is_alone else id(role.trust))
        found = self._answers.get(key)
        if found is None:
            context = {"aws:SourceAccount": KeyValue.of(account)}
            asked = self._likeness.desk.ask(self._likeness.snapshot, service, ASSUME_ROLE, role.arn, context)
            found = self._answers[key] = _Answer(asked.label, conditions_of(asked), asked.lacking)
        return found


def _names_any(trust: Document, service: str) -> bool:
    """Whether a trust policy has a pattern for what a service takes its role for that a thing of some service fits."""
    return any(text.count(":") < 3 or glob(text.split(":", 3)[2])(service) for text in things_in(trust))


def may_serve(role: Role, services: tuple[str, ...]) -> bool:
    """Whether the trust policy of a role has the words for one of some services."""
    text = "" if role.trust is None else role.trust.text
    return role.trust is None or any(one in text for one in (*services, "*", "NotPrincipal", "\\"))
