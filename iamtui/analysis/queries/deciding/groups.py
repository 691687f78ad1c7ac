"""Those to whom every layer says the same: their decisions are the same (WC2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.deciding.kin import Kin, Kindred
from iamtui.analysis.queries.deciding.saying import SILENCE, Heard, Hearing, Undecided
from iamtui.analysis.queries.index.holders import Frame, Holders
from iamtui.analysis.queries.index.statements import NOTHING, Relevance, relevance_of
from iamtui.analysis.queries.index.taking import Taken, Taking, keys_named
from iamtui.analysis.queries.index.truths import Truths
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.patterns import places_in
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.policy.truth import Truth


class Group(NamedTuple):
    """Those of one kin to whom every layer says the same, as a set, and what is open for some of them."""

    kin: Kin
    members: int
    undecided: tuple[Undecided, ...] = ()

    def by_open(self) -> Iterator[tuple[Sequence[int], tuple[Statement, ...]]]:
        """Their places, by which statements are open for them."""
        open_for: dict[int, list[int]] = {}
        for number, one in enumerate(self.undecided):
            for place in places_in(self.members & one.members):
                open_for.setdefault(place, []).append(number)
        alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for place in places_in(self.members):
            alike[tuple(open_for.get(place, ()))].append(place)
        for numbers, places in alike.items():
            yield places, tuple([self.undecided[number].statement for number in numbers])


class Groups:
    """Finds the groups for one request.

    `boundaries` says for each frame with a boundary what of it takes the action; None where it was not exported.
    `relevant` is what was found of documents for the same action on the same resources.
    """

    def __init__(
        self,
        holders: Holders,
        kindred: Kindred,
        truths: Truths,
        boundaries: dict[Frame, Taking | None],
        relevant: dict[Hashable, Relevance],
    ) -> None:
        self._holders = holders
        self._kindred = kindred
        self._truths = truths
        self._boundaries = boundaries
        self._relevant = relevant
        self._heard: dict[int, dict[int, Truth]] = {}

    def question_of(self, place: int) -> PreparedRequest:
        """The request as one who is of the kind and account makes it."""
        found = self._kindred.questions[self._holders.kinds[place]]
        if found is None:
            raise ValueError("nobody is asked across partitions")
        return found

    def heard(self, hearing: Hearing, kind: PolicyKind) -> Heard:
        """What documents say to those who carry them, those asked whose keys their statements name."""
        hearings = [*hearing.varying.values()]
        for taken, voice, places in hearing.by_name.values():
            named = self._named(places[0])
            hearings.append((taken, voice, [place for place in places if place in named]))
        for taken, voice, places in hearings:
            by_truth = self._truths.by_identity(taken, places, self.question_of, (kind, voice))
            if kind is PolicyKind.IDENTITY:
                told = self._heard.setdefault(id(taken.statement), {})
                for truth in (Truth.TRUE, Truth.UNKNOWN):
                    told.update(dict.fromkeys(by_truth.get(truth, ()), truth))
            for truth, some in by_truth.items():
                hearing.note(truth, taken.statement, some, self.question_of(some[0]))
        return hearing.heard(self._holders.bits_of)

    def heard_of(self, statement: Statement) -> Mapping[int, Truth]:
        """For whom a statement of identity policies is not false that names keys of one's own, by place, once heard."""
        return self._heard.get(id(statement), {})

    def _named(self, place: int) -> set[int]:
        """Those whose name is part of the resource's; all of one voice are asked about the same resources."""
        return self._truths.named_in(self.question_of(place).asked.resources)

    def relevance(self, taking: Taking, kind: PolicyKind, frame: Frame) -> Relevance:
        """What a document says to those of a frame who carry it, once for all of one voice."""
        key = id(taking.document), kind, self._kindred.voice_of(frame, taking.keys)
        found = self._relevant.get(key)
        if found is None:
            question = self._kindred.questions[frame]
            found = NOTHING if question is None else relevance_of(taking, kind, question)
            self._relevant[key] = found
        return found

    def truth_of(self, taken: Taken, place: int, kind: PolicyKind) -> Truth:
        """What a statement of one's own says that names keys of one's own."""
        question = self.question_of(place)
        voice = self._kindred.voice_of(self._holders.kinds[place], tuple(keys_named(taken.statement)))
        return self._truths.of_identity(taken, place, question, (kind, voice))

    def boundary_of(self, frame: Frame) -> Relevance:
        """What the boundary of a frame says to its members."""
        taking = self._boundaries[frame]
        return NOTHING if taking is None else self.relevance(taking, PolicyKind.BOUNDARY, frame.unbounded)

    def of(self, identity: Heard, alone: set[int]) -> Sequence[Group]:
        """All but those `alone` by what every layer says; whose boundary cannot be read joins these."""
        found: list[Group] = []
        apart = self._holders.bits_of(alone)
        for kin in self._kindred.all:
            bounded, open_bounded, boundary = self._bounded(kin)
            own = kin.members & (apart | open_bounded)
            alone.update(places_in(own))
            for members, heard in ((kin.members & ~bounded, SILENCE), (bounded, boundary)):
                undecided = (*identity.undecided.values(), *heard.undecided.values())
                parts = self._told_apart(kin, (identity, heard), members & ~own)
                found += [Group(kin, part, undecided) for part in parts]
        return found

    def _bounded(self, kin: Kin) -> tuple[int, int, Heard]:
        """Who of a kin has a boundary, who has one that cannot be read, and what the boundaries say."""
        hearing = Hearing()
        bounded: list[int] = []
        unread: list[int] = []
        frames = set(kin.frames)
        for frame, taking in self._boundaries.items():
            if frame.unbounded in frames:
                places = self._holders.frames[frame]
                bounded += places
                if taking is None or taking.is_open:
                    unread += places
                else:
                    voice = self._kindred.voice_of(frame.unbounded, taking.keys)
                    hearing.add(self.boundary_of(frame), places, voice, kin.question)
        bits_of = self._holders.bits_of
        return bits_of(bounded), bits_of(unread), self.heard(hearing, PolicyKind.BOUNDARY)

    def _told_apart(self, kin: Kin, own: tuple[Heard, Heard], members: int) -> Iterator[int]:
        """Some members by what their own layers say, and the statements beside them that name keys of their own."""
        parts: list[tuple[tuple[Hashable, ...], int]] = [((), members)] if members else []
        for heard in own:
            parts = [((*said, words), inner) for said, part in parts for words, inner in heard.words(part)]
        for layer, taken in kin.telling:
            after: list[tuple[tuple[Hashable, ...], int]] = []
            for said, part in parts:
                by_truth = self._truths.by_layer(layer, taken, places_in(part), self.question_of)
                after += [((*said, truth), self._holders.bits_of(some)) for truth, some in by_truth.items()]
            parts = after
        yield from (part for _, part in parts)
