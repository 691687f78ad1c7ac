"""The labels of all actions for everybody, composed of what each single Allow gives (AM1, WC2).

More Allows never take anything away. So where the other statements that take an action are the same, one may do what
one of its Allows alone lets it do: that is decided once for all who hold such an Allow beside such others. Only where
several Allows give something under different conditions can all of them together give more; that is decided for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.askers import Asker, Askers
from iamtui.analysis.queries.access_matrix.dependence import Dependence, given_together_only
from iamtui.analysis.queries.access_matrix.given import GivenBySingle
from iamtui.analysis.queries.access_matrix.guards import Guards, Region
from iamtui.analysis.queries.access_matrix.label_tables import Given, joined
from iamtui.analysis.queries.access_matrix.own_marks import variables_in
from iamtui.analysis.queries.access_matrix.said import Held, Said, Taking
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels
from iamtui.analysis.queries.access_matrix.single_labels import Asking
from iamtui.analysis.queries.actions.alike import tells_all_apart
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.request.request import Request
from iamtui.files.collector import collector_waiting
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot


class Labels(NamedTuple):
    """The actions that are allowed somewhere, and those that are so under conditions only, as sets."""

    allowed: int
    conditional: int


class ComposedLabels:
    """The labels for one question; `request` says what is stated."""

    def __init__(self, ground: Ground, snapshot: Snapshot, request: Request, wanted: int) -> None:
        self._wanted = wanted
        self._ground = ground
        self._askers = Askers(snapshot, request, wanted)
        self._shared = SharedLabels(ground)
        self._guards = Guards(self._askers, self._shared, wanted)
        self._single = GivenBySingle(ground, self._askers, self._shared)
        self._given: dict[Hashable, Given] = {}

    def of(self, holder: Holder) -> Labels:
        """What one may do."""
        with collector_waiting():  # what is found is kept for others, and nearly nothing dies in circles
            asker = self._askers.of(holder)
            return self._alone(self._askers.side_of(holder)) if asker is None else self._composed(asker)

    def _composed(self, asker: Asker) -> Labels:
        found = list(self._given_to(asker))
        allowed = reduce(or_, (one.allowed for one in found), 0)
        conditional = reduce(or_, (one.conditional for one in found), 0) & ~allowed
        together = (reduce(or_, (one.alone for one in found), 0) | given_together_only(_dependent(found))) & ~allowed
        if together:
            own = self._together(asker, together)
            return Labels(allowed | own.allowed, conditional & ~together | own.conditional)
        return Labels(allowed, conditional)

    def _given_to(self, asker: Asker) -> Iterator[Given]:
        """What one is given by each of its policies, and without any."""
        regions = self._guards.of(asker)
        unguarded = asker.unguarded() if any(region.is_open for region in regions) else asker
        for region in regions:
            yield from self._given_in(region, unguarded if region.is_open else asker)

    def _given_in(self, region: Region, asker: Asker) -> Iterator[Given]:
        """The same of the actions of a region."""
        yield self._single.without(asker, region)
        if region.denies_all(asker):
            return
        for policy, said in asker.policies:
            taken = said.taken & region.actions
            for one in said.allows if taken & self._single.of_named else ():
                yield self._by(asker, policy, one, (region, region.actions & self._single.of_named))
            told = taken & ~self._single.of_named
            if told and region.beneath is None:
                yield from (one.of(told) for one in self._by_document(asker, policy, said, region))
            elif told:
                yield from self._by_what_is_left(asker, policy, said, region)

    def _by_what_is_left(self, asker: Asker, policy: AppliedPolicy, said: Said, region: Region) -> Iterator[Given]:
        """What a document gives: as if there were no Denies that name resources, where these take nothing away."""
        beneath, wanted = region.beneath or region, region.actions & ~self._single.of_named
        lifted = asker.unguarded() if beneath.is_open else asker.denied_by(beneath.statements)
        for allow in said.allows:
            if actions := allow.actions & wanted:
                for statement, spared in self._single.spared.of(asker, allow.statement, actions, region.naming):
                    actions &= ~spared
                    one = allow._replace(statement=statement)
                    yield self._by_statement(lifted, policy, one, beneath).of(spared)
                yield self._by(asker, policy, allow, (region, actions))

    def _by_document(self, asker: Asker, policy: AppliedPolicy, said: Said, region: Region) -> Iterator[Given]:
        """What a document gives: found once for all of a kind, but for Allows that tell them apart."""
        if said.of_all:
            key = (id(said), self._place_of(asker, region))
            if key not in self._given:
                wanted = self._told_in(region)
                each = [self._by(asker, policy, one, (region, wanted)) for one in said.of_all]
                self._given[key] = _joined(each)
            yield self._given[key]
        for one in said.of_some:
            if one.actions & region.actions:
                yield self._by_statement(asker, policy, one, region)

    def _by_statement(self, asker: Asker, policy: AppliedPolicy, one: Taking, region: Region) -> Given:
        """What an Allow gives: found once for all of a kind whom it does not tell apart."""
        wanted = self._told_in(region)
        if any(variables_in(one.statement.resource)):
            return self._by(asker, policy, one, (region, wanted & region.actions))
        key = (id(one.statement), asker.marks(one.own, (), (one.statement,)), self._place_of(asker, region))
        if key not in self._given:
            self._given[key] = self._by(asker, policy, one, (region, wanted))
        return self._given[key]

    def _place_of(self, asker: Asker, region: Region) -> Hashable:
        """All of an asker and of the guards of a region that counts for Allows which do not tell askers apart."""
        own = asker.marks(region.own, region.statements) if region.own else ()
        return asker.kind, region.said, self._told_in(region), own

    def _told_in(self, region: Region) -> int:
        """The actions of which it is kept what Allows give in a region: all where it is open, as in others that are."""
        return (self._wanted if region.is_open else region.actions) & ~self._single.of_named

    def _by(self, asker: Asker, policy: AppliedPolicy, one: Taking, asked: tuple[Region, int]) -> Given:
        region, wanted = asked
        actions = one.actions & wanted
        return self._single.by(asker, Held(one.statement, actions, policy), region) if actions else Given()

    def _alone(self, side: PrincipalSide) -> Labels:
        """The labels of one who shares with nobody."""
        asking = Asking(self._ground, self._askers, side)
        sets: dict[str | None, int] = defaultdict(int)
        groups = asking.reach.groups(self._wanted)
        for alike in groups if tells_all_apart(asking.reach.base) else self._shared.said_of_known.joined(groups):
            sets[asking.reach.label(alike)] |= of_names(alike.actions)
        return Labels(sets["allowed"], sets["conditional"])

    def _together(self, asker: Asker, actions: int) -> Labels:
        """The labels of some actions by all that one has: once for all who have the same."""
        asking = Asking(self._ground, self._askers, asker.side)
        levels = self._levels_of(asker)
        labels = self._shared.labels
        sets: dict[str | None, int] = defaultdict(int)
        statements = {id(one): one for level in levels for one in level.values()}.values()
        for alike in self._shared.said_of_known.joined(tuple(asking.reach.alike_in(actions, statements))):
            said = tuple(
                frozenset(self._shared.content(one) for one in alike.statements if id(one) in level) for level in levels
            )
            keys = sorted({key for one in alike.statements for key in self._shared.own_keys(one)})
            own = tuple((key, asker.asked.context.lookup(key)._replace(source="")) for key in keys)
            place = self._shared.place_of(asker, alike, (asker.kind, said, own))
            if place is None:
                sets[asking.reach.label(alike)] |= of_names(alike.actions)
                continue
            if place not in labels:
                labels[place] = asking.reach.label(alike)
            sets[labels[place]] |= of_names(alike.actions)
        return Labels(sets["allowed"], sets["conditional"])

    def _levels_of(self, asker: Asker) -> list[dict[int, Statement]]:
        """The statements of one's own side: of its identity policies, and of each layer beside these."""
        guards = [guard for region in self._guards.of(asker) for guard in region.guards]
        levels: list[dict[int, Statement]] = [{} for _ in range(1 + max((place for place, _ in guards), default=0))]
        for place, one in guards:
            levels[place][id(one)] = one
        levels[0].update((id(one.statement), one.statement) for _, said in asker.policies for one in said.allows)
        return levels


def _joined(found: Sequence[Given]) -> Given:
    """What several Allows give, each for itself."""
    return joined(found)._replace(dependent=tuple(_dependent(found).items()))


def _dependent(found: Iterable[Given]) -> dict[Dependence, int]:
    """What depends on what, of all that several Allows give."""
    sets: dict[Dependence, int] = defaultdict(int)
    for one in found:
        for dependence, actions in one.dependent:
            sets[dependence] |= actions
    return sets
