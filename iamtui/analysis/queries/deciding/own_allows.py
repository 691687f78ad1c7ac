"""What everybody's own policies allow: found once for each policy that many carry alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from iamtui.analysis.queries.deciding.ways import CERTAIN, Grant, WayKey, says_of, way_of
from iamtui.analysis.queries.index.action_lists import Speaker
from iamtui.analysis.queries.index.carrying import Carrying
from iamtui.analysis.queries.index.statements import Relevance
from iamtui.analysis.queries.index.taking import Side
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class Said(NamedTuple):
    """What documents say to all of a kind and account who carry them, and the request of one of these."""

    relevance: Relevance
    question: PreparedRequest


HeardOf = Callable[[Statement], Mapping[int, Truth]]
"""Says by place how a statement matches that names keys of one's own."""


class Matching(NamedTuple):
    """Which Allows of a document are not false, by their numbers among its statements, and what of each counts.

    `alike` is equal for those of which the same counts.
    """

    numbers: tuple[int, ...]
    says: tuple[Hashable, ...]
    alike: int


@dataclass(slots=True)
class OwnAllows:
    """What one policy allows those who carry it alike; there are many, so they are cheap to make.

    `ways` are the places of the ways of its Allows among those of a question, as far as somebody rests on them.
    """

    policy: AppliedPolicy
    speaker: Speaker
    matching: Matching
    ways: list[int | None]

    def way(self, place: int) -> WayKey:
        """How one of its Allows lets somebody in."""
        return way_of(self.policy, self.speaker.label(self.matching.numbers[place]))

    def grants(self) -> Iterator[Grant]:
        """Each of them as what an answer may rest on."""
        for place, says in enumerate(self.matching.says):
            is_certain = says is CERTAIN
            statement = self.speaker.statement(self.matching.numbers[place])
            yield Grant(Layer.IDENTITY, self.policy, statement, is_certain, self.way(place), says)


class EverybodysAllows:
    """What the policies of everybody allow; `speakers` are documents by their identity."""

    def __init__(self, carrying: Carrying, speakers: Mapping[int, Speaker], heard_of: HeardOf) -> None:
        self._carrying = carrying
        self._speakers = speakers
        self._heard_of = heard_of
        self._alike: dict[tuple[Hashable, ...], int] = {}
        self._found: list[OwnAllows | _Varying | None] = [None] * len(carrying.policies)

    def add(self, documents: Iterable[int], said: Mapping[Side, Said]) -> None:
        """Take in what some documents, by their identity, say to those of each kind and account."""
        known: dict[int, _Allowing] = {}
        found: dict[Side, _Allowing] = {}
        for side, told in said.items():
            allowing = known.get(id(told.relevance))
            if allowing is None:
                allowing = known[id(told.relevance)] = _Allowing(*told, self._alike)
            if allowing.allows:
                found[side] = allowing
        for document in documents if found else ():
            self._add(document, found)

    def _add(self, document: int, said: Mapping[Side, _Allowing]) -> None:
        speaker, policies = self._speakers[document], self._carrying.policies
        for number in self._carrying.numbers[document]:
            policy, side = policies[number]
            allowing = said.get(side)
            if allowing is None:
                continue
            if allowing.fixed is None:
                self._found[number] = _Varying(policy, speaker, allowing, self._heard_of)
            else:
                self._found[number] = _own_allows(policy, speaker, allowing.fixed)

    def of(self, place: int) -> Sequence[OwnAllows]:
        """What the policies of one allow, in the order in which it has them; the same for who carries it alike."""
        found = self._found
        carried = [one for number in self._carrying.of_each[place] if (one := found[number]) is not None]
        own = [one.of(place) if isinstance(one, _Varying) else one for one in carried]
        return [one for one in own if one.matching.numbers]


class _Allowing:
    """The Allows of what documents say; `fixed` is how they match where that turns on nobody."""

    def __init__(self, said: Relevance, question: PreparedRequest, alike: dict[tuple[Hashable, ...], int]) -> None:
        self.allows = [one for one in said.spoken if one.taken.statement.effect is Effect.ALLOW]
        self._question = question
        self._alike = alike
        truths = [one.truth for one in self.allows if one.truth is not None]
        self.fixed = self.matching(truths) if len(truths) == len(self.allows) else None

    def matching(self, truths: Iterable[Truth]) -> Matching:
        """Those of them that are not false, where they match so."""
        found = [(one, truth) for one, truth in zip(self.allows, truths, strict=True) if truth]
        says = tuple([says_of(one.taken.statement, truth, self._question) for one, truth in found])
        return Matching(tuple([one.number for one, _ in found]), says, self._alike.setdefault(says, len(self._alike)))


class _Varying:
    """What a policy allows that depends on who carries it."""

    def __init__(self, policy: AppliedPolicy, speaker: Speaker, allowing: _Allowing, heard_of: HeardOf) -> None:
        self._policy = policy
        self._speaker = speaker
        self._allowing = allowing
        self._heard = [heard_of(one.taken.statement) for one in allowing.allows if one.truth is None]
        self._known: dict[tuple[Truth | None, ...], OwnAllows] = {}

    def of(self, place: int) -> OwnAllows:
        """What it allows one who carries it."""
        heard = tuple([one.get(place) for one in self._heard])
        found = self._known.get(heard)
        if found is None:
            own = iter(heard)
            truths = [next(own) if one.truth is None else one.truth for one in self._allowing.allows]
            matching = self._allowing.matching(truth or Truth.FALSE for truth in truths)
            found = self._known[heard] = _own_allows(self._policy, self._speaker, matching)
        return found


def _own_allows(policy: AppliedPolicy, speaker: Speaker, matching: Matching) -> OwnAllows:
    return OwnAllows(policy, speaker, matching, [None] * len(matching.numbers))
