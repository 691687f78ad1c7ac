"""What a decision about a principal can rest on (CH5)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document, statements_written
from iamtui.policy.keys import KeyValue
from iamtui.policy.normal_form import NormalStatement, elements, normal_statement
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Role, Snapshot, User

Level = tuple[Document | None, ...]
Levels = tuple[Level, ...]

FIRST_RCPS = 2
"""The place among the limits after those of boundary and SCPs."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents in force for a user or role, layer by layer, and what else of it decisions see.

    `identity` is pooled; `limits` are boundary, SCPs of the way, and RCPs of each account, None where none applies. A
    document that nobody knows is None. `context` tells the keys of a request.
    """

    entity: User | Role
    identity: Levels
    limits: tuple[Levels | None, ...]
    context: RequestContext

    @property
    def layers(self) -> tuple[Levels | None, ...]:
        """All layers: that of identity policies first."""
        return self.identity, *self.limits

    @property
    def own(self) -> Hashable:
        """All of it that its keys follow from, but where in its organization its account is."""
        return self.entity.tags, self.entity.unique_id, self.entity.trust if isinstance(self.entity, Role) else None

    def value(self, key: str) -> KeyValue:
        """A key that it has in every request, or in none."""
        return self.context.lookup(key)._replace(source="")

    @property
    def documents(self) -> Iterator[Document]:
        """All documents, of every layer."""
        for levels in self.layers:
            for level in levels or ():
                yield from (one for one in level if one is not None)

    @property
    def lets_guests_in(self) -> bool:
        """Whether a service narrows its sessions, whatever policies say."""
        return isinstance(self.entity, Role) and lets_guests_in(self.entity)


def rcps_of(snapshot: Snapshot, accounts: Iterable[str]) -> tuple[Levels | None, ...]:
    """The RCPs over the resources of each account."""
    found = []
    for account in accounts:
        layer = prepare_for(snapshot, Request("anonymous", "s3:GetObject", _OBJECT, account)).applicable.rcp
        found.append(_levels(layer) if layer.applies else None)
    return tuple(found)


_OBJECT = "arn:aws:s3:::any/object"


def inputs_of(snapshot: Snapshot, entity: User | Role | None, rcps: tuple[Levels | None, ...]) -> Inputs | None:
    """What decisions about a user or role of the snapshot rest on; `rcps` are those of all accounts."""
    if entity is None:
        return None
    asked = prepare_for(snapshot, Request(entity.arn, "s3:GetObject", _OBJECT, entity.arn.split(":", 5)[4]))
    found = asked.applicable
    limits = tuple(_levels(one) if one.applies else None for one in (found.permissions_boundary, found.scp))
    return Inputs(entity, _levels(found.identity), (*limits, *rcps), asked.asked.context)


def _levels(layer: AppliedLayer) -> Levels:
    if layer.unknown:
        return ((None,),)
    return tuple(
        (*(policy.document for policy in level.policies), *(() if level.missing is None else (None,)))
        for level in layer.levels
    )


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


def statements_apart(old: Document | None, new: Document | None) -> tuple[Statement, ...]:
    """The statements that only one of two documents has."""
    if old == new:
        return ()
    sides = [_normal(one) for one in (old, new)]
    pairs = (sides, sides[::-1])
    return tuple(one for own, other in pairs for form, one in own.items() if form not in other)


def _normal(document: Document | None) -> dict[NormalStatement, Statement]:
    policy = None if document is None else document.policy
    if not isinstance(policy, PolicyDocument):
        return {}
    return {normal_statement(elements(one, policy)): one for one in policy.statements}
