"""Which decisions differ between two pictures of which one lacks a part: asked once for all that nothing tells apart.

A decision can differ only where the part has a say: of those who carry it, of the actions that its statements take,
on resources that they match. Each cell of these is decided on both sides, in every state of what is unknown.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.shared_labels import statements_in
from iamtui.analysis.queries.actions.alike import Alike, place_of, tells_all_apart
from iamtui.analysis.queries.everybody.results import LABELS
from iamtui.analysis.queries.index.action_sets import all_actions, of_service, taken_by
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import own_keys
from iamtui.analysis.taken_out.exempt import exempting
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.part import Part
from iamtui.arn import Arn
from iamtui.evaluation.applicable.from_snapshot import principal_side
from iamtui.evaluation.comparing import Compared, compared
from iamtui.evaluation.decide import Settled, prepare_for
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.matching.statements import MatchContext, match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.unknowns.states import State
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Snapshot


class Cell(NamedTuple):
    """One cell of actions and resources: `before` with the part and `after` without it, as places in `LABELS`.

    `differs` is None where a limit was met; `state` is one in which the decisions differ.
    """

    actions: tuple[str, ...]
    resource: str
    before: int
    after: int
    differs: bool | None
    state: Mapping[str, State]


class Answered(NamedTuple):
    """All cells of one that differ, or may, of some actions; `complete` unless there were too many resources."""

    cells: tuple[Cell, ...]
    complete: bool


class Differences:
    """Asks about one part, with two pictures: one that has it, and the other without.

    `covering` are the statements that decide, without the part, what it had a say on. `widens`: nothing that is
    allowed with the part is denied without it, as of a guardrail.
    """

    def __init__(
        self, ground: TakenOutGround, part: Part, before: Snapshot, after: Snapshot, *, widens: bool = False
    ) -> None:
        self._ground = ground
        self._part = part
        self._sides = before, after
        self._widens = widens
        self._gone = None if part.statements is None else frozenset(map(id, part.statements))
        self._taken = (
            all_actions()
            if part.statements is None
            else reduce(or_, (taken_by(one.action) for one in part.statements), 0)
        )
        if part.services is not None:
            self._taken &= reduce(or_, map(of_service, part.services), 0)
        self._shared: dict[Hashable, Answered] = {}
        self._marks: dict[tuple[int, ...], tuple[tuple[str, ...], Marks]] = {}
        self.covering: dict[str, None] = {}

    def of(self, holder: Holder, *, told: int = 0) -> Iterator[Answered | None]:
        """What differs for one, class of actions by class; None between, where whoever asks may rest.

        Of the actions that are told already nothing is asked. Of what no policy gives but one that was not exported,
        nobody can tell.
        """
        taken = self._taken & ~told
        granted = taken & self._ground.granted(holder)
        given = taken & self._ground.given_by_others & ~granted
        if taken & self._ground.perhaps_given & ~(granted | given):
            yield Answered((), complete=False)
        if granted or given:
            yield from self._given(holder, granted, given)

    def _given(self, holder: Holder, granted: int, given: int) -> Iterator[Answered | None]:
        """What differs of actions that one's own policies speak of, and of those that others' policies give."""
        asker = _Asker(self._ground, self._sides, holder, self._part, widens=self._widens)
        if not asker.can_be_meant():
            return
        in_play = asker.in_play()
        for alike, is_granted in [
            *((one, True) for one in self._ground.alike(granted, in_play, each=asker.tells_all_apart)),
            *((one, False) for one in self._ground.alike(given, in_play, each=asker.tells_all_apart)),
        ]:
            yield None
            if not self._has_a_say(alike):
                continue
            key = self._key(asker, alike, is_granted=is_granted)
            found = None if key is None else self._shared.get(key)
            if found is None:
                cells: list[Cell] = []
                complete = True
                for cell in asker.cells(alike, is_granted=is_granted):
                    yield None
                    if cell is None:
                        complete = False
                    elif cell.differs is not False:
                        cells.append(cell)
                    else:
                        self.covering.update(dict.fromkeys(asker.deciding))
                    if cell is not None and cell.differs:
                        break  # the class is told by one of its cells
                found = Answered(tuple(cells), complete)
                if key is not None and asker.reads_only(self._own_keys(alike)):
                    self._shared[key] = found
            if found.cells or not found.complete:
                yield found

    def _has_a_say(self, alike: Alike) -> bool:
        if self._gone is None or not self._part.has_own_side:
            return True
        return any(id(one) in self._gone for one in alike.statements)

    def _own_keys(self, alike: Alike) -> tuple[str, ...]:
        return self._marking(alike)[0]

    def _marking(self, alike: Alike) -> tuple[tuple[str, ...], Marks]:
        every = (*alike.statements, *self._ground.ground.protecting(alike.actions[0]))
        key = tuple(map(id, every))
        if key not in self._marks:
            keys = tuple(sorted({name for one in every for name in own_keys(one)}))
            self._marks[key] = keys, Marks(every)
        return self._marks[key]

    def _key(self, asker: _Asker, alike: Alike, *, is_granted: bool) -> Hashable | None:
        """What all share who are decided alike of some actions; None for one that others' policies name."""
        if asker.is_named:
            return None
        keys, marks = self._marking(alike)
        own = tuple(marks.of(key, asker.context) for key in keys)
        told = tuple((id(one), *(id(one) in layer for layer in asker.where)) for one in alike.statements)
        return asker.holder.frame, asker.has_unread, is_granted, alike.actions, told, own


