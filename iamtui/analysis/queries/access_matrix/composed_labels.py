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

from iamtui.analysis.queries.access_matrix.askers import Asker, Askers, Held, Said
from iamtui.analysis.queries.access_matrix.dependence import Dependence, given_together_only
from iamtui.analysis.queries.access_matrix.given import GivenBySingle
from iamtui.analysis.queries.access_matrix.guards import Guards, Region
from iamtui.analysis.queries.access_matrix.label_tables import Given, joined
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels
from iamtui.analysis.queries.access_matrix.single_labels import Asking
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
        if not region.denies_all(asker):
            named = region.actions & self._single.of_named
            for policy, said in asker.policies:
                if said.taken & region.actions:
                    yield self._by_document(asker, policy, said, region)
                    if said.taken & named:
                        yield self._of_document(asker, policy, said, (region, named))

    def _by_document(self, asker: Asker, policy: AppliedPolicy, said: Said, region: Region) -> Given:
        """What a document gives: found once for all of a kind where nothing reads who carries it."""
        asked = (region, region.actions & ~self._single.of_named)
        if said.own or region.own:
            return self._of_document(asker, policy, said, asked)
        key = (id(said), asker.kind, region.said, region.actions)
        found = self._given.get(key)
        if found is None:
            found = self._given[key] = self._of_document(asker, policy, said, asked)
        return found

    def _of_document(self, asker: Asker, policy: AppliedPolicy, said: Said, asked: tuple[Region, int]) -> Given:
        region, wanted = asked
        each = [
            self._single.by(asker, Held(statement, actions & wanted, policy), region)
            for statement, actions in said.allows
            if actions & wanted
        ]
        return _joined(each)

    def _alone(self, side: PrincipalSide) -> Labels:
        """The labels of one who shares with nobody."""
        asking = Asking(self._ground, self._askers, side)
        sets: dict[str | None, int] = defaultdict(int)
        for alike in asking.reach.groups(lambda action: bool(of_names((action,)) & self._wanted)):
            sets[asking.reach.label(alike)] |= of_names(alike.actions)
        return Labels(sets["allowed"], sets["conditional"])

    def _together(self, asker: Asker, actions: int) -> Labels:
        """The labels of some actions by all that one has: once for all who have the same."""
        asking = Asking(self._ground, self._askers, asker.side)
        levels = self._levels_of(asker)
        labels = self._shared.labels
        sets: dict[str | None, int] = defaultdict(int)
        for alike in asking.reach.alike_in(
            actions, {id(one): one for level in levels for one in level.values()}.values()
        ):
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
        levels[0].update((id(one), one) for _, said in asker.policies for one, _ in said.allows)
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
