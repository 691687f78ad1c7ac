"""Labels that principals share for whom nothing in play can differ, so that a matrix asks once for all of them (WC2).

Two principals of one kind, account and boundary whose policies take an action by statements that say the same are
decided alike on every resource, if none of these, nor a policy of a resource, reads one's own keys or names one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.alike import Alike
from iamtui.analysis.queries.ground import Ground
from iamtui.analysis.queries.known_resources import Known
from iamtui.analysis.queries.shapes import Shape
from iamtui.analysis.queries.situations import Marks
from iamtui.analysis.queries.taking import content_of, own_keys
from iamtui.analysis.queries.written import names_in
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.document import statements_written
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import InvalidDocument, Statement

_OF_ONE_ALONE = (
    EntryKind.USER,
    EntryKind.ROLE,
    EntryKind.ROLE_SESSION,
    EntryKind.FEDERATED_USER,
    EntryKind.UNIQUE_ID,
    EntryKind.SERVICE,
    EntryKind.PROVIDER,
)
"""Principals of which each is itself: a statement that names no others says nothing to whom it does not name."""


class Frame(NamedTuple):
    """All that labels hang on of a principal but what its statements take.

    `identity` are the statements of its own policies, `beside` those of its boundary and of each level of its SCPs.
    """

    kind: Hashable
    names: frozenset[str]
    identity: frozenset[int]
    beside: tuple[frozenset[int], ...]


class _Told(NamedTuple):
    """What policies of resources say of principals: whom they name, and by which keys they tell others apart."""

    names: frozenset[str]
    marks: Marks
    keys: tuple[str, ...]


class SharedLabels:
    """The labels that were found for one question."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._own: dict[int, tuple[str, ...]] = {}
        self._contents: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._told: dict[int, _Told] = {}
        self.labels: dict[Hashable, str | None] = {}

    def frame_of(self, base: PreparedRequest) -> Frame | None:
        """The frame of the principal of a request; None for one that shares with nobody."""
        caller, applicable = base.subject.caller, base.applicable
        entity = caller.entity
        own = (applicable.identity, applicable.permissions_boundary)
        if entity is None or any(layer.unknown or _has_unread(layer) for layer in own):
            return None
        kind = (caller.kind, caller.account, caller.is_service_linked, entity.boundary)
        names = frozenset((entity.arn, entity.unique_id, entity.name.lower()))
        levels = (*applicable.permissions_boundary.levels, *applicable.scp.levels)
        beside = tuple(frozenset(map(id, _statements_of(level))) for level in levels)
        return Frame(kind, names, frozenset(map(id, statements_in(applicable.identity))), beside)

    def key_of(
        self, frame: Frame, alike: Alike, own: Hashable = None, shaped: tuple[Statement, Shape] | None = None
    ) -> Hashable | None:
        """What the label of some actions is kept under; None where it is the principal's own.

        `own` is what the keys of its own are that the statements read, where that is known; `shaped` is a statement
        of which only the shape of its resources counts.
        """
        action = alike.actions[0]
        every = (*alike.statements, *self.ground.protecting(action))
        if own is None and any(self.own_keys(statement) for statement in every):
            return None
        told = self.told_of(action)
        if told is not None and ((told.keys and own is None) or not told.names.isdisjoint(frame.names)):
            return None
        left = [one for one in alike.statements if shaped is None or one is not shaped[0]]
        identity: frozenset[Hashable] = frozenset(self.content(one) for one in left if id(one) in frame.identity)
        if shaped is not None:
            identity |= {(shaped[1], shaped[0].invalid is None, frozenset(map(id, shaped[0].conditions)))}
        beside = (
            *(frozenset(self.content(one) for one in left if id(one) in level) for level in frame.beside),
            frozenset(map(self.content, self.ground.protecting(action))),
        )
        return frame.kind, action if alike.kind is None else alike.nature, identity, beside, own

    def content(self, statement: Statement) -> int:
        """A number for what a statement says where it takes the action, whoever wrote it."""
        found = self._contents.get(id(statement))
        if found is None:
            found = self._contents[id(statement)] = self._numbers.setdefault(content_of(statement), len(self._numbers))
        return found

    def own_keys(self, statement: Statement) -> tuple[str, ...]:
        """The keys of a principal's own that a statement reads."""
        found = self._own.get(id(statement))
        if found is None:
            found = self._own[id(statement)] = own_keys(statement)
        return found

    def told_of(self, action: str) -> _Told | None:
        """What the policies of the known resources that an action takes say of principals; None where there are none.

        Those of IAM's own entities are trust policies, which its actions do not ask.
        """
        found = catalog.action(action)
        known = () if found is None or found.service == "iam" else self.ground.known.of(found)
        if not known:
            return None
        key = id(known)  # kept by the ground
        if key not in self._told:
            reading = [one for each in known for one in _to_others(each) if own_keys(one)]
            keys = tuple(sorted({key for one in reading for key in own_keys(one)}))
            self._told[key] = _Told(frozenset(names_in(known)), Marks(reading), keys)
        return self._told[key]


def _to_others(known: Known) -> Iterator[Statement]:
    """The statements of a resource's policy that may match whom they do not name."""
    for statement in statements_written(known.policy):
        principal = statement.principal
        if principal is None or principal.negated or any(one.kind not in _OF_ONE_ALONE for one in principal.entries):
            yield statement


def _has_unread(layer: AppliedLayer) -> bool:
    documents = (policy.document for level in layer.levels for policy in level.policies)
    return any(document is None or isinstance(document.policy, InvalidDocument) for document in documents)


def statements_in(layer: AppliedLayer) -> Iterator[Statement]:
    """All statements of a layer that can be read."""
    for level in layer.levels:
        yield from _statements_of(level)


def _statements_of(level: AppliedLevel) -> Iterator[Statement]:
    for policy in level.policies:
        yield from statements_written(policy.document)
