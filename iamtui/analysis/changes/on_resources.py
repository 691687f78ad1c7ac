"""What changes of a resource's own policy do to everybody (CH5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.changes.action_classes import keys_tested, nature, taken_by
from iamtui.analysis.changes.inputs import policy_of, statements_apart, statements_in
from iamtui.analysis.changes.labels import CONDITIONAL, DENIED, WITH_OR_WITHOUT_MFA, Asker
from iamtui.analysis.changes.shares import Asked, ClassLabels
from iamtui.analysis.placed_documents import documents_of
from iamtui.analysis.queries.actions.alike import listed_of
from iamtui.analysis.queries.deciding.answers import Situation
from iamtui.analysis.queries.deciding.asking import Asking
from iamtui.analysis.queries.everybody.results import LABELS
from iamtui.analysis.queries.index.action_sets import names_in
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.keys.derived import tag_value
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import Request
from iamtui.patterns import Part, Wild
from iamtui.policy.cells import cells_of
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.meeting import may_meet
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import OrganizationPolicy, Resource, Snapshot

_INSIDES = {"s3:bucket": "/", "s3:accesspoint": "/object/", "lambda:function": ":"}


class OnResources:
    """Asks everybody about resources that changed, on both sides."""

    def __init__(self, old: Snapshot, new: Snapshot, asker: Asker, only: Collection[str] | None) -> None:
        """`only` are the actions to ask about, None for all."""
        self._snapshots = (old, new)
        self._asker = asker
        self._only = only
        self.complete = True

    @cached_property
    def _holders(self) -> tuple[Holders, ...]:
        return tuple(map(Holders, self._snapshots))

    def differences(self, resources: Iterable[str]) -> dict[str, tuple[ClassLabels, ...]]:
        """For each user and role that can do something else on one of these, by its ARN, what."""
        found: dict[str, list[ClassLabels]] = {}
        for arn in resources:
            sides = self._holders
            statements = tuple(self._statements_of(arn))
            for actions in self._classes(arn, tuple(self._concerning(arn, statements)), sides):
                labels: dict[str, list[Asked]] = {}
                for resource in self._witnesses(arn, actions[0], statements, sides):
                    for principal, asked in self._asked(actions[0], resource, sides):
                        labels.setdefault(principal, []).append(asked)
                told: dict[Hashable, ClassLabels] = {}
                for principal, several in labels.items():
                    key = tuple(map(id, several))  # what is decided alike is one and the same
                    if key not in told:
                        told[key] = ClassLabels(actions, tuple(several), statements, is_part=True)
                    found.setdefault(principal, []).append(told[key])
        return {principal: tuple(several) for principal, several in found.items()}

    def _classes(
        self, arn: str, statements: Sequence[Statement], sides: Sequence[Holders]
    ) -> Iterator[tuple[str, ...]]:
        """The actions that the statements take on the resource, those together that nobody's policies tell apart."""
        policies = [policy.document for side in self._snapshots for policy in _organization_policies(side)]
        own = [policy_of(side, arn) for side in self._snapshots]
        beside = (*statements, *statements_in((*own, *policies)))
        found: dict[Hashable, list[str]] = {}
        for action in names_in(taken_by(statements, self._only)):
            if not self._is_taken(action, arn):
                continue
            folded = action.lower()
            service = folded.partition(":")[0]
            taking = [
                one.statement for side in sides for held in side.taking(action).values() for one in held.statements
            ]
            taking += [one for one in beside if one.action.matches(folded, service)]
            listed = listed_of(action, keys_tested(taking))
            signature = frozenset(map(id, taking)), nature(action, by_type=True), listed
            found.setdefault(signature, []).append(action)
        yield from map(tuple, found.values())

    def _is_taken(self, action: str, arn: str) -> bool:
        details = catalog.action(action)
        inside = self._inside(arn)
        return details is not None and (
            catalog.fits(details, arn) or (inside is not None and catalog.fits(details, f"{arn}{inside}x"))
        )

    def _inside(self, arn: str) -> str | None:
        """What begins the names of the things in a resource."""
        resource = next((side.resources[arn] for side in self._snapshots if arn in side.resources), None)
        return None if resource is None else _INSIDES.get(resource.kind)

    def _asked(self, action: str, resource: str, sides: Sequence[Holders]) -> Iterator[tuple[str, Asked]]:
        """Those whose label differs and who are there on both sides; of those in the same situations one is asked."""
        request = Request("anonymous", action, resource, at=self._asker.at)
        before, after = (_standings(side, request) for side in sides)
        found: dict[Hashable, Asked] = {}
        for principal in dict.fromkeys((*before, *after)):
            standing, other = before.get(principal, _CANNOT), after.get(principal, _CANNOT)
            if standing.label == other.label or not all(principal in side.places for side in sides):
                continue
            key = (standing.key(principal), other.key(principal))
            if key not in found:
                old, new = (self._asker.label(side, principal, action, resource) for side in self._snapshots)
                found[key] = Asked(resource, old, new, (action, resource))
            if found[key].old.label != found[key].new.label:
                yield principal, found[key]

    def _statements_of(self, arn: str) -> Iterator[Statement]:
        """The statements by which a resource's two sides are told apart."""
        old, new = (policy_of(side, arn) for side in self._snapshots)
        before, after = (side.resources.get(arn) for side in self._snapshots)
        yield from statements_apart(old, new)
        if before is not None and after is not None and _settings(before) != _settings(after):
            yield from statements_in((old, new))
        for key, several in self._reading_attributes.items():
            if len({_attribute(side, arn, key) for side in self._snapshots}) > 1:
                yield from several

    def _concerning(self, arn: str, statements: Iterable[Statement]) -> Iterator[Statement]:
        """The statements but for those that speak to nobody who is exported, where the two sides differ by no more."""
        documents = (policy_of(side, arn) for side in self._snapshots)
        are_read = all(one is not None and isinstance(one.policy, PolicyDocument) for one in documents)
        before, after = (side.resources.get(arn) for side in self._snapshots)
        are_set_alike = before is after or (before and after and _settings(before) == _settings(after))
        accounts = {number for side in self._snapshots for number in side.accounts}
        for one in statements:
            if not (are_read and are_set_alike) or _may_speak_to(one, accounts):
                yield one

    @cached_property
    def _reading_attributes(self) -> Mapping[str, Sequence[Statement]]:
        """By a key that tells a tag or the boundary of what is asked about, the statements that read it."""
        found: dict[str, list[Statement]] = defaultdict(list)
        documents = dict.fromkeys(placed.document for side in self._snapshots for placed in documents_of(side))
        for statement in statements_in(documents):
            for key in dict.fromkeys(filter(_is_of_attributes, keys_named(statement))):
                found[key].append(statement)
        return found

    def _witnesses(
        self, arn: str, action: str, statements: Sequence[Statement], sides: Sequence[Holders]
    ) -> Iterator[str]:
        """The resource itself, and what stands for all that lies in it, as far as the action takes it."""
        details = catalog.action(action)
        if details is None:
            return
        if catalog.fits(details, arn):
            yield arn
        inside = self._inside(arn)
        if inside is None or not catalog.fits(details, f"{arn}{inside}x"):
            return
        within: tuple[Part, ...] = (f"{arn}{inside}", Wild.ONE, Wild.ANY)
        taking = [one.statement for side in sides for found in side.taking(action).values() for one in found.statements]
        documents = (policy_of(side, arn) for side in self._snapshots)
        patterns = [
            pattern
            for statement in (*statements, *statements_in(documents), *taking)
            if statement.resource is not None
            for pattern in statement.resource.patterns
            if pattern.text != ANY_RESOURCE and may_meet(pattern.widest, within)
        ]
        self.complete &= not any(pattern.variables for pattern in patterns)
        cells = cells_of((within,), tuple(dict.fromkeys(pattern.widest for pattern in patterns)))
        self.complete &= cells.complete
        yield from (cell.witness for cell in cells.cells)