class _Asker:
    """One who asks, on both sides."""

    def __init__(
        self,
        ground: TakenOutGround,
        sides: tuple[Snapshot, Snapshot],
        holder: Holder,
        part: Part,
        *,
        widens: bool,
    ) -> None:
        self.holder = holder
        self._widens = widens
        self._ground = ground
        self._part = part
        self._sides = tuple((side, principal_side(side, identify(holder.arn, side))) for side in sides)
        self._request = ground.request(holder.arn, part.stated)
        base = self._prepared(0, "sts:GetCallerIdentity", ANY_RESOURCE)
        self.context = base.asked.context
        self.tells_all_apart = tells_all_apart(base)
        entity = holder.entity
        self.is_named = entity is not None and not ground.named.isdisjoint((entity.arn, entity.unique_id))
        documents = [policy.document for policy in holder.policies]
        self.has_unread = any(one is None or not isinstance(one.policy, PolicyDocument) for one in documents)
        self._consulted: set[str] = set()
        self.deciding: tuple[str, ...] = ()
        self._compared: dict[Hashable, Compared | None] = {}

    def can_be_meant(self) -> bool:
        """Whether no condition on who asks exempts it from all statements of the part."""
        statements = self._part.statements
        return statements is None or any(exempting(one, self.context) is None for one in statements)

    @cached_property
    def where(self) -> tuple[frozenset[int], ...]:
        """The statements, by identity, of its own policies and of its limits: with the part, and without."""
        return tuple(
            frozenset(id(one) for layer in some for one in statements_in(layer))
            for _, own in self._sides
            for some in ((own.identity,), (own.permissions_boundary, own.scp))
        )

    def in_play(self) -> tuple[Statement, ...]:
        """The statements of its own side with the part."""
        _, side = self._sides[0]
        layers = (side.identity, side.permissions_boundary, side.scp)
        return tuple({id(one): one for layer in layers for one in statements_in(layer)}.values())

    def _prepared(self, side: int, action: str, resource: str) -> PreparedRequest:
        snapshot, own = self._sides[side]
        return prepare_for(snapshot, replace(self._request, action=action, resource=resource), own)

    def reads_only(self, keys: Sequence[str]) -> bool:
        """Whether no key of one's own was read but these."""
        return all(not differs_by_entity(key) or key in keys for key in self._consulted)

    def cells(self, alike: Alike, *, is_granted: bool) -> Iterator[Cell | None]:
        """The cells of some actions where the part has a say; None once where there were too many resources.

        Where no Allow of one's own speaks of the actions, only what the picture knows can give them.
        """
        self._consulted.clear()
        action = alike.actions[0]
        sides = [self._prepared(side, action, ANY_RESOURCE) for side in (0, 1)]
        telling = (*alike.statements, *self._ground.ground.protecting(action))
        resources = self._ground.witnesses.of(action, sides, telling)
        if not resources.complete:
            yield None
        for resource in resources.resources:
            if not self._is_meant(resource) or not (is_granted or self._ground.is_known(resource)):
                continue
            found = self._compare(alike, action, resource)
            if found is not None:
                self.deciding = () if found.deciding is None else tuple(_deciding(found.deciding))
                labels = label_of(found.before), label_of(found.after)
                yield Cell(alike.actions, resource, *labels, found.differs, found.state)

    def _is_meant(self, resource: str) -> bool:
        wanted = self._part.resource
        if not wanted or resource in (wanted, ANY_RESOURCE):
            return resource == wanted or not wanted
        return bearer_of(Arn.parse(resource)) == wanted

    def _compare(self, alike: Alike, action: str, resource: str) -> Compared | None:
        """Both decisions; None where no statement of the part can match."""
        is_whole = alike.takes_whole and resource != ANY_RESOURCE
        key = (alike.key, place_of(resource, self._ground.snapshot) if is_whole else resource)
        if key not in self._compared:
            self._compared[key] = self._compared_anew(action, resource)
        return self._compared[key]

    def _compared_anew(self, action: str, resource: str) -> Compared | None:
        before = self._prepared(0, action, resource)
        found = None
        if self._matters(before.asked):
            after = self._prepared(1, action, resource)
            found = compared(before, after, self._matters, widens=self._widens)
        self._consulted.update(before.asked.context.consulted)
        return found

    def _matters(self, asked: MatchContext) -> bool:
        """Whether a statement of the part may match."""
        statements = self._part.statements
        return statements is None or any(match(one, self._part.kind, asked).truth for one in statements)


def _deciding(settled: Settled) -> Iterator[str]:
    """The statements by which something is certainly allowed, or denied."""
    if not (settled.is_allowed or settled.is_denied):
        return
    wanted = Effect.ALLOW if settled.is_allowed else Effect.DENY
    for partial in settled.partials:
        if wanted is Effect.DENY or partial.layer.layer in _GRANTING:
            for policy, statement in partial.matching:
                if statement.effect is wanted:
                    yield f"{statement.label} of {policy}"


_GRANTING = (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST)


def label_of(settled: Settled) -> int:
    """The label as its place in `LABELS`."""
    word = "allowed" if settled.is_allowed else "denied" if settled.is_denied else "conditional"
    return LABELS.index(word)
