"""The members of a side by what every layer says to them: sets of those whose decisions are the same (WC2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from iamtui.analysis.queries.holders import Frame, Holder, Holders
from iamtui.analysis.queries.saying import SILENCE, Heard, Hearing, Undecided
from iamtui.analysis.queries.statements import NOTHING, Relevance, Truths, layers_beside, relevance_of, statements_of
from iamtui.analysis.queries.taking import Side, Taken, own_keys, taking_of
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request
from iamtui.patterns import places_in
from iamtui.policy.statement import PolicyKind
from iamtui.policy.truth import Truth


class _Others(NamedTuple):
    """A question of one of a kind and account, and what statements of other layers can tell these apart."""

    question: PreparedRequest
    telling: tuple[tuple[AppliedLayer, Taken], ...]


class _Boundary(NamedTuple):
    """What a boundary says, None where there is none; `is_open` where it cannot be read."""

    known: Relevance | None
    is_open: bool


class Group(NamedTuple):
    """All of a side to whom every layer says the same, as a set, and the statements that are open for some of them."""

    members: int
    undecided: Sequence[Undecided]


class Groups:
    """Finds the groups for one request; `alone` are the places of those who must be asked for themselves."""

    def __init__(self, holders: Holders, request: Request, truths: Truths, alone: Set[int]) -> None:
        self._holders = holders
        self._request = request
        self._truths = truths
        self._alone = alone
        self._boundaries: dict[Frame, _Boundary] = {}
        self._others: dict[Frame, _Others] = {}

    def prepared(self, holder: Holder) -> PreparedRequest:
        """The request as one of this holder's."""
        return prepare_for(self._holders.snapshot, replace(self._request, principal=holder.arn))

    def heard(self, side: Side, hearing: Hearing, kind: PolicyKind, question: PreparedRequest) -> Heard:
        """What documents say to everybody of a side, those asked whose keys their statements name."""
        named = self._named_in_resource(side, question) if hearing.by_name else 0
        by_name = ((taken, members & named) for taken, members in hearing.by_name.values())
        for taken, members in (*hearing.varying.values(), *by_name):
            by_truth: defaultdict[Truth, list[int]] = defaultdict(list)
            for place in self._holders.places_of(side, members):
                by_truth[self._truths.of_identity(taken, place, question, kind)].append(place)
            for truth, places in by_truth.items():
                hearing.note(truth, taken.statement, self._holders.bits_of(side, places), question)
        return hearing.heard()

    def _named_in_resource(self, side: Side, question: PreparedRequest) -> int:
        """Those of a side whose name is part of the resource's."""
        entities = ((place, self._holders.all[place].entity) for place in self._holders.sides[side])
        named = (
            place
            for place, entity in entities
            if entity is not None and any(entity.name in resource for resource in question.asked.resources)
        )
        return self._holders.bits_of(side, named)

    def _others_of(self, frame: Frame) -> _Others:
        """What beside their own policies can tell apart those of one kind and account."""
        key = frame._replace(boundary=None)
        found = self._others.get(key)
        if found is None:
            question = self.prepared(self._holders.all[self._holders.frames[frame][0]])
            telling = tuple(
                (layer, Taken(statement, keys))
                for layer in layers_beside(question)
                for _, statement in statements_of(layer, question)
                if (keys := own_keys(statement, frame.kind))
            )
            found = self._others[key] = _Others(question, telling)
        return found

    def boundary_of(self, frame: Frame) -> _Boundary:
        """What the boundary of a frame says to its members."""
        found = self._boundaries.get(frame)
        if found is None:
            found = self._boundaries[frame] = self._boundary_anew(frame, self._others_of(frame).question)
        return found

    def _boundary_anew(self, frame: Frame, question: PreparedRequest) -> _Boundary:
        if frame.boundary is None:
            return _Boundary(None, is_open=False)
        policy = managed_policy(self._holders.snapshot, frame.account, frame.boundary, "boundary", None)
        taking = None if policy.document is None else taking_of(policy.document, question.asked.folded_action)
        is_open = policy.document is None or (taking is not None and taking.is_open)
        return _Boundary(NOTHING if taking is None else relevance_of(taking, PolicyKind.BOUNDARY, question), is_open)

    def of(self, side: Side, identity: Heard) -> Iterator[Group]:
        """The members of a side by what every layer says to them; who must be asked alone is."""
        found: defaultdict[tuple[Frame, bool, Hashable], int] = defaultdict(int)
        open_in: dict[Frame, Hearing] = {}
        alone = self._holders.bits_of(side, (one for one in self._alone if one in self._holders.sides[side]))
        for frame, members in self._holders.frames_of(side):
            others, known = self._others_of(frame), self.boundary_of(frame)
            boundary = SILENCE
            like = frame._replace(boundary=None)
            if known.known is not None:
                hearing = Hearing()
                hearing.add(known.known, members, others.question)
                boundary = self.heard(side, hearing, PolicyKind.BOUNDARY, others.question)
                open_in.setdefault(like, Hearing()).join(boundary)
            own = members if known.is_open else alone
            for said, part in self._told_apart(side, others, (identity, boundary), members):
                found[like, frame.boundary is not None, said] |= part & ~own
                yield from (Group(1 << place, ()) for place in places_in(part & own))
        for (like, is_bounded, _), members in found.items():
            beside = open_in[like].undecided.values() if is_bounded else ()
            if members:
                yield Group(members, (*identity.undecided.values(), *beside))

    def _told_apart(
        self, side: Side, others: _Others, own: tuple[Heard, Heard], members: int
    ) -> Iterator[tuple[Hashable, int]]:
        """Some members by what their own layers say, and the statements beside them that name keys of their own."""
        parts: list[tuple[tuple[Hashable, ...], int]] = [((), members)]
        for heard in own:
            parts = [((*said, words), inner) for said, part in parts for words, inner in heard.words(part)]
        for layer, taken in others.telling:
            after: list[tuple[tuple[Hashable, ...], int]] = []
            for said, part in parts:
                by_truth: defaultdict[Truth, list[int]] = defaultdict(list)
                for place in self._holders.places_of(side, part):
                    by_truth[self._truths.of_layer(layer, taken, place, others.question)].append(place)
                after += [((*said, truth), self._holders.bits_of(side, some)) for truth, some in by_truth.items()]
            parts = after
        yield from parts
