"""What need not be asked, because some step would surely be denied (EP56): never by names of actions alone."""

from __future__ import annotations

from iamtui.analysis.paths.binding import Holding, may_be_allowed
from iamtui.analysis.paths.catalogue import Way, catalogue
from iamtui.analysis.paths.walking import Walker
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Account, Role, Snapshot

_ASSUMING = "sts-001"
"""The way that crosses accounts and needs no change: an assumption that a trust policy allows."""


class Filters:
    """Filters for one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
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

    def may_be(self, way: Way, holding: Holding, end: str) -> bool:
        """Whether the words of a way and of the actor's Allows leave room for an end."""
        name = way.outcome.becomes or ""
        bind = way.bind[name]
        if end == holding.entity.arn or f":{bind.kind}/" not in end:
            return False
        if way.id == _ASSUMING:
            return _may_assume(self._snapshot.role(end), holding)
        if not _holds(holding.account, end):
            return False
        if bind.kind == "role" and not self._may_be_taken(way, name, end):
            return False
        own = [step.ask for step in way.steps if step.is_own and name in step.on and step.ask.startswith("iam:")]
        return holding.is_open or all(may_be_allowed(holding, action, end) for action in own)

    def _may_be_taken(self, way: Way, name: str, end: str) -> bool:
        """Whether the trust policy of a role has the words for a service that must take it."""
        bind, role = way.bind[name], self._snapshot.role(end)
        services = bind.trusts
        if bind.carried_by is not None:
            services = (catalogue().carriers[way.bind[bind.carried_by].type or ""]["service"],)
        if not services or role is None or role.trust is None or any("{" in one for one in services):
            return True
        text = role.trust.text
        return any(one in text for one in (*services, "*", "NotPrincipal", "\\"))


def _holds(account: Account, arn: str) -> bool:
    """Whether an account holds a user or role: its ARN need not say so (I7)."""
    held = account.users if ":user/" in arn else account.roles
    found = (held or {}).get(arn.rpartition("/")[2].lower())
    return found is not None and found.arn == arn


def lets_anybody_in(role: Role) -> bool:
    """Whether a role can be a source: its trust policy lets somebody in, or nobody knows (EP9)."""
    content = None if role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return True
    return any(one.effect is Effect.ALLOW for one in content.statements)


def _may_assume(role: Role | None, holding: Holding) -> bool:
    """Whether a trust policy can let the actor in: it names it, its account, or everybody."""
    content = None if role is None or role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return role is not None
    elements = [one.principal for one in content.statements if one.effect is Effect.ALLOW and one.principal is not None]
    return any(one.negated or any(_may_mean(entry, holding) for entry in one.entries) for one in elements)


def _may_mean(entry: PrincipalEntry, holding: Holding) -> bool:
    if entry.kind in (EntryKind.EVERYONE, EntryKind.UNIQUE_ID, EntryKind.OTHER):
        return True
    if entry.account != holding.account.account_id:
        return False
    return entry.kind not in (EntryKind.USER, EntryKind.ROLE) or entry.text == holding.entity.arn
