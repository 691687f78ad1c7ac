"""Ends that are reached alike: no statement in play tells them apart, and what a way needs of them is equal (EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from iamtui.analysis.paths.binding import policies_of, role_of
from iamtui.analysis.paths.catalogue import MAKING, Way, catalogue
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.queries.holders import keys_named
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Role, User

if TYPE_CHECKING:
    from iamtui.analysis.paths.likeness import Likeness

CONTROL = tuple(dict.fromkeys(step.ask for step in catalogue().control))
"""What one is asked that may be an administrator (EP3)."""


class AlikeEnds:
    """Tells ends of one snapshot apart."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness
        self._ends: dict[tuple[str, str, bool, bool], Hashable] = {}

    def groups(
        self, way: Way, name: str, holding: Holding, ends: Sequence[str], mark: Callable[[str], Hashable]
    ) -> list[tuple[str, ...]]:
        """The ends, those together that an actor's requests do not tell apart, nor `mark` does."""
        actions = tuple(dict.fromkeys(step.ask for step in way.asked() if step.is_own))
        statements = self._likeness.in_play(holding, actions)
        gives_all = _gives_all(way) and self._likeness.chooses_freely(way, holding)
        reads_tags = any("resourcetag/" in key for one in statements for key in keys_named(one))
        of_end = partial(self._of_end, way, name, reads_tags=reads_tags, gives_all=gives_all)
        told: list[list[Hashable]] = [[mark(end), of_end(end)] for end in ends]
        matchers = tuple(self._likeness.matchers(holding, statements))
        has_policies = any(bind.attached_to == name for bind in way.bind.values())
        for end, parts in zip(ends, told, strict=True):
            parts += [takes(end) for takes in matchers]
            parts.append(self._policies(holding, end, matchers) if has_policies else None)
        found: dict[Hashable, list[str]] = {}
        for end, parts in zip(ends, told, strict=True):
            found.setdefault(tuple(parts), []).append(end)
        return [tuple(group) for group in found.values()]

    @cached_property
    def _running(self) -> frozenset[str]:
        """The roles with which something that was exported runs."""
        held = [
            (one, self._likeness.snapshot.accounts.get(one.account))
            for one in self._likeness.snapshot.resources.values()
            if one.role
        ]
        found = (role_of(account, one.role or "") for one, account in held if account is not None)
        return frozenset(arn for arn in found if arn is not None)

    def _of_end(self, way: Way, name: str, end: str, *, reads_tags: bool, gives_all: bool) -> Hashable:
        """What a way needs of an end."""
        key = (way.id, end, reads_tags, gives_all)
        found = self._ends.get(key)
        if found is None:
            found = self._ends[key] = self._end(way, name, end, reads_tags=reads_tags, gives_all=gives_all)
        return found

    def _end(self, way: Way, name: str, end: str, *, reads_tags: bool, gives_all: bool) -> Hashable:
        entity: User | Role | None = self._likeness.snapshot.user(end) or self._likeness.snapshot.role(end)
        if entity is None:
            return end
        account = self._likeness.snapshot.accounts[self._likeness.snapshot.account_of(end)]
        found: list[Hashable] = [account.account_id, entity.boundary, entity.tags if reads_tags else None]
        if isinstance(entity, Role):
            found += [
                entity.is_service_linked,
                entity.path.startswith("/aws-reserved/"),
                bool(entity.instance_profiles),
                end if way.bind[name].carried_by and end in self._running else None,
            ]
            found.append(id(entity.trust) if _reads_trust(way, name) else None)
        elif way.state:
            held = entity.credentials
            found.append(held and (held.access_keys and len(held.access_keys), held.console_password, held.mfa))
        if way.makes:
            holding = self._likeness.words.holding(self._likeness.snapshot, account, entity)
            found.append(self._likeness.seen(holding, CONTROL, denies_only=gives_all))
        return tuple(found)

    def _policies(self, holding: Holding, end: str, matchers: Iterable[Callable[[str], Hashable]]) -> Hashable:
        """What counts of the customer managed policies that an end carries, in their order."""
        found: dict[Hashable, None] = {}
        for arn in policies_of(holding.account, end):
            policy = (holding.account.policies or {})[arn]
            said = {} if policy.default is None else self._likeness.words.of(policy.default.document)
            denying = [id(one) for action in CONTROL for one in said.get(action, ()) if one.effect is Effect.DENY]
            is_own = arn in policies_of(holding.account, holding.arn)
            found[(tuple([takes(arn) for takes in matchers]), len(policy.versions), is_own, tuple(denying))] = None
        return tuple(found)


def _gives_all(way: Way) -> bool:
    """Whether a way gives its end every right, so that only Denies can keep it from being an administrator."""
    changes = [step.changes for step in way.asked() if step.changes is not None and step.changes.change in MAKING]
    return all(one.without is None and one.change not in ("default", "boundary") for one in changes)


def _reads_trust(way: Way, name: str) -> bool:
    """Whether a way hangs on whom its end trusts, and does not rewrite that."""
    bind = way.bind[name]
    rewritten = any(step.changes is not None and step.changes.change == "trust" for step in way.steps)
    is_taken = any(step.ask.startswith("sts:") and name in step.on for step in way.asked())
    return bool(bind.trusts or bind.carried_by) or (is_taken and not rewritten)
