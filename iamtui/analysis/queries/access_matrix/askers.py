"""Those who are asked about one after another, with what their labels depend on (AM1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.own_marks import marks_of
from iamtui.analysis.queries.access_matrix.said import Held, Said, said_by
from iamtui.analysis.queries.index.holders import Holder
from iamtui.evaluation.applicable.common import not_applied, pooled
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide, principal_side
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.applicable.scoped_sessions import lets_guests_in
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.keys import derive
from iamtui.evaluation.matching.statements import MatchContext, match_resource
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind, caller_of, identify
from iamtui.evaluation.request.context import RequestContext, listed
from iamtui.evaluation.request.request import Request
from iamtui.patterns import Wild
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement
from iamtui.policy.statement import PolicyDocument, PolicyKind, Statement
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Role, Snapshot


class Kind(NamedTuple):
    """All that labels depend on of a principal but its name, its values and the statements of its policies."""

    kind: CallerKind
    account: str
    is_service_linked: bool
    is_bounded: bool


class Asker:
    """One who is asked about; what only some questions need is made when they need it."""

    def __init__(
        self,
        askers: Askers,
        holder: Holder,
        kind: Kind,
        policies: Sequence[tuple[AppliedPolicy, Said]],
        guarded: Asker | None = None,
        denying: frozenset[int] | None = None,
    ) -> None:
        self._askers = askers
        self._guarded = guarded
        self._denying = denying
        self.holder = holder
        self.kind = kind
        self.policies = policies

    def unguarded(self) -> Asker:
        """The same as if nothing denied and no boundary and no SCP bound it; this one does not know of it."""
        return Asker(self._askers, self.holder, self.kind._replace(is_bounded=False), self.policies, self, frozenset())

    def denied_by(self, statements: Iterable[Statement]) -> Asker:
        """The same as if no other statements of its identity policies denied."""
        denying = frozenset(map(id, statements))
        return Asker(self._askers, self.holder, self.kind, self.policies, self._guarded, denying)

    @property
    def names(self) -> frozenset[str]:
        """What policies of resources may name it by."""
        entity = self.holder.entity
        return frozenset() if entity is None else frozenset((entity.arn, entity.unique_id, entity.name.lower()))

    @cached_property
    def side(self) -> PrincipalSide:
        """The policies in force for it."""
        return self._askers.side_of(self.holder) if self._guarded is None else _lifted(self._guarded.side)

    @cached_property
    def asked(self) -> MatchContext:
        """A request of it on no resource."""
        return self._askers.asked_of(self) if self._guarded is None else self._guarded.asked

    def side_with(self, one: Held | None, *, whole: bool = False) -> PrincipalSide:
        """Its side with one Allow beside its Denies, or with none; `whole` as if the Allow were about all resources."""
        denying = self._denying
        held = [
            (policy, one.statement)
            for policy, said in self.policies
            for one in said.denies
            if denying is None or id(one.statement) in denying
        ]
        policies = [_with(policy, policy.document and policy.document.only(each.index)) for policy, each in held]
        if one is not None and one.policy.document is not None:
            said = about(one.statement, ANY_RESOURCE) if whole else one.statement
            policies.append(_with(one.policy, one.policy.document.saying(said)))
        return self.side._replace(identity=self.side.identity._replace(levels=(pooled(policies),)))

    def marks(
        self,
        keys: Sequence[str],
        statements: Sequence[Statement],
        beside: Sequence[Statement] = (),
        *,
        knows_tags: bool = True,
    ) -> Hashable:
        """What of its own keys can matter to some statements, as `marks_of` finds it."""
        return marks_of(self.asked.context, keys, statements, beside, knows_tags=knows_tags)

    def texts_of(self, element: ResourceElement) -> tuple[str, ...] | None:
        """The patterns of an element with its values in place; None where one of them is not known, or no plain text.

        What has no value matches nothing (V8).
        """
        if not element.variables or not any("${" in text for text in element.texts):
            return element.texts
        if any(Wild.ANY in pattern.head for pattern in element.patterns):
            return None  # a star that takes colons too, and so names of other types (L30)
        found: list[str] = []
        for pattern in element.patterns:
            if pattern.static is not None:
                if "${" in pattern.text:
                    return None
                found.append(pattern.text)
                continue
            resolved = pattern.rest.resolve_parts(self.asked.context)
            if resolved is None:
                continue
            written = [one.folded for one in pattern.variables]
            values = [text for key in written for text in self.asked.context.lookup(key).values]
            if resolved[2] or len(values) != len(written) or not all(map(_is_plain, values)):
                return None
            found.append(pattern.text[: -len(pattern.rest.text)] + resolved[1])
        return tuple(found)


def about(statement: Statement, resource: str) -> Statement:
    """A statement as if it were about what one pattern without variables matches."""
    return replace(statement, resource=ResourceElement((resource,), negated=False, variables=False))


def _lifted(side: PrincipalSide) -> PrincipalSide:
    """A side without the layers that only take away."""
    layers = (
        not_applied((one.layer, one.kind, one.account), "it lets everything through")
        for one in (side.scp, side.permissions_boundary)
    )
    scp, boundary = layers
    return side._replace(scp=scp, permissions_boundary=boundary)


def _with(policy: AppliedPolicy, document: Document | None) -> AppliedPolicy:
    return policy._replace(document=document)


_NOT_PLAIN = frozenset("*?$:/")


def _is_plain(value: str) -> bool:
    return bool(value) and _NOT_PLAIN.isdisjoint(value)


class Askers:
    """Finds those who are asked about of one question; `wanted` are the actions that it asks about."""

    def __init__(self, snapshot: Snapshot, request: Request, wanted: int) -> None:
        self.snapshot = snapshot
        self.request = request
        self._wanted = wanted
        self._tells_all_apart = any(key.lower() in ("aws:sourcevpc", "aws:sourcevpce") for key in request.context)
        self._said: dict[int, Said] = {}
        self._bases: dict[Kind, PreparedRequest] = {}
        self._unlisted: dict[Hashable, MatchContext] = {}
        self._taking: dict[Hashable, Truth] = {}
        self._boundaries: dict[Hashable, tuple[Statement, ...] | None] = {}

    def of(self, holder: Holder) -> Asker | None:
        """One who is asked about; None for one that shares nothing with others."""
        entity, frame = holder.entity, holder.frame
        if entity is None or self._tells_all_apart or (isinstance(entity, Role) and lets_guests_in(entity)):
            return None
        policies: list[tuple[AppliedPolicy, Said]] = []
        for policy in holder.policies:
            content = None if policy.document is None else policy.document.policy
            if not isinstance(content, PolicyDocument):
                return None
            said = self._said.get(id(content))
            if said is None:
                said = self._said[id(content)] = said_by(content, self._wanted)
            policies.append((policy, said))
        kind = Kind(frame.kind, frame.account, frame.is_service_linked, entity.boundary is not None)
        asker = Asker(self, holder, kind, policies)
        if entity.boundary is not None and self.boundary_of(asker) is None:
            return None
        return asker

    def boundary_of(self, asker: Asker) -> tuple[Statement, ...] | None:
        """The statements of its boundary; None where it cannot be read."""
        entity = asker.holder.entity
        key = (asker.kind.account, None if entity is None else entity.boundary)
        if key not in self._boundaries:
            self._boundaries[key] = _statements_of(asker.side.permissions_boundary)
        return self._boundaries[key]

    def base_of(self, asker: Asker) -> PreparedRequest:
        """Some request of one of its kind."""
        found = self._bases.get(asker.kind)
        if found is None:
            side = self.side_of(asker.holder)
            found = self._bases[asker.kind] = self.prepared("sts:GetCallerIdentity", ANY_RESOURCE, side)
        return found

    def scps_of(self, asker: Asker) -> AppliedLayer:
        """The SCPs over it, which are those of all of its kind."""
        return self.base_of(asker).applicable.scp

    def asked_of(self, asker: Asker) -> MatchContext:
        """A request of one on no resource, as the statements that its own policies hold are matched against."""
        entity, base = asker.holder.entity, self.base_of(asker)
        if entity is None:
            return base.asked
        caller = caller_of(entity, asker.kind.account)
        subject = base.subject._replace(caller=caller)
        context = RequestContext(subject, listed(self.request.context), derive)
        return base.asked._replace(caller=caller, context=context)

    def taking_unlisted(self, asker: Asker, action: str, texts: tuple[str, ...]) -> Truth:
        """Whether patterns take what AWS asks about for an action without resource types (L36)."""
        key = (asker.kind, action)
        if (key, texts) not in self._taking:
            if key not in self._unlisted:
                self._unlisted[key] = self.prepared(action, ANY_RESOURCE, asker.side).asked
            element = ResourceElement(texts, negated=False, variables=False)
            self._taking[key, texts] = match_resource(element, PolicyKind.IDENTITY, self._unlisted[key])
        return self._taking[key, texts]

    def side_of(self, holder: Holder) -> PrincipalSide:
        """The policies in force for one."""
        return principal_side(self.snapshot, identify(holder.arn, self.snapshot))

    def prepared(self, action: str, resource: str, side: PrincipalSide) -> PreparedRequest:
        """A request of one with the policies of a side."""
        request = replace(self.request, principal=side.caller.text, action=action, resource=resource)
        return prepare_for(self.snapshot, request, side)


def _statements_of(layer: AppliedLayer) -> tuple[Statement, ...] | None:
    """The statements of a layer of one level; None where something of it cannot be read."""
    documents = [policy.document for level in layer.levels for policy in level.policies]
    if layer.unknown or not all(one is not None and isinstance(one.policy, PolicyDocument) for one in documents):
        return None
    return tuple(one for document in documents for one in statements_written(document))
