"""Who can do something by becoming a role that can: chains of `sts:AssumeRole`, each step decided (WC19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iamtui.analysis.queries.deciding.answers import Cell
from iamtui.analysis.queries.everybody.outside import Outsider, asked_by, let_in
from iamtui.analysis.queries.everybody.results import LABELS, ActionLabel, Condition, Row
from iamtui.analysis.queries.everybody.row_details import conditions_of
from iamtui.analysis.queries.everybody.targets import Found, OneResource
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Role

ASSUME_ROLE = "sts:AssumeRole"
_OF_MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_OUTSIDE_ONLY = (EntryKind.SERVICE, EntryKind.PROVIDER, EntryKind.OTHER, EntryKind.INVALID)
"""What no user or role of an account is."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The roles that are become one after another, and what the last of them can; `label` is that of all together."""

    via: tuple[str, ...]
    label: str
    conditions: tuple[Condition, ...]
    last: Row

    def behind(self, role: str, step: Found) -> Chain:
        """The chain of one who first becomes `role`."""
        label = min(self.label, step.label, key=LABELS.index)
        conditions = tuple(dict.fromkeys((*conditions_of(step), *self.conditions)))
        return Chain((role, *self.via), label, conditions, self.last)

    def row(self, row: Row) -> Row:
        """The row of one who goes this way."""
        last = self.last
        actions = None
        if last.actions is not None:
            actions = tuple(
                ActionLabel(one.action, min(one.decision, self.label, key=LABELS.index)) for one in last.actions
            )
        return row._replace(
            decision=self.label,
            decided_by=last.decided_by if self.label == "allowed" else None,
            actions=actions,
            extent=last.extent,
            examples=last.examples,
            conditions=self.conditions,
            via=self.via,
            statement=None,
            ways=(),
        )


def without_mfa(context: Mapping[str, KeyValue]) -> dict[str, KeyValue]:
    """The context of a session that a role has made: what was stated of MFA was said of its caller."""
    return {key: value for key, value in context.items() if key.lower() not in _OF_MFA}


Progress = Callable[[int, int], None]


class Chains:
    """Finds the chains that end in a role that can do what was asked."""

    def __init__(self, holders: Holders, request: Request) -> None:
        self._holders = holders
        self._request = replace(request, action=ASSUME_ROLE, resource_account=None)
        self._best: dict[str, Chain] = {}
        self._outsiders: dict[str, Outsider] = {}

    def find(
        self, roles: Sequence[Row], most: int | None, progress: Progress
    ) -> tuple[dict[str, Chain], dict[str, Outsider]]:
        """By ARN, the best chain of each principal, the shortest of those that give its label; at most so many steps.

        Args:
            roles: the rows of the roles that can, their requests without what was stated of MFA.
            most: how many steps; None: any number.
            progress: told how many of the roles of one step were asked about, step after step.
        """
        reached = {row.arn: row.decision for row in roles}
        ends = {row.arn: Chain((), row.decision, row.conditions, row) for row in roles}
        length = 0
        while ends and (most is None or length < most):
            nearer: dict[str, Chain] = {}
            for number, (arn, chain) in enumerate(ends.items()):
                progress(number, len(ends))
                first = list(self._first_steps(arn))
                for caller, step in first:
                    _improve(self._best, caller, chain.behind(arn, step))
                for caller, step in self._further_steps(arn, first):
                    found = chain.behind(arn, step)
                    if LABELS.index(found.label) > LABELS.index(reached.get(caller, "denied")):
                        _improve(nearer, caller, found)
            reached.update({arn: chain.label for arn, chain in nearer.items()})
            ends = dict(sorted(nearer.items()))
            length += 1
        return self._best, self._outsiders

    def _first_steps(self, role: str) -> Iterator[tuple[str, Found]]:
        """Everybody who can become the role with a request of their own, and how sure that is."""
        target = OneResource(self._holders, replace(self._request, resource=role))
        for holder, cell in self._asked(target, role):
            found = Found.of(target, (cell,))
            if found.label != "denied":
                yield holder.arn, found
        for request in target.requests():
            for outsider in let_in(self._holders.snapshot, request)[0]:
                found = Found.of(target, tuple(asked_by(self._holders.snapshot, outsider, request)))
                if found.label != "denied":
                    self._outsiders[outsider.arn] = outsider
                    yield outsider.arn, found

    def _further_steps(self, role: str, first: Sequence[tuple[str, Found]]) -> Iterator[tuple[str, Found]]:
        """The roles whose sessions can become the role: among the first steps, where these state nothing of MFA."""
        context = without_mfa(self._request.context)
        if context == dict(self._request.context):
            yield from ((arn, found) for arn, found in first if self._is_role(arn))
            return
        target = OneResource(self._holders, replace(self._request, resource=role, context=context))
        for holder, cell in self._asked(target, role):
            found = Found.of(target, (cell,))
            if found.label != "denied" and isinstance(holder.entity, Role):
                yield holder.arn, found

    def _is_role(self, arn: str) -> bool:
        place = self._holders.places.get(arn)
        return place is not None and isinstance(self._holders.all[place].entity, Role)

    def _asked(self, target: OneResource, role: str) -> Iterator[tuple[Holder, Cell]]:
        """Those whom the trust policy can mean; for all others AWS says no (S1)."""
        entity = self._holders.snapshot.role(role)
        if entity is None or trusts_only_outsiders(entity):
            return
        for place, (cell,) in sorted(target.cells().cells.items()):
            yield self._holders.all[place], cell


def _improve(chains: dict[str, Chain], arn: str, chain: Chain) -> None:
    """Keep the better of two chains: by its label, then the one that was found first."""
    known = chains.get(arn)
    if known is None or LABELS.index(chain.label) > LABELS.index(known.label):
        chains[arn] = chain


def trusts_only_outsiders(role: Role) -> bool:
    """Whether no Allow of a trust policy can mean a user or role: services and identity providers alone."""
    content = None if role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return False
    allows = (one for one in content.statements if one.effect is Effect.ALLOW and one.principal is not None)
    return all(
        one.principal is None
        or (not one.principal.negated and all(entry.kind in _OUTSIDE_ONLY for entry in one.principal.entries))
        for one in allows
    )
