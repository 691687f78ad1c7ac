"""What a decision about a principal can rest on, and which statements of it differ between two snapshots (CH5)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from iamtui.analysis.queries.index.taking import own_keys
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document, statements_written
from iamtui.policy.normal_form import NormalStatement, elements, normal_statement
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Role, Snapshot, User

Levels = tuple[tuple[Document | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents in force for a principal, layer by layer, and what else of it decisions see.

    `identity` is pooled; `limits` are boundary, SCPs of the way, and RCPs of each account, None where none applies.
    """

    identity: Levels
    limits: tuple[Levels | None, ...]
    own: Hashable

    @property
    def documents(self) -> Iterator[Document]:
        """All documents, of every layer."""
        for levels in (self.identity, *self.limits):
            for level in levels or ():
                yield from (one for one in level if one is not None)


NOBODY = Inputs((), (None, None), None)
"""What a principal rests on that is not there."""


def rcps_of(snapshot: Snapshot, accounts: Iterable[str]) -> tuple[Levels | None, ...]:
    """The RCPs over the resources of each account."""
    found = []
    for account in accounts:
        layer = prepare_for(snapshot, Request("anonymous", "s3:GetObject", _OBJECT, account)).applicable.rcp
        found.append(_levels(layer) if layer.applies else None)
    return tuple(found)


_OBJECT = "arn:aws:s3:::any/object"


def inputs_of(snapshot: Snapshot, entity: User | Role | None, rcps: tuple[Levels | None, ...]) -> Inputs:
    """What decisions about a user or role of the snapshot rest on; `rcps` are those of all accounts."""
    if entity is None:
        return NOBODY
    found = prepare_for(snapshot, Request(entity.arn, "s3:GetObject", _OBJECT, entity.arn.split(":", 5)[4])).applicable
    trust = entity.trust if isinstance(entity, Role) else None  # who may come in, and with which keys (S1, K63)
    own = (entity.tags, entity.unique_id, isinstance(entity, Role) and entity.is_service_linked, trust)
    limits = tuple(_levels(one) if one.applies else None for one in (found.permissions_boundary, found.scp))
    return Inputs(_levels(found.identity), (*limits, *rcps), own)


def _levels(layer: AppliedLayer) -> Levels:
    return tuple(tuple(policy.document for policy in level.policies) for level in layer.levels)


def differing_statements(old: Inputs, new: Inputs) -> tuple[Statement, ...]:
    """The statements by which two sides of a principal can be told apart; none if its decisions cannot differ.

    Where a limit comes or goes whole, or a document is not known, that is whatever its own policies say.
    """
    found: dict[int, Statement] = {}
    whole = _unknown(old) != _unknown(new)
    for before, after in zip_longest((old.identity, *old.limits), (new.identity, *new.limits)):
        if before == after:
            continue
        if before is None or after is None or len(before) != len(after) > 0 < len(before):
            whole = True
        found.update((id(one), one) for one in _apart(before or (), after or ()))
    if old.own != new.own and NOBODY not in (old, new):
        named = (one for side in (old, new) for one in statements_in(side.documents) if own_keys(one))
        found.update((id(one), one) for one in named)
    if whole:
        found.update((id(one), one) for side in (old, new) for level in side.identity for one in statements_in(level))
    return tuple(found.values())


def _unknown(side: Inputs) -> tuple[int, ...]:
    """How many documents are not known, layer by layer."""
    layers = (side.identity, *side.limits)
    return tuple(sum(one is None for level in levels or () for one in level) for levels in layers)


def _apart(before: Levels, after: Levels) -> Iterator[Statement]:
    """The statements that only one side has, level by level."""
    for place in range(max(len(before), len(after))):
        held = [levels[place] if place < len(levels) else () for levels in (before, after)]
        sides = [_normal(one for one in own if one not in other) for own, other in (held, held[::-1])]
        for own, other in (sides, sides[::-1]):
            yield from (statement for form, statement in own.items() if form not in other)


def _normal(documents: Iterable[Document | None]) -> dict[NormalStatement, Statement]:
    found: dict[NormalStatement, Statement] = {}
    for document in documents:
        policy = None if document is None else document.policy
        if isinstance(policy, PolicyDocument):
            for statement in policy.statements:
                found[normal_statement(elements(statement, policy))] = statement
    return found


def statements_apart(old: Document | None, new: Document | None) -> tuple[Statement, ...]:
    """The statements that only one of two documents has."""
    return tuple(_apart(((old,),), ((new,),)))


def statements_in(documents: Iterable[Document | None]) -> Iterator[Statement]:
    """All statements of documents; what cannot be read has none."""
    for document in documents:
        yield from statements_written(document)


def policy_of(snapshot: Snapshot, arn: str) -> Document | None:
    """The policy of a resource, or the trust policy of a role."""
    resource = snapshot.resources.get(arn)
    if resource is not None:
        return resource.policy
    role = snapshot.role(arn)
    return None if role is None else role.trust
