"""What need not be asked, because some step would surely be denied (EP56): never by names of actions alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from iamtui.analysis.paths.catalogue import Way, catalogue
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.trusting import ASSUME_ROLE, let_in_by
from iamtui.analysis.paths.walker import Walker
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.snapshot.model import Account, Role, Snapshot, User

_USER_NAME = "aws:username"
_CROSSING = "sts-001"
"""The way that crosses accounts: an assumption that a trust policy allows."""


class Filters:
    """Filters for one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        held = (one.arn.split(":", 3)[2] for one in snapshot.resources.values() if one.policy is not None)
        self._granting = frozenset(("sts", *held))

    def may_take(self, way: Way, holding: Holding) -> bool:
        """Whether some Allow of an actor takes each action of a way that no resource's policy can grant."""
        changes = [step.changes for step in way.steps if step.changes is not None]
        granted = {change.allows for change in changes if change.allows is not None}
        for step in way.steps:
            lists = step.any_of or ((step,),)
            own = [[one.ask for one in steps if one.is_own and one.ask not in granted] for steps in lists]
            if not any(all(self._may_ask(action, holding) for action in actions) for actions in own):
                return False
        return True

    def _may_ask(self, action: str, holding: Holding) -> bool:
        if holding.is_open or action.partition(":")[0] in self._granting:
            return True
        return holding.takes(action)

    def may_go(self, walker: Walker, way: Way, holding: Holding) -> bool:
        """Whether the steps of a way that do not name its end may be taken."""
        return walker.may_go(way, holding, way.outcome.becomes or "")

    def among(self, way: Way, arns: Iterable[str]) -> Among:
        """Some principals as the ends of a way."""
        return Among(self.snapshot, way, arns)


class Among:
    """Some principals, of which those can be told that an actor may reach by one way."""

    def __init__(self, snapshot: Snapshot, way: Way, arns: Iterable[str]) -> None:
        self.snapshot = snapshot
        self._way = way
        self._name = way.outcome.becomes or ""
        bind = way.bind[self._name]
        self.kind = bind.kind
        self.arns = [arn for arn in arns if f":{bind.kind}/" in arn and self._may_be_taken(arn)]
        self._held: dict[str, frozenset[str]] = {}
        self._matching: dict[str, frozenset[str]] = {}
        steps = [step for step in way.steps if step.is_own and self._name in step.on]
        self._asked = tuple(dict.fromkeys(step.ask for step in steps if step.ask.startswith("iam:")))
        changed = {step.changes.of for step in way.steps if step.changes is not None and step.changes.change == "trust"}
        self._is_assumed = self._name not in changed and any(step.ask == ASSUME_ROLE for step in steps)

    def _may_be_taken(self, end: str) -> bool:
        """Whether the trust policy of a role has the words for a service that must take it."""
        bind = self._way.bind[self._name]
        services = bind.trusts
        if bind.carried_by is not None:
            services = (catalogue().carriers[self._way.bind[bind.carried_by].type or ""]["service"],)
        role = self.snapshot.role(end) if services else None
        if role is None or role.trust is None or any("{" in one for one in services):
            return True
        text = role.trust.text
        return any(one in text for one in (*services, "*", "NotPrincipal", "\\"))

    def of(self, holding: Holding) -> list[str]:
        """Those that the words of the actor's Allows, and of trust policies, leave room for."""
        found: Iterable[str] = self.arns
        if self._is_assumed:
            found = sorted(set(self._trusting(holding)), key=self._places.__getitem__)
        for action in self._asked if not holding.is_open else ():
            taken = self._taken(action, holding)
            if taken is not None:
                found = [arn for arn in found if arn in taken]
        crosses = self._way.id == _CROSSING
        held = self._held_by(holding.account)
        return [arn for arn in found if crosses or arn in held]

    def _held_by(self, account: Account) -> frozenset[str]:
        """The principals that an account holds, whatever their ARNs say (I7)."""
        found = self._held.get(account.account_id)
        if found is None:
            entities = ((account.users if ":user/" in arn else account.roles, arn) for arn in self.arns)
            own = [arn for names, arn in entities if _holds(names or {}, arn)]
            found = self._held[account.account_id] = frozenset(own)
        return found

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {arn: place for place, arn in enumerate(self.arns)}

    def _taken(self, action: str, holding: Holding) -> frozenset[str] | None:
        """Those that some Allow may take an action on; None for all."""
        found: frozenset[str] = frozenset()
        for statement in holding.taking(action):
            element = statement.resource
            if element is None or element.negated or any(one.text == ANY_RESOURCE for one in element.patterns):
                return None
            for pattern in element.patterns:
                found |= self._matched(pattern, holding)
        return found

    def _matched(self, pattern: ResourcePattern, holding: Holding) -> frozenset[str]:
        found = self._matching.get(pattern.text)
        if found is None:
            found = self._matching[pattern.text] = frozenset(filter(matcher_of(pattern.widest), self.arns))
        if found and isinstance(holding.entity, User) and any(one.folded == _USER_NAME for one in pattern.variables):
            return frozenset(arn for arn in found if holding.entity.name in arn)
        return found

    def _trusting(self, holding: Holding) -> Iterator[str]:
        """Roles that let the actor in: by name, or, where they name its account, if an Allow of its own takes them."""
        own = self._taken(ASSUME_ROLE, holding) if not holding.is_open else None
        entity = holding.entity
        for arn in (*self._trusts.get(entity.arn, ()), *self._trusts.get("*", ())):
            yield arn
        for arn in self._trusts.get(holding.account.account_id, ()):
            if own is None or arn in own:
                yield arn

    @cached_property
    def _trusts(self) -> Mapping[str, Sequence[str]]:
        """The roles by whom their trust policies let in: an ARN, an account, or `*` where that is not told."""
        found: dict[str, list[str]] = {}
        for arn in self.arns:
            role = self.snapshot.role(arn)
            for who in let_in_by(role):
                found.setdefault(who, []).append(arn)
        return found


def _holds(entities: Mapping[str, User] | Mapping[str, Role], arn: str) -> bool:
    found = entities.get(arn.rpartition("/")[2].lower())
    return found is not None and found.arn == arn
