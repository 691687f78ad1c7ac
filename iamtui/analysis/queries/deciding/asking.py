"""One request of everybody: the answer of `decide` for each, made once for all in the same situation (WC2).

A decision is made of what the statements say that take the action. Kinds and accounts whom the request meets alike are
one kin. Each document is asked once for all of a kin who carry it where its statements name no key of the holder's own,
else once for all whose keys are equal. What they say makes sets of holders; where every layer says the same to two
holders of one kin, and nothing is open, their decisions are the same. Where something is open, undecided statements and
all that they read must be the same as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import (
    Answer,
    Matches,
    Situation,
    partition_of,
    sessions_of,
    situation_of,
)
from iamtui.analysis.queries.deciding.groups import Group, Groups
from iamtui.analysis.queries.deciding.holder_matches import HolderMatches
from iamtui.analysis.queries.deciding.kin import Kindred
from iamtui.analysis.queries.deciding.other_values import OtherValues
from iamtui.analysis.queries.deciding.own_allows import Said
from iamtui.analysis.queries.deciding.saying import Hearing, content_of_open
from iamtui.analysis.queries.deciding.sign_in import SignIn
from iamtui.analysis.queries.index.holders import Frame, Holders
from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.statements import NOTHING, entries_in_play, statements_beside
from iamtui.analysis.queries.index.taking import Side, keys_named, own_keys
from iamtui.analysis.queries.index.truths import Truths
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request
from iamtui.patterns import places_in
from iamtui.policy.keys import KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.policy.truth import Truth

_OWN = (Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY)


class Alike(NamedTuple):
    """The places of those in one situation; None where no request can be (E5)."""

    places: Sequence[int]
    situation: Situation | None

    @property
    def label(self) -> str:
        """That of all of them."""
        return "denied" if self.situation is None else self.situation.label


@dataclass(frozen=True, slots=True)
class Answers:
    """Everybody by situation, but for the roles of which a policy in play names sessions that can: by place (WC11)."""

    holders: Holders
    alike: tuple[Alike, ...]
    with_sessions: dict[int, Answer]
    own: HolderMatches

    @property
    def matches(self) -> Matches:
        """Says which statements of its own speak to one."""
        return self.own.of

    @property
    def able(self) -> dict[int, Answer]:
        """By place the answers of those who can."""
        everybody, matches = self.holders.all, self.matches
        found = dict(self.with_sessions)
        for one in self.alike:
            if one.label != "denied":
                found.update((place, Answer(everybody[place], one.situation, matches)) for place in one.places)
        return found

    @property
    def denied(self) -> dict[int, Situation | None]:
        """By place the situations of those who cannot."""
        found: dict[int, Situation | None] = {}
        for one in self.alike:
            if one.label == "denied":
                found.update(dict.fromkeys(one.places, one.situation))
        return found


class Asking:
    """One request, for every holder of an index; `matches` says which statements of its own speak to one."""

    def __init__(self, holders: Holders, request: Request) -> None:
        self._holders = holders
        self._request = request
        self._partition = partition_of(request.resource)
        self._truths = Truths(holders)
        self._tests = holders.tests
        self._own: set[int] = set(holders.carrying.unread)
        self._kindred = Kindred(holders, self._prepared_first)
        self._bounding = holders.bounding(request.action)
        resources = self._resources()
        relevant = holders.relevant(request, resources)
        self._groups = Groups(holders, self._kindred, self._truths, self._bounding, relevant)
        self._sign_in = SignIn()
        speaking = holders.speaking(request.action)
        self._spoken = speaking.of(resources)
        self._own_matches = HolderMatches(holders, speaking, self._groups)

    @property
    def matches(self) -> Matches:
        """Says which statements of its own speak to one."""
        return self._own_matches.of

    def answers(self) -> Answers:
        """The answer for everybody."""
        hearing = self._of_documents()
        self._hear_sign_in()
        for kin in self._kindred.all:
            names = (entry.text for _, entry in entries_in_play(kin.question))
            self._own.update(self._holders.places[name] for name in names if name in self._holders.places)
        groups = self._groups.of(self._groups.heard(hearing, PolicyKind.IDENTITY), self._own)
        found = [self._alone(place) for place in self._own if not self._is_elsewhere(place)]
        for group in groups:
            found += self._situations_of(group)
        for frame in self._kindred.elsewhere:
            found.append(Alike(tuple(places_in(self._holders.unbounded[frame])), None))
        with_sessions: dict[int, Answer] = {}
        alike = self._without_named(found, with_sessions)
        return Answers(
            self._holders, tuple(sorted(alike, key=lambda one: one.places[0])), with_sessions, self._own_matches
        )

    def _hear_sign_in(self) -> None:
        """Note what boundaries, and the layers of kin, read of how callers signed in."""
        for frame, taking in self._bounding.items():
            question = self._kindred.questions[frame.unbounded]
            if taking is not None and question is not None:
                self._sign_in.hear_document(taking, question)
        for kin in self._kindred.all:
            self._sign_in.hear(statements_beside(kin.question), kin.question)

    def _is_elsewhere(self, place: int) -> bool:
        return self._kindred.questions[self._holders.kinds[place]] is None

    def _without_named(self, found: Iterable[Alike], with_sessions: dict[int, Answer]) -> Iterator[Alike]:
        """All but the roles of which sessions are named that can; these are looked at one by one (WC11)."""
        entries = (entry for kin in self._kindred.all for _, entry in entries_in_play(kin.question))
        named = frozenset(one.text.split("/")[1].lower() for one in entries if one.kind is EntryKind.ROLE_SESSION)
        for one in found:
            for place in one.places if named and one.situation is not None else ():
                holder = self._holders.all[place]
                if holder.entity is not None and holder.entity.name.lower() in named:
                    own = self._groups.question_of(place)
                    answer = Answer(holder, one.situation, self.matches, tuple(sessions_of(holder, own, self._request)))
                    if answer.sessions and answer.label != "denied":
                        with_sessions[place] = answer
            left = [place for place in one.places if place not in with_sessions] if with_sessions else one.places
            if left:
                yield one._replace(places=left)

    def _of_documents(self) -> Hearing:
        """What the identity policies say; who must be asked alone is noted."""
        hearing = Hearing()
        questions = {side: self._kindred.questions[frame] for side, frame in self._holders.first_frames.items()}
        for speaking in self._spoken:
            said: dict[Side, Said] = {}
            for side, places in speaking.members.items():
                if speaking.taking.is_open:
                    self._own.update(places)
                question, frame = questions[side], self._holders.first_frames[side]
                if question is not None:
                    self._sign_in.hear_document(speaking.taking, question)
                    known = self._groups.relevance(speaking.taking, PolicyKind.IDENTITY, frame)
                    if known is not NOTHING:
                        said[side] = Said(known, question)
                        hearing.add(known, places, self._kindred.voice_of(frame, speaking.taking.keys), question)
            if said:
                self._own_matches.note(speaking.documents, said)
        return hearing

    def _resources(self) -> Sequence[str] | None:
        """What statements are matched against, whoever asks; None where AWS lists no resource of the action (L36)."""
        asked = [one.asked for one in self._kindred.questions.values() if one is not None]
        if any(one.left_open is not None for one in asked):
            return None
        return tuple(dict.fromkeys(text for one in asked for text in one.resources))

    def _prepared_first(self, place: int) -> PreparedRequest | None:
        """The request of one who stands for a kind and account; None across partitions."""
        if self._partition not in (None, self._holders.all[place].arn.split(":", 2)[1]):
            return None
        return self._prepared(place)

    def _prepared(self, place: int) -> PreparedRequest:
        request = replace(self._request, principal=self._holders.all[place].arn)
        return prepare_for(self._holders.snapshot, request, self._holders.side_of(place))

    def _situations_of(self, group: Group) -> Iterator[Alike]:
        """Those of a group who are in one situation; where something is open, by what undecided statements read."""
        places = list(places_in(group.members))
        first = self._situation(places[0])
        if not first.settled.was_open or len(places) == 1:
            yield self._alike(group, places, first)
            return
        for some, statements in group.by_open():
            likes: dict[Hashable, OtherValues] = {}
            for alike in self._by_keys(some, statements, first.question):
                order = self._order_of(alike[0]) if len(statements) > 1 else None
                like = likes.get(order)
                if alike[0] == places[0]:
                    situation = first
                else:
                    situation = self._situation(alike[0]) if like is None else self._situation_like(like, alike[0])
                if like is None:
                    likes[order] = OtherValues(situation, self._tests)
                yield self._alike(group, alike, situation)

    def _alike(self, group: Group, places: Sequence[int], situation: Situation) -> Alike:
        frames = map(self._holders.kinds.__getitem__, places)
        leaning = self._kindred.leaning(group.kin, situation.settled, frames)
        leans_on = (*leaning, *self._sign_in.notes(group.kin.question))
        return Alike(places, replace(situation, leans_on=leans_on))

    def _alone(self, place: int) -> Alike:
        situation = self._situation(place)
        leans_on = (*situation.leans_on, *self._sign_in.notes(situation.question))
        return Alike((place,), replace(situation, leans_on=leans_on))

    def _by_keys(
        self, places: Sequence[int], undecided: Sequence[Statement], question: PreparedRequest
    ) -> Iterable[Sequence[int]]:
        """Some places by what matters of the keys of their own that open statements read."""
        statements = (*undecided, *statements_beside(question))
        kind = question.subject.caller.kind
        keys = tuple(dict.fromkeys(key for statement in statements for key in own_keys(statement, kind)))
        common = tuple(dict.fromkeys(key for one in undecided for key in keys_named(one) if key not in keys))
        if not (keys or common) or len(places) == 1:
            return (places,)
        marks = Marks(statements)
        told: dict[Frame, Hashable] = {}
        known: dict[tuple[str, KeyValue], Hashable] = {}
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for place in places:
            own = self._groups.question_of(place)
            frame = self._holders.kinds[place]
            if frame not in told:
                told[frame] = tuple([marks.of(key, own.asked.context) for key in common])
            read: list[Hashable] = [told[frame]]
            for key in keys:
                value = (key, self._truths.value(key, place, own))
                if value not in known:
                    known[value] = marks.of(key, self._truths.context(place, own))
                read.append(known[value])
            alike[tuple(read)].append(place)
        return alike.values()

    def _order_of(self, place: int) -> Hashable:
        """What statements are open for one, in the order in which they stand, which counts as well."""
        holder, question = self._holders.all[place], self._groups.question_of(place)
        matches = (one for layer in _OWN for one in self.matches(holder, layer))
        return tuple([content_of_open(one.statement, question) for one in matches if one.truth is Truth.UNKNOWN])

    def _situation_like(self, other: OtherValues, place: int) -> Situation:
        """That of one to whom every layer says the same and leaves the same open: only its own keys differ."""
        own, like = self._groups.question_of(place), other.like
        heard = like.question
        asked = self._truths.asked(place, own)
        layers = own.applicable._replace(
            identity=heard.applicable.identity, permissions_boundary=heard.applicable.permissions_boundary
        )
        request = replace(own.request, principal=self._holders.all[place].arn)
        question = PreparedRequest(request, asked.context.subject, asked, layers, heard.setting)
        return other.of(question) or situation_of(question, like.settled.partials, self._tests)

    def _situation(self, place: int) -> Situation:
        return situation_of(self._prepared(place), tests=self._tests)
