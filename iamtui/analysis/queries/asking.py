"""One request of everybody: the answer of `decide` for each, made once for all in the same situation (WC2).

A decision is made of what the statements say that take the action. Each document is asked once for all of a kind and
account who carry it where its statements name no key of the holder's own, else once for all whose keys are equal. What
they say makes sets of holders; where every layer says the same to two holders, and nothing is open, their decisions
are the same. Where something is open, undecided statements and all that they read must be the same as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from iamtui.analysis.queries.answers import Answer, OwnMatch, Situation, partition_of, sessions_of
from iamtui.analysis.queries.groups import Groups
from iamtui.analysis.queries.holders import Holder, Holders
from iamtui.analysis.queries.saying import Heard, Hearing, split
from iamtui.analysis.queries.situations import Marks
from iamtui.analysis.queries.statements import (
    NOTHING,
    Relevance,
    Truths,
    entries_in_play,
    relevance_of,
    statements_beside,
)
from iamtui.analysis.queries.taking import Side, own_keys
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decide import settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement


class Answers(NamedTuple):
    """For each place either the answer of one who can, or the situation of one who cannot."""

    able: dict[int, Answer]
    denied: dict[int, Situation | None]


class Asking:
    """One request, for every holder of an index."""

    def __init__(self, holders: Holders, request: Request) -> None:
        self._holders = holders
        self._request = request
        self._speaking = holders.speaking(request.action)
        self._partition = partition_of(request.resource)
        self._questions: dict[Side, PreparedRequest | None] = {}
        self._relevance: dict[tuple[Side, int], Relevance] = {}
        self._matches: dict[Hashable, Sequence[OwnMatch]] = {}
        self._truths = Truths(holders)
        self._own: set[int] = set(holders.unread)
        self._groups = Groups(holders, request, self._truths, self._own)

    def answers(self) -> Answers:
        """The answer for everybody."""
        found = Answers({}, {})
        hearings = self._of_documents()
        named = self._named_roles()
        for side, members in self._holders.sides.items():
            question = self._questions[side]
            if question is None:
                found.denied.update(dict.fromkeys(members))
                continue
            identity = self._groups.heard(side, hearings[side], PolicyKind.IDENTITY, question)
            for places, situation in self._situations_of(side, identity):
                self._sort(found, places, situation, named)
        return found

    def _sort(self, found: Answers, places: Sequence[int], situation: Situation, named: frozenset[str]) -> None:
        """Put those who can and those who cannot apart; roles of which sessions are named are looked at one by one."""
        is_denied = situation.label == "denied"
        if is_denied:
            found.denied.update(dict.fromkeys(places, situation))
        for place in places if not is_denied or named else ():
            holder = self._holders.all[place]
            sessions: tuple[tuple[str, Situation], ...] = ()
            if named and holder.entity is not None and holder.entity.name.lower() in named:
                sessions = tuple(sessions_of(holder, situation.question, self._request))
            if not is_denied or sessions:
                answer = Answer(holder, situation, self.matches, sessions)
                if answer.label != "denied":
                    found.able[place] = answer
                    found.denied.pop(place, None)

    def _of_documents(self) -> dict[Side, Hearing]:
        """What the identity policies say, by kind and account; who must be asked alone is noted."""
        found = {side: Hearing() for side in self._holders.sides}
        questions = [self._question_of(side) for side in found]
        is_unlisted = any(one is not None and one.asked.unlisted is not None for one in questions)
        resources = {text: None for one in questions if one is not None for text in one.asked.resources}
        for speaking in self._speaking.of(None if is_unlisted else tuple(resources)):
            for side, members in speaking.members.items():
                if speaking.taking.is_open:
                    self._own.update(self._holders.places_of(side, members))
                question = self._questions[side]
                known = NOTHING if question is None else relevance_of(speaking.taking, PolicyKind.IDENTITY, question)
                if question is not None and known is not NOTHING:
                    self._relevance[side, id(speaking.taking.document)] = known
                    found[side].add(known, members, question)
        return found

    def _question_of(self, side: Side) -> PreparedRequest | None:
        """A request of somebody of a kind and account; None across partitions."""
        if side not in self._questions:
            holder = self._holders.all[self._holders.sides[side].start]
            is_elsewhere = self._partition not in (None, holder.arn.split(":", 2)[1])
            question = None if is_elsewhere else self._groups.prepared(holder)
            self._questions[side] = question
            if question is not None:
                names = (entry.text for _, entry in entries_in_play(question))
                self._own.update(self._holders.places[name] for name in names if name in self._holders.places)
        return self._questions[side]

    def _named_roles(self) -> frozenset[str]:
        """The names, in lower case, of the roles of which policies in play name a session."""
        questions = self._questions.values()
        entries = (entry for one in questions if one is not None for _, entry in entries_in_play(one))
        return frozenset(entry.text.split("/")[1].lower() for entry in entries if entry.kind is EntryKind.ROLE_SESSION)

    def _situations_of(self, side: Side, identity: Heard) -> Iterator[tuple[Sequence[int], Situation]]:
        """Those of a side who are in one situation; where something is open, by what undecided statements read."""
        places_of = partial(self._holders.places_of, side)
        for group in sorted(self._groups.of(side, identity), key=lambda one: one.members & -one.members):
            places = places_of(group.members)
            first = self._situation(places[0])
            if not first.settled.was_open or len(places) == 1:
                yield places, first
                continue
            parts: list[tuple[int, tuple[Statement, ...]]] = [(group.members, ())]
            for one in group.undecided:
                parts = list(split(parts, one))
            for members, statements in parts:
                for alike in self._by_keys(places_of(members), statements, first.question):
                    yield alike, first if alike[0] == places[0] else self._situation(alike[0])

    def _by_keys(
        self, places: Sequence[int], undecided: Sequence[Statement], question: PreparedRequest
    ) -> Iterable[Sequence[int]]:
        """Some places by what matters of the keys of their own that open statements read."""
        statements = (*undecided, *statements_beside(question))
        kind = question.subject.caller.kind
        keys = tuple(dict.fromkeys(key for statement in statements for key in own_keys(statement, kind)))
        if not keys or len(places) == 1:
            return (places,)
        marks = Marks(statements)
        known: dict[tuple[str, KeyValue], Hashable] = {}
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for place in places:
            read: list[Hashable] = []
            for key in keys:
                value = (key, self._truths.value(key, place, question))
                if value not in known:
                    known[value] = marks.of(key, self._truths.context(place, question))
                read.append(known[value])
            alike[tuple(read)].append(place)
        return alike.values()

    def _situation(self, place: int) -> Situation:
        question = self._groups.prepared(self._holders.all[place])
        return Situation(question, settle_question(question))

    def matches(self, holder: Holder, layer: Layer) -> Iterable[OwnMatch]:
        """The statements of a holder's identity policies, or of its boundary, that are not false."""
        side, found = holder.frame.side, list[OwnMatch]()
        question = self._questions[side]
        if question is None:
            return found
        if layer is Layer.PERMISSIONS_BOUNDARY and holder.frame.boundary is not None:
            policy = self._boundary_policy(holder)
            known = self._groups.boundary_of(holder.frame).known or NOTHING
            return self._matching(policy, known, holder, PolicyKind.BOUNDARY)
        for policy in holder.policies:
            first = self._speaking.first.get(id(policy.document))
            relevance = None if first is None else self._relevance.get((side, first))
            if relevance is not None:
                found += self._matching(policy, relevance, holder, PolicyKind.IDENTITY)
        return found

    def _boundary_policy(self, holder: Holder) -> AppliedPolicy:
        frame = holder.frame
        return managed_policy(self._holders.snapshot, frame.account, frame.boundary or "", "boundary", holder.arn)

    def _matching(
        self, policy: AppliedPolicy, known: Relevance, holder: Holder, kind: PolicyKind
    ) -> Sequence[OwnMatch]:
        """The statements of one policy; once for all who carry it alike, where none of them hangs on who it is."""
        side = holder.frame.side
        key = (side, kind, policy.name, policy.origin, policy.arn or policy.owner, id(policy.document))
        found = self._matches.get(key)
        if found is None:
            found = tuple(self._matching_anew(policy, known, holder, kind))
            if not known.varying and not known.by_name:
                self._matches[key] = found
        return found

    def _matching_anew(
        self, policy: AppliedPolicy, known: Relevance, holder: Holder, kind: PolicyKind
    ) -> Iterator[OwnMatch]:
        question, place = self._questions[holder.frame.side], self._holders.places[holder.arn]
        document = self._holders.taking(self._request.action).get(id(policy.document))
        for number, taken, truth in known.spoken if question is not None else ():
            if truth is None and question is not None:
                truth = self._truths.of_identity(taken, place, question, kind)  # noqa: PLW2901 - now it is known
            if truth:
                statement = taken.statement if document is None else document.statements[number].statement
                yield OwnMatch(policy, statement, truth)
