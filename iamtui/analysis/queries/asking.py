"""One request of everybody: the answer of `decide` for each, made once for all in the same situation (WC2).

A decision is made of what the statements say that take the action. For each holder that is found statement by
statement: once for all who carry a document where its statements name no key of the holder's own, else once for all
whose keys are equal. Where every layer says the same to two holders, and nothing is open, their decisions are the same.
Where something is open, undecided statements and all that they read must be the same as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from iamtui.analysis.queries.answers import Answer, OwnMatch, Situation, partition_of, sessions_of
from iamtui.analysis.queries.holders import Frame, Holder, Holders, Side, Taken, Taking, own_keys, taking_of
from iamtui.analysis.queries.saying import (
    ALLOWS,
    CERTAIN,
    DENIES,
    SILENT,
    Boundary,
    Member,
    Others,
    Said,
    SaidByDocuments,
    certain_of,
    content_of,
    said,
)
from iamtui.analysis.queries.situations import Marks
from iamtui.analysis.queries.statements import (
    NOTHING,
    Relevance,
    Truths,
    entries_in_play,
    layers_beside,
    relevance_of,
    statements_beside,
    statements_of,
)
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyKind, Statement
from iamtui.policy.truth import Truth


class Answers(NamedTuple):
    """For each place either the answer of one who can, or the situation of one who cannot."""

    able: dict[int, Answer]
    denied: dict[int, Situation | None]


class Asking:
    """One request, for every holder of an index."""

    def __init__(self, holders: Holders, request: Request) -> None:
        self._holders = holders
        self._request = request
        self._taking = holders.taking(request.action)
        self._partition = partition_of(request.resource)
        self._questions: dict[Side, PreparedRequest | None] = {}
        self._relevance: dict[tuple[Side, int], Relevance] = {}
        self._truths = Truths(holders)
        self._others: dict[Frame, Others] = {}
        self._own: set[int] = set(holders.unread)
        self.situation_count = 0

    def answers(self) -> Answers:
        """The answer for everybody."""
        found = Answers({}, {})
        documents = self._of_documents()
        alike: defaultdict[Hashable, list[Member]] = defaultdict(list)
        for frame, members in self._holders.frames.items():
            if self._question_of(frame.side) is None:
                found.denied.update(dict.fromkeys(members))
            else:
                self._add_members(alike, frame, members, documents)
        named = self._named_roles()
        for group in alike.values():
            for places, situation in self._situations_of(group):
                self._sort(found, places, situation, named)
        return found

    def _sort(self, found: Answers, places: Sequence[int], situation: Situation, named: frozenset[str]) -> None:
        """Put those who can and those who cannot apart; roles of which sessions are named are looked at one by one."""
        is_denied = situation.label == "denied"
        for place in places if not is_denied or named else ():
            holder = self._holders.all[place]
            sessions: tuple[tuple[str, Situation], ...] = ()
            if named and holder.entity is not None and holder.entity.name.lower() in named:
                sessions = tuple(sessions_of(holder, situation.question, self._request))
            if not is_denied or sessions:
                answer = Answer(holder, situation, self.matches, sessions)
                if answer.label != "denied":
                    found.able[place] = answer
        if is_denied:
            found.denied.update((place, situation) for place in places if place not in found.able)

    def _of_documents(self) -> SaidByDocuments:
        flags: dict[int, int] = defaultdict(int)
        varying: dict[int, list[Taking]] = defaultdict(list)
        for key, taking in self._taking.items():
            for side, places in self._holders.by_document[key].items():
                if taking.is_open:
                    self._own.update(places)
                known = self._relevance_in(side, taking)
                if known is NOTHING:
                    continue
                certain = bool(known.denying) * DENIES | bool(known.allowing) * ALLOWS
                if certain:
                    for place in places:
                        flags[place] |= certain
                asked = places if known.unknown or known.varying else self._named_in_resource(known, places)
                for place in asked:
                    varying[place].append(taking)
        return SaidByDocuments(flags, varying)

    def _named_in_resource(self, known: Relevance, places: Sequence[int]) -> Iterator[int]:
        """Those of some holders whose name is part of the resource's, where a statement can match no others."""
        for place in places if known.by_name else ():
            holder = self._holders.all[place]
            question = self._question_of(holder.frame.side)
            resources = () if question is None else question.asked.resources
            if holder.entity is not None and any(holder.entity.name in resource for resource in resources):
                yield place

    def _relevance_in(self, side: Side, taking: Taking) -> Relevance:
        key = (side, id(taking.document))
        known = self._relevance.get(key)
        if known is None:
            question = self._question_of(side)
            known = NOTHING if question is None else relevance_of(taking, PolicyKind.IDENTITY, question)
            self._relevance[key] = known
        return known

    def _question_of(self, side: Side) -> PreparedRequest | None:
        """A request of somebody of a kind and account; None across partitions."""
        if side not in self._questions:
            places = next(places for frame, places in self._holders.frames.items() if frame.side == side)
            holder = self._holders.all[places[0]]
            is_elsewhere = self._partition not in (None, holder.arn.split(":", 2)[1])
            question = None if is_elsewhere else self.prepared(holder)
            self._questions[side] = question
            if question is not None:
                names = (entry.text for _, entry in entries_in_play(question))
                self._own.update(self._holders.places[name] for name in names if name in self._holders.places)
        return self._questions[side]

    def _named_roles(self) -> frozenset[str]:
        """The names, in lower case, of the roles of which policies in play name a session."""
        questions = [self._question_of(side) for side in {frame.side for frame in self._holders.frames}]
        entries = (entry for one in questions if one is not None for _, entry in entries_in_play(one))
        return frozenset(entry.text.split("/")[1].lower() for entry in entries if entry.kind is EntryKind.ROLE_SESSION)

    def prepared(self, holder: Holder) -> PreparedRequest:
        """The request as one of this holder's."""
        return prepare_for(self._holders.snapshot, replace(self._request, principal=holder.arn))

    def _others_of(self, frame: Frame, place: int) -> Others:
        """What beside their own policies can tell apart those of one kind and account."""
        key = frame._replace(boundary=None)
        found = self._others.get(key)
        if found is None:
            question = self.prepared(self._holders.all[place])
            telling = tuple(
                (layer, Taken(statement, keys))
                for layer in layers_beside(question)
                for _, statement in statements_of(layer, question)
                if (keys := own_keys(statement, frame.kind))
            )
            found = self._others[key] = Others(question, telling)
        return found

    def _boundary_in(self, frame: Frame, question: PreparedRequest) -> Boundary:
        """What the boundary of a frame says to all of its members."""
        if frame.boundary is None:
            return Boundary(None, is_open=False)
        policy = managed_policy(self._holders.snapshot, frame.account, frame.boundary, "boundary", None)
        taking = None if policy.document is None else taking_of(policy.document, question.asked.folded_action)
        is_open = policy.document is None or (taking is not None and taking.is_open)
        known = NOTHING if taking is None else relevance_of(taking, PolicyKind.BOUNDARY, question)
        return Boundary(known, is_open)

    def _add_members(
        self,
        alike: defaultdict[Hashable, list[Member]],
        frame: Frame,
        members: Sequence[int],
        documents: SaidByDocuments,
    ) -> None:
        """Add the members of a frame to those to whom every layer says the same."""
        others = self._others_of(frame, members[0])
        bounded = self._boundary_in(frame, others.question)
        start = (frame._replace(boundary=None), frame.boundary is not None)
        certain = SILENT if bounded.known is None else certain_of(bounded.known)
        asked_alone = members
        if certain is not None and not others.telling and not bounded.is_open:
            busy = documents.flags.keys() | documents.varying.keys() | self._own
            quiet = [Member(place, SILENT, certain) for place in members if place not in busy]
            if quiet:
                alike[start, SILENT[:2], certain[:2], (), None] += quiet
            asked_alone = [place for place in members if place in busy]
        for place in asked_alone:
            identity = self._identity_of(place, others.question, documents)
            boundary = certain or self._said(
                place, others.question, (0, [bounded.known or NOTHING]), PolicyKind.BOUNDARY
            )
            telling = tuple(
                self._truths.of_layer(layer, taken, place, others.question) for layer, taken in others.telling
            )
            own = place if bounded.is_open or place in self._own else None
            alike[start, identity[:2], boundary[:2], telling, own].append(Member(place, identity, boundary))

    def _situations_of(self, group: Sequence[Member]) -> Iterator[tuple[Sequence[int], Situation]]:
        """Those to whom every layer says the same; where something is open, by what undecided statements read."""
        first = self._situation(group[0].place)
        if not first.settled.was_open or len(group) == 1:
            yield [member.place for member in group], first
            return
        alike: dict[Hashable, list[int]] = defaultdict(list)
        readers: dict[Hashable, tuple[Marks, tuple[str, ...]]] = {}
        beside = tuple(statements_beside(first.question))
        for place, identity, boundary in group:
            undecided = (content_of(identity.unknown, first.question), content_of(boundary.unknown, first.question))
            if undecided not in readers:
                statements = (*identity.unknown, *boundary.unknown, *beside)
                kind = first.question.subject.caller.kind
                keys = dict.fromkeys(key for statement in statements for key in own_keys(statement, kind))
                readers[undecided] = (Marks(statements), tuple(keys))
            marks, keys_read = readers[undecided]
            read: tuple[Hashable, ...] = ()
            if keys_read:
                context = self._truths.context(place, first.question)
                read = tuple(marks.of(key, context) for key in keys_read)
            alike[undecided, read].append(place)
        for places in alike.values():
            yield places, first if places[0] == group[0].place else self._situation(places[0])

    def _situation(self, place: int) -> Situation:
        self.situation_count += 1
        question = self.prepared(self._holders.all[place])
        return Situation(question, settle_question(question))

    def _identity_of(self, place: int, question: PreparedRequest, documents: SaidByDocuments) -> Said:
        found = documents.flags.get(place, 0)
        takings = documents.varying.get(place)
        if takings is None:
            return CERTAIN[found]
        side = self._holders.all[place].frame.side
        known = [self._relevance_in(side, taking) for taking in takings]
        return self._said(place, question, (found, known), PolicyKind.IDENTITY)

    def _said(
        self, place: int, question: PreparedRequest, known: tuple[int, Sequence[Relevance]], kind: PolicyKind
    ) -> Said:
        """What documents say to a holder: what is certain, as bits, and statements that are asked for it alone."""
        found, documents = known
        unknown: list[Statement] = []
        for document in documents:
            found |= bool(document.denying) * DENIES | bool(document.allowing) * ALLOWS
            unknown += document.unknown
            for taken in (*document.varying, *document.by_name):
                truth = self._truths.of_identity(taken, place, question, kind)
                if truth is Truth.UNKNOWN:
                    unknown.append(taken.statement)
                elif truth:
                    found |= DENIES if taken.statement.effect is Effect.DENY else ALLOWS
        return said(found, unknown)

    def matches(self, holder: Holder, layer: Layer) -> Iterator[OwnMatch]:
        """The statements of a holder's identity policies, or of its boundary, that are not false."""
        question = self._question_of(holder.frame.side)
        if question is None:
            return
        policies, kind = holder.policies, PolicyKind.IDENTITY
        if layer is Layer.PERMISSIONS_BOUNDARY and holder.frame.boundary is not None:
            arn, account = holder.frame.boundary, holder.frame.account
            policies = (managed_policy(self._holders.snapshot, account, arn, "boundary", holder.arn),)
            kind = PolicyKind.BOUNDARY
        place = self._holders.places[holder.arn]
        for policy in policies:
            taking = None if policy.document is None else self._taking_of(policy.document, kind)
            for taken in () if taking is None else taking.statements:
                truth = self._truths.of_identity(taken, place, question, kind)
                if truth:
                    yield OwnMatch(policy, taken.statement, truth)

    def _taking_of(self, document: Document, kind: PolicyKind) -> Taking | None:
        if kind is PolicyKind.IDENTITY:
            return self._taking.get(id(document))
        return taking_of(document, self._request.action.lower())
