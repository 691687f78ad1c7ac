"""What the policies of everybody's own allow, told from each document to those who carry it.

So a managed policy that thousands carry is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from iamtui.analysis.queries.deciding.ways import CERTAIN, Grant, WayKey, says_of, way_of
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.index.statements import Relevance, Spoken
from iamtui.analysis.queries.index.taking import Side, Taking
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class Said(NamedTuple):
    """What documents say to all of a kind and account who carry them, and the request of one of these."""

    relevance: Relevance
    question: PreparedRequest


class _Matching(NamedTuple):
    """Which of a document's Allows are not false for some, by their numbers, and what of each counts.

    `all` are their places here, and `certain` those of the certain ones.
    """

    numbers: tuple[int, ...]
    says: tuple[Hashable, ...]
    all: range
    certain: tuple[int, ...]


class OwnAllows(NamedTuple):
    """What one policy allows those who carry it alike, and what of each Allow counts beside others.

    `ways` are the places of its ways among those of a question, by their numbers, as far as somebody rests on them.
    """

    policy: AppliedPolicy
    taking: Taking
    matching: _Matching
    ways: dict[int, int]

    def way(self, number: int) -> WayKey:
        """How one of its Allows lets somebody in."""
        return way_of(self.policy, self._statement(number))

    def _statement(self, number: int) -> Statement:
        return self.taking.statements[self.matching.numbers[number]].statement

    def grants(self) -> Iterator[Grant]:
        """Each of them as what an answer may rest on."""
        for number, says in enumerate(self.matching.says):
            is_certain = says is CERTAIN
            yield Grant(Layer.IDENTITY, self.policy, self._statement(number), is_certain, self.way(number), says)


class EverybodysAllows:
    """What their own policies allow those `wanted`, by place.

    `heard_of` says by place how a statement matches that names keys of one's own.
    """

    def __init__(
        self,
        holders: Holders,
        taking: Mapping[int, Taking],
        heard_of: Callable[[Statement], Mapping[int, Truth]],
        wanted: Container[int],
    ) -> None:
        self._holders = holders
        self._taking = taking
        self._heard_of = heard_of
        self._wanted = wanted
        self._found: dict[int, list[tuple[int, OwnAllows]]] = {}

    def of(self, place: int) -> Sequence[OwnAllows]:
        """What the policies of one allow, in the order in which it has them."""
        found = self._found.get(place, ())
        return [one for _, one in (sorted(found, key=itemgetter(0)) if len(found) > 1 else found)]

    def add(self, documents: Iterable[int], said: Mapping[Side, Said]) -> None:
        """Take in what some documents say to those of each kind and account."""
        known: dict[int, _Allowing] = {}
        for document in documents:
            for side in self._holders.by_document[document]:
                told = said.get(side)
                if told is not None:
                    allowing = known.get(id(told.relevance))
                    if allowing is None:
                        allowing = known[id(told.relevance)] = _Allowing(*told)
                    if allowing.allows:
                        self._add(document, side, allowing)

    def _add(self, document: int, side: Side, allowing: _Allowing) -> None:
        taking = self._taking[document]
        for policy, carried in self._holders.carrying.of(document, side):
            wanted = [one for one in carried if one[0] in self._wanted]
            if wanted and allowing.fixed is not None:
                self._note(OwnAllows(policy, taking, allowing.fixed, {}), wanted)
            elif wanted:
                for truths, some in self._by_truths(allowing.allows, wanted).items():
                    self._note(OwnAllows(policy, taking, allowing.matching(truths), {}), some)

    def _by_truths(
        self, allows: Sequence[Spoken], carried: Iterable[tuple[int, int]]
    ) -> Mapping[tuple[Truth, ...], Sequence[tuple[int, int]]]:
        """Some who carry a document by how its Allows match."""
        heard = [self._heard_of(one.taken.statement) if one.truth is None else None for one in allows]
        alike: dict[tuple[Truth, ...], list[tuple[int, int]]] = {}
        for one in carried:
            each = zip(allows, heard, strict=True)
            truths = [spoken.truth if own is None else own.get(one[0]) for spoken, own in each]
            alike.setdefault(tuple([truth or Truth.FALSE for truth in truths]), []).append(one)
        return alike

    def _note(self, allows: OwnAllows, carried: Iterable[tuple[int, int]]) -> None:
        for place, number in carried if allows.matching.numbers else ():
            self._found.setdefault(place, []).append((number, allows))


class _Allowing:
    """The Allows of what documents say; `fixed` is how they match where that turns on nobody."""

    def __init__(self, said: Relevance, question: PreparedRequest) -> None:
        self.allows = [one for one in said.spoken if one.taken.statement.effect is Effect.ALLOW]
        self._question = question
        truths = [one.truth for one in self.allows if one.truth is not None]
        self.fixed = self.matching(truths) if len(truths) == len(self.allows) else None

    def matching(self, truths: Sequence[Truth]) -> _Matching:
        """Those of them that are not false, where they match so."""
        found = [(one, truth) for one, truth in zip(self.allows, truths, strict=True) if truth]
        says = tuple([says_of(one.taken.statement, truth, self._question) for one, truth in found])
        certain = tuple([place for place, one in enumerate(says) if one is CERTAIN])
        return _Matching(tuple([one.number for one, _ in found]), says, range(len(says)), certain)