class _Standing(NamedTuple):
    """How one stands to a request: a label as its place in `LABELS`, and what makes it; that of who cannot is one."""

    label: int
    situation: Situation | None
    has_sessions: bool

    def key(self, principal: str) -> Hashable:
        """The same for all who have the label under the same conditions (WC2); one's own where that is not told."""
        if self.has_sessions:
            return principal
        return self.label, id(self.situation) if self.label == CONDITIONAL else None


_CANNOT = _Standing(DENIED, None, has_sessions=False)


def _standings(holders: Holders, request: Request) -> dict[str, _Standing]:
    """How each user and role stands that can."""
    found: dict[str, _Standing] = {}
    for kind, context in ((CallerKind.USER, WITH_OR_WITHOUT_MFA), (CallerKind.ROLE, {})):
        for one in Asking(holders, replace(request, context=context)).answers().able.values():
            if one.holder.frame.kind is kind:
                label = LABELS.index(one.label)
                found[one.holder.arn] = _Standing(label, one.situation, has_sessions=bool(one.sessions))
    return found


def _organization_policies(snapshot: Snapshot) -> Iterator[OrganizationPolicy]:
    for organization in snapshot.organizations.values():
        yield from organization.policies.values()


_OF_NO_ENTITY = frozenset(
    (EntryKind.SERVICE, EntryKind.PROVIDER, EntryKind.FEDERATED_USER, EntryKind.OTHER, EntryKind.INVALID)
)
_OF_AN_ACCOUNT = frozenset((EntryKind.ACCOUNT, EntryKind.USER, EntryKind.ROLE))


def _may_speak_to(statement: Statement, accounts: Collection[str]) -> bool:
    """Whether a statement may match a user or role of some accounts; one without a Principal matches who carries it."""
    element = statement.principal
    if element is None or element.negated:
        return True
    return not all(
        one.kind in _OF_NO_ENTITY or (one.kind in _OF_AN_ACCOUNT and one.account not in accounts)
        for one in element.entries
    )


def _settings(resource: Resource) -> tuple[object, ...]:
    """What decisions see of a resource beside its policy."""
    return (
        *(resource.policy_state, resource.account, resource.public_access_block, resource.is_public),
        *(resource.bucket, resource.bucket_account, resource.aliases, resource.region),
    )


def _attribute(snapshot: Snapshot, arn: str, key: str) -> object:
    """What a key tells of a user, role or resource; of one whose tags were not exported it tells nothing."""
    entity = snapshot.user(arn) or snapshot.role(arn)
    if key == _BOUNDARY:
        return None if entity is None else entity.boundary
    resource = snapshot.resources.get(arn)
    tags = entity.tags if entity is not None else None if resource is None else resource.tags
    return tags if tags is None else tag_value(tags, key.partition("/")[2], "")


_BOUNDARY = "iam:permissionsboundary"


def _is_of_attributes(key: str) -> bool:
    return "resourcetag" in key or "buckettag" in key or key == _BOUNDARY
