"""Which actors are decided alike (EP57).

Two are alike for a way where all that its requests can see of them is equal: kind, account, boundary, the statements
that take one of its actions, and what these, or a statement beside them, read of the actor itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property, partial

from iamtui.analysis.paths.alike.beside import Beside
from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.alike.reading_keys import Reading, Readings
from iamtui.analysis.paths.requests.asking import Desk, fresh_arn
from iamtui.analysis.paths.requests.binding import is_of_actor, may_serve_others, policies_of, strong_policies
from iamtui.analysis.paths.requests.holding import Holding, Words
from iamtui.analysis.paths.ways.catalogue import Way, catalogue, control_actions
from iamtui.analysis.paths.ways.parts import actions_beside, actions_on_end, parts_of
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.request.context import RequestContext
from iamtui.patterns import Matcher, matcher_of
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import User

_BOUNDARY = "iam:permissionsboundary"
_POLICY = "iam:policyarn"


class Actors:
    """Tells the actors of one snapshot apart, by what their requests see of them."""

    judges_alike = True  # who is given everything is judged once for all who are denied the same

    def __init__(self, desk: Desk, words: Words, places: Places | None = None) -> None:
        self.desk = desk
        self.words = words
        self.snapshot = desk.snapshot
        self.places = places or Places(desk.snapshot)
        self.given_all: Callable[[Holding], Hashable] = lambda holding: holding.arn
        self._beside = Beside(desk.snapshot, words)
        self._readings: dict[tuple[int, ...], tuple[tuple[int, ...], Reading]] = {}
        self._reads = Readings()
        self._same: dict[Hashable, Hashable] = {}
        self._bounding: dict[tuple[str, str, str], tuple[Statement, ...]] = {}
        self._standing: dict[str, dict[str, int]] = {}
        self._numbers: dict[Hashable, int] = {}
        self._of_any: dict[int, bool] = {}
        self._free: dict[tuple[str, str], bool] = {}

    def holding(self, arn: str) -> Holding:
        """A user or role of the snapshot, with what its policies say."""
        held = self.places.entity(arn)
        if held is None:
            raise LookupError(f"{arn}: no user or role of the exported accounts")
        return self.words.holding(self.snapshot, *held)

    def of_actor(self, way: Way, holding: Holding) -> Hashable:
        """Equal for actors by whom a way is decided alike."""
        if way.outcome.changes is not None or any(is_of_actor(way, name) for name in way.bind):
            return holding.arn
        return self.of_end(way, holding), self.of_rest_actions(way, holding)

    def of_end(self, way: Way, holding: Holding) -> Hashable:
        """Equal for actors by whom what depends on the end of a way is decided alike.

        What rewrites a policy that the actor has too may allow it more.
        """
        own = tuple(policies_of(holding.account, holding.arn)) if way.rewrites else ()
        return own, self.of_end_actions(way, holding)

    def of_end_actions(self, way: Way, holding: Holding) -> tuple[Hashable, ...]:
        """Equal for actors of whom the requests on the end of a way see the same."""
        return self._stand(way, holding, actions_on_end(way))

    def of_rest_actions(self, way: Way, holding: Holding) -> tuple[Hashable, ...]:
        """Equal for actors by whom all else of a way is decided alike."""
        return self._stand(way, holding, actions_beside(way))

    def _stand(self, way: Way, holding: Holding, actions: Iterable[str]) -> tuple[Hashable, ...]:
        itself = (holding.arn,) if may_serve_others(way, holding) else ()
        return (*itself, *[self.stands(holding, action) for action in actions])

    def stands(self, holding: Holding, action: str) -> int:
        """A number that is equal for actors of whom requests of an action see the same; of others it says nothing."""
        known = self._standing.setdefault(action, {})
        found = known.get(holding.arn)
        if found is None:
            is_named = self.may_name(action, holding)
            seen = holding.arn if is_named else self.seen(holding, (action,))
            found = known[holding.arn] = self._numbers.setdefault(seen, len(self._numbers))
        return found

    def forget(self) -> None:
        """Let go of how each actor stands, where from now on only one of those who are alike is asked (EP58)."""
        self._standing.clear()

    def forget_all(self) -> None:
        """Let go of what tells requests apart, where no answer is kept that was told by it (EP58)."""
        self._standing.clear()
        self._readings.clear()

    def parts(self, way: Way) -> bool:
        """Whether what depends on the end of a way is decided apart from all else."""
        return bool(parts_of(way).of_end)

    def is_narrowed(self, way: Way) -> bool:
        """Whether single steps of a way are asked before the whole."""
        return len(actions_on_end(way)) > 1

    def of_control(self, holding: Holding, *, denies_only: bool = False) -> Hashable:
        """Equal for principals of which all or none are administrators; or would be if they were allowed everything."""
        said = {id(one): one for action in control_actions() for one in holding.saying(action) if self.is_of_any(one)}
        own = [one for one in said.values() if one.effect is Effect.DENY or not denies_only]
        return self.seen_by(holding, (*own, *self.bounding(holding, control_actions())), control_actions())

    def is_of_any(self, statement: Statement) -> bool:
        """Whether a statement may take things that nothing mentions: what names others counts for no administrator."""
        found = self._of_any.get(id(statement))
        if found is None:
            element = statement.resource
            patterns = () if element is None or element.negated else element.patterns
            found = not patterns or any(matcher_of(one.widest)(arn) for one in patterns for arn in self._fresh)
            self._of_any[id(statement)] = found
        return found

    @cached_property
    def _fresh(self) -> tuple[str, ...]:
        """What an administrator is asked about, in each account (EP3)."""
        kinds = {step.on[0].partition(":")[2] for step in catalogue().control}
        accounts = self.snapshot.accounts.values()
        return tuple(fresh_arn(account, kind) for account in accounts for kind in kinds)

    def seen(self, holding: Holding, actions: tuple[str, ...], *, denies_only: bool = False) -> Hashable:
        """All that requests of some actions can see of an actor; of one who is allowed everything only the Denies."""
        own = tuple({id(one): one for action in actions for one in holding.saying(action)}.values())
        own = tuple(one for one in own if one.effect is Effect.DENY) if denies_only else own
        return self.seen_by(holding, (*own, *self.bounding(holding, actions)), actions)

    def seen_by(self, holding: Holding, own: tuple[Statement, ...], actions: tuple[str, ...]) -> Hashable:
        """All that requests of some actions can see of an actor of whose statements only some count."""
        ids = tuple(map(id, own))
        if ids not in self._readings:
            self._readings[ids] = ids, self._reads.of(own)  # the documents of the snapshot keep their statements
        ids, read = self._readings[ids]
        own_read, beside = self.read(holding, read), self.read(holding, self._beside.reading(actions))
        return self._kept(self.standing(holding)), ids, self._kept(own_read), self._kept(beside)

    def _kept(self, seen: Hashable) -> Hashable:
        """The same, of many equal ones the first (EP58)."""
        return self._same.setdefault(seen, seen)

    def standing(self, holding: Holding) -> Hashable:
        """What of an actor counts for every request: its kind and account, its boundary, and if not all is known."""
        entity = holding.entity
        kind = isinstance(entity, User) or (entity.is_service_linked, lets_guests_in(entity))
        return kind, holding.account.account_id, entity.boundary, holding.arn if holding.is_open else None

    def read(self, holding: Holding, reading: Reading) -> Hashable:
        """What statements read of an actor: how their tests turn out, or the value itself."""
        if not reading.keys:
            return None
        context = self.context(holding)
        return tuple([reading.marks.of(key, context) for key in reading.keys])

    def context(self, holding: Holding) -> RequestContext:
        """The condition keys of what an actor asks."""
        return self.desk.context(holding.arn)

    def bounding(self, holding: Holding, actions: Iterable[str]) -> Iterator[Statement]:
        """The statements of the actor's boundary that take some actions."""
        arn = holding.entity.boundary
        for action in actions if arn is not None else ():
            key = (holding.account.account_id, arn or "", action)
            if key not in self._bounding:
                policy = self.snapshot.policy(holding.account.account_id, arn or "")
                version = None if policy is None else policy.default
                taking = () if version is None else tuple(self._taking(version.document, (action,)))
                self._bounding[key] = taking
            yield from self._bounding[key]

    def may_name(self, action: str, holding: Holding) -> bool:
        """Whether a policy on the other side speaks of this very actor."""
        named = self._beside.names(action)
        return holding.entity.name.lower() in named or holding.entity.unique_id.lower() in named

    def patterns(self, statements: Iterable[Statement]) -> Iterable[ResourcePattern]:
        """The patterns of some statements that do not take everything."""
        elements = [one.resource for one in statements if one.resource is not None]
        found = {one.text: one for element in elements for one in element.patterns}
        return [one for one in found.values() if one.text != ANY_RESOURCE]

    def is_of_actor(self, pattern: ResourcePattern) -> bool:
        """Whether the variables of a pattern follow from who asks."""
        return all(differs_by_entity(one.folded) for one in pattern.variables)

    def matchers(self, holding: Holding, statements: Iterable[Statement]) -> Iterator[Callable[[str], Hashable]]:
        """What the patterns of statements say of a resource: whether they match, or who it is where that is open."""
        for pattern in self.patterns(statements):
            if self.is_of_actor(pattern):
                yield partial(pattern.match, context=self.context(holding), completes_short=True)
            else:
                yield partial(_itself_where, matcher_of(pattern.widest))

    def _taking(self, document: Document, actions: Iterable[str]) -> Iterator[Statement]:
        said = self.words.of(document)
        return (one for action in actions for one in said.saying(action))

    def chooses_freely(self, way: Way, holding: Holding) -> bool:
        """Whether no statement in play tells managed policies apart, so that the strongest does if any does."""
        key = (way.id, holding.arn)
        if key not in self._free:
            self._free[key] = self._chooses_freely(way, holding)
        return self._free[key]

    def _chooses_freely(self, way: Way, holding: Holding) -> bool:
        statements = self.in_play(holding, tuple(step.ask for step in way.asked() if step.is_own))
        is_known = self.snapshot.policy(holding.account.account_id, strong_policies(holding.account)[0]) is not None
        return is_known and not any(key in (_POLICY, _BOUNDARY) for one in statements for key in keys_named(one))

    def in_play(self, holding: Holding, actions: tuple[str, ...]) -> list[Statement]:
        """The statements of the actor, its boundary, organizations and endpoints that take some actions."""
        own = [one for action in actions for one in holding.saying(action)]
        guarding = [one for action in actions for one in self.guarding(action)]
        return [*own, *self.bounding(holding, actions), *guarding]

    def guarding(self, action: str) -> tuple[Statement, ...]:
        """The statements of organizations and endpoints that take an action."""
        return self._beside.guarding(action)


def _itself_where(takes: Matcher, arn: str) -> Hashable:
    return arn if takes(arn) else False
