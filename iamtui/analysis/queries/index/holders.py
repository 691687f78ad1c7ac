"""Everybody who can ask in the exported accounts, with the policies that each carries: the index behind questions."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from iamtui.analysis.queries.index.action_lists import ActionLists
from iamtui.analysis.queries.index.carrying import Carrying
from iamtui.analysis.queries.index.marks import mark_of
from iamtui.analysis.queries.index.speaking import SpeakingDocuments
from iamtui.analysis.queries.index.statements import Relevance, is_name_stated
from iamtui.analysis.queries.index.taking import Side, Taking, taking_of
from iamtui.evaluation.applicable.from_snapshot import (
    GroupPolicies,
    PrincipalSide,
    identity_policies,
    managed_policy,
    principal_side,
)
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.request.caller import Caller, CallerKind, caller_of, identify
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.files.collector import collector_waiting
from iamtui.patterns import bits_of
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Role, Snapshot, User

_MOST_ACTIONS = 64  # for how many the statements that take them are kept
_MOST_RELEVANT = 8  # for how many requests what documents say to them is kept
_MOST_SAID = 50_000
Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Frame(NamedTuple):
    """All that a decision can see of its caller but identity policies, name, tags and what else is the entity's own."""

    kind: CallerKind
    account: str
    is_service_linked: bool = False
    is_for_guests: bool = False
    boundary: str | None = None

    @property
    def side(self) -> Side:
        """Kind and account."""
        return Side(self.kind, self.account)

    @property
    def unbounded(self) -> Frame:
        """The frame of one without a boundary."""
        return self if self.boundary is None else self._replace(boundary=None)


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, role or root user of an exported account; `entity` is None for root.

    `policies` are its identity policies, for a user with those of its groups.
    """

    arn: str
    frame: Frame
    entity: User | Role | None
    policies: tuple[AppliedPolicy, ...] = ()

    @property
    def kind(self) -> str:
        """The word of reports: user, role or root."""
        return "root" if self.frame.kind is CallerKind.ROOT else self.frame.kind.value

    @property
    def order(self) -> tuple[str, str, str, str]:
        """By account, kind, path and name (WC6)."""
        entity = self.entity
        return (self.frame.account, self.kind, entity.path if entity else "", entity.name if entity else "")


class Holders:
    """The index of one snapshot, made once and kept; which statements take an action is found when it is asked.

    Attributes:
        all: everybody, in the order of reports.
        places: where one stands in `all`, by ARN and by unique id.
        sides: the places of those of one kind and account, which stand side by side.
        carrying: which policies they carry.
        frames: the places of the members of each frame.
        kinds: by place the frame of each without its boundary.
        unbounded: for each frame without a boundary all who have it, or have it but for a boundary, as a set.
        first_frames: for each kind and account the frame of the first, without its boundary.
        roots: the places of root users.
        values: keys of the entities themselves, by place, as far as a question has asked for them.
        tests: how lines of Condition blocks came out for questions before.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.places: dict[str, int] = {}
        self.sides: dict[Side, range] = {}
        self.frames: dict[Frame, list[int]] = {}
        self.values: dict[tuple[str, Unstated], dict[int, KeyValue]] = {}
        self.tests = TestsOnce()
        self._marks: dict[int, str | None] = {}
        self._for_services: dict[int, bool] = {}
        self._lists: ActionLists | None = None
        self._callers: dict[int, Caller] = {}
        self._names: dict[str, list[int]] = {}
        self._principal_sides: dict[int, PrincipalSide] = {}
        self._bounding: dict[str, dict[Frame, Taking | None]] = {}
        self._taking: dict[str, Mapping[int, Taking]] = {}
        self._speaking: dict[str, SpeakingDocuments] = {}
        self._relevant: dict[Hashable, dict[Hashable, Relevance]] = {}
        with collector_waiting():
            self.all: tuple[Holder, ...] = tuple(sorted(_everybody(snapshot), key=lambda holder: holder.order))
            for place, holder in enumerate(self.all):
                self._note(place, holder)
            self.carrying = Carrying(self.all, self.sides)
        self.roots = [place for place, holder in enumerate(self.all) if holder.entity is None]
        without = {frame: frame.unbounded for frame in self.frames}
        self.kinds = [without[holder.frame] for holder in self.all]
        self.unbounded = self._without_boundaries()
        self.first_frames = {side: self.kinds[places.start] for side, places in self.sides.items()}

    def _note(self, place: int, holder: Holder) -> None:
        self.places[holder.arn] = place
        if holder.entity is not None:
            self.places[holder.entity.unique_id] = place
        self.frames.setdefault(holder.frame, []).append(place)
        side = holder.frame.side
        self.sides[side] = range(self.sides.get(side, range(place, place)).start, place + 1)

    def read(self) -> Holders:
        """Read every document as far as to find it by its actions, as the first question must."""
        with collector_waiting():
            self._action_lists()
        return self

    def _action_lists(self) -> ActionLists:
        if self._lists is None:
            self._lists = ActionLists(self.carrying.documents)
        return self._lists

    def _without_boundaries(self) -> dict[Frame, int]:
        found: dict[Frame, list[int]] = {}
        for frame, places in self.frames.items():
            found.setdefault(frame.unbounded, []).extend(places)
        return {frame: self.bits_of(places) for frame, places in found.items()}

    def bits_of(self, places: Iterable[int]) -> int:
        """Some places as a set: the bits of an integer."""
        return bits_of(places, len(self.all))

    def named_in(self, texts: Iterable[str]) -> set[int]:
        """The places of those whose name is part of one of some texts."""
        if not self._names:
            for place, holder in enumerate(self.all):
                if holder.entity is not None:
                    self._names.setdefault(holder.entity.name, []).append(place)
        lengths = sorted({len(name) for name in self._names})
        found: set[int] = set()
        for text in texts:
            for length in lengths:
                for start in range(len(text) - length + 1):
                    found.update(self._names.get(text[start : start + length], ()))
        return found

    def mark_of(self, place: int) -> str | None:
        """What sort of role it is, where it is one that nobody made for people (WC11)."""
        try:
            return self._marks[place]
        except KeyError:
            found = self._marks[place] = mark_of(self.all[place].entity, self._for_services)
            return found

    def side_of(self, place: int) -> PrincipalSide:
        """The policies in force for one who stands for others, whatever is asked."""
        found = self._principal_sides.get(place)
        if found is None:
            found = self._principal_sides[place] = principal_side(self.snapshot, self.caller(place))
        return found

    def caller(self, place: int) -> Caller:
        """The caller of a request that one makes."""
        found = self._callers.get(place)
        if found is None:
            holder = self.all[place]
            entity = holder.entity
            found = identify(holder.arn, self.snapshot) if entity is None else caller_of(entity, holder.frame.account)
            self._callers[place] = found
        return found

    def taking(self, action: str) -> Mapping[int, Taking]:
        """By identity, the documents of which a statement takes `action`, in any letter case, and the unreadable."""
        folded = action.lower()
        found = self._taking.get(folded)
        if found is None:
            with collector_waiting():
                found = {one.key: one.taking for one in self._action_lists().taking(folded)}
            self._taking = _with_room(self._taking)
            self._taking[folded] = found
        return found

    def bounding(self, action: str) -> dict[Frame, Taking | None]:
        """For each frame with a boundary the statements of it that take `action`; None where it was not exported."""
        folded = action.lower()
        found = self._bounding.get(folded)
        if found is None:
            with collector_waiting():
                found = dict(self._bounding_anew(folded))
            self._bounding = _with_room(self._bounding)
            self._bounding[folded] = found
        return found

    def _bounding_anew(self, folded: str) -> Iterator[tuple[Frame, Taking | None]]:
        known: dict[int, Taking] = {}
        for frame in self.frames:
            if frame.boundary is not None:
                document = managed_policy(self.snapshot, frame.account, frame.boundary, "boundary", None).document
                if document is None:
                    yield frame, None
                    continue
                if id(document) not in known:
                    known[id(document)] = taking_of(document, folded) or Taking(document, ())
                yield frame, known[id(document)]

    def speaking(self, action: str) -> SpeakingDocuments:
        """The same, those together that say the same of the action; read as far as resources are asked about."""
        folded = action.lower()
        found = self._speaking.get(folded)
        if found is None:
            with collector_waiting():
                found = SpeakingDocuments(self._action_lists().taking(folded), self.carrying.carriers)
            self._speaking = _with_room(self._speaking)
            self._speaking[folded] = found
        return found

    def relevant(self, request: Request, resources: Sequence[str] | None) -> dict[Hashable, Relevance]:
        """What documents were found to say of an action on some resources: who asks the same again looks there first.

        By document, kind of policy, and all else that counts: what is equal for those who hear the same.
        """
        key = request.action.lower(), resources, is_name_stated(request)
        found = self._relevant.get(key)
        if found is None or len(found) > _MOST_SAID:  # what reads the time of the request is never found again
            self._relevant = _with_room(self._relevant, _MOST_RELEVANT)
            found = self._relevant[key] = {}
        return found


