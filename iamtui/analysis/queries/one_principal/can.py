"""What a principal can do: every action of the catalogue, on what, by which way, and what was taken away (WP1-WP7)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from heapq import heapify, heappop, heappush
from itertools import count
from operator import or_
from types import MappingProxyType

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.actions.denied import OwnDeny
from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation, partition_of
from iamtui.analysis.queries.deciding.own_matches import Carried, Matching
from iamtui.analysis.queries.deciding.sign_in import keys_of_sign_in
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.everybody.row_details import in_general
from iamtui.analysis.queries.index.action_sets import (
    all_actions,
    names_in,
    of_names,
    of_service,
    taken_by,
    taken_by_statement,
)
from iamtui.analysis.queries.index.holders import Frame, Holder
from iamtui.analysis.queries.index.statements import statements_of_resource
from iamtui.analysis.queries.one_principal.action_reaches import ActionReaches, OfClass, of_class
from iamtui.analysis.queries.one_principal.asked_principals import group_of, of_member, of_one
from iamtui.analysis.queries.one_principal.can_results import ActionReach, Can, TakenAway
from iamtui.analysis.queries.one_principal.gathered import Gathered
from iamtui.analysis.queries.one_principal.ground import Ground, ground_of
from iamtui.analysis.queries.one_principal.letters import levels_of
from iamtui.analysis.queries.one_principal.reach import Asked, Decide, Reach
from iamtui.analysis.queries.resources.cutting import is_told_apart_by_aws
from iamtui.evaluation.answer.session_notes import notes_of_sign_in
from iamtui.evaluation.decide import settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.evaluation.request.unlisted_resources import notes_of_paths
from iamtui.files.collector import collector_waiting
from iamtui.policy.elements import ActionElement
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Snapshot

ALONE = "what boundaries, organization and resources add is not asked: the group's own policies alone (WP7)"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanQuestion:
    """What is asked of one principal.

    Attributes:
        principal: an ARN; that of a group asks what it gives its members (WP7).
        actions: patterns of actions; none: all.
        services: prefixes of actions; none: all.
        level: an access level, such as Write; None: all.
        resource: on which resource; None: on any (WP6).
    """

    principal: str
    actions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    level: str | None = None
    resource: str | None = None
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    unstated: Unstated = Unstated.UNKNOWN
    at: datetime | None = None

    @property
    def wanted(self) -> int:
        """The actions that are asked about, as a set."""
        among = reduce(or_, map(of_service, self.services), 0) if self.services else all_actions()
        if self.actions:
            among &= taken_by(ActionElement(self.actions, negated=False))
        if self.level is None and self.resource is None:
            return among
        return of_names(filter(self._fits, names_in(among)))

    def _fits(self, action: str) -> bool:
        """Whether an action is of the level, and may be on the resource."""
        found = catalog.action(action)
        if found is None or (self.level is not None and self.level.lower() not in levels_of(found.access_level)):
            return False
        return self.resource is None or catalog.fits(found, self.resource)


def can(
    snapshot: Snapshot, question: CanQuestion, progress: Progress | None = None, ground: Ground | None = None
) -> Can:
    """What a principal can do; `ground` is what was found in the snapshot for others already.

    Raises:
        QuestionError: nothing that exists is asked about.
        RequestError: the principal, the resource or a key is malformed, or its account has no such principal.
    """
    with ground_of(snapshot) if ground is None else nullcontext(ground) as kept, collector_waiting():
        return asked_of_one(snapshot, question, kept).answer(progress)


def asked_of_one(snapshot: Snapshot, question: CanQuestion, ground: Ground | None = None) -> AskedOfOne:
    """A question that is to be asked; `ground` is what was found in the snapshot for others already.

    Raises:
        QuestionError: nothing that exists is asked about.
        RequestError: the principal, the resource or a key is malformed, or its account has no such principal.
    """
    for service in question.services:
        if service not in catalog.services():
            raise QuestionError(f"{service}: expected a service that exists; nothing is asked")
    for pattern in question.actions:
        if not catalog.matching(pattern):
            raise QuestionError(f"{pattern}: expected an action or a pattern that matches one; nothing is asked")
    partition_of(question.resource or "*")
    if not (wanted := question.wanted):
        raise QuestionError(f"{_words_of(question)}: no action is of all of these; nothing is asked")
    asked = replace(question, at=question.at or datetime.now(UTC))
    return AskedOfOne(ground or Ground(snapshot), snapshot, asked, wanted)


def _words_of(question: CanQuestion) -> str:
    """What narrows a question down."""
    narrowing = (*question.services, *question.actions, question.level, question.resource)
    return ", ".join(filter(None, narrowing))


def reach_of(snapshot: Snapshot, question: CanQuestion) -> Reach:
    """What one principal or group reaches, to be asked action by action.

    Raises:
        QuestionError: the export has no such group.
        RequestError: the principal is malformed, or its account has no such principal.
    """
    return AskedOfOne(Ground(snapshot), snapshot, question, all_actions()).reach


def _deciding(principal: str) -> Decide:
    """Decides what one asks; it holds nothing of who asks for it, so that an answer is freed when it is dropped."""
    carried = Carried()
    holder = Holder(principal, Frame(CallerKind.USER, ""), None)

    def decided(prepared: PreparedRequest, resource: str) -> Cell:
        situation = Situation(prepared, settle_question(prepared))
        return Cell(resource, Answer(holder, situation, Matching(situation, carried)))

    return decided


class AskedOfOne:
    """The actions that one principal or group reaches, of those that are `wanted`, as they are asked for."""

    def __init__(self, ground: Ground, snapshot: Snapshot, question: CanQuestion, wanted: int) -> None:
        self._question = question
        self._wanted = wanted
        group = group_of(snapshot, question.principal)
        request = Request(question.principal, "", context=question.context, unstated=question.unstated, at=question.at)
        self._prepare = of_one(snapshot, request) if group is None else of_member(snapshot, group, request)
        if group is not None:
            ground = Ground(None)
        self.reach = Reach(ground, self._prepare, _deciding(question.principal), shares=True)
        self._reaches = ActionReaches()
        self._told: dict[Hashable, OfClass | None] = {}
        self._heard: dict[int, Situation] = {}
        self.assumed: dict[str, None] = {ALONE: None} if group is not None else {}
        """What was not exported and was taken as not there, and how one is taken to have signed in (WC4, K35)."""

    def answer(self, progress: Progress | None) -> Can:
        """All actions, by service."""
        told = Gathered()
        elsewhere: list[str] = []  # denied, though a statement allows them: of lists it may be under a path
        self._note_sign_in(self.reach.own.statements_taking(self._wanted))
        queue = [(asked.alike.actions[0], asked) for asked in self._asked()]
        heapify(queue)
        for done in count():
            if progress is not None:
                progress(done, done + len(queue))
            if not queue:
                break
            asked = heappop(queue)[1]
            reach, away, is_of_class = self._reached(asked.alike)
            of = self._class_of(asked) if is_of_class else None
            if asked.members and not (is_of_class and (of is None or self.reach.is_told(asked, of))):
                for alike in self.reach.alike_in(asked.members, asked.alike.statements):
                    heappush(queue, (alike.actions[0], Asked(alike, 0)))
                continue
            if reach is not None:
                told.note_reach(reach, self.reach.with_examples(asked, reach.examples, of))
                continue
            if away is not None:
                told.note_away(away, self.reach.actions_of(asked))
            if asked.alike.kind is None:
                elsewhere += asked.alike.actions
        return told.result(
            self._question.principal,
            self._reaches.ways,
            (*self.assumed, *(self._notes_of_paths(elsewhere) if self._question.resource is None else ())),
            complete=self.reach.complete,
        )

    def _asked(self) -> Iterable[Asked]:
        """What is asked: one action of many where it may stand for a class, whatever it is on."""
        if self._question.resource is None:
            return self.reach.classes(self._wanted)
        return [Asked(alike, 0) for alike in self.reach.groups(self._wanted)]

    def cells(self, progress: Progress | None) -> Iterator[tuple[Cell, tuple[str, ...]]]:
        """The answer on every cell, and the actions for which it is given; one where all are denied alike."""
        self.reach.ask_each_service()
        groups = self.reach.groups(self._wanted)
        for number, alike in enumerate(groups):
            if progress is not None:
                progress(number, len(groups))
            if self._question.resource is None and self.reach.denied_for_all(alike) is not None:
                one = self.reach.one_cell(alike)
                found = [] if one is None else [one]
            else:
                own, others = self.reach.cells(alike, self._question.resource)
                found = [*own, *others]
            yield from ((cell, alike.actions) for cell in self._noted(found))

    def _reached(self, alike: Alike) -> tuple[ActionReach | None, TakenAway | None, bool]:
        """What is reached of some actions, or what takes them away; and whether that is so of all of their class."""
        denying = self.reach.denied_for_all(alike) if self._question.resource is None else None
        if denying is not None:
            is_of_class = alike.kind is not None and not is_told_apart_by_aws(alike.actions[0])
            return None, self._away_by(denying, alike, is_told=is_of_class), is_of_class
        taken = self.reach.taken_from(alike) if self._question.resource is None else None
        if taken is not None:
            by = taken.by
            return None, by and TakenAway(alike.actions[0], Layer.IDENTITY.value, by.reference), False
        standing = self.reach.standing_for_own(alike) if self._question.resource is None else None
        told = None if standing is None else self._told.get((alike.trait, standing.places))
        if standing is not None and told is not None:
            self.assumed.update(dict.fromkeys(told.assumed(standing)))
            return told.on(standing), told.away, True
        asked = self.reach.cells(alike, self._question.resource, only_open=standing is None)
        own, others = (self._noted(cells) for cells in asked)
        reach = self._reaches.reach(alike, own, others)
        away = self._reaches.away(alike, own) if reach is None else None
        if standing is None:
            return reach, away, alike.trait is not None and takes_no_resource(alike.actions[0])
        found = self._told[alike.trait, standing.places] = of_class((reach, away), (own, others), standing)
        return reach, away, found is not None

    def _class_of(self, asked: Asked) -> OfClass | None:
        """What was told of a class by its resources; None where actions are not asked as one, or take none."""
        standing = self.reach.standing_for_own(asked.alike) if asked.members else None
        return None if standing is None else self._told.get((asked.alike.trait, standing.places))

    def _away_by(self, denying: OwnDeny, alike: Alike, *, is_told: bool) -> TakenAway | None:
        """What takes some actions away that a Deny of its own takes on every resource.

        Where that `is_told`, nothing comes before the Deny. Else an answer says it, but on what AWS itself keeps from
        all: there no statement decides, and everywhere else the Deny does.
        """
        told = TakenAway(alike.actions[0], Layer.IDENTITY.value, denying.reference)
        if is_told:
            return told
        cell = self.reach.one_cell(alike)
        away = None if cell is None else self._reaches.away(alike, self._noted((cell,)))
        return told if away is not None and away.by == Layer.NONE.value else away

    def _noted(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Some cells, and what they lean on noted."""
        for cell in cells:
            situation = cell.answer.situation
            if situation is None:
                continue
            if id(situation) not in self._heard:
                self._heard[id(situation)] = situation
                self._note_sign_in(statements_of_resource(situation.question))
            if situation.settled.assumed:
                assumed = in_general(situation.settled.assumed, situation.question, cell.resource)
                self.assumed.update(dict.fromkeys(assumed))
        return cells

    def _notes_of_paths(self, denied: Iterable[str]) -> Iterator[str]:
        """What is left open of actions that are denied though a statement allows them (L36)."""
        allowing = (one for one in self.reach.own.statements_taking(self._wanted) if one.effect is Effect.ALLOW)
        allowed = reduce(or_, map(taken_by_statement, allowing), 0)
        return notes_of_paths(names_in(of_names(denied) & allowed))

    def _note_sign_in(self, statements: Iterable[Statement]) -> None:
        """Note how the principal is taken to have signed in, where statements in play read that (K35, E81)."""
        each = {id(one): one for one in statements}.values()
        self.assumed.update(dict.fromkeys(notes_of_sign_in(self.reach.base, keys_of_sign_in(each))))
