"""The labels of all actions for everybody, composed of what each single Allow gives (AM1, WC2).

More Allows never take anything away. So where the other statements that take an action are the same, one may do what
one of its Allows alone lets it do: that is decided once for all who hold such an Allow beside such others. Only where
several Allows give something under different conditions can all of them together give more; that is decided for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.action_sets import Taken, divided, in_services, of_names, taken_by, without_types
from iamtui.analysis.queries.alike import Alike, tells_all_apart, types_of
from iamtui.analysis.queries.answers import Answer, Cell, Situation, no_matches
from iamtui.analysis.queries.askers import Asker, Held
from iamtui.analysis.queries.denied import OwnDenies, takes_all_resources
from iamtui.analysis.queries.ground import Ground
from iamtui.analysis.queries.holders import Frame as HolderFrame
from iamtui.analysis.queries.holders import Holder
from iamtui.analysis.queries.reach import Reach
from iamtui.analysis.queries.shapes import NOTHING, Shape, shape_of
from iamtui.analysis.queries.shared_labels import SharedLabels, statements_in
from iamtui.analysis.queries.traits import classes, tell_only_classes_apart
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide, principal_side
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.request import Request
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Snapshot


class Labels(NamedTuple):
    """The actions that are allowed somewhere, and those that are so under conditions only, as sets."""

    allowed: int
    conditional: int


class _Region(NamedTuple):
    """Actions that the same statements take which are no Allows of identity policies."""

    actions: int
    guards: tuple[Statement, ...]


class _Given(NamedTuple):
    """What one Allow gives of some actions; `alone` are those that are asked of each principal with all it has.

    `hanging` are conditional by something in the Allow itself, with what that is.
    """

    allowed: int
    conditional: int
    alone: int
    hanging: tuple[tuple[Hashable, int], ...] = ()


class ComposedLabels:
    """The labels for one question; `request` says what is stated."""

    def __init__(self, ground: Ground, snapshot: Snapshot, request: Request, wanted: int) -> None:
        self._snapshot = snapshot
        self._request = request
        self._wanted = wanted
        self.ground = ground
        self._shared = SharedLabels(self.ground)
        self._held: dict[int, tuple[tuple[Statement, int], ...]] = {}
        self._regions: dict[Hashable, tuple[_Region, ...]] = {}
        self._given: dict[Hashable, _Given] = {}
        self._marks: dict[Hashable, tuple[Hashable, ...]] = {}

    def of(self, holder: Holder) -> Labels:
        """What one may do."""
        self._marks.clear()
        side = principal_side(self._snapshot, identify(holder.arn, self._snapshot))
        base = self.prepared("sts:GetCallerIdentity", ANY_RESOURCE, side)
        frame = None if tells_all_apart(base) else self._shared.frame_of(base)
        if frame is None:
            return self._alone(side)
        held = [one for policy in holder.policies for one in self._held_in(policy)]
        denies = tuple(one for one in held if one.statement.effect is Effect.DENY)
        asker = Asker(holder, frame, side, denies, base, OwnDenies(base))
        return self._composed(asker, [one for one in held if one.statement.effect is Effect.ALLOW])

    def _composed(self, asker: Asker, allows: Sequence[Held]) -> Labels:
        found: list[_Given] = []
        for region in self._regions_of(asker):
            found.append(self._given_by(asker, None, region))
            if not asker.denying.denies_all(region.guards):
                found += [self._given_by(asker, one, region) for one in allows if one.actions & region.actions]
        allowed = reduce(or_, (one.allowed for one in found), 0)
        conditional = reduce(or_, (one.conditional for one in found), 0) & ~allowed
        together = (reduce(or_, (one.alone for one in found), 0) | _under_several_conditions(found)) & ~allowed
        if together:
            own = self._together(asker, together, allows)
            return Labels(allowed | own.allowed, conditional & ~together | own.conditional)
        return Labels(allowed, conditional)

    def _held_in(self, policy: AppliedPolicy) -> Iterator[Held]:
        content = None if policy.document is None else policy.document.policy
        if isinstance(content, PolicyDocument):
            key = id(content)
            if key not in self._held:
                self._held[key] = tuple((one, taken_by(one.action) & self._wanted) for one in content.statements)
            yield from (Held(statement, actions, policy) for statement, actions in self._held[key])

    def _guards_of(self, asker: Asker) -> Iterator[Statement]:
        """The statements of one's own side that are no Allows of identity policies."""
        yield from (one.statement for one in asker.denies)
        for layer in (asker.side.permissions_boundary, asker.side.scp):
            yield from statements_in(layer)

    def _regions_of(self, asker: Asker) -> tuple[_Region, ...]:
        guards = tuple(self._guards_of(asker))
        key = frozenset(map(id, guards))
        if key not in self._regions:
            self._regions[key] = tuple(_Region(*taken) for taken in divided(self._wanted, guards))
        return self._regions[key]

    def _given_by(self, asker: Asker, one: Held | None, region: _Region) -> _Given:
        """What one Allow gives of the actions of a region; None for what is given without any."""
        statements = region.guards if one is None else (*region.guards, one.statement)
        own = self._own_values(asker, statements)
        key = (asker.frame.kind, one is None, tuple(map(id, statements)), region.actions, own)
        found = self._given.get(key)
        if found is None:
            actions = (self.ground.asked_anyway if one is None else one.actions) & region.actions
            found = self._given_anew(asker, one, Taken(actions, statements), own)
            if not found.alone:
                self._given[key] = found
        return found

    def _own_values(self, asker: Asker, statements: Iterable[Statement]) -> tuple[Hashable, ...]:
        """What keys of one's own are that statements read."""
        keys = sorted({key for statement in statements for key in self._shared.own_keys(statement)})
        return tuple((key, asker.base.asked.context.lookup(key)._replace(source="")) for key in keys)

    def _given_anew(self, asker: Asker, one: Held | None, taken: Taken, own: Hashable) -> _Given:
        sets: dict[str | None, int] = defaultdict(int)
        asking: _Asking | None = None
        for actions, alike, key in self._divided(asker.with_only(one), one, taken, own):
            if key is not None and key not in self._shared.labels:
                asking = asking or _Asking(self, asker.side_with(one))
                self._shared.labels[key] = asking.label(alike)
            sets[None if key is None else self._shared.labels[key]] |= actions
        conditional = sets["conditional"]
        hanging = () if one is None else tuple(self._hanging(one.statement, conditional))
        return _Given(sets["allowed"], conditional, sets[None], hanging)

    def _divided(
        self, asker: Asker, one: Held | None, taken: Taken, own: Hashable
    ) -> Iterator[tuple[int, Alike, Hashable]]:
        """The actions that some statements take, by what tells them apart: one that is asked, and its key.

        Those are left out of which an Allow can match no resource: it gives nothing of them.
        """
        left = taken.actions
        if tell_only_classes_apart(taken.statements):
            for trait, members in classes().items():
                actions = left & members & ~self.ground.actions_of_known & ~self.ground.actions_protected
                if actions:
                    left &= ~actions
                    first = self.ground.grouping.alike(Taken(actions & -actions, taken.statements))[0]
                    yield actions, first, self._key_of(asker, first._replace(nature=trait), own)
        for part in in_services(Taken(left, taken.statements)) if left else ():
            for alike in self.ground.grouping.alike(part):
                shape = None if one is None else self._shape_of(asker, one.statement, alike)
                if one is None or shape is None:
                    yield of_names(alike.actions), alike, self._key_of(asker, alike, own)
                elif shape != NOTHING:
                    shaped = (one.statement, shape) if self._only_shape_counts(alike) else None
                    yield of_names(alike.actions), alike, self._key_of(asker, alike, own, shaped)

    def _key_of(
        self, asker: Asker, alike: Alike, own: Hashable, shaped: tuple[Statement, Shape] | None = None
    ) -> Hashable | None:
        """What the label of some actions is kept under, with what the policies of resources read of the asker."""
        told = self._shared.told_of(alike.actions[0])
        if told is not None and told.keys:
            key = (id(told), asker.holder.arn)
            if key not in self._marks:
                context = asker.base.asked.context
                self._marks[key] = tuple(told.marks.of(one, context) for one in told.keys)
            own = (own, self._marks[key])
        return self._shared.key_of(asker.frame, alike, own, shaped)

    def _shape_of(self, asker: Asker, statement: Statement, alike: Alike) -> Shape | None:
        if statement.resource is None or not types_of(alike.actions[0]):
            return None
        return shape_of(statement.resource, alike.actions[0], asker.side.caller.account or "")

    def _only_shape_counts(self, alike: Alike) -> bool:
        """Whether no other statement tells resources apart, and no key that the service gives is read."""
        service = alike.actions[0].partition(":")[0]
        every = (*alike.statements[:-1], *self.ground.protecting(alike.actions[0]))
        keys = self.ground.grouping.tested(alike.statements)
        return (
            service not in self.ground.services_known
            and all(map(takes_all_resources, every))
            and not any(key.startswith(f"{service}:") for key in keys)
        )

    def _hanging(self, statement: Statement, conditional: int) -> Iterator[tuple[Hashable, int]]:
        """What in an Allow makes that conditional which it gives, and what of it."""
        element, conditions = statement.resource, frozenset(map(id, statement.conditions))
        if element is not None and any(pattern.variables for pattern in element.patterns):
            yield self._shared.content(statement), conditional
            return
        is_whole = element is not None and not element.negated and ANY_RESOURCE in element.texts
        if not is_whole:
            yield self._shared.content(statement), conditional & without_types()
            conditional &= ~without_types()
        if conditions:
            yield conditions, conditional

    def _alone(self, side: PrincipalSide) -> Labels:
        """The labels of one who shares with nobody."""
        asking = _Asking(self, side)
        sets: dict[str | None, int] = defaultdict(int)
        for alike in asking.reach.groups(lambda action: bool(of_names((action,)) & self._wanted)):
            sets[asking.reach.label(alike)] |= of_names(alike.actions)
        return Labels(sets["allowed"], sets["conditional"])

    def _together(self, asker: Asker, actions: int, allows: Sequence[Held]) -> Labels:
        """The labels of some actions by all that one has."""
        asking = _Asking(self, asker.side)
        sets: dict[str | None, int] = defaultdict(int)
        for alike in asking.reach.alike_in(actions, (*self._guards_of(asker), *(one.statement for one in allows))):
            key = self._key_of(asker, alike, self._own_values(asker, alike.statements))
            label = None if key is None else self._shared.labels.get(key)
            if label is None:
                label = asking.reach.label(alike)
                if key is not None:
                    self._shared.labels[key] = label
            sets[label] |= of_names(alike.actions)
        return Labels(sets["allowed"], sets["conditional"])

    def prepared(self, action: str, resource: str, side: PrincipalSide) -> PreparedRequest:
        """A request of one with the policies of a side."""
        request = replace(self._request, principal=side.caller.text, action=action, resource=resource)
        return prepare_for(self._snapshot, request, side)


class _Asking:
    """Asks what one with the policies of a side reaches."""

    def __init__(self, labels: ComposedLabels, side: PrincipalSide) -> None:
        self._is_exact = True
        self._holder = Holder(side.caller.text, HolderFrame(side.caller.kind, ""), None)
        self.reach = Reach(labels.ground, lambda action, resource: labels.prepared(action, resource, side), self._cell)

    def label(self, alike: Alike) -> str | None:
        """The label of some actions; None where a limit was met, so that it may be another with more policies."""
        label = self.reach.label(alike)
        return label if self._is_exact and self.reach.complete else None

    def _cell(self, prepared: PreparedRequest, resource: str) -> Cell:
        situation = Situation(prepared, settle_question(prepared))
        self._is_exact &= not situation.settled.may_be_wider
        return Cell(resource, Answer(self._holder, situation, no_matches))


def _under_several_conditions(found: Iterable[_Given]) -> int:
    """What several Allows give, each under conditions of its own: together they may give more."""
    sets: dict[Hashable, int] = defaultdict(int)
    for one in found:
        for conditions, actions in one.hanging:
            sets[conditions] |= actions
    once = several = 0
    for actions in sets.values():
        several |= once & actions
        once |= actions
    return several
