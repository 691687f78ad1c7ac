"""Who of all may do something: one question of everybody, asked once for all in the same situation (WC2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from iamtui.analysis.findings.asking.able import MFA_UNKNOWN, NO_KEYS, RANKS, WITHOUT_MFA, Able, Label
from iamtui.analysis.findings.asking.alike_requests import AlikeRequests, is_named
from iamtui.analysis.findings.asking.asked_resources import AskedResources
from iamtui.analysis.findings.asking.best_paths import best_paths
from iamtui.analysis.findings.asking.own_statements import Owned, statements_in
from iamtui.analysis.findings.asking.own_words import NAME, OwnWords
from iamtui.analysis.findings.asking.taken_away import TakenAway
from iamtui.analysis.findings.asking.whole_services import WholeServices
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Path, Paths
from iamtui.analysis.paths.privileges.administrators import Administrators, Judged
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.paths.requests.holding import Words
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide, principal_side
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Account, Snapshot


class Everybody:
    """The users, roles and root users of a snapshot, asked about together.

    An action is asked on a resource of the account that no policy names, on those that the export knows, and of
    whoever is allowed it on some resources only on one of those. What is found was decided; whether a Deny leaves
    something else of a pattern is not looked for.
    """

    def __init__(self, snapshot: Snapshot, at: datetime | None, paths: Paths | None = None) -> None:
        self.snapshot = snapshot
        self.found_paths = paths
        self._administrators: Mapping[str, Judged] | None = None
        self.at = at
        self._asked_on = AskedResources(snapshot)
        self._labels: dict[Hashable, Label | None] = {}
        self._side: PrincipalSide | None = None
        self._able: dict[Hashable, Able | None] = {}
        self._worth: dict[tuple[str, ...], frozenset[int]] = {}

    @cached_property
    def judge(self) -> Administrators:
        """Who judges administrators."""
        return self._judge_where(NO_KEYS)

    @cached_property
    def judge_without_mfa(self) -> Administrators:
        """Who judges administrators where nobody signed in with MFA."""
        return self._judge_where(WITHOUT_MFA)

    def _judge_where(self, stated: Mapping[str, KeyValue]) -> Administrators:
        desk = Desk(self.snapshot, stated, self.at)
        desk.alike = self._alike.key
        return Administrators(desk, self._words)

    @cached_property
    def _words(self) -> Words:
        """What documents say of the control requests alone."""
        return Words(step.ask for step in catalogue().control)

    @property
    def administrators(self) -> Mapping[str, Judged]:
        """Who is an administrator, by what it is allowed (EP3), by ARN."""
        if self._administrators is None:
            for _ in self.look_for_administrators():
                pass
        return self._administrators or {}

    def look_for_administrators(self) -> Iterator[None]:
        """Find them, one after the other, so that whoever looks behind a screen can rest between."""
        found: dict[str, Judged] = {}
        for one in self.judge.all():
            found[one.arn] = Judged(one.verdict, one.conditions, one.needs)
            yield
        self._administrators = found

    @cached_property
    def paths(self) -> Mapping[str, Path] | None:
        """For each principal that has one, the surest and shortest path to an administrator.

        None: they cannot be looked for, because somebody has a name that AWS does not allow.
        """
        try:
            found = self.found_paths = self.found_paths or find_paths(self.snapshot, PathQuestion(at=self.at))
        except (RequestError, MissingThingError):
            return None
        return best_paths(found)

    @cached_property
    def holders(self) -> Holders:
        """The index of everybody."""
        return Holders(self.snapshot)

    @cached_property
    def _own(self) -> OwnWords:
        return OwnWords(self.holders, self.at)

    @cached_property
    def _alike(self) -> AlikeRequests:
        return AlikeRequests(self._own)

    @cached_property
    def _services(self) -> WholeServices:
        return WholeServices(self._own, self._alike.guarding)

    @cached_property
    def _taken_away(self) -> TakenAway:
        return TakenAway(self.holders, self.at)

    def statements(self, principal: str) -> tuple[Owned, ...]:
        """The statements of the identity policies of a user or role, those of its groups too."""
        return tuple(statements_in(self.policies(principal)))

    def policies(self, principal: str) -> tuple[AppliedPolicy, ...]:
        """The identity policies of a user or role, those of its groups too."""
        return self.holders.all[self.holders.places[principal]].policies

    def unread(self, principal: str) -> tuple[AppliedPolicy, ...]:
        """Those of them whose document was not exported, or cannot be read."""
        own = self._own.of(principal)
        return () if own is None or own.is_read else own.unread

    def allows(self, principal: str, action: str) -> tuple[Statement, ...]:
        """The Allows of one's own policies that take an action, or others that say the same of it."""
        own = self._own.of(principal)
        return () if own is None else own.taking(action).allows

    def situation(self, principal: str, action: str, resources: tuple[str, ...]) -> Hashable:
        """Equal for principals by whom an action is decided alike on each of some resources."""
        found = self._alike.situation(principal, action, resources)
        return principal if found is None else found

    def is_taken_away(self, principal: str, action: str, context: Mapping[str, KeyValue] = NO_KEYS) -> bool:
        """Whether Denies of one's own policies take an action away, whatever the resource is."""
        place = self.holders.places.get(principal)
        return place is not None and self._taken_away.takes(place, action, context)

    def has_whole(self, account: Account, principal: str, service: str) -> bool:
        """Whether every action of a service is allowed on what no policy names (FI42)."""
        return self._services.has(principal, service, lambda action: self.has_fresh(account, principal, action))

    def has_fresh(self, account: Account, principal: str, action: str) -> bool:
        """Whether an action is allowed on what no policy names."""
        return all(self.label(principal, action, one) == "allowed" for one in self.fresh(account, action))

    def able(
        self, account: Account, principal: str, action: str, context: Mapping[str, KeyValue] = NO_KEYS
    ) -> Able | None:
        """How surely one may do an action on something of an account, and on what; None: on nothing that is asked."""
        if self.holders.places.get(principal) not in self._asked(action):
            return None
        resources = self._resources(account, principal, action)
        alike = self._alike.situation(principal, action, resources)
        if alike is None:
            return self._surest(principal, action, resources, context)
        key = (action, resources, alike, tuple(context.items()))
        if key not in self._able:
            self._able[key] = self._surest(principal, action, resources, context)
        return self._able[key]

    def _surest(
        self, principal: str, action: str, resources: Iterable[str], context: Mapping[str, KeyValue]
    ) -> Able | None:
        best: Able | None = None
        for resource in resources:
            able = self.able_on(principal, action, resource, context)
            if able is None or (able.label == "possible" and not self._is_spoken_of(principal, action)):
                continue  # what a policy that nobody exported may give to others is not told of each
            if best is None or RANKS.index(able.label) > RANKS.index(best.label):
                best = able
            if able.label == "allowed":
                break
        return best

    def who(self, account: Account, action: str) -> Iterator[str]:
        """The users and roles of an account of whom it is worth asking: no Allow speaks of the others."""
        holders = (self.holders.all[place] for place in sorted(self._asked(action)))
        yield from (holder.arn for holder in holders if holder.frame.account == account.account_id)

    def is_granted(self, principal: str, *actions: str) -> bool:
        """Whether an Allow of one's own policies takes one of some actions."""
        return self.holders.places.get(principal) in self._own.taking.granted(*actions)

    def is_granted_both(self, principal: str, first: tuple[str, ...], second: tuple[str, ...]) -> bool:
        """Whether Allows of one's own policies take one of some actions, and one of some others."""
        return self.holders.places.get(principal) in self._own.taking.granted_both(first, second)

    def is_asked(self, principal: str, *actions: str) -> bool:
        """Whether it is worth asking about one of some actions: nothing speaks of the others."""
        return self.holders.places.get(principal) in self._asked(*actions)

    def _is_spoken_of(self, principal: str, action: str) -> bool:
        """Whether an Allow of one's own takes an action, or a policy of a resource names one for it."""
        holder = self.holders.all[self.holders.places[principal]]
        return self.is_granted(principal, action) or is_named(holder, self._alike.beside(action).names)

    def _asked(self, *actions: str) -> frozenset[int]:
        """Those to whom an Allow gives one, whom policies of resources name for it; everybody where one means all."""
        found = self._worth.get(actions)
        if found is None:
            each = (self._asked(action) for action in actions)
            found = self._worth[actions] = frozenset().union(*each) if len(actions) > 1 else self._spoken_of(*actions)
        return found

    def _spoken_of(self, action: str) -> frozenset[int]:
        beside = self._alike.beside(action)
        named = enumerate(self.holders.all if beside.lets_all_in or beside.names else ())
        others = (
            place
            for place, holder in named
            if holder.entity is not None and (beside.lets_all_in or is_named(holder, beside.names))
        )
        return self._own.taking.granted(action).union(others)

    def able_on(
        self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue] = NO_KEYS
    ) -> Able | None:
        """Whether one may do it; a user also by signing in with MFA, which its access keys alone do not show."""
        found = self.label(principal, action, resource, context)
        if found != "allowed":
            signed_in = self._signed_in(principal, action, resource, context)
            if signed_in is not None and (found is None or RANKS.index(signed_in) > RANKS.index(found)):
                return Able(signed_in, resource, by_sign_in=True)
        return None if found is None else Able(found, resource)

    def may(self, principal: str, action: str, resource: str) -> bool:
        """Whether one may do it at all, also only by signing in with MFA, or where conditions hold."""
        found = self.label(principal, action, resource) or self._signed_in(principal, action, resource, NO_KEYS)
        return found is not None

    def _signed_in(self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue]) -> Label | None:
        """Whether a user may do it by signing in with MFA; None also where nothing asks for that."""
        if ":user/" not in principal or not self._alike.reads_mfa(principal, action):
            return None
        return self.label(principal, action, resource, {**MFA_UNKNOWN, **context})

    def label(
        self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue] = NO_KEYS
    ) -> Label | None:
        """Whether one may do an action on one resource, asked once for all who are alike; None: it is denied."""
        if self.is_taken_away(principal, action, context):
            return None
        is_named_so = not context or not any(key.lower() == NAME for key in context)
        alike = self._alike.key(principal, action, resource) if is_named_so else None
        key = ((principal, action, resource) if alike is None else alike, tuple(context.items()))
        if key not in self._labels:
            self._labels[key] = self._decided(principal, action, resource, context)
        return self._labels[key]

    def _decided(self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue]) -> Label | None:
        request = Request(principal, action, resource, context=context, unstated=Unstated.UNKNOWN, at=self.at)
        try:
            settled = settle_question(prepare_for(self.snapshot, request, self._side_of(principal)))
        except RequestError:
            return None
        if settled.is_denied:
            return None
        if settled.is_allowed:
            return "allowed"
        return "possible" if settled.unknown_data else "conditional"

    def _side_of(self, principal: str) -> PrincipalSide:
        """The policies of who asks, kept for the last one: rules ask of one principal after the other."""
        if self._side is None or self._side.caller.text != principal:
            self._side = principal_side(self.snapshot, identify(principal, self.snapshot))
        return self._side

    def example(self, account: Account, statement: Statement, action: str) -> str | None:
        """A resource that a statement means whoever asks; None where it means only what is the caller's own."""
        return self._asked_on.example(account, statement, action)

    def fresh(self, account: Account, action: str) -> tuple[str, ...]:
        """A resource of each type that the action takes in an account, with a name that no policy mentions."""
        return self._asked_on.fresh(account, action)

    def _resources(self, account: Account, principal: str, action: str) -> tuple[str, ...]:
        """Those, some that the export knows, and some that the Allows of one's own policies name, oneself too."""
        own = self._own.of(principal)
        allows = () if own is None else own.taking(action).allows
        every, asks_oneself = self._asked_on.by_allows(account, action, allows)
        return (*every, principal) if asks_oneself else every
