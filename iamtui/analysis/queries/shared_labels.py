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
from iamtui.analysis.queries.holders import own_keys
from iamtui.analysis.queries.known_resources import Known
from iamtui.analysis.queries.written import names_in
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import InvalidDocument, PolicyDocument, Statement

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

    `identity` are the statements of its own policies, `beside` those of its boundary and SCPs.
    """

    kind: Hashable
    names: frozenset[str]
    identity: frozenset[int]
    beside: frozenset[int]


class _Told(NamedTuple):
    """What policies of the resources of a service say of principals: whom they name, and whether they read own keys."""

    names: frozenset[str]
    reads_own: bool


class SharedLabels:
    """The labels that were found for one question."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._own: dict[int, bool] = {}
        self._contents: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._told: dict[int, _Told] = {}
        self.labels: dict[Hashable, str] = {}

    def frame_of(self, base: PreparedRequest) -> Frame | None:
        """The frame of the principal of a request; None for one that shares with nobody."""
        caller, applicable = base.subject.caller, base.applicable
        entity = caller.entity
        own = (applicable.identity, applicable.permissions_boundary)
        if entity is None or any(layer.unknown or _has_unread(layer) for layer in own):
            return None
        kind = (caller.kind, caller.account, caller.is_service_linked, entity.boundary)
        names = frozenset((entity.arn, entity.unique_id, entity.name.lower()))
        beside = (*_statements_of(applicable.permissions_boundary), *_statements_of(applicable.scp))
        return Frame(kind, names, frozenset(map(id, _statements_of(applicable.identity))), frozenset(map(id, beside)))

    def key_of(self, frame: Frame, alike: Alike) -> Hashable | None:
        """What the label of some actions is kept under; None where it is the principal's own."""
        action = alike.actions[0]
        every = (*alike.statements, *self.ground.protecting(action))
        if any(self._reads_own(statement) for statement in every):
            return None
        found = catalog.action(action)
        known = () if found is None or found.service == "iam" else self.ground.known.of(found)
        if known:
            told = self._told_by(known)
            if told.reads_own or not told.names.isdisjoint(frame.names):
                return None
        identity = frozenset(self._content(one) for one in alike.statements if id(one) in frame.identity)
        others = (one for one in alike.statements if id(one) in frame.beside)
        beside = frozenset(map(self._content, (*others, *self.ground.protecting(action))))
        return frame.kind, action if alike.kind is None else alike.nature, identity, beside

    def _content(self, statement: Statement) -> int:
        """A number for what a statement says where it takes the action, whoever wrote it."""
        found = self._contents.get(id(statement))
        if found is None:
            element = statement.resource
            resource = None if element is None else (element.negated, frozenset(element.texts), element.variables)
            said = (statement.effect, resource, frozenset(map(id, statement.conditions)), statement.principal is None)
            found = self._contents[id(statement)] = self._numbers.setdefault(said, len(self._numbers))
        return found

    def _reads_own(self, statement: Statement) -> bool:
        found = self._own.get(id(statement))
        if found is None:
            found = self._own[id(statement)] = bool(own_keys(statement))
        return found

    def _told_by(self, known: tuple[Known, ...]) -> _Told:
        key = id(known)  # kept by the ground
        if key not in self._told:
            reads = any(own_keys(one) for each in known for one in _to_others(each))
            self._told[key] = _Told(frozenset(names_in(known)), reads)
        return self._told[key]


def _to_others(known: Known) -> Iterator[Statement]:
    """The statements of a resource's policy that may match whom they do not name."""
    content = None if known.policy is None else known.policy.policy
    for statement in content.statements if isinstance(content, PolicyDocument) else ():
        principal = statement.principal
        if principal is None or principal.negated or any(one.kind not in _OF_ONE_ALONE for one in principal.entries):
            yield statement


def _has_unread(layer: AppliedLayer) -> bool:
    documents = (policy.document for level in layer.levels for policy in level.policies)
    return any(document is None or isinstance(document.policy, InvalidDocument) for document in documents)


def _statements_of(layer: AppliedLayer) -> Iterator[Statement]:
    for level in layer.levels:
        for policy in level.policies:
            content = None if policy.document is None else policy.document.policy
            yield from content.statements if isinstance(content, PolicyDocument) else ()