def _with_room(kept: dict[Key, Kept], most: int = _MOST_ACTIONS) -> dict[Key, Kept]:
    """What is kept, the older half left out where it is too much."""
    return kept if len(kept) < most else dict(list(kept.items())[most // 2 :])


class _Latest:
    """The index of the snapshot that was asked last: the next question to it finds it made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: Holders | None = None

    def of(self, snapshot: Snapshot) -> Holders:
        with self._lock:
            if self._holders is None or self._holders.snapshot is not snapshot:
                self._holders = Holders(snapshot).read()
            return self._holders


_LATEST = _Latest()


def holders_of(snapshot: Snapshot) -> Holders:
    """The index of a snapshot; that of the one that was asked last is kept."""
    return _LATEST.of(snapshot)


def _everybody(snapshot: Snapshot) -> Iterator[Holder]:
    groups: GroupPolicies = {}
    for account in snapshot.accounts.values():
        number = account.account_id
        yield Holder(f"arn:{account.partition}:iam::{number}:root", Frame(CallerKind.ROOT, number), None)
        for user in filter(can_be_named, (account.users or {}).values()):
            frame = Frame(CallerKind.USER, number, boundary=user.boundary)
            yield Holder(user.arn, frame, user, tuple(identity_policies(snapshot, user, groups)))
        for role in filter(can_be_named, (account.roles or {}).values()):
            frame = Frame(CallerKind.ROLE, number, role.is_service_linked, lets_guests_in(role), role.boundary)
            yield Holder(role.arn, frame, role, tuple(identity_policies(snapshot, role)))


def can_be_named(entity: User | Role) -> bool:
    """Whether a request can name it: its ARN ends in its name; the reader tells of one that does not."""
    return entity.arn.rpartition("/")[2] == entity.name
