"""What all questions about taking something out of one picture share: made once, as far as needed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType

from iamtui.analysis.changes.witnesses import Witnesses
from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.actions.traits import classes, tell_only_classes_apart
from iamtui.analysis.queries.index.action_sets import (
    Taken,
    all_actions,
    divided,
    in_services,
    names_in,
    of_service,
    taken_by,
)
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.taken_out.touched import Touched
from iamtui.arn import Arn
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import UNKNOWN, KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.model import Exported, Snapshot

LEFT_OPEN: Mapping[str, KeyValue] = MappingProxyType(
    dict.fromkeys(
        (
            *("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"),
            *("aws:CurrentTime", "aws:EpochTime", "aws:SecureTransport"),
            *("aws:ViaAWSService", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"),
        ),
        UNKNOWN,
    )
)
"""What a question of today takes for given and another request may bring otherwise: a guardrail is for all."""


class TakenOutGround:
    """One picture, with what is found in it for everybody; `wanted` are the actions to ask about, all if left out."""

    def __init__(self, snapshot: Snapshot, holders: Holders, at: datetime | None, wanted: int | None = None) -> None:
        self.wanted = all_actions() if wanted is None else wanted
        self.snapshot = snapshot
        self.holders = holders
        self.at = at or datetime.now(UTC)
        self.ground = Ground(snapshot)
        self.witnesses = Witnesses(snapshot, snapshot)
        self._allowed: dict[tuple[int, ...], int] = {}
        self._alike: dict[Hashable, tuple[Alike, ...]] = {}

    @cached_property
    def touched(self) -> Touched:
        """Whom each policy, group and boundary is about."""
        return Touched(self.holders)

    @cached_property
    def named(self) -> frozenset[str]:
        """Whom the policies of resources and roles name themselves: each is decided for itself."""
        found: set[str] = set()
        for document in self._of_resources():
            for statement in statements_written(document):
                if statement.principal is not None:
                    found.update(entry.text for entry in statement.principal.entries)
        return frozenset(found)

    def _of_resources(self) -> Iterator[Document | None]:
        for account in self.snapshot.accounts.values():
            yield from (role.trust for role in (account.roles or {}).values())
        yield from (resource.policy for resource in self.snapshot.resources.values())

    def request(self, principal: str, stated: Mapping[str, KeyValue]) -> Request:
        """A request of one, with all open that depends on how one asks."""
        return Request(principal, "", "*", context={**LEFT_OPEN, **stated}, at=self.at)

    @cached_property
    def given_by_others(self) -> int:
        """The actions that policies of known resources and roles allow to others than whole accounts."""
        statements = (one for document in self._of_resources() for one in statements_written(document))
        return reduce(or_, (taken_by(one.action) for one in statements if _gives_by_itself(one)), 0) & self.wanted

    @cached_property
    def perhaps_given(self) -> int:
        """The actions that the policy of a known key may give by itself, where it was not exported (S5)."""
        states = {one.policy_state for one in self.snapshot.resources.values() if one.kind == "kms:key"}
        return of_service("kms") & self.wanted if Exported.UNKNOWN in states else 0

    def is_known(self, resource: str) -> bool:
        """Whether the picture has the policy that speaks for a resource: of others nobody knows what they give."""
        known = self.snapshot.resources
        bearer = None if resource == ANY_RESOURCE or resource in known else bearer_of(Arn.parse(resource))
        return resource in known or bearer in known or self.snapshot.role(resource) is not None

    def granted(self, holder: Holder) -> int:
        """The actions of which an Allow of one's own policies speaks."""
        if holder.entity is None:
            return self.wanted
        documents = [policy.document for policy in holder.policies]
        if any(one is None or not isinstance(one.policy, PolicyDocument) for one in documents):
            return self.wanted
        key = tuple(map(id, documents))
        found = self._allowed.get(key)
        if found is None:
            statements = (one for document in documents for one in statements_written(document))
            allowing = (taken_by(one.action) for one in statements if one.effect is Effect.ALLOW)
            found = self._allowed[key] = reduce(or_, allowing, 0) & self.wanted
        return found

    def alike(self, actions: int, in_play: tuple[Statement, ...], *, each: bool) -> tuple[Alike, ...]:
        """Actions by what tells them apart; `each` for itself where layers take part that no statement shows."""
        key = (actions, tuple(map(id, in_play)), each)
        found = self._alike.get(key)
        if found is None:
            told = [alike for taken in divided(actions, in_play) for alike in self._told_apart(taken)]
            if each:
                told = [
                    alike._replace(actions=(one,), kind=None, takes_whole=False)
                    for alike in told
                    for one in alike.actions
                ]
            found = self._alike[key] = tuple(sorted(told, key=lambda one: one.actions[0]))
        return found

    def _told_apart(self, taken: Taken) -> Iterator[Alike]:
        """As a matrix divides them: where statements tell no resources apart, all services fall into few classes."""
        left, grouping = taken.actions, self.ground.grouping
        for members in classes().values() if tell_only_classes_apart(taken.statements) else ():
            actions = left & members & ~self.ground.actions_of_known
            if actions:
                left &= ~actions
                first = grouping.alike(Taken(actions & -actions, taken.statements))[0]
                yield first._replace(actions=tuple(names_in(actions)))
        for part in in_services(Taken(left, taken.statements)) if left else ():
            yield from grouping.alike(part)


def _gives_by_itself(statement: Statement) -> bool:
    """Whether an Allow is enough for somebody without one of its own: that of a whole account is not (E42)."""
    principal = statement.principal
    return (
        statement.effect is Effect.ALLOW
        and principal is not None
        and (principal.negated or any(one.kind is not EntryKind.ACCOUNT for one in principal.entries))
    )
